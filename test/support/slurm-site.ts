/** A site of reprobot.yaml for the Slurm lab, over the lab's sshd or another one before the same Slurm. */
import { join } from 'node:path';
import type { SlurmLab } from '../lab/slurm.ts';

interface Login {
  readonly sshPort: number;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  readonly user: string;
}

export interface SiteChanges {
  readonly login?: Login;
  readonly transport?: 'ssh2' | 'openssh';
  readonly partition?: string;
  readonly minutes?: number;
}

/** What a lab would write down for its own cluster. */
export function describeSite(id: string, lab: SlurmLab, changes: SiteChanges = {}): object {
  const { sshPort, keyFile, knownHostsFile, user } = changes.login ?? lab;
  const transport = changes.transport ?? 'ssh2';
  return {
    id,
    extends: 'slurm',
    title: 'The lab',
    host: { kind: 'ssh', transport, hostname: '127.0.0.1', port: sshPort, user, identityFile: keyFile, knownHostsFile, auth: 'key' },
    workRoot: join(lab.workRoot, id),
    polling: { seconds: 1, logSeconds: 1 },
    sample: { cpus: 1, memoryMb: 300, gpus: 0, minutes: changes.minutes ?? 3 },
    packages: { strategy: 'venv', pythons: ['/usr/bin/python3'] },
    ...(changes.partition === undefined ? {} : { slurm: { partition: changes.partition } }),
  };
}

/** Every job that the accounting knows under a token: id and state. */
export function listSubmissions(lab: SlurmLab, token: string): Promise<string[][]> {
  return lab.sacct(['JobID', 'State'], '-S', 'now-1hours', '--name', token);
}
