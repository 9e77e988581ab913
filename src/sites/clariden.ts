import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'clariden',
  title: 'Clariden (Alps, CSCS)',
  about: 'GH200, whole nodes, ARM everywhere; the key is signed for a day and the way leads over the jump host ela.',
  host: { kind: 'ssh', transport: 'openssh', hostname: 'clariden.alps.cscs.ch', auth: 'certificate' },
  backend: 'slurm',
  sources: [
    'https://docs.cscs.ch/clusters/clariden/',
    'https://docs.cscs.ch/software/container-engine/',
    'https://docs.cscs.ch/storage/filesystems/',
  ],
  workRoot: '$SCRATCH/reprobot',
  arch: { login: 'aarch64', compute: 'aarch64' },
  gpu: { unit: 'GH200', memoryGb: 96, perNode: 4, vendor: 'nvidia', target: 'sm_90' },
  slurm: {
    partition: 'normal',
    samplePartition: 'debug',
    gpuFlag: 'gpus-per-node',
    cpusPerGpu: 72,
    maxCpusPerNode: 288,
    memory: { policy: 'per-node' },
    maxWallMinutes: 30,
  },
  packages: {
    strategy: 'module-venv',
    pythons: ['python3'],
    forbidden: [{ name: 'decord', why: 'there is no aarch64 wheel' }],
  },
  internet: { login: true, compute: true },
  storage: {
    inodeBudget: 500_000,
    purgeDays: 14,
    notes: [
      'Home holds 50 GB and 500 000 files; scratch 150 TB and a million files, softly.',
      'Files on capstor scratch go after 30 days, on iopsstor after 14.',
      'CSCS prefers its container engine (an EDF file with --environment) or a uenv to a bare venv.',
      'Many users share a few outgoing addresses, so hubs may slow down.',
    ],
  },
  env: {},
  sample: { cpus: 72, memoryMb: 200_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
});
