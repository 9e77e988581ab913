import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createModel } from '../../src/agent/model.ts';
import type { Settings } from '../../src/config.ts';
import type { ProjectEvent } from '../../src/core/project/events.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createLog } from '../../src/log.ts';
import { createDiary } from '../../src/runs/diary.ts';
import { createComposer } from '../../src/runs/scratch.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';
import { writeProse, type ProseParts } from '../../workers/write-prose.ts';
import { at, named, playWeek, shown } from '../runs/week.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let model: ModelStandIn;
let now: number;
let asked: string[];

beforeAll(async () => {
  server = await startTestRedis();
  model = await startModelStandIn({
    player: ({ said }) => {
      asked.push(/paragraph for (\S+)\./.exec(said)?.[1] ?? '');
      const fact = /\[(\d+)\] [^\n]*out of memory/.exec(said)?.[1] ?? '1';
      return {
        content: [
          { type: 'text', text: `The GPU ran out of memory. [${fact}] That was the fault of Bo. [${fact}] It cost 700 hours. [${fact}]` },
        ],
      };
    },
  });
});
afterAll(async () => {
  await model.close();
  await server.stop();
});
beforeEach(async () => {
  await server.redis.flushall();
  await playWeek(server.redis);
  asked = [];
});

function parts(apiKey: string | null = 'test-key'): ProseParts {
  const journal = createRedisJournal(server.redis, 'test');
  const projects = createProjectStore(server.redis, 'test');
  const diary = createDiary({ journal, projects, named });
  const composer = createComposer({ diary, projects, findShown: () => Promise.resolve(shown) });
  const settings = { model: { fast: 'claude-haiku-5-5' } } satisfies { model: Pick<Settings['model'], 'fast'> };
  const agent = apiKey === null ? null : { model: createModel({ apiKey, baseUrl: model.url }) };
  return { agent, settings, scratch: composer, diary, projects, now: () => now, log: createLog('test', 'silent') };
}

const write = async (given = parts()): Promise<ProjectEvent[]> => {
  await writeProse(given, 'tides', new AbortController().signal);
  return given.projects.list('tides');
};
const listWritten = (events: readonly ProjectEvent[]): unknown[] =>
  events.flatMap((event) => (event.type === 'prose.written' ? [[event.day, event.sentences.map(({ text }) => text)]] : []));

it('keeps of each new day what its facts bear out, is billed, and is asked once', async () => {
  now = at(24, '12:00');
  const events = await write();
  expect(asked).toEqual(['2026-11-23', '2026-11-24']);
  expect(listWritten(events)).toEqual([
    ['2026-11-23', ['The GPU ran out of memory.']],
    ['2026-11-24', ['The GPU ran out of memory.']],
  ]);
  expect(events.filter((event) => event.type === 'model.asked' && event.what === 'prose')).toHaveLength(2);
  await write();
  expect(asked).toHaveLength(2);
});

it('writes today anew at most once an hour, and days that are over at once', async () => {
  now = at(24, '12:00');
  await write();
  const note = (id: string, when: number): Promise<boolean> =>
    parts().projects.append('tides', {
      v: 1,
      at: when,
      id,
      type: 'note.added',
      by: 'UADA0000001',
      text: id,
      channel: 'CRESEARCH01',
      ts: null,
      via: 'command',
    });
  await note('today', at(24, '12:01'));
  await note('late', at(23, '23:59'));
  now = at(24, '12:30');
  await write();
  expect(asked.slice(2)).toEqual(['2026-11-23']);
  now = at(24, '13:01');
  await write();
  expect(asked.slice(3)).toEqual(['2026-11-24']);
});

it('is left out without a key, and while the model cannot be asked', async () => {
  now = at(24, '12:00');
  expect(listWritten(await write(parts(null)))).toEqual([]);
  const away = { ...parts(), agent: { model: createModel({ apiKey: 'k', baseUrl: 'http://127.0.0.1:9' }) } };
  expect(listWritten(await write(away))).toEqual([]);
});
