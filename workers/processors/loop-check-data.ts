import { join } from 'node:path';
import { describeDataSource, findMadeScript } from '../../src/core/experiment/files.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { runInThread } from '../../src/threads/run-in-thread.ts';
import type { WorkerContext } from '../context.ts';
import { digestFiles, findDataFolder, madeScriptPath, projectFolder, requireOpen } from '../experiment/folders.ts';
import { defineEffect } from '../processor.ts';
import type { DataJob, DataJobResult } from '../threads/check-data.ts';

const LIMIT_MS = 300_000;
const MOST_FINDINGS = 8;

/** The seven steps over the files that attempts will train on. */
export default defineEffect('loop-check-data', async ({ context, state, signal }) => {
  const exp = requireOpen(state);
  const { data, target } = exp.project;
  const folder = findDataFolder(context, state);
  const files = await digestFiles(folder, data.files);
  const code = listScripts(context, state);
  const spec = {
    ...data.check,
    files: data.files.map((path) => ({ path })),
    target: { file: target.file, column: target.column },
    code: code.map(({ name }) => name),
  };
  const job: DataJob = {
    folder,
    spec,
    code,
  };
  const limits = { signal, timeoutMs: LIMIT_MS, doing: 'checking the data' };
  const { verdict, findings, text } = await runInThread<DataJobResult>(new URL('../threads/check-data.ts', import.meta.url), job, limits);
  return {
    kind: 'loop-data-checked',
    data: { verdict, findings: findings.slice(0, MOST_FINDINGS), files, source: describeDataSource(exp) },
    documents: [{ path: 'data-check.txt', content: `${text}\n` }],
  };
});

/** The script that made the data, which is read as text: the project’s own, or an agent’s. */
function listScripts(context: WorkerContext, state: RunState): DataJob['code'] {
  const exp = requireOpen(state);
  const { script } = exp.project.data;
  if (script !== undefined) return [{ name: script, path: join(projectFolder(context, state), script) }];
  const made = findMadeScript(exp);
  return made === null ? [] : [{ name: made, path: madeScriptPath(context, state, made) }];
}
