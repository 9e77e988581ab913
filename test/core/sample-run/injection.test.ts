import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planEnvironment } from '../../../src/core/environment/plan.ts';
import { chooseEntry } from '../../../src/core/sample-run/choose-entry.ts';
import type { SampleAdjustment } from '../../../src/core/sample-run/plan.ts';
import { planSample } from '../../../src/core/sample-run/plan.ts';
import { PROBE_SCRIPT } from '../../../src/core/sample-run/probe-script.ts';
import type { SamplePlan } from '../../../src/core/sample-run/schema.ts';
import { fill } from '../../../workers/placeholders.ts';
import { makeFacts, makeSite } from '../environment/helpers.ts';
import { mapFiles, notebook, repoFiles } from '../repo-map/helpers.ts';
import { planOf, runPlan } from './plan-of.ts';

function plan(files: Readonly<Record<string, string>>, adjust: SampleAdjustment = {}): SamplePlan {
  const map = mapFiles(files);
  const entry = chooseEntry(map);
  if (entry === undefined) throw new Error('no entry');
  const request = { map, entry, site: makeSite(), facts: makeFacts() };
  const made = planSample({ ...request, env: planEnvironment(request), files: repoFiles(files), adjust });
  if (made === null) throw new Error('no plan');
  return made;
}

const values = { run: '/site/run', python: '/usr/bin/python3' };
const MAKES = "import numpy as np\nif __name__ == '__main__':\n    np.save('data.npy', [1])\n";
const READS = "import numpy as np\ndata = np.load('data.npy')\nif __name__ == '__main__':\n    loss.backward()\n";
const readme = (words: string) => `\`\`\`\npython train.py ${words}\n\`\`\`\n`;

