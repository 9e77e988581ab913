import { describe, expect, it } from 'vitest';
import { judgeTrend } from '../../../src/core/progress/judge-trend.ts';
import { Progress } from '../../../src/core/progress/schema.ts';
import type { ProgressState } from '../../../src/core/progress/state.ts';
import { summarizeProgress } from '../../../src/core/progress/summarize.ts';
import { trackProgress } from '../../../src/core/progress/track.ts';
import fc from '../../support/properties.ts';

const steps = (from: number, to: number, loss: (step: number) => number | string) =>
  Array.from({ length: to - from }, (_, index) => `step ${from + index}/1000 loss ${loss(from + index)}\n`).join('');

describe('trackProgress', () => {
  it('does not care how the log is cut', () => {
    const log = `loading\r\nmodel: torch.Size([2, 3])\n  0%|          | 0/8 [00:00<?, ?it/s]\r 50%|█████     | 4/8 [00:02<00:02,  2.00it/s, loss=0.4]\r\n${steps(0, 30, (n) => 3 / (n + 1))}a.py:1: UserWarning: é\nstep 31/1000 loss 0.`;
    const whole = trackProgress(null, log, null);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: log.length }), { maxLength: 30 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), log.length];
        let state: ProgressState | null = null;
        for (let index = 1; index < at.length; index++) state = trackProgress(state, log.slice(at[index - 1], at[index]), null);
        expect(state).toEqual(whole);
      }),
    );
  });

  it('never throws and always answers by its schema', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('step 1/2', ' loss nan', '\r', '\n', 'Epoch 0/0', '100%|█| 3/2 [00:00<?, ?it/s]', '[5] a:1', '{"stream_name"'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const progress = summarizeProgress(trackProgress(null, pieces.join(''), null));
        expect(Progress.safeParse(progress).success).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves the state that it was given alone', () => {
    const before = trackProgress(null, 'step 1/9 loss 1\nstep 2/9 lo', null);
    const copy = structuredClone(before);
    trackProgress(before, 'ss 0.5\n', null);
    summarizeProgress(before);
    expect(before).toEqual(copy);
  });

  it('keeps its memory bounded', () => {
    let state: ProgressState | null = null;
    for (let step = 0; step < 20_000; step += 500) {
      const lines = Array.from({ length: 500 }, (_, n) => `step ${step + n} loss ${n} m${n % 100}=1\nw${step + n}: UserWarning: x\n`);
      state = trackProgress(state, lines.join(''), null);
    }
    state = trackProgress(state, 'x'.repeat(100_000), null);
    expect(JSON.stringify(state).length).toBeLessThan(120_000);
    expect(summarizeProgress(state).loss?.points.length).toBeLessThanOrEqual(500);
  });

  it('measures by the time of the reads where the log tells none', () => {
    let state: ProgressState | null = null;
    for (let read = 0; read < 8; read++)
      state = trackProgress(
        state,
        steps(read * 10, read * 10 + 10, () => 1),
        read * 5000,
      );
    const progress = summarizeProgress(state as ProgressState);
    expect(progress.rate).toBeCloseTo(2);
    expect(progress.eta?.likely).toBeCloseTo((1000 - 79) / 2);
    expect(progress.eta?.low).toBeLessThan(progress.eta?.likely ?? 0);
  });

  it('leaves a slow start out of the rate', () => {
    const bars = [60, 30, 2, 2, 2, 2, 2, 2].map(
      (seconds, n) => `iteration ${n + 1}/100 | elapsed time per iteration (ms): ${seconds * 1000} | lm loss: 1.0\n`,
    );
    expect(summarizeProgress(trackProgress(null, bars.join(''), null)).rate).toBe(0.5);
  });

  it('counts an epoch-wise log by its epochs', () => {
    const lines = [1, 2, 3, 4].map((epoch) => `2030-01-01 00:0${epoch}:00 Epoch ${epoch}/10 loss ${1 / epoch}\n`);
    const progress = summarizeProgress(trackProgress(null, lines.join(''), null));
    expect(progress).toMatchObject({ unit: 'epoch', current: 4, total: 10, fraction: 0.4, eta: { likely: expect.closeTo(360) as number } });
  });

  it('takes the last of several bars that share a line', () => {
    const log = ' 10%|█         | 100/1000 [00:50<07:30,  2.00it/s] 20%|██        | 200/1000 [01:40<06:40,  4.00it/s]';
    expect(summarizeProgress(trackProgress(null, log, null))).toMatchObject({ current: 200, total: 1000, rate: 4 });
  });

  it('does not mistake a validation bar for the training', () => {
    const log = ' 10%|█         | 100/1000 [00:50<07:30,  2.00it/s]\rValidation:  50%|█████     | 50/100 [00:05<00:05, 10.00it/s]';
    expect(summarizeProgress(trackProgress(null, log, null))).toMatchObject({ current: 100, total: 1000, rate: 2 });
  });
});

describe('judgeTrend', () => {
  const noise = (n: number) => ((n * 7919) % 13) / 100;
  it.each([
    ['too-few', [3, 2, 1]],
    ['decreasing', Array.from({ length: 60 }, (_, n) => 5 / (n + 1) + noise(n))],
    ['flat', Array.from({ length: 60 }, (_, n) => 2 + noise(n))],
    ['increasing', Array.from({ length: 60 }, (_, n) => 2 + n / 100 + noise(n))],
    ['diverging', [...Array.from({ length: 30 }, (_, n) => 2 - n / 30), ...Array.from({ length: 30 }, (_, n) => 2 ** n)]],
    ['nan', [1, 2, Number.NaN, 1]],
  ])('%s', (trend, values) => expect(judgeTrend(values)).toBe(trend));

  it('says nan once the loss is', () => {
    const progress = summarizeProgress(trackProgress(null, `${steps(0, 8, (n) => 3 - n / 10)}step 8/1000 loss nan\n`, null));
    expect(progress.loss).toMatchObject({ trend: 'nan', first: 3, last: 2.3 });
    expect(progress.warnings).toEqual([{ line: 9, text: 'loss is NaN' }]);
  });
});
