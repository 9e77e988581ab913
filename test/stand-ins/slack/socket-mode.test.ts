import { LogLevel, SocketModeClient } from '@slack/socket-mode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import {
  askSocketUrl,
  connectSocketClient,
  connectWebClient,
  controlOf,
  eventsOf,
  ids,
  openRawSocket,
  startSlack,
  until,
} from './harness.ts';

const say = (text: string) => ({ user: ids.ada, channel: ids.research, text });

describe('opening', () => {
  it('greets unprompted', async () => {
    const slack = await startSlack();
    const { frames } = await openRawSocket(slack);
    await until(() => frames.length > 0);
    expect(frames[0]).toMatchObject({
      type: 'hello',
      num_connections: 1,
      connection_info: { app_id: ids.app },
      debug_info: { approximate_connection_time: 3600 },
    });
  });

  it('lets an address be used once, and no invented one at all', async () => {
    const slack = await startSlack();
    const url = await askSocketUrl(slack);
    await openRawSocket(slack, url);
    await expect(openRawSocket(slack, url)).rejects.toThrow('403');
    await expect(openRawSocket(slack, url.replace(/ticket=[^&]*/, 'ticket=x'))).rejects.toThrow('403');
  });

  it('takes ten sockets and turns the eleventh away', async () => {
    const slack = await startSlack();
    for (let index = 0; index < 10; index += 1) await openRawSocket(slack);
    const eleventh = await openRawSocket(slack);
    await until(() => eleventh.closed());
    expect(eleventh.frames).toMatchObject([{ type: 'disconnect', reason: 'too_many_websockets' }]);
    expect(await controlOf(slack).get(`/state?user=${ids.ada}`)).toMatchObject({ sockets: 10 });
  });

  it('satisfies the client of the SDK', async () => {
    const slack = await startSlack();
    const client = new SocketModeClient({
      appToken: slack.credentials.appToken,
      clientOptions: { slackApiUrl: slack.apiUrl },
      logLevel: LogLevel.ERROR,
    });
    onTestFinished(() => client.disconnect());
    const seen: string[] = [];
    for (const state of ['connecting', 'authenticated', 'connected']) client.on(state, () => seen.push(state));
    expect(await client.start()).toMatchObject({ ok: true });
    expect(seen.toSorted()).toEqual(['authenticated', 'connected', 'connecting']);
    expect(seen.at(-1)).toBe('connected');
  });
});

describe('keeping alive', () => {
  it('answers pings and sends its own', async () => {
    const slack = await startSlack({ timings: { serverPing: 20 } });
    const { socket } = await openRawSocket(slack);
    const pings: unknown[] = [];
    const pongs: string[] = [];
    socket.on('ping', () => pings.push(1));
    socket.on('pong', (data) => pongs.push(String(data)));
    socket.ping('Ping from client (1)');
    await until(() => pongs.length > 0 && pings.length > 1);
    expect(pongs).toEqual(['Ping from client (1)']);
  });

  it('falls silent on request, which the SDK notices and repairs', async () => {
    const slack = await startSlack();
    const client = await connectSocketClient(slack, { clientPingTimeout: 200 });
    const reconnecting = new Promise((resolve) => client.once('reconnecting', resolve));
    await controlOf(slack).post('/faults', { kind: 'no-pong' });
    await reconnecting;
    const connected = new Promise((resolve) => client.once('connected', resolve));
    await fetch(`${slack.url}/control/faults`, { method: 'DELETE' });
    await connected;
  });

  it('can withhold its own pings', async () => {
    const slack = await startSlack({ timings: { serverPing: 10 } });
    await controlOf(slack).post('/faults', { kind: 'no-server-ping' });
    const { socket } = await openRawSocket(slack);
    let pings = 0;
    socket.on('ping', () => (pings += 1));
    const pong = new Promise((resolve) => socket.once('pong', resolve));
    socket.ping();
    await pong;
    expect(pings).toBe(0);
  });
});

