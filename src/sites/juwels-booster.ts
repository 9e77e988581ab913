import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'juwels-booster',
  title: 'JUWELS Booster (JSC, Jülich)',
  about: 'A100, whole nodes; compute nodes have no internet, and the login wants a key and a one-time code.',
  host: { kind: 'ssh', transport: 'ssh2', hostname: 'juwels-booster.fz-juelich.de', auth: 'key-otp' },
  backend: 'slurm',
  sources: ['https://apps.fz-juelich.de/jsc/hps/juwels/', 'https://github.com/EESSI/test-suite/tree/main/config'],
  workRoot: '$SCRATCH/$USER/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: 'A100', memoryGb: 40, perNode: 4, vendor: 'nvidia', target: 'sm_80' },
  slurm: {
    partition: 'booster',
    samplePartition: 'develbooster',
    accountRequired: true,
    gpuFlag: 'gres',
    cpusPerGpu: 12,
    maxCpusPerNode: 48,
    memory: { policy: 'forbidden' },
    maxWallMinutes: 120,
    prelude: ['export SRUN_CPUS_PER_TASK="${SLURM_CPUS_PER_TASK:-1}"'],
  },
  packages: {
    strategy: 'module-venv',
    pythons: ['python3'],
    modules: ['Stages/2025', 'GCC', 'Python', 'CUDA'],
    provides: { tools: ['gcc', 'nvcc'] },
  },
  internet: { login: true, compute: false },
  storage: {
    inodeBudget: 3_000_000,
    purgeDays: 90,
    notes: [
      'Home is very small; environments belong into the project folder (16 TB, three million files).',
      'Keys are tied to addresses by a from= clause.',
    ],
  },
  env: { HF_HUB_OFFLINE: '1', WANDB_MODE: 'offline' },
  sample: { cpus: 48, memoryMb: 400_000, gpus: 4, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
});
