import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/run/events.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import type { AppendRequest, Journal } from '../../src/ports.ts';
import { makeLoss, makeProgress, makeRequest, Walk } from '../core/run/builders.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let journal: Journal;

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  await server.redis.flushall();
  journal = createRedisJournal(server.redis, 'test');
});

const note = (text: string, at = 1): RunEvent => ({ v: 1, at, type: 'note.added', by: 'U1', text, ts: null });

function request(parts: Partial<AppendRequest> = {}): AppendRequest {
  return { runId: 'r1', expectedVersion: 0, events: [note('a')], commandId: null, active: true, thread: null, ...parts };
}

describe('append', () => {
  it('keeps events in order and gives back exactly what was written', async () => {
    const { events } = Walk.begin().toJob().toEnd();
    expect(await journal.append(request({ events }))).toBe('appended');
    expect(await journal.read('r1', 0)).toEqual(events);
    expect(await journal.read('r1', 3)).toEqual(events.slice(3));
    expect(await journal.read('r1', events.length)).toEqual([]);
  });

  it('lets one of fifty concurrent writers through', async () => {
    const writers = Array.from({ length: 50 }, () => createRedisJournal(server.connect(), 'test'));
    const answers = await Promise.all(
      writers.map((writer, index) => writer.append(request({ events: [note(`a${index}`), note(`b${index}`)], commandId: `c${index}` }))),
    );
    expect(answers.filter((answer) => answer === 'appended')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'conflict')).toHaveLength(49);
    const winner = answers.indexOf('appended');
    expect(await journal.read('r1', 0)).toEqual([note(`a${winner}`), note(`b${winner}`)]);
    expect(await journal.wasApplied('r1', `c${winner}`)).toBe(true);
    expect(await journal.wasApplied('r1', `c${(winner + 1) % 50}`)).toBe(false);
  });

  it('takes a command once, whatever version comes with it', async () => {
    expect(await journal.append(request({ commandId: 'c' }))).toBe('appended');
    expect(await journal.append(request({ commandId: 'c', expectedVersion: 1 }))).toBe('duplicate');
    expect(await journal.append(request({ commandId: 'c', expectedVersion: 0 }))).toBe('duplicate');
    expect(await journal.append(request({ runId: 'r2', commandId: 'c' }))).toBe('appended');
    expect(await journal.read('r1', 0)).toHaveLength(1);
  });

  it('refuses every version but the newest and leaves nothing behind', async () => {
    await journal.append(request({ events: [note('a'), note('b')] }));
    for (const expectedVersion of [0, 1, 3]) {
      expect(await journal.append(request({ expectedVersion, commandId: `v${expectedVersion}` }))).toBe('conflict');
      expect(await journal.wasApplied('r1', `v${expectedVersion}`)).toBe(false);
    }
    expect(await journal.read('r1', 0)).toHaveLength(2);
  });

  it('remembers a command that led to nothing, without a mark for the dispatcher', async () => {
    expect(await journal.append(request({ events: [], commandId: 'c' }))).toBe('appended');
    expect(await journal.append(request({ events: [], commandId: 'c' }))).toBe('duplicate');
    expect(await journal.listUndispatched()).toEqual([]);
    expect(await journal.listRecent(10)).toEqual([]);
  });

  it('refuses an event that could not be read back', async () => {
    const progress = makeProgress({ loss: makeLoss([2, Number.NaN], 'nan'), metrics: { loss: Number.NaN } });
    const event: RunEvent = { v: 1, at: 1, type: 'job.observed', token: 'r1-1', observation: { kind: 'missing', why: '' }, progress };
    await expect(journal.append(request({ events: [note('a'), event] }))).rejects.toMatchObject({ code: 'journal.corrupt' });
    expect(await journal.read('r1', 0)).toEqual([]);
  });
});

describe('read', () => {
  it('pages through more than a thousand events', async () => {
    const events = Array.from({ length: 2_500 }, (_, index) => note(`n${index}`, index));
    for (let at = 0; at < events.length; at += 500)
      await journal.append(request({ expectedVersion: at, events: events.slice(at, at + 500) }));
    expect(await journal.read('r1', 0)).toEqual(events);
    expect(await journal.read('r1', 999)).toEqual(events.slice(999));
    expect(await journal.read('r1', 1_499)).toEqual(events.slice(1_499));
  });

  it.each([
    ['not JSON', '{"v":1,', /it is not JSON/],
    ['nothing', '', /it is not JSON/],
    ['an event of a later version', JSON.stringify({ v: 2, at: 1, type: 'note.added' }), /event 2-0 of run r1/],
    ['an unknown type', JSON.stringify({ v: 1, at: 1, type: 'moon.landed' }), /event 2-0 of run r1/],
  ])('names run and position of an entry that holds %s', async (_what, stored, words) => {
    await journal.append(request());
    await server.redis.xadd('test:run:r1:journal', '2-0', 'e', stored);
    const failure = await journal.read('r1', 0).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'journal.corrupt', doing: 'reading event 2-0 of run r1' });
    expect(String(failure)).toMatch(words);
  });
});

describe('indexes', () => {
  it('knows active runs, the newest runs, and the run of a thread', async () => {
    await journal.append(request({ runId: 'r1', events: [note('a', 10)] }));
    await journal.append(request({ runId: 'r2', events: [note('a', 20)], thread: { channel: 'C1', ts: '1.5' } }));
    expect(new Set(await journal.listActive())).toEqual(new Set(['r1', 'r2']));
    await journal.append(request({ runId: 'r1', expectedVersion: 1, events: [note('b', 30)], active: false }));
    expect(await journal.listActive()).toEqual(['r2']);
    // By their beginning: later events do not move a run up.
    expect(await journal.listRecent(10)).toEqual(['r2', 'r1']);
    expect(await journal.listRecent(1)).toEqual(['r2']);
    expect(await journal.findByThread('C1', '1.5')).toBe('r2');
    expect(await journal.findByThread('C1', '1.6')).toBeNull();
  });

  it('clears the mark of an undispatched run only when nothing newer came', async () => {
    await journal.append(request());
    await journal.append(request({ expectedVersion: 1, events: [note('b'), note('c')] }));
    await journal.markDispatched('r1', 1);
    expect(await journal.listUndispatched()).toEqual([{ runId: 'r1', version: 3 }]);
    await journal.markDispatched('r1', 3);
    expect(await journal.listUndispatched()).toEqual([]);
  });

  it('keeps the runs of two prefixes apart', async () => {
    await journal.append(request({ ...makeRequest(), commandId: 'c' }));
    const other = createRedisJournal(server.redis, 'other');
    expect(await other.listRecent(5)).toEqual([]);
    expect(await other.wasApplied('rtestrun', 'c')).toBe(false);
  });
});
