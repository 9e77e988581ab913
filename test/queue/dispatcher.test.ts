import { DelayedError, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/run/events.ts';
import type { Dispatcher } from '../../src/ports.ts';
import { createDispatcher, nextLookKey, signalChannel, watchedKey } from '../../src/queue/dispatcher.ts';
import { openQueues, type QueueName, type Queues } from '../../src/queue/queues.ts';
import { sendSecret } from '../../src/queue/secrets.ts';
import { running, runId, Walk } from '../core/run/builders.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const prefix = 'test';
let server: TestRedis;
let queues: Queues;
let dispatcher: Dispatcher;
let workers: Worker[] = [];

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  await server.redis.flushall();
  queues = openQueues(server.redis, prefix);
  dispatcher = createDispatcher(queues, server.redis, prefix);
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close(true)));
  workers = [];
  await queues.close();
});

/** A worker whose jobs last until they are released one by one. */
function work(name: QueueName, run: (count: number) => Promise<void>): { count: () => number } {
  let count = 0;
  const worker = new Worker(name, () => run((count += 1)), { connection: server.connect(), prefix: `${prefix}:bull`, drainDelay: 1 });
  worker.on('error', () => {});
  workers.push(worker);
  return { count: () => count };
}

const observed: RunEvent = { v: 1, at: 1, type: 'job.observed', token: 'test-1', observation: running, progress: null };
const noted: RunEvent = { v: 1, at: 1, type: 'note.added', by: 'U1', text: 'x', ts: null };

describe('effects', () => {
  it('makes one job of an effect that is dispatched twenty times at once', async () => {
    const { state, events } = Walk.begin();
    await Promise.all(Array.from({ length: 20 }, () => dispatcher.dispatch(state, events)));
    const jobs = await queues.steps.getJobs();
    expect(jobs.map((job) => [job.id, job.name, job.data as unknown])).toEqual([
      [`${runId}.clone.1.work`, 'clone', { runId, effectId: `${runId}.clone.1.work` }],
    ]);
  });

  it('adds no second job while the first is being worked on', async () => {
    const { state } = Walk.begin();
    let release = (): void => {};
    const seen = work('steps', () => new Promise((resolve) => (release = resolve)));
    await dispatcher.dispatch(state, []);
    await expect.poll(seen.count).toBe(1);
    await Promise.all(Array.from({ length: 5 }, () => dispatcher.dispatch(state, [])));
    expect(await queues.steps.getJobCounts('wait', 'delayed', 'active')).toMatchObject({ wait: 0, delayed: 0, active: 1 });
    release();
    await expect.poll(() => queues.steps.getJobCountByTypes('active', 'wait')).toBe(0);
    expect(seen.count()).toBe(1);
  });

  it.each(['done', 'failed'])('frees the id of a job that is %s', async (how) => {
    const { state } = Walk.begin();
    const seen = work('steps', () => (how === 'done' ? Promise.resolve() : Promise.reject(new Error('broken'))));
    await dispatcher.dispatch(state, []);
    await expect.poll(seen.count).toBe(1);
    await expect.poll(() => queues.steps.getJobCountByTypes('active', 'wait', 'failed', 'completed')).toBe(0);
    await dispatcher.dispatch(state, []);
    await expect.poll(seen.count).toBe(2);
  });

  it('leaves a run that waits for a person without any work', async () => {
    const { state } = Walk.begin().toFirstQuestion();
    await dispatcher.dispatch(state, []);
    expect(await queues.steps.getJobCountByTypes('active', 'wait', 'delayed')).toBe(0);
  });
});

