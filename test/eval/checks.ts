import { fileURLToPath } from 'node:url';
import { readFolder } from '../../src/core/notebook/folder.ts';
import { runChecks } from '../../src/core/notebook/run-checks.ts';
import { createFolderReader, loadChecks } from '../../src/notebooks/open-notebook.ts';
import { createTreeParser } from '../../src/python/parser.ts';
import { createLinter } from '../../src/python/ruff.ts';
import { readCases } from './notebook-cases.ts';
import { renderScores, scoreCase, scoreRules } from './score-checks.ts';

const OWN = fileURLToPath(new URL('../fixtures/notebooks', import.meta.url));

/** `npm run eval:checks -- DIR`: tries all checks on notebooks of which is known how they ended. Without DIR, on our own. */
const checks = await loadChecks();
const read = await createFolderReader();
const tools = { parse: await createTreeParser(), lint: createLinter() };
const root = process.argv[2] ?? OWN;
const cases = readCases(root);
if (cases.length === 0) {
  process.stderr.write(
    `${root} holds no notebook whose end is known. Give each folder an expected.json, or put them below failing/ and passing/.\n`,
  );
  process.exitCode = 2;
} else {
  const scored = [];
  for (const one of cases) {
    const folder = 'folder' in one.source ? await read(one.source.folder) : readFolder(one.source.files, tools);
    scored.push(scoreCase(one, runChecks(folder, checks)));
  }
  process.stdout.write(
    `${renderScores(
      scored,
      scoreRules(
        scored,
        checks.map((check) => check.id),
      ),
    )}\n`,
  );
}
