import { describe, expect, it } from 'vitest';
import { connectWebClient, controlOf, ids, startSlack, until } from './harness.ts';

async function start(options = {}) {
  const slack = await startSlack(options);
  return { slack, web: connectWebClient(slack), control: controlOf(slack) };
}

const refusal = (error: string) => ({ data: { ok: false, error } });

describe('tokens and scopes', () => {
  it('says who the bot is', async () => {
    const { web } = await start();
    expect(await web.auth.test()).toMatchObject({ ok: true, user_id: ids.botUser, bot_id: ids.bot, team_id: ids.team, team: 'Lab' });
  });

  it('tells the app its scopes in a header', async () => {
    const { web } = await start();
    expect((await web.auth.test()).response_metadata?.scopes).toContain('chat:write');
  });

  it.each([
    ['no token', '', 'not_authed'],
    ['a wrong token', 'xoxb-wrong', 'invalid_auth'],
  ])('refuses %s', async (_name, token, error) => {
    const { slack } = await start();
    const response = await fetch(`${slack.apiUrl}auth.test`, {
      method: 'POST',
      headers: token === '' ? {} : { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: false, error });
  });

  it('keeps the two kinds of token apart', async () => {
    const { slack, web } = await start();
    await expect(web.apps.connections.open({})).rejects.toMatchObject(refusal('not_allowed_token_type'));
    const app = connectWebClient(slack, slack.credentials.appToken);
    await expect(app.chat.postMessage({ channel: ids.research, text: 'x' })).rejects.toMatchObject(refusal('not_allowed_token_type'));
  });

  it('names the scope that is missing and those that are there', async () => {
    const { web } = await start({ manifest: { oauth_config: { scopes: { bot: ['commands', 'users:read'] } } } });
    await expect(web.chat.postMessage({ channel: ids.research, text: 'x' })).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'chat:write', provided: 'commands,users:read' },
    });
    await expect(web.conversations.history({ channel: ids.ops })).rejects.toMatchObject({ data: { needed: 'groups:history' } });
  });

  it('does not know other methods', async () => {
    const { web } = await start();
    await expect(web.apiCall('canvases.create', {})).rejects.toMatchObject(refusal('unknown_method'));
  });
});

