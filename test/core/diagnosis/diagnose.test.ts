import { describe, expect, it } from 'vitest';
import { diagnose, type DiagnosisInput } from '../../../src/core/diagnosis/diagnose.ts';
import type { FailureClass } from '../../../src/core/diagnosis/failure-class.ts';
import { Failure } from '../../../src/core/failure.ts';
import { loadPlugins } from '../../../src/plugins.ts';
import fc from '../../support/properties.ts';

const classes = await loadPlugins<FailureClass>(new URL('../../../src/failures/', import.meta.url));
const judge = (log: string, schedulerState: string | null = null, more: Partial<DiagnosisInput> = {}) =>
  diagnose({ log, schedulerState, ...more }, classes);
const trace = (last: string, file = 'train.py') =>
  `Traceback (most recent call last):\n  File "${file}", line 3, in <module>\n    main()\n${last}`;
const training = 'step 1 loss 2.0\nstep 2 loss 1.9\nstep 3 loss 1.8';
const ended = (outcome: 'failed' | 'completed' | 'timeout', exitCode: number | null, signal: number | null) =>
  ({ kind: 'ended', outcome, exitCode, signal, evidence: 'exit-record', schedulerState: '' }) as const;

describe('diagnose judges by the end', () => {
  it('takes the exception, not the parent that was killed while cleaning up', () => {
    expect(judge(`${trace('ZeroDivisionError: division by zero')}\nKilled`, 'FAILED')).toMatchObject({
      class: 'assertion_or_user_bug',
      evidence: { line: 4 },
    });
  });

  it('takes the memory of one rank, not the watchdogs of the others', () => {
    const log = `[rank3]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.00 GiB\n[rank0]: Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1)\n[rank1]: Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1)\ntorch.distributed.elastic.multiprocessing.errors.ChildFailedError:`;
    expect(judge(log, 'FAILED')).toMatchObject({ class: 'oom_gpu', evidence: { line: 1 } });
  });

  it('takes the rank that fell first, not those that lost their peer', () => {
    const peer =
      '[rank0]: RuntimeError: [/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:534] Connection closed by peer [10.0.0.2]:4242';
    expect(judge(`[rank1]: ValueError: empty shard\n${peer}`, 'FAILED')).toMatchObject({
      class: 'assertion_or_user_bug',
      evidence: { line: 1 },
    });
    expect(judge(`[rank1]: ValueError: empty shard\n[rank0]: IndexError: list index out of range`)).toMatchObject({
      evidence: { line: 1 },
    });
    expect(judge(peer, 'FAILED').class).toBe('comm_failure');
  });

  it('takes the cause, not the error in the next cell', () => {
    const log = `${trace("ModuleNotFoundError: No module named 'einops'")}\n${trace("NameError: name 'einops' is not defined")}`;
    expect(judge(log)).toMatchObject({ class: 'missing_module', evidence: { line: 4 }, facts: { module: 'einops' } });
  });

  it('takes the last of several runs in one log', () => {
    const log = `${trace("ModuleNotFoundError: No module named 'einops'")}\nrun 2\n${training}\n${trace("FileNotFoundError: [Errno 2] No such file or directory: 'val.csv'")}`;
    expect(judge(log)).toMatchObject({ class: 'dataset_missing', facts: { path: 'val.csv' } });
  });

  it('does not blame what the job survived', () => {
    const log = `RuntimeError: CUDA out of memory, halving the batch\n${training}\n${trace("KeyError: 'lr'")}`;
    expect(judge(log, 'FAILED').class).toBe('assertion_or_user_bug');
  });

  it('follows a chain to its strongest link', () => {
    const log = `${trace('ImportError: libcudart.so.11.0: cannot open shared object file: No such file or directory')}\n\nDuring handling of the above exception, another exception occurred:\n\n${trace('RuntimeError: backend could not start')}`;
    expect(judge(log).class).toBe('glibc_missing_lib');
  });

  it('does not take a source line inside a traceback for evidence', () => {
    const log =
      'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    raise RuntimeError("CUDA out of memory")\nValueError: no';
    expect(judge(log)).toMatchObject({ class: 'assertion_or_user_bug', evidence: { line: 4 } });
  });

  it('reads what was raised in a library apart from the program itself', () => {
    const last = "AttributeError: 'Encoder' object has no attribute 'half_step'";
    expect(judge(trace(last, '/env/lib/python3.11/site-packages/lib/x.py')).class).toBe('api_compat');
    expect(judge(trace(last)).class).toBe('assertion_or_user_bug');
  });
});