describe('the thread', () => {
  it('makes one job of many updates that wait', async () => {
    const { state } = Walk.begin();
    await Promise.all(Array.from({ length: 20 }, () => dispatcher.dispatch(state, [noted])));
    expect(await queues.thread.getJobCountByTypes('wait', 'delayed', 'active')).toBe(1);
  });

  it('does not lose an update that comes while the thread is being brought up to date', async () => {
    const { state } = Walk.begin();
    const releases: (() => void)[] = [];
    const seen = work('thread', () => new Promise((resolve) => releases.push(resolve)));
    await dispatcher.dispatch(state, [noted]);
    await expect.poll(seen.count).toBe(1);
    for (let index = 0; index < 5; index += 1) await dispatcher.dispatch(state, [observed]);
    expect(seen.count()).toBe(1);
    releases[0]?.();
    await expect.poll(seen.count).toBe(2);
    releases[1]?.();
    await expect.poll(() => queues.thread.getJobCountByTypes('wait', 'delayed', 'active')).toBe(0);
    expect(seen.count()).toBe(2);
  });

  /** The thread's job has looked and waits for its turn, far away; another run's job shows when the queue is through. */
  async function waitForTurn(): Promise<{ seen: string[] }> {
    const seen: string[] = [];
    const worker = new Worker(
      'thread',
      async (job, token) => {
        const { runId: id } = job.data as { runId: string };
        seen.push(id);
        if (id !== runId || seen.filter((item) => item === runId).length > 1) return;
        await job.moveToDelayed(Date.now() + 600_000, token);
        throw new DelayedError();
      },
      { connection: server.connect(), prefix: `${prefix}:bull`, drainDelay: 1 },
    );
    worker.on('error', () => {});
    workers.push(worker);
    await dispatcher.dispatch(Walk.begin().state, [noted]);
    await expect.poll(() => queues.thread.getDelayedCount()).toBe(1);
    return { seen };
  }

  it('moves a job that waits for its turn to the front when something urgent comes', async () => {
    const { seen } = await waitForTurn();
    await dispatcher.dispatch(Walk.begin().state, [noted]);
    await expect.poll(() => seen).toEqual([runId, runId]);
    await expect.poll(() => queues.thread.getJobCountByTypes('wait', 'delayed', 'active')).toBe(0);
  });

  it('lets mere progress wait for that turn', async () => {
    const { seen } = await waitForTurn();
    for (let index = 0; index < 5; index += 1) await dispatcher.dispatch(Walk.begin().state, [observed]);
    await queues.thread.add('reconcile-thread', { runId: 'rother' });
    await expect.poll(() => seen).toEqual([runId, 'rother']);
    expect(await queues.thread.getDelayedCount()).toBe(1);
  });
});

describe('watching and signals', () => {
  it('lists a run for the poller exactly while its job may live', async () => {
    const key = watchedKey(prefix, 'local');
    const walk = Walk.begin().toFirstQuestion().approve().work().work().approve();
    await dispatcher.dispatch(walk.state, []);
    expect(await server.redis.smembers(key)).toEqual([]);
    await dispatcher.dispatch(walk.work().state, []);
    expect(await server.redis.smembers(key)).toEqual([runId]);
    await dispatcher.dispatch(walk.observe(running).state, []);
    expect(await server.redis.smembers(key)).toEqual([runId]);
    await dispatcher.dispatch(walk.toEnd().state, []);
    expect(await server.redis.smembers(key)).toEqual([]);
  });

  it('lets the poller look at once for whoever is new, and for whoever waits for an end', async () => {
    const key = nextLookKey(prefix, 'local');
    const walk = Walk.begin().toJob();
    await server.redis.set(key, '1');
    await dispatcher.dispatch(walk.state, []);
    expect(await server.redis.exists(key)).toBe(0);
    await server.redis.set(key, '1');
    await dispatcher.dispatch(walk.observe(running).state, []);
    expect(await server.redis.exists(key)).toBe(1);
    await dispatcher.dispatch(walk.do({ ...walk.next(), kind: 'cancel', by: 'U1', reason: '' }).state, []);
    expect(await server.redis.exists(key)).toBe(0);
  });

  it('tells workers of a cancel', async () => {
    const ears = server.connect();
    const heard: string[] = [];
    ears.on('message', (_channel, message) => heard.push(message));
    await ears.subscribe(signalChannel(prefix));
    const walk = Walk.begin();
    await dispatcher.dispatch(walk.state, []);
    await dispatcher.dispatch(walk.do({ ...walk.next(), kind: 'cancel', by: 'U1', reason: '' }).state, []);
    await expect.poll(() => heard).toEqual([JSON.stringify({ runId, kind: 'cancel' })]);
  });

  it('hands a secret on without leaving it anywhere', async () => {
    const ears = server.connect();
    const heard: unknown[] = [];
    ears.on('message', (_channel, message) => heard.push(JSON.parse(message)));
    await ears.subscribe(`${prefix}:logins`);
    const secret = { site: 'lumi', by: 'U1', password: 'correct horse', code: '123456' };
    expect(await sendSecret(server.redis, prefix, secret)).toBe(1);
    await expect.poll(() => heard).toEqual([secret]);
    expect((await server.redis.keys('*')).filter((key) => !key.includes(':bull:'))).toEqual([]);
  });
});