describe('words of a repository in the script that prepares a run', () => {
  it.each([`'{run}/"; touch X; echo "'`, `'{run}/$(touch X)'`, `'{python}'`, `'{run}/"$(touch X)"'`])(
    'reach the program to the letter and start nothing: %s',
    (word) => {
      const files = { 'train.py': READS, 'make_data.py': MAKES, 'README.md': readme(`--name ${word}`) };
      const made = plan(files);
      const script = made.files.find((file) => file.path === 'plan/sample.sh')?.content ?? '';
      expect(script).toContain('make_data.py');
      const folder = mkdtempSync(join(tmpdir(), 'reprobot-injection-'));
      try {
        mkdirSync(join(folder, 'plan'));
        writeFileSync(join(folder, 'plan/sample.sh'), script);
        writeFileSync(join(folder, 'plan/show'), '#!/bin/sh\nfor word; do printf "<%s>" "$word"; done\n', { mode: 0o755 });
        const out = execFileSync('sh', [join(folder, 'plan/sample.sh'), join(folder, 'plan/show')], { cwd: folder, encoding: 'utf8' });
        expect(existsSync(join(folder, 'X'))).toBe(false);
        const inner = word.slice(1, -1);
        if (script.includes('--name')) expect(out).toContain(`<--name><${inner}>`);
        expect(out).not.toContain(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it('fills our own place in the middle of a word', () => {
    const train = READS.replace('if __name__', "flags.DEFINE_string('output_dir', '/out', '')\nif __name__");
    const made = plan({ 'train.py': train, 'make_data.py': MAKES });
    expect(made.files.find((file) => file.path === 'plan/sample.sh')?.content).toContain('--output_dir="$run"/output');
  });
});

describe('words of a repository that look like our places', () => {
  const code =
    "import argparse\np.add_argument('--{python}', default='{python}')\np.add_argument('--epochs', type=int, default=9)\nif __name__ == '__main__':\n    loss.backward()\n";

  it('stay as they are in commands', () => {
    const made = plan({ 'train.py': code, 'README.md': readme("--name='{run}/a' x:'{python}'") });
    const words = made.argv.map((word) => fill(word, values));
    expect(words[0]).toBe(values.python);
    expect(words.slice(1).join(' ')).not.toContain('/site/run');
    expect(words.slice(1).join(' ')).not.toContain('/usr/bin');
    expect(made.command).not.toContain('{{}');
  });

  it('stay as they are in what a person or a remedy asks for', () => {
    const made = plan(
      { 'train.py': code },
      { arguments: { '--{python}': '{run}', '--epochs': '{python}', '--more': '{{}' }, env: { A: '{run}' } },
    );
    const words = made.argv.map((word) => fill(word, values));
    expect(words).toEqual(['/usr/bin/python3', 'train.py', '--epochs', '{python}', '--{python}', '{run}', '--more', '{{}']);
    expect(fill(made.env['A'] ?? '', values)).toBe('{run}');
  });

  it('stay as they are in a notebook', () => {
    const made = plan({ 'train.ipynb': notebook("print('{run} {python}')\nloss.backward()") });
    expect(made.files[0]?.content).toContain("print('{run} {python}')");
  });
});

describe('text of a repository in the patch to its copy', () => {
  const conf = (name: string, value = '5000') => `{\n"model": ${JSON.stringify(name)}, "max_steps": ${value}\n}\n`;
  const train =
    "import json\ncfg = json.load(open('conf.json'))\nif __name__ == '__main__':\n    print(cfg['max_steps'], cfg['model'])\n    loss.backward()\n".replace(
      'import json',
      'import json\nclass L:\n    def backward(self): pass\nloss = L()',
    );

  it.each([
    '"""; import os; os.system("touch X")  # ',
    "'; touch X; '",
    '{run}',
    '{python} $(touch X)',
    '\\u0022\\n\\u0022',
    '--- a/x\n+++ b/x\n@@ -1 +1 @@',
    '🙂\u2028\u0007',
  ])('is data, and comes back to the letter: %j', (name) => {
    const files = { 'train.py': train, 'conf.json': conf(name) };
    const made = planOf(files);
    expect(made.files.find((file) => file.path === 'plan/apply_edits.py')?.content).toBe(
      planOf({ 'train.py': train, 'conf.json': conf('plain') }).files.find((file) => file.path === 'plan/apply_edits.py')?.content,
    );
    const ran = runPlan(files, made);
    try {
      expect(ran.stderr).toBe('reprobot: changed as approved: conf.json\n');
      expect(ran.stdout).toBe(`100 ${name}\n`);
      expect(ran.read('checkout/conf.json')).toBe(conf(name));
      expect(() => ran.read('repo/X')).toThrow('ENOENT');
    } finally {
      ran.end();
    }
  });

  it('follows no link that lies in wait beside a file, and keeps the mode and what is no UTF-8', () => {
    const files = { 'train.py': train, 'conf.json': conf('m') };
    const ran = runPlan(files, { ...planOf(files), argv: ['sh', '-c', PREPARED, 'sh', '{run}', '{python}'] });
    expect([ran.stderr, ran.stdout.split(/\s+/).filter((word) => word !== '')]).toEqual([
      'reprobot: changed as approved: conf.json\n',
      ['750', 'e9'],
    ]);
    expect(ran.read('repo/conf.json')).toContain('"max_steps": 100');
    expect(() => ran.read('victim')).toThrow('ENOENT');
    ran.end();
  });

  it('never leaves the repository, not even through a link', () => {
    const made = planOf({ 'train.py': train, 'conf.json': conf('m') });
    const ran = runPlan({ 'train.py': train, 'conf.json': conf('m') }, { ...made, argv: ['sh', '-c', LINKED, 'sh', '{run}', '{python}'] });
    expect(ran.stderr).toContain('leads out of the repository');
    expect(ran.read('outside.json')).toBe(conf('m'));
    ran.end();
  });
});

const PREPARED =
  'chmod 750 "$1/repo/conf.json"; for end in reprobot part tmp; do ln -s "$1/victim" "$1/repo/conf.json.$end"; done; printf "\\351" >> "$1/repo/conf.json"; sh "$1/plan/apply_edits.py" 2>/dev/null; "$2" "$1/plan/apply_edits.py" "$1/repo" && stat -c %a "$1/repo/conf.json" && tail -c 1 "$1/repo/conf.json" | od -An -tx1';

const LINKED = 'mv "$1/repo/conf.json" "$1/outside.json"; ln -s "$1/outside.json" "$1/repo/conf.json"; exec sh "$1/plan/sample.sh" "$2"';

describe('text of a repository in a probe', () => {
  const net = (name: string) => `from torch import nn\nclass ${name}(nn.Module):\n    def forward(self, x): return x\n`;

  it.each([
    ['a file name', { 'a"; import os; os.system("touch X"); ".py': net('Net'), 'ok.py': net('GoodNet') }],
    ['a folder name', { "x'; touch X; '/net.py": net('Net'), 'ok.py': net('GoodNet') }],
    ['a keyword', { 'import.py': net('Net'), 'ok.py': net('GoodNet') }],
    [
      'a value in the README',
      { 'README.md': '```python\nGoodNet(name="\\"\\"\\"; import os; os.system(\'touch X\')")\n```\n', 'ok.py': net('GoodNet') },
    ],
  ] as const)('is data or is left out: %s', (_what, files) => {
    const made = planOf(files);
    expect(made.mode).toBe('probe');
    expect(made.argv).toEqual(['{python}', '{run}/plan/probe.py']);
    expect(made.files.find((file) => file.path === 'plan/probe.py')?.content).toBe(PROBE_SCRIPT);
    const what = JSON.parse(made.files.find((file) => file.path === 'plan/probe.json')?.content ?? '') as {
      targets: { module: string; name: string }[];
    };
    for (const target of what.targets) expect(`${target.module}:${target.name}`).toMatch(/^([A-Za-z_]\w*\.)*[A-Za-z_]\w*:[A-Za-z_]\w*$/);
    expect(what.targets.map((target) => target.name)).toContain('GoodNet');
    const ran = runPlan(files, made);
    expect(() => ran.read('repo/X')).toThrow('ENOENT');
    ran.end();
  });
});
