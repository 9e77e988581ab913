import { describe, expect, it } from 'vitest';
import { connectWebClient, controlOf, ids, startSlack } from './harness.ts';

async function start(options = {}) {
  const slack = await startSlack(options);
  return { slack, web: connectWebClient(slack), control: controlOf(slack) };
}

const refusal = (error: string) => ({ data: { ok: false, error } });

describe('messages', () => {
  it('posts with what Slack adds', async () => {
    const { web } = await start();
    const posted = await web.chat.postMessage({ channel: ids.research, text: 'hello', blocks: [{ type: 'divider' }] });
    expect(posted.ts).toMatch(/^\d{10}\.\d{6}$/);
    expect(posted.message).toMatchObject({
      user: ids.botUser,
      bot_id: ids.bot,
      app_id: ids.app,
      bot_profile: { name: 'reprobot' },
      team: ids.team,
    });
    expect(posted.message?.blocks?.[0]?.block_id).toEqual(expect.any(String));
  });

  it('hands out ts that are unique and grow, even within one millisecond', async () => {
    const { web } = await start({ clock: { now: () => 1_700_000_000_000 } });
    const all = await Promise.all(Array.from({ length: 4 }, () => web.chat.postMessage({ channel: ids.research, text: 'x' })));
    const order = all.map((one) => one.ts ?? '');
    expect(new Set(order).size).toBe(4);
    expect(order[0]).toBe('1700000000.000000');
  });

  it('finds channels by #name and people by id', async () => {
    const { web } = await start();
    expect((await web.chat.postMessage({ channel: '#general', text: 'x' })).channel).toBe(ids.general);
    expect((await web.chat.postMessage({ channel: ids.ada, text: 'x' })).channel).toBe('DADA0000001');
  });

  it.each([
    ['a channel that is not there', { channel: 'CNOWHERE001', text: 'x' }, 'channel_not_found'],
    ['a private channel without the bot', { channel: ids.ops, text: 'x' }, 'channel_not_found'],
    ['a public channel without the bot', { channel: ids.random, text: 'x' }, 'not_in_channel'],
    ['an empty message', { channel: ids.research, text: '' }, 'no_text'],
    ['a thread that is not there', { channel: ids.research, text: 'x', thread_ts: '1.000000' }, 'thread_not_found'],
    ['metadata without payload', { channel: ids.research, text: 'x', metadata: { event_type: 'run' } }, 'invalid_metadata_schema'],
    ['text beside markdown_text', { channel: ids.research, text: 'x', markdown_text: '*x*' }, 'markdown_text_conflict'],
    ['101 attachments', { channel: ids.research, attachments: Array.from({ length: 101 }, () => ({ text: 'x' })) }, 'too_many_attachments'],
  ])('refuses %s', async (_name, args, error) => {
    const { web } = await start();
    await expect(web.apiCall('chat.postMessage', args)).rejects.toMatchObject(refusal(error));
  });

  it('cuts text at 40 000 characters and says so', async () => {
    const { web } = await start();
    const posted = await web.chat.postMessage({ channel: ids.research, text: 'x'.repeat(40_001) });
    expect(posted.message?.text).toHaveLength(40_000);
    expect(posted.response_metadata).toMatchObject({ warnings: ['message_truncated'] });
  });

  it('counts a thread on its root', async () => {
    const { web, control } = await start();
    const root = await web.chat.postMessage({ channel: ids.research, text: 'root' });
    const ts = root.ts ?? '';
    const reply = await web.chat.postMessage({ channel: ids.research, text: 'one', thread_ts: ts });
    await control.post('/messages', { user: ids.ben, channel: ids.research, text: 'two', thread_ts: reply.ts });
    const thread = await web.conversations.replies({ channel: ids.research, ts });
    expect(thread.messages?.map((message) => message.text)).toEqual(['root', 'one', 'two']);
    expect(thread.messages?.[0]).toMatchObject({
      reply_count: 2,
      reply_users_count: 2,
      reply_users: [ids.botUser, ids.ben],
      thread_ts: ts,
    });
    expect(thread.messages?.[1]).toMatchObject({ parent_user_id: ids.botUser, thread_ts: ts });
  });

  it('shows replies in the channel only when they are broadcast', async () => {
    const { web } = await start();
    const thread_ts = (await web.chat.postMessage({ channel: ids.research, text: 'root' })).ts ?? '';
    await web.chat.postMessage({ channel: ids.research, text: 'quiet', thread_ts });
    await web.chat.postMessage({ channel: ids.research, text: 'loud', thread_ts, reply_broadcast: true });
    const history = await web.conversations.history({ channel: ids.research });
    expect(history.messages?.map((message) => message.text)).toEqual(['loud', 'root']);
  });

  it('gives metadata to those who ask for it', async () => {
    const { web } = await start();
    const metadata = { event_type: 'run_slot', event_payload: { run: 'r1', slots: ['a', 'b'], at: { x: 1 } } };
    await web.apiCall('chat.postMessage', { channel: ids.research, text: 'x', metadata });
    const plain = await web.conversations.history({ channel: ids.research });
    const full = await web.conversations.history({ channel: ids.research, include_all_metadata: true });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    expect(full.messages?.[0]?.metadata).toEqual(metadata);
  });

  it('turns pages', async () => {
    const { web } = await start({ limits: { enabled: false } });
    for (let index = 0; index < 5; index += 1) await web.chat.postMessage({ channel: ids.research, text: String(index) });
    const texts: (string | undefined)[] = [];
    for await (const page of web.paginate('conversations.history', { channel: ids.research, limit: 2 })) {
      const { messages = [] } = page as { messages?: { text?: string }[] };
      texts.push(...messages.map((message) => message.text));
    }
    expect(texts).toEqual(['4', '3', '2', '1', '0']);
    await expect(web.conversations.history({ channel: ids.research, cursor: 'nonsense' })).rejects.toMatchObject(refusal('invalid_cursor'));
  });

  it('cuts history by time', async () => {
    const { web } = await start();
    const [first, second] = [
      await web.chat.postMessage({ channel: ids.research, text: '1' }),
      await web.chat.postMessage({ channel: ids.research, text: '2' }),
    ];
    const after = await web.conversations.history({ channel: ids.research, oldest: first.ts ?? '' });
    expect(after.messages?.map((message) => message.text)).toEqual(['2']);
    const upTo = await web.conversations.history({ channel: ids.research, latest: second.ts ?? '', inclusive: true });
    expect(upTo.messages).toHaveLength(2);
  });

  it('links to a message and its thread', async () => {
    const { slack, web } = await start();
    const root = (await web.chat.postMessage({ channel: ids.research, text: 'root' })).ts ?? '';
    const reply = (await web.chat.postMessage({ channel: ids.research, text: 'reply', thread_ts: root })).ts ?? '';
    const link = await web.chat.getPermalink({ channel: ids.research, message_ts: reply });
    expect(link.permalink).toBe(`${slack.url}/archives/${ids.research}/p${reply.replace('.', '')}?thread_ts=${root}&cid=${ids.research}`);
    await expect(web.chat.getPermalink({ channel: ids.research, message_ts: '1.000000' })).rejects.toMatchObject(
      refusal('message_not_found'),
    );
  });
});

