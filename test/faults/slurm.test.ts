/** The cluster misbehaves: sbatch is slow or loses its answer, the connection drops, slurmctld is away. One job each, and READY. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findLastJob } from '../../src/core/run/state.ts';
import { Person, STRAIGHT } from '../e2e/person.ts';
import { makeTraining } from '../e2e/repos.ts';
import { useSlurmLab, type SlurmLab } from '../lab/slurm.ts';
import { startSshd, type Sshd } from '../lab/sshd.ts';
import { describeSite, listSubmissions } from '../support/slurm-site.ts';
import { Stack, until } from '../support/stack.ts';

vi.setConfig({ testTimeout: 200_000 });

let folder: string;
let lab: SlurmLab;
let sshd: Sshd;
let stack: Stack;
let person: Person;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rb-sbatch-'));
  lab = await useSlurmLab();
  await writeShim();
  sshd = await startSshd({ env: { SLURM_CONF: lab.slurmConf, PATH: `${folder}/bin:/usr/bin:/bin` } });
  const login = { sshPort: sshd.port, keyFile: sshd.identityFile, knownHostsFile: sshd.knownHostsFile, user: sshd.user };
  stack = await Stack.start({
    lockMs: 1_500,
    sites: [describeSite('lab', lab, { login }), describeSite('lab-openssh', lab, { login, transport: 'openssh' })],
  });
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await sshd?.stop();
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An sbatch that writes down each call and then does what the file `mode` says. */
async function writeShim(): Promise<void> {
  await mkdir(join(folder, 'bin'));
  const lines = [
    '#!/bin/sh',
    `echo "$$" >>'${folder}/calls'`,
    `case "$(cat '${folder}/mode')" in`,
    '  slow) sleep 4 ;;',
    '  lost)',
    '    /usr/bin/sbatch "$@" >/dev/null',
    '    echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2',
    '    exit 1 ;;',
    'esac',
    'exec /usr/bin/sbatch "$@"',
  ];
  await writeFile(join(folder, 'bin', 'sbatch'), `${lines.join('\n')}\n`);
  await chmod(join(folder, 'bin', 'sbatch'), 0o755);
  await setMode('plain');
}

async function setMode(mode: 'plain' | 'slow' | 'lost'): Promise<void> {
  await writeFile(join(folder, 'calls'), '');
  await writeFile(join(folder, 'mode'), mode);
}

const countCalls = async () => (await readFile(join(folder, 'calls'), 'utf8')).split('\n').length - 1;

/** A run that waits for its second answer. */
async function prepare(site: string, pause = 0.03): Promise<string> {
  const runId = await person.reproduce(await makeTraining(stack.folder, 'cluster', { steps: 5_000, pause }), `--site ${site}`);
  await person.approve(runId, 1);
  await person.slot(runId, 'approval:2');
  return runId;
}

async function expectOneJob(runId: string): Promise<void> {
  const state = await person.awaitVerdict(runId, 120);
  expect(state.verdict?.as).toBe('READY');
  expect(state.jobs).toHaveLength(1);
  const token = state.jobs[0]?.spec.token ?? '';
  const rows = await until('the job in the accounting', async () => {
    const found = await listSubmissions(lab, token);
    return found.some((row) => row[1] === 'COMPLETED') && found;
  });
  expect(rows).toHaveLength(1);
  expect(rows[0]?.[0]).toBe(state.jobs[0]?.ref?.jobId);
  await person.expectTidyThread(runId, STRAIGHT);
}

test.for(['lab', 'lab-openssh'])('the worker is killed and the connection cut in the middle of sbatch (%s)', async (site) => {
  const runId = await prepare(site);
  await setMode('slow');
  await person.approve(runId, 2);
  await until('sbatch at work', async () => (await countCalls()) > 0);
  await Promise.all([stack.kill('worker'), sshd.dropConnections()]);
  await stack.startPart('worker');
  await expectOneJob(runId);
  expect(await countCalls()).toBe(1);
});

test('sbatch hands the job over and loses the answer: the job is found, not submitted again', async () => {
  const runId = await prepare('lab');
  await setMode('lost');
  await person.approve(runId, 2);
  await expectOneJob(runId);
  expect(await countCalls()).toBe(1);
});

test('a cancel in the middle of sbatch ends the job that came of it', async () => {
  const runId = await prepare('lab', 1);
  await setMode('slow');
  await person.approve(runId, 2);
  await until('sbatch at work', async () => (await countCalls()) > 0);
  expect(await person.type(`cancel ${runId}`)).toContain('Cancelling');
  const state = await person.awaitVerdict(runId);
  expect(state.verdict?.as).toBe('CANCELLED');
  const rows = await until('the cancelled job in the accounting', async () => {
    const found = await listSubmissions(lab, state.jobs[0]?.spec.token ?? '');
    return found.some((row) => row[1]?.startsWith('CANCELLED')) && found;
  });
  expect(rows).toHaveLength(1);
  await setMode('plain');
});

test('the login node goes away while a job runs, and comes back after the job ended', async () => {
  await setMode('plain');
  const runId = await prepare('lab', 0.08);
  await person.approve(runId, 2);
  await person.awaitState(runId, 'progress', (state) => (findLastJob(state)?.progress?.current ?? 0) > 5);
  await sshd.halt();
  await person.slot(runId, 'status', (message) => message.text.includes('No news of the job'));
  await sleep(10_000);
  expect((await person.state(runId)).verdict).toBeNull();
  await sshd.resume();
  await expectOneJob(runId);
});

test('slurmctld is away while a job is submitted, and again while it runs', async () => {
  const runId = await prepare('lab', 0.15);
  await lab.controls.stopSlurmctld();
  await person.approve(runId, 2);
  await until('an attempt to submit', async () => (await countCalls()) > 0);
  await lab.controls.startSlurmctld();
  await person.awaitState(runId, 'progress', (state) => (findLastJob(state)?.progress?.current ?? 0) > 5, 100);
  await lab.controls.stopSlurmctld();
  const folder = findLastJob(await person.state(runId))?.ref?.folder ?? '';
  await until('the end of the job while nobody can be told', async () => existsSync(join(folder, 'exit.json')), 90);
  await sleep(10_000);
  expect((await person.state(runId)).verdict).toBeNull();
  await lab.controls.startSlurmctld();
  await expectOneJob(runId);
});