describe('refreshing', () => {
  it('warns, then asks to refresh, then closes by itself', async () => {
    const slack = await startSlack({ timings: { connectionLife: 60, warningLead: 30 } });
    const raw = await openRawSocket(slack);
    await until(() => raw.closed());
    expect(raw.frames.map((frame) => frame['reason'] ?? frame.type)).toEqual(['hello', 'warning', 'refresh_requested']);
  });

  it.each(['refresh_requested', 'warning', 'drop'])('is survived by the SDK: %s', async (reason) => {
    const slack = await startSlack();
    const client = await connectSocketClient(slack, { clientPingTimeout: 200 });
    const connected = new Promise((resolve) => client.once('connected', resolve));
    await controlOf(slack).post('/sockets', { reason });
    await connected;
    const received = new Promise((resolve) => client.once('message', resolve));
    await controlOf(slack).post('/messages', say('still here?'));
    expect(await received).toMatchObject({ event: { text: 'still here?' } });
  });

  it('gives a socket nothing more once it was told to go', async () => {
    const slack = await startSlack();
    const first = await openRawSocket(slack);
    await controlOf(slack).post('/sockets', { reason: 'refresh_requested' });
    const second = await openRawSocket(slack);
    await controlOf(slack).post('/messages', say('to whom?'));
    await until(() => eventsOf(second).length > 0);
    expect(eventsOf(first)).toEqual([]);
  });
});

