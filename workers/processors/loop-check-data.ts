import { join } from 'node:path';
import { describeDataSource } from '../../src/core/experiment/files.ts';
import { digestFiles, findDataFolder, projectFolder, requireOpen } from '../experiment/folders.ts';
import { defineEffect } from '../processor.ts';
import type { DataJob, DataJobResult } from '../threads/check-data.ts';
import { runInThread } from '../threads/run-in-thread.ts';

const LIMIT_MS = 300_000;
const MOST_FINDINGS = 8;

/** The seven steps over the files that attempts will train on. */
export default defineEffect('loop-check-data', async ({ context, state, signal }) => {
  const exp = requireOpen(state);
  const { data, target } = exp.project;
  const folder = findDataFolder(context, state);
  const files = await digestFiles(folder, data.files);
  const { script } = data;
  const spec = {
    ...data.check,
    files: data.files.map((path) => ({ path })),
    target: { file: target.file, column: target.column },
    code: script === undefined ? [] : [script],
  };
  const job: DataJob = {
    folder,
    spec,
    code: script === undefined ? [] : [{ name: script, path: join(projectFolder(context, state), script) }],
  };
  const limits = { signal, timeoutMs: LIMIT_MS, doing: 'checking the data' };
  const { verdict, findings, text } = await runInThread<DataJobResult>(new URL('../threads/check-data.ts', import.meta.url), job, limits);
  return {
    kind: 'loop-data-checked',
    data: { verdict, findings: findings.slice(0, MOST_FINDINGS), files, source: describeDataSource(exp) },
    documents: [{ path: 'data-check.txt', content: `${text}\n` }],
  };
});
