import type {
  AuthTestResponse,
  BookmarksAddResponse,
  ChatGetPermalinkResponse,
  ChatPostEphemeralResponse,
  ChatPostMessageResponse,
  ChatUpdateResponse,
  ConversationsHistoryResponse,
  ConversationsInfoResponse,
  ConversationsListResponse,
  ConversationsMembersResponse,
  ConversationsOpenResponse,
  ConversationsRepliesResponse,
  FilesInfoResponse,
  UsergroupsListResponse,
  UsersInfoResponse,
  UsersListResponse,
  ViewsPublishResponse,
} from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectWebClient, ids, startSlack } from '../../stand-ins/slack/harness.ts';

// The types of web-api were generated from what Slack really answers. Each schema below is checked against such a type by the compiler, and
// each answer of the stand-in is checked against the schema: so an answer has the fields, with the types, that real code relies on.
const text = z.string();
const flag = z.boolean();
const number = z.number();
const next = z.object({ next_cursor: text });
const blocks = z.array(z.object({ block_id: text }));
const icons = z.object({ image_36: text, image_48: text, image_72: text });
const botProfile = z.object({ id: text, app_id: text, name: text, team_id: text, icons, updated: number, deleted: flag });
const message = z.object({ type: text, text, ts: text, user: text, team: text, bot_id: text, app_id: text, bot_profile: botProfile });
const root = message.extend({
  thread_ts: text,
  reply_count: number,
  reply_users_count: number,
  reply_users: z.array(text),
  latest_reply: text,
  is_locked: flag,
  subscribed: flag,
});
const note = z.object({ value: text, creator: text, last_set: number });
const channel = z.object({
  id: text,
  name: text,
  created: number,
  creator: text,
  is_channel: flag,
  is_group: flag,
  is_im: flag,
  is_mpim: flag,
  is_private: flag,
  is_archived: flag,
  is_general: flag,
  is_member: flag,
  is_shared: flag,
  is_ext_shared: flag,
  is_org_shared: flag,
  name_normalized: text,
  context_team_id: text,
  topic: note,
  purpose: note,
});
const user = z.object({
  id: text,
  team_id: text,
  name: text,
  real_name: text,
  deleted: flag,
  color: text,
  tz: text,
  tz_label: text,
  tz_offset: number,
  is_admin: flag,
  is_owner: flag,
  is_primary_owner: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_bot: flag,
  is_app_user: flag,
  updated: number,
  profile: z.object({
    real_name: text,
    display_name: text,
    real_name_normalized: text,
    display_name_normalized: text,
    title: text,
    team: text,
  }),
});
const file = z.object({
  id: text,
  created: number,
  name: text,
  title: text,
  mimetype: text,
  filetype: text,
  size: number,
  user: text,
  url_private: text,
  permalink: text,
  is_public: flag,
});

const identity = z.object({ url: text, team: text, user: text, team_id: text, user_id: text, bot_id: text, is_enterprise_install: flag });
const posted = z.object({ channel: text, ts: text, message: message.extend({ blocks }) });
const updated = z.object({ channel: text, ts: text, text, message: z.object({ type: text, user: text, text }) });
const history = z.object({ messages: z.array(root).min(1), has_more: flag, pin_count: number, response_metadata: next });
const replies = z.object({ messages: z.tuple([root]).rest(message.extend({ thread_ts: text, parent_user_id: text })), has_more: flag });
const home = z.object({
  view: z.object({
    id: text,
    team_id: text,
    type: text,
    hash: text,
    blocks,
    private_metadata: text,
    callback_id: text,
    root_view_id: text,
    app_id: text,
    app_installed_team_id: text,
    bot_id: text,
  }),
});
const bookmark = z.object({
  bookmark: z.object({
    id: text,
    channel_id: text,
    title: text,
    link: text,
    emoji: text,
    type: text,
    rank: text,
    date_created: number,
    app_id: text,
  }),
});
const groups = z.object({
  usergroups: z.array(
    z.object({ id: text, team_id: text, handle: text, name: text, description: text, user_count: number, is_usergroup: flag }),
  ),
});

