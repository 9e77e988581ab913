/** Settings that must hold whatever bounds the work: nothing that makes a program fail by construction, nothing of the model. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/core/repo-map/schema.ts';
import { gpuFacts, gpuSite, planOf, type Files, type Parts } from './plan-of.ts';

function program(options: readonly string[], body = ''): string {
  const lines = options.map((option) => `p.add_argument(${option})`);
  return `import argparse\nimport torch\n${body}\np = argparse.ArgumentParser()\n${lines.join('\n')}\nargs = p.parse_args()\nif __name__ == '__main__':\n    loss.backward()\n`;
}

const typed = (options: readonly string[], parts: Parts = {}, body = '', more: Files = {}) =>
  planOf({ 'train.py': program(options, body), ...more }, { hardware: 'cpu', ...parts })
    .command.replace('python train.py', '')
    .trim();

describe('a sample never fails by construction', () => {
  it.each([
    [
      'steps below the warm-up',
      ["'--max_steps', type=int, default=5000", "'--warmup_steps', type=int, default=500"],
      '--max_steps 100 --warmup_steps 10',
    ],
    ['a warm-up that fits already', ["'--max_steps', type=int, default=5000", "'--warmup_steps', type=int, default=50"], '--max_steps 100'],
    [
      'epochs below the warm-up',
      ["'--epochs', type=int, default=30", "'--warmup-epochs', type=int, default=5"],
      '--epochs 1 --warmup-epochs 0',
    ],
    [
      'a part of the data smaller than a batch',
      ["'--epochs', default=9, type=int", "'--max_train_samples', type=int", "'--batch_size', type=int, default=400"],
      '--epochs 1 --max_train_samples 512 --batch_size 32',
    ],
    [
      'a fraction of batches',
      ["'--epochs', default=9, type=int", "'--limit_train_batches', default=1.0"],
      '--epochs 1 --limit_train_batches 50',
    ],
    [
      'a fraction that must stay one',
      ["'--epochs', default=9, type=int", "'--limit_train_batches', type=float, default=1.0"],
      '--epochs 1 --limit_train_batches 0.05',
    ],
    ['many batches a step', ["'--steps', type=int, default=5000", "'--gradient_accumulation_steps', type=int, default=40"], '--steps 10'],
  ])('%s', (_what, options, command) => {
    expect(typed(options)).toBe(command);
  });

  it('never takes more of the data than the command does', () => {
    expect(typed(["'--epochs', default=9, type=int", "'--train-size', type=int, default=60"])).toBe('--epochs 1');
  });

  it('keeps a part of the data larger than several batches on a GPU', () => {
    const options = ["'--epochs', default=9, type=int", "'--max_train_samples', type=int", "'--batch_size', type=int, default=400"];
    expect(typed(options, { site: gpuSite, facts: gpuFacts, hardware: 'single-gpu' })).toBe('--epochs 1 --max_train_samples 1600');
  });
});

describe('counts that look like the length of the training', () => {
  it.each([
    [
      'repetitions',
      ["'--itr', type=int, default=1, help='experiments times'", "'--train_epochs', type=int, default=10"],
      '',
      '--train_epochs 1',
    ],
    ['a sequence', ["'--num_steps', type=int, default=35", "'--epochs', type=int, default=40"], '', '--epochs 1'],
    ['a noise schedule', ["'--timesteps', type=int, default=1000", "'--epochs', type=int, default=40"], '', '--epochs 1'],
    [
      'a checkpoint to load',
      ["'--iteration', type=int, help='which checkpoint to load'", "'--epochs', type=int, default=40"],
      '',
      '--epochs 1',
    ],
    [
      'an agent’s steps, enough to learn from',
      ["'--total-timesteps', type=int, default=10000000", "'--num-steps', type=int, default=2048", "'--num-envs', type=int, default=8"],
      'import gymnasium',
      '--total-timesteps 163840',
    ],
    [
      'an agent that only gathers at first',
      ["'--max_timesteps', type=float, default=1e6", "'--start_timesteps', type=float, default=25e3"],
      'import gym',
      '--max_timesteps 50000',
    ],
    [
      'a loop of a TPU',
      ["'--iterations', type=int, default=1000, help='iterations per TPU training loop'", "'--train_steps', type=int, default=9000"],
      '',
      '--train_steps 100',
    ],
    ['thousands of images', ["'--kimg', type=int, default=25000"], '', '--kimg 1'],
  ])('%s', (_what, options, body, command) => {
    expect(typed(options, {}, body)).toBe(command);
  });
});

describe('a sample evaluates and saves at least once', () => {
  it.each([
    ['steps', ["'--steps', type=int, default=5000", "'--save_every', type=int, default=1000"], '--steps 100 --save_every 50'],
    ['an interval that is reached anyway', ["'--steps', type=int, default=5000", "'--save_freq', type=int, default=40"], '--steps 100'],
    [
      'epochs within steps',
      ["'--max_steps', type=int, default=5000", "'--check_val_every_n_epoch', type=int, default=3"],
      '--max_steps 100 --check_val_every_n_epoch 1',
    ],
    [
      'epochs, as the help says',
      ["'--epochs', type=int, default=30", "'--saveckp_freq', type=int, default=20, help='Save a checkpoint every x epochs.'"],
      '--epochs 1 --saveckp_freq 1',
    ],
    ['steps within epochs', ["'--epochs', type=int, default=30", "'--save_interval', type=int, default=1000"], '--epochs 1'],
    [
      'an interval that only its help tells',
      ["'--steps', type=int, default=5000", "'--validate_iter', type=int, default=5000, help='how often to validate'"],
      '--steps 100 --validate_iter 50',
    ],
    [
      'thousands of images',
      ["'--train_kimg', type=int, default=1 << 14", "'--save_kimg', type=int, default=64", "'--report_kimg', type=int, default=64"],
      '--train_kimg 1 --save_kimg 1 --report_kimg 1',
    ],
  ])('%s', (_what, options, command) => {
    expect(typed(options)).toBe(command);
  });
});

describe('everything that repeats the work is short', () => {
  it.each([
    [["'--epochs', type=int, default=100", "'--pretrain_epochs', type=int, default=50"], '--epochs 2 --pretrain_epochs 2'],
    [["'--n_epochs', type=int, default=100", "'--n_epochs_decay', type=int, default=100"], '--n_epochs 2 --n_epochs_decay 0'],
    [["'--epochs', type=int, default=30", "'--num_runs', type=int, default=20"], '--epochs 1 --num_runs 1'],
    [["'--epochs', type=int, default=9000"], '--epochs 10'],
    // Nodes of a graph are no machines.
    [["'--epochs', type=int, default=30", "'--num_nodes', type=int, default=3530"], '--epochs 1'],
    [["'--epochs', type=int, default=30", "'--num_nodes', type=int, default=4"], '--epochs 1 --num_nodes 1'],
    [["'--epochs', type=int, default=30", "'--model.max_num_nodes', type=int, default=4"], '--epochs 1'],
  ])('%j', (options, command) => {
    expect(typed(options)).toBe(command);
  });

  it('takes a switch for debugging as a bound only where its help says that it does less', () => {
    const plan = (help: string) => planOf({ 'train.py': program([`'--debug', action='store_true', help='${help}'`]) }, { hardware: 'cpu' });
    expect(plan('more output').bounds).toEqual([]);
    expect(plan('train on a small subset').bounds).toMatchObject([{ argument: '--debug', value: 'True' }]);
  });
});

describe('where it runs', () => {
  const readme = 'Train:\n\n```\npython train.py --gpu 0 --epochs 30\n```\n';

  it('goes without the number of a GPU where there is none', () => {
    const options = ["'--gpu', type=int, default=None", "'--epochs', type=int, default=90"];
    const files = { 'train.py': program(options), 'README.md': readme };
    expect(planOf(files, { hardware: 'single-gpu' })).toMatchObject({
      command: 'python train.py --epochs 1',
      bounds: [{ argument: '--epochs' }, { argument: '--gpu', value: 'left out', fullValue: '0', why: 'no GPU here' }],
    });
    expect(planOf(files, { site: gpuSite, facts: gpuFacts, hardware: 'single-gpu' }).command).toBe('python train.py --gpu 0 --epochs 1');
  });

  it('keeps processes that load data on a GPU, and at least one thread anywhere', () => {
    const options = ["'--epochs', type=int, default=9", "'--workers', type=int, default=16", "'--threads', type=int, default=16"];
    expect(typed(options, { site: gpuSite, facts: gpuFacts, hardware: 'single-gpu' })).toBe('--epochs 1 --workers 4 --threads 4');
    expect(typed(options)).toBe('--epochs 1 --workers 0 --threads 1');
  });
});

describe('what the model is made of stays', () => {
  it('touches no size, no sequence length, no optimiser and no preprocessing', () => {
    const kept = [
      '--image_size',
      '--max_seq_length',
      '--block_size',
      '--hidden_dim',
      '--num_layers',
      '--lr',
      '--weight_decay',
      '--optimizer',
      '--patch_size',
      '--crop',
      '--vocab_size',
      '--gradient_accumulation_steps',
    ];
    const options = [...kept.map((name) => `'${name}', default=64`), "'--max_steps', type=int, default=5000"];
    expect(typed(options)).toBe('--max_steps 10');
  });
});

describe('evaluation', () => {
  it.each([
    [["'--epochs', type=int, default=3", "'--max_eval_samples', type=int"], '--epochs 1 --max_eval_samples 64'],
    [["'--epochs', type=int, default=3", "'--limit_val_batches', default=1.0"], '--epochs 1 --limit_val_batches 5'],
    [["'--steps', type=int, default=3000", "'--eval_every', type=int, default=500"], '--steps 100 --eval_every 50'],
    [["'--steps', type=int, default=3000", "'--eval_iters', type=int, default=200"], '--steps 100 --eval_iters 5'],
    [["'--steps', type=int, default=3000", "'--eval_episodes', type=int, default=30"], '--steps 100 --eval_episodes 2'],
  ])('%j', (options, command) => {
    expect(typed(options)).toBe(command);
  });

  it('drops the switch with which the documents only evaluate', () => {
    const readme = { 'README.md': '```\npython train.py data -e --arch b0\n```\n' };
    const options = ["'data'", "'-e', '--evaluate', action='store_true'", "'--arch'", "'--epochs', type=int, default=90"];
    expect(planOf({ 'train.py': program(options), ...readme }, { hardware: 'cpu' }).command).toBe(
      'python train.py data --arch b0 --epochs 1',
    );
  });
});

describe('several GPUs', () => {
  const one = { site: gpuSite, facts: gpuFacts, hardware: 'multi-gpu' } as const;
  it.each([
    ["'--gpus', default='0,1,2,3'", '--gpus 0'],
    ["'--num_gpus', type=int, default=8", '--num_gpus 1'],
    ["'--devices', type=int, default=-1", '--devices 1'],
    ["'--nnodes', type=int, default=2", '--nnodes 1'],
  ])('%s becomes %s', (option, command) => {
    expect(typed([option], one)).toBe(command);
  });

  it('is said, and the old launcher’s rank is given', () => {
    const readme = { 'README.md': '```\npython -m torch.distributed.launch --nproc_per_node=8 train.py\n```\n' };
    const options = ["'--local_rank', type=int", "'--epochs', type=int, default=9"];
    const plan = planOf({ 'train.py': program(options), ...readme }, one);
    expect(plan.command).toBe('python -m torch.distributed.run --standalone --nproc_per_node=1 train.py --epochs 1 --local_rank 0');
    expect(plan.notes).toContain('The repository trains on several GPUs; the sample runs one process on one GPU.');
  });
});

describe('launchers', () => {
  const train = {
    'train.py': program(["'--epochs', type=int, default=9"]),
    'pkg/__init__.py': '',
    'pkg/go.py': program(["'--epochs', type=int, default=9"]),
  };
  it('takes the command behind an entry from the map, where it says one', () => {
    const runs = { argv: ['python', 'train.py', '--epochs', '30'], cwd: '', launcher: 'python' as const };
    const entry: Partial<Entry> & { runs: unknown } = { argv: ['bash', 'go'], launcher: 'shell', runs };
    expect(planOf(train, { entry, hardware: 'cpu' }).command).toBe('python train.py --epochs 1');
  });

  it('writes an argument behind the word that the map wants before it', () => {
    const evidence = { file: 'train.py', line: 1, text: '' };
    const rest = { aliases: [], type: null, required: false, choices: [], help: null, style: 'assignment', evidence } as const;
    const arguments_ = [
      { ...rest, choices: [], aliases: [], name: 'train.epochs', default: '30', role: 'epochs' as const, after: '--set-values' },
    ];
    const plan = planOf(train, { entry: { argv: ['python', 'train.py', '--x'], arguments: arguments_ }, hardware: 'cpu' });
    expect(plan.command).toBe('python train.py --x --set-values train.epochs=1');
  });

  it('starts the script itself where no Python command can be read in it', () => {
    const shell: Partial<Entry> = { argv: ['bash', 'run.sh'], file: 'run.sh', launcher: 'shell', cwd: '', arguments: [] };
    expect(planOf({ ...train, 'run.sh': 'make all\n' }, { entry: shell }).argv).toEqual(['bash', 'run.sh']);
  });

  it.each([
    [
      'torchrun',
      ['torchrun', '--nproc_per_node=8', '-m', 'pkg.go', '--x', '1'],
      ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=1', '-m', 'pkg.go', '--x', '1'],
    ],
    [
      'deepspeed',
      ['deepspeed', '--num_gpus=8', '--module', 'pkg.go'],
      ['-m', 'deepspeed.launcher.runner', '--num_gpus=1', '--module', 'pkg.go'],
    ],
    ['lightning', ['lightning', 'run', 'model', '--devices=8', 'train.py'], ['train.py']],
  ] as const)('%s', (launcher, argv, start) => {
    const plan = planOf(train, { entry: { launcher, argv: [...argv], arguments: [] } });
    expect(plan.argv).toEqual(['{python}', ...start]);
  });

  it('calls what a console script stands for', () => {
    const files = {
      ...train,
      'setup.py': "from setuptools import setup\nsetup(entry_points={'console_scripts': ['go-train = pkg.go:main']})\n",
    };
    const plan = planOf(files, { entry: { launcher: 'console-script', argv: ['go-train', '--epochs', '9'], file: 'pkg/go.py' } });
    expect(plan.argv.slice(0, 3)).toEqual(['{python}', '{run}/plan/run_function.py', 'go-train']);
    expect(plan.files.find((file) => file.path.endsWith('.json'))?.content).toBe('{"module":"pkg.go","name":"main"}\n');
  });
});
