import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'berzelius',
  title: 'Berzelius (NSC, Linköping)',
  about: 'DGX nodes with A100; thin nodes have 40 GB a card, fat ones 80 GB.',
  host: { kind: 'ssh', transport: 'ssh2', hostname: 'berzelius1.nsc.liu.se', auth: 'password-otp' },
  backend: 'slurm',
  sources: ['https://www.nsc.liu.se/support/systems/berzelius-gpu/'],
  workRoot: '/proj/$SLURM_PROJECT/users/$USER/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: 'A100', memoryGb: 40, perNode: 8, vendor: 'nvidia', target: 'sm_80' },
  slurm: {
    partition: 'berzelius',
    accountRequired: true,
    constraint: 'thin',
    gpuFlag: 'gpus',
    cpusPerGpu: 16,
    maxCpusPerNode: 128,
    memory: { policy: 'per-gpu', gbPerGpu: 110 },
    maxWallMinutes: 120,
  },
  packages: { strategy: 'module-venv', pythons: ['python3'], modules: ['Mambaforge'] },
  internet: { login: true, compute: true },
  storage: { inodeBudget: 2_000_000, notes: ['Home holds 20 GB; a project 2000 GiB and two million files.'] },
  env: {},
  sample: { cpus: 16, memoryMb: 110_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
});
