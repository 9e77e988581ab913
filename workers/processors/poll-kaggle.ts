import { z } from 'zod';
import type { KernelReport, TrackedKernel } from '../../src/backends/kaggle/poll.ts';
import { listWatchedKernels } from '../../src/core/experiment/effects.ts';
import type { LoopLook } from '../../src/core/experiment/outputs.ts';
import type { Submission } from '../../src/core/experiment/schema.ts';
import { trackProgress } from '../../src/core/progress/track.ts';
import { watchedKey } from '../../src/queue/dispatcher.ts';
import type { WorkerContext } from '../context.ts';
import { withLock } from '../lock.ts';
import { done } from '../outcome.ts';
import { loadMemory, readProgress, saveMemory } from '../polling/follow-log.ts';
import { defineProcessor } from '../processor.ts';

/** The account as the sets of watched runs call it. */
const ACCOUNT = 'kaggle';

interface Tracked {
  readonly runId: string;
  readonly submission: Submission;
}

/** One look at everything that the account has at Kaggle; the only place that asks for statuses. */
export default defineProcessor({
  name: 'poll-kaggle',
  queue: 'kaggle-poll',
  data: z.object({}),
  run: async (context, _data, signal) => {
    const { redis, settings, kaggle } = context;
    const runIds = await redis.smembers(watchedKey(settings.prefix, ACCOUNT));
    if (kaggle === null || runIds.length === 0) return done();
    await withLock(redis, `${settings.prefix}:polling:${ACCOUNT}`, async () => {
      const tracked = await listTracked(context, runIds);
      const kernels = await Promise.all(tracked.map(({ submission }) => describe(context, submission)));
      const reports = await kaggle.pollMany(kernels, { signal });
      const byToken = new Map(reports.map((report) => [report.token, report]));
      for (const one of tracked) await take(context, one, byToken.get(one.submission.token));
    });
    return done();
  },
});

async function listTracked(context: WorkerContext, runIds: readonly string[]): Promise<Tracked[]> {
  const tracked: Tracked[] = [];
  for (const runId of runIds) {
    try {
      const state = await context.runs.load(runId);
      const watched = state === null || state.experiment === null ? [] : listWatchedKernels(state, state.experiment);
      tracked.push(...watched.map((submission) => ({ runId, submission })));
    } catch (error) {
      // A run whose journal cannot be read does not keep the others from being looked at.
      context.log.warn({ err: error, run: runId }, 'reading an experiment');
    }
  }
  return tracked;
}

async function describe(context: WorkerContext, { token, kernel, sawActive }: Submission): Promise<TrackedKernel> {
  if (kernel === null) throw new Error('a push that was not made cannot be looked at');
  const { offset } = await loadMemory(context, token, {});
  return { run: kernel, sawActive, logRecords: offset };
}

async function take(context: WorkerContext, { runId, submission }: Tracked, report: KernelReport | undefined): Promise<void> {
  if (report === undefined) return;
  const at = context.now();
  const memory = await loadMemory(context, submission.token, {});
  const text = report.log.map(({ data }) => data).join('');
  const now = { ...memory, offset: memory.offset + report.log.length, progress: trackProgress(memory.progress, text, at) };
  if (report.log.length > 0) await saveMemory(context, submission.token, now);
  const progress = now.offset === 0 ? null : readProgress(now);
  const look: LoopLook = { token: submission.token, observation: report.observation, progress };
  await context.runs.apply(runId, { kind: 'observe-loop', id: `look:${submission.token}:${at}`, at, looks: [look] });
}
