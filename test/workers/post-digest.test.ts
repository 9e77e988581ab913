/** A digest comes once, whoever dies when: real Redis, BullMQ and console; only the clock is the test's. */
import { Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { foldEvents } from '../../src/core/run/fold.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { settleJob } from '../../workers/outcome.ts';
import processor from '../../workers/processors/post-digest.ts';
import { Lab } from '../core/digest/week.ts';
import { ada, begun } from '../core/run/builders.ts';
import { dieAfterPost, ThreadLab } from '../slack/thread-lab.ts';
import { research } from '../support/console.ts';
import { evening, Evening } from './digest-lab.ts';

const HOUR = 3_600_000;

let lab: ThreadLab;

beforeAll(async () => {
  lab = await ThreadLab.start();
});
afterAll(() => lab.stop());
beforeEach(() => lab.forget());

/** A run that waits for its first answer, in the journal. */
async function beginRun(hours = 1): Promise<void> {
  const made = new Lab();
  const { events } = made.begin('rasked', research, hours).toFirstQuestion();
  const journal = createRedisJournal(lab.redis.redis, 'test');
  const state = foldEvents(events);
  await journal.append({ runId: 'rasked', expectedVersion: 0, events, commandId: null, active: true, thread: state?.thread ?? null });
}

const posts = () => lab.console.readMessages(research);
const told = async () => (await createProjectStore(lab.redis.redis, 'test').list(research)).map(({ type }) => type);

describe('a digest', () => {
  it('is posted at its hour with the question and its buttons, which end when it is answered', async () => {
    await beginRun();
    const now = new Evening(lab);
    await now.look();
    const [message] = await posts();
    expect(message?.text).toContain('1 thing waits');
    const blocks = JSON.stringify(message?.blocks);
    for (const part of ['run.approve', 'run.reject', 'run.show', 'pip install torch', 'What moved', 'lab/asked'])
      expect(blocks).toContain(part);
    const question = (await now.context.runs.load('rasked'))?.approvals[0];
    const yes = {
      kind: 'approve',
      id: 'p',
      at: now.context.now(),
      by: ada,
      via: 'button',
      approvalId: 1,
      digest: question?.digest ?? '',
    } as const;
    expect((await now.context.runs.apply('rasked', yes)).outcome).toBe('applied');
    await now.look();
    const answered = JSON.stringify((await posts())[0]?.blocks);
    expect(answered).toContain('Approved by');
    expect(answered).not.toContain('run.approve');
    expect(await posts()).toHaveLength(1);
  });

  it('comes once from many workers with many jobs', async () => {
    await beginRun();
    const { context } = new Evening(lab);
    const queue = new Queue('digest', { connection: lab.redis.connect(), prefix: 'test:bull' });
    const work = () =>
      new Worker(
        'digest',
        async (job, token) => {
          const data = processor.data.parse(job.data);
          await settleJob(job, token, await processor.run(context, data, new AbortController().signal), context.runs);
        },
        { connection: lab.redis.connect(), prefix: 'test:bull', concurrency: 4 },
      );
    const workers = [work(), work(), work()];
    await queue.addBulk(Array.from({ length: 30 }, () => ({ name: 'post-digest', data: { project: research } })));
    await queue.upsertJobScheduler(`digest-${research}`, { every: 100 }, { name: 'post-digest', data: { project: research } });
    await expect.poll(told).toEqual(['digest.due', 'digest.posted']);
    await expect.poll(() => queue.getCompletedCount()).toBeGreaterThan(30);
    await queue.removeJobScheduler(`digest-${research}`);
    await Promise.all(workers.map((worker) => worker.close()));
    await queue.close();
    expect(await posts()).toHaveLength(1);
    expect(await told()).toEqual(['digest.due', 'digest.posted']);
  });

  it('is found again by whoever comes after a worker that died with its post', async () => {
    await beginRun();
    const dying = new Evening(lab, {}, dieAfterPost(lab.console.client));
    // What it would do next, it does no more.
    await processor.run(dying.context, { project: research }, new AbortController().signal);
    expect(await told()).toEqual(['digest.due']);
    expect(await posts()).toHaveLength(1);
    const next = new Evening(lab);
    next.pass(10_000);
    await next.look();
    expect(await told()).toEqual(['digest.due', 'digest.posted']);
    expect(await posts()).toHaveLength(1);
    const events = await next.context.projects.list(research);
    expect(events.at(-1)).toMatchObject({ type: 'digest.posted', ts: (await posts())[0]?.ts });
  });

  it('is posted by whoever comes after a worker that died before its post', async () => {
    await beginRun();
    const first = new Evening(lab);
    const due = {
      v: 1,
      at: first.context.now(),
      id: '2026-01-05',
      type: 'digest.due',
      edition: '2026-01-05',
      channel: research,
      from: begun,
      to: evening,
    } as const;
    await first.context.projects.append(research, due);
    first.pass(15 * HOUR);
    await first.look();
    expect(await told()).toEqual(['digest.due', 'digest.posted']);
    expect(await posts()).toHaveLength(1);
  });

  it('tells three missed days in one', async () => {
    await beginRun();
    const late = new Evening(lab);
    late.pass(72 * HOUR - 2 * HOUR);
    await late.look();
    await late.look();
    expect(await posts()).toHaveLength(1);
    const [due] = await late.context.projects.list(research);
    expect(due).toMatchObject({ type: 'digest.due', edition: '2026-01-07', from: begun - 15 * HOUR + 48 * HOUR });
  });

  it('says nothing, or one line, where nothing happened', async () => {
    await new Evening(lab).context.projects.append(research, {
      v: 1,
      at: begun,
      id: 'd0',
      type: 'digest.due',
      edition: '2026-01-04',
      channel: research,
      from: 0,
      to: begun,
    });
    await new Evening(lab).context.projects.append(research, {
      v: 1,
      at: begun,
      id: 'd0',
      type: 'digest.posted',
      edition: '2026-01-04',
      ts: null,
    });
    await new Evening(lab).look();
    expect(await posts()).toHaveLength(0);
    expect(await told()).toHaveLength(4);
    const next = new Evening(lab, { quiet: 'line' });
    next.pass(24 * HOUR);
    await next.look();
    expect((await posts()).map(({ text }) => text)).toEqual([expect.stringContaining('Nothing happened')]);
  });

  it('comes at once for who asks, once for each time of asking, and again at its hour', async () => {
    await beginRun();
    const noon = new Evening(lab);
    noon.pass(-6 * HOUR);
    const asked = { id: 'slash:77', channel: research };
    await Promise.all([noon.look(asked), noon.look(asked)]);
    expect(await posts()).toHaveLength(1);
    noon.pass(6 * HOUR);
    await noon.look();
    expect((await posts()).map(({ text }) => /Digest of [^:]*/.exec(text)?.[0])).toEqual([
      'Digest of #research, so far',
      'Digest of #research, Mon 5 Jan',
    ]);
  });

  it('does not begin with hours from before the project did', async () => {
    await beginRun();
    const morning = new Evening(lab);
    morning.pass(-7 * HOUR);
    await morning.look();
    expect(await told()).toEqual([]);
    expect(await posts()).toHaveLength(0);
  });
});
