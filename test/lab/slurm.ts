import { randomBytes } from 'node:crypto';
/**
 * A private real Slurm with accounting: munged, MariaDB, slurmdbd, slurmctld, slurmd and sshd, all in one temporary folder on
 * free ports. Needs root and Debian's slurm-wlm, slurmdbd, munge, mariadb-server, openssh-server.
 */
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { killByFolder, recordDaemon, run, startDaemon, startGuard, stopDaemon, waitUntil } from './daemons.ts';
import { writeGresConf, writeSlurmConf, writeSlurmdbdConf, type SlurmLayout } from './slurm-config.ts';
import { findFreePort, startSshd, type Sshd } from './sshd.ts';

export interface SlurmLabOptions {
  /** False: a cluster whose accounting is switched off. */
  readonly accounting?: boolean;
  /** Seconds that ended jobs stay in squeue; 30 unless told. */
  readonly minJobAge?: number;
  /** Processors that the node pretends to have. */
  readonly cpus?: number;
  /** Further lines of slurm.conf. */
  readonly extra?: readonly string[];
}

/** What another process needs to use the same lab. */
export interface SlurmLabFacts {
  readonly folder: string;
  readonly slurmConf: string;
  readonly node: string;
  readonly accounting: boolean;
  readonly sshPort: number;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  readonly user: string;
  /** A folder that login and compute node share. */
  readonly workRoot: string;
}

export interface SlurmLab extends SlurmLabFacts {
  /** Environment of local commands that should talk to this Slurm. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a Slurm command here and returns what it printed. */
  command(program: string, ...args: string[]): Promise<string>;
  /** Rows of `sacct -n -P -X -D`, split into the given fields. */
  sacct(fields: readonly string[], ...args: string[]): Promise<string[][]>;
  readonly controls: {
    stopSlurmctld(): Promise<void>;
    startSlurmctld(): Promise<void>;
    stopSlurmdbd(): Promise<void>;
    startSlurmdbd(): Promise<void>;
    stopSlurmd(): Promise<void>;
    startSlurmd(): Promise<void>;
    drain(): Promise<void>;
    undrain(): Promise<void>;
  };
  stop(): Promise<void>;
}

const PROGRAMS = {
  'slurm-wlm': ['slurmctld', 'slurmd', 'sbatch', 'squeue', 'sacct'],
  slurmdbd: ['slurmdbd'],
  munge: ['munged'],
  'mariadb-server': ['mariadbd', 'mariadb-install-db'],
  'openssh-server': ['sshd'],
};

/** Names of the Debian packages that the lab needs and this machine lacks. */
export function listMissingPackages(): string[] {
  const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  const lacks = (program: string): boolean => !folders.some((folder) => existsSync(join(folder, program)));
  return Object.entries(PROGRAMS)
    .filter(([, programs]) => programs.some(lacks))
    .map(([name]) => name);
}

/** The lab that REPROBOT_SLURM_LAB names (see slurm-shared.ts), or one of the caller's own. */
export async function useSlurmLab(options: SlurmLabOptions = {}): Promise<SlurmLab> {
  const shared = process.env['REPROBOT_SLURM_LAB'];
  if (shared === undefined || Object.keys(options).length > 0) return startSlurmLab(options);
  const facts = JSON.parse(await readFile(shared, 'utf8')) as SlurmLabFacts;
  return describeLab(facts, () => Promise.resolve());
}

