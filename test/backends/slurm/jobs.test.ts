/** Jobs that somebody else submitted, looked at on a real Slurm. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJobBrowser, parseDetails, parseJobs } from '../../../src/backends/slurm/jobs.ts';
import type { Host, JobBrowser } from '../../../src/ports.ts';
import { createLabHost } from '../../lab/backend-setups.ts';
import { waitUntil } from '../../lab/daemons.ts';
import { useSlurmLab, type SlurmLab } from '../../lab/slurm.ts';

let lab: SlurmLab;
let host: Host;
let browser: JobBrowser;

beforeAll(async () => {
  lab = await useSlurmLab({ minJobAge: 5 });
  host = createLabHost(lab);
  browser = createJobBrowser('lab', host);
});
afterAll(async () => {
  await host?.close();
  await lab?.stop();
});

/** Hands over a script with sbatch itself, as a person would; resolves with the id. */
async function submit(name: string, body: string, ...options: string[]): Promise<string> {
  const folder = join(lab.workRoot, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'job.sh'), `#!/bin/sh\n${body}\n`);
  const answer = await lab.command('sbatch', '--parsable', '-D', folder, '-J', name, ...options, join(folder, 'job.sh'));
  return answer.trim();
}

const untilState = (id: string, state: string) =>
  waitUntil(`job ${id} ${state}`, async () => (await browser.find(id))?.state.startsWith(state) === true);

describe('the jobs of an account', () => {
  it('are listed with state and reason, those that wait, run and have ended', async () => {
    const waiting = await submit('waits here', 'true', '-p', 'closed');
    const running = await submit('runs', 'sleep 300', '--mem=50');
    const over = await submit('over', 'exit 3', '--mem=50');
    await untilState(running, 'RUNNING');
    await untilState(over, 'FAILED');
    const jobs = await browser.list();
    const stateOf = (id: string) => jobs.find((job) => job.id === id);
    expect(stateOf(waiting)).toMatchObject({ state: 'PENDING', reason: 'PartitionDown', name: 'waits here', partition: 'closed' });
    expect(stateOf(running)).toMatchObject({ state: 'RUNNING', reason: '', nodes: lab.node });
    expect(stateOf(running)?.startAt).toBeGreaterThan(Date.now() - 120_000);
    expect(stateOf(over)).toMatchObject({ state: 'FAILED' });
    await lab.command('scancel', waiting, running);
  });

  it('are found with their logs, standard error apart', async () => {
    const id = await submit(
      'speaks',
      'echo "step 1/2 loss 0.5"; echo "oh no" >&2; sleep 300',
      '--mem=50',
      '-e',
      'errors of %j.txt',
      '-o',
      'out-%j.log',
    );
    await untilState(id, 'RUNNING');
    const job = await browser.find(id);
    expect(job?.stdout).toBe(join(lab.workRoot, 'speaks', `out-${id}.log`));
    expect(job?.stderr).toBe(join(lab.workRoot, 'speaks', `errors of ${id}.txt`));
    await waitUntil('the log', async () => (await browser.tail(job?.stdout ?? '', 100)) === 'step 1/2 loss 0.5\n');
    expect(await browser.tail(job?.stderr ?? '', 100)).toBe('oh no\n');
    expect(await browser.tail(job?.stderr ?? '', 3)).toBe('no\n');
    expect(await browser.tail(join(lab.workRoot, 'nothing'), 100)).toBeNull();
    await lab.command('scancel', id);
  });

  it('are asked of the accounting once the controller has forgotten them', async () => {
    const id = await submit('forgotten', 'echo last words; exit 4', '--mem=50');
    await untilState(id, 'FAILED');
    await waitUntil('the controller to forget', async () => {
      const shown = await lab.command('scontrol', 'show', 'job', id).catch(() => '');
      return !shown.includes(`JobId=${id}`);
    });
    const job = await browser.find(id);
    expect(job).toMatchObject({ state: 'FAILED', exitCode: '4:0', name: 'forgotten' });
    expect(await browser.tail(job?.stdout ?? '', 100)).toBe('last words\n');
  }, 240_000);

  it('are not there for an id that nobody knows, and no word is an id', async () => {
    expect(await browser.find('999999')).toBeNull();
    await expect(browser.find('1; touch /tmp/x')).rejects.toMatchObject({ code: 'usage.bad-input' });
  });

  it('are unknown while the controller is away', async () => {
    await lab.controls.stopSlurmctld();
    await lab.controls.stopSlurmdbd();
    await expect(browser.list()).rejects.toMatchObject({ code: 'backend.unavailable' });
    await expect(browser.find('999999')).rejects.toMatchObject({ code: 'backend.unavailable' });
    await lab.controls.startSlurmdbd();
    await lab.controls.startSlurmctld();
  }, 240_000);
});

