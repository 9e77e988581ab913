import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { planEnvironment } from '../../../src/core/environment/plan.ts';
import type { SiteFacts } from '../../../src/core/environment/schema.ts';
import { shortenSteps } from '../../../src/core/sample-run/bounds.ts';
import { chooseEntry } from '../../../src/core/sample-run/choose-entry.ts';
import { planSample, type SampleAdjustment } from '../../../src/core/sample-run/plan.ts';
import { SamplePlan } from '../../../src/core/sample-run/schema.ts';
import type { SiteProfile } from '../../../src/core/site.ts';
import { makeFacts, makeSite } from '../environment/helpers.ts';
import { mapFiles, notebook, repoFiles } from '../repo-map/helpers.ts';

interface Parts {
  readonly site?: SiteProfile;
  readonly facts?: SiteFacts;
  readonly adjust?: SampleAdjustment;
}

function sample(files: Record<string, string>, parts: Parts = {}): SamplePlan {
  const map = mapFiles(files);
  const entry = chooseEntry(map);
  if (entry === undefined) throw new Error('no entry');
  const { site = makeSite(), facts = makeFacts() } = parts;
  const env = planEnvironment({ map, entry, site, facts });
  return SamplePlan.parse(
    planSample({ map, site, facts, env, files: repoFiles(files), ...(parts.adjust === undefined ? {} : { adjust: parts.adjust }) }),
  );
}

/** A program that takes these arguments and trains. */
function program(options: readonly string[], body = ''): string {
  const lines = options.map((option) => `p.add_argument(${option})`);
  return `import argparse\nimport torch\np = argparse.ArgumentParser()\n${lines.join('\n')}\nargs = p.parse_args()\n${body}\nif __name__ == '__main__':\n    loss.backward()\n`;
}
const typed = (options: readonly string[], parts: Parts = {}) => sample({ 'train.py': program(options) }, parts).command;

describe('bounding by the program’s own arguments', () => {
  it.each([
    [["'--max-steps', type=int, default=-1"], 'python train.py --max-steps 100'],
    [["'--steps', type=int, default=15"], 'python train.py --steps 2'],
    [["'--iters', type=int, default=200", "'--log-every', type=int, default=50"], 'python train.py --iters 50 --log-every 5'],
    [["'--epochs', type=int, default=90", "'-j', '--workers', type=int, default=4"], 'python train.py --epochs 1 --workers 0'],
    [["'--epochs', type=int, default=300"], 'python train.py --epochs 6'],
    [["'--epochs', default=3, type=int", "'--max_steps', default=-1, type=int"], 'python train.py --max_steps 100'],
    [
      ["'--epochs', default=9, type=int", "'--steps_per_epoch', default=1000, type=int"],
      'python train.py --steps_per_epoch 100 --epochs 1',
    ],
    [
      ["'--epochs', default=9, type=int", "'--max_train_samples', default=None, type=int"],
      'python train.py --epochs 1 --max_train_samples 512',
    ],
    [["'--dry-run', action='store_true'"], 'python train.py --dry-run'],
    [["'--eval_iters', type=int, default=200", "'--max_iters', type=int, default=5000"], 'python train.py --max_iters 100 --eval_iters 5'],
    [
      ["'--epochs', type=int, default=5", "'--batch-size', type=int, default=512", "'--test-batch-size', type=int, default=1000"],
      'python train.py --epochs 1 --batch-size 32',
    ],
    [["'--epochs', type=int, default=5", "'--out', default='/data/me/out'"], "python train.py --epochs 1 --out '{run}/output'"],
    [["'--warmup-steps', type=int, default=4000"], 'python train.py'],
  ])('%j', (options, command) => {
    expect(typed(options)).toBe(command);
  });

  it('replaces what the README sets and knows the full length from there', () => {
    const plan = sample({
      'README.md': '    python train.py -e 40 --lr=0.1 --flag\n',
      'train.py': program(["'-e', '--epochs', default=90, type=int", "'--lr'", "'--flag', action='store_true'"]),
    });
    expect(plan.command).toBe('python train.py -e 1 --lr=0.1 --flag');
    expect(plan.full).toEqual({ command: 'python train.py -e 40 --lr=0.1 --flag', unit: 'epoch', total: 40 });
    expect(plan.bounds).toEqual([{ argument: '--epochs', value: '1', fullValue: '40', why: 'one pass over the data' }]);
  });

  it('keeps one worker where the loader needs one', () => {
    expect(
      sample({
        'train.py': program(
          ["'--epochs', default=9, type=int", "'--workers', default=8, type=int"],
          'DataLoader(d, persistent_workers=True)',
        ),
      }).command,
    ).toContain('--workers 1');
  });

  it.each([
    [null, 100],
    [-1, 100],
    [100_000, 100],
    [200, 50],
    [40, 8],
    [15, 2],
    [2, 2],
    [1, 1],
  ])('shortenSteps(%j) is %j', (full, expected) => {
    expect(shortenSteps(full)).toBe(expected);
  });
});

