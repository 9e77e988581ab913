import { countEnded, mergeParts } from '../../src/core/jobs/parts.ts';
import type { Progress } from '../../src/core/progress/schema.ts';
import type { RunState } from '../../src/core/run/state.ts';
import type { Judged } from '../../src/core/run/warnings.ts';
import type { JudgedLook, WatchItem } from '../../src/core/run/watch-schema.ts';
import { describeLooks, isItemAlive } from '../../src/core/run/watch.ts';
import type { JobReport, TrackedJob } from '../../src/ports.ts';
import type { WorkerContext } from '../context.ts';
import { followLog, judgeJob, loadMemory, readProgress, saveMemory, type LogMemory } from './follow-log.ts';
import { noteSilence, type PolledRun } from './polled-run.ts';

interface TrackedItem {
  readonly item: WatchItem;
  /** Standard output, then standard error where it is apart. */
  readonly logs: readonly { readonly token: string; readonly memory: LogMemory }[];
}

/** The jobs of a watch that go on; null when there are none at the site. */
export async function pollWatchedJobs(context: WorkerContext, state: RunState, site: string): Promise<PolledRun | null> {
  const { watch } = state;
  if (watch === null || state.request.site !== site || state.verdict !== null || state.cancel !== null) return null;
  const alive = watch.items.filter(isItemAlive);
  if (alive.length === 0) return null;
  const tracked = await Promise.all(alive.map((item) => trackItem(context, item)));
  return {
    runId: state.id,
    jobs: tracked.flatMap(listJobs),
    take: async (reports, answeredAt) => {
      const now = context.now();
      const looks: JudgedLook[] = [];
      for (const one of tracked) {
        const look = await takeItem(context, one, reports, answeredAt, now);
        if (look !== null) looks.push(look);
      }
      if (describeLooks(state, watch, looks, now).length > 0) {
        await context.runs.apply(state.id, { kind: 'observe-watch', id: `observe:${state.id}:${now}`, at: now, looks });
      }
      return looks.flatMap(({ token, progress }) => {
        const eta = (progress ?? watch.items.find((item) => item.token === token)?.progress)?.eta ?? null;
        return eta === null ? [] : [eta.likely];
      });
    },
  };
}

async function trackItem(context: WorkerContext, item: WatchItem): Promise<TrackedItem> {
  const tokens = item.shape === 'array' ? [] : [item.token, ...(item.logs.length > 1 ? [`${item.token}-err`] : [])];
  return { item, logs: await Promise.all(tokens.map(async (token) => ({ token, memory: await loadMemory(context, token, {}) }))) };
}

/** One entry for the job and its first log; one more for a standard error of its own, of which only the log counts. */
function listJobs({ item, logs }: TrackedItem): TrackedJob[] {
  const { token, jobId, submittedAt, shape } = item;
  const known = item.parts;
  // While none is active all are counted anew: a part that was interrupted may come back.
  const open = known === null || item.observation?.kind !== 'active' ? null : known.size - countEnded(known);
  const parts = shape === 'single' ? {} : { parts: { size: known?.size ?? null, open } };
  const make = (name: string, index: number, log: NonNullable<TrackedJob['foreign']>['log'], more = {}): TrackedJob => {
    const memory = logs[index]?.memory;
    const inode = memory === undefined || memory.inode === null ? {} : { logInode: memory.inode };
    return { ref: { token: name, jobId, folder: '', submittedAt }, logOffset: memory?.offset ?? 0, ...inode, foreign: { log, ...more } };
  };
  const [out, err] = item.logs;
  return [
    make(token, 0, shape === 'array' ? 'none' : out === undefined ? 'find' : { path: out }, parts),
    ...(err === undefined || shape === 'array' ? [] : [make(`${token}-err`, 1, { path: err })]),
  ];
}

async function takeItem(
  context: WorkerContext,
  { item, logs }: TrackedItem,
  reports: ReadonlyMap<string, JobReport>,
  answeredAt: number | null,
  now: number,
): Promise<JudgedLook | null> {
  const report = reports.get(item.token);
  if (report === undefined) return null;
  const observation = noteSilence(report.observation, answeredAt);
  const found: { progress: Progress | null; judged: Judged | null }[] = [];
  let hasOutput = false;
  for (const { token, memory } of logs) {
    const log = reports.get(token)?.log;
    const next = followLog(memory, { observation, ...(log === undefined ? {} : { log }) }, {}, now);
    const progress = next.offset === memory.offset && next.inode === memory.inode ? null : slim(readProgress(next));
    found.push({ progress, judged: judgeJob(next, progress, observation, now) });
    hasOutput ||= next.offset > 0;
    if (next !== memory) await saveMemory(context, token, next);
  }
  return {
    token: item.token,
    observation,
    progress: joinProgress(found.map((one) => one.progress)),
    parts: report.parts === undefined ? null : mergeParts(item.parts, report.parts),
    logs: report.paths === undefined || report.paths.length === 0 ? null : [...report.paths],
    outputAt: item.outputAt === null && hasOutput ? now : null,
    judged: joinJudged(found.map((one) => one.judged)),
  };
}

/** A thread shows numbers and no curves; the journal of sixty jobs should not hold them at each look. */
function slim({ history: _history, ...progress }: Progress): Progress {
  return { ...progress, warnings: [], shapes: [], loss: progress.loss === null ? null : { ...progress.loss, points: [] } };
}

/** Bars often go to standard error and losses to standard output. */
function joinProgress(all: readonly (Progress | null)[]): Progress | null {
  const known = all.filter((one) => one !== null);
  const best =
    known.find((one) => one.eta !== null) ??
    known.find((one) => one.fraction !== null) ??
    known.find((one) => one.current !== null) ??
    known[0];
  if (best === undefined) return null;
  const loss = best.loss ?? known.find((one) => one.loss !== null)?.loss ?? null;
  return { ...best, loss, metrics: Object.assign({}, ...known.map((one) => one.metrics)) as Progress['metrics'] };
}

/** Stuck is who is silent in both. */
function joinJudged(all: readonly (Judged | null)[]): Judged | null {
  const known = all.filter((one) => one !== null);
  if (known.length === 0) return null;
  const stalls = known.flatMap((one) => (one.stall === null ? [] : [one.stall]));
  return {
    stall: stalls.find((one) => !one.stalled) ?? stalls[0] ?? null,
    limit: known.find((one) => one.limit !== null && one.limit.verdict !== 'unknown')?.limit ?? null,
  };
}
