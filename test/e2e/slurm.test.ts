/** The whole path on a real Slurm over a real sshd: the thread shows the queue, and every submission makes one job. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findLastJob } from '../../src/core/run/state.ts';
import { useSlurmLab, type SlurmLab } from '../lab/slurm.ts';
import { describeSite, listSubmissions } from '../support/slurm-site.ts';
import { Stack, until } from '../support/stack.ts';
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
