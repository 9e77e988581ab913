import { describe, expect, it } from 'vitest';
import { countGpus, readLaunches } from '../../../src/core/repo-map/hardware/launches.ts';
import { repoFiles } from './helpers.ts';

describe('countGpus', () => {
  it.each([
    ['python train.py', null],
    ['torchrun --nproc_per_node=8 train.py', 8],
    ['torchrun --nnodes 2 --nproc-per-node 4 train.py', 8],
    ['torchrun train.py', 1],
    ['python -m torch.distributed.launch --nproc_per_node=$N train.py', 'many'],
    ['python -m torch.distributed.run --nproc_per_node <gpus> train.py', 'many'],
    ['CUDA_VISIBLE_DEVICES=0,1,2,3 python train.py', 4],
    ['CUDA_VISIBLE_DEVICES=2 python train.py', 1],
    ['python train.py --gpus 0,', 1],
    ['python train.py --gpus 8', 8],
    ['python train.py --gpu 3', 1],
    ['python train.py --gpu_ids 0,1', 2],
    ['python train.py --gpu-ids 0 1 2', 3],
    ['python train.py trainer.devices=4', 4],
    ['python train.py --num-gpus 8', 8],
    ['python main.py --world-size 1 --rank 0 --multiprocessing-distributed data', 'many'],
    ['mpirun -np 16 python train.py', 16],
    ['dist-run -np 8 python tools/train.py', 8],
    ['bash tools/dist_train.sh configs/a.py 8', 8],
    ['./tools/dist_train.sh ${CONFIG} ${GPUS}', 'many'],
    ['python train.py --gpus -1', 'many'],
    ['th train.lua -gpuid -1', null],
    ['python -m app.main --devices cuda:0 cuda:1 cuda:2', 3],
    ['deepspeed train.py', 'many'],
    ['deepspeed --include localhost:1,2 train.py', 2],
    ['accelerate launch --multi_gpu train.py', 'many'],
    ['accelerate launch --num_processes 2 train.py', 2],
    ['python main.py --num-processes 8 --num_workers 4', null],
  ])('%s → %s', (command, expected) => {
    expect(countGpus(command)).toBe(expected);
  });

  it('reads batch headers, continued lines and variables of scripts', () => {
    const files = repoFiles({
      'job.sh': '#!/bin/bash\n#SBATCH --nodes=2\n#SBATCH --gres=gpu:v100:4\nsrun python train.py\n',
      'run.sh': 'GPUS=4\n# python old.py --gpus 9\npython -m torch.distributed.launch \\\n  --nproc_per_node=${GPUS} train.py\n',
    });
    expect(readLaunches(files).map(({ gpus, nodes, evidence }) => [evidence.file, evidence.line, gpus, nodes])).toEqual([
      ['job.sh', 4, 8, 2],
      ['run.sh', 3, 4, null],
    ]);
  });
});
