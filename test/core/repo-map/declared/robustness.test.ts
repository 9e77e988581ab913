import { describe, expect, it } from 'vitest';
import { readInstallFile, readInstallLine } from '../../../../src/core/repo-map/declared/install-lines.ts';
import { tokenisePython } from '../../../../src/core/repo-map/declared/python-tokens.ts';
import { parseRequirement } from '../../../../src/core/repo-map/declared/requirement.ts';
import { readSetupPy } from '../../../../src/core/repo-map/declared/setup-py.ts';
import { isDistributionName } from '../../../../src/core/repo-map/dependencies/distributions.ts';
import { RepoMap } from '../../../../src/core/repo-map/schema.ts';
import fc from '../../../support/properties.ts';
import { measureGrowth } from '../../growth.ts';
import { mapFiles } from '../helpers.ts';

const PIECES =
  `install_requires = [ ] ( ) { } + += : , ' " """ \\ # return def f dict ( name = 'torch' requirements.txt -r -c -e git+https:// #egg= == >= ; python_version < pip install conda && \n - dependencies: [project] dependencies [[package]] version @ - pip: .append ( extras_require [tool.poetry.dependencies]`.split(
    ' ',
  );
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(...PIECES, ' ', '\n', '\n  - ', '\t'), { maxLength: 80 }).map((pieces) => pieces.join('')),
);
const NAMES = [
  'requirements.txt',
  'requirements/dev.txt',
  'setup.py',
  'setup.cfg',
  'tox.ini',
  'pyproject.toml',
  'Pipfile',
  'Pipfile.lock',
  'poetry.lock',
  'uv.lock',
  'conda-lock.yml',
  'environment.yml',
  'cog.yaml',
  'Dockerfile',
  'README.md',
  'Makefile',
  '.gitmodules',
  'train.py',
];

describe('reading declarations', () => {
  it('never throws, and names only what an index could know', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...NAMES), text), (files) => {
        const map = mapFiles(files);
        expect(RepoMap.safeParse(map).success).toBe(true);
        for (const item of map.dependencies) {
          expect(isDistributionName(item.name)).toBe(true);
          expect(item.specifier).not.toMatch(/--|\s|[;'"]/);
          expect(item.evidence.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('reads any line as a requirement or as none', () => {
    fc.assert(
      fc.property(text, (line) => {
        const read = parseRequirement(line);
        expect(read === null || !/\s/.test(read.name)).toBe(true);
        for (const item of readInstallLine(`pip install ${line}`)) expect(item.name).not.toMatch(/\s/);
      }),
    );
  });

  it.each([
    ['a long run of one character', (n: number) => 'a'.repeat(n)],
    ['many brackets', (n: number) => '['.repeat(n)],
    ['many names', (n: number) => 'install_requires = a\na = a + b\nb = a\n'.repeat(n / 40)],
    ['many commands', (n: number) => 'pip install '.repeat(n / 12)],
    ['many quotes', (n: number) => `'"`.repeat(n / 2)],
    ['many slashes', (n: number) => `git+https://${'a/'.repeat(n / 2)}`],
  ])('takes no more than linear time for %s', (_name, make) => {
    const read = (text: string) => {
      const file = { path: 'setup.py', size: text.length, text };
      readSetupPy(file, new Map());
      readInstallFile({ ...file, path: 'README.md' }, new Map(), '');
      parseRequirement(text.slice(0, 4000));
    };
    // Eight times the text; the rest of the factor is for a busy machine, and quadratic work would take 64 times.
    expect(measureGrowth(read, make, 25_000)).toBeLessThan(28);
  });

  it('counts lines through strings, continuations and brackets', () => {
    const tokens = tokenisePython('a = """x\ny""" + \\\n  b\n(\n c # no\n)\nd');
    expect(tokens.filter((token) => token.kind === 'name').map((token) => [token.text, token.line])).toEqual([
      ['a', 1],
      ['b', 3],
      ['c', 5],
      ['d', 7],
    ]);
  });
});
