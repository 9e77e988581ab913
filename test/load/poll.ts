/**
 * What watching jobs costs: remote commands and CPU seconds a tick for 1, 100 and 10,000 tracked jobs on the private Slurm, beside
 * one squeue a job. `npm run bench:poll`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createSlurmBackend } from '../../src/backends/slurm/index.ts';
import type { TrackedJob } from '../../src/ports.ts';
import { createPlainHost } from '../lab/plain-host.ts';
import { startSlurmLab, type SlurmLab } from '../lab/slurm.ts';

interface Row {
  readonly jobs: number;
  readonly way: string;
  readonly commands: string;
  readonly seconds: string;
  readonly ownCpu: string;
  readonly remoteCpu: string;
  readonly daemonCpu: string;
}

const TICKS = 3;
const HERTZ = 100;

const lab = await startSlurmLab();
try {
  const rows: Row[] = [];
  for (const count of [1, 100, 10_000]) {
    const jobs = await submitArray(lab, count);
    rows.push(await measureBackend(lab, jobs));
    rows.push(count <= 100 ? await measureNaive(lab, jobs) : extrapolate(rows, count));
    await lab.command('scancel', '-u', lab.user);
  }
  console.table(rows);
  console.log('Extrapolated: 100 times the measured row of 100 jobs; it was not run.');
} finally {
  await lab.stop();
}

/** Jobs of an array that wait in the queue, which is what most of ten thousand do. */
async function submitArray(slurm: SlurmLab, count: number): Promise<TrackedJob[]> {
  const args = ['--parsable', '--partition=closed', `--array=0-${count - 1}`, '--job-name=bench', '--wrap=true', '-o', '/dev/null'];
  const id = (await slurm.command('sbatch', ...args)).trim();
  const submittedAt = Date.now();
  return Array.from({ length: count }, (_, index) => ({
    ref: { token: `bench_${index}`, jobId: `${id}_${index}`, folder: `${slurm.workRoot}/bench/${index}`, submittedAt },
    logOffset: 0,
  }));
}

async function measureBackend(slurm: SlurmLab, jobs: readonly TrackedJob[]): Promise<Row> {
  const host = createPlainHost({ id: 'lab', env: { ...slurm.env } });
  const backend = createSlurmBackend({ id: 'lab', host, profile: {} });
  const before = host.commands();
  const cost = await measure(slurm, async () => {
    const reports = await backend.poll(jobs);
    const active = reports.filter(({ observation }) => observation.kind === 'active').length;
    if (active !== jobs.length) throw new Error(`${active} of ${jobs.length} jobs were seen: ${JSON.stringify(reports[0])}`);
  });
  return { jobs: jobs.length, way: 'one look for all', commands: String((host.commands() - before) / TICKS), ...cost };
}

async function measureNaive(slurm: SlurmLab, jobs: readonly TrackedJob[]): Promise<Row> {
  const host = createPlainHost({ id: 'lab', env: { ...slurm.env } });
  const before = host.commands();
  const cost = await measure(slurm, async () => {
    for (const { ref } of jobs) await host.exec(['squeue', '-h', '-j', ref.jobId, '-o', '%T']);
  });
  return { jobs: jobs.length, way: 'one squeue a job', commands: String((host.commands() - before) / TICKS), ...cost };
}

function extrapolate(rows: readonly Row[], count: number): Row {
  const base = rows.findLast((row) => row.way === 'one squeue a job');
  const scale = (text: string | undefined): string => `~${((Number(text) * count) / (base?.jobs ?? 1)).toFixed(1)}`;
  return {
    jobs: count,
    way: 'one squeue a job (extrapolated)',
    commands: scale(base?.commands),
    seconds: scale(base?.seconds),
    ownCpu: scale(base?.ownCpu),
    remoteCpu: scale(base?.remoteCpu),
    daemonCpu: scale(base?.daemonCpu),
  };
}

/** Mean of some ticks: elapsed time, CPU of this process, of the commands it ran, and of slurmctld. */
async function measure(slurm: SlurmLab, tick: () => Promise<void>): Promise<Pick<Row, 'seconds' | 'ownCpu' | 'remoteCpu' | 'daemonCpu'>> {
  const begin = { at: performance.now(), times: readTimes('self'), daemon: readTimes(findDaemon(slurm)).own };
  for (let count = 0; count < TICKS; count += 1) await tick();
  const end = { at: performance.now(), times: readTimes('self'), daemon: readTimes(findDaemon(slurm)).own };
  const mean = (value: number): string => (value / TICKS).toFixed(3);
  return {
    seconds: mean((end.at - begin.at) / 1000),
    ownCpu: mean(end.times.own - begin.times.own),
    remoteCpu: mean(end.times.children - begin.times.children),
    daemonCpu: mean(end.daemon - begin.daemon),
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