describe('devices', () => {
  const cuda = 'x = 1 if torch.cuda.is_available() else 2';
  const gpuSite = makeSite({
    gpu: { unit: 'A100', memoryGb: 40, perNode: 1, vendor: 'nvidia' },
    sample: { cpus: 4, memoryMb: 8000, gpus: 1, minutes: 5 },
  });
  const gpuFacts = makeFacts({ gpus: 1, cpus: 8 });
  it.each([
    ["'--device', default='cuda'", '--device cpu', ''],
    ["'--no-cuda', action='store_true'", '--no-cuda', ''],
    ["'--cuda', action='store_true'", '', '--cuda'],
    ["'--ngpu', type=int, default=1", '--ngpu 0', ''],
    ["'--dtype', default='bfloat16'", '--dtype float32', ''],
    ["'--device', default='cpu'", '', '--device cuda'],
  ])('%s', (option, onCpu, onGpu) => {
    const files = { 'train.py': program([option], cuda) };
    expect(sample(files).command).toBe(`python train.py ${onCpu}`.trim());
    const plan = sample(files, { site: gpuSite, facts: gpuFacts });
    expect(plan.command).toBe(`python train.py ${onGpu}`.trim());
    expect(plan.resources).toEqual({ cpus: 4, memoryMb: 8000, gpus: 1, nodes: 1, timeLimitSeconds: 300 });
  });

  it('drops a device switch of the README where there is no GPU', () => {
    expect(sample({ 'README.md': '`python train.py --cuda`', 'train.py': program(["'--cuda', action='store_true'"], cuda) }).command).toBe(
      'python train.py',
    );
  });

  it('asks for no GPU when nothing uses one, and warns when one is needed and missing', () => {
    expect(sample({ 'train.py': program([]) }, { site: gpuSite, facts: gpuFacts }).resources.gpus).toBe(0);
    const notes = (line: string) =>
      sample({ 'train.py': `import torch\n${line}\nloss.backward()\nif __name__ == "__main__": pass\n` }).notes.join();
    expect(notes('model.cuda()\nx = x.type(torch.cuda.FloatTensor)')).toContain('without asking whether it is there');
    expect(notes('model.cuda()')).toContain('the lines that say so are changed');
  });
});

describe('launchers and styles', () => {
  it.each([
    [
      'torchrun --nproc_per_node=8 train.py --x 1',
      ['{python}', '-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=1', 'train.py', '--x', '1'],
    ],
    [
      'python -m torch.distributed.launch --nproc_per_node 4 train.py',
      ['{python}', '-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=1', 'train.py'],
    ],
    [
      'accelerate launch --multi_gpu train.py',
      ['{python}', '-m', 'accelerate.commands.launch', '--num_processes=1', '--num_machines=1', '--cpu', 'train.py'],
    ],
    ['deepspeed train.py', ['{python}', '-m', 'deepspeed.launcher.runner', '--num_gpus=1', 'train.py']],
    ['python -m train', ['{python}', '-m', 'train']],
  ])('%s', (line, argv) => {
    expect(sample({ 'README.md': `    ${line}\n`, 'train.py': program([]) }).argv).toEqual(argv);
  });

  it('sets globals behind a configurator, on a CPU', () => {
    const files = {
      'train.py':
        "import torch\nmax_iters = 600000\neval_iters = 200\ndevice = 'cuda'\ncompile = True\nexec(open('configurator.py').read())\nfor i in range(9): loss.backward()\n",
      'configurator.py': '',
    };
    expect(sample(files).argv).toEqual(['{python}', 'train.py', '--max_iters=100', '--eval_iters=5', '--device=cpu', '--compile=False']);
  });

  it('sets hydra values', () => {
    const files = {
      'train.py':
        "import hydra\n@hydra.main(config_path='conf', config_name='c')\ndef main(cfg): loss.backward()\nif __name__ == '__main__': main()\n",
      'conf/c.yaml': 'trainer:\n  max_epochs: 5\n',
    };
    expect(sample(files).argv).toEqual(['{python}', 'train.py', 'trainer.max_epochs=1']);
  });
});

describe('adjustments', () => {
  const files = { 'train.py': program(["'--steps', type=int, default=9999", "'--batch-size', type=int, default=64"]) };

  it('sets arguments by name, with or without dashes, and adds unknown ones', () => {
    const plan = sample(files, {
      adjust: { arguments: { batch_size: '8', '--steps': '40', '--new': 'x' }, env: { A: 'b' }, memoryFactor: 1.5, timeFactor: 2 },
    });
    expect(plan.argv).toEqual(['{python}', 'train.py', '--steps', '40', '--batch-size', '8', '--new', 'x']);
    expect(plan.expected).toEqual({ unit: 'step', total: 40 });
    expect(plan.bounds[0]).toMatchObject({ value: '40', why: 'asked for' });
    expect(plan.env['A']).toBe('b');
    // A full run needs what was mended, and not what makes it short.
    expect(plan.full.command).toBe('A=b python train.py --batch-size 8 --new x');
    expect(plan.resources).toMatchObject({ memoryMb: 6000, timeLimitSeconds: 1200 });
  });

  it('never asks this machine for more than it has', () => {
    expect(sample(files, { adjust: { memoryFactor: 100 } }).resources.memoryMb).toBe(8000);
  });
});

