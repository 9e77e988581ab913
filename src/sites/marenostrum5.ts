import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'marenostrum5',
  title: 'MareNostrum 5 ACC (BSC, Barcelona)',
  about: 'H100 with 64 GB; no internet at all, not even from the login nodes: packages and images have to be carried in.',
  host: { kind: 'ssh', transport: 'openssh', hostname: 'alogin1.bsc.es', auth: 'key-or-agent' },
  backend: 'slurm',
  sources: ['https://www.bsc.es/supportkc/docs/MareNostrum5/intro/', 'https://github.com/EESSI/test-suite/tree/main/config'],
  workRoot: '/gpfs/scratch/$SLURM_PROJECT/$USER/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: 'H100 64 GB', memoryGb: 64, perNode: 4, vendor: 'nvidia', target: 'sm_90' },
  slurm: {
    qos: 'acc_ehpc',
    sampleQos: 'acc_debug',
    accountRequired: true,
    gpuFlag: 'gres',
    cpusPerGpu: 20,
    maxCpusPerNode: 80,
    memory: { policy: 'forbidden' },
    maxWallMinutes: 120,
  },
  packages: { strategy: 'none', pythons: ['python3'], modules: ['singularity'] },
  internet: { login: false, compute: false },
  storage: { notes: ['Home holds 80 GB.', 'A request for memory is refused; 20 cores go with each GPU.'] },
  env: { HF_HUB_OFFLINE: '1', WANDB_MODE: 'offline' },
  sample: { cpus: 20, memoryMb: 120_000, gpus: 1, minutes: 20 },
  polling: { seconds: 60, logSeconds: 30 },
});