describe('the jobs of another account', () => {
  it('are not shown, whatever they call their log, while the controller knows them and after', async () => {
    const target = join(lab.workRoot, 'private.txt');
    await writeFile(target, 'a line of ours\n');
    // Slurm runs nothing for whoever may not write the log; the record with its path is there all the same.
    const id = (
      await lab.command('sbatch', '--parsable', '--uid=nobody', '-D', '/tmp', '-o', target, '-p', 'closed', '--wrap', 'true')
    ).trim();
    expect(await lab.command('scontrol', 'show', 'job', id)).toContain(`StdOut=${target}`);
    expect(await browser.find(id)).toBeNull();
    await lab.command('scancel', id);
    await waitUntil(
      'the end in the accounting',
      async () => (await lab.sacct(['State'], '-j', id))[0]?.[0]?.startsWith('CANCELLED') === true,
    );
    await waitUntil('purged', async () => (await lab.command('squeue', '-h', '-t', 'all', '-j', id).catch(() => '')) === '');
    expect(await browser.find(id)).toBeNull();
    expect(await browser.usage({ jobId: id })).toEqual([]);
  }, 120_000);
});

describe('what Slurm prints', () => {
  it('keeps the queue’s word, and names with anything in them', () => {
    const row = (...fields: string[]): string => fields.join('\u001f');
    const text = [
      row('Q', '7', 'RUNNING', 'None', 'gpu', '1800000000', '1800000060', 'N/A', '1:00:00', 'n1', 'a', 'b'),
      row('A', '7', 'PENDING', 'None', 'gpu', '1800000000', 'Unknown', 'Unknown', '1:00:00', 'None assigned', 'a'),
      row('A', '6', 'TIMEOUT', 'None', 'gpu', '1700000000', '1700000001', '1700003600', '1:00:00', 'n1', 'older'),
      'noise of a login',
    ].join('\n');
    expect(parseJobs(text)).toMatchObject([
      { id: '7', state: 'RUNNING', reason: '', name: 'a\u001fb', startAt: 1_800_000_060_000, endAt: null },
      { id: '6', state: 'TIMEOUT', endAt: 1_700_003_600_000 },
    ]);
  });

  it('reads paths with blanks and signs', () => {
    const text =
      'JobId=7 JobName=a=b\n   JobState=PENDING Reason=Nodes_required_for_job_are_DOWN Dependency=(null)\n   WorkDir=/a folder/x=y\n   StdOut=/a folder/x=y/o u t\n';
    expect(parseDetails('7', text)).toMatchObject({
      state: 'PENDING',
      reason: 'Nodes required for job are DOWN',
      workFolder: '/a folder/x=y',
      stdout: '/a folder/x=y/o u t',
    });
    expect(parseDetails('7', '@none\n')).toBeNull();
    const array =
      'JobId=9 ArrayJobId=9 ArrayTaskId=5-9%2 JobName=a\n   JobState=PENDING\n\nJobId=10 ArrayJobId=9 ArrayTaskId=4 JobName=a\n   JobState=RUNNING\n';
    expect(parseDetails('9', array)?.parts).toEqual([
      { which: '5-9%2', state: 'PENDING' },
      { which: '4', state: 'RUNNING' },
    ]);
    expect(parseDetails('7', text)?.parts).toEqual([]);
  });

  it('takes nothing in a name for a field', () => {
    const text =
      'JobId=7 ArrayJobId=7 ArrayTaskId=1 JobName=a JobState=FAILED Reason=None b\n   JobState=RUNNING Reason=None\n   StdOut=/x/7.out\n';
    expect(parseDetails('7', `${text}\n${text}`)).toMatchObject({
      name: 'a JobState=FAILED Reason=None b',
      state: 'RUNNING',
      parts: [{ state: 'RUNNING' }, { state: 'RUNNING' }],
    });
  });

  it('knows where jobs of ours write, also once the controller has forgotten them', () => {
    const row = (name: string): string => ['7', 'FAILED', '1:0', 'gpu', '', '', '', '', 'n1', '/work/jobs/x', name].join('\u001f');
    expect(parseDetails('7', `@accounting\n${row('rb-rabcd1234-a2-r1')}\n`)?.stdout).toBe('/work/jobs/x/job.log');
    expect(parseDetails('7', `@accounting\n${row('rb-mine')}\n`)?.stdout).toBe('/work/jobs/x/slurm-7.out');
  });
});
