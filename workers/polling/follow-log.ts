import type { Observation } from '../../src/core/jobs/job.ts';
import { judgeLimit } from '../../src/core/progress/judge-limit.ts';
import { judgeStall } from '../../src/core/progress/judge-stall.ts';
import type { Progress } from '../../src/core/progress/schema.ts';
import { startProgress, type ProgressState } from '../../src/core/progress/state.ts';
import { summarizeProgress } from '../../src/core/progress/summarize.ts';
import { trackProgress } from '../../src/core/progress/track.ts';
import { redactDeep } from '../../src/core/redact.ts';
import { keepVerdicts, type Judged } from '../../src/core/run/warnings.ts';
import type { JobReport } from '../../src/ports.ts';
import type { WorkerContext } from '../context.ts';
import { decodeUtf8 } from '../utf8.ts';

/** What is known of a log between two looks; lives in Redis, and when it is lost the log is read again from its start. */
export interface LogMemory {
  readonly offset: number;
  readonly inode: string | null;
  readonly progress: ProgressState;
}

type Expected = ProgressState['expected'];

const KEEP_SECONDS = 30 * 86_400;

function memoryKey(context: WorkerContext, token: string): string {
  return `${context.settings.prefix}:log:${token}`;
}

export async function loadMemory(context: WorkerContext, token: string, expected: Expected): Promise<LogMemory> {
  const json = await context.redis.get(memoryKey(context, token));
  if (json !== null) return JSON.parse(json) as LogMemory;
  return { offset: 0, inode: null, progress: startProgress(expected) };
}

export async function saveMemory(context: WorkerContext, token: string, memory: LogMemory): Promise<void> {
  await context.redis.set(memoryKey(context, token), JSON.stringify(memory), 'EX', KEEP_SECONDS);
}

/** The memory after a look. A look at a running job that brought no new words counts too: silence is what a stall is made of. */
export function followLog(memory: LogMemory, report: Pick<JobReport, 'log' | 'observation'>, expected: Expected, now: number): LogMemory {
  const { log, observation } = report;
  if (log !== undefined && log.bytes.byteLength > 0) {
    const again = log.offset < memory.offset;
    const { text, consumed } = decodeUtf8(log.bytes);
    const progress = trackProgress(again ? startProgress(expected) : memory.progress, text, now);
    return { offset: log.offset + consumed, inode: log.inode, progress };
  }
  // A log that grew and had to wait for its turn is not silent.
  if (log !== undefined || observation.kind !== 'active' || observation.state !== 'running') return memory;
  return { ...memory, progress: trackProgress(memory.progress, '', now) };
}

/** What the log says so far, without secrets. */
export function readProgress(memory: LogMemory): Progress {
  return redactDeep(summarizeProgress(memory.progress));
}

/** Whether a running job is silent for longer than its habits allow, and whether it fits into its limit; the latter only when it has said something. */
export function judgeJob(memory: LogMemory, progress: Progress | null, observation: Observation, now: number): Judged | null {
  if (observation.kind !== 'active' || observation.state !== 'running') return null;
  const { limitAt, startedAt } = observation;
  const limit =
    progress === null || limitAt === undefined
      ? null
      : judgeLimit({
          eta: progress.eta,
          left: (limitAt - now) / 1000,
          elapsed: startedAt === undefined ? null : (now - startedAt) / 1000,
          checkpoint: progress.checkpoint ?? null,
        });
  return keepVerdicts(judgeStall(memory.progress, now), limit);
}
