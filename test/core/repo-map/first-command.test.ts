import { describe, expect, it } from 'vitest';
import { firstEntry } from './helpers.ts';

const MAIN = "if __name__ == '__main__':\n    main()\n";
const TRAIN = `def main():\n    loss.backward()\n${MAIN}`;
const WORK = `def main(): pass\n${MAIN}`;

/** Small repositories with several candidates, and the one that a person would name first. */
const told: Record<string, { files: Record<string, string>; expected: string }> = {
  'the module of a file that imports relatively, whatever the README types': {
    files: {
      'README.md': '## Training\n```\nmpiexec -n 4 python3 fit.py --a 1\n```\n',
      'flow/__init__.py': '',
      'flow/fit.py': `from .net import Net\n${TRAIN}`,
      'flow/net.py': 'class Net: pass\n',
    },
    expected: '> mpiexec -n 4 python -m flow.fit --a 1 [mpi flow/fit.py]',
  },
  'a script that an installation copies to the path': {
    files: {
      'README.md': '## Training\n```\nqmtrain experiment=small\n```\n',
      'pyproject.toml': '[tool.setuptools]\nscript-files = ["bin/qmtrain"]\n',
      'bin/qmtrain': '#!/usr/bin/env python\nfrom qm import main\nmain()\n',
      'other.py': TRAIN,
    },
    expected: '> qmtrain experiment=small [console-script bin/qmtrain]',
  },
  'of programs of one name the one that knows the flags': {
    files: {
      'README.md': '## Training\n```\npython main.py --stage pre --source_set a\n```\n',
      'code/own/main.py': `parser.add_argument('--stage')\nparser.add_argument('--source_set')\n${TRAIN}`,
      'code/baselines/other/main.py': `parser.add_argument('--lr')\n${TRAIN}`,
    },
    expected: 'code/own> python main.py --stage pre --source_set a [python code/own/main.py]',
  },
  'data that the program insists on and nobody shows, to be filled in': {
    files: { 'fit.py': `import argparse\np = argparse.ArgumentParser()\np.add_argument('--input', required=True)\n${TRAIN}` },
    expected: "> python fit.py --input '<input>' [python fit.py]",
  },
  'a command whose data are there before one whose folder is only named': {
    files: {
      'README.md': '## Training\n```\npython main.py root_dir\n```\nor\n```\npython main.py --n 4 data/sample\n```\n',
      'main.py': TRAIN,
      'data/sample/a.csv': '1\n',
    },
    expected: '> python main.py --n 4 data/sample [python main.py]',
  },
  'the training of the whole before the README of a part': {
    files: {
      'README.md': '## Training\n```\n./scripts/fit.sh -c a.json\n```\n',
      'scripts/fit.sh': '#!/bin/bash\nallennlp train $1\n',
      'scripts/rewrite/README.md': '## Training\n```\npython train.py --epochs 3\n```\n',
      'scripts/rewrite/train.py': TRAIN,
    },
    expected: '> ./scripts/fit.sh -c a.json [shell scripts/fit.sh]',
  },
  'a script of a framework that a document tells to run': {
    files: {
      'docs/start.rst':
        'Training\n========\n\nTo train a small one:\n\n.. code-block:: console\n\n    > cd examples/small\n    > bash small.sh\n',
      'examples/small/small.sh': 'fairseq-train --user-dir ../../own --arch own_small\n',
      'own/net.py': 'class Net: pass\n',
    },
    expected: 'examples/small> bash small.sh [shell examples/small/small.sh]',
  },
  'options of one dash on the lines below': {
    files: {
      'README.md': '## Training\n```\npython fit.py --base a.yaml\n              -t\n              --gpus 0,\n```\n',
      'a.yaml': 'x: 1\n',
      'fit.py': TRAIN,
    },
    expected: '> python fit.py --base a.yaml -t --gpus 0, [python fit.py]',
  },
  'a folder that lies deeper than the text says': {
    files: {
      'README.md': '## Training\n```\ncd adding/\npython main.py\n```\n',
      'tasks/adding/main.py': TRAIN,
      'tasks/copying/main.py': TRAIN,
    },
    expected: 'tasks/adding> python main.py [python tasks/adding/main.py]',
  },
  'a configuration of its own before one that others are built on': {
    files: {
      'README.md': '## Training\n```\npython fit.py CONFIG.yaml\n```\n',
      'configs/default.yaml': 'lr: 1\n',
      'configs/small.yaml': 'inherit_from: configs/default.yaml\n',
      'fit.py': TRAIN,
    },
    expected: '> python fit.py configs/small.yaml [python fit.py]',
  },
  'what a sentence over two lines is about': {
    files: {
      'README.md': 'For example, training a mix with 32 filters and 50\nvalidation samples:\n```\npython mix.py --filters 32\n```\n',
      'mix.py': `from lib import run\n${WORK}`,
      'lib.py': 'def run():\n    loss.backward()\n',
      'other/train.py': TRAIN,
      'run.sh': 'python other/train.py --a 1\n',
    },
    expected: '> python mix.py --filters 32 [python mix.py]',
  },
  'a launcher whose program stands on the next line': {
    files: {
      'README.md': '## Training\n```\npython -m torch.distributed.launch --nproc_per_node=8\nfit.py \\\nmode=a\n```\n',
      'fit.py': TRAIN,
    },
    expected: '> python -m torch.distributed.launch --nproc_per_node=8 fit.py mode=a [torchrun fit.py]',
  },
  'what comes before the end of a block that a backslash runs into': {
    files: { 'README.md': '```\npython fit.py --a 1 \\\n```\nand then\n', 'fit.py': TRAIN },
    expected: '> python fit.py --a 1 [python fit.py]',
  },
  'a command with fewer holes, of which some are sentences': {
    files: {
      'README.md':
        '## Training\n```\npython fit.py sets=[list of sets, split by commas] out={your folder (a new one)}\npython fit.py sets=[a] out={your folder}\n```\n',
      'fit.py': TRAIN,
    },
    expected: "> python fit.py 'sets=[a]' 'out=<your_folder>' [python fit.py]",
  },
  'the document of the whole before the READMEs of parts and before a bare command': {
    files: {
      'START.md': '## Training\n```\npython tools/net.py --cfg a.yaml\n```\n',
      'projects/part/README.md': '```\npython tools/net.py\n```\n',
      'a.yaml': 'x: 1\n',
      'tools/net.py': TRAIN,
    },
    expected: '> python tools/net.py --cfg a.yaml [python tools/net.py]',
  },
  'a module that a container with an interpreter for its entry point runs': {
    files: {
      'run.sh': 'docker run --gpus all --name x image:latest \\\n  -m zoo.beta.run --steps 10\n',
      'zoo/__init__.py': '',
      'zoo/alpha/__init__.py': '',
      'zoo/alpha/run.py': TRAIN,
      'zoo/beta/__init__.py': '',
      'zoo/beta/run.py': TRAIN,
    },
    expected: '> python -m zoo.beta.run --steps 10 [module zoo/beta/run.py]',
  },
  'a run with a name where the program insists on one': {
    files: {
      'train.py': `import argparse\ndef main():\n    p = argparse.ArgumentParser()\n    p.add_argument('--name', '-n', type=str, required=True)\n    p.parse_args()\n    loss.backward()\n${MAIN}`,
    },
    expected: '> python train.py --name sample [python train.py]',
  },
  'measuring that the README shows twice, not the training of a part': {
    files: {
      'README.md': '## Evaluation\n```\npython main.py --tasks a\npython main.py --tasks b\n```\n',
      'main.py': WORK,
      'tuning/x/README.md': '## Training\n```\npython train.py --a 1\n```\n',
      'tuning/x/train.py': TRAIN,
    },
    expected: '> python main.py --tasks a [python main.py]',
  },
  'the mode that trains of a program with modes': {
    files: {
      'README.md': '```\npython main.py --mode align\npython main.py --mode train --a 1\n```\n',
      'main.py': TRAIN,
    },
    expected: '> python main.py --mode train --a 1 [python main.py]',
  },
  'the program that is shown, not a relative of it that nobody names': {
    files: {
      'README.md': '## Usage\n```\npython run_it.py -a 1\npython run_it.py -b 2\n```\n',
      'run_it.py': WORK,
      'run_it_head_train.py': TRAIN,
    },
    expected: '> python run_it.py -a 1 [python run_it.py]',
  },
  'the part that the README names first': {
    files: {
      'README.md': '# Thing\n\nSee `fast/README.md`. The old code lies in `old/`.\n',
      'fast/README.md': '```\npython model_train.py --a 1\n```\n',
      'fast/model_train.py': TRAIN,
      'old/README.md': '```\npython model_train.py --a 1\n```\n',
      'old/model_train.py': TRAIN,
      'a/README.md': '```\npython model_train.py --a 1\n```\n',
      'a/model_train.py': TRAIN,
    },
    expected: 'fast> python model_train.py --a 1 [python fast/model_train.py]',
  },
  'a document for readers before the README of the data': {
    files: {
      'data/README.md': '## Training\n```\npython fit_one.py --a 1\n```\n',
      'docs/start.md': '## Training\n```\npython fit_two.py --b 2\n```\n',
      'fit_one.py': TRAIN,
      'fit_two.py': TRAIN,
    },
    expected: '> python fit_two.py --b 2 [python fit_two.py]',
  },
  'what a program without an ending is told to do': {
    files: {
      'README.md': '## Training\n```\n./owlRun -model a.cfg -train b.cfg\n```\n',
      owlRun: `#!/usr/bin/env python\n${TRAIN}`,
      'plot.py': WORK,
    },
    expected: '> ./owlRun -model a.cfg -train b.cfg [python owlRun]',
  },
  'what the first lines of a program tell where no document does': {
    files: { 'fit.py': `'''Usage:\n    python fit.py --data=small --steps=10\n    python fit.py --data=large\n'''\n${TRAIN}` },
    expected: '> python fit.py --data=small --steps=10 [python fit.py]',
  },
};

describe('the first command', () => {
  it.each(Object.entries(told))('is %s', (_name, { files, expected }) => {
    const { cwd, command, launcher, file } = firstEntry(files);
    expect(`${cwd}> ${command} [${launcher} ${file}]`).toBe(expected);
  });
});
