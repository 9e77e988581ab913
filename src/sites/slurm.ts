import { defineSite } from '../core/site.ts';

/** A cluster of which nothing is known but that Slurm runs there; a base for own sites in reprobot.yaml (`extends: slurm`). */
export default defineSite({
  id: 'slurm',
  title: 'A Slurm cluster',
  about: 'A generic Slurm cluster over SSH; give its host name in reprobot.yaml.',
  host: { kind: 'ssh', hostname: 'slurm.invalid' },
  backend: 'slurm',
  verified: 'used',
  workRoot: '~/reprobot',
  arch: { login: 'x86_64', compute: 'x86_64' },
  gpu: { unit: null, memoryGb: null, perNode: 0, vendor: 'none' },
  slurm: { gpuFlag: 'gres', memory: { policy: 'per-node' } },
  packages: { strategy: 'venv', pythons: ['python3', '/usr/bin/python3'] },
  internet: { login: true, compute: true },
  storage: { notes: ['Nothing is known of quotas here.'] },
  sample: { cpus: 2, memoryMb: 4096, gpus: 0, minutes: 10 },
  polling: { seconds: 60, logSeconds: 30 },
});
