import { attemptFolder } from '../../src/core/experiment/files.ts';
import { cutDocument } from '../../src/core/run/events.ts';
import { runInThread } from '../../src/threads/run-in-thread.ts';
import { requireOpen } from '../experiment/folders.ts';
import { layOutKernel, listInputs, prepareKernel } from '../experiment/kernel.ts';
import { requirePlace } from '../experiment/place.ts';
import { askAboutAttempt } from '../experiment/question.ts';
import { defineEffect } from '../processor.ts';
import type { KernelVerdict } from '../threads/check-kernel.ts';

const LIMIT_MS = 120_000;
const MOST_ERRORS = 10;

/** What would fail on Kaggle is found here, before any hour of it is spent. */
export default defineEffect('loop-check-notebook', async ({ context, state, signal }) => {
  const place = requirePlace(state);
  const { project, terms } = requireOpen(state);
  const kernel = await prepareKernel(context, state, place);
  const folder = await layOutKernel(context, state, place, kernel, listInputs(context, state));
  const limits = { signal, timeoutMs: LIMIT_MS, doing: 'checking the notebook' };
  const verdict = await runInThread<KernelVerdict>(new URL('../threads/check-kernel.ts', import.meta.url), { folder }, limits);
  const { name: part } = place.part;
  const { number: attempt } = place.attempt;
  const question = askAboutAttempt(project, { site: state.request.site, terms, files: kernel.files, part, attempt });
  const record = attemptFolder(part, attempt);
  return {
    kind: 'loop-notebook-checked',
    passed: verdict.passed,
    errors: verdict.errors.slice(0, MOST_ERRORS),
    warnings: verdict.warnings,
    files: kernel.files,
    question,
    documents: [
      { path: `${record}/${kernel.codeFile}`, content: cutDocument(kernel.source) },
      { path: `${record}/kernel-metadata.json`, content: kernel.metadataText },
      { path: `${record}/notebook-check.txt`, content: cutDocument(`${verdict.text}\n`) },
    ],
  };
});