describe('bodies', () => {
  it.each([
    ['JSON', 'application/json; charset=utf-8', JSON.stringify({ channel: ids.research, text: 'json', blocks: [{ type: 'divider' }] })],
    [
      'a form',
      'application/x-www-form-urlencoded',
      new URLSearchParams({ channel: ids.research, text: 'form', blocks: '[{"type":"divider"}]' }).toString(),
    ],
  ])('reads %s', async (_name, type, body) => {
    const { slack } = await start();
    const headers = { 'content-type': type, authorization: `Bearer ${slack.credentials.botToken}` };
    const answer = (await (await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body })).json()) as Record<
      string,
      unknown
    >;
    expect(answer).toMatchObject({ ok: true, message: { blocks: [{ type: 'divider' }] } });
  });

  it('reads multipart and a query', async () => {
    const { slack } = await start();
    const form = new FormData();
    form.set('text', 'multipart');
    const headers = { authorization: `Bearer ${slack.credentials.botToken}` };
    const response = await fetch(`${slack.apiUrl}chat.postMessage?channel=${ids.research}&team_id=${ids.team}`, {
      method: 'POST',
      headers,
      body: form,
    });
    expect(await response.json()).toMatchObject({ ok: true, message: { text: 'multipart' } });
  });

  it('says what is wrong with a body', async () => {
    const { slack } = await start();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${slack.credentials.botToken}` };
    const post = async (body: string) => (await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body })).json();
    expect(await post('{')).toMatchObject({ error: 'invalid_json' });
    expect(await post('[]')).toMatchObject({ error: 'json_not_object' });
  });
});

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

describe('people and places', () => {
  it('describes people', async () => {
    const { web } = await start();
    expect((await web.users.info({ user: ids.ada })).user).toMatchObject({
      name: 'ada',
      is_admin: true,
      is_bot: false,
      profile: { display_name: 'ada' },
    });
    expect((await web.users.info({ user: ids.botUser })).user).toMatchObject({ is_bot: true });
    await expect(web.users.info({ user: 'UNOBODY' })).rejects.toMatchObject(refusal('user_not_found'));
    expect((await web.users.list({})).members?.map((user) => user.name)).toEqual(expect.arrayContaining(['ada', 'ben', 'chen', 'mallory']));
    expect((await web.usergroups.users.list({ usergroup: ids.approvers })).users).toEqual([ids.ada, ids.chen]);
    await expect(web.usergroups.users.list({ usergroup: 'S0' })).rejects.toMatchObject(refusal('no_such_subteam'));
    expect((await web.usergroups.list({})).usergroups).toMatchObject([{ handle: 'approvers' }]);
  });

  it('describes channels', async () => {
    const { web } = await start();
    expect((await web.conversations.info({ channel: ids.random })).channel).toMatchObject({
      name: 'random',
      is_member: false,
      is_private: false,
    });
    expect((await web.conversations.info({ channel: ids.research, include_num_members: true })).channel).toMatchObject({
      is_member: true,
      num_members: 5,
    });
    expect((await web.conversations.members({ channel: ids.research })).members).toContain(ids.mallory);
    expect((await web.conversations.list({})).channels?.map((channel) => channel.name)).toEqual(['research', 'general', 'random']);
    expect((await web.conversations.list({ types: 'private_channel' })).channels).toEqual([]);
  });

  it('opens a direct conversation', async () => {
    const { web } = await start();
    expect((await web.conversations.open({ users: ids.ben })).channel?.id).toBe('DBEN0000002');
    expect((await web.conversations.open({ users: ids.ben, return_im: true })).channel).toMatchObject({ is_im: true, user: ids.ben });
    await expect(web.apiCall('conversations.open', {})).rejects.toMatchObject(refusal('users_list_not_supplied'));
  });

  it('joins public channels only', async () => {
    const { web } = await start();
    await web.conversations.join({ channel: ids.random });
    expect((await web.chat.postMessage({ channel: ids.random, text: 'here' })).ok).toBe(true);
    expect((await web.conversations.join({ channel: ids.random })).warning).toBe('already_in_channel');
    await expect(web.conversations.join({ channel: 'DADA0000001' })).rejects.toMatchObject(
      refusal('method_not_supported_for_channel_type'),
    );
  });

  it('reacts once', async () => {
    const { web, control } = await start();
    const timestamp = (await web.chat.postMessage({ channel: ids.research, text: 'x' })).ts ?? '';
    const reaction = { channel: ids.research, timestamp, name: 'eyes' };
    await web.reactions.add(reaction);
    await expect(web.reactions.add(reaction)).rejects.toMatchObject(refusal('already_reacted'));
    await expect(web.reactions.add({ ...reaction, name: ':eyes:' })).rejects.toMatchObject(refusal('invalid_name'));
    expect(await web.apiCall('reactions.get', reaction)).toMatchObject({
      message: { reactions: [{ name: 'eyes', users: [ids.botUser], count: 1 }] },
    });
    await web.reactions.remove(reaction);
    await expect(web.reactions.remove(reaction)).rejects.toMatchObject(refusal('no_reaction'));
    expect(await control.messages()).toMatchObject([{ reactions: [] }]);
  });

  it('keeps pins and bookmarks', async () => {
    const { web } = await start();
    const timestamp = (await web.chat.postMessage({ channel: ids.research, text: 'x' })).ts ?? '';
    await web.pins.add({ channel: ids.research, timestamp });
    await expect(web.pins.add({ channel: ids.research, timestamp })).rejects.toMatchObject(refusal('already_pinned'));
    const bookmark = { channel_id: ids.research, title: 'Board', type: 'link', link: 'https://example.org' } as const;
    expect((await web.bookmarks.add(bookmark)).bookmark).toMatchObject({ title: 'Board', channel_id: ids.research });
    await expect(web.bookmarks.add({ ...bookmark, link: 'javascript:1' })).rejects.toMatchObject(refusal('invalid_link'));
  });

  it('shows an ephemeral message to its reader only, and only until the page is loaded again', async () => {
    const { web, control } = await start();
    await web.chat.postEphemeral({ channel: ids.research, user: ids.ben, text: 'for ben' });
    expect(await control.messages(ids.research, undefined, ids.ben)).toEqual([]);
    const stranger = { channel: ids.research, user: 'UNOBODY0001', text: 'x' };
    await expect(web.chat.postEphemeral(stranger)).rejects.toMatchObject(refusal('user_not_in_channel'));
  });
});

describe('files', () => {
  it('go up in three steps, and are shared a moment later', async () => {
    const { slack, web, control } = await start();
    const root = (await web.chat.postMessage({ channel: ids.research, text: 'root' })).ts ?? '';
    const done = await web.filesUploadV2({
      channel_id: ids.research,
      thread_ts: root,
      initial_comment: 'the curve',
      filename: 'loss.png',
      title: 'Loss',
      file: Buffer.from('not really a picture'),
    });
    const file = (done.files[0] as { files?: { id?: string; shares?: object }[] }).files?.[0];
    expect(file?.shares).toEqual({});
    const info = await until(async () => {
      const found = (await web.files.info({ file: file?.id ?? '' })).file;
      return Object.keys(found?.shares ?? {}).length > 0 && found;
    }, 'a share');
    expect(info).toMatchObject({ name: 'loss.png', title: 'Loss', mimetype: 'image/png', size: 20 });
    const message = (await control.messages(ids.research, root)).at(-1);
    expect(message).toMatchObject({ text: 'the curve', files: [{ title: 'Loss', path: `/files/${file?.id}/loss.png` }] });
    const served = await fetch(`${slack.url}${message?.files[0]?.path}`);
    expect(served.headers.get('content-security-policy')).toContain('sandbox');
    expect(await served.text()).toBe('not really a picture');
    const image = { type: 'image', alt_text: 'loss', slack_file: { id: file?.id ?? '' } } as const;
    expect((await web.chat.postMessage({ channel: ids.research, text: 'p', blocks: [image] })).ok).toBe(true);
  });

  it('are refused when something is missing', async () => {
    const { slack, web } = await start();
    const { upload_url, file_id } = await web.files.getUploadURLExternal({ filename: 'a.txt', length: 1 });
    const complete = { files: [{ id: file_id ?? '', title: 'a' }] as [{ id: string; title: string }], channel_id: ids.research };
    await expect(web.files.completeUploadExternal(complete)).rejects.toMatchObject(refusal('file_not_found'));
    expect((await fetch(upload_url ?? '', { method: 'POST', body: 'a' })).status).toBe(200);
    expect((await fetch(upload_url ?? '', { method: 'POST', body: 'a' })).status).toBe(404);
    await expect(web.files.completeUploadExternal({ ...complete, channel_id: ids.random })).rejects.toMatchObject(
      refusal('not_in_channel'),
    );
    expect((await web.files.completeUploadExternal({ files: complete.files })).files).toMatchObject([{ id: file_id }]);
    expect((await fetch(`${slack.url}/files/FNOTHING`)).status).toBe(404);
  });

  it('offers markup as a download instead of showing it', async () => {
    const { slack, web } = await start();
    const { upload_url, file_id } = await web.files.getUploadURLExternal({ filename: 'evil.html', length: 10 });
    await fetch(upload_url ?? '', { method: 'POST', body: '<script></script>' });
    expect((await fetch(`${slack.url}/files/${file_id}`)).headers.get('content-disposition')).toMatch(/^attachment/);
  });
});
