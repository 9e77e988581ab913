import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'leonardo',
  title: 'Leonardo Booster (CINECA)',
  about: 'A100 with 64 GB; compute nodes have no internet, so everything is fetched on the login node first.',
  host: { kind: 'ssh', transport: 'openssh', hostname: 'login.leonardo.cineca.it', auth: 'certificate' },
  backend: 'slurm',
  sources: ['https://docs.hpc.cineca.it/hpc/leonardo.html', 'https://docs.hpc.cineca.it/general/access.html'],
  workRoot: '$SCRATCH/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: 'A100 64 GB', memoryGb: 64, perNode: 4, vendor: 'nvidia', target: 'sm_80' },
  slurm: {
    partition: 'boost_usr_prod',
    sampleQos: 'boost_qos_dbg',
    accountRequired: true,
    gpuFlag: 'gres',
    cpusPerGpu: 8,
    maxCpusPerNode: 32,
    memory: { policy: 'per-gpu', gbPerGpu: 120 },
    maxWallMinutes: 30,
  },
  packages: { strategy: 'module-venv', pythons: ['python3'], modules: ['python', 'cuda'], provides: { tools: ['gcc', 'nvcc'] } },
  internet: { login: true, compute: false },
  storage: {
    purgeDays: 40,
    notes: ['Home holds 50 GB; scratch is purged after 40 days.', 'The certificate for the login lasts twelve hours.'],
  },
  env: { HF_HUB_OFFLINE: '1', WANDB_MODE: 'offline' },
  sample: { cpus: 8, memoryMb: 120_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
  permissions: { alsoReadOnly: ['saldo -b'], readFolders: ['$SCRATCH'] },
});
