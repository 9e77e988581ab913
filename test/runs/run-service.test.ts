import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listEffects } from '../../src/core/run/effects.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { foldEvents } from '../../src/core/run/fold.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import type { Dispatcher } from '../../src/ports.ts';
import { RunService } from '../../src/runs/run-service.ts';
import { makeOutput, makeRequest, runId, Walk } from '../core/run/builders.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let dispatched: { version: number; events: readonly RunEvent[] }[];
let broken: boolean;

const dispatcher: Dispatcher = {
  dispatch: (state, events) => {
    if (broken) return Promise.reject(new Error('the queues are away'));
    dispatched.push({ version: state.version, events });
    return Promise.resolve();
  },
};

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  await server.redis.flushall();
  dispatched = [];
  broken = false;
});

const open = (): RunService => new RunService(createRedisJournal(server.redis, 'test'), dispatcher);
const note = (id: string, at: number) => ({ kind: 'note', id, at, by: 'U1', text: id, ts: null }) as const;

async function readAnew(): Promise<RunState | null> {
  return foldEvents(await createRedisJournal(server.redis, 'test').read(runId, 0));
}

describe('apply', () => {
  it('applies a command once when it arrives twenty times at two services', async () => {
    const [one, other] = [open(), open()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).apply(runId, makeRequest())),
    );
    expect(answers.filter((answer) => answer.outcome === 'applied')).toHaveLength(1);
    expect(answers.filter((answer) => answer.outcome === 'duplicate')).toHaveLength(19);
    expect((await readAnew())?.version).toBe(2);
    expect(dispatched).toHaveLength(1);
  });

  it('loses no command of forty that come at the same time', async () => {
    const [one, other] = [open(), open()];
    await one.apply(runId, makeRequest());
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).apply(runId, note(`n${index}`, 2_000 + index))),
    );
    const state = await readAnew();
    expect(state?.notes.map((item) => item.text).toSorted()).toEqual(Array.from({ length: 40 }, (_, index) => `n${index}`).toSorted());
    for (const service of [one, other]) expect(await service.load(runId)).toEqual(state);
  });

  it('lets exactly one of an approval and a rejection win, and tells the other', async () => {
    const service = open();
    await service.apply(runId, makeRequest());
    for (let index = 0; index < 3; index += 1) await doWork(service, index);
    const base = { at: 9_000, by: 'U2', via: 'button' as const, approvalId: 1 };
    const answers = await Promise.all([
      open().apply(runId, { ...base, id: 'a', kind: 'approve', digest: null }),
      open().apply(runId, { ...base, id: 'b', kind: 'reject', reason: 'no' }),
    ]);
    expect(answers.map((answer) => answer.outcome).toSorted()).toEqual(['applied', 'refused']);
    expect(answers.find((answer) => answer.outcome === 'refused')?.refusal?.code).toBe('already-settled');
  });

  it('refuses commands to a run that nobody knows, and remembers nothing of it', async () => {
    const answer = await open().apply('rnowhere', note('x', 1));
    expect(answer).toMatchObject({ outcome: 'refused', state: null, refusal: { code: 'unknown-run' } });
    expect(await server.redis.keys('*')).toEqual([]);
  });
});

async function doWork(service: RunService, index: number): Promise<void> {
  const state = await service.load(runId);
  if (state === null) throw new Error('no run');
  const effect = listEffects(state)[0];
  const output = effect === undefined ? null : makeOutput(state, effect.kind);
  if (effect === undefined || output === null) throw new Error('no work');
  await service.apply(runId, { kind: 'result', id: `w${index}`, at: 2_000 + index, effectId: effect.id, output });
}

