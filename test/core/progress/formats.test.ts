import { describe, expect, it } from 'vitest';
import { Progress } from '../../../src/core/progress/schema.ts';
import { startProgress } from '../../../src/core/progress/state.ts';
import { summarizeProgress } from '../../../src/core/progress/summarize.ts';
import { trackProgress } from '../../../src/core/progress/track.ts';

function read(log: string, expected = {}): Progress {
  return summarizeProgress(trackProgress(startProgress(expected), log, null));
}

interface Row {
  readonly name: string;
  readonly log: string;
  readonly want: Partial<Progress>;
  readonly metrics?: Record<string, number>;
}

const rows: Row[] = [
  {
    name: 'step of total',
    log: 'step 10/200 loss 2.31\n',
    want: { unit: 'step', current: 10, total: 200, fraction: 0.05 },
    metrics: { loss: 2.31 },
  },
  {
    name: 'nanoGPT',
    log: 'iter 50: loss 1.8000, time 20.00ms, mfu 12.50%\n',
    want: { current: 50, total: null, fraction: null, rate: 50 },
    metrics: { loss: 1.8, mfu: 12.5 },
  },
  { name: 'minGPT', log: 'iter_dt 12.50ms; iter 10: train loss 2.1\n', want: { current: 10, rate: 80 }, metrics: { 'train loss': 2.1 } },
  { name: 'epoch header', log: 'Epoch 3/90\n', want: { unit: 'epoch', current: 3, total: 90, epoch: { current: 3, total: 90 } } },
  {
    name: 'language model example',
    log: '| epoch   1 |   200/ 2983 batches | lr 20.00 | ms/batch 12.50 | loss  7.60 | ppl  2000.1\n',
    want: { unit: 'batch', current: 200, total: 2983, fraction: null, rate: 80 },
    metrics: { lr: 20, loss: 7.6, ppl: 2000.1 },
  },
  {
    name: 'MNIST example',
    log: 'Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.1\n',
    want: { unit: 'sample', current: 640, total: 60000 },
    metrics: { Loss: 2.1 },
  },
  { name: 'accuracy in percent', log: 'step 5 loss 0.3, accuracy 97.0%\n', want: { current: 5 }, metrics: { loss: 0.3, accuracy: 97 } },
  {
    name: 'trainer dict',
    log: "{'loss': 1.92, 'learning_rate': 4.7e-05, 'epoch': 0.31}\n",
    want: { unit: null },
    metrics: { loss: 1.92, learning_rate: 4.7e-5 },
  },
  {
    name: 'Lightning bar',
    log: 'Epoch 3:  55%|█████▌    | 110/200 [00:41<00:34,  2.50it/s, v_num=7, train_loss=0.33]\n',
    want: { current: 110, total: 200, rate: 2.5, epoch: { current: 3, total: null } },
    metrics: { train_loss: 0.33 },
  },
  {
    name: 'Keras',
    log: 'Epoch 3/10\n100/400 ━━━━━━ 12s 50ms/step - accuracy: 0.61 - loss: 1.1\n',
    want: { unit: 'batch', current: 100, total: 400, fraction: 0.225, rate: 20 },
    metrics: { accuracy: 0.61, loss: 1.1 },
  },
  {
    name: 'Megatron',
    log: ' iteration     1200/  500000 | elapsed time per iteration (ms): 800.0 | lm loss: 2.31E+00 | loss scale: 1.0 |\n',
    want: { current: 1200, total: 500000, rate: 1.25 },
    metrics: { 'lm loss': 2.31, 'loss scale': 1 },
  },
  {
    name: 'DeepSpeed',
    log: 'epoch=0/micro_step=4000/global_step=500, RunningAvgSamplesPerSec=310.2\n',
    want: { current: 500 },
    metrics: { RunningAvgSamplesPerSec: 310.2 },
  },
  {
    name: 'XGBoost',
    log: '[120]\ttrain-rmse:0.31\tvalid-rmse:0.35\n',
    want: { unit: 'round', current: 120 },
    metrics: { 'train-rmse': 0.31 },
  },
  { name: 'LightGBM', log: "[7]\tvalid_0's auc: 0.812\n", want: { unit: 'round', current: 7 }, metrics: { "valid_0's auc": 0.812 } },
  { name: 'after batches', log: 'Loss: 0.000892 after 304 batches\n', want: { unit: 'batch', current: 304 }, metrics: { Loss: 0.000892 } },
  {
    name: 'epoch and step',
    log: '2030-03-01 10:00:00,123 - INFO - Epoch [2/10], Step [100/400], Loss: 0.33\n',
    want: { current: 100, total: 400, epoch: { current: 2, total: 10 } },
    metrics: { Loss: 0.33 },
  },
  { name: 'rank prefix', log: '[rank0]: step 4/8 loss 0.5\n', want: { current: 4, total: 8 }, metrics: { loss: 0.5 } },
];

describe('progress formats', () => {
  it.each(rows)('reads $name', ({ log, want, metrics }) => {
    const progress = read(log);
    expect(progress).toMatchObject(want);
    expect(progress.metrics).toMatchObject(metrics ?? {});
    expect(Progress.safeParse(progress).success).toBe(true);
  });

  it.each([
    'Loading checkpoint shards:  50%|█████     | 1/2 [00:02<00:02,  2.0s/it]',
    'Downloading data:  45%|####  | 45/100 [00:01<00:01, 30.0it/s]',
    'Found 3/3 files',
    'on 03/04 we met',
    'see step 2 of the guide',
  ])('takes no position from: %s', (log) => expect(read(`${log}\n`).unit).toBeNull());

  it('takes the total from the plan or from a header', () => {
    expect(read('step 50 loss 1.0\n', { steps: 200 }).fraction).toBe(0.25);
    expect(read('  Total optimization steps = 1,000\nstep 50 loss 1.0\n').fraction).toBe(0.05);
    expect(read('| epoch   2 |   50/ 100 batches | loss  7.60\n', { epochs: 3 }).fraction).toBe(0.5);
  });

  it('notes warnings once and shapes, with their lines', () => {
    const progress = read('number of parameters: 1.2M\na.py:3: UserWarning: odd\na.py:3: UserWarning: odd\nx torch.Size([4, 3])\n');
    expect(progress.warnings).toEqual([{ line: 2, text: 'a.py:3: UserWarning: odd' }]);
    expect(progress.shapes.map((note) => note.line)).toEqual([1, 4]);
  });

  it('reads Kaggle records', () => {
    const records = [1, 2, 3, 4].map((step) =>
      JSON.stringify({ stream_name: 'stdout', time: step * 2, data: `step ${step}/6 loss ${1 / step}\n` }),
    );
    expect(read(`[${records.slice(0, 2).join('\n,')}`)).toMatchObject({ current: 2, total: 6, rate: 0.5, eta: null });
    expect(read(`[${records.join('\n,')}\n]`)).toMatchObject({ current: 4, total: 6, rate: 0.5, eta: { likely: 4 } });
  });
});
