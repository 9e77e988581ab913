import { describe, expect, it } from 'vitest';
import { connectWebClient, controlOf, eventsOf, ids, openRawSocket, startSlack, until } from './harness.ts';

const say = (text: string) => ({ user: ids.ada, channel: ids.research, text });

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
    await control.post('/faults', { kind: 'delay', times: 1, ms: 1_000, method: 'events_api' });
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
