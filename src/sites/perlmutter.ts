import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'perlmutter',
  title: 'Perlmutter (NERSC)',
  about: 'A100 nodes chosen by constraint and QOS; keys from sshproxy are good for a day.',
  host: { kind: 'ssh', transport: 'openssh', hostname: 'perlmutter.nersc.gov', auth: 'certificate' },
  backend: 'slurm',
  sources: [
    'https://docs.nersc.gov/systems/perlmutter/running-jobs/',
    'https://docs.nersc.gov/jobs/policy/',
    'https://docs.nersc.gov/machinelearning/pytorch/',
  ],
  workRoot: '$SCRATCH/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: 'A100', memoryGb: 40, perNode: 4, vendor: 'nvidia', target: 'sm_80' },
  slurm: {
    accountRequired: true,
    qos: 'shared',
    sampleQos: 'debug',
    constraint: 'gpu',
    gpuFlag: 'gpus-per-node',
    cpusPerGpu: 32,
    maxCpusPerNode: 128,
    memory: { policy: 'per-gpu', gbPerGpu: 60 },
    maxWallMinutes: 30,
  },
  packages: {
    strategy: 'module-venv',
    pythons: ['python3'],
    modules: ['python'],
  },
  internet: { login: true, compute: true },
  storage: {
    inodeBudget: 1_000_000,
    purgeDays: 56,
    notes: [
      'Home holds 40 GB and a million files; scratch 20 TB and ten million, purged after eight weeks.',
      'Nodes are exclusive except with the shared QOS.',
      'An account over its hours is refused at submission.',
    ],
  },
  env: {},
  sample: { cpus: 32, memoryMb: 60_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
  permissions: { alsoReadOnly: ['showquota'], readFolders: ['$SCRATCH', '$PSCRATCH'] },
});
