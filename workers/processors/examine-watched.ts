import { isSure } from '../../src/core/diagnosis/scan-log.ts';
import type { Failure } from '../../src/core/failure.ts';
import type { Observation } from '../../src/core/jobs/job.ts';
import { proposeRequest, readProposalLimits } from '../../src/core/jobs/usage.ts';
import type { WatchExamined, WatchItem } from '../../src/core/run/watch-schema.ts';
import { isItemAlive, listToExamine, sumHeld } from '../../src/core/run/watch.ts';
import type { JobBrowser } from '../../src/ports.ts';
import { runInThread } from '../../src/threads/run-in-thread.ts';
import type { WorkerContext } from '../context.ts';
import { defineEffect } from '../processor.ts';
import { readWatchedLog } from '../read-log.ts';
import { readUsage } from '../read-usage.ts';
import { scanWhole } from '../scan-whole.ts';
import type { LogJob, LogReading } from '../threads/examine-log.ts';

const EXAMINE_TIMEOUT_MS = 120_000;
/** The end of a log says why; more would only take longer. */
const LOG_BYTES = 1_000_000;

type Ended = Extract<Observation, { kind: 'ended' }>;

/** Reads why watched jobs or parts of them died, and what they asked for and used. Reads only. */
export default defineEffect('examine-watched', async ({ context, state, effect, signal }) => {
  const item = state.watch?.items.find((one) => one.token === effect.token);
  if (item === undefined) throw new Error('nothing to examine');
  const { site } = state.request;
  const browser = context.browserOf(site);
  const looked: { id: string; failure: Failure | null }[] = [];
  for (const id of listToExamine(item)) looked.push({ id, failure: await readFailure(context, { site, item, id }, signal) });
  // Some parts at a time: what is left is asked for again.
  const left = listToExamine({ ...item, looked: [...item.looked, ...looked.map(({ id }) => id)] });
  if (isItemAlive(item) || left.length > 0)
    return { kind: 'watch-examined', found: { token: item.token, looked, final: false, usage: null, proposal: null } };
  return { kind: 'watch-examined', found: { token: item.token, looked, final: true, ...(await measure(context, browser, site, item)) } };
});

/** What the log of a job says about its end; null where nothing is wrong, or where somebody cancelled it. */
async function readFailure(
  context: WorkerContext,
  { site, item, id }: { readonly site: string; readonly item: WatchItem; readonly id: string },
  signal: AbortSignal,
): Promise<Failure | null> {
  const browser = context.browserOf(site);
  const observation = findEnd(item, id);
  if (observation === null || observation.outcome === 'cancelled') return null;
  const { paths, texts } = await readWatchedLog(browser, item, id, LOG_BYTES);
  const work: LogJob = { log: texts.join('\n'), schedulerState: null, observation, expected: {} };
  const limits = { signal, timeoutMs: EXAMINE_TIMEOUT_MS, doing: `reading the log of job ${id}` };
  const { diagnosis: told } = await runInThread<LogReading>(new URL('../threads/examine-log.ts', import.meta.url), work, limits);
  const isLong = texts.some((text) => Buffer.byteLength(text) >= LOG_BYTES);
  const whole = { site, paths, readBytes: LOG_BYTES, observation };
  const diagnosis = isLong && observation.outcome !== 'completed' && !isSure(told) ? await scanWhole(context, told, whole, signal) : told;
  const missing = texts.length === 0 ? paths : null;
  if (observation.outcome !== 'completed' && (diagnosis.class === 'none' || (missing !== null && diagnosis.class === 'unknown')))
    return describeSilentEnd(id, observation, missing);
  if (diagnosis.class === 'none') return null;
  // The scheduler calls it completed, and its log is not sure that it is wrong.
  return observation.outcome === 'completed' && diagnosis.class === 'unknown' ? null : diagnosis;
}

function findEnd(item: WatchItem, id: string): Ended | null {
  if (item.shape === 'single') return item.observation?.kind === 'ended' ? item.observation : null;
  const part = item.parts?.bad.find((one) => one.id === id);
  if (part === undefined) return null;
  const { outcome, exitCode, signal } = part;
  return { kind: 'ended', outcome, exitCode, signal, evidence: 'accounting', schedulerState: outcome };
}

/** The scheduler says that it went wrong, and the log says nothing about it, or was not found at the `missing` paths. */
function describeSilentEnd(id: string, { outcome, exitCode, signal }: Ended, missing: readonly string[] | null): Failure {
  const code = exitCode === null ? (signal === null ? '' : `, signal ${signal}`) : `, exit code ${exitCode}`;
  return {
    class: 'unknown',
    title: `Ended: ${outcome.replaceAll('-', ' ')}`,
    evidence: null,
    confidence: 0.5,
    fault: 'unknown',
    route: 'ask',
    remedy: null,
    explanation: `The scheduler says ${outcome.replaceAll('-', ' ')}${code}, and ${tellOfLog(id, missing)}.`,
    facts: {},
  };
}

function tellOfLog(id: string, missing: readonly string[] | null): string {
  if (missing === null) return `the log of ${id} shows no reason`;
  return missing.length === 0 ? `nobody says where ${id} wrote its log` : `its log was not found at ${missing.join(' or ')}`;
}

/** What it held in all and, of a job with parts, what the part used that needed most memory. */
async function measure(
  context: WorkerContext,
  browser: JobBrowser,
  site: string,
  item: WatchItem,
): Promise<Pick<WatchExamined, 'usage' | 'proposal' | 'held'>> {
  const all = await readUsage(browser, item.jobId);
  const [most] = all.toSorted((a, b) => (b.memoryUsed ?? 0) - (a.memoryUsed ?? 0));
  if (most === undefined) return { usage: null, proposal: null };
  const earlier = item.shape === 'single' && item.name !== '' ? await browser.usage({ name: item.name }) : all;
  return { usage: most, proposal: proposeRequest(most, earlier, readProposalLimits(context.sites.get(site))), held: sumHeld(all, item) };
}