// Compiles only while every field above has the type that web-api declares.
type Fits<Declared, Checked extends DeepPartial<Declared>> = Checked;
type DeepPartial<T> = T extends readonly (infer Item)[]
  ? DeepPartial<Item>[]
  : T extends object
    ? { [Key in keyof T]?: DeepPartial<T[Key]> | undefined }
    : T;
export type Oracle = [
  Fits<AuthTestResponse, z.infer<typeof identity>>,
  Fits<ChatPostMessageResponse, z.infer<typeof posted>>,
  Fits<ChatUpdateResponse, z.infer<typeof updated>>,
  Fits<ConversationsHistoryResponse, z.infer<typeof history>>,
  Fits<ConversationsRepliesResponse, { messages: z.infer<typeof root>[]; has_more: boolean }>,
  Fits<ConversationsInfoResponse, { channel: z.infer<typeof channel> }>,
  Fits<ConversationsListResponse, { channels: z.infer<typeof channel>[] }>,
  Fits<UsersInfoResponse, { user: z.infer<typeof user> }>,
  Fits<UsersListResponse, { members: z.infer<typeof user>[] }>,
  Fits<FilesInfoResponse, { file: z.infer<typeof file> }>,
  Fits<ViewsPublishResponse, z.infer<typeof home>>,
  Fits<BookmarksAddResponse, z.infer<typeof bookmark>>,
  Fits<UsergroupsListResponse, z.infer<typeof groups>>,
  Fits<ChatGetPermalinkResponse, { channel: string; permalink: string }>,
  Fits<ChatPostEphemeralResponse, { message_ts: string }>,
  Fits<ConversationsMembersResponse, { members: string[] }>,
  Fits<ConversationsOpenResponse, { channel: { id: string } }>,
];

describe('answers have the shape that web-api declares', () => {
  it('messages', async () => {
    const web = connectWebClient(await startSlack());
    posted.parse(await web.chat.postMessage({ channel: ids.research, text: 'x', blocks: [{ type: 'divider' }] }));
    const ts = (await web.chat.postMessage({ channel: ids.general, text: 'root' })).ts ?? '';
    await web.chat.postMessage({ channel: ids.general, text: 'reply', thread_ts: ts });
    history.parse(await web.conversations.history({ channel: ids.general }));
    replies.parse(await web.conversations.replies({ channel: ids.general, ts }));
    expect(updated.parse(await web.chat.update({ channel: ids.general, ts, text: 'new' })).text).toBe('new');
  });

  it('people and places', async () => {
    const web = connectWebClient(await startSlack());
    identity.parse(await web.auth.test());
    channel.parse((await web.conversations.info({ channel: ids.research })).channel);
    z.array(channel)
      .min(3)
      .parse((await web.conversations.list({})).channels);
    user.parse((await web.users.info({ user: ids.ada })).user);
    groups.parse(await web.usergroups.list({}));
    expect(z.array(user).parse((await web.users.list({})).members).length).toBeGreaterThan(4);
  });

  it('views, files and shelves', async () => {
    const web = connectWebClient(await startSlack());
    home.parse(await web.views.publish({ user_id: ids.ada, view: { type: 'home', blocks: [{ type: 'divider' }] } }));
    const done = await web.filesUploadV2({ channel_id: ids.research, filename: 'a.txt', file: Buffer.from('a') });
    const id = (done.files[0] as { files?: { id?: string }[] }).files?.[0]?.id ?? '';
    file.parse((await web.files.info({ file: id })).file);
    const added = await web.bookmarks.add({ channel_id: ids.research, title: 'a', type: 'link', link: 'https://example.org' });
    expect(bookmark.parse(added).bookmark.channel_id).toBe(ids.research);
  });
});
