/**
 * What following jobs costs on the private Slurm: remote commands and CPU seconds a tick, and bytes that go over SSH a tick, for 1, 100
 * and 10,000 tasks of an array; as jobs of their own, as one watched array, and with one squeue a job. `npm run bench:poll`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSlurmBackend } from '../../src/backends/slurm/index.ts';
import { createHost } from '../../src/hosts/index.ts';
import type { Host, TrackedJob } from '../../src/ports.ts';
import { createPlainHost } from '../lab/plain-host.ts';
import { startSlurmLab, type SlurmLab } from '../lab/slurm.ts';
import { startCountingPort, type Wire } from './count-bytes.ts';

interface Way {
  readonly name: string;
  readonly tick: (host: Host) => Promise<void>;
}
type Cells = Readonly<Record<string, string>>;

const TICKS = 3;
const HERTZ = 100;
const NAIVE = 'one squeue a job';
/** A naive poller of more jobs than these is not run: it would take minutes a tick. */
const MOST_NAIVE = 100;

const lab = await startSlurmLab();
const wire = await startCountingPort(lab.sshPort);
const ssh = await openSsh(lab, wire);
try {
  const load: Cells[] = [];
  const bytes: Cells[] = [];
  for (const count of [1, 100, 10_000]) {
    const id = await submitArray(lab, count);
    for (const way of listWays(id, count)) {
      load.push({ jobs: String(count), way: way.name, ...(await measureLoad(lab, way)) });
      bytes.push({ jobs: String(count), way: way.name, ...(await measureBytes(wire, ssh, way)) });
    }
    if (count > MOST_NAIVE) for (const rows of [load, bytes]) rows.push(extrapolate(rows, count));
    await lab.command('scancel', id);
  }
  console.log('CPU seconds a tick, commands run on this machine:');
  console.table(load);
  console.log('Bytes on the wire of SSH a tick (ssh2, no compression, connection open; framing and padding included):');
  console.table(bytes);
  console.log(`"${NAIVE} (extrapolated)": ${10_000 / MOST_NAIVE} times the measured row of ${MOST_NAIVE} jobs; it was not run.`);
} finally {
  await ssh.close();
  await wire.close();
  await lab.stop();
}

/** The same sshd behind the counted port; the host key is the one it shows on its own port. */
async function openSsh({ folder, knownHostsFile, sshPort, user, keyFile }: SlurmLab, { port }: Wire): Promise<Host> {
  const known = join(folder, 'known-hosts-counted');
  await writeFile(known, (await readFile(knownHostsFile, 'utf8')).replaceAll(`:${sshPort} `, `:${port} `));
  return createHost({
    id: 'lab',
    host: {
      kind: 'ssh',
      transport: 'ssh2',
      hostname: '127.0.0.1',
      port,
      user,
      identityFile: keyFile,
      knownHostsFile: known,
      auth: 'key',
      maxSessions: 4,
    },
  });
}

/** Jobs of an array that wait in the queue, which is what most of ten thousand do. */
async function submitArray(slurm: SlurmLab, count: number): Promise<string> {
  const args = ['--parsable', '--partition=closed', `--array=0-${count - 1}`, '--job-name=bench', '--wrap=true', '-o', '/dev/null'];
  return (await slurm.command('sbatch', ...args)).trim();
}

function listWays(id: string, count: number): Way[] {
  const submittedAt = Date.now();
  const single = Array.from({ length: count }, (_, index): TrackedJob => ({
    ref: { token: `bench_${index}`, jobId: `${id}_${index}`, folder: `${lab.workRoot}/bench/${index}`, submittedAt },
    logOffset: 0,
  }));
  const array: TrackedJob = {
    ref: { token: 'bench-array', jobId: id, folder: '', submittedAt },
    logOffset: 0,
    foreign: { log: 'none', parts: { size: count, open: count } },
  };
  return [
    { name: 'one look for all, each a job of its own', tick: (host) => look(host, single, count) },
    { name: 'one look for all, watched as one array', tick: (host) => look(host, [array], count) },
    ...(count > MOST_NAIVE ? [] : [{ name: NAIVE, tick: (host: Host) => askEach(host, single) }]),
  ];
}

