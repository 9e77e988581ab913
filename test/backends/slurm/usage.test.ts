import { describe, expect, it } from 'vitest';
import { parseUsage } from '../../../src/backends/slurm/usage.ts';

const row = (...fields: string[]): string => fields.join('\u001f');
const MB = 1 << 20;

describe('what the accounting tells of a job', () => {
  it('is its own row and the largest of its steps', () => {
    const text = [
      row('7', 'COMPLETED', '60', '5', '1', '2', '01:30', '', 'cpu=2,mem=50M,node=1', '', '', 'cpu=2,mem=50M'),
      row('7.batch', 'COMPLETED', '60', '', '1', '2', '00:10', '10M', 'cpu=2,mem=50M', 'cpu=00:00:10,mem=10M', '', ''),
      row('7.0', 'COMPLETED', '50', '', '1', '2', '01:20', '30M', 'cpu=2,mem=50M', 'cpu=00:01:20,mem=40M', '', ''),
    ].join('\n');
    expect(parseUsage(text)).toEqual([
      expect.objectContaining({
        jobId: '7',
        state: 'COMPLETED',
        cpuSeconds: 90,
        limitSeconds: 300,
        memoryAsked: 50 * MB,
        memoryUsed: 40 * MB,
      }),
    ]);
  });

  it('is nothing while only a step of it has been heard of', () => {
    const step = row('3.batch', 'RUNNING', '1', '', '1', '1', '00:00', '', 'cpu=1,mem=50M', '', '', '');
    const used = row('3.batch', 'RUNNING', '', '', '', '', '', '30M', '', 'cpu=00:00:01,mem=30M', '');
    expect(parseUsage([row('3', 'PENDING', '2', '', '1', '0', '00:00', '', '', '', '', ''), step, used].join('\n'))).toEqual([]);
    const job = row('3', 'RUNNING', '2', '5', '1', '1', '00:00', '', 'cpu=1,gres/gpu=2,mem=50M', '', '', 'cpu=1,mem=50M');
    expect(parseUsage([job, step, used].join('\n'))).toMatchObject([
      { state: 'RUNNING', memoryAsked: 50 * MB, memoryUsed: 30 * MB, gpus: 2 },
    ]);
  });

  it('is nothing for a job that never ran', () => {
    expect(parseUsage(row('4', 'CANCELLED', '0', '5', '1', '1', '00:00', '', '', '', '', 'mem=1M'))).toEqual([]);
  });
});
