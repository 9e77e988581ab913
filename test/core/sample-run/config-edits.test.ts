/** What is bounded where no argument does it: by a variable, by a patch to the run's copy of a config or of the source. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderEdits } from '../../../src/core/line-edits.ts';
import { readLeaves } from '../../../src/core/repo-map/config-leaves.ts';
import { repoFiles } from '../repo-map/helpers.ts';
import { planOf, runPlan, type Files } from './plan-of.ts';

const LOSS = 'class L:\n    def backward(self): pass\nloss = L()\n';

/** A program that reads its length from a file and tells it. */
function reader(load: string, shown: string): string {
  return `import json, sys\n${LOSS}text = open(sys.argv[1] if len(sys.argv) > 1 else 'conf/run.json').read()\ncfg = ${load}\nif __name__ == '__main__':\n    print(${shown})\n    loss.backward()\n`;
}

const readme = (command: string): Files => ({ 'README.md': `\`\`\`\n${command}\n\`\`\`\n` });

describe('a config file that says how long the training is', () => {
  it('may be Python that the program imports, and may call its length an iteration', () => {
    const train = (body: string) => `${LOSS}${body}\nif __name__ == '__main__':\n    loss.backward()\n`;
    const bounds = (files: Files) => planOf(files, { hardware: 'cpu' }).bounds.map(({ argument, value, by }) => [argument, value, by]);
    expect(
      bounds({
        'train.py': train('from configs import cfgs'),
        'configs/cfgs.py': 'LR = 3\nMAX_ITERATION = 90000\n',
        'configs/__init__.py': '',
      }),
    ).toEqual([['MAX_ITERATION', '100', 'config']]);
    expect(
      bounds({
        ...readme('python train.py c.yml'),
        'train.py': train('import sys\nopen(sys.argv[1])'),
        'c.yml': 'iteration: 250000\nsnapshot_interval: 10000\n',
      }),
    ).toEqual([
      ['iteration', '100', 'config'],
      ['snapshot_interval', '50', 'config'],
    ]);
  });

  it('may hold a key twice, of which the last counts', () => {
    const files = {
      'train.py': reader('json.loads(text)', "cfg['max_num_training_steps']"),
      'conf/run.json': '{\n  "_comment": "a",\n  "max_num_training_steps": 5,\n  "_comment": "b",\n  "max_num_training_steps": 90000\n}\n',
    };
    const plan = planOf(files, { hardware: 'cpu' });
    expect(plan.bounds.map(({ argument, value, fullValue }) => [argument, fullValue, value])).toEqual([
      ['max_num_training_steps', '90000', '100'],
    ]);
    const done = runPlan(files, plan);
    expect(done.stdout.trim()).toBe('100');
    done.end();
  });

  it('is all that a program takes which reads its arguments from one file; a limit that the file leaves out is put in', () => {
    const files = {
      ...readme('accelerate launch ./train.py ./conf/run.json'),
      'train.py':
        "import sys\nfrom transformers import HfArgumentParser, TrainingArguments\nparser = HfArgumentParser(TrainingArguments)\nif sys.argv[1].endswith('.json'):\n    (args,) = parser.parse_json_file(sys.argv[1])\nif __name__ == '__main__':\n    loss.backward()\n",
      'conf/run.json': '{\n  "output_dir": "out",\n  "num_train_epochs": 4,\n  "save_steps": 500\n}\n',
    };
    const plan = planOf(files, { hardware: 'cpu' });
    expect(plan.command).toMatch(/train\.py \.\/conf\/run\.json$/);
    expect(plan.bounds.map(({ argument, value, fullValue }) => [argument, fullValue, value])).toEqual([
      ['max_steps', '-1', '100'],
      ['save_steps', '500', '50'],
    ]);
    expect(plan.full).toMatchObject({ unit: 'epoch', total: 4 });
    const edited = plan.files.find((file) => file.path === 'plan/sample.patch')?.content ?? '';
    expect(edited).toContain('+{ "max_steps": 100,');
    expect(edited).toContain('+  "save_steps": 50');
  });

  it('is changed in the copy when the sample starts, line by line, and nowhere else', () => {
    const conf =
      '{\n  "model": {"width": 3},\n  "train": {\n    "max_steps": 50000,\n    "warmup_steps": 1000,\n    "log_every": 500\n  }\n}\n';
    const files = { 'train.py': reader('json.loads(text)', "cfg['train'], cfg['model']"), 'conf/run.json': conf };
    const plan = planOf(files, { hardware: 'cpu' });
    expect(plan.bounds).toEqual([
      {
        argument: 'train.max_steps',
        fullValue: '50000',
        value: '100',
        by: 'config',
        why: expect.stringContaining("line 4 of conf/run.json, changed in the run's copy"),
      },
      {
        argument: 'train.warmup_steps',
        fullValue: '1000',
        value: '10',
        by: 'config',
        why: expect.stringContaining('a warm-up shorter than the sample'),
      },
      {
        argument: 'train.log_every',
        fullValue: '500',
        value: '10',
        by: 'config',
        why: expect.stringContaining('progress that can be seen'),
      },
    ]);
    expect(plan).toMatchObject({ expected: { unit: 'step', total: 100 }, stopsByClock: false, full: { unit: 'step', total: 50_000 } });
    const ran = runPlan(files, plan);
    try {
      expect(ran.stderr).toBe('reprobot: changed as approved: conf/run.json\n');
      expect(ran.stdout).toBe("{'max_steps': 100, 'warmup_steps': 10, 'log_every': 10} {'width': 3}\n");
      expect(ran.read('checkout/conf/run.json')).toBe(conf);
      expect(ran.read('repo/conf/run.json')).toBe(conf.replace('50000', '100').replace('1000,', '10,').replace('500\n', '10\n'));
    } finally {
      ran.end();
    }
  });

  it('may be changed once more for a second attempt, and stops the sample when it is another file', () => {
    const files = { 'train.py': reader('json.loads(text)', "cfg['epochs']"), 'conf/run.json': '{\n"epochs": 40}\n' };
    const plan = planOf(files);
    const again = runPlan({ ...files, 'conf/run.json': '{\n"epochs": 1}\n' }, plan);
    expect(again.stdout).toBe('1\n');
    again.end();
    const other = runPlan({ ...files, 'conf/run.json': '{\n"epochs": 7}\n' }, plan);
    expect(other.stderr).toContain('is not what was planned for');
    expect([other.code, other.stdout]).toEqual([1, '']);
    other.end();
  });

  it.each([
    ['YAML', 'c.yaml', 'train:\n  # how long\n  num_epochs: 30  # all\n  name: "x"\n', 'train.num_epochs 30 1'],
    ['TOML', 'c.toml', '[train]\nsteps = 9_000\n', 'train.steps 9_000 100'],
    ['INI', 'c.cfg', '[train]\nepochs = 9\n', 'train.epochs 9 1'],
    ['Python', 'c.py', 'epochs = 9\nwidth = 4\n', 'epochs 9 1'],
  ])('%s', (_what, name, text, bound) => {
    const plan = planOf({ ...readme(`python train.py ${name}`), [name]: text, 'train.py': reader('text', 'cfg') });
    expect(plan.bounds.map((item) => `${item.argument} ${item.fullValue ?? ''} ${item.value}`)).toContain(bound);
    expect(plan.argv).toEqual(['sh', '{run}/plan/sample.sh', '{python}']);
  });

  it('follows the file that a config builds on', () => {
    const files = {
      ...readme('python train.py conf/a.yaml'),
      'conf/a.yaml': '_BASE_: base.yaml\nname: a\n',
      'conf/base.yaml': 'max_iters: 20000\n',
      'train.py': reader('text', 'cfg'),
    };
    expect(planOf(files).files.find((file) => file.path === 'plan/sample.patch')?.content).toContain('--- a/conf/base.yaml');
  });

  it('is left alone where an argument bounds the work', () => {
    const train = `import argparse\np = argparse.ArgumentParser()\np.add_argument('--epochs', default=5)\nopen('c.yaml')\nif __name__ == '__main__':\n    loss.backward()\n`;
    const plan = planOf({ 'train.py': train, 'c.yaml': 'epochs: 50\n' });
    expect([plan.command, plan.files]).toEqual(['python train.py --epochs 1', []]);
  });
});

