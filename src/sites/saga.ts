import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'saga',
  title: 'Saga (Sigma2, Norway)',
  about: 'P100 and A100 nodes beside a CPU machine; packages go into a container wrapper.',
  host: { kind: 'ssh', transport: 'ssh2', hostname: 'saga.sigma2.no', auth: 'password-otp' },
  backend: 'slurm',
  sources: ['https://documentation.sigma2.no/hpc_machines/saga.html', 'https://documentation.sigma2.no/jobs/projects_accounting.html'],
  workRoot: '/cluster/work/users/$USER/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: 'A100 80 GB', memoryGb: 80, perNode: 4, vendor: 'nvidia', target: 'sm_80' },
  slurm: {
    partition: 'a100',
    sampleQos: 'devel',
    accountRequired: true,
    gpuFlag: 'gpus',
    cpusPerGpu: 8,
    maxCpusPerNode: 32,
    memory: { policy: 'per-gpu', gbPerGpu: 60 },
    maxWallMinutes: 60,
  },
  packages: {
    strategy: 'tykky',
    pythons: ['python3'],
    modules: ['hpc-container-wrapper'],
    noBareInstalls: 'home holds 100 000 files, and Sigma2 asks for containers',
  },
  internet: { login: true, compute: true },
  storage: {
    inodeBudget: 100_000,
    notes: [
      'Home holds 20 GiB and 100 000 files, a project 1 TiB and a million.',
      'The accel partition has P100 cards, which new torch builds leave out.',
    ],
  },
  env: {},
  sample: { cpus: 8, memoryMb: 60_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
  permissions: { alsoReadOnly: ['dusage', 'cost', 'projects'], readFolders: ['/cluster/work/users/$USER'] },
});
