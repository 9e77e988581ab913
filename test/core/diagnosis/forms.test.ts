import { describe, expect, it } from 'vitest';
import { answerRow } from '../../../src/core/diagnosis/answer-row.ts';
import type { FailureClass } from '../../../src/core/diagnosis/failure-class.ts';
import { loadPlugins } from '../../../src/plugins.ts';
import { CORPUS, readCorpus } from '../../eval/read-corpus.ts';
import { scoreRow, type LabelledRow } from '../../eval/score.ts';

const classes = await loadPlugins<FailureClass>(new URL('../../../src/failures/', import.meta.url));
const isRight = (row: LabelledRow, text: string) => scoreRow(row, answerRow({ text, scheduler_state: row.scheduler_state }, classes)).right;
const rows = (await readCorpus(CORPUS)).filter((row) => isRight(row, row.text));
const failed = rows.filter((row) => row.category !== 'none' && row.category !== 'unknown');
const healthy = rows.filter((row) => row.category === 'none');
const each = (change: (line: string, index: number) => string) => (text: string) => text.split('\n').map(change).join('\n');

/** The same log as other programs pass it on. */
const forms: Record<string, (text: string) => string> = {
  'torchrun ranks': each((line) => `[rank0]: ${line}`),
  'srun labels': each((line) => `0: ${line}`),
  'mpirun tags': each((line) => `[1,0]<stderr>:${line}`),
  'Ray workers': each((line) => `(train pid=123, ip=10.0.0.1) ${line}`),
  'times of a logger': each((line) => `2030-01-01 00:00:00,123 ${line}`),
  'times of a runner': each((line) => `2030-01-01T00:00:00.1234567Z ${line}`),
  'stream names': each((line) => `[stderr] ${line}`),
  syslog: each((line) => `Jan 01 00:00:00 n1 python[12]: ${line}`),
  'image builds': each((line, index) => `#12 ${index}.123 ${line}`),
  'compose services': each((line) => `web-1  | ${line}`),
  colours: each((line) => `\u001b[31m${line}\u001b[0m`),
  'Windows line ends': each((line) => `${line}\r`),
  'Kaggle records': (text) =>
    `[${text
      .split('\n')
      .map((line, index) => JSON.stringify({ stream_name: 'stderr', time: index, data: `${line}\n` }))
      .join('\n,')}\n]`,
};

describe('the answer', () => {
  it.each(Object.entries(forms))('stays the same with %s', (_name, change) => {
    const wrong = rows.filter((row) => !isRight(row, change(row.text)));
    expect(wrong.length, wrong.map((row) => row.id).join(' ')).toBeLessThanOrEqual(rows.length * 0.005);
  });

  it('stays the same after a healthy beginning', () => {
    const wrong = failed.filter((row, index) => !isRight(row, `${healthy[index % healthy.length]?.text}\n${row.text}`));
    expect(wrong.length, wrong.map((row) => row.id).join(' ')).toBeLessThanOrEqual(failed.length * 0.005);
  });

  it('is that of the last of two runs in one log', () => {
    const others = failed.map((_, index) => failed[(index * 7 + 311) % failed.length]);
    const wrong = failed.filter((row, index) => {
      const other = others[index];
      return other?.category !== row.category && !isRight(row, `${other?.text}\n=== job 12 on n3 ===\nloading environment\n${row.text}`);
    });
    expect(wrong.length, wrong.map((row) => row.id).join(' ')).toBeLessThanOrEqual(failed.length * 0.02);
  });

  it.each([
    [
      'wandb',
      'wandb: You can sync this run to the cloud by running:\nwandb: wandb sync /w/offline-run\nwandb: Find logs at: ./wandb/run/logs',
    ],
    [
      'leaked semaphores',
      '/e/lib/python3.9/multiprocessing/resource_tracker.py:216: UserWarning: There appear to be 6 leaked semaphore objects\n  warnings.warn(',
    ],
    ['srun', 'srun: error: n1: task 0: Exited with exit code 1\nsrun: launch/slurm: _step_signal: Terminating StepId=1.0'],
    ['the notebook runner', '[NbConvertApp] Converting notebook __notebook__.ipynb to html\n[NbConvertApp] Writing 311 bytes'],
    [
      'an ignored exception',
      "Exception ignored in: <function f at 0x7f>\nTraceback (most recent call last):\n  File \"/e/lib/python3.9/x.py\", line 3, in __del__\nAttributeError: 'NoneType' object has no attribute 'put'",
    ],
    ['an abort at exit', 'terminate called without an active exception'],
  ])('stays the same with what comes after death: %s', (_name, noise) => {
    const wrong = failed.filter((row) => !isRight(row, `${row.text}\n${noise}`));
    expect(wrong.length, wrong.map((row) => row.id).join(' ')).toBeLessThanOrEqual(failed.length * 0.005);
  });

  it('stays the same where the excerpt begins just above the proving line', () => {
    const marked = failed.filter((row) => row.evidence !== null && row.text.includes('\n'));
    const wrong = marked.filter((row) => {
      const lines = row.text.split('\n');
      return !isRight(row, lines.slice(Math.max(0, lines.indexOf(row.evidence ?? '') - 2)).join('\n'));
    });
    expect(wrong.length, wrong.map((row) => `${row.id}:${answerRow({ text: row.text }, classes).category}`).join(' ')).toBeLessThanOrEqual(
      marked.length * 0.05,
    );
  });
});
