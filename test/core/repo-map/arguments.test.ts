import { describe, expect, it } from 'vitest';
import { roleOf } from '../../../src/core/repo-map/arguments/roles.ts';
import { firstEntry } from './helpers.ts';

const brief = (files: Record<string, string>) =>
  firstEntry(files).arguments.map(
    (item) => `${item.name}|${item.style}|${item.default ?? '-'}|${item.role}${item.required ? '|required' : ''}`,
  );

const ways: Record<string, { files: Record<string, string>; expected: string[] }> = {
  argparse: {
    files: {
      'train.py': `import argparse
def main():
    p = argparse.ArgumentParser()
    g = p.add_argument_group('data')
    g.add_argument('-d', '--data-dir', type=str, required=True)
    p.add_argument('--max-steps', '-n', type=int, default=-1, help='stop after')
    p.add_argument('--no-cuda', action='store_true')
    p.add_argument('--arch', choices=['a', 'b'], default='a')
    p.add_argument('config')
    p.parse_args()
if __name__ == '__main__':
    main()
`,
    },
    expected: [
      '--data-dir|space|-|data|required',
      '--max-steps|space|-1|steps',
      '--no-cuda|flag|False|device',
      '--arch|space|a|other',
      'config|positional|-|other|required',
    ],
  },
  'argparse in another file': {
    files: {
      'main.py': `from opts import parse_opts
if __name__ == '__main__':
    opt = parse_opts()
`,
      'opts.py': `import argparse
def parse_opts():
    parser = argparse.ArgumentParser()
    parser.add_argument('--n_epochs', default=200, type=int)
    return parser.parse_args()
`,
    },
    expected: ['--n_epochs|space|200|epochs'],
  },
  click: {
    files: {
      'train.py': `import click
@click.command()
@click.option('--kimg', 'total_kimg', default=25000, help='length')
@click.option('--amp/--no-amp', default=True)
@click.argument('out')
def main(**options): pass
if __name__ == '__main__': main()
`,
    },
    expected: ['--kimg|space|25000|steps', '--amp|flag|True|precision', 'out|positional|-|output|required'],
  },
  fire: {
    files: {
      'train.py': `import fire\ndef train(path, epochs: int = 10, lr=0.1):\n    pass\nif __name__ == '__main__':\n    fire.Fire(train)\n`,
    },
    expected: ['--path|equals|-|other|required', '--epochs|equals|10|epochs', '--lr|equals|0.1|other'],
  },
  typer: {
    files: {
      'train.py': `import typer\ndef main(data: str, max_iters: int = typer.Option(500), fast: bool = False):\n    pass\nif __name__ == '__main__':\n    typer.run(main)\n`,
    },
    expected: ['data|positional|-|data|required', '--max-iters|space|500|steps', '--fast|flag|False|other'],
  },
  absl: {
    files: {
      'train.py': `from absl import app, flags\nflags.DEFINE_integer('train_steps', 10000, 'steps')\nif __name__ == '__main__':\n    app.run(lambda a: None)\n`,
    },
    expected: ['--train_steps|equals|10000|steps'],
  },
  'a config object with dots': {
    files: {
      'runs/go.py': `import sys
from lib.trainer import Trainer
from lib.conf import CfgNode as CN
def get_config():
    C = CN()
    C.system = CN()
    C.system.seed = 1
    C.trainer = Trainer.get_default_config()
    C.trainer.lr = 0.1
    return C
if __name__ == '__main__':
    config = get_config()
    config.merge_from_args(sys.argv[1:])
`,
      'lib/__init__.py': '',
      'lib/conf.py': 'class CfgNode:\n    pass\n',
      'lib/trainer.py': `from lib.conf import CfgNode as CN
class Trainer:
    @staticmethod
    def get_default_config():
        C = CN()
        C.max_iters = None
        C.lr = 3e-4
        return C
`,
    },
    expected: ['--system.seed|equals|1|seed', '--trainer.max_iters|equals|-|steps', '--trainer.lr|equals|0.1|other'],
  },
  'globals behind a configurator': {
    files: {
      'train.py': `max_iters = 600000\ndevice = 'cuda'\ncompile = True\nexec(open('configurator.py').read())\nfor i in range(max_iters): pass\n`,
      'configurator.py': 'x = 1\n',
    },
    expected: ['--max_iters|equals|600000|steps', '--device|equals|cuda|device', '--compile|equals|True|other'],
  },
  hydra: {
    files: {
      'train.py': `import hydra\n@hydra.main(config_path='conf', config_name='base')\ndef main(cfg): pass\nif __name__ == '__main__': main()\n`,
      'conf/base.yaml': 'defaults:\n  - _self_\n  - trainer: small\nseed: 3\n',
      'conf/trainer/small.yaml': 'max_epochs: 90\n',
    },
    expected: ['seed|assignment|3|seed', 'trainer.max_epochs|assignment|90|epochs'],
  },
  'dataclasses behind HfArgumentParser': {
    files: {
      'train.py': `from dataclasses import dataclass, field
from transformers import HfArgumentParser, TrainingArguments
@dataclass
class DataArguments:
    train_file: str = field(default=None, metadata={'help': 'a file'})
if __name__ == '__main__':
    parser = HfArgumentParser((DataArguments, TrainingArguments))
`,
    },
    expected: [
      '--train_file|space|-|data',
      '--output_dir|space|-|output|required',
      '--max_steps|space|-1|steps',
      '--num_train_epochs|space|3.0|epochs',
      '--per_device_train_batch_size|space|8|batch-size',
      '--per_device_eval_batch_size|space|8|batch-size',
      '--learning_rate|space|5e-5|other',
      '--logging_steps|space|500|logging',
      '--save_steps|space|500|checkpoint',
      '--eval_steps|space|-|eval',
      '--dataloader_num_workers|space|0|workers',
      '--seed|space|42|seed',
      '--fp16|space|False|precision',
      '--bf16|space|False|precision',
      '--report_to|space|all|other',
    ],
  },
  yacs: {
    files: {
      'tools/train.py': `import argparse
from config import cfg
if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('opts', nargs=argparse.REMAINDER)
    cfg.merge_from_list(parser.parse_args().opts)
`,
      'tools/config.py': `from yacs.config import CfgNode as CN\n_C = CN()\n_C.TRAIN = CN()\n_C.TRAIN.EPOCHS = 10\ncfg = _C\n`,
    },
    expected: ['opts|positional|-|other', 'TRAIN.EPOCHS|space|10|epochs'],
  },
};

