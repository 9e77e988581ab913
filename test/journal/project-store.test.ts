import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProjectEvent } from '../../src/core/project/events.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());
beforeEach(() => server.redis.flushall());

const note: ProjectEvent = {
  v: 1,
  at: 1_000,
  id: 'n1',
  type: 'note.added',
  by: 'UADA0000001',
  text: 'try cosine',
  channel: 'CGOLD',
  ts: null,
  via: 'command',
};

describe('the journal of a project', () => {
  it('holds each fact once, in order, for whoever reads it', async () => {
    const store = createProjectStore(server.redis, 'test');
    expect(await store.append('gold', note)).toBe(true);
    expect(await store.append('gold', { ...note, text: 'told again' })).toBe(false);
    expect(await store.append('gold', { ...note, id: 'n2', text: 'second' })).toBe(true);
    const again = createProjectStore(server.connect(), 'test');
    expect((await again.list('gold')).map((event) => event.type === 'note.added' && event.text)).toEqual(['try cosine', 'second']);
    expect(await again.list('silver')).toEqual([]);
    expect(await again.names()).toEqual(['gold']);
  });

  it('refuses what has no known shape, and what it cannot read', async () => {
    const store = createProjectStore(server.redis, 'test');
    await expect(store.append('gold', { ...note, text: 'x'.repeat(5_000) })).rejects.toThrow();
    await server.redis.xadd('test:project:gold', '*', 'e', '{"v":9}');
    await expect(store.list('gold')).rejects.toMatchObject({ code: 'journal.corrupt' });
  });
});
