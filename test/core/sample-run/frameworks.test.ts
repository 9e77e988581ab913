/** Options that no source of the repository names: a framework brings them, or the program takes overrides of its config. */
import { describe, expect, it } from 'vitest';
import { planOf, type Files } from './plan-of.ts';

const TRAINS = "\nif __name__ == '__main__':\n    loss.backward()\n";
const readme = (command: string) => ({ 'README.md': `\`\`\`\n${command}\n\`\`\`\n` });

const CASES: readonly (readonly [string, Files, string])[] = [
  [
    'TrainingArguments behind HfArgumentParser',
    {
      ...readme('python train.py --bf16 True --output_dir out'),
      'train.py': `from transformers import HfArgumentParser, TrainingArguments\nparser = HfArgumentParser((TrainingArguments,))\n(args,) = parser.parse_args_into_dataclasses()\nif args.do_train: pass${TRAINS}`,
    },
    'python train.py --bf16 False --output_dir out --max_steps 100 --logging_steps 10 --do_train',
  ],
  [
    'the same without the folder that it needs',
    {
      'train.py': `from transformers import HfArgumentParser, TrainingArguments\nparser = HfArgumentParser(TrainingArguments)${TRAINS}`,
    },
    'python train.py --max_steps 100 --logging_steps 10',
  ],
  [
    'options that a shell script takes in its own way',
    {
      ...readme('./scripts/go.sh --num-epochs 20 --batch-size 8'),
      'scripts/go.sh': 'python train.py "$@"\n',
      'train.py': 'import sys\nfor i in range(9): loss.backward()\n',
    },
    'python train.py --num-epochs 1 --batch-size 8',
  ],
  [
    'flags with defaults',
    { 'train.py': `from mlxu import define_flags_with_default\nFLAGS, _ = define_flags_with_default(seed=1, total_steps=9000)${TRAINS}` },
    'python train.py --total_steps=100',
  ],
  [
    'LightningCLI',
    {
      ...readme('python main.py fit --config c.yaml'),
      'c.yaml': 'a: 1\n',
      'main.py': `from lightning.pytorch.cli import LightningCLI\ncli = LightningCLI()${TRAINS}`,
    },
    'python main.py fit --config c.yaml --trainer.max_steps=100 --trainer.limit_val_batches=5 --trainer.log_every_n_steps=10',
  ],
  [
    'Lightning under argparse',
    {
      ...readme('python main.py --gpus 4,'),
      'main.py': `import argparse\nimport pytorch_lightning as pl\np = argparse.ArgumentParser()\np = pl.Trainer.add_argparse_args(p)\nargs = p.parse_args()${TRAINS}`,
    },
    'python main.py --gpus 0 --max_steps 100 --limit_val_batches 5 --log_every_n_steps 10',
  ],
  [
    'Lightning under hydra, whose config may bring the key',
    {
      'train.py':
        "import hydra\nimport lightning\n@hydra.main(config_path='conf', config_name='c')\ndef main(cfg): loss.backward()\nif __name__ == '__main__': main()\n",
      'conf/c.yaml': 'defaults: [trainer: base]\n',
      'conf/trainer/base.yaml': '_target_: lightning.pytorch.Trainer\nmax_epochs: 5\n',
      'conf/extra/long.yaml': 'trainer:\n  limit_val_batches: 100\n',
    },
    'python train.py +trainer.max_steps=100 ++trainer.limit_val_batches=5 +trainer.log_every_n_steps=10',
  ],
  [
    'yacs behind an option',
    {
      ...readme('python main.py --cfg a.yaml --opts MODEL.NAME x'),
      'a.yaml': 'MODEL: {NAME: y}\n',
      'main.py': `import argparse\nfrom conf import _C\np = argparse.ArgumentParser()\np.add_argument('--cfg')\np.add_argument('--opts', nargs='+')\nargs = p.parse_args()\n_C.merge_from_list(args.opts)${TRAINS}`,
      'conf.py': 'from yacs.config import CfgNode as CN\n_C = CN()\n_C.TRAIN = CN()\n_C.TRAIN.EPOCHS = 300\n_C.TRAIN.WARMUP_EPOCHS = 20\n',
    },
    'python main.py --cfg a.yaml --opts TRAIN.EPOCHS 6 MODEL.NAME x',
  ],
  [
    'a Python config with --cfg-options',
    {
      ...readme('python tools/train.py configs/net.py'),
      'tools/train.py': `import argparse\np = argparse.ArgumentParser()\np.add_argument('config')\np.add_argument('--cfg-options', nargs='+')\nargs = p.parse_args()${TRAINS}`,
      'configs/net.py': "_base_ = ['./base/schedule.py']\nmodel = dict(type='Net', depth=50)\n",
      'configs/base/schedule.py': "runner = dict(type='IterBasedRunner', max_iters=80000)\nlog_config = dict(interval=50)\n",
    },
    'python tools/train.py configs/net.py --cfg-options log_config.interval=10 runner.max_iters=100',
  ],
  [
    'detectron2',
    {
      ...readme('python train_net.py --config-file a.yaml'),
      'a.yaml': 'x: 1\n',
      'train_net.py': `from detectron2.engine import default_argument_parser\nargs = default_argument_parser().parse_args()${TRAINS}`,
    },
    'python train_net.py --config-file a.yaml SOLVER.MAX_ITER 100',
  ],
  [
    'gin',
    {
      ...readme('python train.py --gin_file=a.gin --gin_bindings=model.width=3'),
      'a.gin': 'train.num_steps = 5000\nmodel.width = 8\n',
      'train.py': `import gin\nfrom absl import flags\nflags.DEFINE_multi_string('gin_file', None, '')\nflags.DEFINE_multi_string('gin_bindings', None, '')\ngin.parse_config_files_and_bindings(1, 2)${TRAINS}`,
    },
    'python train.py --gin_file=a.gin --gin_bindings=model.width=3 --gin_bindings=train.num_steps=100',
  ],
  [
    'sacred',
    {
      'main.py':
        'from sacred import Experiment\nex = Experiment()\n@ex.config\ndef cfg():\n    epochs = 40\n    hidden = 7\n@ex.automain\ndef main(epochs):\n    loss.backward()\nfor i in range(3): pass\n',
    },
    'python main.py with epochs=1',
  ],
  [
    'ml_collections behind absl',
    {
      ...readme('python main.py --config=configs/a.py'),
      'configs/a.py': 'def get_config():\n  config = make()\n  config.num_train_steps = 100_000\n  config.width = 4\n  return config\n',
      'main.py': `from ml_collections import config_flags\nconfig_flags.DEFINE_config_file('config', None, '')${TRAINS}`,
    },
    'python main.py --config=configs/a.py --config.num_train_steps=100',
  ],
  [
    'OmegaConf with the command line merged',
    {
      'conf/base.yaml': 'optim:\n  lr: 0.1\n  max_iters: 9000\n',
      'main.py': `from omegaconf import OmegaConf\ncfg = OmegaConf.merge(OmegaConf.load('conf/base.yaml'), OmegaConf.from_cli())${TRAINS}`,
    },
    'python main.py optim.max_iters=100',
  ],
  [
    'fire',
    { 'train.py': "import fire\ndef train(steps=5000, width=3):\n    loss.backward()\nif __name__ == '__main__':\n    fire.Fire(train)\n" },
    'python train.py --steps=100',
  ],
];

describe('bounding by what a framework takes', () => {
  it.each(CASES)('%s', (_what, files, command) => {
    const words = planOf(files, { hardware: 'cpu' }).command.split(' ');
    expect(words).toEqual(expect.arrayContaining(command.split(' ')));
  });

  it('sets an override once, where the documents set it already', () => {
    const [, files] = CASES.find(([what]) => what === 'gin') ?? CASES[0]!;
    const given = { ...files, ...readme('python train.py --gin_file=a.gin --gin_bindings=train.num_steps=900') };
    const plan = planOf(given);
    expect(plan.command).toBe('python train.py --gin_file=a.gin --gin_bindings=train.num_steps=100');
    expect(plan.full).toMatchObject({ unit: 'step', total: 900 });
  });
});
