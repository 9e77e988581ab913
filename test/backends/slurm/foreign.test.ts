/** Jobs that nobody here started, polled on a real Slurm: their logs are found, arrays are counted and not listed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlurmBackend } from '../../../src/backends/slurm/index.ts';
import { createJobBrowser } from '../../../src/backends/slurm/jobs.ts';
import { mergeParts, type JobParts } from '../../../src/core/jobs/parts.ts';
import type { Backend, Host, JobBrowser, JobReport, TrackedJob } from '../../../src/ports.ts';
import { createLabHost } from '../../lab/backend-setups.ts';
import { waitUntil } from '../../lab/daemons.ts';
import { useSlurmLab, type SlurmLab } from '../../lab/slurm.ts';

let lab: SlurmLab;
let host: Host;
let backend: Backend;
let browser: JobBrowser;

beforeAll(async () => {
  lab = await useSlurmLab();
  host = createLabHost(lab);
  backend = createSlurmBackend({ id: 'lab', host, profile: {} });
  browser = createJobBrowser('lab', host);
});
afterAll(async () => {
  await host?.close();
  await lab?.stop();
});

/** As a person at the login node would; resolves with the id. */
async function submit(name: string, body: string, ...options: string[]): Promise<string> {
  const folder = join(lab.workRoot, `${name} of others`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'job.sh'), `#!/bin/sh\n${body}\n`);
  return (await lab.command('sbatch', '--parsable', '--mem=50', '-D', folder, '-J', name, ...options, join(folder, 'job.sh'))).trim();
}

const track = (jobId: string, foreign: TrackedJob['foreign'], logOffset = 0): TrackedJob => ({
  ref: { token: `other-${jobId}`, jobId, folder: '', submittedAt: Date.now() - 1_000 },
  logOffset,
  ...(foreign === undefined ? {} : { foreign }),
});

async function look(job: TrackedJob): Promise<JobReport> {
  const [report] = await backend.poll([job]);
  if (report === undefined) throw new Error('no report');
  return report;
}

async function lookUntil(job: () => TrackedJob, fits: (report: JobReport) => boolean): Promise<JobReport> {
  let last: JobReport | undefined;
  await waitUntil(`job ${job().ref.jobId}`, async () => {
    last = await look(job());
    return fits(last);
  });
  if (last === undefined) throw new Error('never looked');
  return last;
}

describe('a job of somebody else', () => {
  it('is found with both of its logs, read from the offset, and seen to fail', async () => {
    const id = await submit('speaks', 'echo one; echo oops >&2; sleep 4; echo two; exit 3', '-e', 'err of %j.txt', '-o', 'out-%j.log');
    const { paths = [] } = await lookUntil(
      () => track(id, { log: 'find' }),
      (report) => report.paths !== undefined,
    );
    const folder = join(lab.workRoot, 'speaks of others');
    expect(paths).toEqual([join(folder, `out-${id}.log`), join(folder, `err of ${id}.txt`)]);
    const log = { path: paths[0] ?? '' };
    const first = await lookUntil(
      () => track(id, { log }),
      (report) => report.log !== undefined,
    );
    expect(Buffer.from(first.log?.bytes ?? []).toString()).toBe('one\n');
    const second = await lookUntil(
      () => track(id, { log }, 4),
      (report) => report.log !== undefined,
    );
    expect(second.log?.offset).toBe(4);
    const end = await lookUntil(
      () => track(id, { log }, 8),
      (report) => report.observation.kind === 'ended',
    );
    expect(end.observation).toMatchObject({ kind: 'ended', outcome: 'failed', exitCode: 3 });
  }, 120_000);

  it('that nobody knows is missing, not ended', async () => {
    const { observation } = await look(track('3999999', { log: 'find' }));
    expect(observation.kind).toBe('missing');
  });

  it('tells what it uses while it runs', async () => {
    const id = await submit('runs', 'exec python3 -c "import time; x = bytearray(30 << 20); time.sleep(60)"');
    await waitUntil('its memory', async () => ((await browser.usage({ jobId: id }))[0]?.memoryUsed ?? 0) > 20 << 20);
    const [usage] = await browser.usage({ jobId: id });
    expect(usage).toMatchObject({ jobId: id, state: 'RUNNING', memoryAsked: 50 << 20 });
    await lab.command('scancel', id);
  }, 120_000);

  it('tells what it asked for and used', async () => {
    const id = await submit('works', 'python3 -c "import time; x = bytearray(30 << 20); time.sleep(3)"', '-c', '2', '-t', '5');
    await lookUntil(
      () => track(id, { log: 'none' }),
      (report) => report.observation.kind === 'ended',
    );
    await waitUntil('its usage', async () => {
      const [found] = await browser.usage({ jobId: id });
      return found?.state === 'COMPLETED' && found.memoryUsed !== null;
    });
    const [usage] = await browser.usage({ jobId: id });
    expect(usage).toMatchObject({ jobId: id, state: 'COMPLETED', cpus: 2, nodes: 1, limitSeconds: 300, gpus: 0, memoryAsked: 50 << 20 });
    expect(usage?.memoryUsed).toBeGreaterThan(20 << 20);
    expect(usage?.cpuSeconds).toBeGreaterThan(0);
    expect((await browser.usage({ name: 'works' })).map((one) => one.jobId)).toContain(id);
    expect(await browser.usage({ name: 'a,b' })).toEqual([]);
  }, 120_000);
});

