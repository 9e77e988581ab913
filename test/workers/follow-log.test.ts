import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/core/jobs/job.ts';
import { startProgress } from '../../src/core/progress/state.ts';
import { followLog, judgeJob, readProgress, type LogMemory } from '../../workers/polling/follow-log.ts';

const begun = Date.UTC(2026, 0, 5, 9);
const MINUTE = 60_000;
const running: Observation = {
  kind: 'active',
  state: 'running',
  schedulerState: 'RUNNING',
  startedAt: begun,
  limitAt: begun + 600 * MINUTE,
};
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const fresh: LogMemory = { offset: 0, inode: null, progress: startProgress({}) };

/** Reads one step a minute from a log of a thousand. */
function readSteps(count: number): LogMemory {
  let memory = fresh;
  for (let step = 1; step <= count; step += 1) {
    const bytes = encode(`step ${step}/1000 loss 1.0\n`);
    const log = { bytes, offset: memory.offset, size: memory.offset + bytes.length, inode: '7' };
    memory = followLog(memory, { log, observation: running }, {}, begun + step * MINUTE);
  }
  return memory;
}

describe('a log between two looks', () => {
  it('is silent when looks bring nothing, and the silence becomes an alarm', () => {
    let memory = readSteps(30);
    const offset = memory.offset;
    const verdicts: boolean[] = [];
    for (let minute = 31; minute <= 120; minute += 1) {
      memory = followLog(memory, { observation: running }, {}, begun + minute * MINUTE);
      verdicts.push(judgeJob(memory, null, running, begun + minute * MINUTE)?.stall?.stalled ?? false);
    }
    expect(memory.offset).toBe(offset);
    expect([verdicts[5], verdicts.at(-1)]).toEqual([false, true]);
    // Once raised it stays, for nothing has come since.
    expect(verdicts.lastIndexOf(false)).toBe(verdicts.indexOf(true) - 1);
    expect(memory.progress.arrival.readAt).toBe(begun + 120 * MINUTE);
  });

  it('is not silent when it grew and had to wait for its turn, or when nobody could look', () => {
    const memory = readSteps(3);
    const grown = { bytes: new Uint8Array(), offset: memory.offset, size: memory.offset + 999, inode: '7' };
    expect(followLog(memory, { log: grown, observation: running }, {}, begun + 90 * MINUTE)).toBe(memory);
    const blind: Observation = { kind: 'no-information', why: 'no answer' };
    expect(followLog(memory, { observation: blind }, {}, begun + 90 * MINUTE)).toBe(memory);
    expect(judgeJob(memory, null, blind, begun + 90 * MINUTE)).toBeNull();
  });

  it('is told early that it will not fit, and only by new words', () => {
    const memory = readSteps(30);
    const judged = judgeJob(memory, readProgress(memory), running, begun + 30 * MINUTE);
    expect(judged?.limit?.verdict).toBe('exceeds');
    expect(judged?.limit?.words).toMatch(/more than the limit.*--time=/);
    expect(judgeJob(memory, null, running, begun + 31 * MINUTE)?.limit).toBeNull();
  });

  it('begins anew when the file was replaced', () => {
    const memory = readSteps(30);
    const bytes = encode('step 1/50 loss 9\n');
    const next = followLog(
      memory,
      { log: { bytes, offset: 0, size: bytes.length, inode: '8' }, observation: running },
      {},
      begun + 40 * MINUTE,
    );
    expect([next.offset, next.inode, readProgress(next).total]).toEqual([bytes.length, '8', 50]);
  });
});