describe('diagnose reads any form of log', () => {
  const last = 'OSError: [Errno 28] No space left on device';
  it.each([
    ['colours', `\u001b[31m${last}\u001b[0m`],
    ['a bar before a return', `10%|█| 1/10\r${last}`],
    ['Windows line ends', `${last}\r`],
    ['a rank', `[rank2]: ${last}`],
    ['srun labels', `3: ${last}`],
    ['a logger', `2030-01-01 10:00:00,123 ERROR ${last}`],
    ['a container build', `12.34 ${last}`],
  ])('%s', (_, line) => {
    const log = `start\n${line}\nend`;
    const failure = judge(log, 'FAILED');
    expect(failure.class).toBe('disk_quota');
    expect(failure.evidence).toEqual({ line: 2, text: line.replace(/\r$/, '') });
  });

  it('answers evidence of Kaggle records as they stand', () => {
    const record = `,{"stream_name":"stderr","time":2.1,"data":"\\u001b[0;31mModuleNotFoundError\\u001b[0m: No module named 'shap'\\n"}`;
    expect(judge(`[{"stream_name":"stdout","time":1.1,"data":"hi\\n"}\n${record}\n]`, 'ERROR')).toMatchObject({
      class: 'missing_module',
      evidence: { line: 2, text: record },
    });
  });

  it('counts lines from the first line it is told', () => {
    expect(judge(`x\n${last}`, null, { firstLine: 5001 }).evidence?.line).toBe(5002);
  });
});

describe('diagnose and the scheduler', () => {
  it.each([
    ['TIMEOUT', 'time_limit'],
    ['OUT_OF_MEMORY', 'oom_host'],
    ['NODE_FAIL', 'node_failure'],
    ['PREEMPTED', 'preempted'],
  ])('takes its word %s where the log is silent', (state, expected) => {
    expect(judge(training, state)).toMatchObject({ class: expected, evidence: null });
  });

  it('prefers a decisive line to its word', () => {
    expect(judge('torch.OutOfMemoryError: CUDA out of memory.', 'TIMEOUT').class).toBe('oom_gpu');
  });

  it.each([
    [137, null, 'oom_host'],
    [139, null, 'segfault'],
    [null, 11, 'segfault'],
    [1, null, 'unknown'],
    [143, null, 'unknown'],
  ])('reads exit code %s and signal %s', (code, signal, expected) => {
    expect(judge(training, null, { observation: ended('failed', code, signal) }).class).toBe(expected);
  });

  it('takes the word of whoever watched the job where no scheduler did', () => {
    expect(judge(training, null, { observation: ended('timeout', null, 15) })).toMatchObject({ class: 'time_limit', evidence: null });
  });

  it('asks where nothing says why', () => {
    const failure = judge(`${training}\nslurmstepd: error: *** JOB 7 ON n01 CANCELLED AT 2030-01-01T00:00:00 ***`, 'CANCELLED');
    expect(failure).toMatchObject({ class: 'unknown', route: 'ask', remedy: { kind: 'ask' }, evidence: { line: 4 } });
  });
});

describe('diagnose leaves healthy logs alone', () => {
  it.each([
    [
      'alarming words',
      'init ok, abort_on_error=True timeout=1800s\n[rank0] step 0 loss 2.0 oom_skips=0 nccl_errors=0\nFinished. Killed workers: 0. Failures: 0',
    ],
    [
      'a retry that worked',
      'WARNING fetch: shard 3 failed (Connection reset by peer), retry 1/5\nINFO fetch: shard 3 ok\nstep 1 loss 2.0\nstep 2 loss 1.9',
    ],
    [
      'a caught exception',
      `${trace('ConnectionError: HTTPSConnectionPool: Max retries exceeded with url: /')}\nusing the local copy\n${training}\ntraining finished`,
    ],
    [
      'warnings only',
      'a.py:1: FutureWarning: this was removed in 2.0\n  warnings.warn(\nb.py:2: UserWarning: CUDA initialization: No CUDA GPUs are available\n  warnings.warn(',
    ],
    [
      'what Python ignored',
      `step 1 loss 2\nException ignored in: <function f>\n${trace("AttributeError: 'NoneType' object has no attribute 'put'")}`,
    ],
    ['a metric named error', 'epoch 1 CER(error) 9.10%\nepoch 2 CER(error) 8.10%'],
    ['nothing at all', ''],
  ])('%s', (_, log) => {
    expect(judge(log).class).toBe('none');
    expect(judge(log, 'COMPLETED').class).toBe('none');
  });

  it('still sees a traceback at the end of a job whose script swallowed the exit code', () => {
    expect(judge(trace("ModuleNotFoundError: No module named 'einops'"), 'COMPLETED').class).toBe('missing_module');
  });
});

describe('diagnose holds its promises on any text', () => {
  it('answers by its schema, with evidence that stands in the log', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(...classes.flatMap((one) => one.examples.flatMap((example) => example.text.split('\n')))),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom(null, 'FAILED', 'COMPLETED', 'odd'), (lines, state) => {
        const log = lines.join('\n');
        const failure = judge(log, state);
        expect(Failure.safeParse(failure).success).toBe(true);
        if (failure.evidence !== null) expect(log.split('\n')[failure.evidence.line - 1]?.replace(/\r$/, '')).toBe(failure.evidence.text);
      }),
      { numRuns: 300 },
    );
  });

  it('stays quick on long lines made to be slow', () => {
    for (const part of ['a', ' ', 'Error', 'No module named ', '(', '/x', 'epoch 1 ', '\u001b[']) {
      const log = Array.from({ length: 20 }, () => part.repeat(20_000)).join('\n');
      expect(judge(log, 'FAILED').class).toBeTypeOf('string');
    }
  });
});
