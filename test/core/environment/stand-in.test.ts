import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderStandIn, standInModules } from '../../../src/core/environment/stand-in.ts';
import { checkVerify, renderVerify } from '../../../src/core/environment/verify.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  mkdirSync(join(folder, 'fake', 'utils'), { recursive: true });
  writeFileSync(join(folder, 'sitecustomize.py'), renderStandIn(['some_board', 'fake.utils.board']));
  for (const name of ['fake/__init__.py', 'fake/utils/__init__.py']) writeFileSync(join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(source: string): { code: number | null; stdout: string; stderr: string } {
  const result = spawnSync('python3', ['-c', source], { encoding: 'utf8', env: { ...process.env, PYTHONPATH: folder } });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

describe('the stand-in for logging services', () => {
  it.each([
    [
      'a writer',
      "from fake.utils.board import SummaryWriter\nw = SummaryWriter(log_dir='out')\nw.add_scalar('x', 1, 2)\nw.close()\nprint(w.log_dir)",
      'out',
    ],
    [
      'a run',
      "import some_board\nrun = some_board.init(project='p', config={'lr': 0.5})\nrun.log({'a': 1})\nsome_board.log({'a': 1}, step=3)\nprint(some_board.config.lr * 2, some_board.config['lr'])\nsome_board.finish()",
      '1.0 0.5',
    ],
    ['a context', "import some_board\nwith some_board.init() as run:\n    run.summary['x'] = 1\nprint('done')", 'done'],
    ['a base class', 'from some_board import Callback\nclass Mine(Callback):\n    def go(self): return 7\nprint(Mine().go())', '7'],
    ['a decorator', 'from some_board.deep.inside import track\n@track\ndef f(): return 5\nprint(f())', '5'],
    ['a path', "import os, some_board\nprint(os.path.join(some_board.run.dir, 'x'))", './x'],
    ['a condition', 'import some_board\nprint(bool(some_board.run), len(list(some_board.Api().runs())))', 'False 0'],
  ])('serves as %s', (_name, source, expected) => {
    expect(run(source)).toEqual({ code: 0, stdout: `${expected}\n`, stderr: '' });
  });

  it('answers for nothing else', () => {
    expect(run('import some_boards').stderr).toContain('ModuleNotFoundError');
    expect(run('import fake.utils.other').stderr).toContain('ModuleNotFoundError');
  });

  it('exists for what records or displays only', () => {
    expect(standInModules('tensorboard')).toEqual(['tensorboard', 'torch.utils.tensorboard']);
    for (const name of ['torch', 'numpy', 'tqdm', 'transformers']) expect(standInModules(name)).toBeNull();
  });
});

describe('verify', () => {
  const item = (name: string, imports: string[]) => ({ name, imports, specifier: '', how: 'present' as const, version: null, why: '' });

  it('names what cannot be imported', () => {
    const { code, stdout } = run(renderVerify([item('json-thing', ['json', 'xml.dom']), item('nowhere', ['no_such_module'])]));
    expect(code).toBe(1);
    expect(stdout).toContain('missing nowhere: ModuleNotFoundError');
    expect(checkVerify(stdout)).toEqual({ ok: false, missing: ['nowhere'] });
  });

  it('is content when everything is there', () => {
    expect(checkVerify(run(renderVerify([item('x', ['json'])])).stdout)).toEqual({ ok: true, missing: [] });
    expect(checkVerify(run(renderVerify([])).stdout)).toEqual({ ok: true, missing: [] });
  });

  it('is not content with an output that breaks off', () => {
    expect(checkVerify('torch 1.13\n')).toEqual({ ok: false, missing: [] });
    expect(checkVerify('')).toEqual({ ok: false, missing: [] });
  });
});
