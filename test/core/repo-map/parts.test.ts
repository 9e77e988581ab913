import { describe, expect, it } from 'vitest';
import { mapFiles, notebook } from './helpers.ts';

const MAIN = "if __name__ == '__main__':\n    main()\n";
const project = {
  LICENSE: 'MIT License',
  'README.md': '# Thing\n\n    python train.py --config configs/base.yaml\n',
  'train.py': `import torch\nimport argparse\nfrom model import Net\nfrom data import Pictures\nimport helpers\nfrom torch.utils.tensorboard import SummaryWriter\np = argparse.ArgumentParser()\np.add_argument('--config')\np.add_argument('--out-dir', default='runs')\nw = SummaryWriter()\nloss.backward()\n${MAIN}`,
  'model.py': 'import torch\nimport helpers\nclass Net(torch.nn.Module):\n    pass\n',
  'data.py': 'import torch.utils.data\nclass Pictures(torch.utils.data.Dataset):\n    pass\n',
  'helpers.py': 'def seed(n):\n    return n\n',
  'test.py': `from model import Net\ndef evaluate(): pass\n${MAIN}`,
  'kernels/fast.cu': '',
  'configs/base.yaml': 'lr: 1\n',
  'configs/other.yaml': 'lr: 2\n',
  'tests/test_model.py': 'def test_it(): pass\n',
};

