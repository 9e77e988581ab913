import { describe, expect, it } from 'vitest';
import { readFolder } from '../../src/core/notebook/folder.ts';
import { runChecks } from '../../src/core/notebook/run-checks.ts';
import { loadChecks } from '../../src/notebooks/open-notebook.ts';
import { createTreeParser } from '../../src/python/parser.ts';
import { createLinter } from '../../src/python/ruff.ts';
import { measureGrowth } from '../core/growth.ts';
import fc from '../support/properties.ts';
import { makeFiles } from './make-folder.ts';

const checks = await loadChecks();
const tools = { parse: await createTreeParser(), lint: createLinter() };
const check = (code: string | readonly string[], metadata: Record<string, unknown> = {}) =>
  runChecks(readFolder(makeFiles({ code, metadata }), tools), checks);

const PIECES = [
  'import numpy as np\n',
  'import pandas as pd\n',
  'import yfinance as yf\n',
  "d = yf.download('A')\n",
  "d['x'] = d['Close']\n",
  'def f(a, *b, c=1, **d):\n    return f(a)\n',
  'for i in range(3):\n    x = i\n',
  'while True:\n    break\n',
  'try:\n    f(1)\nexcept (A, B) as e:\n    raise\nfinally:\n    x = 2\n',
  'class C(D):\n    y = 1\n    def m(self):\n        return self.z\n',
  'C().m()\n',
  'print(f"{x:.2f} {d!r}")\n',
  '[a for a in [1, 2] if a]\n',
  'lambda q: q\n',
  'x = y = (1, 2)\n',
  'a, *b = x\n',
  'with open("f") as g:\n    pass\n',
  'match x:\n    case 1:\n        pass\n',
  '%time\n',
  '!ls\n',
  'del x\n',
  'global q\n',
  'd.columns = ["a"]\n',
  '    ',
  ')',
  '"""',
  '\\',
  '\0',
  'é',
];

describe('notebooks that nobody meant well', () => {
  it('never make a check throw, and every finding has a place in the notebook', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((parts) => parts.join('')),
          { minLength: 1, maxLength: 4 },
        ),
        (cells) => {
          const { errors, warnings } = check(cells);
          for (const finding of [...errors, ...warnings]) {
            if (finding.cell === null || finding.line === null) continue;
            const lines = cells[finding.cell - 1]?.split('\n').length ?? 0;
            expect(finding.line).toBeGreaterThan(0);
            expect(finding.line).toBeLessThanOrEqual(Math.max(lines, 1));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('may hold any JSON as metadata', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('id', 'title', 'code_file', 'dataset_sources', 'enable_gpu', 'machine_shape', 'keywords'),
          fc.jsonValue(),
        ),
        (metadata) => {
          const verdict = check('x = 1', metadata);
          expect(verdict.passed).toBe(verdict.errors.length === 0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('end in time however deep their loops and branches are', () => {
    const loops = Array.from({ length: 14 }, (_, depth) => `${'    '.repeat(depth)}for a${String(depth)} in [1, 2, 3]:\n`).join('');
    expect(check(`${loops}${'    '.repeat(14)}x = 1\n`).passed).toBe(true);
    const calls = Array.from(
      { length: 30 },
      (_, index) => `def f${String(index)}():\n    return f${String(index + 1)}() if x else f${String(index + 1)}()\n`,
    ).join('');
    expect(check(`x = input()\n${calls}def f30():\n    return 1\nf0()\n`).passed).toBe(true);
  });

  it.each([
    ['key-like words', (size: number) => `token = '${'a1'.repeat(size)}\n`],
    ['blanks', (size: number) => `x = 1${' '.repeat(size)}# a\n`],
    ['install lines', (size: number) => `# ${'install '.repeat(size / 8)}\n`],
    ['names', (size: number) => `x = 1\n${'y = x\n'.repeat(size / 6)}`],
  ])('take linear time: %s', (_name, make) => {
    expect(measureGrowth((text) => check(text), make, 4000)).toBeLessThan(28);
  });
});
