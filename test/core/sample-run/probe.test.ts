/** The probe: what it would import, what it says, and what it does on this machine. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { judgeSample } from '../../../src/core/sample-run/judge.ts';
import { describeProbe, readProbe, showItem } from '../../../src/core/sample-run/probe-result.ts';
import { PROBE_SCRIPT } from '../../../src/core/sample-run/probe-script.ts';
import type { ProbeItem } from '../../../src/core/sample-run/schema.ts';
import { renderSummary } from '../../../src/core/sample-run/summary.ts';
import { makeProgress } from '../run/builders.ts';
import { planOf, probeOf, runPlan, type Files } from './plan-of.ts';

const NET = `import torch
from torch import nn
class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
    def forward(self, x):
        return self.conv(x)
class TinyNet(nn.Module):
    def __init__(self, in_channels, num_classes=7):
        super().__init__()
        self.stem = nn.Conv2d(in_channels, 4, 3, padding=1)
        self.block = Block(4)
        self.head = nn.Linear(4, num_classes)
    def forward(self, image):
        return self.head(self.block(self.stem(image)).mean((2, 3)))
def tiny_net(pretrained=True):
    return TinyNet(3)
`;
const LIBRARY: Files = { 'README.md': '# Nets\nUse `TinyNet`.\n', 'nets/__init__.py': 'from .tiny import TinyNet\n', 'nets/tiny.py': NET };
const names = (files: Files) => probeOf(files).targets.map((target) => `${target.module}:${target.name}`);

describe('what is probed', () => {
  it('prefers whole models and factories to their parts', () => {
    expect(names(LIBRARY)).toEqual(['nets.tiny:TinyNet', 'nets.tiny:tiny_net']);
  });

  it('takes parts where there is nothing else, and classes derived through others of the repository', () => {
    expect(names({ 'm.py': 'from torch import nn\nclass FooLoss(nn.Module):\n    def forward(self, x): return x\n' })).toEqual([
      'm:FooLoss',
    ]);
    const files = {
      'base.py': 'import torch.nn as nn\nclass Base(nn.Module):\n    def forward(self, x): return x\n',
      'net.py': 'from base import Base\nclass Net(Base):\n    pass\n',
    };
    expect(names(files)).toContain('net:Net');
  });

  it('lists data sets, Keras and Flax models', () => {
    const files = {
      'a.py': 'import torch\nclass Pairs(torch.utils.data.Dataset):\n    def __len__(self): return 1\n',
      'b.py': 'import tensorflow as tf\nclass KNet(tf.keras.Model):\n    def call(self, x): return x\n',
      'c.py': 'import flax.linen as nn\nclass FNet(nn.Module):\n    def __call__(self, x): return x\n',
    };
    expect(names(files).sort()).toEqual(['a:Pairs', 'b:KNet', 'c:FNet']);
  });

  it('imports names only that are names, from the folder that packages begin in', () => {
    const files = {
      'src/pkg/__init__.py': '',
      'src/pkg/net.py': NET,
      'src/pkg/2d-net.py': NET.replaceAll('TinyNet', 'OtherNet'),
      'class/m.py': NET,
    };
    const found = probeOf(files);
    expect(found.targets.map((target) => target.module)).toEqual(expect.arrayContaining(['pkg.net']));
    expect(found.targets.map((target) => target.module).join()).not.toMatch(/2d|class/);
    expect(found.roots).toContain('src');
  });

  it('reads how the README makes a model', () => {
    const readme =
      '```python\nimport torch\nfrom nets import TinyNet\nnet = TinyNet(in_channels=1)\nx = torch.randn(4, 1, 8, 8)\nnet2 = TinyNet.from_name("a", sizes=(1, 2))\nTinyNet.from_pretrained("b")\nTinyNet(open("x"))\n```\n';
    const [target] = probeOf({ ...LIBRARY, 'README.md': readme }).targets;
    const tensors = [{ size: [4, 1, 8, 8], high: null }];
    expect(target?.examples).toEqual([
      { method: null, args: [], kwargs: { in_channels: 1 }, tensors },
      { method: 'from_name', args: ['a'], kwargs: { sizes: { tuple: [1, 2] } }, tensors },
    ]);
  });

  it('is no choice where something trains, and the choice where a module only runs itself', () => {
    const trains = { ...LIBRARY, 'train.py': "if __name__ == '__main__':\n    loss.backward()\n" };
    expect(planOf(trains).mode).toBeUndefined();
    const shows = {
      ...LIBRARY,
      'nets/tiny.py': `${NET}if __name__ == '__main__':\n    tiny_net()(torch.zeros(1, 3, 8, 8)).sum().backward()\n`,
    };
    expect(planOf(shows)).toMatchObject({ mode: 'probe', argv: ['{python}', '{run}/plan/probe.py'], bounds: [], expected: null });
  });
});

const made: ProbeItem = {
  target: 'nets.tiny:TinyNet',
  kind: 'model',
  reached: 'forward',
  parameters: 1234,
  arguments: { in_channels: '3' },
  input: 'image (2, 3, 32, 32)',
  output: '(2, 7)',
  dtype: 'float32',
  seconds: 0.01,
  why: null,
};
const line = (item: ProbeItem) => `reprobot-probe ${JSON.stringify(item)}\n`;

describe('what a probe proves', () => {
  const plan = planOf(LIBRARY);
  const observation = {
    kind: 'ended',
    outcome: 'completed',
    exitCode: 0,
    signal: null,
    schedulerState: 'COMPLETED',
    evidence: 'exit-record',
  } as const;
  const none = {
    class: 'none',
    title: '',
    evidence: null,
    confidence: 1,
    fault: 'unknown',
    route: 'ask',
    remedy: null,
    explanation: '',
    facts: {},
  } as const;
  const judge = (log: string, code = 0) =>
    judgeSample({
      plan,
      observation: { ...observation, outcome: code === 0 ? 'completed' : 'failed', exitCode: code },
      progress: makeProgress({ loss: null, metrics: {} }),
      diagnosis: { ...none },
      probe: readProbe(log),
    });

  it('is READY by one forward pass, in words that claim no training', () => {
    const { result, failure } = judge(line(made) + line({ ...made, target: 'nets.tiny:Other', reached: 'imported', why: 'no' }));
    expect(failure).toBeNull();
    expect(result.fullRun).toMatchObject({ seconds: null, basis: 'a probe trains nothing, so it says nothing about a training' });
    expect(describeProbe(result.probe ?? { items: [] })).toBe(
      'probe only, nothing was trained: imports and one forward pass work for 1 of 2 models; TinyNet: image (2, 3, 32, 32) → (2, 7)',
    );
    const summary = renderSummary({ name: 'n', site: 's', commit: 'c', plan, result, verdict: 'READY, as a probe only' });
    expect(summary).toContain('nothing was trained, and no weights were loaded');
    expect(summary).toContain(
      'forward pass works: image (2, 3, 32, 32) → (2, 7) in 0.01 s; 1,234 parameters (float32), made with in_channels=3',
    );
    expect(summary).not.toContain('A full run');
  });

  it.each([
    [
      'a model that is only made',
      line({ ...made, reached: 'made', why: 'no input fits' }),
      'No model of the repository made a forward pass',
    ],
    ['data alone', line({ ...made, kind: 'data', reached: 'made' }), 'No model of the repository made a forward pass'],
    ['no report', 'reprobot-probe {"target": 1}\nreprobot-probe {\n', 'The job ended as failed'],
  ])('is not READY by %s', (_what, log, title) => {
    expect(judge(log, 1).failure?.title).toBe(title);
  });

  it('says how far each came', () => {
    expect(showItem({ ...made, reached: 'nothing', why: 'ModuleNotFoundError: x' })).toBe('is not imported: ModuleNotFoundError: x');
    expect(showItem({ ...made, reached: 'imported', why: 'y' })).toBe('is imported, but not made: y');
    expect(showItem({ ...made, reached: 'made', why: 'z' })).toContain('but no forward pass: z');
    expect(showItem({ ...made, kind: 'data', reached: 'made', output: '3 items' })).toBe('can be read: 3 items');
  });
});

const hasTorch = spawnSync('/usr/bin/python3', ['-c', 'import torch']).status === 0;

describe('the probe itself', () => {
  it('reports a module that cannot be imported, and ends without claiming anything', () => {
    const files = { ...LIBRARY, 'nets/tiny.py': `import no_such_module_at_all\n${NET}` };
    const ran = runPlan(files, planOf(files), 'python3');
    expect(readProbe(ran.stdout)?.items.map((item) => item.reached)).toEqual(['nothing', 'nothing']);
    expect(ran.stderr).toContain('no_such_module_at_all');
    expect(ran.code).toBe(1);
    ran.end();
  });

  it('survives a module that ends the program', () => {
    const files = { ...LIBRARY, 'nets/tiny.py': `import sys\nsys.exit(0)\n${NET}` };
    const ran = runPlan(files, planOf(files));
    expect(readProbe(ran.stdout)?.items[0]).toMatchObject({ reached: 'nothing', why: 'SystemExit: 0' });
    expect(ran.code).toBe(1);
    ran.end();
  });

  it.skipIf(!hasTorch)('makes a forward pass with the README’s values, and with guessed ones', { timeout: 60_000 }, () => {
    const readme = '```python\nnet = TinyNet(in_channels=1)\nx = torch.randn(4, 1, 8, 8)\n```\n';
    const files = { ...LIBRARY, 'README.md': readme };
    const ran = runPlan(files, planOf(files), '/usr/bin/python3');
    expect(ran.stdout).toContain('2 of 2 made a forward pass; nothing was trained');
    const items = readProbe(ran.stdout)?.items ?? [];
    expect(items[0]).toMatchObject({ input: 'image (4, 1, 8, 8)', output: '(4, 7)', arguments: { in_channels: '1' }, dtype: 'float32' });
    expect(items[1]).toMatchObject({ target: 'nets.tiny:tiny_net', arguments: { pretrained: 'False' }, output: '(2, 7)', why: null });
    ran.end();
  });

  it('is the same text for every repository', () => {
    const content = planOf(LIBRARY).files.find((file) => file.path === 'plan/probe.py')?.content;
    expect(content).toBe(PROBE_SCRIPT);
    expect(spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: PROBE_SCRIPT }).status).toBe(0);
  });
});