describe('parts of a repository', () => {
  const map = mapFiles(project);

  it('says what each file is for', () => {
    expect(map.modules.map(({ file, role, why }) => [file, role, why])).toEqual([
      ['helpers.py', 'utility', 'defines seed'],
      ['model.py', 'model', 'defines Net'],
      ['data.py', 'data', 'defines Pictures'],
      ['train.py', 'training', 'can be started to train'],
      ['test.py', 'evaluation', 'can be started to evaluate'],
      ['kernels/fast.cu', 'kernel', 'compiled code of its own'],
    ]);
  });

  it('says who imports whom and who names which settings', () => {
    expect(map.importGraph).toEqual([
      { file: 'model.py', imports: ['helpers.py'] },
      { file: 'train.py', imports: ['data.py', 'helpers.py', 'model.py'] },
      { file: 'test.py', imports: ['model.py'] },
    ]);
    expect(map.configs).toEqual([
      { file: 'configs/base.yaml', format: 'yaml', usedBy: ['README.md'] },
      { file: 'configs/other.yaml', format: 'yaml', usedBy: [] },
    ]);
  });

  it('finds the settings behind hydra', () => {
    const hydra = mapFiles({
      'src/train.py': `import hydra\n@hydra.main(config_path='../conf', config_name='main')\ndef main(cfg):\n    loss.backward()\n${MAIN}`,
      'conf/main.yaml': 'lr: 1\n',
    });
    expect(hydra.configs).toEqual([{ file: 'conf/main.yaml', format: 'yaml', usedBy: ['src/train.py'] }]);
  });

  it('calls no program and no list of packages a setting, and prefers those of the best command', () => {
    const files = {
      'README.md': '# Thing\n\n```\npython experiments/run.py --config configs/b.yaml\n```\n\nOr configs/a.yaml with env.yaml.\n',
      'experiments/run.py': `import argparse\np = argparse.ArgumentParser()\np.add_argument('--config')\nloss.backward()\n${MAIN}`,
      'experiments/plain.py': 'lr = 3\n',
      'configs/a.yaml': 'lr: 1\n',
      'configs/b.yaml': 'lr: 2\n',
      'env.yaml': 'name: x\ndependencies:\n  - python=3.8\n',
    };
    const read = mapFiles(files);
    expect(read.configs.map((config) => config.file)).toEqual(['configs/a.yaml', 'configs/b.yaml', 'experiments/plain.py']);
    expect(read.keyFiles).toContainEqual({ file: 'configs/b.yaml', why: 'settings that the command names' });
    expect(read.versions.map((hint) => `${hint.of} ${hint.version}`)).toEqual(['python 3.8']);
  });

  it('takes flows for models and sets of a library for data', () => {
    const read = mapFiles({
      'train.py': `from flows.transforms.affine import Affine\nfrom sets import Skewed\nloss.backward()\n${MAIN}`,
      'flows/transforms/affine.py': 'from torch import nn\nclass Affine(Base):\n    scale = nn.Parameter(1)\n',
      'sets.py': 'import torchvision\nclass Skewed(torchvision.datasets.CIFAR10):\n    pass\n',
    });
    expect(read.modules.map(({ file, role }) => [file, role])).toEqual([
      ['sets.py', 'data'],
      ['train.py', 'training'],
      ['flows/transforms/affine.py', 'model'],
    ]);
  });

  it('names the frameworks that the code needs, by their plain names', () => {
    const read = mapFiles({
      'requirements.txt': 'tensorflow-gpu==1.15\ntorch\n',
      'train.py': `import tensorflow as tf\nimport numpy\nloss.backward()\n${MAIN}`,
    });
    expect(read.frameworks).toEqual(['tensorflow', 'numpy']);
  });

  it.each([
    ['Ada Bell, Bo Chu, Cy Dorn\n\nA network that counts the moons of every planet.', 'A network that counts the moons of every planet.'],
    ['**Status:** archived, nobody looks after it any more.\n\nA network that counts the moons.', 'A network that counts the moons.'],
    [
      '*The company was sold to another company in the year 2021.*\n\n# Moons\n\nA network that counts moons well.',
      'A network that counts moons well.',
    ],
    ['- 2022/6/6 we mended a thing in the counting\n\nA network that counts moons well.', 'A network that counts moons well.'],
    [
      'The code and the experiments of the paper:\n\n> Counting moons of all the planets, 2020.',
      'The code and the experiments of the paper: Counting moons of all the planets, 2020.',
    ],
    ['1Institute of Moons 2Planet Works\n\nA network that counts the moons.', 'A network that counts the moons.'],
    ['## Needs\n\n- python == 3.6.8\n- torch == 1.1.0 and numpy\n', '- python == 3.6.8 - torch == 1.1.0 and numpy'],
    ['Ada Bell, Bo Chu, Cy Dorn and Di Erp', 'Ada Bell, Bo Chu, Cy Dorn and Di Erp'],
  ])('is about the work, not about the page: %j', (text, about) => {
    expect(mapFiles({ 'README.md': `# Moons\n\n${text}\n` }).about).toBe(about);
  });

  it('falls back on a title that says something', () => {
    const text = '# Counting the moons of every planet there is\n\n## Needs\n\n- python == 3.6.8\n- torch == 1.1.0 and numpy\n';
    expect(mapFiles({ 'README.md': text }).about).toBe('Counting the moons of every planet there is');
  });

  it.each([
    ['-----\n\nOur own terms for all uses.', 'Our own terms for all uses.'],
    ['Copyright (C) 2023 Moon Inc. All rights reserved.\n\nThese are our own terms.', 'These are our own terms.'],
  ])('tells a licence that is not known by its first words: %j', (text, license) => {
    expect(mapFiles({ LICENSE: text }).license).toBe(license);
  });

  it('chooses the files that matter, each with an honest line', () => {
    expect(map.keyFiles.slice(0, 4)).toEqual([
      { file: 'README.md', why: 'what it is and how it is started' },
      { file: 'train.py', why: 'trains: python train.py --config configs/base.yaml' },
      { file: 'model.py', why: 'model: defines Net; 2 files import it' },
      { file: 'data.py', why: 'data: defines Pictures' },
    ]);
    expect(map.keyFiles.length).toBeLessThanOrEqual(10);
  });

  it('tells trackers, tests and what is tied to a machine', () => {
    const tied = mapFiles({
      'a.py': `import wandb\nwandb.init()\nd = 'cuda:3'\nroot = '/home/bob/data'\nurl = 'tcp://node17.lab.org:1234'\n${MAIN}`,
      'a_test.py': 'def test_it(): pass\n',
      // What is only called like a test tests nothing.
      'split_train_test.py': 'x = 1\n',
    });
    expect(tied.findings.map((finding) => [finding.kind, finding.what, finding.evidence[0]?.line])).toEqual([
      ['hard-coded-path', "a path of somebody's machine", 4],
      ['device-id', 'a fixed GPU', 3],
      ['host-name', 'a fixed host or address', 5],
      ['experiment-tracking', 'Weights & Biases', 2],
      ['tests', '1 test file', 1],
    ]);
  });

  it.each([
    [
      'environment.yml',
      'dependencies:\n  - python=3.8\n  - pytorch=1.13.1\n  - cudatoolkit=11.3\n',
      ['python 3.8', 'torch 1.13.1', 'cuda 11.3'],
    ],
    ['Dockerfile', 'FROM pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime\n', ['torch 2.1.0', 'cuda 12.1']],
    ['Dockerfile', 'FROM nvidia/cuda:11.8.0-devel-ubuntu22.04\nRUN apt-get install -y python3.10\n', ['python 3.10', 'cuda 11.8.0']],
    ['setup.py', "setup(python_requires='>=3.7')\n", ['python >=3.7']],
    ['pyproject.toml', '[project]\nrequires-python = ">=3.9,<3.12"\n', ['python >=3.9,<3.12']],
    ['requirements.txt', 'torch==1.10.0+cu113\ntensorflow-gpu==1.15\n', ['torch 1.10.0', 'tensorflow 1.15', 'cuda 11.3']],
    ['.github/workflows/ci.yml', 'jobs:\n  a:\n    with:\n      python-version: "3.9"\n', ['python 3.9']],
    ['README.md', 'Tested with Python 3.6 and PyTorch 1.4 on CUDA 10.1.\n', ['python 3.6', 'torch 1.4', 'cuda 10.1']],
    ['README.md', '- [PyTorch](https://pytorch.org/) 1.2\n- [CUDA](https://x.org) >= 9.0\n', ['torch 1.2', 'cuda >=9.0']],
    ['README.md', 'In 2019 we saw python scripts of 12 pages, cuda kernels and 40 torches.\n', []],
  ])('reads versions of %s', (path, text, expected) => {
    expect(mapFiles({ [path]: text }).versions.map((hint) => `${hint.of} ${hint.version}`)).toEqual(expected);
  });
});

