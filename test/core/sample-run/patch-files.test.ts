import { spawnSync } from 'node:child_process';
/** Places tied to one machine, changed in the run's copy: planned beside what makes the sample short, made whole or not at all. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeEdits, mergeEdits, renderEdits, type LineEdit } from '../../../src/core/line-edits.ts';
import { applyWords, MADE, PATCH_PATH, renderPatchFiles } from '../../../src/core/sample-run/patch-files.ts';
import { renderPatchRecord } from '../../../src/core/sample-run/patch-record.ts';
import fc from '../../support/properties.ts';
import { makeSite } from '../environment/helpers.ts';
import { repoFiles } from '../repo-map/helpers.ts';
import { gpuFacts, gpuSite, planOf, runPlan, type Files } from './plan-of.ts';

const LOSS = 'class L:\n    def backward(self): pass\nloss = L()\n';
const MAIN = "if __name__ == '__main__':\n    loss.backward()\n";

describe('a program that is tied to another machine', () => {
  it('runs in the copy with the data of the repository, and nowhere else is anything changed', () => {
    const train = `import csv\n${LOSS}ROWS = '/home/ana/bees/data/rows.csv'\nOUT_DIR = '/scratch/ana/bees'\nprint(len(open(ROWS).readlines()))\nopen(OUT_DIR + '/a.txt', 'w').write('x')\n${MAIN}`;
    const files: Files = { 'train.py': train, 'data/rows.csv': 'a\nb\n' };
    expect(spawnSync('python3', ['-c', train]).status).toBe(1);
    const plan = planOf(files);
    expect(plan.patches?.map((item) => [item.line, item.to])).toEqual([
      [5, 'ROWS = os.environ.get("ROWS", "/home/ana/bees/data/rows.csv")'],
      [6, 'OUT_DIR = os.environ.get("OUT_DIR", "/scratch/ana/bees")'],
    ]);
    expect(plan.env).toMatchObject({ ROWS: '{run}/repo/data/rows.csv', OUT_DIR: '{run}/output/out_dir' });
    const ran = runPlan(files, plan);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, '2\n', 'reprobot: changed as approved: train.py\n']);
    expect(ran.read('output/out_dir/a.txt')).toBe('x');
    expect(ran.read('checkout/train.py')).toBe(train);
    expect(ran.read('originals/train.py')).toBe(train);
    ran.end();
  });

  it('is made short in the same patch where the source holds the number', () => {
    const train = `import os, sys\n${LOSS}EPOCHS = 40\nROWS = '/home/ana/rows.csv'\nfor epoch in range(EPOCHS):\n    loss.backward()\nprint(epoch, os.path.basename(ROWS), len(sys.argv))\n${MAIN}`;
    const files: Files = { 'train.py': train, 'rows.csv': 'a\n' };
    const plan = planOf(files);
    expect(plan.files.map((file) => file.path)).toEqual([PATCH_PATH, 'plan/edits.json', 'plan/apply_edits.py', 'plan/sample.sh']);
    const ran = runPlan(files, plan);
    expect(ran.stdout).toBe('0 rows.csv 1\n');
    ran.end();
  });

  it('asks for what nobody can know, and reads it once the site says where it is', () => {
    const train = `import os\n${LOSS}ROOT = '/home/ana/images'\nprint(ROOT)\n${MAIN}`;
    const asked = planOf({ 'train.py': train });
    expect([asked.patches, asked.files]).toEqual([undefined, []]);
    expect(asked.notes.join('\n')).toContain('Where is /home/ana/images here (train.py:5)?');
    const told = planOf({ 'train.py': train }, { site: makeSite({ env: { ROOT: '/shared/images' } }) });
    expect(told.notes.join('\n')).not.toContain('Where is');
    expect(told.env['ROOT']).toBe('/shared/images');
    const ran = runPlan({ 'train.py': train }, told);
    expect(ran.stdout).toBe('/shared/images\n');
    ran.end();
  });

  it('changes no device that the sample has, and no file that the entry does not reach', () => {
    const files: Files = {
      'train.py': `import torch\n${LOSS}model.cuda()\n${MAIN}`,
      'other.py': 'import torch\nx = torch.device("cuda:3")\n',
    };
    expect(planOf(files, { site: gpuSite, facts: gpuFacts, hardware: 'single-gpu' }).patches).toBeUndefined();
    expect(planOf(files).patches?.map((item) => item.file)).toEqual(['train.py']);
  });
});

describe('the program that makes the changes', () => {
  let run = '';
  beforeEach(() => {
    run = mkdtempSync(join(tmpdir(), 'edits-'));
  });
  afterEach(() => rmSync(run, { recursive: true }));

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(run, path)), { recursive: true });
    writeFileSync(join(run, path), text);
  };
  const read = (path: string): string => readFileSync(join(run, path), 'utf8');
  const edit = (file: string, line: number, from: string, to: string): LineEdit => ({ file, line, from, to });
  const apply = (edits: readonly LineEdit[]) => {
    for (const file of renderPatchFiles(edits, [])) write(file.path, file.content);
    const [program = '', ...words] = applyWords('python3', run);
    const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
    return { status, stderr };
  };

  it('recognises that it was here before, lines that were added among them', () => {
    write('repo/a.py', 'import x\ny = 1\nz = 2\n');
    const edits = [edit('a.py', 1, 'import x', 'import os\nimport x'), edit('a.py', 3, 'z = 2', 'z = 3')];
    expect(apply(edits)).toEqual({ status: 0, stderr: 'reprobot: changed as approved: a.py\n' });
    expect(read('repo/a.py')).toBe('import os\nimport x\ny = 1\nz = 3\n');
    for (const kept of [true, false]) {
      if (!kept) rmSync(join(run, 'originals'), { recursive: true });
      expect(apply(edits)).toEqual({ status: 0, stderr: 'reprobot: changed before as approved: a.py\n' });
      expect(read('repo/a.py')).toBe('import os\nimport x\ny = 1\nz = 3\n');
    }
  });

  it('changes nothing at all where one line of one file is another', () => {
    write('repo/a.py', 'a\n');
    write('repo/b.py', 'b\nc\n');
    const { status, stderr } = apply([edit('a.py', 1, 'a', 'A'), edit('b.py', 1, 'b', 'B'), edit('b.py', 2, 'x', 'X')]);
    expect([status, stderr]).toEqual([1, "reprobot: line 2 of 'b.py' is not what was planned for; nothing was changed\n"]);
    expect([read('repo/a.py'), read('repo/b.py')]).toEqual(['a\n', 'b\nc\n']);
  });

  it('puts back what it wrote when a later file cannot be written', () => {
    write('repo/a.py', 'a\n');
    write('repo/z/b.py', 'b\n');
    const edits = [edit('a.py', 1, 'a', 'A'), edit('z/b.py', 1, 'b', 'B')];
    for (const file of renderPatchFiles(edits, [])) write(file.path, file.content);
    // A disk that is full after the first file.
    const full = `import os, tempfile\nmake = tempfile.mkstemp\ndef broken(dir):\n    if dir.endswith("z"): raise OSError(28, "no space")\n    return make(dir=dir)\ntempfile.mkstemp = broken\nexec(open("${run}/plan/apply_edits.py").read().replace("__file__", "'${run}/plan/x'"))\n`;
    const { status } = spawnSync('python3', ['-c', full, `${run}/repo`]);
    expect([status, read('repo/a.py'), read('repo/z/b.py')]).toEqual([1, 'a\n', 'b\n']);
  });

  it('lets a later attempt start from the lines that the checkout has', () => {
    write('repo/a.py', 'a = 1\n');
    write('repo/b.py', 'b = 1\n');
    apply([edit('a.py', 1, 'a = 1', 'a = 2'), edit('b.py', 1, 'b = 1', 'b = 2')]);
    expect(apply([edit('a.py', 1, 'a = 1', 'a = 3')]).status).toBe(0);
    expect([read('repo/a.py'), read('repo/b.py')]).toEqual(['a = 3\n', 'b = 1\n']);
  });

  it('never leaves the repository', () => {
    write('outside.py', 'a\n');
    mkdirSync(join(run, 'repo'));
    symlinkSync(join(run, 'outside.py'), join(run, 'repo', 'a.py'));
    expect(apply([edit('a.py', 1, 'a', 'A')])).toMatchObject({ status: 1 });
    expect(apply([edit('../outside.py', 1, 'a', 'A')])).toMatchObject({ status: 1 });
    expect(read('outside.py')).toBe('a\n');
  });
});

describe('line edits', () => {
  it('merge so that one step does what two would', () => {
    const line = fc.constantFrom('a', 'b', 'c = 1', '');
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(11)), fc.array(fc.nat(11)), (lines, one, two) => {
        const files = repoFiles({ 'f.py': lines.join('\n') });
        const plan = (text: string, places: readonly number[], mark: string): LineEdit[] =>
          [...new Set(places)].flatMap((at) => {
            const from = text.split('\n')[at];
            return from === undefined ? [] : [{ file: 'f.py', line: at + 1, from, to: `${mark}${from}` }];
          });
        const first = plan(lines.join('\n'), one, 'first ');
        const middle = makeEdits(first, files);
        const second = plan(middle[0]?.text ?? '', two, 'os\n');
        expect(makeEdits(mergeEdits(first, second), files)).toEqual(makeEdits(second, middle));
      }),
      { numRuns: 100 },
    );
  });

  it('show a line in front of another as an insertion', () => {
    const diff = renderEdits([{ file: 'a.py', line: 1, from: 'import x', to: 'import os\nimport x' }], repoFiles({ 'a.py': 'import x\n' }));
    expect(diff).toBe('--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,2 @@\n+import os\n import x\n');
  });
});

describe('PATCHES.md of a job', () => {
  const files: Files = { 'train.py': `import os\n${LOSS}ROWS = '/home/ana/rows.csv'\n${MAIN}`, 'rows.csv': '' };
  const settled = { as: 'granted', by: 'UADA', at: 0, reason: '', via: 'button' } as const;

  it('says what was made and who approved it', () => {
    const plan = planOf(files);
    const approval = { id: 2, digest: 'd1', settled };
    const made = renderPatchRecord({ plan, approval, token: 'rb-x-a1', log: 'reprobot: changed as approved: train.py\nstep 1\n' });
    expect(made).toContain('Made by job `rb-x-a1`');
    expect(made).toContain('Approved by UADA (button) on 1970-01-01T00:00:00.000Z: question 2, SHA-256 `d1`.');
    expect(made).toContain('+ROWS = os.environ.get("ROWS", "/home/ana/rows.csv")');
    const not = renderPatchRecord({ plan, approval, token: 'rb-x-a1', log: 'bash: no python\n' });
    expect(not).toContain('Not made');
    expect(MADE.test('reprobot: changed before as approved: a.py')).toBe(true);
  });

  it('is nothing for a job that changes nothing', () => {
    const plan = planOf({ 'train.py': `${LOSS}${MAIN}` });
    expect(renderPatchRecord({ plan, approval: undefined, token: 't', log: '' })).toBeNull();
  });
});
