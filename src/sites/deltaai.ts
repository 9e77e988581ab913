import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'deltaai',
  title: 'DeltaAI (NCSA, Illinois)',
  about: 'GH200 on ARM, one superchip is the smallest share; a password and Duo are needed at every login.',
  host: { kind: 'ssh', transport: 'ssh2', hostname: 'gh-login.delta.ncsa.illinois.edu', auth: 'password-otp' },
  backend: 'slurm',
  sources: ['https://docs.ncsa.illinois.edu/systems/deltaai/'],
  workRoot: '/work/hdd/$SLURM_PROJECT/$USER/reprobot',
  arch: { login: 'aarch64', compute: 'aarch64' },
  gpu: { unit: 'GH200', memoryGb: 96, perNode: 4, vendor: 'nvidia', target: 'sm_90' },
  slurm: {
    partition: 'ghx4',
    samplePartition: 'ghx4-interactive',
    accountRequired: true,
    gpuFlag: 'gpus-per-node',
    cpusPerGpu: 72,
    maxCpusPerNode: 288,
    memory: { policy: 'per-gpu', gbPerGpu: 110 },
    maxWallMinutes: 60,
  },
  packages: {
    strategy: 'module-venv',
    pythons: ['python3'],
    modules: ['python'],
    forbidden: [{ name: 'decord', why: 'there is no aarch64 wheel' }],
  },
  internet: { login: true, compute: true },
  storage: { inodeBudget: 500_000, notes: ['Home holds 90 GB and 500 000 files, a project 500 GB and 300 000.'] },
  env: {},
  sample: { cpus: 72, memoryMb: 110_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
});
