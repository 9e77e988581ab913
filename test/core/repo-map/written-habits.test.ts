/** Ways of writing down a command that real READMEs and scripts have, each as a repository of a few lines. */
import { describe, expect, it } from 'vitest';
import { isAsideHeading, readNameKind, readPurpose, readWordsPurpose } from '../../../src/core/repo-map/commands/purpose.ts';
import { firstEntry, mapFiles } from './helpers.ts';

const MAIN = "if __name__ == '__main__':\n    main()\n";
const TRAIN = `import torch\ndef main():\n    loss.backward()\n${MAIN}`;
const LAUNCH = `import subprocess\ndef main():\n    subprocess.check_call(sys.argv[1:])\n${MAIN}`;
const block = (...lines: readonly string[]) => `\n\`\`\`bash\n${lines.join('\n')}\n\`\`\`\n`;

const told: Record<string, { files: Record<string, string>; expected: string }> = {
  'the example instead of the command that only shows where things go': {
    files: {
      'README.md':
        '## Train\nRun `python ./fit.py --dataset [NAME] --model [MODEL]`\n\nFor example, run `python ./fit.py --dataset owls --model tiny --fast`\n',
      'fit.py': TRAIN,
    },
    expected: '> python ./fit.py --dataset owls --model tiny --fast [python fit.py]',
  },
  'the example that follows it, not what another section does with the same words': {
    files: {
      'README.md': `## Testing\nRun the following command:${block('python fit.py --steps 1')}\n## Training\nRun \`python fit.py --steps [STEPS]\`\n\nFor example, run \`python fit.py --steps 1500\`\n`,
      'fit.py': TRAIN,
    },
    expected: '> python fit.py --steps 1500 [python fit.py]',
  },
  'no example of another configuration than the one that the words around the hole name': {
    files: {
      'README.md': `## Evaluation${block('python main.py -c config/owls/test.yaml')}\n## Training${block('python main.py -c config/<dataset>/train.yaml')}`,
      'config/owls/train.yaml': 'a: 1\n',
      'config/owls/test.yaml': 'a: 1\n',
      'main.py': TRAIN,
    },
    expected: '> python main.py -c config/owls/train.yaml [python main.py]',
  },
  'the program behind a launcher that is told to start a script': {
    files: {
      'README.md': `## Training\nOn eight GPUs: [other](./configs/small.sh)${block('GPUS_PER_NODE=8 ./tools/run_dist_launch.sh 8 ./configs/big.sh')}`,
      'tools/run_dist_launch.sh': 'GPUS=$1\nRUN_COMMAND=${@:2}\npython ./tools/launch.py --nproc_per_node ${GPUS} ${RUN_COMMAND}\n',
      'tools/launch.py': LAUNCH,
      'configs/big.sh': 'python -u main.py --big\n',
      'configs/small.sh': 'python -u main.py --small\n',
      'main.py': TRAIN,
    },
    expected: '> ./tools/run_dist_launch.sh 8 ./configs/big.sh [shell main.py]',
  },
  'what Kaldi’s queue is told to start, although names are read in before': {
    files: {
      'README.md': `## Usage${block('cd egs/owls', 'bash run.sh')}`,
      'egs/owls/run.sh': '. ./cmd.sh\n. ./path.sh\n${cuda_cmd} --gpu 1 ${dir}/train.log \\\n    train.py \\\n    --epochs 3\n',
      'egs/owls/cmd.sh': 'export cuda_cmd="run.pl --mem 2G"\n',
      'egs/owls/path.sh': 'export PATH=$PWD/../../src:$PATH\n',
      'src/train.py': TRAIN,
    },
    expected: 'egs/owls> bash run.sh [shell src/train.py]',
  },
  'options that stand one to a line below the program, with remarks': {
    files: {
      'README.md': `## Training${block('python fit.py', '', '## main parameters', '--name owls      # what it is called', '--steps 20', '', '# data', '--seed 1', 'python other.py')}`,
      'fit.py': TRAIN,
      'other.py': TRAIN,
    },
    expected: '> python fit.py --name owls --steps 20 --seed 1 [python fit.py]',
  },
  'the heading above a sentence that only says to run something': {
    files: {
      'README.md': `## Testing\nRun the following command:${block('python exp.py -p --ckpt a.pt')}\n## Training\nRun the following command:${block('python exp.py --max_epochs 3')}`,
      'exp.py': TRAIN,
    },
    expected: '> python exp.py --max_epochs 3 [python exp.py]',
  },
  'no command of the news': {
    files: {
      'README.md': `# Owls\n## Some News\nHalf precision is added.${block('python train.py --fp16')}\n## Train${block('python train.py --name base --data_dir your_data')}`,
      'train.py': TRAIN,
    },
    expected: '> python train.py --name base --data_dir your_data [python train.py]',
  },
  'no command that goes on after an interruption': {
    files: {
      'README.md': `## Training${block('python fit.py --db $DB --list $LIST')}\n## How to restart a session\nJust run${block('python fit.py --checkpoint $CKPT')}`,
      'fit.py': TRAIN,
    },
    expected: "> python fit.py --db '$DB' --list '$LIST' [python fit.py]",
  },
  'a README with the line ends of Windows': {
    files: {
      'README.md':
        `## Testing\nRun:${block('python exp.py -p --ckpt a.pt')}\n## Training\nRun:${block('python exp.py --max_epochs 3')}`.replaceAll(
          '\n',
          '\r\n',
        ),
      'exp.py': TRAIN,
    },
    expected: '> python exp.py --max_epochs 3 [python exp.py]',
  },
  'a path that begins with the name of the checkout': {
    files: {
      'README.md': `Use it so:${block('./owls/scripts/train_local.sh out')}`,
      'scripts/train_local.sh': 'python -m allennlp.run train $1\n',
      'owls/__init__.py': '',
      'scripts/fix_format.py': `def main(): pass\n${MAIN}`,
    },
    expected: '> ./scripts/train_local.sh out [shell scripts/train_local.sh]',
  },
  'the folder in which the code is said to lie': {
    files: {
      'README.md': `## Training\nThe code for owls is in \`experiments/owls.stage4\`. Use the following command.${block('python trainval.py')}`,
      'experiments/owls.stage4/trainval.py': TRAIN,
      'experiments/cats.stage4/trainval.py': TRAIN,
    },
    expected: 'experiments/owls.stage4> python trainval.py [python experiments/owls.stage4/trainval.py]',
  },
  'a program that was renamed, and one whose name was mistyped': {
    files: { 'README.md': `## Training${block('python training_owls.py --lr 1')}`, 'train_owls.py': TRAIN, 'train_cats.py': TRAIN },
    expected: '> python train_owls.py --lr 1 [python train_owls.py]',
  },
  'two letters that changed places': {
    files: { 'README.md': `## Training${block('python GDCF.py --lr 1')}`, 'DGCF_v1/DGCF.py': TRAIN },
    expected: '> python DGCF_v1/DGCF.py --lr 1 [python DGCF_v1/DGCF.py]',
  },
  'a program with a hole in its name': {
    files: { 'README.md': `## Training${block('python exps/run_<task>_exp.py --lr 1')}`, 'exps/run_owls_exp.py': TRAIN },
    expected: '> python exps/run_owls_exp.py --lr 1 [python exps/run_owls_exp.py]',
  },
  'the same program of two parts, of which the text means both': {
    files: {
      'README.md': `## Pre-training${block('python pretrain_owls.py --out OUTPUT_MODEL_PATH')}`,
      'bio/pretrain_owls.py': TRAIN,
      'chem/pretrain_owls.py': TRAIN,
    },
    expected: 'bio> python pretrain_owls.py --out OUTPUT_MODEL_PATH [python bio/pretrain_owls.py]',
  },
  'a script whose folder was mistyped': {
    files: {
      'README.md': `## Training${block('sh scripts/cityscacpes/train_small.sh')}`,
      'scripts/cityscapes/train_small.sh': 'python train.py --a 1\n',
      'train.py': TRAIN,
    },
    expected: '> sh scripts/cityscapes/train_small.sh [shell train.py]',
  },
  'the files of a path that begins with the name of the checkout': {
    files: {
      'README.md': '## Training\n> `python Owls/bin/train.py Owls/config/a.json out`\n',
      'bin/train.py': TRAIN,
      'config/a.json': '{}',
    },
    expected: '> python bin/train.py config/a.json out [python bin/train.py]',
  },
  'code that has a line for itself before a program that nobody tells of': {
    files: {
      'README.md': '## Training process\nFirst start the server, then run\n\n```python scripts/script.py --train```\n',
      'scripts/script.py': `import os\nos.system('python train.py')\n`,
      'train.py': TRAIN,
    },
    expected: '> python scripts/script.py --train [python scripts/script.py]',
  },
  'one of the scripts of a list in brackets': {
    files: {
      'README.md': `## Evaluation${block('bash scripts/[owls,cats].sh')}`,
      'scripts/download.sh': 'python get.py\n',
      'scripts/owls.sh': 'python pred.py --a 1\n',
      'get.py': `def main(): pass\n${MAIN}`,
      'pred.py': `def main(): pass\n${MAIN}`,
    },
    expected: '> bash scripts/owls.sh [shell pred.py]',
  },
  'a module with a hole in its name': {
    files: { 'README.md': 'Simply run `python -m train.{dataset}_dir` to reproduce it.\n', 'train/owls_dir.py': TRAIN },
    expected: '> python -m train.owls_dir [module train/owls_dir.py]',
  },
  'what dora starts': {
    files: {
      'README.md': `## Training${block('dora run download_only=true')}`,
      'bm/train.py': `from dora import hydra_main\n${TRAIN}`,
      'bm/__init__.py': '',
    },
    expected: '> dora run download_only=true [console-script bm/train.py]',
  },
  'the training before a program of its section that only moves files': {
    files: {
      'README.md': `## Training${block('python remove_few.py --root [root]')}\nNow run \`train.py\`.\n`,
      'remove_few.py': `import os\nimport shutil\nos.system('find . -name x -delete')\n${MAIN}`,
      'train.py': TRAIN,
    },
    expected: '> python train.py [python train.py]',
  },
  'of the commands of one program that whose results are still to be named, before that of a part': {
    files: {
      'README.md': `## Training\nPrepare the data, then run${block('python run.py --output_dir $OUT --do_train --train_dir /path/to/psg')}`,
      'part/README.md': `## Training${block('python run.py --output_dir part_model --do_train --train_dir part')}`,
      'run.py': TRAIN,
    },
    expected: "> python run.py --output_dir '$OUT' --do_train --train_dir /path/to/psg [python run.py]",
  },
  'nothing that a copied project says of a program that is called alike': {
    files: {
      'README.md': `## Training${block('bash scripts/train_owls.sh')}`,
      'scripts/train_owls.sh': 'python train.py --epochs 3\n',
      'train.py': TRAIN,
      'lib/LICENSE': 'Apache',
      'lib/docs/launch.md': `## Train${block('accelerate launch train.py --all')}`,
    },
    expected: '> bash scripts/train_owls.sh [shell train.py]',
  },
  'a script without an ending': {
    files: {
      'README.md': `## Training${block('bash scripts/owls_optimized')}`,
      'scripts/owls_optimized': 'python fit.py --a 1\n',
      'fit.py': TRAIN,
    },
    expected: '> bash scripts/owls_optimized [shell fit.py]',
  },
  'a word typed twice': {
    files: { 'README.md': `## Train${block('$ python python main.py --lr 1')}`, 'main.py': TRAIN },
    expected: '> python main.py --lr 1 [python main.py]',
  },
  'a tool from elsewhere that starts what a file describes': {
    files: {
      'README.md': `## Train a model${block('> python -m runx.runx scripts/train_owls.yml -i')}`,
      'scripts/train_owls.yml': 'CMD: python train.py\n',
      'loss.py': TRAIN,
    },
    expected: '> python -m runx.runx scripts/train_owls.yml -i [module scripts/train_owls.yml]',
  },
  'the words that a program takes without an option, to be filled in': {
    files: {
      'main.py': `import argparse\np = argparse.ArgumentParser()\np.add_argument('env_id')\n${TRAIN}`,
    },
    expected: "> python main.py '<env_id>' [python main.py]",
  },
};

