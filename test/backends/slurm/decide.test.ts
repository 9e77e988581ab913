import { describe, expect, it } from 'vitest';
import type { ExitRecord } from '../../../src/backends/shared/exit-record.ts';
import { decideSlurm, type Evidence } from '../../../src/backends/slurm/decide.ts';
import type { AccountingRow, QueueRow } from '../../../src/backends/slurm/parse.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const SUBMITTED = NOW - 60 * MINUTE;

const answered = { status: 'answered', why: '' } as const;
const failed = { status: 'failed', why: 'sacct: Connection refused' } as const;
const off = { status: 'off', why: 'Slurm accounting storage is disabled' } as const;

const inQueue = (state: string, parts: Partial<QueueRow> = {}): QueueRow => ({
  state,
  reason: 'None',
  submittedAt: SUBMITTED,
  startAt: NOW - 30 * MINUTE,
  endAt: NOW - MINUTE,
  node: 'n1',
  ...parts,
});

const inAccounts = (state: string, parts: Partial<AccountingRow> = {}): AccountingRow => ({
  state,
  exitCode: 0,
  signal: null,
  submittedAt: SUBMITTED,
  startedAt: NOW - 30 * MINUTE,
  endedAt: NOW - MINUTE,
  node: 'n1',
  maxRssBytes: undefined,
  memoryBytes: undefined,
  ...parts,
});

const withExit = (parts: Partial<ExitRecord>, heartbeatAt = NOW): Evidence['files'] => ({
  life: '-',
  heartbeatAt,
  startedAt: undefined,
  startedJobId: undefined,
  limitAt: undefined,
  node: undefined,
  exit: { exit: 0, signal: null, startedAt: NOW - 2000, endedAt: NOW - 1000, jobId: '7', ...parts },
});

const silent = (heartbeatAt: number): Evidence['files'] => ({
  life: '-',
  heartbeatAt,
  startedAt: undefined,
  startedJobId: undefined,
  limitAt: undefined,
  node: undefined,
  exit: null,
});

const decide = (parts: Partial<Evidence>) =>
  decideSlurm({
    jobId: '7',
    submittedAt: SUBMITTED,
    now: NOW,
    inactiveMs: 0,
    queueStatus: answered,
    queueRow: undefined,
    accountingStatus: answered,
    accountingRows: [],
    files: undefined,
    ...parts,
  });