describe('other places', () => {
  it('sets a variable that the code asks for', () => {
    const files = {
      'train.py': `import os\n${LOSS}steps = int(os.environ.get('MAX_STEPS', '5000'))\nif __name__ == '__main__':\n    print(steps)\n    loss.backward()\n`,
    };
    const plan = planOf(files);
    expect(plan.env['MAX_STEPS']).toBe('100');
    expect(plan.bounds).toMatchObject([{ argument: 'MAX_STEPS', value: '100', fullValue: '5000', by: 'environment' }]);
    const ran = runPlan(files, plan);
    expect(ran.stdout).toBe('100\n');
    ran.end();
  });

  it('changes the copy of a source that another program starts', () => {
    const files = {
      ...readme('python -m pkg.train'),
      'pkg/__init__.py': '',
      'pkg/train.py': `${LOSS}EPOCHS = 12\nfor epoch in range(EPOCHS):\n    loss.backward()\nprint(epoch)\n`,
    };
    const plan = planOf(files);
    expect(plan.files.map((file) => file.path)).toContain('plan/sample.patch');
    const ran = runPlan(files, plan);
    expect(ran.stdout).toBe('0\n');
    expect(ran.read('checkout/pkg/train.py')).toContain('EPOCHS = 12');
    ran.end();
  });
});

