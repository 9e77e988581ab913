import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/core/diagnosis/diagnose.ts';
import type { FailureClass } from '../../../src/core/diagnosis/failure-class.ts';
import { normalizeLine } from '../../../src/core/diagnosis/identify.ts';
import { loadPlugins } from '../../../src/plugins.ts';

const classes = await loadPlugins<FailureClass>(new URL('../../../src/failures/', import.meta.url));
const judge = (log: string, schedulerState: string | null = 'FAILED') => diagnose({ log, schedulerState }, classes);
const trace = (home: string, line: number, last: string) =>
  `Traceback (most recent call last):\n  File "${home}/fit.py", line ${line}, in load\n    read(p)\n  File "/env/lib/python3.11/site-packages/h/io.py", line 9, in read\n    go()\n${last}`;

describe('the fingerprint', () => {
  it('stays over attempts, folders, numbers, ranks and addresses', () => {
    const one = judge(trace('/home/ada/run1', 31, "FileNotFoundError: [Errno 2] No such file or directory: '/home/ada/run1/train.csv'"));
    const other = judge(
      trace('/scratch/bob/x/y', 34, "FileNotFoundError: [Errno 2] No such file or directory: '/scratch/bob/x/y/train.csv'").replaceAll(
        /^/gm,
        '[rank3]: ',
      ),
    );
    expect(one.fingerprint).toMatch(/^dataset_missing-[\da-f]{16}$/);
    expect(other.fingerprint).toBe(one.fingerprint);
  });

  it('differs by class, by what is said, and by where', () => {
    const base = trace('/p', 3, "KeyError: 'lr'");
    const prints = [
      base,
      base.replace("'lr'", "'momentum'"),
      base.replaceAll('fit.py', 'eval.py'),
      base.replace("KeyError: 'lr'", 'IndexError: no'),
    ];
    expect(new Set(prints.map((log) => judge(log).fingerprint)).size).toBe(4);
  });

  it('is there without a proving line, too', () => {
    expect(judge('step 1', 'TIMEOUT').fingerprint).toMatch(/^time_limit-/);
    expect(judge('step 1', 'FAILED').fingerprint).toMatch(/^unknown-/);
  });

  it.each([
    ['Tried to allocate 2.00 GiB on GPU 3', 'tried to allocate # gib on gpu #'],
    ['at 0x7f3a1c2d <Net object>', 'at # <net object>'],
    ["No such file: '/data/user1/set/a.csv'", "no such file: 'a.csv'"],
    ['commit 9f8e7d6c5b4a3210', 'commit #'],
    ['GET https://example.org/a?b=1 failed', 'get <url> failed'],
  ])('reads %j as %j', (line, normal) => expect(normalizeLine(line)).toBe(normal));
});

describe('the cause chain', () => {
  const first = trace('/p', 3, "FileNotFoundError: [Errno 2] No such file or directory: '/d/a.json'");
  const second = trace('/p', 9, 'RuntimeError: could not prepare');

  it('goes from the first cause to the launcher', () => {
    const log = `${first}\n\nDuring handling of the above exception, another exception occurred:\n\n${second}\nTraceback (most recent call last):\n  File "/env/lib/python3.11/site-packages/torch/run.py", line 2, in main\ntorch.distributed.elastic.multiprocessing.errors.ChildFailedError:`;
    const failure = judge(log);
    expect(failure.class).toBe('dataset_missing');
    expect(failure.chain?.map((link) => [link.line, link.text.slice(0, 24)])).toEqual([
      [6, 'FileNotFoundError: [Errn'],
      [15, 'RuntimeError: could not '],
      [18, 'torch.distributed.elasti'],
    ]);
  });

  it('proves with the declared cause where both exceptions say equally little', () => {
    const cause = trace('/p', 3, "KeyError: 'lr'");
    const wrapper = trace('/p', 9, 'RuntimeError: building the optimiser');
    const raisedFrom = `${cause}\n\nThe above exception was the direct cause of the following exception:\n\n${wrapper}`;
    expect(judge(raisedFrom)).toMatchObject({ class: 'assertion_or_user_bug', evidence: { line: 6 } });
    const handled = raisedFrom.replace(/The above.*/, 'During handling of the above exception, another exception occurred:');
    expect(judge(handled)).toMatchObject({ class: 'assertion_or_user_bug', evidence: { line: 15 } });
  });

  it('is empty where one line says all', () => expect(judge(first).chain).toEqual([]));
});

describe('the culprit', () => {
  it('names place, rank and node', () => {
    const log = `${trace('/p', 31, 'ValueError: empty shard').replaceAll(/^/gm, '[rank5]: ')}\nsrun: error: gpu07: task 5: Exited with exit code 1`;
    expect(judge(log).culprit).toEqual({ rank: '5', node: 'gpu07', place: '/p/fit.py:31' });
  });

  it('reads what torchrun calls the root cause', () => {
    const log = `${trace('/p', 31, 'ValueError: empty shard')}\nRoot Cause (first observed failure):\n[0]:\n  host      : n12\n  rank      : 2 (local_rank: 2)`;
    expect(judge(log).culprit).toEqual({ rank: '2', node: 'n12', place: '/p/fit.py:31' });
  });

  it('says nothing where the log says nothing', () => {
    expect(judge('OSError: [Errno 28] No space left on device').culprit).toEqual({ rank: null, node: null, place: null });
  });
});

describe('confidence', () => {
  const sure = (log: string, state: string | null = 'FAILED') => judge(log, state).confidence;

  it('is higher where the scheduler agrees, lower where it does not', () => {
    const log = 'step\nslurmstepd: error: Detected 1 oom_kill event in StepId=7.0.';
    expect(sure(log, 'OUT_OF_MEMORY')).toBeGreaterThan(sure(log, 'FAILED'));
    expect(sure(log, 'TIMEOUT')).toBeLessThan(sure(log, 'FAILED'));
  });

  it('is lower where something else claims to be the reason', () => {
    const alone = 'OSError: [Errno 28] No space left on device';
    expect(
      sure(`ModuleNotFoundError: No module named 'a'\nImportError: libGL.so.1: cannot open shared object file\n${alone}`),
    ).toBeLessThan(sure(alone));
  });

  it('is higher for what can only be the own code', () => {
    const at = (last: string, home: string) => sure(trace(home, 3, last).replace(/ {2}File "\/env.*\n.*\n/, ''));
    expect(at("NameError: name 'x' is not defined", '/p')).toBeGreaterThan(at('RuntimeError: odd', '/p'));
    expect(at('RuntimeError: odd', '/p')).toBeGreaterThan(at('RuntimeError: odd', '/env/lib/python3.11/site-packages/q'));
  });
});
