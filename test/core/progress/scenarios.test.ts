import { describe, expect, it } from 'vitest';
import { Progress } from '../../../src/core/progress/schema.ts';
import { startProgress, type ProgressState } from '../../../src/core/progress/state.ts';
import { summarizeProgress } from '../../../src/core/progress/summarize.ts';
import { trackProgress } from '../../../src/core/progress/track.ts';
import fc from '../../support/properties.ts';

function read(log: string, expected = {}): Progress {
  return summarizeProgress(trackProgress(startProgress(expected), log, null));
}

const clock = (seconds: number) => new Date(Date.UTC(2031, 4, 6, 22, 0, 0) + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const bar = (n: number, total: number, seconds: number, label = '') =>
  `\r${label}${Math.floor((n / total) * 100)}%|###   | ${n}/${total} [${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}<00:10,  1.00s/it]`;

describe('several counters at once', () => {
  it('joins epochs and steps to a share of the run', () => {
    const log = range(0, 5).map((step) => `Epoch 1/4\n${bar(step * 10, 100, step * 10)}`);
    expect(read(log.join('\n'))).toMatchObject({ current: 40, total: 100, fraction: 0.1 });
  });

  it('takes a counter that goes on over the end of an epoch for that of the run', () => {
    const log = range(1, 16).map((n) => `epoch ${Math.ceil(n / 5)}/4 step ${n * 10}/200 loss 1.0\n`);
    expect(read(log.join(''))).toMatchObject({ current: 150, total: 200, fraction: 0.75 });
  });

  it('takes validation bars for pauses and their time into account', () => {
    const log: string[] = [];
    for (const epoch of range(1, 4)) {
      for (const step of range(1, 11)) log.push(bar(step * 10, 100, step * 10, `Epoch ${epoch}/10: `));
      log.push(`\n${bar(20, 20, 50, 'Validation: ')}\n`);
    }
    const progress = read(log.join(''));
    expect(progress.fraction).toBe(0.3);
    expect(progress.eta?.likely).toBeGreaterThan(7 * 100 + 6 * 50 - 60);
    expect(progress.eta?.likely).toBeLessThan(7 * 150 + 60);
    expect(progress.pauses?.left).toBeGreaterThanOrEqual(6);
  });

  it('lets one rank of several count, and none of them for a restart', () => {
    const log = range(5, 60).flatMap((n) =>
      [0, 1, 2, 3].map((rank) => `[rank${rank}]: ${clock(n * 10 + rank)} step ${n - rank}/100 loss 1.0\n`),
    );
    expect(read(log.join(''))).toMatchObject({ current: 59, attempt: 1, rate: expect.closeTo(0.1) as number });
  });
});

describe('what an epoch took by its own line', () => {
  const lines = (seconds: (epoch: number) => string) => [
    'epochs: 50\n',
    ...range(1, 8).map((n) => `Epoch ${n} | loss 0.5 | ${seconds(n)}\n`),
  ];

  it.each([
    ['each its own', () => 'time: 45.0s'],
    ['since the start', (n: number) => `elapsed ${n * 45} s`],
    ['in brackets', () => '(45.0s)'],
    ['as a clock', () => 'Time: 0:45'],
  ])('is read: %s', (_way, seconds) => {
    const { rate, eta } = read(lines(seconds).join(''));
    expect(rate).toBeCloseTo(1 / 45);
    expect(eta?.likely).toBeCloseTo(43 * 45);
  });
});

describe('totals that stand elsewhere', () => {
  it.each([
    ["params: {'num_boost_round': 400}", '[99]\ttrain-rmse:0.3', 99 / 400],
    ['Namespace(arch="a", epochs=20, lr=0.1)', 'Epoch: [4][50/100]\tTime  3.000 ( 3.030)\tLoss 2.0e+00 (5.0e+00)', 3.5 / 20],
    ['python train.py --max-steps 400 --lr 1', 'step 100 loss 0.3', 0.25],
    ['  train_iters ............ 400', 'iteration 100 loss 0.3', 0.25],
    ['Starting training for 20 epochs...', 'Epoch 4 loss 0.3', 0.2],
  ])('%s', (header, line, fraction) => expect(read(`${header}\n${line}\n`).fraction).toBeCloseTo(fraction));

  it.each(['warmup_epochs=5', ' total number of epochs: 38', '--save-epochs 5', 'max_steps=-1', 'early stopping after 5 epochs'])(
    'not in %s',
    (header) => expect(read(`${header}\nEpoch 4 loss 0.3\nstep 3 loss 0.2\n`).fraction).toBeNull(),
  );

  it('believes the plan about a run that stops early', () =>
    expect(read('step 10/5000 loss 1.0\n', { steps: 20 })).toMatchObject({ total: 20, fraction: 0.5 }));

  it('keeps the loss of an evaluation apart', () =>
    expect(read('step 1/9 loss 2.0\nTest: [1/5] loss 9.0\nstep 2/9 loss 1.0\n').loss).toMatchObject({ first: 2, last: 1 }));
});

describe('restarts', () => {
  const first = range(1, 60).map((n) => `${clock(n * 10)} step ${n}/100 loss 1.0\n`);
  const again = range(41, 70).map((n) => `${clock(3000 + n * 10)} step ${n}/100 loss 1.0\n`);

  it('goes on from a checkpoint without counting the time between', () => {
    const progress = read([...first, `${clock(3300)} Resuming from checkpoint 40\n`, ...again].join(''));
    expect(progress).toMatchObject({ current: 69, attempt: 2, fraction: 0.69 });
    expect(progress.eta?.likely).toBeCloseTo(310, 0);
  });

  it('sees one that no line speaks of', () => expect(read([...first, ...again].join(''))).toMatchObject({ current: 69, attempt: 2 }));

  it('starts from nothing again', () => {
    const scratch = range(0, 9).map((n) => `${clock(3000 + n * 10)} step ${n}/100 loss 1.0\n`);
    expect(read([...first, ...scratch].join(''))).toMatchObject({ current: 8, attempt: 2, fraction: 0.08 });
  });

  it('does not take the next epoch for one', () => {
    const log = [1, 2, 3].flatMap((epoch) =>
      range(1, 21).map((n) => `${clock((epoch * 20 + n) * 10)} Epoch [${epoch}/5] step [${n}/20] loss 1.0\n`),
    );
    expect(read(log.join(''))).toMatchObject({ attempt: 1, fraction: 0.6 });
  });
});

describe('the clock of a log', () => {
  it.each([
    ['ISO', '2031-05-06 10:00:00,000 ', '2031-05-06 10:00:10,000 '],
    ['ISO with zone', '2031-05-06T10:00:00.5Z ', '2031-05-06T10:00:10.5Z '],
    ['slashes', '[2031/05/06 10:00:00] ', '[2031/05/06 10:00:10] '],
    ['month first', '05/06/2031 10:00:00 - INFO - ', '05/06/2031 10:00:10 - INFO - '],
    ['no year', '[05/06 10:00:00 engine]: ', '[05/06 10:00:10 engine]: '],
    ['glog', 'I0506 10:00:00.000000 140 a.py:3] ', 'I0506 10:00:10.000000 140 a.py:3] '],
    ['Spark', '31/05/06 10:00:00 INFO a: ', '31/05/06 10:00:10 INFO a: '],
    ['syslog', 'May  6 10:00:00 node1 ', 'May  6 10:00:10 node1 '],
    ['ctime', 'Tue May  6 10:00:00 2031: ', 'Tue May  6 10:00:10 2031: '],
    ['day first by name', '06 May 2031 10:00:00 ', '06 May 2031 10:00:10 '],
    ['Japanese', '2031年05月06日 10時00分00秒 ', '2031年05月06日 10時00分10秒 '],
    ['time of day', '[23:59:55] ', '[00:00:05] '],
    ['level first', '[INFO|a.py:1] 2031-05-06 10:00:00,000 >> ', '[INFO|a.py:1] 2031-05-06 10:00:10,000 >> '],
    ['seconds since 1970', '1935000000.5 ', '1935000010.5 '],
  ])('is read from %s', (_style, before, after) => {
    expect(read(`${before}step 10/100 loss 1.0\n${after}step 20/100 loss 0.9\n`).rate).toBeCloseTo(1);
  });

  it('tells when the end is due', () => {
    const progress = read(
      range(0, 20)
        .map((n) => `${clock(n * 60)} step ${n}/40 loss 1.0\n`)
        .join(''),
    );
    expect(progress.asOf).toBe(Date.UTC(2031, 4, 6, 22, 19) / 1000);
    expect(progress.eta?.likely).toBeCloseTo(21 * 60, 0);
  });

  it('leaves lines alone that only look like times', () => {
    expect(read('ratio 10:20:70 step 1/9\nversion 2031.05.06 step 2/9\n').rate).toBeNull();
  });
});

describe('what is no position of the run', () => {
  it.each([
    'Generating train split: 100%|██████████| 500/500 [00:01<00:00, 500.00 examples/s]',
    'Map:  50%|█████     | 500/1000 [00:01<00:01, 500.00 examples/s]',
    'Tokenizing: 10/20 [00:01<00:01, 9.00it/s]',
    'accuracy 45/100 correct',
    'python 3.10/3.11 and torch 2.1',
    'sed: 2031/05/06',
    'WARNING: step 3/10 of the guide was skipped: Warning: x',
  ])('%s', (line) => expect(read(`${line}\n`).fraction).toBeNull());
});

describe('any text at all', () => {
  const lines = [
    'Epoch 2/4',
    bar(5, 10, 5, 'Epoch 2/4: '),
    '50/100 ━━━━━━ 12s 45ms/step - loss: 1.1',
    '2031-05-06 10:00:00 step 3/10 loss nan',
    '[12:00:01] Resuming from checkpoint',
    '| total_timesteps | 1024 |',
    'epoch  train_loss  valid_loss  time',
    '0  0.5  0.4  00:30',
    "{'loss': 1.5, 'epoch': 0.5}",
    '{"step": 5, "loss": 1}',
    'エポック 2/4 損失: 0.5',
    'Saving checkpoint to a.pt',
    '370it [00:10, 37.00it/s]',
    'iteration 3/ 9 | elapsed time per iteration (ms): 812.4 | lm loss: 2.3E+00 |',
  ];
  const piece = fc.oneof(fc.constantFrom(...lines), fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r', '\r\n', '\u001b[1m', '\b'));

  it('never throws, and a cut anywhere changes nothing', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(2000), { maxLength: 8 }), (pieces, cuts) => {
        const log = pieces.join('\n');
        const at = [0, ...cuts.map((cut) => Math.min(cut, log.length)).sort((a, b) => a - b), log.length];
        let state: ProgressState | null = null;
        for (let index = 1; index < at.length; index++) state = trackProgress(state, log.slice(at[index - 1], at[index]), null);
        expect(state).toEqual(trackProgress(null, log, null));
        expect(Progress.safeParse(summarizeProgress(state as ProgressState)).error).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  it('never says more than the whole, nor an interval the wrong way round', () => {
    const timed = fc.tuple(fc.nat(5000), fc.nat(200), fc.integer({ min: 1, max: 200 }));
    fc.assert(
      fc.property(fc.array(timed, { maxLength: 40 }), (steps) => {
        const { fraction, eta } = read(
          steps.map(([at, n, total]) => `${clock(at)} epoch ${(n % 5) + 1}/5 step ${n}/${total} loss 1.0\n`).join(''),
        );
        expect(fraction === null || (fraction >= 0 && fraction <= 1)).toBe(true);
        expect(eta === null || (eta.low >= 0 && eta.low <= eta.likely && eta.likely <= eta.high)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