describe('the best entry', () => {
  it.each(Object.entries(told))('is %s', (_name, { files, expected }) => {
    const { cwd, command, launcher, file } = firstEntry(files);
    expect(`${cwd}> ${command} [${launcher} ${file}]`).toBe(expected);
  });

  it('is found where the name of the file itself looks like one with a hole', () => {
    const files = {
      'README.md': 'Run `python -m train.{a}_dir` and `python run/{b}_c.py`.\n',
      'train/{a}_dir.py': TRAIN,
      'run/{b}_c.py': TRAIN,
    };
    expect(
      mapFiles(files)
        .entries.map(({ file }) => file)
        .toSorted(),
    ).toEqual(['run/{b}_c.py', 'train/{a}_dir.py']);
  });

  it('is none of the files that a shell reads in', () => {
    const files = {
      'README.md': block('. ./path.sh', 'source env.sh', 'python fit.py --a 1'),
      'path.sh': 'python fit.py\n',
      'env.sh': 'python fit.py\n',
      'fit.py': TRAIN,
    };
    expect(mapFiles(files).entries.map(({ command }) => command)).toEqual(['python fit.py --a 1']);
  });
});

describe('words', () => {
  it.each(['News', '📢 News', 'Latest Updates', "What's New?", 'News & Updates (2024)', 'Resuming training', 'How to restart a session'])(
    '“%s” heads an aside',
    (text) => {
      expect(isAsideHeading(text)).toBe(true);
    },
  );
  it.each(['Training', 'New datasets', 'Update the configuration and train', 'Newsgroups'])('“%s” does not', (text) => {
    expect(isAsideHeading(text)).toBe(false);
  });
  it('speak of measuring where a configuration for it is given, and not where stages are counted', () => {
    expect(readWordsPurpose('main.py -c config/a/test.yaml')).toBe('evaluate');
    expect(readWordsPurpose('train.py --stage 0')).toBeNull();
    expect(readWordsPurpose('main.py --mode prepro --data_split train')).toBeNull();
    expect(readWordsPurpose('main.py --jaxline_mode=eval_inference')).toBe('evaluate');
    expect(readWordsPurpose('main.py data --eval_checkpoint a.pt')).toBe('evaluate');
    expect(readPurpose('Testing')).toBe('evaluate');
  });
  it.each([
    ['create_training_files.py', 'preprocess'],
    ['setup_vg.py', 'preprocess'],
    ['diagnose_attention.py', 'evaluate'],
  ])('%s does %s', (name, kind) => {
    expect(readNameKind(name)).toBe(kind);
  });
});