describe('notes', () => {
  it('names required arguments, missing files, downloads and work without bounds', () => {
    const body = "from torchvision import datasets\nd = datasets.MNIST('../data', download=True)\nopen('labels.csv')";
    expect(
      sample(
        { 'train.py': program(["'--data-dir', required=True"], body) },
        { site: makeSite({ internet: { login: true, compute: false } }) },
      ).notes,
    ).toEqual([
      'No argument bounds the work: the clock stops it after 10 minutes, which is no failure.',
      '--data-dir is required and has no default (train.py:4): it needs a value from you.',
      'Reads labels.csv, which is not in the repository (train.py:8).',
      'Downloads torchvision MNIST while it runs; jobs here have no internet.',
    ]);
  });

  it('has no plan where nothing can be started', () => {
    const map = mapFiles({ 'README.md': 'hello' });
    const site = makeSite();
    expect(planSample({ map, site, facts: makeFacts(), env: {} as never, files: [] })).toBeNull();
  });
});

let folder = '';
afterEach(() => {
  if (folder !== '') rmSync(folder, { recursive: true });
  folder = '';
});

/** Lays a run's folder out as the bot does and runs the payload with this machine's Python. */
function execute(files: Record<string, string>, plan: SamplePlan): string {
  folder = mkdtempSync(join(tmpdir(), 'sample-'));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(`repo/${path}`, content);
  for (const file of plan.files) write(file.path, file.content);
  const fill = (text: string) => text.replaceAll('{run}', folder).replaceAll('{python}', 'python3');
  const [program = '', ...rest] = plan.argv.map(fill);
  const env = { ...process.env, ...Object.fromEntries(Object.entries(plan.env).map(([name, value]) => [name, fill(value)])) };
  const result = spawnSync(program, rest, { cwd: join(folder, 'repo', plan.cwd), env, encoding: 'utf8' });
  expect(result.stderr).toBe('');
  return result.stdout;
}

const LOSS = 'class L:\n    def backward(self): pass\nloss = L()\n';

describe('what stands in the source itself', () => {
  it('shortens constants while the script is read, and leaves the file as it is', () => {
    const files = {
      'go/main.py': `import os, sys\nimport helper\n${LOSS}STEPS = 1_000\nEPOCHS = 12\nfor epoch in range(EPOCHS):\n    for step in range(STEPS):\n        loss.backward()\nprint(epoch, step, os.path.basename(__file__), __name__, len(sys.argv), helper.X)\n`,
      'go/helper.py': 'X = 5\n',
    };
    const plan = sample(files);
    expect(plan.bounds.map((bound) => `${bound.argument} ${bound.fullValue ?? ''}>${bound.value}`)).toEqual([
      'STEPS 1_000>100',
      'EPOCHS 12>1',
    ]);
    expect(execute(files, plan)).toBe('0 99 main.py __main__ 1 5\n');
  });

  it('turns a notebook into a script that runs in the notebook’s folder', () => {
    const files = {
      'books/my demo.ipynb': notebook(
        '%matplotlib inline\nimport lib\n!pip install nothing',
        `${LOSS}for k in range(150):\n    loss.backward()\n`,
        'display(k)\nopen("note.txt").read()',
      ),
      'lib.py': 'print("lib")\n',
      'books/note.txt': 'hi',
    };
    const plan = sample(files);
    expect(plan.argv).toEqual(['{python}', '{run}/plan/my_demo.py']);
    expect(plan.cwd).toBe('books');
    expect(plan.expected).toEqual({ unit: 'step', total: 20 });
    expect(execute(files, plan)).toBe('lib\n19\n');
  });

  it('runs what makes the data first', () => {
    const files = {
      'train.py': `import argparse\n${LOSS}p = argparse.ArgumentParser()\np.add_argument('--steps', type=int, default=500)\nargs = p.parse_args()\nprint(open('d.txt').read(), args.steps)\nif __name__ == '__main__':\n    loss.backward()\n`,
      'make_data.py': "for i in range(1): open('d.txt', 'w').write('made')\n",
    };
    const plan = sample(files);
    expect(plan.argv).toEqual(['sh', '{run}/plan/sample.sh', '{python}']);
    expect(plan.command).toBe('python make_data.py && python train.py --steps 100');
    expect(execute(files, plan)).toBe('made 100\n');
  });

  it('is stopped by the clock when nothing at all bounds it', () => {
    const plan = sample({ 'main.py': 'import itertools\nfor i in itertools.count():\n    loss.backward()\n' });
    expect(plan).toMatchObject({ stopsByClock: true, expected: null, bounds: [], argv: ['{python}', 'main.py'] });
  });
});
