import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createConsoleClient, type ConsoleMessage } from '../../../src/embedded/console-client.ts';
import { addKey, obtainConsoleKey } from '../../../src/embedded/console-key.ts';
import { controlOf, ids, startSlack } from './harness.ts';

const KEY = 'a-key-of-the-test';

/** The status with which the live feed answers; 101 when it opens. */
function knock(url: string, headers: Record<string, string>): Promise<string> {
  const live = new WebSocket(`${url.replace('http', 'ws')}/control/live`, { headers });
  return new Promise((resolve) => {
    live.once('open', () => {
      live.terminate();
      resolve('open');
    });
    live.once('error', (error) => resolve(error.message));
  });
}

describe('a console with a key', () => {
  it('answers nobody who does not hold it', async () => {
    const slack = await startSlack({ controlKey: KEY });
    const control = controlOf(slack);
    for (const headers of [{}, { 'x-console-key': 'wrong' }, { cookie: `console_key_${new URL(slack.url).port}=wrong` }]) {
      expect(await control.get('/state', headers)).toEqual({ ok: false, error: 'console_key_needed' });
      const answer = await control.post('/messages', { user: ids.ada, channel: ids.research, text: 'approve' }, headers);
      expect(answer).toEqual({ ok: false, error: 'console_key_needed' });
      expect(await knock(slack.url, headers)).toContain('403');
    }
    for (const path of ['/', '/?key=wrong', `/archives/${ids.research}`]) {
      const page = await fetch(slack.url + path, { redirect: 'manual' });
      expect([page.status, page.headers.get('set-cookie')]).toEqual([403, null]);
    }
  });

  it('turns the key of the address into a cookie, which opens everything', async () => {
    const slack = await startSlack({ controlKey: KEY });
    const opened = await fetch(addKey(`${slack.url}/`, KEY), { redirect: 'manual' });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
    const set = opened.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    const headers = { cookie: `other=1; ${set.split(';')[0] ?? ''}` };
    expect((await fetch(slack.url, { headers })).status).toBe(200);
    expect(await controlOf(slack).get('/state', headers)).toMatchObject({ ok: true });
    expect(await knock(slack.url, headers)).toBe('open');
    expect(await controlOf(slack).get('/state', { ...headers, origin: 'https://evil.example' })).toMatchObject({ error: 'foreign_origin' });
  });

  it('lets the client of the command line in, by the address alone', async () => {
    const slack = await startSlack({ controlKey: KEY });
    const client = createConsoleClient(addKey(`${slack.url}/`, KEY));
    const stop = new AbortController();
    const heard: ConsoleMessage[] = [];
    const following = client.follow((message) => {
      heard.push(message);
      stop.abort();
    }, stop.signal);
    while (heard.length === 0) await client.post('messages', { user: ids.ada, channel: ids.research, text: 'hello' });
    await following;
    expect(heard[0]).toMatchObject({ text: 'hello', user: ids.ada });
  });

  it('keeps one key a folder, for its owner only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'console-key-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const key = obtainConsoleKey(folder);
    expect(key.length).toBeGreaterThan(30);
    expect(obtainConsoleKey(folder)).toBe(key);
    expect(statSync(join(folder, 'console-key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'console-key'), 'utf8').trim()).toBe(key);
  });
});