describe('gaps', () => {
  const gaps = (files: Record<string, string>) => mapFiles(files).gaps.map((gap) => gap.what);

  it('names what a reader would have to find out', () => {
    expect(gaps({ 'notes.md': 'x' })).toEqual(['How anything is started']);
    expect(
      gaps({
        'README.md': '    python train.py --data <data folder> --out $OUT\n',
        'train.py': `import torch\nmodel.cuda()\nloss.backward()\n${MAIN}`,
      }),
    ).toEqual([
      'What stands for <data folder>, $OUT',
      'Which arguments train.py takes',
      'Which versions it needs',
      'Which Python it was written for',
      'How much GPU memory it takes',
      'Which data it trains on',
    ]);
  });

  it('names other languages and numbers without a command', () => {
    const files = { 'a.lua': '', 'b.lua': '', 'c.lua': '', 'README.md': '| a | score |\n|---|---|\n| x | 1 |\n' };
    expect(gaps(files)).toEqual([
      'How anything is started',
      'Which command gives 1 of 1 claimed numbers',
      'What its 3 Lua (Torch 7) files do',
    ]);
  });
});

describe('red flags of the whole repository', () => {
  const flags = (files: Record<string, string>) => mapFiles({ LICENSE: 'MIT License', ...files }).redFlags;

  it('flags a committed secret without ever printing it', () => {
    const key = `hf_${'aB3'.repeat(12)}`;
    const map = mapFiles({
      'train.py': `import os\nlogin('${key}')\napi_key = '${key.slice(3, 30)}'\np.add_argument('--token', default='${key}')\n${MAIN}`,
    });
    expect(map.redFlags.map((flag) => flag.what)).toContain('Holds what looks like a secret (not shown here)');
    expect(JSON.stringify(map)).not.toContain(key.slice(3, 30));
  });

  it.each([
    "api_key = os.environ['X']",
    "password='your_password'",
    'def f(token: str = None): pass',
    'connect(password=password)',
    "pad_token = '[PAD]'",
  ])('takes %s for no secret', (line) => {
    expect(flags({ 'a.py': `${line}\n` })).toEqual([]);
  });

  it('sees notebooks that were run out of order', () => {
    const cells = (counts: readonly number[]) =>
      JSON.stringify(
        { cells: counts.map((count) => ({ cell_type: 'code', execution_count: count, source: 'x = 1', outputs: [] })) },
        null,
        1,
      );
    expect(flags({ 'a.ipynb': cells([1, 2, 5]) })).toEqual([]);
    expect(flags({ 'a.ipynb': cells([1, 7, 2]) })[0]).toMatchObject({
      what: 'Its notebooks were run out of order',
      evidence: [{ text: 'execution count 2 comes after 7' }],
    });
    expect(flags({ 'a.ipynb': notebook('x = 1') })).toEqual([]);
  });

  it('sees commands whose program is gone, and spares those of other repositories', () => {
    const readme =
      '    python gone.py --x\n    python here.py\n    git clone https://x.org/y && python other.py\n    python path/to/script.py\n';
    const found = flags({ 'README.md': readme, 'here.py': MAIN });
    expect(found).toMatchObject([{ what: 'Documents start a file that is not there', evidence: [{ line: 1 }] }]);
    expect(found[0]?.evidence).toHaveLength(1);
  });

  it.each([
    ["urlretrieve('http://yann.lecun.com/exdb/mnist/train.gz')", 'Downloads from a host that is no longer there'],
    ['from sklearn.externals import joblib', 'Uses what its framework removed'],
    ['model.cuda()', 'Stops without an NVIDIA GPU: CUDA is hard-coded'],
  ])('%s', (line, what) => {
    expect(flags({ 'train.py': `import torch\n${line}\nloss.backward()\n${MAIN}` }).map((flag) => flag.what)).toContain(what);
  });

  it('misses a licence only where nothing states one', () => {
    const missing = 'Has no licence: nobody is allowed to reuse it';
    expect(mapFiles({ 'a.py': '' }).redFlags.map((flag) => flag.what)).toEqual([missing]);
    expect(mapFiles({ 'README.md': 'It is licensed under the MIT License.' })).toMatchObject({ license: 'MIT', redFlags: [] });
    expect(mapFiles({ 'setup.py': "setup(\n    license='BSD 3-Clause',\n)\n" }).license).toBe('BSD 3-Clause');
  });
});
