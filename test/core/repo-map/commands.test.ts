import { describe, expect, it } from 'vitest';
import { readInvocation } from '../../../src/core/repo-map/commands/invocation.ts';
import { readNameKind, readPurpose, readWordsPurpose } from '../../../src/core/repo-map/commands/purpose.ts';
import { readShellScript } from '../../../src/core/repo-map/commands/shell-script.ts';
import { isPlaceholder, splitCommands, splitWords } from '../../../src/core/repo-map/commands/shell-words.ts';
import { mapFiles } from './helpers.ts';

const MAIN = "if __name__ == '__main__':\n    main()\n";
const TRAIN = `def main():\n    loss.backward()\n${MAIN}`;
const WORK = `def main(): pass\n${MAIN}`;

/** The best entry as `folder> command [launcher file]`. */
const best = (files: Record<string, string>) => {
  const [entry] = mapFiles(files).entries;
  return entry === undefined ? 'none' : `${entry.cwd}> ${entry.command} [${entry.launcher} ${entry.file}]`;
};

describe('splitCommands', () => {
  it.each([
    ['a b && c "d e" || f; g | h &', [['a', 'b'], ['c', 'd e'], ['f'], ['g'], ['h']]],
    ['python a.py > log 2>&1 < in', [['python', 'a.py']]],
    ['python a.py --x=$(date +%s) `whoami`', [['python', 'a.py', '--x=<output>', '<output>']]],
    ["echo don't", [['echo', "don't"]]],
    ["a 'x $y' \\\n b", [['a', 'x $y', 'b']]],
    ['a --to <path to data> b', [['a', '--to', '<path_to_data>', 'b']]],
    ['(cd x; run)', [['cd', 'x'], ['run']]],
  ])('%j', (text, commands) => {
    expect(splitCommands(text)).toEqual(commands);
  });

  it('stays linear on hostile text', () => {
    const start = performance.now();
    for (const piece of ['$(', '<a ', '"', '((', '\\', '`']) expect(splitCommands(piece.repeat(20_000)).length).toBeGreaterThanOrEqual(0);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('readShellScript', () => {
  const read = (text: string, args: string[] = []) =>
    readShellScript(text, { folder: '', home: 'scripts', args }).map(
      (item) => `${String(item.line)} ${item.folder}> ${item.words.join(' ')}`,
    );

  it.each([
    ['variables, defaults and positions', 'A=1\nB=${2:-two}\nrun $A ${B} $1 ${C:-three}', ['one'], ['3 > run 1 two one three']],
    ['continuation lines with comments', 'run a \\  # first\n  b \\\n  c\nnext', [], ['1 > run a b c', '4 > next']],
    ['lists', 'ARGS=(\n  --a 1  # one\n  --b "2"\n)\nrun "${ARGS[@]}" end', [], ['5 > run --a 1 --b 2 end']],
    ['the first turn of a loop', 'for s in 3 4; do\n  run --seed $s\ndone', [], ['2 > run --seed 3']],
    ['its own folder', 'cd "$(dirname "$0")/.."\nrun a\ncd sub && run b', [], ['2 > run a', '3 sub> run b']],
    ['a command in a variable', 'CMD="run x"\n$CMD --y', [], ['2 > run x --y']],
    [
      'the first branch of a choice',
      'if [ "$T" = a ]; then\n  P=one\nelif x; then\n  P=two\nelse\n  P=three\n  Q=own\nfi\nrun $P $Q',
      [],
      ['1 > [ $T = a ]', '3 > x', '9 > run one own'],
    ],
    ['nothing of comments', '# run a\nrun b # run c', [], ['2 > run b']],
  ])('reads %s', (_name, text, args, lines) => {
    expect(read(text, args)).toEqual(lines);
  });
});

describe('readInvocation', () => {
  it.each([
    ['CUDA_VISIBLE_DEVICES=0 nohup python3 -u -W ignore a.py --x 1', 'python|script|a.py|--x 1'],
    ['python -m pkg.train +a=b', 'module|module|pkg.train|+a=b'],
    ['python -m torch.distributed.launch --nproc_per_node=8 tools/train.py c.py', 'torchrun|script|tools/train.py|c.py'],
    ['torchrun --standalone -m pkg.main --lr 1', 'torchrun|module|pkg.main|--lr 1'],
    ['accelerate launch --config_file a.yaml run.py -x', 'accelerate|script|run.py|-x'],
    ['deepspeed --num_gpus 2 train.py --deepspeed z.json', 'deepspeed|script|train.py|--deepspeed z.json'],
    ['mpirun -np 4 python train.py', 'mpi|script|train.py|'],
    ['horovodrun -np 4 -H a:4 python train.py', 'mpi|script|train.py|'],
    ['srun --gres=gpu:8 -p part python -u train.py', 'python|script|train.py|'],
    ['sbatch --time=1 --wrap="python train.py --a"', 'python|script|train.py|--a'],
    ['bash scripts/run.sh a b', 'shell|shell|scripts/run.sh|a b'],
    ['./run.sh', 'shell|shell|./run.sh|'],
    ['bash -c "python train.py"', 'python|script|train.py|'],
    ['poetry run python train.py', 'python|script|train.py|'],
    ['uv run --extra gpu train.py', 'python|script|train.py|'],
    ['docker run --rm -v a:b image python train.py', 'python|script|train.py|'],
    ['make train SEED=1', 'shell|make|train|SEED=1'],
    ['python -m pdb train.py', 'python|script|train.py|'],
    ['lightning run model --devices=2 train.py', 'lightning|script|train.py|'],
    ['python -c "print(1)"', 'none'],
    ['python setup.py install', 'none'],
    ['', 'none'],
  ])('%s', (text, expected) => {
    const found = readInvocation(splitWords(text));
    expect(found === null ? 'none' : [found.launcher, found.kind, found.target, found.rest.join(' ')].join('|')).toBe(expected);
  });
});

describe('isPlaceholder', () => {
  it.each([
    '<file>',
    '/path/to/data',
    '$DATA_DIR',
    '{GPU_ID}',
    '[your_data]',
    'PATH_TO_DATA',
    'your_folder',
    'CONFIG.yaml',
    '--x=<y>',
    '...',
  ])('%s stands for something', (word) => {
    expect(isPlaceholder(word)).toBe(true);
  });
  it.each(['data/a.csv', 'DATA.PATH_TO_DATA_DIR', 'a.b=[1,2]', '{"a": 1}', '--lr', 'AdamW', '~/out', 'bert-base-uncased'])(
    '%s stands for itself',
    (word) => {
      expect(isPlaceholder(word)).toBe(false);
    },
  );
});

describe('purposes', () => {
  it.each([
    ['draw_samples.py', 'demo'],
    ['train_owl.py', 'train'],
    ['owl.py', null],
  ])('%s does %s', (name, kind) => {
    expect(readNameKind(name)).toBe(kind);
  });

  it.each([
    ['## Training', 'train'],
    ['To fine-tune the model, run:', 'train'],
    ['Prepare the training data', 'preprocess'],
    ['Evaluate a pretrained model', 'evaluate'],
    ['Training and evaluation', 'train'],
    ['Interactive demo', 'demo'],
    ['Installation', 'install'],
    ['Quick start', 'usage'],
    ['Citation', null],
  ])('%s is for %s', (text, purpose) => {
    expect(readPurpose(text)).toBe(purpose);
  });
  it.each([
    ['a.py --do_train=True --do_eval=True', 'train'],
    ['main.py --mode test', 'evaluate'],
    ['main.py fit --config a', 'train'],
    ['main.py --eval', 'evaluate'],
    ['main.py --lr 1', null],
  ])('%s says %s', (words, purpose) => {
    expect(readWordsPurpose(words)).toBe(purpose);
  });
});

const told: Record<string, { files: Record<string, string>; expected: string }> = {
  'a script that a README names, with the program behind it': {
    files: { 'README.md': '## Train\n```\nbash scripts/go.sh 2\n```\n', 'scripts/go.sh': 'python fit.py --gpus ${1}\n', 'fit.py': TRAIN },
    expected: '> bash scripts/go.sh 2 [shell fit.py]',
  },
  'a prompt, a folder beside the checkout and a Windows path': {
    files: { 'README.md': '```\n$ cd my-repo\n$ python .\\tools\\fit.py --a "b c"\n```\n', 'tools/fit.py': TRAIN },
    expected: "> python ./tools/fit.py --a 'b c' [python tools/fit.py]",
  },
  'a prompt that shows the environment and the folder': {
    files: { 'README.md': '```console\n(owl)[my-repo]$ python fit.py --seed 1\n```\n', 'fit.py': TRAIN },
    expected: '> python fit.py --seed 1 [python fit.py]',
  },
  'a command between three marks on one line, with one letter for whatever the reader takes': {
    files: {
      'README.md': '## Train\n* Run experiment X:\n\n  ```python fit.py -c config/X.yaml```\n\n## Cite\n',
      'config/owl.yaml': 'a: 1\n',
      'fit.py': TRAIN,
    },
    expected: '> python fit.py -c config/owl.yaml [python fit.py]',
  },
  'a program whose name two folders have, told apart by the file beside it': {
    files: {
      'README.md': 'Train with\n```\npython fit.py models/digits.json\n```\n',
      'letters/fit.py': TRAIN,
      'digits/fit.py': TRAIN,
      'digits/models/digits.json': '{}',
    },
    expected: 'digits> python fit.py models/digits.json [python digits/fit.py]',
  },
  'a program in the folder to which the text sends its reader': {
    files: {
      'README.md': 'To train, go to the `digits` folder and run\n```\npython fit.py --fast\n```\n',
      'letters/fit.py': TRAIN,
      'digits/fit.py': TRAIN,
    },
    expected: 'digits> python fit.py --fast [python digits/fit.py]',
  },
  'a program whose folder was renamed after the README was written': {
    files: { 'README.md': '```\npython exp/fit_owls.py\n```\n', 'exps/fit_owls.py': TRAIN, 'fit.py': TRAIN },
    expected: '> python exps/fit_owls.py [python exps/fit_owls.py]',
  },
  'what hydra fills in itself': {
    files: {
      'README.md': "Train:\n```\npython fit.py --config-name=owl 'hydra.run.dir=out/${now:%H-%M}'\npython fit.py --config-name=toy\n```\n",
      'fit.py': TRAIN,
    },
    expected: "> python fit.py --config-name=owl 'hydra.run.dir=out/${now:%H-%M}' [python fit.py]",
  },
  'a configuration of the repository for a program that only hydra knows': {
    files: {
      'README.md':
        'To pre-train:\n```\n$ cd owl\n$ fairseq-hydra-train --config-dir /path/to/conf --config-name conf-name run.dir=/path/to/pretrain/\n```\n',
      'owl/model.py': 'import torch\n',
      'owl/conf/finetune/small.yaml': 'a: 1\n',
      'owl/conf/pretrain/small.yaml': 'a: 1\n',
    },
    expected:
      'owl> fairseq-hydra-train --config-dir conf/pretrain --config-name small run.dir=/path/to/pretrain/ [console-script README.md]',
  },
  'a console script that names a module only, and not the one that lists what there is': {
    files: {
      'README.md': '```\nowl_score ls\n\nowl_score samples.jsonl --k 1\n```\n',
      'setup.py': "from setuptools import setup\nsetup(name='owl', entry_points={'console_scripts': ['owl_score = owl.score']})\n",
      'owl/__init__.py': '',
      'owl/score.py': 'import fire\ndef main(x): pass\nfire.Fire(main)\n',
    },
    expected: '> owl_score samples.jsonl --k 1 [console-script owl/score.py]',
  },
  'no assignment of Python that begins like the command of a framework': {
    files: { 'README.md': '```python\nmim = Mim(\n    depth = 3\n)\n```\n', 'owl.py': TRAIN },
    expected: '> python owl.py [python owl.py]',
  },
  'a target of a Makefile': {
    files: {
      'README.rst': 'Usage\n=====\n\n::\n\n    make train\n',
      Makefile: 'EPOCHS ?= 3\ntrain: data\n\t@python fit.py --epochs $(EPOCHS)\n',
      'fit.py': TRAIN,
    },
    expected: '> make train [shell fit.py]',
  },
  'a console script of pyproject.toml': {
    files: {
      'README.md': '```\nowl-train --fast\n```\n',
      'pyproject.toml': '[project]\nname = "owl"\n[project.scripts]\nowl-train = "owl.cli:main"\n',
      'owl/__init__.py': '',
      'owl/cli.py': 'def main():\n    loss.backward()\n',
    },
    expected: '> owl-train --fast [console-script owl/cli.py]',
  },
  'a console script of setup.py, which nobody mentions': {
    files: {
      'setup.py': "from setuptools import setup\nsetup(name='owl', entry_points={'console_scripts': ['owl = owl.train:main']})\n",
      'owl/__init__.py': '',
      'owl/train.py': 'def main():\n    loss.backward()\n',
    },
    expected: '> owl [console-script owl/train.py]',
  },
  'what a Dockerfile starts': {
    files: { Dockerfile: 'FROM x\nENTRYPOINT ["python"]\nCMD ["fit.py", "--cloud"]\n', 'fit.py': TRAIN, 'other.py': TRAIN },
    expected: '> python fit.py --cloud [python fit.py]',
  },
  'what CI runs': {
    files: {
      '.github/workflows/ci.yml': 'jobs:\n  a:\n    steps:\n      - run: |\n          pip install .\n          python fit.py --tiny\n',
      'fit.py': TRAIN,
      'other.py': TRAIN,
    },
    expected: '> python fit.py --tiny [python fit.py]',
  },
  'a sbatch file that is already there': {
    files: { 'job.sbatch': '#!/bin/bash\n#SBATCH --gpus=1\nsrun python fit.py --a 1\n', 'fit.py': TRAIN },
    expected: '> python fit.py --a 1 [python fit.py]',
  },
  'an environment with a hole in front and a hole within a path': {
    files: {
      'README.md':
        'Training\n--------\n\n```sh\nCUDA_VISIBLE_DEVICES={GPU ID} python fit.py \\\n  --base configs/<name>.yaml --data {your data}\n```\n',
      'fit.py': TRAIN,
      'configs/small.yaml': 'a: 1\n',
    },
    expected: "> python fit.py --base configs/small.yaml --data '{your_data}' [python fit.py]",
  },
  'a configuration and choices that the program insists on': {
    files: {
      'main.py': `import argparse\ndef main():\n    p = argparse.ArgumentParser()\n    p.add_argument('--config', required=True)\n    p.add_argument('--mode', required=True, choices=['test', 'train'])\n    p.parse_args()\n    loss.backward()\n${MAIN}`,
      'configs/base.yaml': 'a: 1\n',
      'configs/sub/other.yaml': 'a: 1\n',
    },
    expected: '> python main.py --config configs/base.yaml --mode train [python main.py]',
  },
  'the plain command before a dry run and before a resumed one': {
    files: {
      'README.md': '```\npython fit.py --a 1 --dry-run\npython fit.py --a 1 --resume x\npython fit.py --a 1\n```\n',
      'fit.py': TRAIN,
    },
    expected: '> python fit.py --a 1 [python fit.py]',
  },
  'inference where the README shows nothing else, not the training of a part': {
    files: {
      'README.md': '## Usage\n```\npython infer.py --seq a\npython predict.py b\n```\n',
      'infer.py': WORK,
      'predict.py': WORK,
      'env/part/README.md': '## Usage\n```\npython train.py\n```\n',
      'env/part/train.py': TRAIN,
    },
    expected: '> python infer.py --seq a [python infer.py]',
  },
  'the tests of a library without programs': {
    files: { 'lib/__init__.py': 'X = 1\n', 'tests/test_lib.py': 'def test_x(): pass\n' },
    expected: '> python -m pytest tests [module tests/test_lib.py]',
  },
  'a command in another language': {
    files: { 'README.md': '```\nth train.lua -gpu 0\n```\n', 'train.lua': 'x = 1\n' },
    expected: '> th train.lua -gpu 0 [shell train.lua]',
  },
};

describe('the best entry', () => {
  it.each(Object.entries(told))('is %s', (_name, { files, expected }) => {
    expect(best(files)).toBe(expected);
  });

  it('cites the document, the line of the script and the program', () => {
    const [entry] = mapFiles({
      'README.md': 'Train:\n\n    bash go.sh\n',
      'go.sh': 'set -e\npython fit.py --a 1\n',
      'fit.py': TRAIN,
    }).entries;
    expect(entry?.evidence.map((item) => `${item.file}:${String(item.line)}`)).toEqual(['README.md:3', 'go.sh:2', 'fit.py:3']);
    expect(entry?.runs).toEqual({ argv: ['python', 'fit.py', '--a', '1'], cwd: '', launcher: 'python' });
  });
});
