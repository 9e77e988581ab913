import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'roihu',
  title: 'Roihu (CSC, Finland)',
  about: 'GH200 with ARM login and compute nodes; packages go into a Tykky container, never into a bare conda tree.',
  host: { kind: 'ssh', transport: 'openssh', hostname: 'roihu-gpu.csc.fi', auth: 'certificate' },
  backend: 'slurm',
  sources: ['https://docs.csc.fi/computing/systems-roihu/', 'https://docs.csc.fi/computing/containers/tykky/'],
  workRoot: '/scratch/$SLURM_PROJECT/$USER/reprobot',
  arch: { login: 'aarch64', compute: 'aarch64' },
  gpu: { unit: 'GH200', memoryGb: 96, perNode: 4, vendor: 'nvidia', target: 'sm_90' },
  slurm: {
    partition: 'gpumedium',
    samplePartition: 'gputest',
    accountRequired: true,
    gpuFlag: 'gres',
    cpusPerGpu: 72,
    maxCpusPerNode: 288,
    memory: { policy: 'forbidden' },
    maxWallMinutes: 15,
  },
  packages: {
    strategy: 'tykky',
    pythons: ['python3'],
    modules: ['tykky'],
    noBareInstalls: 'the project areas hold 150 000 files, and CSC asks for containers instead of conda trees',
  },
  internet: { login: true, compute: true },
  storage: {
    inodeBudget: 150_000,
    purgeDays: 180,
    notes: [
      'Home and projappl hold 15 GiB and 150 000 files, scratch 250 GiB and 500 000.',
      'A missing account is reported as AssocMaxSubmitJobLimit.',
      'Each GPU brings a fixed share of 72 cores and 217 GiB.',
    ],
  },
  env: {},
  sample: { cpus: 72, memoryMb: 217_000, gpus: 1, minutes: 15 },
  polling: { seconds: 60, logSeconds: 30 },
  permissions: { alsoReadOnly: ['csc-workspaces', 'csc-projects'], readFolders: ['/scratch/$SLURM_PROJECT/$USER'] },
});
