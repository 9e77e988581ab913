import { describe, expect, it } from 'vitest';
import { Pace, waitReally } from '../../../src/backends/kaggle/pace.ts';

function makePace(options: { intervalMs: number; patienceMs: number }) {
  let time = 0;
  const waits: number[] = [];
  const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  const pace = new Pace({ ...options, now: () => time, wait });
  return { pace, waits, move: (milliseconds: number) => void (time += milliseconds) };
}

describe('the pace of an account', () => {
  it('puts calls one after the other, also those that come at once', async () => {
    const { pace, waits, move } = makePace({ intervalMs: 500, patienceMs: 0 });
    await Promise.all([pace.takeTurn('a'), pace.takeTurn('b'), pace.takeTurn('c')]);
    expect(waits).toEqual([500, 1000]);
    move(5000);
    await pace.takeTurn('d');
    expect(waits).toHaveLength(2);
  });

  it('waits out a short quiet and refuses a long one at once', async () => {
    const { pace, waits, move } = makePace({ intervalMs: 0, patienceMs: 5000 });
    pace.keepQuiet(5);
    await pace.takeTurn('a');
    expect(waits).toEqual([5000]);
    pace.keepQuiet(60);
    await expect(pace.takeTurn('asking')).rejects.toMatchObject({
      code: 'kaggle.rate-limited',
      message: 'asking: Kaggle asked for 60 s without calls.',
      details: { retryAfterSeconds: 60 },
    });
    move(60_000);
    await pace.takeTurn('b');
    expect(waits).toHaveLength(1);
  });

  it('is left at once by a caller who stops', async () => {
    await expect(waitReally(60_000, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});
