import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'isambard-ai',
  title: 'Isambard-AI (Bristol)',
  about: 'GH200 with ARM login and compute nodes; the login certificate comes from clifton and lasts half a day.',
  host: { kind: 'ssh', transport: 'openssh', hostname: 'isambard-ai', auth: 'certificate' },
  backend: 'slurm',
  sources: ['https://docs.isambard.ac.uk/user-documentation/', 'https://docs.isambard.ac.uk/user-documentation/guides/login/'],
  workRoot: '$SCRATCHDIR/reprobot',
  arch: { login: 'aarch64', compute: 'aarch64' },
  gpu: { unit: 'GH200', memoryGb: 96, perNode: 4, vendor: 'nvidia', target: 'sm_90' },
  slurm: {
    partition: 'workq',
    gpuFlag: 'gpus',
    cpusPerGpu: 72,
    maxCpusPerNode: 288,
    memory: { policy: 'per-gpu', gbPerGpu: 110 },
    maxWallMinutes: 120,
  },
  packages: {
    strategy: 'module-venv',
    pythons: ['python3'],
    modules: ['cray-python'],
    forbidden: [{ name: 'decord', why: 'there is no aarch64 wheel' }],
  },
  internet: { login: true, compute: true },
  storage: {
    notes: [
      'The user name is user.project, and the account follows from the login.',
      'The host name is an alias that clifton writes into ~/.ssh/config.',
      'Everything is deleted when the project ends.',
    ],
  },
  env: {},
  sample: { cpus: 72, memoryMb: 110_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
});
