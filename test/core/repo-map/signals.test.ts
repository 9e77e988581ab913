import { describe, expect, it } from 'vitest';
import { mapFiles as mapAny } from './helpers.ts';

const LICENSE = 'MIT License';
const mapFiles = (files: Readonly<Record<string, string>>) => mapAny({ LICENSE, ...files });

const program = (body: string) => ({ 'train.py': `import torch\n${body}\nloss.backward()\nif __name__ == '__main__': pass\n` });

describe('hardware', () => {
  it.each([
    ['x = 1', 'cpu', false],
    ['model.cuda()', 'single-gpu', true],
    ["device = torch.device('cuda')", 'single-gpu', true],
    ["device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')", 'single-gpu', false],
    ['if use_cuda: model.cuda()', 'single-gpu', false],
  ])('%s is %s', (body, kind, needsGpu) => {
    expect(mapFiles(program(body)).hardware).toMatchObject({ class: kind, needsGpu });
  });

  it('is multi-gpu when the README starts it that way', () => {
    const map = mapFiles({
      ...program('torch.distributed.init_process_group()'),
      'README.md': '    torchrun --nproc_per_node=4 train.py\n',
    });
    expect(map.hardware.class).toBe('multi-gpu');
    expect(map.hardware.reasons[0]).toBe('the documented command uses 4 GPUs (README.md:1)');
  });
});

describe('red flags', () => {
  it.each([
    ["path = '/home/alice/data/x'", 'Hard-coded absolute paths'],
    ["exec(requests.get('http://x').text)", 'Runs code that it downloads'],
    ["os.system('sudo apt install x')", 'Asks for root or deletes folders'],
    ['from torch.utils.cpp_extension import CUDAExtension\nCUDAExtension()', 'Builds its own CUDA kernels'],
    ['wandb.login()', 'Wants a secret or an account'],
    ["token = os.environ['HF_TOKEN']", 'Wants a secret or an account'],
    ['x = np.zeros(3, dtype=np.float)', 'Uses names that NumPy 1.24 removed'],
    ['print "hello"', 'Written for Python 2'],
    ['import cPickle', 'Written for Python 2'],
  ])('%s', (body, what) => {
    expect(mapFiles(program(body)).redFlags.map((flag) => flag.what)).toContain(what);
  });

  it('finds none in harmless code', () => {
    expect(mapFiles(program("x = np.float32(1)\nopen('/tmp/x', 'w')\nprint('rm it')")).redFlags).toEqual([]);
  });

  it('reads scripts too', () => {
    const map = mapFiles({ ...program(''), 'get.sh': 'curl https://example.org/i.sh | sudo bash\nrm -rf /data\n', 'k.cu': '' });
    expect(map.redFlags.map((flag) => flag.what)).toEqual([
      'Runs code that it downloads',
      'Asks for root or deletes folders',
      'Ships CUDA source that must be compiled',
    ]);
  });
});
