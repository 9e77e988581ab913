/** What single words of a command, a script or the code say of GPUs: rows that real repositories taught. */
import { describe, expect, it } from 'vitest';
import { readLaunches } from '../../../src/core/repo-map/hardware/launches.ts';
import { findMain } from '../../../src/core/repo-map/hardware/own-launches.ts';
import { mapFiles, repoFiles } from './helpers.ts';

const MAIN = "if __name__ == '__main__':\n    main()\n";
const CUDA = "import torch\nmodel = model.to('cuda' if torch.cuda.is_available() else 'cpu')\nloss.backward()\n";
const several = ['', 'Or on more:', '', '    python train.py --gpu_ids 0,1,2,3', '', 'Trained on 8 V100 GPUs.'];
const readme = (...lines: readonly string[]) => `# Thing\n\n${lines.join('\n')}\n`;

const cases: Record<string, { files: Record<string, string>; expected: string }> = {
  'a class of its own that is called a trainer asks for no GPU': {
    files: { 'train.py': `import torch\nclass OwlTrainer: pass\ndef main():\n    OwlTrainer(args).fit()\n    loss.backward()\n${MAIN}` },
    expected: 'cpu',
  },
  'a trainer of transformers takes one': {
    files: { 'train.py': `from transformers import Trainer\ndef main():\n    Trainer(model).train()\n${MAIN}` },
    expected: 'single-gpu',
  },
  'to stay where a tensor is asks for none': {
    files: {
      'train.py': `import torch\nh = torch.zeros(3, device=self.conv.weight.device)\nself.device = device\nloss.backward()\n${MAIN}`,
    },
    expected: 'cpu',
  },
  'a device that an argument names asks for one': {
    files: { 'train.py': `import torch\nh = torch.zeros(3, device=args.device)\nloss.backward()\n${MAIN}` },
    expected: 'single-gpu',
  },
  'a number of GPUs without dashes': {
    files: { 'run.py': `${CUDA}${MAIN}`, 'README.md': readme('## Training', '', '    python run.py with num_gpus=8 num_nodes=1') },
    expected: 'multi-gpu',
  },
  'a device in capitals is one, whatever other commands name': {
    files: {
      'train.py': `${CUDA}torch.distributed.init_process_group('nccl')\n${MAIN}`,
      'README.md': readme(`    python train.py MODEL.DEVICE_ID "('0')"`, ...several),
    },
    expected: 'single-gpu',
  },
  'an argument that names the first GPU by default is one': {
    files: {
      'train.py': `import argparse\np = argparse.ArgumentParser()\np.add_argument('--gpu_ids', type=str, default='0')\n${CUDA}${MAIN}`,
      'scripts/train_multigpu.sh': 'python train.py --gpu_ids 0,1,2,3,4,5,6,7\n',
      'README.md': readme('    python train.py --name owls', ...several),
    },
    expected: 'single-gpu',
  },
  'a model that is copied to as many devices as there are': {
    files: {
      'train.py': `import torch\nnet = torch.nn.DataParallel(net, device_ids=range(torch.cuda.device_count()))\nnet.cuda()\nloss.backward()\n${MAIN}`,
    },
    expected: 'multi-gpu',
  },
  'accelerate with a configuration of DeepSpeed, where the document tells of several': {
    files: {
      'train.py': `from transformers import Trainer\nTrainer(model).train()\n${MAIN}`,
      'README.md': readme('    accelerate launch train.py --deepspeed ds.json', '', 'Trained on 8 A100 GPUs.'),
    },
    expected: 'multi-gpu',
  },
  'to seed CUDA asks for none': {
    files: { 'main.py': `import torch\ntorch.cuda.manual_seed_all(1)\nloss.backward()\n${MAIN}` },
    expected: 'cpu',
  },
  'one visible device is one, whatever the code would take': {
    files: {
      'train.py': `${CUDA}model = torch.nn.DataParallel(model)\n${MAIN}`,
      'README.md': readme(
        '    CUDA_VISIBLE_DEVICES=0 python train.py',
        '',
        'Or on more:',
        '',
        '    CUDA_VISIBLE_DEVICES=0,1 python train.py',
        '',
        'Trained on 8 V100 GPUs.',
      ),
    },
    expected: 'single-gpu',
  },
  'visible GPUs with one dash': {
    files: { 'train.py': `${CUDA}${MAIN}`, 'README.md': readme('    python train.py -visible_gpus 0,1,2') },
    expected: 'multi-gpu',
  },
  'copies behind a sub-command that the command gives are made': {
    files: {
      'classify.py': `import torch\ndef run():\n    net = torch.nn.DataParallel(net).cuda()\n    loss.backward()\ndef main():\n    if args.cmd == 'train':\n        run()\n${MAIN}`,
      'README.md': readme('## Training', '', '    python classify.py train --epochs 3'),
    },
    expected: 'multi-gpu',
  },
  'the number behind a launching script is none of an option': {
    files: {
      'main.py': `${CUDA}${MAIN}`,
      'distributed_train.sh': 'python -m torch.distributed.launch --nproc_per_node=$1 main.py "${@:2}"\n',
      'README.md': readme('## Train', '', '    ./distributed_train.sh 1 data --img-size 224'),
    },
    expected: 'single-gpu',
  },
  'a list of GPUs that a script keeps in a variable': {
    files: {
      'run.py': `${CUDA}${MAIN}`,
      'go.sh': "GPUID='0 1 2 3'\npython run.py --gpuid $GPUID\n",
      'README.md': readme('## Training', '', '    bash go.sh'),
    },
    expected: 'multi-gpu',
  },
  'TensorFlow with a training loop of its own': {
    files: { 'train.py': `import tensorflow as tf\nwith tf.GradientTape() as tape:\n    loss = f(x)\n${MAIN}` },
    expected: 'single-gpu',
  },
};

describe('hardware class', () => {
  it.each(Object.entries(cases))('%s', (_name, { files, expected }) => {
    const { hardware } = mapFiles(files);
    expect([hardware.class, hardware.reasons]).toEqual([expected, hardware.reasons]);
  });

  it('is that of the device which a composed configuration names', () => {
    const { hardware } = mapFiles({
      'run.py': `import hydra\nimport torch\n@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n    torch.zeros(3, device=cfg.device)\n    loss.backward()\n${MAIN}`,
      'conf/config.yaml': 'train_device: cpu\nsteps: 3\n',
      'README.md': readme('    python run.py steps=5'),
    });
    expect(hardware.class).toBe('cpu');
    expect(hardware.reasons[0]).toContain('its configuration runs it on the CPU (conf/config.yaml:1)');
  });

  it('is told by the line within a script that running text names, not by a command elsewhere', () => {
    const files = {
      'main.py': `${CUDA}${MAIN}`,
      'scripts/train_owls.sh': 'NUM_GPUS=4\npython -m torch.distributed.launch --nproc_per_node=${NUM_GPUS} main.py --a 1\n',
      'README.md': readme('Train with [a script](scripts/train_owls.sh).', '', '    CUDA_VISIBLE_DEVICES=0 python main.py --a 2'),
    };
    const { entries } = mapFiles(files);
    const launches = readLaunches(repoFiles(files));
    const mainOf = (launcher: string) =>
      findMain(
        launches,
        launches,
        entries.find((entry) => entry.launcher === launcher),
      );
    expect(mainOf('shell')).toMatchObject({ gpus: 4, evidence: { file: 'scripts/train_owls.sh', line: 2 } });
    expect(mainOf('python')).toMatchObject({ gpus: 1, evidence: { file: 'README.md' } });
  });
});
