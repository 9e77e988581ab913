import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Progress } from '../../src/core/progress/schema.ts';
import { startProgress, type ProgressState } from '../../src/core/progress/state.ts';
import { summarizeProgress } from '../../src/core/progress/summarize.ts';
import { trackProgress } from '../../src/core/progress/track.ts';
import { redactDeep } from '../../src/core/redact.ts';
import { findWatchedJob } from '../../src/core/run/effects.ts';
import { findLastJob, type RunState } from '../../src/core/run/state.ts';
import type { JobReport, TrackedJob } from '../../src/ports.ts';
import { watchedKey } from '../../src/queue/dispatcher.ts';
import type { WorkerContext } from '../context.ts';
import { expectedOf } from '../expected.ts';
import { loginNeeded } from '../login-broker.ts';
import { done } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';
import { decodeUtf8 } from '../utf8.ts';

/** Short, because a worker that was killed in a look leaves it behind; renewed while the look goes on. */
const LOCK_MS = 6_000;

/** One look at all watched jobs of a site, with one remote command. */
export default defineProcessor({
  name: 'poll-cluster',
  queue: 'cluster-poll',
  data: z.object({ site: z.string() }),
  run: async (context, { site }) => {
    const { redis, settings } = context;
    const runIds = await redis.smembers(watchedKey(settings.prefix, site));
    if (runIds.length === 0) return done();
    const lock = `${settings.prefix}:polling:${site}`;
    const own = randomUUID();
    if ((await redis.set(lock, own, 'PX', LOCK_MS, 'NX')) === null) return done();
    const renew = setInterval(() => void redis.eval(RENEW, 1, lock, own, String(LOCK_MS)).catch(() => undefined), LOCK_MS / 3);
    try {
      await pollSite(context, site, runIds);
    } finally {
      clearInterval(renew);
      await redis.eval(RENEW, 1, lock, own, '0');
    }
    return done();
  },
});

/** Keeps a lock that is still one's own for so many milliseconds more; 0 gives it back. A lock that was lost is left to its holder. */
const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

/** What is known of a job's log between two looks; lives in Redis, and when it is lost the log is read again from its start. */
interface LogMemory {
  readonly offset: number;
  readonly inode: string | null;
  readonly progress: ProgressState;
}

async function pollSite(context: WorkerContext, site: string, runIds: readonly string[]): Promise<void> {
  const watched: { state: RunState; memory: LogMemory; job: TrackedJob }[] = [];
  for (const runId of runIds) {
    const state = await loadQuietly(context, runId);
    const found = state === null ? null : findWatchedJob(state);
    if (state === null || found === null || found.site !== site) continue;
    const memory = await loadMemory(context, state, found.ref.token);
    const inode = memory.inode === null ? {} : { logInode: memory.inode };
    watched.push({ state, memory, job: { ref: found.ref, logOffset: memory.offset, ...inode } });
  }
  if (watched.length === 0) return;
  const reports = context.logins.needsLogin(site)
    ? watched.map(({ job }): JobReport => ({
        token: job.ref.token,
        observation: { kind: 'no-information', why: loginNeeded(site).why, needs: 'login' },
      }))
    : await context.backendOf(site).poll(watched.map((item) => item.job));
  const byToken = new Map(reports.map((report) => [report.token, report]));
  for (const { state, memory, job } of watched) {
    const report = byToken.get(job.ref.token);
    if (report === undefined) continue;
    try {
      await applyReport(context, state, memory, report);
    } catch (error) {
      // What one log says must not keep the ending of its job, or any other job, from being seen.
      context.log.warn({ err: error, run: state.id }, 'taking in what a job printed');
      await applyReport(context, state, memory, { token: report.token, observation: report.observation });
    }
  }
}

/** A run whose journal cannot be read does not keep the others from being looked at. */
async function loadQuietly(context: WorkerContext, runId: string): Promise<RunState | null> {
  try {
    return await context.runs.load(runId);
  } catch (error) {
    context.log.warn({ err: error, run: runId }, 'reading a watched run');
    return null;
  }
}

function memoryKey(context: WorkerContext, token: string): string {
  return `${context.settings.prefix}:log:${token}`;
}

async function loadMemory(context: WorkerContext, state: RunState, token: string): Promise<LogMemory> {
  const json = await context.redis.get(memoryKey(context, token));
  if (json !== null) return JSON.parse(json) as LogMemory;
  return { offset: 0, inode: null, progress: startProgress(expectedOf(state)) };
}

async function applyReport(context: WorkerContext, state: RunState, memory: LogMemory, report: JobReport): Promise<void> {
  const now = context.now();
  let next = memory;
  if (report.log !== undefined && report.log.bytes.byteLength > 0) {
    const again = report.log.offset < memory.offset;
    const { text, consumed } = decodeUtf8(report.log.bytes);
    const progress = trackProgress(again ? startProgress(expectedOf(state)) : memory.progress, text, now);
    next = { offset: report.log.offset + consumed, inode: report.log.inode, progress };
  }
  const progress = next === memory ? null : redactDeep(summarizeProgress(next.progress));
  if (isNews(state, report, progress)) {
    const command = {
      kind: 'observe',
      id: `observe:${report.token}:${now}`,
      at: now,
      token: report.token,
      observation: report.observation,
      progress,
    } as const;
    await context.runs.apply(state.id, command);
  }
  if (next !== memory) await context.redis.set(memoryKey(context, report.token), JSON.stringify(next), 'EX', 30 * 86_400);
}

/** Whether a look told anything that the journal does not hold: another state, another reason, another place in the log. */
function isNews(state: RunState, report: JobReport, progress: Progress | null): boolean {
  const known = findLastJob(state);
  const before = known?.observation ?? null;
  const now = report.observation;
  if (before === null || before.kind !== now.kind) return true;
  if (now.kind === 'active' && before.kind === 'active' && (now.state !== before.state || now.reason !== before.reason)) return true;
  if (progress === null) return false;
  const { current, metrics, fraction } = progress;
  const old = known?.progress;
  return (
    old === null ||
    old === undefined ||
    old.current !== current ||
    old.fraction !== fraction ||
    JSON.stringify(old.metrics) !== JSON.stringify(metrics)
  );
}
