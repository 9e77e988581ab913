import { describe, expect, it } from 'vitest';
import { firstEntry } from './helpers.ts';

const MAIN = "if __name__ == '__main__':\n    main()\n";
const TRAIN = `def main():\n    loss.backward()\n${MAIN}`;
const WORK = `def main(): pass\n${MAIN}`;

/** Small repositories with several candidates, and the one that a person would name first. */
const told: Record<string, { files: Record<string, string>; expected: string }> = {
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
    expected: "> python fit.py 'sets=[a]' [python fit.py]",
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
};

describe('the first command', () => {
  it.each(Object.entries(told))('is %s', (_name, { files, expected }) => {
    const { cwd, command, launcher, file } = firstEntry(files);
    expect(`${cwd}> ${command} [${launcher} ${file}]`).toBe(expected);
  });
});
