import type { JobRef } from '../../src/core/jobs/job.ts';
import { proposeRequest, readProposalLimits, type JobUsage } from '../../src/core/jobs/usage.ts';
import { cutDocument, DOCUMENT_LIMIT } from '../../src/core/run/events.ts';
import { findLastJob, type RunState } from '../../src/core/run/state.ts';
import { judgeSample } from '../../src/core/sample-run/judge.ts';
import { renderPatchRecord } from '../../src/core/sample-run/patch-record.ts';
import { renderSummary } from '../../src/core/sample-run/summary.ts';
import { runInThread } from '../../src/threads/run-in-thread.ts';
import type { WorkerContext } from '../context.ts';
import { expectedOf } from '../expected.ts';
import { defineEffect } from '../processor.ts';
import { readJobLog } from '../read-log.ts';
import { readUsage } from '../read-usage.ts';
import { scanWhole } from '../scan-whole.ts';
import type { LogJob, LogReading } from '../threads/examine-log.ts';

const EXAMINE_TIMEOUT_MS = 120_000;

export default defineEffect('examine-job', async ({ context, state, signal }) => {
  const job = findLastJob(state);
  const observation = job?.observation;
  if (job === undefined || job.ref === null || state.sample === null || observation?.kind !== 'ended')
    throw new Error('nothing to examine');
  const log = await readJobLog(context.backendOf(state.request.site), job.ref);
  // The backend has judged the ending already; its own word for it ("exited", or FAILED for a job out of time) says less.
  const work: LogJob = { log: log.text, schedulerState: null, observation, expected: expectedOf(state) };
  const limits = { signal, timeoutMs: EXAMINE_TIMEOUT_MS, doing: 'reading the log of the job' };
  const {
    progress: read,
    diagnosis: told,
    probe,
  } = await runInThread<LogReading>(new URL('../threads/examine-log.ts', import.meta.url), work, limits);
  const long = { site: state.request.site, paths: [`${job.spec.folder}/job.log`], readBytes: 0, observation };
  const diagnosis = log.cut && observation.outcome !== 'completed' ? await scanWhole(context, told, long, signal) : told;
  // Times are known only while a log grows: what the poller saw of them is kept.
  const progress = { ...read, rate: read.rate ?? job.progress?.rate ?? null, eta: null };
  const judged = judgeSample({
    plan: state.sample.plan,
    observation,
    progress,
    diagnosis,
    eta: job.progress?.eta ?? null,
    probe,
  });
  const { failure } = judged;
  const result = { ...judged.result, ...(await measureUse(context, state, job.ref)) };
  const { plan } = state.sample;
  const ready = plan.mode === 'probe' ? 'READY, as a probe only: nothing was trained' : 'READY';
  const verdict = failure === null ? ready : `NOT READY: ${failure.title}`;
  const summary = renderSummary({
    name: state.map?.name ?? state.id,
    site: state.request.site,
    commit: state.clone?.commit ?? '',
    plan,
    result,
    verdict,
  });
  const approval = state.approvals.findLast((item) => item.action.kind === 'submit-job' && item.settled?.as === 'granted');
  const patches = renderPatchRecord({ plan, approval, token: job.spec.token, log: log.text });
  const documents = [
    { path: 'SUMMARY.md', content: cutDocument(summary) },
    ...(patches === null ? [] : [{ path: 'PATCHES.md', content: cutDocument(patches) }]),
    { path: `logs/attempt-${job.attempt}.log`, content: cutLog(log.text) },
  ];
  return { kind: 'examined', result, failure, documents };
});

/** What the accounting tells of the job; nothing where a site has none, or where it does not answer: the verdict does not wait for it. */
async function measureUse(context: WorkerContext, state: RunState, ref: JobRef): Promise<{ usage?: JobUsage; proposal?: string }> {
  const { site } = state.request;
  if (context.sites.get(site)?.backend !== 'slurm' || ref.cluster !== undefined) return {};
  try {
    const [usage] = await readUsage(context.browserOf(site), ref.jobId);
    if (usage === undefined) return {};
    // The time limit of a sample is chosen by us and says nothing about a full run.
    const proposal = proposeRequest({ ...usage, limitSeconds: null }, [], readProposalLimits(context.sites.get(site)));
    return { usage, ...(proposal === null ? {} : { proposal }) };
  } catch (error) {
    context.log.warn({ err: error, run: state.id }, 'asking what a job used');
    return {};
  }
}

/** The end of a long log matters most, its beginning next. */
function cutLog(text: string): string {
  if (text.length <= DOCUMENT_LIMIT) return text;
  const head = text.slice(0, 8_000);
  const tail = text.slice(-(DOCUMENT_LIMIT - 8_200));
  return `${head}\n[… ${text.length - head.length - tail.length} characters left out; the whole log lies in the run’s folder …]\n${tail}`;
}