describe('events', () => {
  it('carry the whole outer event', async () => {
    const slack = await startSlack();
    const raw = await openRawSocket(slack);
    await controlOf(slack).post('/messages', say('hello'));
    const frame = await until(() => raw.frames.find((one) => one.type === 'events_api'));
    expect(frame).toMatchObject({
      envelope_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      accepts_response_payload: false,
      retry_attempt: 0,
      retry_reason: '',
      payload: {
        type: 'event_callback',
        team_id: ids.team,
        api_app_id: ids.app,
        event_id: expect.stringMatching(/^Ev/),
        authorizations: [{ team_id: ids.team, user_id: ids.botUser, is_bot: true }],
        event: {
          type: 'message',
          channel: ids.research,
          channel_type: 'channel',
          user: ids.ada,
          text: 'hello',
          client_msg_id: expect.any(String),
        },
      },
    });
    const event = eventsOf(raw)[0];
    expect(event?.['blocks']).toMatchObject([
      { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'hello' }] }] },
    ]);
    expect(event?.['ts']).toBe(event?.['event_ts']);
  });

  it('go to one socket each', async () => {
    const slack = await startSlack();
    const sockets = [await openRawSocket(slack), await openRawSocket(slack), await openRawSocket(slack)];
    for (let index = 0; index < 6; index += 1) await controlOf(slack).post('/messages', say(String(index)));
    await until(() => sockets.flatMap(eventsOf).length >= 6);
    const texts = sockets.flatMap(eventsOf).map((event) => String(event['text']));
    expect(texts.toSorted()).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('come again, counted, until they are acknowledged', async () => {
    const slack = await startSlack({ timings: { eventAckTimeout: 40 } });
    const raw = await openRawSocket(slack);
    await controlOf(slack).post('/messages', say('deaf'));
    const third = await until(() => raw.frames.find((frame) => frame['retry_attempt'] === 2));
    raw.ack(third);
    const frames = raw.frames.filter((frame) => frame.type === 'events_api');
    expect(frames.map((frame) => [frame['retry_attempt'], frame['retry_reason']])).toEqual([
      [0, ''],
      [1, 'timeout'],
      [2, 'timeout'],
    ]);
    const outer = frames.map((frame) => (frame['payload'] as { event_id: string }).event_id);
    expect(new Set(outer).size).toBe(1);
  });

  it('wait while nobody listens, and come as retries', async () => {
    const slack = await startSlack();
    const control = controlOf(slack);
    await control.post('/messages', say('first'));
    await control.post('/messages', say('second'));
    const raw = await openRawSocket(slack);
    await until(() => eventsOf(raw).length === 2);
    expect(eventsOf(raw).map((event) => event['text'])).toEqual(['first', 'second']);
    expect(raw.frames.filter((frame) => frame.type === 'events_api').map((frame) => frame['retry_attempt'])).toEqual([1, 1]);
  });

  it('are given to another socket when the first vanished without a word', async () => {
    const slack = await startSlack({ timings: { eventAckTimeout: 40 } });
    const first = await openRawSocket(slack);
    await controlOf(slack).post('/messages', say('lost?'));
    await until(() => eventsOf(first).length > 0);
    first.socket.terminate();
    const second = await openRawSocket(slack);
    await until(() => eventsOf(second).length > 0);
    expect(eventsOf(second)[0]).toMatchObject({ text: 'lost?' });
  });

  it('arrive twice with one envelope_id on request', async () => {
    const slack = await startSlack();
    const control = controlOf(slack);
    const raw = await openRawSocket(slack);
    await control.post('/faults', { kind: 'duplicate-envelope', times: 1 });
    await control.post('/messages', say('twice'));
    await control.post('/messages', say('once'));
    await until(() => eventsOf(raw).length === 3);
    const envelopes = raw.frames.filter((frame) => frame.type === 'events_api').map((frame) => frame.envelope_id);
    expect(envelopes[0]).toBe(envelopes[1]);
    expect(envelopes[2]).not.toBe(envelopes[0]);
  });

  it('arrive again although acknowledged, on request', async () => {
    const slack = await startSlack();
    const control = controlOf(slack);
    const raw = await openRawSocket(slack);
    raw.socket.on('message', () => raw.ack(raw.frames.at(-1) ?? {}));
    await control.post('/faults', { kind: 'redeliver', times: 1 });
    await control.post('/messages', say('again'));
    const again = await until(() => raw.frames.find((frame) => frame['retry_attempt'] === 1));
    expect(again).toMatchObject({ payload: { event: { text: 'again' } } });
  });

  it('change their order on request', async () => {
    const slack = await startSlack();
    const control = controlOf(slack);
    const raw = await openRawSocket(slack);
    await control.post('/faults', { kind: 'shuffle', times: 3, ms: 1_000 });
    for (const text of ['1', '2', '3']) await control.post('/messages', say(text));
    await until(() => eventsOf(raw).length === 3);
    expect(eventsOf(raw).map((event) => event['text'])).toEqual(['3', '2', '1']);
  });

  it('arrive late on request', async () => {
    const slack = await startSlack();
    const control = controlOf(slack);
    const raw = await openRawSocket(slack);
    await control.post('/faults', { kind: 'delay', times: 1, ms: 200, method: 'events_api' });
    await control.post('/messages', say('late'));
    await control.post('/messages', say('in time'));
    await until(() => eventsOf(raw).length === 2);
    expect(eventsOf(raw).map((event) => event['text'])).toEqual(['in time', 'late']);
  });
});

