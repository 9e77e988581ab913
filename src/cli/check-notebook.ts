import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { renderVerdict, runChecks } from '../core/notebook/run-checks.ts';
import { createFolderReader, loadChecks } from '../notebooks/open-notebook.ts';
import { defineVerb } from './define-verb.ts';

const USAGE = 'check-notebook <folder> [--json]';

function parse(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
}

export default defineVerb({
  name: 'check-notebook',
  summary: 'say before a push what would fail on Kaggle, without running anything',
  usage: USAGE,
  run: async (args, io) => {
    let parsed: ReturnType<typeof parse>;
    try {
      parsed = parse(args);
    } catch (error) {
      io.stderr.write(`${error instanceof Error ? error.message : String(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
    const [given, ...rest] = parsed.positionals;
    if (given === undefined || rest.length > 0) {
      io.stderr.write(`Name one folder that holds kernel-metadata.json and the code file.\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
    const path = resolve(io.cwd, given);
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() !== true) {
      io.stderr.write(`checking ${given}: there is no such folder. Name the folder that holds kernel-metadata.json and the code file.\n`);
      return 2;
    }
    try {
      const folder = await (await createFolderReader())(path);
      const verdict = runChecks(folder, await loadChecks());
      io.stdout.write(`${parsed.values.json === true ? JSON.stringify(verdict, null, 2) : renderVerdict(verdict)}\n`);
      return verdict.passed ? 0 : 1;
    } catch (error) {
      io.stderr.write(`reading ${given}: ${error instanceof Error ? error.message : String(error)}. See that its files can be read.\n`);
      return 2;
    }
  },
});
