import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { LiveEvent, WorkspaceView } from '../../../src/stand-ins/slack/page-api.ts';
import { connectWebClient, controlOf, ids, openRawSocket, type RawSocket, startSlack, until } from './harness.ts';

async function start(options = {}) {
  const slack = await startSlack(options);
  return { slack, web: connectWebClient(slack), control: controlOf(slack) };
}

async function watch(url: string, user?: string): Promise<LiveEvent[]> {
  const live = new WebSocket(`${url.replace('http', 'ws')}/control/live${user === undefined ? '' : `?user=${user}`}`);
  onTestFinished(() => live.terminate());
  const events: LiveEvent[] = [];
  live.on('message', (data) => events.push(JSON.parse((data as Buffer).toString('utf8')) as LiveEvent));
  await new Promise((resolve, reject) => live.once('open', resolve).once('error', reject));
  return events;
}

function acknowledge(raw: RawSocket, payload?: unknown): void {
  raw.socket.on('message', () => raw.ack(raw.frames.at(-1) ?? {}, payload));
}

describe('who may see what', () => {
  it('shows a workspace as its user sees it', async () => {
    const { control } = await start();
    const names = async (user: string) =>
      ((await control.get(`/state?user=${user}`)) as unknown as WorkspaceView).channels.map((channel) => channel.id);
    expect(await names(ids.ada)).toEqual([ids.research, ids.general, ids.random, ids.ops, 'DADA0000001']);
    expect(await names(ids.mallory)).toEqual([ids.research, ids.general, ids.random, 'DMALLORY004']);
    expect(await control.get('/state')).toMatchObject({ ok: true, team: { name: 'Lab' }, bot: { id: ids.botUser }, sockets: 0 });
    expect(await control.get('/state?user=UNOBODY')).toEqual({ ok: false, error: 'user_not_found' });
  });

  it('keeps private channels from those outside', async () => {
    const { control } = await start();
    const outside = { user: ids.mallory, channel: ids.ops, text: 'x' };
    expect(await control.post('/messages', outside)).toMatchObject({ ok: false, error: 'channel_not_found' });
    expect(await control.get(`/messages?user=${ids.mallory}&channel=${ids.ops}`)).toMatchObject({ error: 'channel_not_found' });
    expect(await control.get(`/messages?user=${ids.mallory}&channel=DADA0000001`)).toMatchObject({ error: 'channel_not_found' });
  });

  it('sends a page that names its user only what that user may see', async () => {
    const { slack, web, control } = await start();
    const [ada, mallory, all] = [await watch(slack.url, ids.ada), await watch(slack.url, ids.mallory), await watch(slack.url)];
    await control.post('/messages', { user: ids.ada, channel: ids.ops, text: 'private' });
    await web.chat.postEphemeral({ channel: ids.research, user: ids.ada, text: 'whisper' });
    await control.post('/messages', { user: ids.ada, channel: ids.general, text: 'public' });
    const texts = (events: LiveEvent[]) => events.flatMap((event) => (event.type === 'message' ? [event.message.text] : []));
    await until(() => [ada, mallory, all].every((events) => texts(events).includes('public')));
    expect(texts(mallory)).toEqual(['public']);
    expect(texts(ada)).toEqual(['private', 'whisper', 'public']);
    expect(texts(all)).toEqual(['private', 'whisper', 'public']);
  });

  it('lets people change only what is theirs', async () => {
    const { control } = await start();
    const { ts } = await control.post('/messages', { user: ids.ada, channel: ids.research, text: 'mine' });
    const place = { user: ids.mallory, channel: ids.research, ts };
    expect(await control.post('/messages/edit', { ...place, text: 'hers' })).toMatchObject({ error: 'not_your_message' });
    expect(await control.post('/messages/delete', place)).toMatchObject({ error: 'not_your_message' });
    expect(await control.post('/messages/delete', { ...place, user: ids.ada })).toEqual({ ok: true });
    expect(await control.messages()).toEqual([]);
  });

  it('counts what is unread, and mentions', async () => {
    const { control } = await start();
    const unread = async () =>
      ((await control.get(`/state?user=${ids.ben}`)) as unknown as WorkspaceView).channels.find((channel) => channel.id === ids.research);
    await control.post('/messages', { user: ids.ada, channel: ids.research, text: 'hi all' });
    const { ts } = await control.post('/messages', { user: ids.ada, channel: ids.research, text: 'hi @ben' });
    expect(await unread()).toMatchObject({ unread: 2, mentions: 1 });
    await control.post('/read', { user: ids.ben, channel: ids.research, ts });
    expect(await unread()).toMatchObject({ unread: 0, mentions: 0 });
  });
});