describe('which events', () => {
  async function start(options = {}) {
    const slack = await startSlack({ limits: { enabled: false }, ...options });
    const raw = await openRawSocket(slack);
    return { slack, raw, web: connectWebClient(slack), control: controlOf(slack) };
  }

  it('a mention comes beside its message, and not in a direct conversation', async () => {
    const { raw, control } = await start();
    await control.post('/messages', { user: ids.ada, channel: 'DADA0000001', text: '@reprobot hi' });
    const { ts } = await control.post('/messages', say('@reprobot help, see https://example.org/x.'));
    await until(() => eventsOf(raw).length === 3);
    const [direct, message, mention] = eventsOf(raw);
    expect(direct).toMatchObject({ type: 'message', channel_type: 'im' });
    expect(message).toMatchObject({ type: 'message', ts, text: `<@${ids.botUser}> help, see <https://example.org/x>.` });
    expect(mention).toMatchObject({ type: 'app_mention', ts, channel: ids.research, user: ids.ada });
    const outer = raw.frames
      .filter((frame) => frame.type === 'events_api')
      .map((frame) => (frame['payload'] as { event_id: string }).event_id);
    expect(new Set(outer).size).toBe(3);
  });

  it('nothing comes from channels without the bot, and everything once it was invited', async () => {
    const { raw, control } = await start();
    await control.post('/messages', { user: ids.ada, channel: ids.ops, text: 'secret' });
    await control.post('/slash', { user: ids.ada, channel: ids.ops, command: '/invite', text: '@reprobot' });
    await control.post('/messages', { user: ids.ada, channel: ids.ops, text: 'welcome' });
    await until(() => eventsOf(raw).length === 2);
    expect(eventsOf(raw)).toMatchObject([
      { type: 'member_joined_channel', user: ids.botUser, channel: ids.ops, inviter: ids.ada },
      { type: 'message', channel_type: 'group', text: 'welcome' },
    ]);
  });

  it('the bot hears its own posts, edits and deletions', async () => {
    const { raw, web } = await start();
    const ts = (await web.chat.postMessage({ channel: ids.research, text: 'one' })).ts ?? '';
    await web.chat.update({ channel: ids.research, ts, text: 'two' });
    await web.chat.delete({ channel: ids.research, ts });
    await until(() => eventsOf(raw).length === 3);
    expect(eventsOf(raw)).toMatchObject([
      { text: 'one', bot_id: ids.bot, user: ids.botUser },
      { subtype: 'message_changed', hidden: true, message: { ts, text: 'two' }, previous_message: { text: 'one' } },
      { subtype: 'message_deleted', hidden: true, deleted_ts: ts, previous_message: { text: 'two' } },
    ]);
    expect(eventsOf(raw)[1]).not.toHaveProperty('user');
  });

  it('a reply brings along the nameless sibling of message_replied', async () => {
    const { raw, web, control } = await start();
    const ts = (await web.chat.postMessage({ channel: ids.research, text: 'root' })).ts ?? '';
    await control.post('/messages', { ...say('go on'), thread_ts: ts });
    await until(() => eventsOf(raw).length === 3);
    const [, reply, replied] = eventsOf(raw);
    expect(reply).toMatchObject({ thread_ts: ts, parent_user_id: ids.botUser, text: 'go on' });
    expect(replied).toMatchObject({ type: 'message', hidden: true, message: { ts, thread_ts: ts, reply_count: 1 } });
    expect(replied).not.toHaveProperty('subtype');
    expect(replied?.['ts']).not.toBe(ts);
  });

  it('reactions, joins, edits, uploads and the Home tab are told, too', async () => {
    const { slack, raw, control } = await start();
    const { ts } = await control.post('/messages', say('x'));
    await control.post('/reactions', { user: ids.chen, channel: ids.research, ts, name: 'white_check_mark' });
    await control.post('/reactions', { user: ids.chen, channel: ids.research, ts, name: 'white_check_mark', remove: true });
    await control.post('/messages/edit', { ...say('y'), ts });
    await control.post('/home', { user: ids.ben });
    const form = new FormData();
    for (const [name, value] of Object.entries({ user: ids.ada, channel: ids.research, comment: 'the log' })) form.set(name, value);
    form.set('file', new File(['line'], 'train.log'));
    await fetch(`${slack.url}/control/upload`, { method: 'POST', body: form });
    await until(() => eventsOf(raw).length === 7);
    expect(eventsOf(raw)).toMatchObject([
      { type: 'message' },
      { type: 'reaction_added', user: ids.chen, reaction: 'white_check_mark', item: { ts, channel: ids.research }, item_user: ids.ada },
      { type: 'reaction_removed' },
      { type: 'message', subtype: 'message_changed', message: { text: 'y', edited: { user: ids.ada } } },
      { type: 'app_home_opened', user: ids.ben, tab: 'home', channel: 'DBEN0000002' },
      { type: 'message', subtype: 'file_share', text: 'the log', files: [{ name: 'train.log', mimetype: 'text/plain' }] },
      { type: 'file_shared' },
    ]);
  });

  it('only what the manifest subscribes to', async () => {
    const manifest = { settings: { event_subscriptions: { bot_events: ['app_mention'] } } };
    const { raw, control } = await start({ manifest });
    await control.post('/messages', say('not heard'));
    await control.post('/messages', say(`<@${ids.botUser}> heard`));
    await until(() => eventsOf(raw).length > 0);
    expect(eventsOf(raw)).toMatchObject([{ type: 'app_mention' }]);
  });
});