describe('an array', () => {
  it('is counted, its failed tasks are named, and it ends when the accounting knows all ends', async () => {
    const id = await submit('many', 'sleep 1; test $SLURM_ARRAY_TASK_ID -lt 4', '--array=0-5%3');
    let parts: JobParts | null = null;
    let ended = false;
    await waitUntil(`array ${id}`, async () => {
      const known = parts;
      const open = known === null || known.active.length === 0 ? null : known.active.reduce((sum, one) => sum + one.count, 0);
      const report = await look(track(id, { log: 'none', parts: { size: known?.size ?? null, open } }));
      if (report.parts !== undefined) parts = mergeParts(known, report.parts);
      ended = report.observation.kind === 'ended';
      if (ended) expect(report.observation).toMatchObject({ outcome: 'failed' });
      return ended;
    });
    expect(parts).toMatchObject({
      size: 6,
      active: [],
      ended: [
        { outcome: 'completed', count: 4 },
        { outcome: 'failed', count: 2 },
      ],
      bad: [
        { id: `${id}_4`, outcome: 'failed', exitCode: 1 },
        { id: `${id}_5`, outcome: 'failed', exitCode: 1 },
      ],
    });
  }, 180_000);

  it('of which nothing has changed costs no question to the accounting', async () => {
    const id = await submit('waits', 'true', '--array=0-9', '-p', 'closed');
    const first = await look(track(id, { log: 'none', parts: { size: null, open: null } }));
    expect(first.observation).toMatchObject({ kind: 'active', state: 'pending', reason: 'PartitionDown' });
    expect(first.parts).toMatchObject({ active: [{ state: 'pending', reason: 'PartitionDown', count: 10 }], over: { ended: [] } });
    const second = await look(track(id, { log: 'none', parts: { size: 10, open: 10 } }));
    expect(second.parts?.over).toBeNull();
    await lab.command('scancel', id);
    const end = await lookUntil(
      () => track(id, { log: 'none', parts: { size: 10, open: null } }),
      (report) => report.observation.kind === 'ended',
    );
    expect(end.observation).toMatchObject({ outcome: 'cancelled' });
    expect(end.parts?.over).toEqual({ ended: [{ outcome: 'cancelled', count: 10, seconds: 0 }], bad: [] });
  }, 60_000);
});

it('a heterogeneous job is one job with components', async () => {
  const id = (
    await lab.command(
      'sbatch',
      '--parsable',
      '-p',
      'closed',
      '-J',
      'two',
      '-n1',
      '--mem=50',
      ':',
      '-p',
      'closed',
      '-n1',
      '--mem=50',
      '--wrap=true',
    )
  ).trim();
  const report = await look(track(id, { log: 'find', parts: { size: null, open: null } }));
  expect(report.observation).toMatchObject({ kind: 'active', state: 'pending' });
  expect(report.parts?.active.reduce((sum, one) => sum + one.count, 0)).toBe(2);
  await lab.command('scancel', id);
}, 60_000);