describe('the runner of a script with other numbers', () => {
  it.each([
    ['a mark of its encoding in front', '\uFEFF'],
    ['a line that names its encoding', '# -*- coding: utf-8 -*-\n'],
  ])('reads it as Python does: %s', (_what, head) => {
    const train = `${LOSS}EPOCHS = 12\nfor epoch in range(EPOCHS):\n    loss.backward()\nprint('é', epoch, __name__)\n`;
    // The loader takes the mark away before anybody maps the text.
    const plan = planOf({ 'train.py': `${head.replace('\uFEFF', '')}${train}` });
    expect(plan.files.map((file) => file.path)).toEqual(['plan/run_shortened.py']);
    const ran = runPlan({ 'train.py': `${head}${train}` }, plan);
    expect([ran.stdout, ran.stderr]).toEqual(['é 0 __main__\n', '']);
    ran.end();
  });
});

describe('renderEdits', () => {
  it.each([
    ['in the middle', 'a\nb\nc\nd\ne\nf\ng\nh\n', [5]],
    ['at both ends, without a last line break', 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk', [1, 11]],
    ['in neighbouring lines', 'a\nb\nc\r\nd\n', [2, 3]],
  ])('is a patch that git takes: %s', (_what, text, numbers) => {
    const lines = text.split('\n');
    const edits = numbers.map((line) => ({ file: 'd/f.txt', line, from: lines[line - 1] ?? '', to: `${lines[line - 1] ?? ''}2` }));
    const folder = mkdtempSync(join(tmpdir(), 'diff-'));
    try {
      mkdirSync(dirname(join(folder, 'd/f.txt')));
      writeFileSync(join(folder, 'd/f.txt'), text);
      writeFileSync(join(folder, 'p'), renderEdits(edits, repoFiles({ 'd/f.txt': text })));
      execFileSync('git', ['apply', '--check', 'p'], { cwd: folder });
      execFileSync('git', ['apply', 'p'], { cwd: folder });
      const wanted = lines.map((line, index) => (numbers.includes(index + 1) ? `${line}2` : line)).join('\n');
      expect(execFileSync('cat', ['d/f.txt'], { cwd: folder, encoding: 'utf8' })).toBe(wanted);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('readLeaves', () => {
  it.each([
    ['broken YAML', 'a.yaml', 'a: [1\nb: {'],
    ['two documents', 'a.yaml', 'a: 1\n---\na: 2\n'],
    ['an alias that grows', 'a.yaml', `a: &a [1]\n${'b: [*a, *a]\n'.repeat(50)}`],
    ['a YAML list', 'a.yaml', '- 1\n'],
    ['nothing', 'a.json', ''],
    ['a long line', 'a.toml', `a = ${'9'.repeat(100_000)}`],
  ])('%s has none, and throws nothing', (_what, path, text) => {
    const [file] = repoFiles({ [path]: text });
    expect(file === undefined ? null : readLeaves(file)).toEqual([]);
  });
});
