/** The week of the Kaggle account in the digest: real Redis and console, and the local Kaggle, whose calls are counted. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KaggleBackend } from '../../src/backends/kaggle/index.ts';
import { foldEvents } from '../../src/core/run/fold.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createQuotaStore } from '../../src/journal/quota-store.ts';
import { createQuotaLooks } from '../../src/runs/kaggle-quota.ts';
import { startKaggleStandIn, type KaggleStandIn } from '../../src/stand-ins/kaggle/server.ts';
import type { WorkerContext } from '../../workers/context.ts';
import { lookAtQuota } from '../../workers/experiment/look-at-quota.ts';
import { connect } from '../contract/kaggle/harness.ts';
import { LoopWalk, runId, TERMS } from '../core/experiment/builders.ts';
import { ThreadLab } from '../slack/thread-lab.ts';
import { research } from '../support/console.ts';
import { Evening } from './digest-lab.ts';

const HOUR = 3_600_000;
let lab: ThreadLab;
let kaggle: KaggleStandIn;
let account: KaggleBackend;
/** The local Kaggle's clock, the lab's. */
let clock: () => number = Date.now;

beforeAll(async () => {
  lab = await ThreadLab.start();
});
afterAll(() => lab.stop());
beforeEach(async () => {
  await lab.forget();
  kaggle = await startKaggleStandIn({ now: () => clock() });
  account = connect(kaggle);
});
afterEach(() => kaggle.close());

const signal = new AbortController().signal;
const countLooks = () => kaggle.calls.filter(({ method }) => method === 'GetAcceleratorQuotaStatistics').length;

function join(now: Evening): WorkerContext {
  clock = now.context.now;
  const quota = createQuotaLooks({
    ask: (stop) => account.quota(stop),
    kept: createQuotaStore(lab.redis.redis, 'test'),
    now: now.context.now,
    onSilence: () => {},
  });
  return Object.assign(now.context, { quota });
}

/** A loop with a GPU that has just been approved. */
async function beginLoop(accelerator: 'gpu' | 'none' = 'gpu'): Promise<RunState> {
  const loop = new LoopWalk();
  loop.open({ terms: { ...TERMS, accelerator, datasets: [...TERMS.datasets] } });
  loop.approve();
  const { events } = loop;
  await createRedisJournal(lab.redis.redis, 'test').append({
    runId,
    expectedVersion: 0,
    events,
    commandId: null,
    active: true,
    thread: null,
  });
  const state = foldEvents(events);
  if (state === null) throw new Error('no loop');
  return state;
}

const texts = async () => (await lab.console.readMessages(research)).map(({ blocks }) => JSON.stringify(blocks));
const told = async (context: WorkerContext) => (await context.projects.list(research)).filter(({ type }) => type === 'quota.seen');

describe('the evening digest of a project with a loop', () => {
  it('asks Kaggle once and shows what it said, by whose account and when', async () => {
    const now = new Evening(lab);
    const context = join(now);
    await beginLoop();
    kaggle.useQuota('gpu', 12 * 3600);
    await now.look();
    const [text] = await texts();
    expect(text).toContain('GPU: 12.0 h of 30.0 h used this week, 18.0 h left');
    expect(text).toContain('resets 2026-01-10 00:00 UTC');
    expect(text).toContain('Kaggle account ada');
    expect(countLooks()).toBe(1);
    expect(await told(context)).toMatchObject([{ account: 'ada', run: null, quota: { gpu: { usedSeconds: 43_200 } } }]);
    // Another one a minute later takes the same look.
    await now.look({ id: 'x', channel: research });
    expect(countLooks()).toBe(1);
    expect(await told(context)).toHaveLength(1);
  });

  it('takes the look of a push that was a moment ago, and that of the morning where Kaggle keeps still', async () => {
    const now = new Evening(lab);
    const context = join(now);
    const state = await beginLoop();
    kaggle.useQuota('gpu', 3600);
    now.pass(-6 * HOUR);
    const quota = await lookAtQuota(context, state, 'ada', signal);
    expect(quota.gpu).toEqual({ usedSeconds: 3600, reservedSeconds: 0, totalSeconds: 30 * 3600 });
    const seenAt = context.now();
    now.pass(6 * HOUR);
    kaggle.fail({ kind: 'status', status: 503, method: 'GetAcceleratorQuotaStatistics' }, 50);
    await now.look();
    const [text] = await texts();
    expect(text).toContain(`GPU: 1.0 h of 30.0 h used this week, 29.0 h left`);
    expect(text).toContain(`asked for run ${runId}`);
    expect(text).toMatch(new RegExp(`As of <!date\\^${Math.floor(seenAt / 100_000)}\\d\\d\\^`));
    expect(await told(context)).toMatchObject([{ run: runId }]);
  });

  it('asks nothing for a project that has nothing at Kaggle, or nothing that its week counts', async () => {
    const now = new Evening(lab);
    const context = join(now);
    await beginLoop('none');
    await now.look();
    expect(await texts()).toHaveLength(1);
    expect((await texts())[0]).not.toContain('Kaggle account');
    expect([countLooks(), await told(context)]).toEqual([0, []]);
  });
});

describe('a run that waits for hours', () => {
  it('tells the same answer once an hour, and one that moves every quarter of one; another asker’s at once', async () => {
    const now = new Evening(lab);
    const context = join(now);
    const state = await beginLoop();
    const ask = async (times: number, used: number): Promise<number> => {
      const before = (await told(context)).length;
      for (let time = 0; time < times; time += 1) {
        await lookAtQuota(context, state, 'ada', signal);
        kaggle.useQuota('gpu', used * (time + 1));
        now.pass(5 * 60_000);
      }
      return (await told(context)).length - before;
    };
    expect(await ask(20, 0)).toBe(2);
    expect(await ask(12, 300)).toBe(4);
    await lookAtQuota(context, { ...state, id: 'rother' }, 'ada', signal);
    expect((await told(context)).at(-1)).toMatchObject({ run: 'rother' });
  });
});

describe('looks for views', () => {
  it('are one in ten minutes for all workers together, also while Kaggle keeps still', async () => {
    const now = new Evening(lab);
    const [one, two] = [join(now).quota, join(now).quota];
    const seen = await one?.recent();
    expect(await two?.recent()).toEqual(seen);
    expect(countLooks()).toBe(1);
    kaggle.fail({ kind: 'status', status: 503, method: 'GetAcceleratorQuotaStatistics' }, 50);
    now.pass(11 * 60_000);
    expect(await one?.recent()).toEqual(seen);
    const asked = countLooks();
    expect(await one?.recent()).toEqual(seen);
    expect(countLooks()).toBe(asked);
  });
});
