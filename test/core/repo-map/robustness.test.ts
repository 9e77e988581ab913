import { describe, expect, it } from 'vitest';
import { readNotebook } from '../../../src/core/repo-map/notebook.ts';
import { renderRepoMap } from '../../../src/core/repo-map/render/render.ts';
import { RepoMap } from '../../../src/core/repo-map/schema.ts';
import fc from '../../support/properties.ts';
import { mapFiles, notebook, parse } from './helpers.ts';

const PIECES = [
  'import ',
  'def f(',
  ')',
  ':\n    ',
  'class A(',
  '@click.option(',
  'open(',
  "'a/b.txt'",
  '"""',
  '[',
  ']',
  '{',
  '\n',
  '\\\n',
  '#',
  '%',
  '!pip install ',
  '-r ',
  '`',
  '```',
  '|',
  '--x',
  '=',
  'for i in range(',
  'p.add_argument(',
  '\0',
  '😀',
  '[project]\n',
  'dependencies',
  '$',
  '<table><tr><td>',
  '|---|\n',
  'torchrun --nproc_per_node=',
  'wget https://x.org/',
  'CUDA_VISIBLE_DEVICES=',
  'path = ',
  '<',
  '>',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
);
const NAMES = [
  'train.py',
  'a/b.py',
  'README.md',
  'requirements.txt',
  'setup.py',
  'setup.cfg',
  'pyproject.toml',
  'environment.yml',
  'demo.ipynb',
  'run.sh',
  'conf/a.yaml',
  'config.json',
  '.gitmodules',
  'Dockerfile',
  '__proto__',
  'a/__init__.py',
];

describe('reading a repository', () => {
  it('never throws and always returns a valid map, whatever the files hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...NAMES), text), fc.constantFrom('', 'a', 'nowhere'), (files, subfolder) => {
        const map = mapFiles(files, subfolder);
        expect(RepoMap.safeParse(map).success).toBe(true);
        expect(renderRepoMap(map)).toContain('## Commands');
      }),
      { numRuns: 150 },
    );
  });

  it('reads what comes from other machines and other times: line ends, marks of byte order, old loops', () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    const map = mapFiles({
      'README.md': crlf(
        '# Moons\n\nCounts the moons of all planets.\n\n| model | acc |\n|---|---|\n| a | 91.5 |\n\n```\npython train.py --epochs 30 \\\n  --data data/moons\n```\n',
      ),
      'train.py': crlf(
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--epochs', default=20, help='one\\\n two')\np.add_argument('--data')\nargs = p.parse_args()\nfor epoch in xrange(90):\n    loss.backward()\nif __name__ == '__main__': print 'x'\n",
      ),
    });
    expect(map.about).toBe('Counts the moons of all planets.');
    expect(map.claims.map(({ metric, value, text }) => [metric, value, text])).toEqual([['acc', 91.5, 'a: 91.5']]);
    const [entry] = map.entries;
    expect(entry?.command).toBe('python train.py --epochs 30 --data data/moons');
    expect(entry?.arguments.map(({ name, help }) => [name, help])).toEqual([
      ['--epochs', 'one two'],
      ['--data', null],
    ]);
    expect(entry?.constants?.map(({ name, value }) => [name, value])).toEqual([['for epoch', '90']]);
    expect(map.assets.map((asset) => asset.reference)).toEqual(['data/moons']);
  });

  it('ends where settings name each other in a circle or grow without end', () => {
    const bomb = Array.from({ length: 12 }, (_, at) => `a${String(at + 1)}: &a${String(at + 1)} [${`*a${String(at)}, `.repeat(9)}]`).join(
      '\n',
    );
    const map = mapFiles({
      'train.py':
        "import hydra\n@hydra.main(config_path='conf', config_name='a')\ndef main(cfg): loss.backward()\nif __name__ == '__main__': main()\n",
      'conf/a.yaml': 'defaults:\n  - b\n  - a\n  - g: x\n  - _self_\nsteps: 5000\n',
      'conf/b.yaml': 'defaults: [a, b]\n',
      'conf/g/x.yaml': 'defaults:\n  - /a\n  - x\n  - /g@h: x\nlr: 1\n',
      'conf/bomb.yaml': `a0: &a0 {x: 1}\n${bomb}\n`,
    });
    expect(map.entries[0]?.arguments.find((item) => item.name === 'steps')).toMatchObject({ default: '5000', role: 'steps' });
    expect(map.configs.map((config) => config.file)).toContain('conf/bomb.yaml');
  });

  it('keeps the first words short where there are no spaces', () => {
    expect(mapFiles({ 'README.md': 'a'.repeat(5000) }).about.length).toBeLessThanOrEqual(400);
  });

  it('parses any text as Python', () => {
    fc.assert(fc.property(text, (source) => parse(source).imports.length >= 0));
  });

  it('gives up on deep nesting without harm', () => {
    expect(parse('f('.repeat(5000)).calls.length).toBeGreaterThanOrEqual(0);
    expect(parse(`x = ${'['.repeat(3000)}${']'.repeat(3000)}`).assignments.length).toBe(1);
  });
});

describe('readNotebook', () => {
  it('comments out what only a notebook understands and keeps blocks valid', () => {
    const script = readNotebook(
      notebook(
        '%matplotlib inline\nimport os\n!pip install timm \\\n   einops\nif True:\n    !ls\nfiles = !ls\nos?',
        '%%bash\nwget https://example.org/x',
        '%%time\nx = 1',
        'from tqdm.notebook import tqdm',
      ),
    );
    expect(script?.source.split('\n').slice(5)).toEqual([
      '',
      '# --- code cell 1',
      '# %matplotlib inline',
      'import os',
      '# !pip install timm \\',
      '# einops',
      'if True:',
      '    pass  # !ls',
      'files = []  # !ls',
      '# os?',
      '',
      '# --- code cell 2',
      '# %%bash',
      '# wget https://example.org/x',
      '',
      '# --- code cell 3',
      '# %%time',
      'x = 1',
      '',
      '# --- code cell 4',
      'from tqdm import tqdm',
      '',
    ]);
    expect(script?.shellLines).toContain('wget https://example.org/x');
  });

  it('refuses what is no notebook', () => {
    expect(readNotebook('[]')).toBeNull();
    expect(readNotebook('{"cells": [1, {"cell_type": "code"}]}')?.source).toContain('# --- code cell 1');
  });
});
