import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeLoopFailure } from '../../src/core/experiment/failure.ts';
import { attemptFolder } from '../../src/core/experiment/files.ts';
import type { Failure } from '../../src/core/failure.ts';
import type { Observation } from '../../src/core/jobs/job.ts';
import { DOCUMENT_LIMIT } from '../../src/core/run/events.ts';
import { runInThread } from '../../src/threads/run-in-thread.ts';
import { requireKaggle } from '../experiment/account.ts';
import { attemptPath } from '../experiment/folders.ts';
import { requireKernel, requirePlace, requireSubmission } from '../experiment/place.ts';
import { defineEffect } from '../processor.ts';
import type { LogJob, LogReading } from '../threads/examine-log.ts';

const MOST_BYTES = 1024 ** 3;
const EXAMINE_MS = 120_000;

/** Brings home what a run left, and says what it died of where it died. */
export default defineEffect('loop-fetch', async ({ context, state, signal }) => {
  const place = requirePlace(state);
  const { rerun, observation } = requireSubmission(place);
  const { name } = place.part;
  const { number } = place.attempt;
  const folder = join(attemptPath(context, state, name, number), `run-${rerun}`);
  const fetched = await requireKaggle(context).fetchOutputs(requireKernel(place), folder, { maxBytes: MOST_BYTES, signal });
  const log = await readFile(join(folder, 'kernel.log'), 'utf8');
  const failure = observation?.kind === 'ended' && observation.outcome !== 'completed' ? await diagnose(log, observation, signal) : null;
  const record = attemptFolder(name, number);
  return {
    kind: 'loop-fetched',
    files: fetched.files.map((file) => ({ name: file.name, bytes: file.bytes })),
    skipped: fetched.skipped.length,
    failure,
    documents: [{ path: `${record}/${rerun === 0 ? 'kernel.log' : `kernel-rerun-${rerun}.log`}`, content: cutLog(log) }],
  };
});

async function diagnose(log: string, observation: Extract<Observation, { kind: 'ended' }>, signal: AbortSignal): Promise<Failure> {
  if (observation.outcome === 'cancelled') {
    const explanation = 'Somebody stopped the run on its page, or Kaggle did; no message says why.';
    return describeLoopFailure('loop:cancelled_on_kaggle', 'The run was cancelled at Kaggle', explanation, 'code');
  }
  const job: LogJob = { log, schedulerState: null, observation, expected: {} };
  const limits = { signal, timeoutMs: EXAMINE_MS, doing: 'reading the log of the run' };
  return (await runInThread<LogReading>(new URL('../threads/examine-log.ts', import.meta.url), job, limits)).diagnosis;
}

/** The end of a long log matters most. */
function cutLog(text: string): string {
  if (text.length <= DOCUMENT_LIMIT) return text;
  const tail = text.slice(-(DOCUMENT_LIMIT - 200));
  return `[… ${text.length - tail.length} characters left out; the whole log lies beside the outputs …]\n${tail}`;
}
