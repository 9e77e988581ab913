import { describe, expect, it } from 'vitest';
import { readEpoch, readPosition } from '../../../src/core/progress/read-position.ts';
import { Progress } from '../../../src/core/progress/schema.ts';
import type { ProgressState } from '../../../src/core/progress/state.ts';
import { summarizeProgress } from '../../../src/core/progress/summarize.ts';
import { trackProgress } from '../../../src/core/progress/track.ts';
import fc from '../../support/properties.ts';

const HUGE = '9'.repeat(400);
const number = fc.oneof(
  fc.constantFrom(
    HUGE,
    '1e999',
    '-1e999',
    '-0',
    '0',
    'nan',
    'NaN',
    '-inf',
    '9007199254740993',
    '1.2.3',
    '1e-320',
    '1e308',
    '-1e308',
    '99999k',
  ),
  fc.nat(300).map(String),
);
const line = fc
  .tuple(
    fc.constantFrom(
      'Epoch [A/B] loss: A',
      'step A/B loss B',
      '50%|█| A/B [00:01<00:02,  Ait/s, loss=B]',
      ' 5%|█| Ak/BG [00:01<00:02,  Bs/it]',
      "{'loss': A, 'epoch': B}",
      'A/B [====>] - As/step - loss: B',
      '| epoch   1 | A/ B batches | ms/batch A | loss B',
      'Train: A [ B/50 (0%)]  Loss: B  Time: A.5s,',
      '[A]\ttrain-rmse:B',
      'Total optimization steps = A',
      'max_steps: A',
      'Num Epochs = A',
      'A% done',
      '2026-01-01 00:00:A step B/A loss: 1',
      '{"stream_name":"stdout","time":A,"data":"step B/A loss B\\n"}',
      'Trial A finished with value: B',
      'step A loss 3 time: Bms',
    ),
    number,
    number,
  )
  .map(([text, a, b]) => text.replaceAll('A', a).replaceAll('B', b));

describe('numbers that a log may hold', () => {
  it('never makes a summary that the journal would refuse', () => {
    const times = fc.option(fc.nat(1e9), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.tuple(line, times), { maxLength: 25 }), (lines) => {
        let state: ProgressState | null = null;
        for (const [text, now] of lines) {
          const next: ProgressState = trackProgress(state, `${text}\n`, now);
          // The poller keeps the state as JSON between two looks.
          state = JSON.parse(JSON.stringify(next)) as ProgressState;
          const progress = summarizeProgress(next);
          expect(Progress.safeParse(progress).error).toBeUndefined();
          expect(Progress.safeParse(JSON.parse(JSON.stringify(progress))).error).toBeUndefined();
          expect(Progress.safeParse(JSON.parse(JSON.stringify(summarizeProgress(state)))).error).toBeUndefined();
        }
      }),
      { numRuns: 400 },
    );
  });

  it('takes a count that no integer holds for none', () => {
    expect(readEpoch(`Epoch [${HUGE}/3]`)).toBeNull();
    expect(readEpoch(`Epoch [2/${HUGE}]`)).toEqual({ current: 2, total: null });
    expect(readPosition(`step ${HUGE}/3 loss 1`)).toBeNull();
    expect(readPosition(`50%|█| ${HUGE}/3 [00:01<00:02]`)).toBeNull();
  });
});
