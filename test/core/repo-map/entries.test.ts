import { describe, expect, it } from 'vitest';
import { splitWords } from '../../../src/core/repo-map/commands/shell-words.ts';
import { GROUNDS } from '../../../src/core/repo-map/entries/grounds/grounds.ts';
import { WEIGHTS } from '../../../src/core/repo-map/entries/grounds/weights.ts';
import { mapFiles, notebook } from './helpers.ts';

const MAIN = "if __name__ == '__main__':\n    main()\n";
const TRAIN = `def main():\n    loss.backward()\n${MAIN}`;
const ranking = (files: Record<string, string>, subfolder = '') =>
  mapFiles(files, subfolder).entries.map((entry) => `${entry.cwd}> ${entry.command} [${entry.kind}]`);

describe('the order of entries', () => {
  it('puts the training before evaluation, preparation, tests and setup', () => {
    expect(
      ranking({
        'setup.py': 'from setuptools import setup\nsetup()\n',
        'tests/test_train.py': TRAIN,
        'evaluate.py': `def main(): pass\n${MAIN}`,
        'prepare_data.py': `def main(): pass\n${MAIN}`,
        'train.py': TRAIN,
      }),
    ).toEqual([
      '> python train.py [train]',
      '> python evaluate.py [evaluate]',
      '> python prepare_data.py [preprocess]',
      'tests> python test_train.py [test]',
    ]);
  });

  it('finds among many programs alike those whose arguments bound the work, wherever they stand', () => {
    const name = (index: number) => `p${String(index).padStart(2, '0')}.py`;
    const program = (index: number) =>
      `import argparse\nparser = argparse.ArgumentParser()\n${index >= 65 ? "parser.add_argument('--epochs', type=int, default=9)\n" : ''}${TRAIN}`;
    const files = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [name(index), program(index)]));
    const shown = mapFiles(files).entries.map((entry) => entry.file);
    const expected = [65, 66, 67, 68, 69, ...Array.from({ length: 35 }, (_, index) => index)].map(name);
    expect(shown).toEqual(expected);
  });

  it('prefers what the README says, as it is typed there, with its holes', () => {
    expect(
      ranking({
        'README.md':
          'Run:\n```bash\ncd src\nCUDA_VISIBLE_DEVICES=0 python main.py --cfg a.yaml \\\n   --data <path to data> --epochs 3  # long\npython main.py --eval\n```\n',
        'src/main.py': TRAIN,
        'src/train_other.py': TRAIN,
      }),
    ).toEqual([
      "src> python main.py --cfg a.yaml --data '<path_to_data>' --epochs 3 [train]",
      'src> python main.py --eval [evaluate]',
      'src> python train_other.py [train]',
    ]);
  });

  it('takes commands from shell scripts and fills in their variables', () => {
    expect(ranking({ 'scripts/run.sh': 'LR=0.1\npython train.py --lr $LR > log.txt\n', 'train.py': TRAIN })).toEqual([
      '> python train.py --lr 0.1 [train]',
    ]);
  });

  it('knows launchers and modules', () => {
    const map = mapFiles({
      'README.md': '`torchrun --nproc_per_node=8 train.py --fast`\n\n    python -m pkg.finetune --x 1\n',
      'train.py': TRAIN,
      'pkg/__init__.py': '',
      'pkg/finetune.py': TRAIN,
      'pkg/tune.py': `from . import finetune\n${TRAIN}`,
    });
    expect(map.entries.map((entry) => [entry.launcher, entry.argv.join(' ')])).toEqual([
      ['torchrun', 'torchrun --nproc_per_node=8 train.py --fast'],
      ['module', 'python -m pkg.finetune --x 1'],
      ['module', 'python -m pkg.tune'],
    ]);
  });

  it('offers each script that a document names, a batch script and one that starts several programs in turn', () => {
    const files = {
      'README.md': '## Training\n```\nbash a.sh\nbash b.sh\n```\n',
      'a.sh': 'python train.py --a\n',
      'b.sh': 'python train.py --b\n',
      'jobs/one.sh': '#!/bin/bash\n#SBATCH --gres=gpu:1\npython train.py --c\n',
      'all.sh': 'python prepare.py\npython train.py --d\n',
      'alone.sh': 'python train.py --e\n',
      'train.py': TRAIN,
      'prepare.py': `def main(): pass\n${MAIN}`,
    };
    const scripts = mapFiles(files).entries.filter((entry) => entry.launcher === 'shell');
    expect(scripts.map((entry) => entry.command).toSorted()).toEqual(['bash a.sh', 'bash all.sh', 'bash b.sh', 'sbatch jobs/one.sh']);
  });

  it('says why an entry stands where it does, in points that add up', () => {
    const { entries } = mapFiles({ 'README.md': '## Training\n```\npython train.py\n```\n', 'train.py': TRAIN, 'tests/fit.py': TRAIN });
    for (const { score, reasons = [] } of entries) {
      expect(reasons.length).toBeGreaterThan(0);
      expect(reasons.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(score, 2);
    }
    const weights = entries[0]?.reasons?.map(({ points }) => Math.abs(points)) ?? [];
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(entries[0]?.reasons?.map(({ says }) => says)).toEqual(
      expect.arrayContaining(['it trains', 'it is the first training that the main README shows']),
    );
    expect(entries[1]?.reasons?.filter(({ points }) => points < 0).map(({ says }) => says)).toContain(
      'it lies in a folder for side matters',
    );
  });

  it('puts a copied project, which has a licence of its own, behind the same without one', () => {
    const files = { 'a/train.py': TRAIN, 'a/LICENSE': 'MIT', 'b/train.py': TRAIN };
    expect(ranking(files)).toEqual(['b> python train.py [train]', 'a> python train.py [train]']);
  });

  it('has points for every ground, each named once', () => {
    const names = GROUNDS.map(({ says }) => says);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(WEIGHTS).toSorted()).toEqual(names.toSorted());
  });

  it('starts nothing whose guard holds only pass', () => {
    expect(ranking({ 'train.py': "def trainer():\n    loss.backward()\nif __name__ == '__main__':\n    pass\n" })).toEqual([]);
  });

  it('prefers the program that is called like the method to a baseline that is told later', () => {
    const readme =
      '# Owl Nests (OWN)\n\nFor example:\n```\npython train_own.py --a 1\n```\nWe train a baseline too.\n```\npython train_plain.py\n```\n';
    expect(ranking({ 'README.md': readme, 'train_own.py': TRAIN, 'train_plain.py': TRAIN })[0]).toBe('> python train_own.py --a 1 [train]');
  });

  it('prefers the program that the README speaks of although another one imports it', () => {
    const files = { 'README.md': 'See `examples.py` for all algorithms.\n', 'examples.py': TRAIN, 'jobs.py': `import examples\n${TRAIN}` };
    expect(ranking(files)[0]).toMatch(/^> python examples\.py/);
  });

  it('takes a program that is called a test and fits a model for training, unless it asserts', () => {
    const fit = `import argparse\n${TRAIN}`;
    expect(ranking({ 'digits/digits_test.py': fit })).toEqual(['digits> python digits_test.py [train]']);
    expect(ranking({ 'digits/digits_test.py': `import unittest\n${fit}` })[0]).toMatch(/\[test\]$/);
  });

  it('takes the loops of benchmarks and the demonstrations in modules of a package for no training', () => {
    expect(ranking({ 'benchmarks/steps.py': TRAIN, 'owl/__init__.py': '' })).toEqual(['benchmarks> python steps.py [evaluate]']);
    expect(ranking({ 'fit_owls.py': TRAIN, 'owl/__init__.py': '', 'owl/nest.py': TRAIN })[0]).toBe('> python fit_owls.py [train]');
  });

  it('finds programs without a main block, and notebooks', () => {
    expect(
      ranking({
        'go.py': 'import torch\nfor i in range(10):\n    loss.backward()\n',
        'lib.py': 'X = 1\n',
        'demo.ipynb': notebook('loss.backward()'),
      }),
    ).toEqual(['> python go.py [train]', '> jupyter execute demo.ipynb [notebook]']);
  });

  it('reads what a folder needs from whatever list lies in it', () => {
    const files = { 'requirements.txt': 'flask\n', 'nest/Pipfile': '[packages]\nh5py = "*"\n', 'nest/train.py': TRAIN };
    expect(mapFiles(files, 'nest').dependencies.map((item) => item.name)).toEqual(['h5py']);
  });

  it('narrows to a folder and keeps paths of the whole repository', () => {
    expect(ranking({ 'a/main.py': TRAIN, 'b/main.py': TRAIN }, 'b')).toEqual(['b> python main.py [train]']);
  });
});

describe('splitWords', () => {
  it.each([
    [`python a.py --x 'one two' "three"`, ['python', 'a.py', '--x', 'one two', 'three']],
    ['python a.py --x 1 && rm -rf /', ['python', 'a.py', '--x', '1']],
    ['python a.py | tee log', ['python', 'a.py']],
    ['python a.py > log 2>&1 &', ['python', 'a.py']],
    ['python a.py --x=<value>  # why', ['python', 'a.py', '--x=<value>']],
    ['', []],
  ])('%j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});
