import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import story from '../../src/cli/story.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { describeStory, Story } from '../../src/core/story/schema.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { research } from '../core/run/builders.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { makeJournal } from '../support/story-events.ts';
import { runVerb } from './run-verb.ts';

const TOKEN = `xoxb-${'1'.repeat(12)}-abcdefghij`;

let folder: string;
let server: TestRedis;

const writeLines = (events: readonly RunEvent[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');
const run = (...args: string[]) => runVerb(story, args, folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'story-cli-'));
  server = await startTestRedis();
  await writeFile(join(folder, 'journal.jsonl'), writeLines([0, 1].flatMap((number) => makeJournal(number))));
});

afterAll(async () => {
  delete process.env['REDIS_URL'];
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function fill(number: number, channel: string): Promise<void> {
  const events = makeJournal(number).map((event) => (event.type === 'run.requested' ? { ...event, channel } : event));
  const runId = `rlab${String(number).padStart(5, '0')}`;
  const at = (events[0]?.at ?? 0) + 1;
  events.push({ v: 1, at, type: 'note.added', by: 'UADA0000001', text: `with ${TOKEN}`, ts: null });
  await createRedisJournal(server.redis).append({ runId, expectedVersion: 0, events, commandId: null, active: false, thread: null });
}

describe('reprobot story', () => {
  it('tells a journal in Markdown, JSON, and as three files', async () => {
    const markdown = await run('--journal', 'journal.jsonl', '--project', 'nano');
    expect(markdown.code).toBe(0);
    expect(markdown.out).toContain('# The story of nano');
    const json = await run('--journal', 'journal.jsonl', '--project', 'nano', '--json');
    const told = Story.parse(JSON.parse(json.out));
    expect(told.runs.map(({ id, verdict }) => [id, verdict?.as])).toEqual([
      ['rlab00000', 'READY'],
      ['rlab00001', 'READY'],
    ]);
    expect((await run('--journal', 'journal.jsonl', '--project', 'nano', '--out', 'out')).code).toBe(0);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['story.html', 'story.json', 'story.md']);
    expect(await readFile(join(folder, 'out', 'story.md'), 'utf8')).toBe(markdown.out);
    expect(Story.parse(JSON.parse(await readFile(join(folder, 'out', 'story.json'), 'utf8')))).toEqual(told);
  });

  it('publishes the schema of its JSON', async () => {
    const published: unknown = JSON.parse(readFileSync(new URL('../../docs/story.schema.json', import.meta.url), 'utf8'));
    // Out of date? `npx reprobot story --schema > docs/story.schema.json`
    expect(published).toEqual(JSON.parse(JSON.stringify(describeStory())));
    expect(JSON.parse((await run('--schema')).out)).toEqual(published);
  });

  it('reads a running Redis, one project at a time, and hands its events on without known secrets', async () => {
    process.env['REDIS_URL'] = server.url;
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('there are no runs') });
    await fill(0, research);
    expect((await run('--json')).code).toBe(0);
    await fill(1, 'COTHER00001');
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining(`--project: COTHER00001, ${research}`) });
    expect(await run('--project', 'nowhere')).toMatchObject({ code: 2, err: expect.stringContaining('no project “nowhere”') });
    const other = await run('--project', 'COTHER00001', '--json');
    expect(Story.parse(JSON.parse(other.out)).runs.map(({ id }) => id)).toEqual(['rlab00001']);
    const events = await run('--project', 'COTHER00001', '--events');
    expect(events.out).toContain('[Slack token]');
    expect(events.out + other.out).not.toContain(TOKEN);
    await writeFile(join(folder, 'copy.jsonl'), events.out);
    const copied = await run('--journal', 'copy.jsonl', '--project', 'COTHER00001', '--json');
    expect(copied.out).toBe(other.out);
  });

  it('keeps to the days that it is given', async () => {
    const days = (...args: string[]) => run('--journal', 'journal.jsonl', '--json', ...args);
    expect((await days('--from', '2026-01-05', '--to', '2026-01-05')).code).toBe(0);
    expect((await days('--from', '2026-01-06')).code).toBe(1);
    expect((await days('--to', '2026-01-04')).code).toBe(1);
    expect(await days('--to', '2026-02-30')).toMatchObject({ code: 2, err: expect.stringContaining('“2026-02-30” is no day') });
  });

  it('says which line of a journal cannot be read', async () => {
    await writeFile(join(folder, 'bad.jsonl'), `${writeLines(makeJournal(0).slice(0, 2))}{"v":1}\n`);
    expect(await run('--journal', 'bad.jsonl')).toMatchObject({ code: 2, err: expect.stringContaining('line 3 of run rlab00000') });
    await writeFile(join(folder, 'bad.jsonl'), writeLines(makeJournal(0).slice(1)));
    expect(await run('--journal', 'bad.jsonl')).toMatchObject({ code: 2, err: expect.stringContaining('no run.requested') });
    expect((await run('--journal', 'missing.jsonl')).code).toBe(2);
    expect((await run('--nonsense')).code).toBe(2);
  });
});
