/** The two backends on their real systems, for the contract suite: one shape, so that every case runs on both. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalBackend } from '../../src/backends/local/index.ts';
import { createSlurmBackend } from '../../src/backends/slurm/index.ts';
import type { JobRef, JobSpec, Observation } from '../../src/core/jobs/job.ts';
import type { SlurmSettings } from '../../src/core/jobs/slurm-script.ts';
import { createHost } from '../../src/hosts/index.ts';
import type { Backend, Host, JobReport } from '../../src/ports.ts';
import { waitUntil } from './daemons.ts';
import { createPlainHost, type PlainHost } from './plain-host.ts';
import { useSlurmLab, type SlurmLab, type SlurmLabOptions } from './slurm.ts';

export type SpecParts = Partial<Omit<JobSpec, 'resources'>> & { readonly resources?: Partial<JobSpec['resources']> };

export interface BackendSetup {
  readonly root: string;
  /** A new backend object on the host that the real bot would use. */
  readonly createBackend: () => Backend;
  /** A new backend object on a host whose commands are counted and whose transport can be cut. */
  readonly createCuttable: () => { readonly backend: Backend; readonly host: PlainHost };
  /** The spec of a job with a token of its own. */
  readonly makeSpec: (argv: readonly string[], parts?: SpecParts) => JobSpec;
  /** How many jobs the system itself knows under the token. */
  readonly countJobs: (token: string) => Promise<number>;
  /** A spec part that keeps a job waiting; null where nothing ever waits. */
  readonly waiting: SpecParts | null;
  readonly lab: SlurmLab | null;
  readonly stop: () => Promise<void>;
}

export const LAB_SETTINGS: SlurmSettings = {
  accountRequired: false,
  gpuFlag: 'gres',
  cpusPerGpu: 1,
  memory: { policy: 'per-node' },
  prelude: [],
  useSrun: true,
};

export async function setUpLocal(): Promise<BackendSetup> {
  const root = await mkdtemp(join(tmpdir(), 'jobs of local-'));
  await mkdir(join(root, 'run', 'repo'), { recursive: true });
  const over = (host: Host): Backend => createLocalBackend({ id: 'local', host, lostAfterMs: 0 });
  const hosts: Host[] = [];
  return {
    root,
    createBackend: () => over(keep(hosts, createHost({ id: 'local', host: { kind: 'local' } }))),
    createCuttable: () => {
      const host = createPlainHost({ id: 'local' });
      return { host, backend: over(host) };
    },
    makeSpec: createSpecMaker(root),
    countJobs: (token) => readdir(join(root, 'run', 'jobs', token)).then(countClaims),
    waiting: null,
    lab: null,
    stop: async () => {
      for (const host of hosts) await host.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

export async function setUpSlurm(options: SlurmLabOptions = {}): Promise<BackendSetup> {
  const lab = await useSlurmLab(options);
  const root = await mkdtemp(join(lab.workRoot, 'jobs of slurm-'));
  await mkdir(join(root, 'run', 'repo'), { recursive: true });
  const hosts: Host[] = [];
  const over = (host: Host): Backend => createSlurmBackend({ id: 'lab', host, profile: { slurm: LAB_SETTINGS }, settleSeconds: 4 });
  return {
    root,
    createBackend: () => over(keep(hosts, createLabHost(lab))),
    createCuttable: () => {
      const host = createPlainHost({ id: 'lab', env: { ...lab.env } });
      return { host, backend: over(host) };
    },
    makeSpec: createSpecMaker(root),
    countJobs: async (token) => {
      const count = async () => (await lab.sacct(['JobID'], '-S', 'now-1hours', '--name', token)).length;
      await waitUntil(`${token} in the accounting`, async () => (await count()) > 0);
      return count();
    },
    waiting: { slurm: { partition: 'closed' } },
    lab,
    stop: async () => {
      for (const host of hosts) await host.close();
      await lab.stop();
    },
  };
}

/** The lab's login node over ssh. */
export function createLabHost(lab: SlurmLab): Host {
  const { sshPort: port, user, keyFile: identityFile, knownHostsFile } = lab;
  const login = { kind: 'ssh', transport: 'ssh2', hostname: '127.0.0.1', port, user, identityFile, auth: 'key', maxSessions: 4 } as const;
  return createHost({ id: 'lab', host: login }, { knownHostsFile });
}

/** Polls until the observation fits; what was seen last is in the error when it never does. */
export async function pollUntil(
  backend: Backend,
  ref: JobRef,
  fits: (observation: Observation) => boolean,
  logOffset = 0,
): Promise<JobReport> {
  let last: JobReport | undefined;
  for (let tries = 0; tries < 300; tries += 1) {
    [last] = await backend.poll([{ ref, logOffset }]);
    if (last !== undefined && fits(last.observation)) return last;
    await sleep(400);
  }
  throw new Error(`${ref.token} never came to what was waited for; last: ${JSON.stringify(last?.observation)}`);
}

export async function pollUntilEnded(backend: Backend, ref: JobRef): Promise<Extract<Observation, { kind: 'ended' }>> {
  const { observation } = await pollUntil(backend, ref, ({ kind }) => kind === 'ended');
  return observation as Extract<Observation, { kind: 'ended' }>;
}

export const isRunning = (observation: Observation): boolean =>
  observation.kind === 'active' && observation.state === 'running' && observation.heartbeatAt !== undefined;

let serial = 0;

function createSpecMaker(root: string): BackendSetup['makeSpec'] {
  return (argv, parts = {}) => {
    serial += 1;
    const token = parts.token ?? `run_${process.pid}_${serial}_a1`;
    const { resources, ...rest } = parts;
    return {
      title: 'a test',
      folder: join(root, 'run', 'jobs', token),
      workdir: join(root, 'run', 'repo'),
      runFolder: join(root, 'run'),
      env: {},
      slurm: {},
      isolation: { sandbox: 'bubblewrap', network: true, readable: [] },
      ...rest,
      token,
      argv: [...argv],
      resources: { cpus: 1, memoryMb: 200, gpus: 0, nodes: 1, timeLimitSeconds: 600, ...resources },
    };
  };
}

function countClaims(names: readonly string[]): number {
  return names.filter((name) => name.startsWith('claim.')).length;
}

function keep(hosts: Host[], host: Host): Host {
  hosts.push(host);
  return host;
}