describe('edits and deletions', () => {
  it('replaces text and blocks, and marks only edits of text', async () => {
    const { web, control } = await start();
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'a' } }];
    const ts = (await web.chat.postMessage({ channel: ids.research, text: 'a', blocks })).ts ?? '';
    const viaBlocks = await web.chat.update({ channel: ids.research, ts, text: 'b', blocks });
    expect(viaBlocks.message).not.toHaveProperty('edited');
    const viaText = await web.chat.update({ channel: ids.research, ts, text: 'c' });
    expect(viaText.message).toMatchObject({ text: 'c', edited: { user: ids.botUser } });
    expect(viaText.message).not.toHaveProperty('blocks');
    expect(await control.messages()).toMatchObject([{ text: 'c', edited: true, blocks: [] }]);
  });

  it('keeps attachments beside new blocks and drops both for text alone', async () => {
    const { web } = await start();
    const attachments = [{ text: 'attached', fallback: 'attached' }];
    const blocks = [{ type: 'divider' as const }];
    const ts = (await web.chat.postMessage({ channel: ids.research, text: 'a', attachments })).ts ?? '';
    const mixed = await web.chat.update({ channel: ids.research, ts, text: 'b', blocks });
    expect(mixed.message).toMatchObject({ blocks: [{ type: 'divider' }], attachments: [{ text: 'attached' }] });
    const alone = await web.chat.update({ channel: ids.research, ts, text: 'c' });
    expect(alone.message).not.toHaveProperty('blocks');
    expect(alone.message).not.toHaveProperty('attachments');
  });

  it('keeps metadata that is not mentioned and clears it on {}', async () => {
    const { web } = await start();
    const metadata = { event_type: 'run_slot', event_payload: { run: 'r1' } };
    const ts = (await web.chat.postMessage({ channel: ids.research, text: 'a', metadata })).ts ?? '';
    const kept = await web.chat.update({ channel: ids.research, ts, text: 'b' });
    expect(kept.message).toMatchObject({ metadata });
    const cleared = await web.apiCall('chat.update', { channel: ids.research, ts, text: 'b', metadata: {} });
    expect(cleared).toMatchObject({ message: { text: 'b' } });
    expect(cleared).not.toHaveProperty('message.metadata');
  });

  it('touches only what the bot may touch', async () => {
    const { web, control } = await start();
    const { ts } = await control.post('/messages', { user: ids.ada, channel: ids.research, text: 'mine' });
    const theirs = { channel: ids.research, ts: String(ts) };
    await expect(web.chat.update({ ...theirs, text: 'x' })).rejects.toMatchObject(refusal('cant_update_message'));
    await expect(web.chat.delete(theirs)).rejects.toMatchObject(refusal('cant_delete_message'));
    const own = (await web.chat.postMessage({ channel: ids.research, text: 'own' })).ts ?? '';
    await expect(web.chat.update({ channel: ids.research, ts: own, text: 'x'.repeat(4_001) })).rejects.toMatchObject(
      refusal('msg_too_long'),
    );
    await expect(web.chat.update({ channel: ids.research, ts: '1.000000', text: 'x' })).rejects.toMatchObject(refusal('message_not_found'));
    const whisper = await web.chat.postEphemeral({ channel: ids.research, user: ids.ada, text: 'psst' });
    const ephemeral = { channel: ids.research, ts: whisper.message_ts ?? '', text: 'x' };
    await expect(web.chat.update(ephemeral)).rejects.toMatchObject(refusal('cant_update_message'));
  });

  it('leaves a tombstone where a thread hangs', async () => {
    const { web } = await start();
    const root = (await web.chat.postMessage({ channel: ids.research, text: 'root' })).ts ?? '';
    await web.chat.postMessage({ channel: ids.research, text: 'reply', thread_ts: root });
    await web.chat.delete({ channel: ids.research, ts: root });
    const thread = await web.conversations.replies({ channel: ids.research, ts: root });
    expect(thread.messages).toMatchObject([{ subtype: 'tombstone' }, { text: 'reply' }]);
    const late = { channel: ids.research, text: 'late', thread_ts: root };
    await expect(web.chat.postMessage(late)).rejects.toMatchObject(refusal('cannot_reply_to_message'));
    await expect(web.chat.update({ channel: ids.research, ts: root, text: 'x' })).rejects.toMatchObject(refusal('message_not_found'));
  });

  it('removes a message without a thread altogether', async () => {
    const { web, control } = await start();
    const ts = (await web.chat.postMessage({ channel: ids.research, text: 'x' })).ts ?? '';
    await web.chat.delete({ channel: ids.research, ts });
    expect(await control.messages()).toEqual([]);
  });
});