describe('what people write', () => {
  it.each([
    ['plain & <b>', 'plain &amp; &lt;b&gt;'],
    ['already &lt;safe&gt; &amp; sound', 'already &lt;safe&gt; &amp; sound'],
    ['ask @ada in #general', `ask <@${ids.ada}> in <#${ids.general}|general>`],
    [`ask <@${ids.ada}>`, `ask <@${ids.ada}>`],
    ['@nobody and a@ada.org', '@nobody and a@ada.org'],
    ['run `a < b` now', 'run `a &lt; b` now'],
    ['(https://github.com/a/b?x=1&y=2)', '(<https://github.com/a/b?x=1&amp;y=2>)'],
    ['&lt;@UADA0000001&gt;', '&lt;@UADA0000001&gt;'],
  ])('%s', async (text, stored) => {
    const { control } = await start();
    await control.post('/messages', { user: ids.ben, channel: ids.research, text });
    expect((await control.messages())[0]?.text).toBe(stored);
  });

  it('gets a rich_text block', async () => {
    const { control } = await start();
    await control.post('/messages', { user: ids.ben, channel: ids.research, text: '@ada try *this*: `x` ```\ny``` :eyes:' });
    expect((await control.messages())[0]?.blocks).toMatchObject([
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'user', user_id: ids.ada },
              { type: 'text', text: ' try ' },
              { type: 'text', text: 'this', style: { bold: true } },
              { type: 'text', text: ': ' },
              { type: 'text', text: 'x', style: { code: true } },
              { type: 'text', text: ' ' },
            ],
          },
          { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'y' }] },
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: ' ' },
              { type: 'emoji', name: 'eyes' },
            ],
          },
        ],
      },
    ]);
  });
});

describe('who is where', () => {
  it('is shown to open pages when somebody comes in', async () => {
    const { slack, web, control } = await start();
    const shown = await watch(slack.url, ids.ben);
    await control.post('/messages', { user: ids.ada, channel: ids.random, text: 'unread by ben' });
    await web.conversations.join({ channel: ids.random });
    const event = await until(() => shown.find((one) => one.type === 'channel'));
    expect(event).toMatchObject({ channel: { id: ids.random, bot_is_member: true, unread: 1 } });
  });

  it('decides who may type commands', async () => {
    const { control } = await start();
    await control.post('/seed', { channels: [{ id: 'CQUIET00001', name: 'quiet', members: [ids.ada] }] });
    const typed = { user: ids.ben, channel: 'CQUIET00001', command: '/invite', text: '@ben' };
    expect(await control.post('/slash', typed)).toMatchObject({ ok: false, error: 'not_in_channel' });
    expect(await control.post('/slash', { ...typed, user: ids.ada, text: '@nobody' })).toMatchObject({
      ok: false,
      error: 'user_not_found',
    });
  });
});

