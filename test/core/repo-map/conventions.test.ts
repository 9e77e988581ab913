import { describe, expect, it } from 'vitest';
import { readInstallLine } from '../../../src/core/repo-map/declared/install-lines.ts';
import { countGpus } from '../../../src/core/repo-map/hardware/launches.ts';
import { firstEntry, mapFiles, notebook } from './helpers.ts';

const MAIN = "if __name__ == '__main__':\n    main()\n";
const TRAIN = `import torch\ndef main():\n    loss.backward()\n${MAIN}`;
const WORK = `def main(): pass\n${MAIN}`;
const block = (...lines: readonly string[]) => ['# Thing', '', '```bash', ...lines, '```', ''].join('\n');
const needs = (files: Record<string, string>) => (firstEntry(files).needs ?? []).map((need) => need.name);

describe('commands', () => {
  it('fills in what a make command sets, also in a line that goes on, and finds the program behind it', () => {
    const files = {
      'README.md': block('make fit config=experiments/second/plain.gin'),
      'experiments/second/plain.gin': 'x = 1\n',
      'experiments/second/main.py': TRAIN,
      'experiments/first/main.py': TRAIN,
      Makefile: 'IMAGE := box\nfit:\n\tdocker run -it --rm ${IMAGE} \\\n \t\tpython $(dir ${config})main.py --config=$(config) all\n',
    };
    const entry = firstEntry(files);
    expect([entry.command, entry.file]).toEqual(['make fit config=experiments/second/plain.gin', 'experiments/second/main.py']);
  });

  it('takes the options below a command although a backslash was forgotten', () => {
    const readme = block('torchrun train.py \\', '    --size small', '    --epochs 3 \\', '    --lr 0.1');
    expect(firstEntry({ 'README.md': readme, 'train.py': TRAIN }).command).toBe('torchrun train.py --size small --epochs 3 --lr 0.1');
  });

  it('starts one run rather than the script that lists all runs of a paper', () => {
    const runs = Array.from({ length: 7 }, (_, index) => `python main.py --env e${String(index)}\n`).join('');
    const readme = block('./run_all.sh', 'python main.py --env e1');
    expect(firstEntry({ 'README.md': readme, 'run_all.sh': runs, 'main.py': TRAIN }).command).toBe('python main.py --env e1');
  });

  it('prefers the installed command that is called training to its variants', () => {
    const files = {
      'pyproject.toml':
        '[project]\nname = "seg"\n[project.scripts]\nseg_train = "seg.run.run_training:main"\nseg_train_pretrained = "seg.run.run_training_pretrained:main"\n',
      'docs/variants.md': block('seg_train_pretrained 4 -p plan'),
      'docs/train.md': block('seg_train 4'),
      'seg/__init__.py': '',
      'seg/run/__init__.py': '',
      'seg/run/run_training.py': TRAIN,
      'seg/run/run_training_pretrained.py': TRAIN,
    };
    expect(firstEntry(files).command).toBe('seg_train 4');
  });

  it('names the notebooks that a README lists when it tells no command', () => {
    const cell = notebook('from sklearn.svm import SVC\nSVC().fit(x, y)');
    const files = {
      'README.md': '# Book\n\n- [1](a/one.ipynb)\n- [2](a/two.ipynb)\n- [3](a/three.ipynb)\n',
      'a/one.ipynb': cell,
      'a/two.ipynb': cell,
      'a/three.ipynb': cell,
      'scripts/train.py': TRAIN,
    };
    expect(firstEntry(files).launcher).toBe('notebook');
    expect(firstEntry({ ...files, 'README.md': '# Book\n\n- [1](a/one.ipynb)\n' }).file).toBe('scripts/train.py');
    expect(firstEntry({ ...files, 'README.md': `${files['README.md']}${block('python scripts/train.py')}` }).file).toBe('scripts/train.py');
  });
});

describe('hardware', () => {
  it.each([
    ['python train.py --gpu 0-3', 4],
    ['python train.py --gpu 2-2', 1],
    ['python train.py trainer=FSDPTrainer', 'many'],
    ['python train.py --fsdp full_shard', 'many'],
    ['python train.py --name nofsdp', null],
  ])('%s → %s', (command, expected) => {
    expect(countGpus(command)).toBe(expected);
  });

  it('counts a mesh of devices, and the slice of TPUs in the script that starts it', () => {
    const code = `import jax\nfrom jax.experimental.pjit import pjit\nstep = pjit(f)\n${TRAIN}`;
    const script = '# pretraining on a TPU v4-512 pod\npython -m lm.train --steps 5\n';
    expect(mapFiles({ 'lm/train.py': code, 'examples/pretrain.sh': script }).hardware.class).toBe('multi-gpu');
    expect(mapFiles({ 'lm/train.py': `import jax\n${TRAIN}` }).hardware.class).toBe('single-gpu');
  });
});

describe('dependencies', () => {
  it('takes no package from advice to mend an installation, and no placeholder', () => {
    expect(readInstallLine('conda install SomePackage')).toEqual([]);
    expect(readInstallLine('pip install my-package numpy').map((item) => item.name)).toEqual(['numpy']);
    const readme = '# x\n\nIf it fails, `pip uninstall winthing` and then `pip install winthing` mend it.\n\nElse `pip install scipy`.\n';
    expect(mapFiles({ 'README.md': readme, 'train.py': WORK }).dependencies.map((item) => item.name)).toEqual(['scipy']);
  });

  it('counts what a library or the command takes without an import, if it is declared', () => {
    const code = 'from transformers import Trainer\nTrainer().train()\n' + MAIN;
    const requirements = 'transformers\ntorch\naccelerate\ndeepspeed\ngradio\n';
    const files = { 'README.md': block('deepspeed train.py'), 'train.py': code, 'requirements.txt': requirements };
    expect(needs(files)).toEqual(['transformers', 'torch', 'accelerate', 'deepspeed']);
    expect(needs({ ...files, 'requirements.txt': 'transformers\n' })).toEqual(['transformers']);
    expect(
      needs({ 'train.py': `from mmengine import Runner\n${TRAIN}`, 'requirements.txt': 'mmcv\nmmengine\npycocotools\npytest\n' }),
    ).toEqual(expect.arrayContaining(['mmcv', 'pycocotools']));
  });
});

describe('documents', () => {
  it('reads a README for what its folder or the link to it is called, and the one beside the settings of the command', () => {
    const found = mapFiles({
      'README.md': `# x\n\n[Setting up Python](code/one/README.md) and [more](docs/getting-started/README.md)\n\n${block('python train.py --config configs/b/small.yaml')}`,
      'code/one/README.md': 'words',
      'docs/getting-started/README.md': 'words',
      'configs/a/README.md': 'words',
      'configs/b/README.md': 'words',
      'configs/b/small.yaml': 'lr: 1\n',
      'train.py': TRAIN,
    }).documents;
    expect(
      found
        .map((item) => item.file)
        .slice(0, 4)
        .toSorted(),
    ).toEqual(['README.md', 'code/one/README.md', 'configs/b/README.md', 'docs/getting-started/README.md']);
  });
});
