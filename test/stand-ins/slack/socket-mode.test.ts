import { LogLevel, SocketModeClient } from '@slack/socket-mode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { askSocketUrl, connectSocketClient, controlOf, eventsOf, ids, openRawSocket, startSlack, until } from './harness.ts';

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
