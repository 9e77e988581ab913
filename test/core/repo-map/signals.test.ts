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
  const flags = (files: Readonly<Record<string, string>>) => mapFiles(files).redFlags.map((flag) => flag.what);

  it('names options of the documented command that the program refuses', () => {
    const parser = (end: string) =>
      `import argparse\np = argparse.ArgumentParser()\np.add_argument('--data_path')\np.add_argument('--num-epochs', type=int)\n${end}\nloss.backward()\nif __name__ == '__main__': pass\n`;
    const readme = '```\npython train.py --path moons --num-ep 3 --data-path x\n```\n';
    expect(flags({ 'README.md': readme, 'train.py': parser('args = p.parse_args()\nroot.mkdir(parents=True)') })).toEqual([
      'The documented command gives --path, which the program does not take',
    ]);
    expect(flags({ 'README.md': readme, 'train.py': parser('args, rest = p.parse_known_args()') })).toEqual([]);
    expect(flags({ 'README.md': readme, 'train.py': parser('add_model_args(p)\nargs = p.parse_args()') })).toEqual([]);
  });

  it('asks for no variable that is asked after, set, or everybody’s', () => {
    for (const body of [
      "if 'MOON' in os.environ: x = os.environ['MOON']",
      "os.environ['MOON'] = '1'\nx = os.environ['MOON']",
      "x = os.environ['LOCAL_RANK']",
    ])
      expect(flags(program(body))).toEqual([]);
  });

  it('speaks of Python 2 by what the main program needs', () => {
    const old = { 'old.py': 'print "x"\n' };
    expect(flags({ ...program('x = 1'), ...old })).toEqual(['Holds files for Python 2, none of which the main program imports']);
    expect(flags({ ...program('import old'), ...old })).toEqual(['Written for Python 2']);
  });

  it('tells submodules, kernels and deleted folders once, and not those of tests and images', () => {
    const modules = '[submodule "a"]\n\tpath = lib/a\n[submodule "b"]\n\tpath = lib/b\n';
    expect(flags({ ...program('x = 1'), '.gitmodules': modules })).toEqual(['Needs 2 submodules whose folders are empty: lib/a, lib/b']);
    expect(flags({ ...program('from torch.utils.cpp_extension import CUDAExtension\nCUDAExtension()'), 'k/a.cu': '' })).toEqual([
      'Builds its own CUDA kernels',
    ]);
    expect(
      flags({ ...program('shutil.rmtree(tmp_dir)'), 'tests/test_a.py': 'shutil.rmtree(out)\n', Dockerfile: 'RUN rm -rf conda.sh\n' }),
    ).toEqual([]);
  });

  it.each([
    ["path = '/home/alice/data/x'", 'Hard-coded absolute paths'],
    ["exec(requests.get('http://x').text)", 'Runs code that it downloads'],
    ["os.system('sudo apt install x')", 'Asks for root'],
    ['shutil.rmtree(args.out)', 'Deletes folders'],
    ["root = os.environ['MOON_DATA']", 'Has no answer where the environment variable MOON_DATA is not set'],
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
      'Asks for root',
      'Deletes folders',
      'Ships CUDA source that must be compiled',
    ]);
  });
});