describe('readArguments', () => {
  it.each(Object.entries(ways))('reads %s', (_name, { files, expected }) => {
    expect(brief(files)).toEqual(expected);
  });

  it('reads a help text that is written in pieces, and takes the name that the program uses where the option says nothing', () => {
    const [first] = firstEntry({
      'train.py': `import argparse\np = argparse.ArgumentParser()\np.add_argument('--NW', dest='NUM_WORKERS', type=int, help='how many: ' +\n    ' | '.join(x) +\n    ' (default:   4)')\np.parse_args()\nif __name__ == '__main__': pass\n`,
    }).arguments;
    expect(first).toMatchObject({ name: '--NW', role: 'workers', help: 'how many: | (default: 4)' });
  });

  it('leaves the parser of an imported program to that program', () => {
    const tool = `import argparse\ndef load(): pass\ndef main():\n    p = argparse.ArgumentParser()\n    p.add_argument('folder')\n    p.parse_args()\nif __name__ == '__main__':\n    main()\n`;
    const read = (body: string) =>
      firstEntry({
        'train.py': `import argparse\n${body}loss.backward()\nif __name__ == '__main__':\n    main()\n`,
        'tool.py': tool,
      }).arguments.map(({ name }) => name);
    expect(read(`from tool import load\np = argparse.ArgumentParser()\np.add_argument('--steps')\np.parse_args()\n`)).toEqual(['--steps']);
    expect(read('from tool import load\n')).toEqual([]);
  });

  it('reads no options behind hydra', () => {
    const entry = firstEntry({
      'train.py': `import hydra\nfrom options import add\n@hydra.main(config_path='conf', config_name='c')\ndef main(cfg):\n    loss.backward()\nif __name__ == '__main__':\n    main()\n`,
      'conf/c.yaml': 'epochs: 5\n',
      'options.py': `def add(parser):\n    parser.add_argument('--device', default='cpu')\n`,
    });
    expect(entry.arguments.map(({ name }) => name)).toEqual(['epochs']);
  });

  it('finds numbers in dictionaries and in the words of calls, and leaves those of a noise schedule alone', () => {
    const entry = firstEntry({
      'train.py': `import torch\nvariant = dict(\n    num_epochs=300,\n    timesteps=1000,\n)\nconfig = {\n    'max_steps': 9000,\n    'model': {'timesteps': 500},\n}\nmodel.fit(x, epochs=20)\nagent.learn(total_timesteps=50_000)\nloss.backward()\nif __name__ == '__main__': pass\n`,
    });
    expect(entry.constants?.map(({ name, value, line, column }) => [name, value, line, column])).toEqual([
      ['num_epochs', '300', 3, 15],
      ['epochs', '20', 10, 20],
      ['total_timesteps', '50_000', 11, 28],
      ['max_steps', '9000', 7, 17],
    ]);
  });

  it('cites the line of the source', () => {
    const [argument] = firstEntry({
      'train.py': `import argparse\np = argparse.ArgumentParser()\np.add_argument('--steps', type=int)\nif __name__ == '__main__': pass\n`,
    }).arguments;
    expect(argument?.evidence).toEqual({ file: 'train.py', line: 3, text: "p.add_argument('--steps', type=int)" });
  });
});

