import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import type { FailureClass } from '../../src/core/diagnosis/failure-class.ts';
import { startProgress } from '../../src/core/progress/state.ts';
import { summarizeProgress } from '../../src/core/progress/summarize.ts';
import { trackProgress } from '../../src/core/progress/track.ts';
import { loadPlugins } from '../../src/plugins.ts';
import { measureGrowth } from './growth.ts';
import { mapFiles } from './repo-map/helpers.ts';

const classes = await loadPlugins<FailureClass>(new URL('../../src/failures/', import.meta.url));
// Eight times the text may take eight times as long; the rest of the factor is for a busy machine. Quadratic work would take 64 times.
const LIMIT = 28;

const fillWith = (piece: string) => (size: number) => piece.repeat(Math.ceil(size / piece.length));
const shapes: [string, (size: number) => string][] = [
  ['blanks', (size) => `x${' '.repeat(size)}x`],
  ['a long word', fillWith('a')],
  ['a long number', (size) => `step ${'1'.repeat(size)}ms`],
  ['dots', fillWith('a.')],
  ['capital letters', fillWith('A')],
  ['brackets', fillWith('a(')],
  ['words', fillWith('epoch-')],
  ['bars', fillWith('10%|█| 1/2 [')],
  ['many lines of blanks', fillWith(`x${' '.repeat(1900)}x\n`)],
  ['many lines of a number', fillWith(`step ${'1'.repeat(1900)}ms\n`)],
  ['many lines of letters', fillWith(`${'A'.repeat(1900)}\n`)],
];

describe('the time that a hostile log takes', () => {
  it.each(shapes)('grows with its size for progress: %s', (_what, make) => {
    const read = (log: string) => summarizeProgress(trackProgress(startProgress(), log, null));
    expect(measureGrowth(read, make, 40_000)).toBeLessThan(LIMIT);
  });

  it.each(shapes)('grows with its size for the diagnosis: %s', (_what, make) => {
    expect(measureGrowth((log) => diagnose({ log, schedulerState: 'FAILED' }, classes), make, 20_000)).toBeLessThan(LIMIT);
  });

  it('cuts the proving line, which stays the beginning of the line', () => {
    const log = `RuntimeError: CUDA out of memory. ${'x'.repeat(3000)}\n`;
    const { evidence } = diagnose({ log, schedulerState: 'FAILED' }, classes);
    expect(evidence?.text).toHaveLength(2000);
    expect(log.startsWith(evidence?.text ?? '?')).toBe(true);
  });
});

describe('the time that a hostile repository takes', () => {
  const repositories: [string, (size: number) => Record<string, string>][] = [
    ['a README of blanks', (size) => ({ 'README.md': `x${' '.repeat(size)}x` })],
    ['a README with one long line', (size) => ({ 'README.md': 'python '.repeat(size / 7) })],
    ['a README with one line that goes on', (size) => ({ 'README.md': 'python a \\\n'.repeat(size / 11) })],
    ['a setup.cfg with many lines', (size) => ({ 'setup.cfg': `[options]\ninstall_requires =\n${lines(size, (i) => `    pack${i}>=1`)}` })],
    [
      'a pyproject with many lines',
      (size) => ({ 'pyproject.toml': `[project]\ndependencies = [\n${lines(size, (i) => `"pack${i}",`)}\n]\n` }),
    ],
    ['requirements of one line', (size) => ({ 'requirements.txt': 'a'.repeat(size) })],
    ['requirements of many lines', (size) => ({ 'requirements.txt': lines(size, (i) => `pack${i}==1`) })],
    ['an environment of many lines', (size) => ({ 'environment.yml': `dependencies:\n${lines(size, (i) => `  - pack${i}=1`)}` })],
    [
      'a README of table cells that span',
      (size) => ({ 'README.md': `<table>${'<tr><td rowspan=3 colspan=2>1</td></tr>'.repeat(size / 38)}` }),
    ],
    ['a README of tables', (size) => ({ 'README.md': '| a | b |\n|-|-|\n| c | 1 |\n\n'.repeat(size / 27) })],
    ['Python of addresses', (size) => ({ 'train.py': lines(size, (i) => `U${i} = 'https://x.org/${i}.pth'`) })],
    ['Python of variables', (size) => ({ 'train.py': `${lines(size, (i) => `os.environ['V${i}']`)}\nif __name__ == '__main__': pass\n` })],
    ['Python of places', (size) => ({ 'train.py': lines(size, (i) => `D${i}_data_dir = 'a/${i}'`) })],
    ['Python with one long line', (size) => ({ 'train.py': `x = [${'1, '.repeat(size / 3)}]` })],
  ];
  it.each(repositories)('grows with its size: %s', (_what, make) => {
    expect(
      measureGrowth(
        (size) => mapFiles(make(size.length)),
        (size) => ' '.repeat(size),
        20_000,
      ),
    ).toBeLessThan(LIMIT);
  });
});

function lines(size: number, make: (index: number) => string): string {
  return Array.from({ length: Math.ceil(size / 15) }, (_, index) => make(index)).join('\n');
}
