import { describe, expect, it } from 'vitest';
import { mapRepository } from '../../../src/core/repo-map/map.ts';
import { createPythonParser } from '../../../src/python/parser.ts';
import { measureCpuMs, measureGrowth } from '../growth.ts';
import { notebook, repoFiles } from './helpers.ts';

const SIZE = 16_000;
/** Far more than an honest file of that size costs, far less than what grows with the square of it. */
const CAP_MS = 1500;
const parse = await createPythonParser({ milliseconds: 60, perThousand: 1 });

const TOKENS = [
  'a',
  'a.',
  ' ',
  '\t',
  '\n',
  '(',
  ')',
  '[',
  '[a ',
  '[a](',
  '![',
  '[1,',
  '{',
  '{"a":',
  '<',
  '<!--',
  '<a ',
  '"',
  "'",
  '"""',
  '`',
  '```\n',
  '*',
  '**',
  '_',
  '__a',
  '| - ',
  '|---|\n',
  '- ',
  '- - ',
  '- a:\n',
  'a: ',
  'a: [',
  '? ',
  '&a ',
  '%',
  '$',
  '${',
  '$(',
  '\\',
  '\\\n',
  '#',
  '=',
  '==',
  'a=',
  '--a ',
  '-e ',
  '1',
  '1.',
  '/',
  'a/',
  ',',
  ';',
  'not ',
  'lambda: ',
  'import ',
  'from a import (',
  'python a ',
  'pip install ',
  'FROM ',
  'RUN ',
  '://',
  'http://a',
  '<table><tr><td colspan=9>1',
  '<tr><th rowspan=40>a',
  "environ['A']\n",
  "a_dir = 'a/b'\n",
  "R = 'https://a.org/'\n",
  '{"epochs": 5}, ',
  'Ada Bo, ',
  '😀',
  '\0',
  'Redistribution and use in source and binary forms ',
  'Apache License ',
] as const;

const KINDS: readonly (readonly [string, (text: string) => string])[] = [
  ['README.md', (text) => `# A\n\n${text}`],
  ['train.py', (text) => `import torch\nx = ${text}`],
  ['setup.py', (text) => `from setuptools import setup\nsetup(install_requires=[${text}`],
  ['setup.cfg', (text) => `[options]\ninstall_requires =\n  ${text}`],
  ['pyproject.toml', (text) => `[project]\ndependencies = [${text}`],
  ['requirements.txt', (text) => text],
  ['environment.yml', (text) => `dependencies:\n  - ${text}`],
  ['.github/workflows/ci.yml', (text) => `jobs:\n  a:\n    steps:\n      - run: ${text}`],
  ['Makefile', (text) => `a:\n\t${text}`],
  ['Dockerfile', (text) => `FROM a\nRUN ${text}`],
  ['run.sh', (text) => `python train.py ${text}`],
  ['demo.ipynb', (text) => notebook(text)],
  ['config.yaml', (text) => text],
  ['LICENSE', (text) => text],
];

