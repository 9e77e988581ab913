import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type SlackStandIn, startSlackStandIn } from '../../../src/stand-ins/slack/server.ts';
import { connectWebClient, controlOf, eventsOf, ids, openRawSocket, startSlack, until } from './harness.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slack-stand-in-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function fill(slack: SlackStandIn): Promise<string> {
  const web = connectWebClient(slack);
  const root =
    (await web.chat.postMessage({ channel: ids.research, text: 'root', metadata: { event_type: 'slot', event_payload: { id: 1 } } })).ts ??
    '';
  await web.chat.postMessage({ channel: ids.research, text: 'reply', thread_ts: root });
  await web.views.publish({ user_id: ids.ada, view: { type: 'home', blocks: [{ type: 'divider' }] } });
  await web.filesUploadV2({ channel_id: ids.research, thread_ts: root, filename: 'a.txt', file: Buffer.from('bytes') });
  await until(async () => (await controlOf(slack).messages(ids.research, root)).length === 3);
  return root;
}

describe('a saved workspace', () => {
  it('is there after a restart, with threads, files, the Home tab and what the app has not heard yet', async () => {
    const stateFile = join(makeFolder(), 'deep', 'console.json');
    const before = await startSlackStandIn({ stateFile });
    const root = await fill(before);
    await controlOf(before).post('/messages', { user: ids.ada, channel: ids.research, text: 'while you were away', thread_ts: root });
    await before.close();

    const slack = await startSlack({ stateFile, credentials: before.credentials });
    const control = controlOf(slack);
    const thread = await control.messages(ids.research, root);
    expect(thread.map((message) => message.text)).toEqual(['root', 'reply', '', 'while you were away']);
    expect(thread[0]).toMatchObject({ reply_count: 3, metadata: { event_payload: { id: 1 } } });
    expect(await (await fetch(`${slack.url}${thread[2]?.files[0]?.path}`)).text()).toBe('bytes');
    expect(await control.get(`/state?user=${ids.ada}`)).toMatchObject({ home: { type: 'home' } });
    const next = await connectWebClient(slack).chat.postMessage({ channel: ids.research, text: 'later', thread_ts: root });
    expect(Number(next.ts)).toBeGreaterThan(Number(thread.at(-1)?.ts));
    const raw = await openRawSocket(slack);
    const heard = await until(() => eventsOf(raw).find((event) => event['text'] === 'while you were away'));
    expect(heard).toMatchObject({ thread_ts: root });
  });

  it('is kept for its owner only, and written as a whole', async () => {
    const folder = makeFolder();
    const stateFile = join(folder, 'console.json');
    const slack = await startSlack({ stateFile, timings: { saveDelay: 5 } });
    await fill(slack);
    await until(() => readdirSync(folder).includes('console.json'));
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toMatchObject({ version: 1 });
  });

  it.each([
    ['is no JSON', '{'],
    ['is something else', '{"version": 7}'],
  ])('is not overwritten when it %s', async (_name, content) => {
    const stateFile = join(makeFolder(), 'console.json');
    writeFileSync(stateFile, content);
    await expect(startSlackStandIn({ stateFile })).rejects.toThrow(/loading the workspace from .*Move the file away/);
    expect(readFileSync(stateFile, 'utf8')).toBe(content);
  });
});