describe('who may call', () => {
  it.each([
    ['a page elsewhere', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['no origin at all (a sandbox)', { origin: 'null' }],
  ])('not %s', async (_name, headers) => {
    const { control } = await start();
    expect(await control.post('/messages', { user: ids.ada, channel: ids.research, text: 'x' }, headers)).toMatchObject({
      error: 'foreign_origin',
    });
    expect(await control.messages()).toEqual([]);
  });

  it('not a name that was made to point here', async () => {
    const { slack } = await start();
    const port = new URL(slack.url).port;
    const status = await new Promise((resolve, reject) => {
      const headers = { host: `evil.example:${port}`, origin: `http://evil.example:${port}` };
      request(`${slack.url}/control/state`, { headers }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('not a foreign page over the WebSocket', async () => {
    const { slack } = await start();
    const live = new WebSocket(`${slack.url.replace('http', 'ws')}/control/live`, { origin: 'https://evil.example' });
    const refused = await new Promise((resolve) => live.once('error', resolve));
    expect(String(refused)).toContain('403');
  });

  it('the own page', async () => {
    const { slack, control } = await start();
    const answer = await control.post('/messages', { user: ids.ada, channel: ids.research, text: 'x' }, { origin: slack.url });
    expect(answer).toMatchObject({ ok: true });
  });

  it('nobody gets the credentials unless the starter said so', async () => {
    const { control } = await start();
    expect(await control.get('/credentials')).toMatchObject({ ok: false, error: 'not_exposed' });
    const open = await startSlack({ exposeCredentials: true });
    expect(await controlOf(open).get('/credentials')).toMatchObject({ ...open.credentials, apiUrl: open.apiUrl });
  });
});

describe('the record of traffic', () => {
  it('shows calls and frames, and no secrets', async () => {
    const { slack, web, control } = await start();
    const raw = await openRawSocket(slack);
    acknowledge(raw);
    await web.auth.test();
    await web.chat.postMessage({ channel: ids.research, text: `my key is ${slack.credentials.botToken}, xoxb-123-456-abcdef and more` });
    await control.post('/slash', { user: ids.ada, channel: ids.research, command: '/hpc', text: 'help' });
    const entries = await control.traffic();
    expect(entries.map((entry) => `${entry.direction} ${entry.name}`)).toEqual(
      expect.arrayContaining([
        'api-call apps.connections.open',
        'api-call auth.test',
        'api-call chat.postMessage',
        'socket-out hello',
        'socket-out slash_commands',
        'socket-in ack',
      ]),
    );
    const all = JSON.stringify(entries);
    for (const secret of Object.values(slack.credentials)) expect(all).not.toContain(secret);
    expect(all).not.toContain('abcdef');
    expect(all).not.toMatch(/ticket=(?!\[masked)/);
    expect(all).not.toMatch(/\/response\/commands\/\w+\/(?!\[masked)/);
    expect(all).not.toContain('"token":"stand-in');
  });

  it('masks what was typed into a field that is named like a password', async () => {
    const { slack, web, control } = await start();
    const raw = await openRawSocket(slack);
    acknowledge(raw);
    const input = (name: string) => ({
      type: 'input' as const,
      block_id: name,
      label: { type: 'plain_text' as const, text: name },
      element: { type: 'plain_text_input' as const, action_id: 'typed' },
    });
    await control.post('/slash', { user: ids.ada, channel: ids.research, command: '/hpc', text: 'login' });
    const asked = await until(() => raw.frames.find((frame) => frame.type === 'slash_commands'));
    const { trigger_id } = asked['payload'] as { trigger_id: string };
    const view = {
      type: 'modal' as const,
      title: { type: 'plain_text' as const, text: 'Log in' },
      submit: { type: 'plain_text' as const, text: 'Go' },
      blocks: [input('user'), input('cluster_password')],
    };
    const opened = await web.views.open({ trigger_id, view });
    const values = { user: { typed: 'ada-on-cluster' }, cluster_password: { typed: 'hunter2-correct-horse' } };
    await control.post('/view/submit', { user: ids.ada, view_id: opened.view?.id, values });
    const all = JSON.stringify(await control.traffic());
    expect(all).toContain('ada-on-cluster');
    expect(all).not.toContain('hunter2-correct-horse');
  });

  it('goes on from a number', async () => {
    const { web, control } = await start();
    await web.auth.test();
    const { n } = (await control.traffic()).at(-1) ?? { n: 0 };
    await web.users.info({ user: ids.ada });
    expect(await control.get(`/traffic?since=${n}`)).toMatchObject({ entries: [{ n: n + 1, name: 'users.info' }] });
  });
});

describe('the page', () => {
  it.each(['/', `/archives/${ids.research}/p1700000000000001`])('is served at %s with a strict policy', async (path) => {
    const { slack } = await start();
    const response = await fetch(`${slack.url}${path}`);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it.each(['/page/../server.ts', '/page/%2e%2e/server.ts', '/page/.hidden', '/page/nothing.js', '/etc/passwd'])(
    'gives out nothing else: %s',
    async (path) => {
      const { slack } = await start();
      const port = Number(new URL(slack.url).port);
      const status = await new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port, path }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
      expect(status).toBe(404);
    },
  );
});

describe('the workspace as a whole', () => {
  it('grows by seeding, and goes back by resetting', async () => {
    const { web, control } = await start();
    await control.post('/seed', {
      users: [{ id: 'UGUEST00001', name: 'gus', is_restricted: true }],
      channels: [{ id: 'CNEW0000001', name: 'new', members: ['UGUEST00001', ids.botUser] }],
    });
    expect((await web.chat.postMessage({ channel: 'CNEW0000001', text: 'x' })).ok).toBe(true);
    expect((await web.users.info({ user: 'UGUEST00001' })).user).toMatchObject({ is_restricted: true });
    await control.post('/faults', { kind: 'error', error: 'x' });
    await control.post('/reset');
    await expect(web.users.info({ user: 'UGUEST00001' })).rejects.toMatchObject({ data: { error: 'user_not_found' } });
    expect(await control.get('/snapshot')).toMatchObject({ workspace: { messages: [], team: { name: 'Lab' } } });
  });

  it('answers unknown paths and broken bodies in words', async () => {
    const { slack, control } = await start();
    expect(await control.post('/dance')).toEqual({ ok: false, error: 'unknown_path', detail: '/dance' });
    const broken = await fetch(`${slack.url}/control/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(await broken.json()).toEqual({ ok: false, error: 'invalid_json' });
    expect(await control.post('/slash', { user: ids.ada, channel: ids.research, command: '/nope' })).toMatchObject({
      error: 'unknown_command',
    });
  });
});
