import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProjectEvent } from '../../src/core/project/events.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createDiary, type Diary } from '../../src/runs/diary.ts';
import { ada, begun, research } from '../core/run/builders.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
const always = { from: 0, to: Number.MAX_SAFE_INTEGER };
const lab = 'CLAB0000001';

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());
beforeEach(() => server.redis.flushall());

async function add(runId: string, expectedVersion: number, events: readonly RunEvent[]): Promise<void> {
  const journal = createRedisJournal(server.redis, 'test');
  const answer = await journal.append({ runId, expectedVersion, events, commandId: null, active: true, thread: null });
  expect(answer).toBe('appended');
}

const asked = (runId: string, channel: string, at = begun): RunEvent => ({
  v: 1,
  at,
  type: 'run.requested',
  runId,
  kind: 'reproduce',
  by: ada,
  channel,
  repo: { url: 'https://github.com/acme/tide', ref: null, subfolder: '' },
  site: 'local',
});
const said = (text: string, at: number): RunEvent => ({ v: 1, at, type: 'note.added', by: ada, text, ts: null });
const noted = (text: string, at: number): ProjectEvent => ({
  v: 1,
  at,
  id: text,
  type: 'note.added',
  by: ada,
  text,
  channel: lab,
  ts: null,
  via: 'command',
});

function open(reads: string[] = [], corrupt: string[] = []): Diary {
  const journal = createRedisJournal(server.redis, 'test');
  return createDiary({
    journal: {
      listRecent: (limit) => journal.listRecent(limit),
      read: async (runId, after) => {
        const events = await journal.read(runId, after);
        reads.push(`${runId} ${events.length}`);
        return events;
      },
    },
    projects: createProjectStore(server.redis, 'test'),
    named: [{ name: 'gold', channels: [research, lab] }],
    onCorrupt: (runId) => corrupt.push(runId),
  });
}

describe('the diary of a project', () => {
  it('tells the runs of its channels and its own journal in the order of time', async () => {
    await add('raaaa', 0, [asked('raaaa', research), said('first', begun + 20)]);
    await add('rbbbb', 0, [asked('rbbbb', lab, begun + 10)]);
    await add('rcccc', 0, [asked('rcccc', 'COTHER')]);
    const store = createProjectStore(server.redis, 'test');
    await store.append('gold', noted('second', begun + 30));
    // Told before the channel had a name.
    await store.append(lab, noted('older', begun + 5));
    const diary = open();
    const entries = await diary.collectEntries('gold', always);
    expect(entries.map((entry) => entry.id)).toEqual(['raaaa.1.0', `${lab}.1.0`, 'rbbbb.1.0', 'raaaa.2.0', 'gold.1.0']);
    expect(await diary.collectEntries('gold', { from: begun + 10, to: begun + 30 })).toEqual(entries.slice(2, 4));
    expect(await diary.projectsOf()).toEqual(['COTHER', 'gold']);
  });

  it('reads what is new and nothing else when it is asked again', async () => {
    await add('raaaa', 0, [asked('raaaa', research), said('one', begun + 1), said('two', begun + 2)]);
    const reads: string[] = [];
    const diary = open(reads);
    await diary.collectEntries('gold', always);
    await add('raaaa', 3, [said('three', begun + 3)]);
    const entries = await diary.collectEntries('gold', always);
    expect(reads).toEqual(['raaaa 3', 'raaaa 2']);
    expect(entries).toEqual(await open().collectEntries('gold', always));
  });

  it('tells a run anew that goes on after its end, or whose journal was begun anew', async () => {
    const over: RunEvent = { v: 1, at: begun + 2, type: 'run.finished', verdict: { as: 'CANCELLED', reason: 'enough' } };
    await add('raaaa', 0, [asked('raaaa', research), over]);
    const diary = open();
    await diary.collectEntries('gold', always);
    await add('raaaa', 2, [{ v: 1, at: begun + 3, type: 'run.resumed', by: ada }]);
    expect((await diary.collectEntries('gold', always)).at(-1)).toMatchObject({ id: 'raaaa.3.0', text: 'Resumed.' });
    await server.redis.flushall();
    await add('raaaa', 0, [asked('raaaa', research, begun + 9)]);
    expect((await diary.collectEntries('gold', always)).map((entry) => entry.at)).toEqual([begun + 9]);
  });

  it('goes on without a run whose journal cannot be read', async () => {
    await add('raaaa', 0, [asked('raaaa', research)]);
    await add('rbbbb', 0, [asked('rbbbb', research)]);
    await server.redis.xadd('test:run:rbbbb:journal', '2-0', 'e', '{"v":9}');
    const corrupt: string[] = [];
    expect((await open([], corrupt).collectEntries('gold', always)).map((entry) => entry.source.id)).toEqual(['raaaa']);
    expect(corrupt).toEqual(['rbbbb']);
  });
});