describe('acknowledgements', () => {
  const command = { user: ids.ada, channel: ids.research, command: '/hpc', text: 'help' };

  it('are matched by envelope_id, and their payload answers the command', async () => {
    const slack = await startSlack();
    const control = controlOf(slack);
    const raw = await openRawSocket(slack);
    const live = new WebSocket(`${slack.url.replace('http', 'ws')}/control/live?user=${ids.ada}`);
    onTestFinished(() => live.terminate());
    const shown: { type: string; message?: { text: string; ephemeral_for?: string } }[] = [];
    live.on('message', (data) => shown.push(JSON.parse((data as Buffer).toString('utf8')) as (typeof shown)[number]));
    await new Promise((resolve) => live.once('open', resolve));
    const typed = control.post('/slash', command);
    const frame = await until(() => raw.frames.find((one) => one.type === 'slash_commands'));
    raw.ack({ envelope_id: 'somebody-else' });
    raw.ack(frame, { text: 'I can help' });
    expect(await typed).toEqual({ ok: true, outcome: 'acked' });
    const answer = await until(() => shown.find((one) => one.type === 'message'));
    expect(answer.message).toMatchObject({ text: 'I can help', ephemeral_for: ids.ada });
    expect(frame['payload']).toMatchObject({
      command: '/hpc',
      text: 'help',
      user_id: ids.ada,
      channel_name: 'research',
      is_enterprise_install: 'false',
    });
    expect(frame['payload']).not.toHaveProperty('thread_ts');
  });

  it('an in_channel answer shows the typed command to all', async () => {
    const slack = await startSlack();
    const raw = await openRawSocket(slack);
    const typed = controlOf(slack).post('/slash', command);
    raw.ack(await until(() => raw.frames.find((one) => one.type === 'slash_commands')), { text: 'yes', response_type: 'in_channel' });
    await typed;
    expect(await controlOf(slack).messages()).toMatchObject([
      { user: ids.ada, text: '/hpc help' },
      { user: ids.botUser, text: 'yes' },
    ]);
  });

  it('of 20 480 bytes and more vanish', async () => {
    const slack = await startSlack({ timings: { ackTimeout: 300 } });
    const raw = await openRawSocket(slack);
    const typed = controlOf(slack).post('/slash', command);
    raw.ack(await until(() => raw.frames.find((one) => one.type === 'slash_commands')), { text: 'x'.repeat(20_480) });
    expect(await typed).toEqual({ ok: true, outcome: 'operation_timeout' });
    expect(await controlOf(slack).messages()).toEqual([]);
  });

  it('that never come are a timeout, and no socket is a failed dispatch; neither is sent again', async () => {
    const slack = await startSlack({ timings: { ackTimeout: 50 } });
    const control = controlOf(slack);
    expect(await control.post('/slash', command)).toEqual({ ok: true, outcome: 'dispatch_failed' });
    const raw = await openRawSocket(slack);
    expect(await control.post('/slash', command)).toEqual({ ok: true, outcome: 'operation_timeout' });
    expect(raw.frames.filter((frame) => frame.type === 'slash_commands')).toHaveLength(1);
  });

  it('survive nonsense on the socket', async () => {
    const slack = await startSlack();
    const raw = await openRawSocket(slack);
    raw.socket.send('not json');
    raw.socket.send(Buffer.from([1, 2, 3]));
    const typed = controlOf(slack).post('/slash', command);
    raw.ack(await until(() => raw.frames.find((one) => one.type === 'slash_commands')));
    expect(await typed).toMatchObject({ outcome: 'acked' });
  });
});
