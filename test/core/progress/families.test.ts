import { describe, expect, it } from 'vitest';
import { Progress } from '../../../src/core/progress/schema.ts';
import { startProgress } from '../../../src/core/progress/state.ts';
import { summarizeProgress } from '../../../src/core/progress/summarize.ts';
import { trackProgress } from '../../../src/core/progress/track.ts';

function read(log: string): Progress {
  return summarizeProgress(trackProgress(startProgress(), log, null));
}

type Row = [family: string, log: string, want: Partial<Progress>, metrics?: Record<string, number>];

const rows: Row[] = [
  [
    'tqdm, nested',
    'Epochs:  20%|██        | 2/10 [10:00<40:00, 300.00s/it]\rSteps:  50%|█████     | 50/100 [02:30<02:30,  3.00s/it, loss=0.4]\r',
    { current: 50, total: 100, epoch: { current: 3, total: 10 }, fraction: 0.25 },
    { loss: 0.4 },
  ],
  [
    'tqdm, units and scale',
    'train:  25%|██▌       | 1.5k/6.0k [05:00<15:00, 5.0sample/s, lr=1e-3]\n',
    { current: 1500, total: 6000, rate: 5 },
    { lr: 0.001 },
  ],
  ['tqdm, no total', '370it [02:01, 3.05it/s]\n', { current: 370, total: null, rate: 3.05 }],
  ['tqdm, ASCII', ' 40%|####      | 40/100 [00:20<00:30,  2.00it/s]\n', { current: 40, total: 100, rate: 2 }],
  [
    'Trainer of Hugging Face',
    "***** Running training *****\n  Num Epochs = 4\n  Total optimization steps = 400\n 10%|█         | 40/400 [01:20<12:00,  2.00s/it]{'loss': '1.92', 'grad_norm': '0.8', 'learning_rate': '4.7e-05', 'epoch': '0.4'}\n 12%|█▏        | 48/400 [01:36<11:44,  2.00s/it]",
    { current: 48, total: 400, fraction: 0.12 },
    { loss: 1.92, grad_norm: 0.8 },
  ],
  [
    'Lightning with validation',
    '`Trainer(max_epochs=5)`\nSanity Checking DataLoader 0:   0%|          | 0/2 [00:00<?, ?it/s]\rEpoch 2: 100%|██████████| 20/20 [00:10<00:00,  2.00it/s, v_num=3, train_loss=0.3]\rValidation DataLoader 0:  50%|█████     | 5/10 [00:01<00:01, 5.00it/s]\r',
    { current: 20, total: 20, epoch: { current: 2, total: 5 } },
    { train_loss: 0.3 },
  ],
  [
    'Keras 2',
    'Epoch 2/4\n 50/100 [=====>........] - ETA: 12s - loss: 1.1000 - accuracy: 0.6100\n',
    { current: 50, total: 100, epoch: { current: 2, total: 4 }, fraction: 0.375 },
    { loss: 1.1, accuracy: 0.61 },
  ],
  [
    'Keras, a line an epoch',
    'Epoch 1/4\n100/100 - 18s - 180ms/step - loss: 2.0 - val_loss: 2.2\nEpoch 2/4\n100/100 - 18s - 180ms/step - loss: 1.5 - val_loss: 1.8\n',
    { current: 100, total: 100, fraction: 0.5 },
    { loss: 1.5, val_loss: 1.8 },
  ],
  [
    'fairseq',
    'epoch 003:    100 / 400 loss=9.1, ppl=540, wps=32000, ups=4.1, num_updates=900, lr=1e-5\n',
    { current: 100, total: 400, epoch: { current: 3, total: null } },
    { loss: 9.1, ppl: 540 },
  ],
  ['fairseq, JSON', '{"epoch": 2, "update": 1.5, "loss": "7.1", "num_updates": "600", "lr": "0.0005"}\n', { current: 600 }, { loss: 7.1 }],
  [
    'mmengine',
    '2031/05/06 10:00:00 - mmengine - INFO - Epoch(train)  [5][100/200]  lr: 1.0e-02  eta: 0:41:10  time: 0.5000  data_time: 0.0120  memory: 5210  loss: 0.87\n',
    { current: 100, total: 200, epoch: { current: 5, total: null }, rate: 2, eta: { low: 2470 / 1.5, likely: 2470, high: 2470 * 1.5 } },
    { loss: 0.87 },
  ],
  [
    'mmengine, by iteration',
    '10/01 10:00:00 - mmengine - INFO - Iter(train) [  500/80000]  lr: 9.9e-03  eta: 11:02:30  time: 0.5000  data_time: 0.01  loss: 2.5\n',
    { current: 500, total: 80000, rate: 2 },
    { loss: 2.5 },
  ],
  [
    'mmcv',
    '2031-05-06 10:00:00,000 - mmseg - INFO - Epoch [2][50/100]\tlr: 1.0e-02, eta: 1:00:00, time: 0.250, loss: 1.5\n',
    { current: 50, total: 100, rate: 4 },
    { loss: 1.5 },
  ],
  [
    'detectron2',
    '[05/06 10:00:00 d2.utils.events]:  eta: 1:00:00  iter: 1999  total_loss: 0.52  loss_cls: 0.2  time: 0.4500  last_time: 0.4  data_time: 0.01  lr: 0.02  max_mem: 7423M\n',
    { current: 1999, eta: { low: 2400, likely: 3600, high: 5400 } },
    { total_loss: 0.52 },
  ],
  [
    'timm',
    'Scheduled epochs: 20. LR stepped per epoch.\nTrain: 12 [ 450/900 ( 50%)]  Loss: 3.21 (3.4)  Time: 0.250s, 1219.05/s  (0.22s, 1163.64/s)  LR: 4.1e-04  Data: 0.01 (0.02)\n',
    { current: 450, total: 900, epoch: { current: 12, total: 20 } },
    { Loss: 3.21 },
  ],
  [
    'examples of PyTorch',
    'Epoch: [3][ 100/500]\tTime  0.200 ( 0.230)\tData  0.01 ( 0.02)\tLoss 4.1e+00 (5.0e+00)\tAcc@1   6.25 (  5.1)\n',
    { current: 100, total: 500, epoch: { current: 3, total: null } },
    { Loss: 4.1 },
  ],
  [
    'DCGAN',
    '[3/25][100/400]\tLoss_D: 0.9 Loss_G: 2.1 D(x): 0.7 D(G(z)): 0.3 / 0.1\n',
    { current: 100, total: 400, epoch: { current: 3, total: 25 } },
    { Loss_D: 0.9, Loss_G: 2.1 },
  ],
  [
    'CycleGAN',
    '(epoch: 3, iters: 400, time: 0.250, data: 0.01) G_A: 0.3 D_A: 0.2 cycle_A: 1.1\n',
    { current: 400, epoch: { current: 3, total: null } },
    { G_A: 0.3 },
  ],
  [
    'GANs of eriklindernoren',
    '[Epoch 3/20] [Batch 50/200] [D loss: 0.69] [G loss: 1.2]\n',
    { current: 50, total: 200, epoch: { current: 3, total: 20 } },
    { 'D loss': 0.69, 'G loss': 1.2 },
  ],
  [
    'nanoGPT with evaluation',
    'max_iters = 5000\nstep 500: train loss 2.10, val loss 2.15\niter 500: loss 2.3100, time 135.20ms, mfu 41.10%\n',
    { current: 500, total: 5000, fraction: 0.1 },
    { loss: 2.31 },
  ],
  [
    'Megatron, newer',
    ' [2031-05-06 10:00:00.123] iteration     1200/    4800 | consumed samples:       614400 | elapsed time per iteration (ms): 500.0 | throughput per GPU (TFLOP/s/GPU): 141.2 | learning rate: 1.0E-04 | global batch size:   512 | lm loss: 2.31E+00 | number of skipped iterations:   0 | number of nan iterations:   0 |\n',
    { current: 1200, total: 4800, fraction: 0.25, rate: 2 },
    { 'lm loss': 2.31 },
  ],
  [
    'DeepSpeed steps',
    '[2031-05-06 10:00:00,000] [INFO] [logging.py:96:log_dist] [Rank 0] step=500, skipped=0, lr=[1e-05], mom=[[0.9, 0.95]]\n',
    { current: 500 },
  ],
  [
    'YOLOv8',
    '\u001b[1m      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size\n\u001b[0m      3/100      5.2G      1.02     0.81     1.11       64      640:  45%|████▌     | 90/200 [00:30<00:36, 3.00it/s]',
    { current: 90, total: 200, epoch: { current: 3, total: 100 }, rate: 3 },
    { box_loss: 1.02, cls_loss: 0.81, dfl_loss: 1.11 },
  ],
  [
    'YOLOv5',
    '      Epoch   gpu_mem       box       obj       cls    labels  img_size\n     2/9     3.1G    0.11   0.05   0.02      30     640: 100%|██████████| 40/40 [00:20<00:00,  2.00it/s]\n',
    { current: 40, total: 40, epoch: { current: 2, total: 9 } },
    { box: 0.11, obj: 0.05 },
  ],
  [
    'fastai',
    'epoch     train_loss  valid_loss  accuracy  time    \n0         0.5         0.4         0.81      00:30   \n1         0.4         0.3         0.85      00:30   \n',
    { unit: 'epoch', epoch: { current: 1, total: null } },
    { train_loss: 0.4, valid_loss: 0.3, accuracy: 0.85 },
  ],
  [
    'Stable-Baselines3',
    '-----------------------------------\n| rollout/             |          |\n|    ep_rew_mean       | 21.5     |\n| time/                |          |\n|    fps               | 400      |\n|    iterations        | 5        |\n|    time_elapsed      | 25       |\n|    total_timesteps   | 10240    |\n-----------------------------------\n',
    { current: 10240 },
    { ep_rew_mean: 21.5 },
  ],
  ['CleanRL', 'global_step=4096, episodic_return=21.0\n', { current: 4096 }, { episodic_return: 21 }],
  [
    'Spinning Up',
    '---------------------------------------\n|             Epoch |               5 |\n|      AverageEpRet |             120 |\n| TotalEnvInteracts |           20000 |\n|              Time |              50 |\n---------------------------------------\n',
    { epoch: { current: 5, total: null } },
    { AverageEpRet: 120 },
  ],
  [
    'CatBoost',
    '120:\tlearn: 0.31\ttest: 0.35\tbest: 0.35 (118)\ttotal: 12s\tremaining: 1m 28s\n',
    { unit: 'round', current: 120, eta: { low: 88 / 1.5, likely: 88, high: 88 * 1.5 } },
    { learn: 0.31, test: 0.35 },
  ],
  ['sklearn, verbose', 'building tree 40 of 100\n', { current: 40, total: 100 }],
  [
    'sklearn, gradient boosting',
    '      Iter       Train Loss   Remaining Time \n        10           1.2           25.00s\n        20           1.1           20.00s\n',
    { current: 20 },
    { 'Train Loss': 1.1 },
  ],
  ['joblib', '[Parallel(n_jobs=4)]: Done  42 out of 100 | elapsed:    1.5s remaining:    2.1s\n', { current: 42, total: 100 }],
  ['grid search', '[CV 2/5] END C=1, gamma=0.1;, score=0.9 total time=   0.1s\n', { unit: null }],
  [
    'Optuna',
    '[I 2031-05-06 10:00:00,000] Trial 12 finished with value: 0.91 and parameters: {"x": 1}. Best is trial 7 with value: 0.93.\n',
    { unit: 'trial', current: 12 },
    { value: 0.91 },
  ],
  [
    'CLU of JAX',
    'I0506 10:00:00.000000 140 local.py:45] Setting work unit notes: 2.0 steps/s, 12.0% (1200/10000), ETA: 1h13m20s\nI0506 10:00:00.000000 140 logging_writer.py:48] [1200] steps_per_second=2.0, train_loss=1.2\n',
    { current: 1200, total: 10000 },
    { train_loss: 1.2 },
  ],
  [
    'T5X',
    'I0506 10:00:00.000000 140 metric_writer.py:10] [5000] timing/steps_per_second=2.0, train/loss=1.25, learning_rate=0.01\n',
    { current: 5000 },
    { 'train/loss': 1.25 },
  ],
  [
    'ESPnet',
    '[node1] 2031-05-06 10:00:00,000 (trainer:737) INFO: 3epoch:train:101-200batch: iter_time=0.001, forward_time=0.1, loss=80.5, acc=0.4, train_time=1.0\n',
    { current: 200, epoch: { current: 3, total: null } },
    { loss: 80.5, acc: 0.4 },
  ],
  [
    'SpeechBrain',
    'speechbrain.utils.train_logger - epoch: 3, lr: 1.0e-03 - train loss: 2.5 - valid loss: 2.1, valid CER: 5.5\n',
    { unit: 'epoch', epoch: { current: 3, total: null } },
    { 'train loss': 2.5, 'valid loss': 2.1 },
  ],
  [
    'plain print with bars',
    'Epoch: 3 | Train Loss 0.3 | Val Acc 91.2%\n',
    { unit: 'epoch', epoch: { current: 3, total: null } },
    { 'Train Loss': 0.3 },
  ],
  ['plain print with slashes', 'Epoch 3/10, Loss: 0.31, Accuracy: 0.9\n', { unit: 'epoch', fraction: 0.3 }, { Loss: 0.31 }],
  ['plain print, of', 'epoch 3 of 10: loss=0.31\n', { unit: 'epoch', fraction: 0.3 }, { loss: 0.31 }],
  [
    'plain print, brackets',
    '[Epoch 003/010] [Step 0050/0200] loss: 0.31 lr: 1e-4\n',
    { current: 50, total: 200, epoch: { current: 3, total: 10 } },
    { loss: 0.31 },
  ],
  ['plain print, Ep.', 'Ep 3/10 it 50/200 loss 0.31\n', { current: 50, total: 200, epoch: { current: 3, total: 10 } }, { loss: 0.31 }],
  ['Japanese', 'エポック 3/10 損失: 0.31 精度: 0.9\n', { unit: 'epoch', epoch: { current: 3, total: 10 } }, { 損失: 0.31 }],
  ['Japanese steps', '学習中 ステップ: 50/200 損失=0.31\n', { unit: 'step', current: 50, total: 200 }, { 損失: 0.31 }],
  [
    'JSON lines',
    '{"step": 120, "total_steps": 480, "loss": 1.5, "lr": 0.001}\n',
    { current: 120, total: 480, fraction: 0.25 },
    { loss: 1.5 },
  ],
  [
    'JSON with time',
    '{"timestamp": 1935000000.5, "epoch": 2, "train_loss": 1.5}\n',
    { unit: 'epoch', epoch: { current: 2, total: null }, asOf: 1935000000.5 },
    { train_loss: 1.5 },
  ],
  ['episodes', 'Episode 120/500  reward: 21.5  epsilon: 0.1\n', { current: 120, total: 500 }, { reward: 21.5 }],
  ['percent', 'Progress: 24.0%\n', { unit: 'percent', current: 24, fraction: 0.24 }],
  ['torchtune', '1|50|Loss: 1.5:  10%|█         | 50/500 [00:50<07:30,  1.00s/it]\r', { current: 50, total: 500, rate: 1 }],
  [
    'torchtitan',
    '[rank0]:[titan] 2031-05-06 10:00:00,000 - root - INFO - step: 50  loss:  3.5  memory: 20.5GiB(60%)  tps: 3,000  mfu: 40.5%\n',
    { current: 50 },
    { loss: 3.5, tps: 3000 },
  ],
  [
    'NeMo',
    'Training epoch 1, iteration 50/199 | lr: 1e-4 | global_batch_size: 8 | global_step: 250 | reduced_train_loss: 2.5 | train_step_timing in s: 1.5\n',
    { epoch: { current: 1, total: null } },
    { reduced_train_loss: 2.5 },
  ],
  [
    'PaddlePaddle',
    '[2031-05-06 10:00:00,000] [ INFO] - global step 50, epoch: 1, batch: 49, loss: 0.5, speed: 2.00 step/s\n',
    { current: 50, rate: 2 },
    { loss: 0.5 },
  ],
  [
    'AllenNLP',
    'accuracy: 0.5, batch_loss: 1.2, loss: 1.3 ||:  40%|####      | 40/100 [00:20<00:30,  2.00it/s]\r',
    { current: 40, total: 100 },
  ],
  [
    'Flair',
    '2031-05-06 10:00:00,000 epoch 2 - iter 50/100 - loss 0.5 - time (sec): 10.0 - samples/sec: 100.0 - lr: 0.1\n',
    { current: 50, total: 100, epoch: { current: 2, total: null } },
    { loss: 0.5 },
  ],
  [
    'OpenNMT',
    '[2031-05-06 10:00:00,000 INFO] Step 50/ 1000; acc: 10.5; ppl: 500.1; xent: 6.2; lr: 0.001; 100/200 tok/s;     25 sec;\n',
    { current: 50, total: 1000 },
    { ppl: 500.1 },
  ],
  ['Tensor2Tensor', 'INFO:tensorflow:loss = 2.5, step = 1000 (50.0 sec)\n', { current: 1000 }, { loss: 2.5 }],
  ['Detectron', 'json_stats: {"eta": "1:00:00", "iter": 100, "loss": 0.5}\n', { current: 100 }, { loss: 0.5 }],
  ['RLlib', 'Iteration 12: episode_reward_mean=21.5\n', { current: 12 }, { episode_reward_mean: 21.5 }],
];

describe('families of training logs', () => {
  it.each(rows)('%s', (_family, log, want, metrics) => {
    const progress = read(log);
    expect(progress).toMatchObject(want);
    expect(progress.metrics).toMatchObject(metrics ?? {});
    expect(Progress.safeParse(progress).error).toBeUndefined();
  });
});
