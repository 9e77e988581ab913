import { defineSite } from '../core/site.ts';

export default defineSite({
  id: 'local',
  title: 'This machine',
  about: 'Runs on the machine the worker runs on, in a sandbox where bubblewrap is installed.',
  host: { kind: 'local' },
  backend: 'local',
  verified: 'used',
  workRoot: '~/.reprobot/runs',
  arch: { login: process.arch === 'arm64' ? 'aarch64' : 'x86_64', compute: process.arch === 'arm64' ? 'aarch64' : 'x86_64' },
  gpu: { unit: null, memoryGb: null, perNode: 0, vendor: 'none' },
  packages: {
    strategy: 'venv',
    pythons: ['/usr/bin/python3', 'python3', '/usr/local/bin/python3', '/opt/homebrew/bin/python3'],
    mayUseApt: true,
  },
  internet: { login: true, compute: true },
  storage: { notes: [] },
  sample: { cpus: 2, memoryMb: 6144, gpus: 0, minutes: 5 },
  polling: { seconds: 1, logSeconds: 1 },
});
