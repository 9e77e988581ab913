import { describe, expect, it } from 'vitest';
import { firstEntry } from './helpers.ts';

/** name|style|default|role, then what else is unusual about it. */
const brief = (files: Record<string, string>) =>
  firstEntry(files).arguments.map((item) => {
    const more = [item.required ? 'required' : '', item.choices.join('/'), item.after === undefined ? '' : `after ${item.after}`];
    return [item.name, item.style, item.default ?? '-', item.role, ...more.filter((word) => word !== '')].join('|');
  });

const MAIN = "if __name__ == '__main__':\n    main()\n";

const families: Record<string, { files: Record<string, string>; expected: string[] }> = {
  'subcommands, set_defaults and bounds by name': {
    files: {
      'train.py': `import argparse
STEPS = 5000
def main():
    p = argparse.ArgumentParser()
    sub = p.add_subparsers(dest='job')
    a = sub.add_parser('train')
    sub.add_parser('evaluate')
    a.add_argument('--nb-iter', type=int, default=STEPS)
    a.add_argument('--ema', action=argparse.BooleanOptionalAction, default=True)
    a.set_defaults(ema=False)
    p.parse_args()
${MAIN}`,
    },
    expected: ['--nb-iter|space|5000|steps', '--ema|flag|False|other', 'job|positional|-|other|required|train/evaluate'],
  },
  'arguments added in loops and through another name': {
    files: {
      'train.py': `import argparse
def main():
    p = argparse.ArgumentParser()
    arg = p.add_argument
    arg('--epochs', type=int, default=5)
    for part in ['encoder', 'decoder']:
        p.add_argument(f'--{part}_dim', type=int, default=64)
    for side in ('left', 'right'):
        p.add_argument('--no-' + side, action='store_true')
${MAIN}`,
    },
    expected: [
      '--epochs|space|5|epochs',
      '--encoder_dim|space|64|other',
      '--decoder_dim|space|64|other',
      '--no-left|flag|False|other',
      '--no-right|flag|False|other',
    ],
  },
  'a dictionary of defaults that becomes arguments': {
    files: {
      'scripts/train.py': `import argparse
from lib.script import model_defaults, add_dict_to_argparser
def main():
    create_argparser().parse_args()
def create_argparser():
    defaults = dict(data_dir='', batch_size=4, save_interval=1000)
    defaults.update(model_defaults())
    parser = argparse.ArgumentParser()
    add_dict_to_argparser(parser, defaults)
    return parser
${MAIN}`,
      'lib/__init__.py': '',
      'lib/script.py': `def model_defaults():
    return dict(image_size=32, use_fp16=False, layers=2)
def add_dict_to_argparser(parser, defaults):
    for key, value in defaults.items():
        parser.add_argument(f'--{key}', default=value)
`,
    },
    expected: [
      '--data_dir|space||data',
      '--batch_size|space|4|batch-size',
      '--save_interval|space|1000|checkpoint',
      '--image_size|space|32|other',
      '--use_fp16|space|False|precision',
      '--layers|space|2|other',
    ],
  },
  'functions of other modules that the entry hands its parser to': {
    files: {
      'run.py': `import argparse
from zoo.loops import add_loop_options
from zoo.tool import add_tool_options
def main():
    p = argparse.ArgumentParser()
    p.add_argument('--lr', default=0.1)
    add_loop_options(p)
    loss.backward()
${MAIN}`,
      'zoo/loops.py': `def add_loop_options(p):\n    p.add_argument('--max_itr', type=int, default=900)\n`,
      'zoo/tool.py': `def add_tool_options(p):\n    p.add_argument('--other', default=1)\n`,
    },
    expected: ['--lr|space|0.1|other', '--max_itr|space|900|steps'],
  },
  'required flags and enums of absl, and a configuration flag': {
    files: {
      'main.py': `from absl import app, flags
from ml_collections import config_flags
FLAGS = flags.FLAGS
config_flags.DEFINE_config_file('config', 'configs/small.py')
flags.DEFINE_enum('mode', None, ['train', 'eval'], 'what to do')
flags.DEFINE_string('workdir', None, 'where results go')
flags.mark_flags_as_required(['workdir', 'mode'])
def main(argv): optimizer.step()
if __name__ == '__main__': app.run(main)
`,
      'configs/small.py': `import ml_collections
def get_config():
  config = ml_collections.ConfigDict()
  config.training = ml_collections.ConfigDict()
  config.training.n_iters = 1300
  config.seed = 3
  return config
`,
    },
    expected: [
      '--config|equals|configs/small.py|other',
      '--mode|equals|-|other|required|train/eval',
      '--workdir|equals|-|output|required',
      '--config.training.n_iters|equals|1300|steps',
      '--config.seed|equals|3|seed',
    ],
  },
  'hydra before its first version, with packages and overrides': {
    files: {
      'train.py': `import hydra\n@hydra.main(config_path='conf/top.yaml', strict=True)\ndef main(cfg): pass\n${MAIN}`,
      'conf/top.yaml': 'defaults:\n  - optim: adam\n  - dset: moons\n  - /exp: short\nframes: 10\n',
      'conf/dset/moons.yaml': 'dset:\n  train_dir: data/moons\n',
      'conf/optim/adam.yaml': 'lr: 0.1\n',
      'conf/exp/short.yaml': '# @package _global_\nnum_train_steps: 500\n',
    },
    expected: [
      'frames|assignment|10|other',
      'optim.lr|assignment|0.1|other',
      'dset.train_dir|assignment|data/moons|data',
      'num_train_steps|assignment|500|steps',
    ],
  },
  'a dataclass in the store of hydra': {
    files: {
      'train.py': `import hydra
from dataclasses import dataclass, field
from hydra.core.config_store import ConfigStore
@dataclass
class Loop:
    max_steps: int = 40
@dataclass
class Config:
    loop: Loop = field(default_factory=Loop)
    device: str = 'cuda'
ConfigStore.instance().store(name='config', node=Config)
@hydra.main(version_base=None, config_name='config')
def main(cfg): pass
${MAIN}`,
    },
    expected: ['loop.max_steps|assignment|40|steps', 'device|assignment|cuda|device'],
  },
  'YAML that OmegaConf merges with the command line': {
    files: {
      'train.py': `from omegaconf import OmegaConf\ndef main():\n    cfg = OmegaConf.merge(OmegaConf.load('base.yaml'), OmegaConf.from_cli())\n${MAIN}`,
      'base.yaml': 'train:\n  epochs: 7\n  bsz: 16\n',
    },
    expected: ['train.epochs|assignment|7|epochs', 'train.bsz|assignment|16|batch-size'],
  },
  'nested dataclasses behind tyro': {
    files: {
      'train.py': `import tyro
from dataclasses import dataclass, field
@dataclass
class Optim:
    warmup_steps: int = 5
@dataclass
class Base:
    seed: int = 1
@dataclass
class Args(Base):
    total_timesteps: int = 900
    """how long"""
    capture_video: bool = False
    optim: Optim = field(default_factory=Optim)
def main():
    args = tyro.cli(Args)
${MAIN}`,
    },
    expected: [
      '--seed|space|1|seed',
      '--total-timesteps|space|900|steps',
      '--capture-video|flag|False|other',
      '--optim.warmup-steps|space|5|other',
    ],
  },
  'a function behind tyro': {
    files: {
      'train.py': `import tyro\ndef run(n_updates: int = 3, out_dir: str = 'x'): pass\nif __name__ == '__main__':\n    tyro.cli(run)\n`,
    },
    expected: ['--n-updates|space|3|steps', '--out-dir|space|x|output'],
  },
  'pyrallis above the main function': {
    files: {
      'train.py': `import pyrallis
from dataclasses import dataclass
@dataclass
class TrainConfig:
    max_timesteps: int = 1000
@pyrallis.wrap()
def train(config: TrainConfig):
    loss.backward()
if __name__ == '__main__': train()
`,
    },
    expected: ['--max_timesteps|equals|1000|steps'],
  },
  'annotated parameters behind typer': {
    files: {
      'train.py': `import typer
from typing import Annotated
def main(data: Annotated[str, typer.Argument(help='a folder')], steps: Annotated[int, typer.Option('--n-steps', help='how many')] = 20): pass
if __name__ == '__main__': typer.run(main)
`,
    },
    expected: ['data|positional|-|data|required', '--n-steps|space|20|steps'],
  },
  'a class behind fire': {
    files: {
      'train.py': `import fire\nclass Job:\n    def __init__(self, n_epochs=2, gpu=0): pass\nif __name__ == '__main__': fire.Fire(Job)\n`,
    },
    expected: ['--n_epochs|equals|2|epochs', '--gpu|equals|0|device'],
  },
  'a class behind fire that takes its words from its base': {
    files: {
      'train.py': `from fire import Fire\nfrom base import Base\nclass Job(Base):\n    def run(self): loss.backward()\nif __name__ == '__main__': Fire(Job)\n`,
      'base.py': 'class Base:\n    def __init__(self, config_path: str, n_epochs=2): pass\n',
    },
    expected: ['--config_path|equals|-|other|required', '--n_epochs|equals|2|epochs'],
  },
  optparse: {
    files: {
      'train.py': `from optparse import OptionParser
def main():
    p = OptionParser('usage: %prog [options] <data>')
    p.add_option('-o', dest='out_dir', default='out')
    p.add_option('-e', '--num-epochs', dest='epochs', default=20, type='int')
    p.add_option('-k', dest='keras_fit', action='store_true')
    p.parse_args()
${MAIN}`,
    },
    expected: ['-o|space|out|output', '--num-epochs|space|20|epochs', '-k|flag|False|other'],
  },
  'flags with defaults': {
    files: {
      'train.py': `import mlxu\nFLAGS, DEFAULTS = mlxu.define_flags_with_default(seed=42, total_steps=900, optimizer=Factory.get_default_config())\ndef main(argv): train_step()\nif __name__ == '__main__': mlxu.run(main)\n`,
    },
    expected: ['--seed|equals|42|seed', '--total_steps|equals|900|steps'],
  },
  'the command line of Lightning': {
    files: {
      'main.py': `from lightning.pytorch.cli import LightningCLI
class Net:
    def __init__(self, width: int = 8): pass
def main():
    LightningCLI(Net)
${MAIN}`,
    },
    expected: [
      '--trainer.max_epochs|equals|-|epochs',
      '--trainer.max_steps|equals|-1|steps',
      '--trainer.limit_train_batches|equals|-|subset',
      '--trainer.limit_val_batches|equals|-|other',
      '--trainer.devices|equals|auto|device',
      '--trainer.accelerator|equals|auto|device',
      '--trainer.precision|equals|-|precision',
      '--trainer.log_every_n_steps|equals|50|logging',
      '--seed_everything|equals|True|other',
      '--config|equals|-|other',
      '--model.width|equals|8|other',
    ],
  },
  'values of a configuration in Python after its option': {
    files: {
      'README.md': '```\npython tools/train.py configs/a.py\n```\n',
      'tools/train.py': `import argparse
from mmengine.config import Config
def main():
    p = argparse.ArgumentParser()
    p.add_argument('config')
    p.add_argument('--cfg-options', nargs='+')
    cfg = Config.fromfile(p.parse_args().config)
${MAIN}`,
      'configs/a.py': `_base_ = ['./base.py']\ntrain_cfg = dict(by_epoch=True, max_epochs=12)\n`,
      'configs/base.py': `seed = 2\ntrain_cfg = dict(max_epochs=100)\n`,
    },
    expected: [
      'config|positional|-|other|required',
      '--cfg-options|space|-|other',
      'seed|assignment|2|seed|after --cfg-options',
      'train_cfg.max_epochs|assignment|12|epochs|after --cfg-options',
      'train_cfg.by_epoch|assignment|True|other|after --cfg-options',
    ],
  },
  'yacs after an option': {
    files: {
      'main.py': `import argparse
from conf import get_config
def main():
    p = argparse.ArgumentParser()
    p.add_argument('--opts', nargs='+')
    get_config(p.parse_args())
${MAIN}`,
      'conf.py': `from yacs.config import CfgNode as CN\n_C = CN()\n_C.TRAIN = CN()\n_C.TRAIN.EPOCHS = 300\ndef get_config(args):\n    _C.merge_from_list(args.opts)\n`,
    },
    expected: ['--opts|space|-|other', 'TRAIN.EPOCHS|space|300|epochs|after --opts'],
  },
  'bindings of gin': {
    files: {
      'train.py': `import gin
from absl import app, flags
flags.DEFINE_multi_string('gin_bindings', [], 'more')
def main(argv): gin.parse_config_files_and_bindings(['a.gin'], flags.FLAGS.gin_bindings)
if __name__ == '__main__': app.run(main)
`,
      'a.gin': 'train.num_steps = 70\n',
    },
    expected: ['--gin_bindings|equals|[]|other', '--gin_bindings=train.num_steps|equals|70|steps'],
  },
  'the configuration of sacred': {
    files: {
      'train.py': `from sacred import Experiment\nex = Experiment()\n@ex.config\ndef cfg():\n    n_epochs = 8\n@ex.automain\ndef main(n_epochs):\n    loss.backward()\nfor i in range(2): pass\n`,
    },
    expected: ['n_epochs|assignment|8|epochs|after with'],
  },
  'a usage text of docopt': {
    files: {
      'train.py': `"""Trains.

Usage: train.py [options]

Options:
  -e N --epochs=N   How often [default: 3].
  --cuda            Use a GPU.
"""
from docopt import docopt
def main(): docopt(__doc__)
${MAIN}`,
    },
    expected: ['--epochs|equals|3|epochs', '--cuda|flag|False|device'],
  },
  'words by position': {
    files: { 'train.py': `import sys\ndata = sys.argv[1]\nepochs = int(sys.argv[2])\nfor i in range(epochs): loss.backward()\n` },
    expected: ['data|positional|-|data|required', 'epochs|positional|-|epochs|required'],
  },
};

describe('families of argument parsers', () => {
  it.each(Object.entries(families))('reads %s', (_name, { files, expected }) => {
    expect(brief(files)).toEqual(expected);
  });
});
