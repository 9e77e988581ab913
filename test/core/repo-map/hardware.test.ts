import { describe, expect, it } from 'vitest';
import { mapFiles, notebook } from './helpers.ts';

const TORCH = "import torch\nmodel = model.to('cuda' if torch.cuda.is_available() else 'cpu')\nloss.backward()\n";
const MAIN = "if __name__ == '__main__':\n    main()\n";
const train = `${TORCH}${MAIN}`;
const parallel = `${TORCH}model = torch.nn.parallel.DistributedDataParallel(model)\n${MAIN}`;
const readme = (...lines: readonly string[]) => `# Thing\n\n${lines.join('\n')}\n`;

const cases: Record<string, { files: Record<string, string>; expected: string }> = {
  'scikit-learn is cpu': { files: { 'train.py': `from sklearn.svm import SVC\nclf.fit(x, y)\n${MAIN}` }, expected: 'cpu' },
  'torch without a word of a device is cpu': { files: { 'train.py': `import torch\nloss.backward()\n${MAIN}` }, expected: 'cpu' },
  'a small TensorFlow program that nobody speaks of GPUs for is cpu': {
    files: { 'train.py': `import tensorflow as tf\nx = tf.layers.dense(x, 10)\nopt.minimize(x)\n${MAIN}` },
    expected: 'cpu',
  },
  'TensorFlow with convolutions is single-gpu': {
    files: { 'train.py': `import tensorflow as tf\nx = tf.nn.conv2d(x, w)\nopt.minimize(x)\n${MAIN}` },
    expected: 'single-gpu',
  },
  'TensorFlow whose README speaks of GPUs is single-gpu': {
    files: { 'train.py': `import tensorflow as tf\nopt.minimize(x)\n${MAIN}`, 'README.md': readme('Takes an hour on a GPU.') },
    expected: 'single-gpu',
  },
  'a boosted tree that asks for a GPU is single-gpu': {
    files: { 'train.py': `import xgboost\nm = xgboost.XGBClassifier(tree_method='gpu_hist')\nm.fit(x, y)\n${MAIN}` },
    expected: 'single-gpu',
  },
  'an optional distributed path stays single-gpu': {
    files: {
      'train.py': parallel,
      'README.md': readme('    python train.py', '', 'Or on more:', '', '    torchrun --nproc_per_node=4 train.py'),
    },
    expected: 'single-gpu',
  },
  'one GPU named in the command stays single-gpu': {
    files: { 'train.py': parallel, 'README.md': readme('    CUDA_VISIBLE_DEVICES=0 python train.py', '', 'We trained on 8 V100 GPUs.') },
    expected: 'single-gpu',
  },
  'a distributed launcher is multi-gpu': {
    files: { 'train.py': parallel, 'README.md': readme('    torchrun --nproc_per_node=4 train.py') },
    expected: 'multi-gpu',
  },
  'an sbatch script with several GPUs is multi-gpu': {
    files: { 'train.py': train, 'run.sh': '#SBATCH --gres=gpu:4\npython train.py --lr 1\n' },
    expected: 'multi-gpu',
  },
  'a launcher behind a script is multi-gpu': {
    files: {
      'tools/train.py': train,
      'mm/train.py': 'x = 1\n',
      'tools/dist_train.sh': 'python -m torch.distributed.launch --nproc_per_node=$2 $(dirname "$0")/train.py $1\n',
      'README.md': readme('    python tools/train.py a.py', '', '    ./tools/dist_train.sh a.py 8', '', 'Trained on 8 GPUs.'),
    },
    expected: 'multi-gpu',
  },
  'several devices by default are multi-gpu': {
    files: {
      'train.py': `${TORCH}import argparse\np = argparse.ArgumentParser()\np.add_argument('--gpu_ids', default='0,1,2,3')\n${MAIN}`,
    },
    expected: 'multi-gpu',
  },
  'several devices that a switch brings into play stay single-gpu': {
    files: {
      'train.py': `${TORCH}import argparse\np = argparse.ArgumentParser()\np.add_argument('--devices', default='0,1,2,3')\np.add_argument('--use_multi_gpu', action='store_true')\n${MAIN}`,
    },
    expected: 'single-gpu',
  },
  'a configuration for several devices is multi-gpu': {
    files: {
      'train.py': parallel,
      'conf/big.yaml': 'trainer:\n  devices: 8\n',
      'README.md': readme('    python train.py --config conf/big.yaml'),
    },
    expected: 'multi-gpu',
  },
  'JAX over all devices that a README speaks of is multi-gpu': {
    files: {
      'main.py': `import jax\nstep = jax.pmap(step)\ngrad = jax.value_and_grad(f)\n${MAIN}`,
      'README.md': readme('    python main.py', '', 'Training takes a day on 4 V100 GPUs.'),
    },
    expected: 'multi-gpu',
  },
  'one process a device, started whatever the command says, is multi-gpu': {
    files: {
      'train.py': `${TORCH}def main():\n    count = torch.cuda.device_count()\n    mp.spawn(work, (args,), count)\n${MAIN}`,
      'README.md': readme('    python train.py'),
    },
    expected: 'multi-gpu',
  },
  'one process a device behind a switch stays single-gpu': {
    files: {
      'train.py': `${TORCH}def many():\n    mp.spawn(work, nprocs=torch.cuda.device_count())\ndef main():\n    if args.distributed:\n        many()\n${MAIN}`,
      'README.md': readme('    python train.py'),
    },
    expected: 'single-gpu',
  },
  'a trainer that is given all devices is multi-gpu': {
    files: {
      'train.py': `${TORCH}trainer = pl.Trainer(\n    max_steps=3,\n    devices=torch.cuda.device_count(),\n)\n${MAIN}`,
      'README.md': readme('    python train.py'),
    },
    expected: 'multi-gpu',
  },
  'JAX that lays out a mesh of devices, for a slice that the README asks for, is multi-gpu': {
    files: {
      'main.py': `import jax\njax.distributed.initialize()\nmesh = create_device_mesh(shape)\ngrad = jax.value_and_grad(f)\n${MAIN}`,
      'README.md': readme('    python main.py', '', 'It scales up to 2048 TPU cores.'),
    },
    expected: 'multi-gpu',
  },
  'a README that tells people to disable the GPU is cpu': {
    files: {
      'train.py': `import keras\nmodel.fit(x)\n${MAIN}`,
      'README.md': readme('Please disable GPU execution.', '', '    CUDA_VISIBLE_DEVICES= python train.py'),
    },
    expected: 'cpu',
  },
  'a program of hydra whose configuration asks for several processes is multi-gpu': {
    files: {
      'README.md': readme('```', 'fairseq-hydra-train --config-dir conf --config-name big', '```'),
      'conf/big.yaml': 'distributed_training:\n  distributed_world_size: 8\n',
      'model.py': TORCH,
    },
    expected: 'multi-gpu',
  },
  'a program that leaves the work to what a configuration names is judged by all files': {
    files: {
      'train.py': `import hydra\nfrom base import Base\n@hydra.main()\ndef main(cfg):\n    hydra.utils.get_class(cfg._target_).train()\n${MAIN}`,
      'base.py': 'import torch\nclass Base:\n    pass\n',
      'owl.py': TORCH,
    },
    expected: 'single-gpu',
  },
  'a program of another language is judged by its documents': {
    files: { 'train.lua': 'require "nn"\n', 'README.md': readme('Train with `th train.lua` on a GPU.') },
    expected: 'single-gpu',
  },
  'a program of another language is judged by its own code where only a small helper is Python': {
    files: {
      'main.lua': "require 'cunn'\nnet:cuda()\n",
      'tools/plot.py': `import json\n${MAIN}`,
      'README.md': readme('Run `th main.lua`.'),
    },
    expected: 'single-gpu',
  },
  'Lua code that asks for no GPU is cpu': {
    files: { 'main.lua': "require 'nn'\n", 'tools/plot.py': `import json\n${MAIN}`, 'README.md': readme('Run `th main.lua`.') },
    expected: 'cpu',
  },
  'Theano that nobody tells of a GPU is cpu': {
    files: { 'train.py': `import theano\ndevice = theano.config.device\nnet = LSTM(x)\ngrads = theano.grad(cost, params)\n${MAIN}` },
    expected: 'cpu',
  },
  'Theano whose documents give it a GPU is single-gpu': {
    files: {
      'train.py': `import theano\ngrads = theano.grad(cost, params)\n${MAIN}`,
      'README.md': readme('    THEANO_FLAGS=device=gpu,floatX=float32 python train.py'),
    },
    expected: 'single-gpu',
  },
  'a program that hides the GPUs from its workers is cpu': {
    files: {
      'train.py': `import tensorflow as tf\nwith tf.device(where):\n    x = tf.nn.conv2d(x, w)\ncmd = ['CUDA_VISIBLE_DEVICES=', 'python', 'worker.py']\nopt.minimize(x)\n${MAIN}`,
    },
    expected: 'cpu',
  },
  'hiding them by a switch changes nothing': {
    files: {
      'train.py': `import tensorflow as tf\nx = tf.nn.conv2d(x, w)\nif args.cpu:\n    os.environ['CUDA_VISIBLE_DEVICES'] = '-1'\nopt.minimize(x)\n${MAIN}`,
    },
    expected: 'single-gpu',
  },
  'an unknown framework that the command gives GPUs is multi-gpu': {
    files: {
      'train.py': `import oak\noak.train()\n${MAIN}`,
      'README.md': readme('    python train.py --gpus 8 --rate 1'),
    },
    expected: 'multi-gpu',
  },
  'an unknown framework said to take all GPUs is multi-gpu': {
    files: {
      'train.py': `import oak\noak.train()\n${MAIN}`,
      'README.md': readme('    python train.py   # takes all available GPUs'),
    },
    expected: 'multi-gpu',
  },
  'PyTorch whose command names one device is single-gpu': {
    files: {
      'train.py': `import torch\nfrom transformers import AutoModel\nloss.backward()\n${MAIN}`,
      'README.md': readme('    CUDA_VISIBLE_DEVICES=0 python train.py'),
    },
    expected: 'single-gpu',
  },
  'a notebook that only unpacks its data is judged by itself': {
    files: {
      'play.ipynb': notebook("import os\nimport numpy as np\nos.system('tar -xf data.tar.gz')\nprint(np.mean([1, 2]))\n"),
      'make_scores.py': `import torch\nmodel.cuda()\n${MAIN}`,
      'README.md': readme('Open `play.ipynb`.', '', '    jupyter notebook play.ipynb'),
    },
    expected: 'cpu',
  },
  'a model copied to all devices without a switch is multi-gpu': {
    files: { 'train.py': `${TORCH}model = torch.nn.DataParallel(model)\n${MAIN}`, 'README.md': readme('    python train.py') },
    expected: 'multi-gpu',
  },
  'a model copied where there are several, as the authors had, is multi-gpu': {
    files: {
      'train.py': `${TORCH}if torch.cuda.device_count() > 1:\n    model = torch.nn.DataParallel(model)\n${MAIN}`,
      'README.md': readme('    python train.py', '', 'All experiments ran on 4 V100 GPUs.'),
    },
    expected: 'multi-gpu',
  },
  'a model copied where there are several stays single-gpu when nobody speaks of them': {
    files: {
      'train.py': `${TORCH}if torch.cuda.device_count() > 1:\n    model = torch.nn.DataParallel(model)\n${MAIN}`,
      'README.md': readme('    python train.py'),
    },
    expected: 'single-gpu',
  },
  'a model copied by a switch stays single-gpu': {
    files: {
      'train.py': `${TORCH}def spread(model):\n    return torch.nn.DataParallel(model)\nif args.parallel:\n    model = spread(model)\n${MAIN}`,
      'README.md': readme('    python train.py'),
    },
    expected: 'single-gpu',
  },
  'a model copied to the devices of a list stays single-gpu': {
    files: {
      'train.py': `${TORCH}model = torch.nn.DataParallel(model, device_ids=args.ids)\n${MAIN}`,
      'README.md': readme('    python train.py'),
    },
    expected: 'single-gpu',
  },
  'accelerate with a batch that is divided among processes is multi-gpu': {
    files: {
      'train.py': `from accelerate import Accelerator\naccelerator = Accelerator()\nsize = args.batch_size // accelerator.num_processes\nloss.backward()\n${MAIN}`,
      'README.md': readme('    accelerate launch train.py --seed 1'),
    },
    expected: 'multi-gpu',
  },
  'accelerate alone stays single-gpu': {
    files: {
      'train.py': `from accelerate import Accelerator\naccelerator = Accelerator()\naccelerator.backward(loss)\n${MAIN}`,
      'README.md': readme('    accelerate launch train.py --seed 1'),
    },
    expected: 'single-gpu',
  },
  'a command that a sentence gives for several GPUs is multi-gpu': {
    files: {
      'train.py': parallel,
      'README.md': readme('These are the options on 32 gpus:', '', '```bash', 'python train.py --size 64', '```'),
    },
    expected: 'multi-gpu',
  },
  'the sentence of another command does not count': {
    files: {
      'train.py': parallel,
      'README.md': readme('Start it:', '', '    python train.py', '', 'Evaluation on 8 GPUs:', '', '    python test.py'),
    },
    expected: 'single-gpu',
  },
  'a composed configuration that takes all devices is multi-gpu': {
    files: {
      'train.py': `${TORCH}import hydra\n@hydra.main(config_path='conf', config_name='main')\ndef main(cfg):\n    pl.Trainer(**cfg.trainer)\n${MAIN}`,
      'conf/main.yaml': 'defaults:\n  - trainer: many\n',
      'conf/trainer/many.yaml': 'strategy: ddp\naccelerator: gpu\ndevices: auto\n',
      'README.md': readme('    python train.py'),
    },
    expected: 'multi-gpu',
  },
  'a composed configuration that stays on the CPU is cpu': {
    files: {
      'train.py': `import torch\nimport hydra\n@hydra.main(config_path='conf', config_name='main')\ndef main(cfg):\n    x = x.to(device)\n    loss.backward()\n${MAIN}`,
      'conf/main.yaml': 'defaults:\n  - fabric: small\n',
      'conf/fabric/small.yaml': 'devices: 1\naccelerator: cpu\n',
      'README.md': readme('    python train.py seed=3'),
    },
    expected: 'cpu',
  },
  'a command that chooses another accelerator than the configuration is single-gpu': {
    files: {
      'train.py': `import torch\nimport hydra\n@hydra.main(config_path='conf', config_name='main')\ndef main(cfg):\n    x = x.to(device)\n    loss.backward()\n${MAIN}`,
      'conf/main.yaml': 'defaults:\n  - fabric: small\n',
      'conf/fabric/small.yaml': 'devices: 1\naccelerator: cpu\n',
      'README.md': readme('    python train.py fabric.accelerator=gpu'),
    },
    expected: 'single-gpu',
  },
  'a model copied by a method that another file calls by a switch stays single-gpu': {
    files: {
      'train.py': `import reader\nif args.parallel:\n    net.spread()\nloss.backward()\n${MAIN}`,
      'reader.py': `${TORCH}class Net:\n    def spread(self):\n        self.net = torch.nn.DataParallel(self.net)\n`,
      'README.md': readme('    python train.py'),
    },
    expected: 'single-gpu',
  },
  'a model copied to the devices of a list that is left open is multi-gpu': {
    files: {
      'train.py': `${TORCH}import argparse\np = argparse.ArgumentParser()\np.add_argument('--ids', nargs='+', type=int, default=None)\nmodel = torch.nn.DataParallel(model, device_ids=args.ids)\n${MAIN}`,
      'README.md': readme('    python train.py'),
    },
    expected: 'multi-gpu',
  },
  'JAX that hides the GPU from TensorFlow alone keeps it': {
    files: {
      'train.py': `import jax\nimport tensorflow as tf\ntf.config.experimental.set_visible_devices([], 'GPU')\ngrad = jax.value_and_grad(f)\n${MAIN}`,
      'README.md': readme('    python train.py'),
    },
    expected: 'single-gpu',
  },
  'the number in a script tells more than its name': {
    files: {
      'train.py': parallel,
      'slurm_train_birds.sh': 'GPUS=1\nsrun --gres=gpu:1 --ntasks-per-node=${GPUS} python train.py $1\n',
      'README.md': readme('    bash slurm_train_birds.sh WEIGHTS'),
    },
    expected: 'single-gpu',
  },
  'an unknown framework in a container that gets the GPUs is single-gpu': {
    files: {
      'train.py': `import oak\noak.train()\n${MAIN}`,
      'README.md': readme('    docker run --rm --gpus all oak python train.py --rate 1'),
    },
    expected: 'single-gpu',
  },
  'a model copied by a function that is called where there are several stays single-gpu': {
    files: {
      'train.py': `${TORCH}def spread(model):\n    return torch.nn.DataParallel(model)\nif n_gpu > 1:\n    model = spread(model)\n${MAIN}`,
      'README.md': readme('    python train.py'),
    },
    expected: 'single-gpu',
  },
  'a script that trains with Lua is judged by its Lua code': {
    files: {
      'main.lua': "require 'cunn'\nnet:cuda()\n",
      train_maze: '#!/bin/bash\nth main.lua -steps 9\n',
      'tools/plot.py': `import json\n${MAIN}`,
      'README.md': readme('    ./train_maze'),
    },
    expected: 'single-gpu',
  },
};

