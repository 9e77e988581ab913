import { findWatchedJob } from '../../src/core/run/effects.ts';
import { findLastJob, type RunState } from '../../src/core/run/state.ts';
import { judgeWarnings, type Judged } from '../../src/core/run/warnings.ts';
import { isNewObservation, isNewProgress } from '../../src/core/run/watch.ts';
import type { JobReport } from '../../src/ports.ts';
import type { WorkerContext } from '../context.ts';
import { expectedOf } from '../expected.ts';
import { followLog, judgeJob, loadMemory, readProgress, saveMemory, type LogMemory } from './follow-log.ts';
import { noteSilence, type PolledRun } from './polled-run.ts';

/** The job that a reproduction has submitted; null when there is none at the site. */
export async function pollOwnJob(context: WorkerContext, state: RunState, site: string): Promise<PolledRun | null> {
  const found = findWatchedJob(state);
  if (found === null || found.site !== site) return null;
  const { token } = found.ref;
  const memory = await loadMemory(context, token, expectedOf(state));
  const inode = memory.inode === null ? {} : { logInode: memory.inode };
  return {
    runId: state.id,
    jobs: [{ ref: found.ref, logOffset: memory.offset, ...inode }],
    take: async (reports, answeredAt) => {
      const report = reports.get(token);
      return report === undefined
        ? []
        : takeReport(context, state, memory, { ...report, observation: noteSilence(report.observation, answeredAt) });
    },
  };
}

async function takeReport(context: WorkerContext, state: RunState, memory: LogMemory, report: JobReport): Promise<number[]> {
  const now = context.now();
  const { token, observation } = report;
  const next = followLog(memory, report, expectedOf(state), now);
  const progress = next.offset === memory.offset && next.inode === memory.inode ? null : readProgress(next);
  const judged = hideExpected(state, judgeJob(next, progress, observation, now));
  if (isNews(state, report, progress, judged)) {
    await context.runs.apply(state.id, { kind: 'observe', id: `observe:${token}:${now}`, at: now, token, observation, progress, judged });
  }
  if (next !== memory) await saveMemory(context, token, next);
  const eta = (progress ?? findLastJob(state)?.progress)?.eta ?? null;
  return eta === null ? [] : [eta.likely];
}

/** A sample that the clock stops as planned does not fit into its limit, and nobody has to be told. */
function hideExpected(state: RunState, judged: Judged | null): Judged | null {
  return judged === null || state.sample?.plan.stopsByClock !== true ? judged : { ...judged, limit: null };
}

/** Whether a look told anything that the journal does not hold: another state, another reason, another place in the log, another verdict. */
function isNews(state: RunState, report: JobReport, progress: ReturnType<typeof readProgress> | null, judged: Judged | null): boolean {
  const known = findLastJob(state);
  if (isNewObservation(known?.observation ?? null, report.observation) || isNewProgress(known?.progress, progress)) return true;
  return judged !== null && judgeWarnings(state.warnings, report.token, judged).length > 0;
}