const fill = (text: string, piece: string): string => piece.repeat(Math.ceil(text.length / piece.length));
const runs = (words: string, train: string): Readonly<Record<string, string>> => ({
  'README.md': `\`\`\`\npython train.py ${words}\n\`\`\`\n`,
  'train.py': `import argparse\nimport torch\np = argparse.ArgumentParser()\np.add_argument('--lr')\na = p.parse_args()\nloss.backward()\n${train}`,
});
/** What is asked about a line or a table must not cost a walk over the rest of the file each time. */
const GROWING: readonly (readonly [string, (text: string) => Readonly<Record<string, string>>])[] = [
  ['commands one to a line', (text) => ({ 'README.md': `\`\`\`\n${fill(text, 'python train.py\n')}`, 'train.py': 'import torch\n' })],
  [
    'programs that are spelt alike',
    (text) => ({
      'README.md': `\`\`\`\n${fill(text, 'python tarin.py --a <b>\npython run_<c>.py\n')}`,
      'train.py': 'import torch\n',
      'run_d.py': 'import torch\n',
    }),
  ],
  ['tables that nothing closes', (text) => ({ 'README.md': fill(text, '<table') })],
  ['tables of a word each', (text) => ({ 'README.md': fill(text, '<table>\n</table') })],
  [
    'rows of a table far below',
    (text) => ({ 'README.md': `${'\n'.repeat(text.length / 2)}<table>${fill(text, '<tr><td>1').slice(0, 50_000)}</table>` }),
  ],
  ['names that begin like a helper of a parser', (text) => runs('--x 1', `s = '${fill(text, 'add_')}'\n`)],
  ['models that are copied behind a switch', (text) => runs('', `if x:\n${fill(text, '  DataParallel(m)\n')}`)],
  [
    'models that are copied in a function',
    (text) => runs('', `def f(m):\n  if n_gpus:\n${fill(text, '    DataParallel(m)\n')}if x:\n${fill(text, '  f(1)\n')}`),
  ],
  ['processes that are started behind a switch', (text) => runs('', `if x:\n${fill(text, '  mp.spawn(f, n_gpus)\n')}`)],
  [
    'places of data that are made',
    (text) =>
      runs('', `${Array.from({ length: text.length / 20 }, (_, at) => `data_dir = 'a/b${String(at)}'\n`).join('')}os.mkdir(data_dir)\n`),
  ],
];

describe('the time that a hostile file takes', () => {
  const markup = ['[a ', '[', '<', '<!--', '![', '](', '```'];
  it.each(markup)('grows with a README of %s', (token) => {
    const map = (text: string) =>
      mapRepository({ name: 'a', commit: null, committedAt: null, subfolder: '', files: repoFiles({ 'README.md': text }), parse });
    expect(measureGrowth(map, (size) => token.repeat(size / token.length), 30_000)).toBeLessThan(28);
  });

  it.each(GROWING)('grows with %s', (_what, make) => {
    const map = (text: string) =>
      mapRepository({ name: 'a', commit: null, committedAt: null, subfolder: '', files: repoFiles(make(text)), parse });
    expect(measureGrowth(map, (size) => ' '.repeat(size), 15_000)).toBeLessThan(28);
  });

  it.each(KINDS)('is bounded, whatever token is repeated: %s', (path, wrap) => {
    const slow: string[] = [];
    for (const token of TOKENS) {
      const make = (size: number) => wrap(token.repeat(Math.ceil(size / token.length)));
      const map = (text: string) =>
        mapRepository({
          name: 'hostile',
          commit: null,
          committedAt: null,
          subfolder: '',
          files: repoFiles({ 'train.py': 'import torch\n', [path]: text }),
          parse,
        });
      const spent = measureCpuMs(() => map(make(SIZE)));
      // A core that is shared with other tests lengthens processor time, too; how it grows tells what is slow by itself.
      if (spent <= CAP_MS) continue;
      const growth = measureGrowth(map, make, SIZE / 8);
      if (growth >= 28) slow.push(`${JSON.stringify(token)}: ${spent.toFixed(0)} ms, ${growth.toFixed(0)} times that of an eighth`);
    }
    expect(slow).toEqual([]);
  });

  it('gives up a file that is too slow to parse, says where, and keeps its outline', async () => {
    const impatient = await createPythonParser({ milliseconds: 0, perThousand: 0 });
    const text = `import torch\nimport numpy\nif __name__ == '__main__':\n    print(1)\nx = 1 ${'| - 1'.repeat(2000)}\n`;
    const map = mapRepository({
      name: 'slow',
      commit: null,
      committedAt: null,
      subfolder: '',
      files: repoFiles({ 'train.py': text }),
      parse: impatient,
    });
    expect(map.warnings).toEqual([{ file: 'train.py', line: expect.any(Number), what: 'too slow to parse; read in outline only' }]);
    expect(map.entries[0]?.file).toBe('train.py');
    expect(map.dependencies.map((item) => item.name)).toEqual(['torch', 'numpy']);
  });
});