/** Starts everything and waits until the node is idle. `stop()` ends all of it, jobs included, and removes the folder. */
export async function startSlurmLab(options: SlurmLabOptions = {}): Promise<SlurmLab> {
  const missing = listMissingPackages();
  if (missing.length > 0) throw new Error(`starting the Slurm lab: missing packages. Run apt-get install -y ${missing.join(' ')}`);
  const folder = await mkdtemp(join(tmpdir(), 'slurm-lab-'));
  const layout: SlurmLayout = {
    folder,
    node: hostname().split('.')[0] ?? 'localhost',
    ports: { slurmctld: await findFreePort(), slurmd: await findFreePort(), slurmdbd: await findFreePort() },
    accounting: options.accounting ?? true,
    minJobAge: options.minJobAge ?? 30,
    cpus: options.cpus ?? 16,
    extra: options.extra ?? [],
  };
  let sshd: Sshd | undefined;
  const stop = async (): Promise<void> => {
    await sshd?.stop();
    for (const name of ['slurmd', 'slurmctld', 'slurmdbd', 'mariadbd', 'munged', 'guard']) await stopDaemon(folder, name);
    await killByFolder(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await writeLayout(layout);
    await startGuard(folder);
    await startServices(layout);
    const workRoot = join(folder, 'work');
    sshd = await startSshd({ env: { SLURM_CONF: join(folder, 'slurm.conf') } });
    await recordDaemon(folder, 'sshd', sshd.folder);
    const facts: SlurmLabFacts = {
      folder,
      slurmConf: join(folder, 'slurm.conf'),
      node: layout.node,
      accounting: layout.accounting,
      sshPort: sshd.port,
      keyFile: sshd.identityFile,
      knownHostsFile: sshd.knownHostsFile,
      user: sshd.user,
      workRoot,
    };
    await writeFile(join(folder, 'lab.json'), JSON.stringify(facts));
    return describeLab(facts, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function writeLayout(layout: SlurmLayout): Promise<void> {
  const { folder } = layout;
  await chmod(folder, 0o755);
  const [munge, slurm, mysql] = await Promise.all([readIds('munge'), readIds('slurm'), readIds('mysql')]);
  for (const name of ['log', 'run', 'state', 'spool', 'munge', 'db', 'pids', 'work']) await mkdir(join(folder, name));
  await chmod(join(folder, 'log'), 0o777);
  for (const name of ['run', 'state']) await chown(join(folder, name), ...slurm);
  await chown(join(folder, 'db'), ...mysql);
  await writeFile(join(folder, 'munge', 'key'), randomBytes(32), { mode: 0o400 });
  for (const name of ['munge', 'munge/key']) await chown(join(folder, name), ...munge);
  for (const name of ['gpu0', 'gpu1']) await run('mknod', [join(folder, name), 'c', '1', '3']);
  await writeFile(join(folder, 'slurm.conf'), writeSlurmConf(layout));
  await writeFile(join(folder, 'gres.conf'), writeGresConf(layout));
  await writeFile(join(folder, 'slurmdbd.conf'), writeSlurmdbdConf(layout), { mode: 0o600 });
  await chown(join(folder, 'slurmdbd.conf'), ...slurm);
}

async function startServices(layout: SlurmLayout): Promise<void> {
  const { folder } = layout;
  const [uid, gid] = await readIds('munge');
  const inMunge = (name: string): string => join(folder, 'munge', name);
  const files = [`--socket=${inMunge('sock')}`, `--key-file=${inMunge('key')}`, `--pid-file=${inMunge('pid')}`];
  const logs = [`--log-file=${inMunge('log')}`, `--seed-file=${inMunge('seed')}`];
  await startDaemon({ folder, name: 'munged', argv: ['munged', '--foreground', ...files, ...logs], uid, gid });
  await waitUntil('the socket of munged', () => existsSync(inMunge('sock')));
  if (layout.accounting) await startAccounting(folder);
  await startPart(folder, 'slurmctld');
  await startPart(folder, 'slurmd');
  await waitUntil('an idle node', async () => (await query(folder, 'sinfo', '-h', '-o', '%T')).includes('idle'));
}

async function startAccounting(folder: string): Promise<void> {
  const data = join(folder, 'db', 'data');
  const socket = join(folder, 'db', 'sock');
  await run('mariadb-install-db', ['--no-defaults', '--user=mysql', `--datadir=${data}`, '--auth-root-authentication-method=normal']);
  const quick = ['--skip-networking', '--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M', '--skip-log-bin'];
  const places = [`--datadir=${data}`, `--socket=${socket}`, `--pid-file=${join(folder, 'db', 'pid')}`];
  await startDaemon({ folder, name: 'mariadbd', argv: ['mariadbd', '--no-defaults', '--user=mysql', ...places, ...quick] });
  const sql =
    "create database slurm_acct_db; create user slurm@localhost identified by 'slurm'; grant all on slurm_acct_db.* to slurm@localhost;";
  const ask = (text: string) => run('mariadb', ['--no-defaults', `--socket=${socket}`, '-u', 'root', '-e', text]);
  await waitUntil('MariaDB', async () =>
    ask('select 1').then(
      () => true,
      () => false,
    ),
  );
  await ask(sql);
  await startPart(folder, 'slurmdbd');
  await query(folder, 'sacctmgr', '-i', 'add', 'cluster', 'lab');
  await query(folder, 'sacctmgr', '-i', 'add', 'account', 'project', 'Description=project', 'Organization=lab');
  await query(folder, 'sacctmgr', '-i', 'add', 'user', 'root', 'Account=project');
}

async function startPart(folder: string, name: 'slurmctld' | 'slurmd' | 'slurmdbd'): Promise<void> {
  const env = { SLURM_CONF: join(folder, 'slurm.conf'), MYSQL_UNIX_PORT: join(folder, 'db', 'sock') };
  await startDaemon({ folder, name, argv: [name, '-D'], env });
  if (name === 'slurmdbd') await waitUntil('slurmdbd', () => answers(folder, 'sacctmgr', '-n', 'show', 'cluster'));
  if (name === 'slurmctld') await waitUntil('slurmctld', () => answers(folder, 'scontrol', 'ping'));
}

function describeLab(facts: SlurmLabFacts, stop: () => Promise<void>): SlurmLab {
  const { folder, node } = facts;
  const scontrol = async (...args: string[]): Promise<void> => void (await query(folder, 'scontrol', ...args));
  return {
    ...facts,
    env: { SLURM_CONF: facts.slurmConf },
    command: (program, ...args) => query(folder, program, ...args),
    sacct: async (fields, ...args) => {
      const text = await query(folder, 'sacct', '-n', '-P', '-X', '-D', '-o', fields.join(','), ...args);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('|'));
    },
    controls: {
      stopSlurmctld: () => stopDaemon(folder, 'slurmctld'),
      startSlurmctld: () => startPart(folder, 'slurmctld'),
      stopSlurmdbd: () => stopDaemon(folder, 'slurmdbd'),
      startSlurmdbd: () => startPart(folder, 'slurmdbd'),
      stopSlurmd: () => stopDaemon(folder, 'slurmd'),
      startSlurmd: () => startPart(folder, 'slurmd'),
      drain: () => scontrol('update', `nodename=${node}`, 'state=drain', 'reason=lab'),
      undrain: () => scontrol('update', `nodename=${node}`, 'state=resume'),
    },
    stop,
  };
}

async function query(folder: string, program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { env: { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') }, maxBuffer: 2 ** 26 });
  return stdout;
}

async function answers(folder: string, program: string, ...args: string[]): Promise<boolean> {
  return query(folder, program, ...args).then(
    (text) => !text.includes('DOWN'),
    () => false,
  );
}

async function readIds(user: string): Promise<[uid: number, gid: number]> {
  const { stdout } = await run('getent', ['passwd', user]);
  const fields = stdout.split(':');
  return [Number(fields[2]), Number(fields[3])];
}
