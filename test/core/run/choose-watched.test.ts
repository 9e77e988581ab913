import { describe, expect, it } from 'vitest';
import type { ClusterJob } from '../../../src/core/jobs/cluster-job.ts';
import { chooseItems, leaveOutWatched, pickJobs } from '../../../src/core/run/choose-watched.ts';
import { begun, runId } from './builders.ts';

describe('which jobs are meant', () => {
  const job = (id: string, state = 'PENDING', name = 'train'): ClusterJob => ({
    id,
    name,
    state,
    reason: '',
    partition: 'gpu',
    nodes: '',
    submittedAt: begun,
    startAt: null,
    endAt: null,
    timeLimit: '1:00:00',
  });
  const jobs = [
    job('50', 'RUNNING', 'rb-rabcdefg-a1'),
    job('40+0'),
    job('40+1'),
    job('30_2', 'RUNNING'),
    job('30_[0,5-9:2%4]'),
    job('30_1', 'FAILED'),
    job('20', 'COMPLETED'),
    job('10', 'RUNNING'),
  ];

  it.each([
    ['10', [['10', 'single']]],
    ['30', [['30', 'array']]],
    ['30_2', [['30_2', 'single']]],
    ['30_7', [['30_7', 'single']]],
    ['40', [['40', 'heterogeneous']]],
    ['40+1', [['40+1', 'single']]],
    ['20', []],
    [
      'all',
      [
        ['40', 'heterogeneous'],
        ['30', 'array'],
        ['10', 'single'],
      ],
    ],
  ])('%s', (word, wanted) => {
    const { items, target } = chooseItems(jobs, word, runId);
    expect(items.map((one) => [one.jobId, one.shape])).toEqual(wanted);
    if (word === 'all') expect(target).toEqual({ kind: 'all', left: 0, own: 1 });
    expect(new Set(items.map((one) => one.token)).size).toBe(items.length);
  });

  it.each(['30_6', '3', '99', '30_[0'])('none for %s', (word) => {
    expect(pickJobs(jobs, word)).toEqual([]);
  });

  it('leaves out what is watched already', () => {
    const left = leaveOutWatched(jobs, [{ jobId: '30' }, { jobId: '40+1' }, { jobId: '10' }]);
    expect(chooseItems(left, 'all', runId).items.map((one) => one.jobId)).toEqual(['40']);
  });

  it('never more than one thread holds', () => {
    const many = Array.from({ length: 200 }, (_, index) => job(String(1_000 + index)));
    const { items, target } = chooseItems(many, 'all', runId);
    expect([items.length, target]).toEqual([60, { kind: 'all', left: 140, own: 0 }]);
  });
});
