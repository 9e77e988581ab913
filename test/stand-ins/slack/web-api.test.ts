import { describe, expect, it } from 'vitest';
import { connectWebClient, controlOf, ids, startSlack } from './harness.ts';

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