describe('decideSlurm', () => {
  const cases: [string, Partial<Evidence>, object][] = [
    [
      'a failed queue query says nothing, whatever else is known',
      { queueStatus: failed, accountingRows: [inAccounts('FAILED')], files: withExit({}) },
      { kind: 'no-information' },
    ],
    [
      'the queue is believed over the accounting',
      { queueRow: inQueue('RUNNING'), accountingRows: [inAccounts('PREEMPTED')] },
      { kind: 'active', state: 'running' },
    ],
    [
      'pending, with reason and estimate',
      { queueRow: inQueue('PENDING', { reason: 'Resources' }) },
      { kind: 'active', state: 'pending', reason: 'Resources', startEstimate: NOW - 30 * MINUTE },
    ],
    ['held', { queueRow: inQueue('PENDING', { reason: 'JobHeldUser' }) }, { kind: 'active', state: 'held' }],
    [
      'held after failed launches',
      { queueRow: inQueue('PENDING', { reason: 'launch failed requeued held' }) },
      { kind: 'active', state: 'held' },
    ],
    ['booting nodes are no running', { queueRow: inQueue('CONFIGURING') }, { kind: 'active', state: 'starting' }],
    ['completing is no ending', { queueRow: inQueue('COMPLETING'), files: withExit({}) }, { kind: 'active', state: 'completing' }],
    ['a word we do not know is no ending', { queueRow: inQueue('DAYDREAMING') }, { kind: 'no-information' }],
    ['terminal in the queue', { queueRow: inQueue('COMPLETED') }, { kind: 'ended', outcome: 'completed', exitCode: 0, evidence: 'queue' }],
    [
      'the exit code of the record',
      { queueRow: inQueue('FAILED'), files: withExit({ exit: 3 }) },
      { outcome: 'failed', exitCode: 3, evidence: 'queue' },
    ],
    [
      'the exit code of the accounting',
      { queueRow: inQueue('FAILED'), accountingRows: [inAccounts('FAILED', { exitCode: 2 })] },
      { outcome: 'failed', exitCode: 2 },
    ],
    [
      'a killed job waits a moment for the accounting',
      { queueRow: inQueue('FAILED', { endAt: NOW - 2000 }), files: withExit({ exit: null, signal: 9 }) },
      { kind: 'active', state: 'completing' },
    ],
    [
      'also while its row there is not whole',
      {
        queueRow: inQueue('FAILED', { endAt: NOW - 2000 }),
        files: withExit({ exit: null, signal: 9 }),
        accountingRows: [inAccounts('FAILED', { signal: 9, maxRssBytes: 5000 })],
      },
      { kind: 'active', state: 'completing' },
    ],
    ['but not for ever', { queueRow: inQueue('FAILED'), files: withExit({ exit: null, signal: 9 }) }, { outcome: 'failed', signal: 9 }],
    [
      'killed and over its memory',
      { queueRow: inQueue('FAILED'), accountingRows: [inAccounts('FAILED', { signal: 9, maxRssBytes: 5000, memoryBytes: 4000 })] },
      { outcome: 'out-of-memory' },
    ],
    [
      'ended by the warning before the time limit',
      { queueRow: inQueue('FAILED'), files: withExit({ exit: null, signal: 15, reason: 'time-limit' }) },
      { outcome: 'timeout' },
    ],
    [
      'cancelled before it started',
      { queueRow: inQueue('CANCELLED', { startAt: undefined }), accountingRows: [inAccounts('CANCELLED by 0')] },
      { outcome: 'cancelled', exitCode: null },
    ],
    [
      'gone, accounting terminal',
      { accountingRows: [inAccounts('OUT_OF_MEMORY')] },
      { outcome: 'out-of-memory', exitCode: null, evidence: 'accounting' },
    ],
    [
      'the newest record counts',
      { accountingRows: [inAccounts('COMPLETED', { submittedAt: SUBMITTED + MINUTE }), inAccounts('NODE_FAIL')] },
      { outcome: 'completed' },
    ],
    [
      'the record of an earlier owner of the id does not',
      { accountingRows: [inAccounts('FAILED', { submittedAt: SUBMITTED - 60 * MINUTE })] },
      { kind: 'missing' },
    ],
    ['nor does its row in the queue', { queueRow: inQueue('COMPLETED', { submittedAt: SUBMITTED - 60 * MINUTE }) }, { kind: 'missing' }],
    [
      'preempted, of somebody else: may come back',
      { foreign: true, accountingRows: [inAccounts('PREEMPTED')], inactiveMs: 4 * MINUTE },
      { kind: 'missing' },
    ],
    [
      'preempted, of somebody else: for good',
      { foreign: true, accountingRows: [inAccounts('PREEMPTED')], inactiveMs: 5 * MINUTE },
      { outcome: 'preempted' },
    ],
    ['preempted, of ours: one look more', { accountingRows: [inAccounts('PREEMPTED')], inactiveMs: 0 }, { kind: 'missing' }],
    ['preempted, of ours: for good', { accountingRows: [inAccounts('PREEMPTED')], inactiveMs: 1000 }, { outcome: 'preempted' }],
    ['node failure in the queue: one look more', { queueRow: inQueue('NODE_FAIL'), inactiveMs: 0 }, { kind: 'missing' }],
    ['node failure in the queue: for good', { queueRow: inQueue('NODE_FAIL'), inactiveMs: 1000 }, { outcome: 'node-failure' }],
    [
      'requeued by an administrator between the two questions',
      { queueRow: inQueue('PENDING', { reason: 'BeginTime' }), accountingRows: [inAccounts('NODE_FAIL')], inactiveMs: 1000 },
      { kind: 'active', state: 'pending' },
    ],
    ['absent, accounting behind', { accountingRows: [inAccounts('RUNNING')] }, { kind: 'missing' }],
    ['absent, accounting behind, exit record fresh', { accountingRows: [inAccounts('RUNNING')], files: withExit({}) }, { kind: 'missing' }],
    [
      'absent, accounting behind for long, exit record',
      { files: withExit({ exit: 3, endedAt: NOW - 3 * MINUTE }) },
      { outcome: 'failed', exitCode: 3, evidence: 'exit-record' },
    ],
    [
      'absent, accounting off, exit record',
      { accountingStatus: off, files: withExit({}) },
      { outcome: 'completed', evidence: 'exit-record' },
    ],
    [
      'absent, accounting down, exit record',
      { accountingStatus: failed, files: withExit({ exit: 3 }) },
      { outcome: 'failed', evidence: 'exit-record' },
    ],
    ['an exit record of another job', { accountingStatus: off, files: withExit({ jobId: '6' }) }, { kind: 'missing' }],
    [
      'absent, accounting down, nothing else: never an ending',
      { accountingStatus: failed, inactiveMs: 600 * MINUTE, files: silent(SUBMITTED) },
      { kind: 'missing' },
    ],
    [
      'absent everywhere and silent for long',
      { accountingStatus: off, inactiveMs: 11 * MINUTE, files: silent(NOW - 20 * MINUTE) },
      { outcome: 'lost', evidence: 'silence' },
    ],
    [
      'absent everywhere, but its heart still beats',
      { accountingStatus: off, inactiveMs: 11 * MINUTE, files: silent(NOW - MINUTE) },
      { kind: 'missing' },
    ],
    [
      'a runaway record and silence',
      { accountingRows: [inAccounts('RUNNING')], inactiveMs: 11 * MINUTE, files: silent(NOW - 20 * MINUTE) },
      { outcome: 'lost' },
    ],
  ];

  it.each(cases)('%s', (_title, evidence, expected) => {
    expect(decide(evidence)).toMatchObject(expected);
  });
});
