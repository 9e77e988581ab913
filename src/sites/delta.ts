import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'delta',
  title: 'Delta (NCSA, Illinois)',
  about: 'A100 and A40 nodes with NVIDIA images at hand; a password and Duo are needed at every login.',
  host: { kind: 'ssh', transport: 'ssh2', hostname: 'login.delta.ncsa.illinois.edu', auth: 'password-otp' },
  backend: 'slurm',
  sources: ['https://docs.ncsa.illinois.edu/systems/delta/', 'https://github.com/ncsa/Delta_doc'],
  workRoot: '/work/hdd/$SLURM_PROJECT/$USER/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: 'A100', memoryGb: 40, perNode: 4, vendor: 'nvidia', target: 'sm_80' },
  slurm: {
    partition: 'gpuA100x4',
    samplePartition: 'gpuA100x4-interactive',
    accountRequired: true,
    gpuFlag: 'gpus-per-node',
    cpusPerGpu: 16,
    maxCpusPerNode: 64,
    memory: { policy: 'per-gpu', gbPerGpu: 60 },
    maxWallMinutes: 60,
  },
  packages: { strategy: 'module-venv', pythons: ['python3'], modules: ['python'] },
  internet: { login: true, compute: true },
  storage: {
    inodeBudget: 500_000,
    notes: [
      'Home holds 90 GB and 500 000 files, a project 500 GB and 300 000.',
      'NVIDIA images lie under /sw/external/NGC.',
      'Jobs name the file systems that they use: --constraint="scratch&projects".',
    ],
  },
  env: {},
  sample: { cpus: 16, memoryMb: 60_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
});
