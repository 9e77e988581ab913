import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'olivia',
  title: 'Olivia (Sigma2, Norway)',
  about: 'GH200 on aarch64 compute nodes behind x86_64 login nodes; pip and conda on the file system are not allowed, an overlay is.',
  host: { kind: 'ssh', transport: 'ssh2', hostname: 'olivia.sigma2.no', auth: 'password-otp' },
  backend: 'slurm',
  sources: [
    'https://documentation.sigma2.no/hpc_machines/olivia.html',
    'https://docs.nvidia.com/deeplearning/frameworks/pytorch-release-notes/rel-25-06.html',
  ],
  workRoot: '/cluster/work/projects/$SLURM_PROJECT/$USER/reprobot',
  arch: { login: 'x86_64', compute: 'aarch64' },
  gpu: { unit: 'GH200', memoryGb: 96, perNode: 4, vendor: 'nvidia', target: 'sm_90', newestRuntime: '13.0' },
  slurm: {
    partition: 'accel',
    sampleQos: 'devel',
    accountRequired: true,
    gpuFlag: 'gpus-per-node',
    cpusPerGpu: 72,
    maxCpusPerNode: 288,
    memory: { policy: 'per-gpu', gbPerGpu: 110 },
    maxWallMinutes: 120,
    maxSubmitted: 2,
    prelude: ['export SLURM_SUBMIT_SUPPRESS_WARNINGS=1'],
  },
  packages: {
    strategy: 'overlay',
    pythons: ['python3'],
    container: {
      command: 'apptainer',
      gpuSwitch: '--nv',
      images: [
        {
          path: '/cluster/work/support/container/pytorch_nvidia_25.06_arm64.sif',
          about: 'NVIDIA PyTorch 25.06 for aarch64',
          provides: {
            python: '3.12',
            cuda: '12.9',
            packages: {
              torch: '2.8.0',
              torchvision: '',
              numpy: '1.26.4',
              apex: '',
              'transformer-engine': '',
              'flash-attn': '',
              'nvidia-dali-cuda120': '',
              'torch-tensorrt': '',
            },
            tools: ['gcc', 'nvcc'],
          },
        },
      ],
    },
    installOn: 'compute',
    noBareInstalls: 'Sigma2 does not allow pip and conda on its file systems',
    forbidden: [
      { name: 'torch', why: 'the image brings the aarch64 CUDA build; PyPI may give one without CUDA' },
      { name: 'decord', why: 'there is no aarch64 wheel' },
    ],
  },
  internet: { login: true, compute: true, proxy: 'http://10.63.2.48:3128/' },
  storage: {
    inodeBudget: 100_000,
    notes: ['Home holds 20 GiB and 100 000 files.', 'The budget is charged for the whole time limit when a job starts.'],
  },
  env: {},
  sample: { cpus: 72, memoryMb: 110_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
  permissions: { alsoReadOnly: ['dusage', 'cost', 'projects'], readFolders: ['/cluster/work/projects/$SLURM_PROJECT/$USER'] },
});
