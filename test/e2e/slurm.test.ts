/** The whole path on a real Slurm over a real sshd: the thread shows the queue, and every submission makes one job. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findLastJob } from '../../src/core/run/state.ts';
import { useSlurmLab, type SlurmLab } from '../lab/slurm.ts';
import { describeSite, listSubmissions } from '../support/slurm-site.ts';
import { mallory, Stack, until } from '../support/stack.ts';
import { Person, STRAIGHT } from './person.ts';
import { makeTraining } from './repos.ts';

vi.setConfig({ testTimeout: 240_000 });

let lab: SlurmLab;
let stack: Stack;
let person: Person;

beforeAll(async () => {
  lab = await useSlurmLab();
  stack = await Stack.start({
    sites: [
      describeSite('lab', lab),
      describeSite('lab-openssh', lab, { transport: 'openssh' }),
      describeSite('lab-closed', lab, { partition: 'closed' }),
      describeSite('lab-brief', lab, { minutes: 1 }),
    ],
  });
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await lab?.stop();
});

/** The one job of a run as the accounting knows it. */
async function expectOneSubmission(runId: string, state: string): Promise<void> {
  const { jobs } = await person.state(runId);
  expect(jobs).toHaveLength(1);
  const [job] = jobs;
  const rows = await until('the end in the accounting', async () => {
    const found = await listSubmissions(lab, job?.spec.token ?? '');
    return found.some((row) => row[1]?.startsWith(state)) && found;
  });
  expect(rows.map((row) => row[0])).toEqual([job?.ref?.jobId]);
}

describe.concurrent('a site of kind slurm', () => {
  test.for(['lab', 'lab-openssh'])('READY through sbatch on %s', async (site) => {
    const runId = await person.reproduce(await makeTraining(stack.folder, 'good', { steps: 5_000, pause: 0.02 }), `--site ${site}`);
    const state = await person.carryThrough(runId, 120);
    expect(state.verdict).toMatchObject({ as: 'READY' });
    expect(state.sample?.result?.stepsDone).toBe(100);
    const approval = state.approvals[1];
    expect(approval?.action).toMatchObject({
      kind: 'submit-job',
      command: ['sbatch', '--parsable', expect.stringContaining('job.sbatch')],
    });
    await person.expectTidyThread(runId, STRAIGHT);
    await expectOneSubmission(runId, 'COMPLETED');
  });

  test('a job that waits: the status shows the reason, and it can be cancelled', async () => {
    const runId = await person.reproduce(await makeTraining(stack.folder, 'waiting'), '--site lab-closed');
    await person.approve(runId, 1);
    await person.approve(runId, 2);
    await person.slot(
      runId,
      'status',
      (message) => /Waiting in the queue|Held/.test(message.text) && message.text.includes('PartitionDown'),
    );
    expect(await person.type(`cancel ${runId}`)).toContain('Cancelling');
    expect((await person.awaitVerdict(runId)).verdict?.as).toBe('CANCELLED');
    await person.expectTidyThread(runId, STRAIGHT);
    await expectOneSubmission(runId, 'CANCELLED');
  });

  test('a job that runs can be cancelled', async () => {
    const runId = await person.reproduce(await makeTraining(stack.folder, 'long', { steps: 5_000, pause: 1 }), '--site lab');
    await person.approve(runId, 1);
    await person.approve(runId, 2);
    await person.awaitState(runId, 'progress', (state) => (findLastJob(state)?.progress?.current ?? 0) > 1);
    await person.reply(runId, 'キャンセル');
    const state = await person.awaitVerdict(runId);
    expect(state.verdict?.as).toBe('CANCELLED');
    expect(findLastJob(state)?.observation).toMatchObject({ kind: 'ended', outcome: 'cancelled' });
    await expectOneSubmission(runId, 'CANCELLED');
  });

  test('a job that fails: NOT READY with the line that proves it', async () => {
    const crash = 'raise RuntimeError("the optimizer lost its footing")';
    const runId = await person.reproduce(await makeTraining(stack.folder, 'failing', { at: { 4: crash } }), '--site lab');
    const state = await person.carryThrough(runId, 120);
    expect(state.verdict?.as).toBe('NOT READY');
    expect(state.failures[0]?.failure.evidence?.text).toContain('the optimizer lost its footing');
    await expectOneSubmission(runId, 'FAILED');
  });

  test('a job that is too slow meets its time limit, and the failure says so', async () => {
    const runId = await person.reproduce(await makeTraining(stack.folder, 'slow', { steps: 5_000, pause: 3 }), '--site lab-brief');
    await person.approve(runId, 1);
    await person.approve(runId, 2);
    const state = await person.awaitState(runId, 'a failure', (now) => now.failures.length > 0, 180);
    expect(state.failures[0]?.failure).toMatchObject({ class: 'time_limit' });
    const rows = await listSubmissions(lab, state.jobs[0]?.spec.token ?? '');
    expect(rows).toHaveLength(1);
    if (state.verdict === null) {
      await person.slot(runId, 'approval:3');
      await person.reply(runId, 'cancel');
      await person.awaitVerdict(runId);
    }
  });
});

