import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'frontier',
  title: 'Frontier (OLCF, Oak Ridge)',
  about: 'AMD MI250X; one Slurm GPU is one GCD with 64 GB, whole nodes only. A token code is needed at every login.',
  host: { kind: 'ssh', transport: 'ssh2', hostname: 'frontier.olcf.ornl.gov', auth: 'password-otp' },
  backend: 'slurm',
  sources: [
    'https://docs.olcf.ornl.gov/systems/frontier_user_guide.html',
    'https://docs.olcf.ornl.gov/software/analytics/pytorch_frontier.html',
  ],
  workRoot: '/lustre/orion/$SLURM_PROJECT/scratch/$USER/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: 'MI250X GCD', memoryGb: 64, perNode: 8, vendor: 'amd', target: 'gfx90a', newestRuntime: '7.1', oldestRuntime: '6.1' },
  slurm: {
    partition: 'batch',
    sampleQos: 'debug',
    accountRequired: true,
    gpuFlag: 'gpus-per-node',
    cpusPerGpu: 7,
    maxCpusPerNode: 56,
    memory: { policy: 'forbidden' },
    maxWallMinutes: 120,
    maxSubmitted: 1,
    prelude: [
      'module reset',
      'export MIOPEN_CUSTOM_CACHE_DIR="$(mktemp -d)" MIOPEN_USER_DB_PATH="$MIOPEN_CUSTOM_CACHE_DIR"',
      'export MASTER_PORT=$((10000 + SLURM_JOB_ID % 50000))',
    ],
  },
  packages: {
    strategy: 'module-venv',
    pythons: ['python3'],
    modules: ['miniforge3', 'rocm/7.1.1'],
    provides: { rocm: '7.1', tools: ['gcc', 'hipcc'] },
    forbidden: [{ name: 'triton', why: 'the ROCm build of torch brings its own' }],
  },
  internet: { login: true, compute: true, proxy: 'http://proxy.ccs.ornl.gov:3128/' },
  storage: {
    purgeDays: 90,
    notes: [
      'Orion is purged after 90 days.',
      'Large runs start faster when the environment is packed and sent to node-local NVMe with sbcast.',
      'The debug QOS takes one job at a time.',
    ],
  },
  env: { NCCL_SOCKET_IFNAME: 'hsn0,hsn1,hsn2,hsn3' },
  sample: { cpus: 56, memoryMb: 480_000, gpus: 8, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
});