describe('roleOf', () => {
  it.each([
    ['--max-steps', 'steps'],
    ['--trainer.max_iters', 'steps'],
    ['--niter', 'steps'],
    ['--total-timesteps', 'steps'],
    ['--warmup-steps', 'other'],
    ['--gradient_accumulation_steps', 'other'],
    ['--num_inference_steps', 'other'],
    ['--eval_interval', 'eval'],
    ['--eval_iters', 'eval'],
    ['--save_every', 'checkpoint'],
    ['--print-freq', 'logging'],
    ['--log_interval', 'logging'],
    ['--nEpochs', 'epochs'],
    ['--warmup_epochs', 'other'],
    ['--batchSize', 'batch-size'],
    ['-j', 'workers'],
    ['--num-processes', 'other'],
    ['--max_train_samples', 'subset'],
    ['--gpu', 'device'],
    ['--mixed_precision', 'precision'],
    ['--data-path', 'data'],
    ['--outf', 'output'],
    ['--resume', 'weights'],
    ['--lr', 'other'],
    ['main_num_steps', 'steps'],
    ['--train_num_steps', 'steps'],
    ['--report_kimg', 'logging'],
    ['--save_kimg', 'checkpoint'],
    ['--saveckp_freq', 'checkpoint'],
    ['--save-rate', 'checkpoint'],
    ['scalar_log_freq', 'logging'],
    ['main_valid_freq', 'eval'],
    ['checkpoint_config.interval', 'checkpoint'],
    ['log_config.interval', 'logging'],
    ['evaluation.interval', 'eval'],
    ['data.val_binder_prop', 'other'],
    ['data.samples_per_epoch', 'other'],
    ['--every_n_epochs', 'other'],
    ['train.train_epochs_max', 'epochs'],
    ['max_num_training_steps', 'steps'],
    ['task.env_runner.max_steps', 'other'],
    ['model.diffusion.num_steps', 'other'],
    ['task.dataset.max_train_episodes', 'subset'],
    ['--gin_param=evaluate.num_batches', 'eval'],
    ['--cooldown-epochs', 'other'],
    ['--init', 'other'],
    ['--init_checkpoint', 'weights'],
    ['--batch_size_per_gpu', 'batch-size'],
    ['data.videos_per_gpu', 'batch-size'],
    ['--preprocessing_num_workers', 'workers'],
    ['--asr_model_name_or_path', 'weights'],
    ['--eval_ckpt', 'weights'],
    ['--keep_ckpt', 'other'],
    ['--root_log', 'output'],
    ['--models_dir', 'output'],
    ['--savemodelroot', 'output'],
    ['training.out_dir', 'output'],
    ['pytorch_data_dir', 'data'],
    ['data.path', 'data'],
    ['--train_dataset_name', 'data'],
    ['ann_file_train', 'data'],
  ])('%s sets %s', (name, role) => {
    expect(roleOf(name)).toBe(role);
  });

  it('believes the help text where the name is vague', () => {
    expect(roleOf('--niter', 'number of epochs to train for')).toBe('epochs');
    expect(roleOf('--train_dir', 'Folder where to save what was learnt.')).toBe('output');
    expect(roleOf('--train_dir', 'Folder with the pictures.')).toBe('data');
    expect(roleOf('--filename', 'output file')).toBe('output');
    expect(roleOf('--model_path', 'path to save the model')).toBe('output');
    expect(roleOf('--model_dir', 'Folder of the trained model.')).toBe('weights');
    expect(roleOf('-b', 'mini-batch size')).toBe('batch-size');
    expect(roleOf('--mu', 'coefficient of the unlabeled batch size')).toBe('other');
    expect(roleOf('--lr', 'Learning rate at the end, scaled by the batch size.')).toBe('other');
  });
});