describe('a journal that changes behind the cache', () => {
  it('sees what another process wrote', async () => {
    const [one, other] = [open(), open()];
    await one.apply(runId, makeRequest());
    await other.apply(runId, note('from elsewhere', 2_000));
    expect((await one.load(runId))?.notes).toHaveLength(1);
  });

  it('knows nothing any more after FLUSHALL', async () => {
    const service = open();
    await service.apply(runId, makeRequest());
    await server.redis.flushall();
    expect(await service.load(runId)).toBeNull();
    expect((await service.apply(runId, note('x', 3_000))).refusal?.code).toBe('unknown-run');
  });

  it.each([
    ['shorter than what was known', 0],
    ['longer than what was known', 12],
  ])('reads a run right that was restored by another process, its journal being %s', async (_what, extra) => {
    const service = open();
    await service.apply(runId, makeRequest());
    for (let index = 0; index < 3; index += 1) await doWork(service, index);
    const before = await service.load(runId);
    await server.redis.flushall();
    const other = open();
    await other.apply(runId, { kind: 'restore', id: 'restore', at: 50_000, by: 'U1', state: JSON.parse(JSON.stringify(before)) });
    for (let index = 0; index < extra; index += 1) await other.apply(runId, note(`late ${index}`, 60_000 + index));
    const state = await service.load(runId);
    expect(state).toEqual(await readAnew());
    expect(state).toMatchObject({ restored: true, version: 1 + extra });
    expect(state?.approvals).toEqual(before?.approvals);
    expect((await service.apply(runId, note('last', 70_000))).outcome).toBe('applied');
  });
});

describe('dispatch', () => {
  it('leaves a mark while the queues are away, and dispatchAll repairs it', async () => {
    const service = open();
    broken = true;
    await expect(service.apply(runId, makeRequest())).rejects.toThrow('the queues are away');
    expect(await service.journal.listUndispatched()).toEqual([{ runId, version: 2 }]);
    // The same delivery again changes nothing, and does not clear the mark.
    expect((await service.apply(runId, makeRequest())).outcome).toBe('duplicate');
    expect(await service.journal.listUndispatched()).toHaveLength(1);
    broken = false;
    expect(await open().dispatchAll()).toBe(1);
    expect(dispatched).toEqual([{ version: 2, events: [] }]);
    expect(await service.journal.listUndispatched()).toEqual([]);
  });

  it('repairs a finished run, too: its last message must still go out', async () => {
    const service = open();
    await service.apply(runId, makeRequest());
    broken = true;
    const cancel = { kind: 'cancel', id: 'c', at: 5_000, by: 'U1', reason: '' } as const;
    await expect(service.apply(runId, cancel)).rejects.toThrow('the queues are away');
    expect(await service.journal.listActive()).toEqual([]);
    broken = false;
    dispatched = [];
    await open().dispatchAll();
    expect(dispatched).toHaveLength(1);
    dispatched = [];
    await open().dispatchAll();
    expect(dispatched).toEqual([]);
  });

  it('keeps a run that cannot be read from stopping the others', async () => {
    const service = open();
    await service.apply(runId, makeRequest());
    await server.redis.xadd('test:run:rbroken:journal', '1-0', 'e', 'garbage');
    await server.redis.sadd('test:runs:active', 'rbroken');
    dispatched = [];
    await server.redis.hset('test:runs:undispatched', 'rbroken', '1');
    const told: string[] = [];
    await open().dispatchAll((id, error) => told.push(`${id}: ${error.message}`));
    expect(dispatched.map((item) => item.version)).toEqual([2]);
    expect(told).toEqual([expect.stringContaining('rbroken: reading event 1-0 of run rbroken: it is not JSON')]);
  });
});

it('folds to the same state whether in one go or event by event through the cache', async () => {
  const { events } = Walk.begin().toJob().toEnd();
  const service = open();
  const journal = createRedisJournal(server.redis, 'test');
  for (const [index, event] of events.entries()) {
    await journal.append({ runId, expectedVersion: index, events: [event], commandId: null, active: true, thread: null });
    expect(await service.load(runId)).toEqual(foldEvents(events.slice(0, index + 1)));
  }
});
