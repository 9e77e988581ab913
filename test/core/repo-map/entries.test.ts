import { describe, expect, it } from 'vitest';
import { splitWords } from '../../../src/core/repo-map/commands/shell-words.ts';
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

  it('prefers what the README says, with its arguments, and leaves placeholders out', () => {
    expect(
      ranking({
        'README.md':
          'Run:\n```bash\ncd src\nCUDA_VISIBLE_DEVICES=0 python main.py --cfg a.yaml \\\n   --data <path to data> --epochs 3  # long\npython main.py --eval\n```\n',
        'src/main.py': TRAIN,
        'src/train_other.py': TRAIN,
      }),
    ).toEqual([
      'src> python main.py --cfg a.yaml --epochs 3 [train]',
      'src> python train_other.py [train]',
      'src> python main.py --eval [evaluate]',
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

  it('ranks what can run as it stands above what lacks its data', () => {
    expect(ranking({ 'a/train.py': `open('corpus.txt')\n${TRAIN}`, 'b/train.py': TRAIN })).toEqual([
      'b> python train.py [train]',
      'a> python train.py [train]',
    ]);
  });

  it('starts nothing whose guard holds only pass', () => {
    expect(ranking({ 'train.py': "def trainer():\n    loss.backward()\nif __name__ == '__main__':\n    pass\n" })).toEqual([]);
  });

  it('prefers the program that is called like the method to a baseline that is told later', () => {
    const readme =
      '# Owl Nests (OWN)\n\nFor example:\n```\npython train_own.py --a 1\n```\nWe train a baseline too.\n```\npython train_plain.py\n```\n';
    expect(ranking({ 'README.md': readme, 'train_own.py': TRAIN, 'train_plain.py': TRAIN })[0]).toBe('> python train_own.py --a 1 [train]');
  });

  it('starts what the README measures rather than a training that it keeps quiet about', () => {
    const work = `def main(): pass\n${MAIN}`;
    const readme = '## Inference\n```\npython infer.py --config a.yaml\n```\n## Results\n```\npython evaluate.py --config a.yaml\n```\n';
    const files = { 'README.md': readme, 'infer.py': work, 'evaluate.py': work, 'train.py': TRAIN };
    expect(ranking(files).slice(0, 2).toSorted()).toEqual([
      '> python evaluate.py --config a.yaml [evaluate]',
      '> python infer.py --config a.yaml [evaluate]',
    ]);
  });

  it('leaves a command aside whose configuration is not there', () => {
    const readme = '## Training\n```\npython train_b.py --config config/lost.json\npython train_a.py --config config/a.json\n```\n';
    const files = { 'README.md': readme, 'train_a.py': TRAIN, 'train_b.py': TRAIN, 'config/a.json': '{}' };
    expect(ranking(files)[0]).toBe('> python train_a.py --config config/a.json [train]');
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
