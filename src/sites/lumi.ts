import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'lumi',
  title: 'LUMI (CSC, Kajaani)',
  about: 'AMD MI250X; one Slurm GPU is one GCD with 64 GB. Packages go into a squashfs over a site container, never onto Lustre with pip.',
  host: { kind: 'ssh', transport: 'openssh', hostname: 'lumi.csc.fi', auth: 'key-or-agent' },
  backend: 'slurm',
  sources: [
    'https://docs.lumi-supercomputer.eu/runjobs/scheduled-jobs/partitions/',
    'https://docs.lumi-supercomputer.eu/software/installing/python/',
    'https://github.com/lumi-ai-factory/laifs-container-recipes',
  ],
  workRoot: '/scratch/$SLURM_PROJECT/$USER/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: 'MI250X GCD', memoryGb: 64, perNode: 8, vendor: 'amd', target: 'gfx90a', newestRuntime: '7.0', oldestRuntime: '6.1' },
  slurm: {
    partition: 'small-g',
    samplePartition: 'dev-g',
    accountRequired: true,
    gpuFlag: 'gpus-per-node',
    cpusPerGpu: 7,
    maxCpusPerNode: 56,
    memory: { policy: 'per-gpu', gbPerGpu: 60 },
    maxWallMinutes: 180,
    maxSubmitted: 2,
    prelude: [
      'module purge',
      'module use /appl/local/laifs/modules',
      'module load lumi-aif-singularity-bindings',
      'export MIOPEN_CUSTOM_CACHE_DIR="$(mktemp -d)" MIOPEN_USER_DB_PATH="$MIOPEN_CUSTOM_CACHE_DIR"',
      'export MASTER_PORT=$((10000 + SLURM_JOB_ID % 50000))',
    ],
  },
  packages: {
    strategy: 'squashfs-venv',
    pythons: ['python3'],
    container: {
      command: 'singularity',
      images: [
        {
          path: '/appl/local/laifs/containers/lumi-multitorch-full-u24r70f21m50t210-*.sif',
          about: 'LUMI AI Factory, newest that matches: Ubuntu 24.04, ROCm 7.0, PyTorch 2.10, DeepSpeed, flash-attn',
          provides: {
            python: '3.12',
            rocm: '7.0',
            packages: {
              torch: '2.10.0',
              torchvision: '0.25.0',
              torchaudio: '2.10.0',
              numpy: '',
              'flash-attn': '',
              deepspeed: '',
              bitsandbytes: '',
              vllm: '',
              'megatron-core': '',
              mpi4py: '',
            },
            tools: ['gcc', 'hipcc'],
          },
        },
      ],
    },
    noBareInstalls: 'home and project hold 100 000 files, and Lustre suffers from small ones',
    forbidden: [
      { name: 'torch', why: 'the container brings the ROCm build; wheels from PyPI are for CUDA' },
      { name: 'triton', why: 'ROCm PyTorch brings its own' },
      { name: 'xformers', why: 'its ROCm wheel wants a newer driver than LUMI has' },
    ],
  },
  internet: { login: true, compute: true },
  storage: {
    inodeBudget: 100_000,
    purgeDays: 90,
    notes: ['Home holds 20 GB and 100 000 files; a conda tree alone can use that up.', 'Node /tmp is memory and counts against the job.'],
  },
  env: { NCCL_SOCKET_IFNAME: 'hsn0,hsn1,hsn2,hsn3', NCCL_NET_GDR_LEVEL: 'PHB' },
  sample: { cpus: 7, memoryMb: 60_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
  permissions: {
    alsoReadOnly: ['lumi-quota', 'lumi-workspaces', 'lumi-allocations'],
    readFolders: ['$SCRATCH', '/scratch/$SLURM_PROJECT/$USER', '/flash/$SLURM_PROJECT/$USER'],
  },
});