describe('hardware class', () => {
  it.each(Object.entries(cases))('%s', (_name, { files, expected }) => {
    const { hardware } = mapFiles(files);
    expect([hardware.class, hardware.reasons]).toEqual([expected, hardware.reasons]);
    expect(hardware.reasons.length).toBeGreaterThan(0);
  });

  it('tells GPUs, nodes, backend, accelerators, memory and extensions with their places', () => {
    const { hardware } = mapFiles({
      'train.py': `${TORCH}torch.distributed.init_process_group('gloo')\n${MAIN}`,
      'setup.py': "from torch.utils.cpp_extension import CUDAExtension\nCUDAExtension('x', ['x.cu'])\n",
      'x.cu': '',
      'README.md': readme('    torchrun --nnodes=2 --nproc_per_node=4 train.py', '', 'Trained on NVIDIA V100 with 32 GB of GPU memory.'),
    });
    expect(hardware).toMatchObject({ class: 'multi-gpu', gpus: 8, nodes: 2, backend: 'gloo', devices: ['V100'] });
    expect(hardware.reasons[0]).toBe('the documented command uses 8 GPUs (README.md:3)');
    expect(hardware.memory).toMatchObject([{ file: 'README.md', line: 5 }]);
    expect(hardware.extensions.map((item) => item.file)).toEqual(['setup.py', 'x.cu']);
    expect(hardware.evidence[0]).toMatchObject({ file: 'README.md', line: 3 });
  });
});