async function look(host: Host, jobs: readonly TrackedJob[], count: number): Promise<void> {
  const reports = await createSlurmBackend({ id: 'lab', host, profile: {} }).poll(jobs);
  const seen = reports.reduce(
    (sum, { observation, parts }) =>
      sum + (parts === undefined ? Number(observation.kind === 'active') : parts.active.reduce((all, one) => all + one.count, 0)),
    0,
  );
  if (seen !== count) throw new Error(`${seen} of ${count} jobs were seen: ${JSON.stringify(reports[0])}`);
}

async function askEach(host: Host, jobs: readonly TrackedJob[]): Promise<void> {
  for (const { ref } of jobs) {
    const { stdout } = await host.exec(['squeue', '-h', '-j', ref.jobId, '-o', '%T']);
    if (stdout.trim() !== 'PENDING') throw new Error(`${ref.jobId} is ${stdout}`);
  }
}

function extrapolate(rows: readonly Cells[], count: number): Cells {
  const base = rows.findLast((row) => row['way'] === NAIVE) ?? {};
  const cells = Object.entries(base).map(([name, value]): [string, string] => {
    if (name === 'jobs') return [name, String(count)];
    if (name === 'way') return [name, `${NAIVE} (extrapolated)`];
    return [name, `~${Number(((Number(value) * count) / Number(base['jobs'])).toPrecision(2))}`];
  });
  return Object.fromEntries(cells);
}

/** Mean of some ticks: commands, elapsed time, CPU of this process, of the commands it ran, and of slurmctld. */
async function measureLoad(slurm: SlurmLab, way: Way): Promise<Cells> {
  const host = createPlainHost({ id: 'lab', env: { ...slurm.env } });
  const begin = { at: performance.now(), times: readTimes('self'), daemon: readTimes(findDaemon(slurm)).own };
  for (let count = 0; count < TICKS; count += 1) await way.tick(host);
  const end = { at: performance.now(), times: readTimes('self'), daemon: readTimes(findDaemon(slurm)).own };
  const mean = (value: number): string => (value / TICKS).toFixed(3);
  return {
    commands: String(host.commands() / TICKS),
    seconds: mean((end.at - begin.at) / 1000),
    'bot CPU s': mean(end.times.own - begin.times.own),
    'command CPU s': mean(end.times.children - begin.times.children),
    'slurmctld CPU s': mean(end.daemon - begin.daemon),
  };
}

/** Mean of some ticks over an open connection: bytes to the cluster and back, and elapsed time. */
async function measureBytes(counted: Wire, host: Host, way: Way): Promise<Cells> {
  await host.exec(['true']);
  const begin = { at: performance.now(), up: counted.up(), down: counted.down() };
  for (let count = 0; count < TICKS; count += 1) await way.tick(host);
  return {
    'bytes there': String(Math.round((counted.up() - begin.up) / TICKS)),
    'bytes back': String(Math.round((counted.down() - begin.down) / TICKS)),
    seconds: ((performance.now() - begin.at) / 1000 / TICKS).toFixed(3),
  };
}

function readTimes(pid: string): { own: number; children: number } {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const seconds = (first: number): number => ((fields[first] ?? 0) + (fields[first + 1] ?? 0)) / HERTZ;
  return { own: seconds(11), children: seconds(13) };
}

function findDaemon(slurm: SlurmLab): string {
  const names = readdirSync(`${slurm.folder}/pids`);
  if (!names.includes('slurmctld')) throw new Error('slurmctld is not running');
  return readFileSync(`${slurm.folder}/pids/slurmctld`, 'utf8').trim();
}