describe('jobs that somebody else started', () => {
  /** As a person at the login node would. */
  async function submit(name: string, body: string, ...options: string[]): Promise<string> {
    const script = join(lab.workRoot, `${name}.sh`);
    await writeFile(script, `#!/bin/sh\n${body}\n`);
    return (await lab.command('sbatch', '--parsable', '--mem=50', '-J', name, '-D', lab.workRoot, ...options, script)).trim();
  }

  test('are listed, explained and shown', async () => {
    const waiting = await submit('others-wait', 'true', '-p', 'closed');
    const failing = await submit(
      'others-fail',
      // Longer than a second: of a shorter one the accounting tells nothing.
      'echo "step 3/10 loss 0.7"; sleep 2; python3 -c "import torch_nowhere"',
      '-e',
      join(lab.workRoot, 'others.err'),
    );
    await until('the end of the job', async () => (await person.type(`why ${failing} --site lab`)).includes('FAILED'), 60);
    const listed = await person.type('jobs --all --site lab');
    expect(listed).toContain('others-wait');
    expect(listed).toContain('switched off');
    expect(await person.type('jobs lab')).not.toContain('others-fail');
    expect(await person.type(`why ${waiting} --site lab`)).toContain('PartitionDown');
    // What it used is told once the accounting knows it, a moment after the end.
    const why = await until(
      'what the job used',
      async () => {
        const text = await person.type(`why ${failing} --site lab`);
        return /CPU .* of 1 core/.test(text) && text;
      },
      60,
    );
    expect(why).toContain('missing_module');
    expect(why).toContain("No module named 'torch_nowhere'");
    expect(await person.type(`logs ${failing} --site lab`)).toContain('step 3/10 loss 0.7');
    expect(await person.type(`logs ${failing} --err --tail 1 --site lab`)).toMatch(/```\nModuleNotFoundError: No module named/);
    expect(await person.type(`logs ${failing} --full --site lab`)).toContain('All of');
    // Several sites are this one cluster, so a bare id is ambiguous, and nobody guesses.
    expect(await person.type(`why ${failing}`)).toContain('add `--site NAME`');
    expect(await person.type('why 4000000 --site lab')).toContain('No job 4000000');
    expect(await person.type('logs')).toContain('Which job?');
    expect(await person.type('jobs', mallory)).toContain('viewer');
    await lab.command('scancel', waiting);
  });

  test('are explained by a line far before the end of a long log', async () => {
    const noise = `python3 -c "print('shard flushed to the mirror, queue depth 3\\n' * 40000)"`;
    const failing = await submit('others-long', `python3 -c "import torch_nowhere"\n${noise}\nexit 1`);
    await until('the end of the job', async () => (await person.type(`why ${failing} --site lab`)).includes('FAILED'), 60);
    const why = await person.type(`why ${failing} --site lab`);
    expect(why).toContain('missing_module');
    expect(why).toContain("No module named 'torch_nowhere'");
  });
});
