import type { BlockAction, ButtonAction, EnvelopedEvent, MessageShortcut, SlashCommand, ViewSubmitAction } from '@slack/bolt';
import type {
  AppHomeOpenedEvent,
  AppMentionEvent,
  FileShareMessageEvent,
  GenericMessageEvent,
  MemberJoinedChannelEvent,
  ReactionAddedEvent,
} from '@slack/types';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { controlOf, type Frame, ids, openRawSocket, type RawSocket, startSlack, until } from '../../stand-ins/slack/harness.ts';
import { startApp } from './acknowledging-app.ts';

// As in response-types.test.ts, but for what Slack sends on its own: each schema must be at least what the SDK declares as always present.
const text = z.string();
const channelType = z.enum(['channel', 'group', 'im', 'mpim', 'app_home']);
const at = { event_ts: text, channel: text, ts: text };
const file = z.object({
  id: text,
  created: z.number(),
  name: text,
  title: text,
  mimetype: text,
  filetype: text,
  pretty_type: text,
  user: text,
  editable: z.boolean(),
  size: z.number(),
  mode: z.literal('hosted'),
  is_external: z.boolean(),
  external_type: text,
  is_public: z.boolean(),
  public_url_shared: z.boolean(),
  display_as_bot: z.boolean(),
  username: text,
  url_private: text,
  url_private_download: text,
  media_display_type: text,
  permalink: text,
  permalink_public: text,
  is_starred: z.boolean(),
  has_rich_preview: z.boolean(),
  channels: z.array(text),
  groups: z.array(text),
});

const message = z.object({
  type: z.literal('message'),
  subtype: z.undefined().optional(),
  team: text,
  user: text,
  text,
  channel_type: channelType,
  client_msg_id: text,
  ...at,
});
const mention = z.object({ type: z.literal('app_mention'), user: text, text, team: text, client_msg_id: text, ...at });
const share = z.object({
  type: z.literal('message'),
  subtype: z.literal('file_share'),
  text,
  user: text,
  upload: z.boolean(),
  channel_type: channelType,
  files: z.array(file),
  ...at,
});
const item = z.object({ type: z.literal('message'), channel: text, ts: text });
const reaction = z.object({ type: z.literal('reaction_added'), user: text, reaction: text, item_user: text, item, event_ts: text });
const joined = z.object({
  type: z.literal('member_joined_channel'),
  user: text,
  channel: text,
  channel_type: text,
  team: text,
  event_ts: text,
});
const home = z.object({ type: z.literal('app_home_opened'), user: text, channel: text, tab: z.literal('home'), event_ts: text });
const authorization = z.object({
  enterprise_id: z.null(),
  team_id: text,
  user_id: text,
  is_bot: z.boolean(),
  is_enterprise_install: z.boolean(),
});
const outer = z.object({
  token: text,
  team_id: text,
  context_team_id: text,
  api_app_id: text,
  type: z.literal('event_callback'),
  event_id: text,
  event_time: z.number(),
  is_ext_shared_channel: z.boolean(),
  authorizations: z.tuple([authorization]),
});

const team = z.object({ id: text, domain: text });
const user = z.object({ id: text, name: text, username: text, team_id: text });
const caller = { token: text, api_app_id: text, team, user, trigger_id: text, is_enterprise_install: z.boolean() };
const plain = z.object({ type: z.literal('plain_text'), text });
const button = z.object({ type: z.literal('button'), action_id: text, block_id: text, action_ts: text, value: text, text: plain });
const place = z.object({ id: text, name: text });
const inMessage = z.object({ type: z.literal('message'), user: text, ts: text, text });
const values = z.object({ values: z.record(text, z.record(text, z.object({ type: text }))) });
const click = z.object({
  type: z.literal('block_actions'),
  actions: z.array(button),
  channel: place,
  message: inMessage,
  state: values,
  response_url: text,
  container: z.record(text, z.unknown()),
  ...caller,
});
const view = z.object({
  id: text,
  callback_id: text,
  team_id: text,
  app_installed_team_id: text,
  app_id: text,
  bot_id: text,
  title: plain,
  type: text,
  blocks: z.array(z.object({ type: text, block_id: text })),
  close: z.null(),
  submit: plain,
  state: values,
  hash: text,
  private_metadata: text,
  root_view_id: text,
  previous_view_id: z.null(),
  clear_on_close: z.boolean(),
  notify_on_close: z.boolean(),
  external_id: text,
});
const submission = z.object({ type: z.literal('view_submission'), view, response_urls: z.array(z.never()), ...caller });
const shortcut = z.object({
  type: z.literal('message_action'),
  callback_id: text,
  message_ts: text,
  response_url: text,
  message: inMessage,
  channel: place,
  action_ts: text,
  ...caller,
});
const command = z.object({
  token: text,
  command: text,
  text,
  response_url: text,
  trigger_id: text,
  user_id: text,
  user_name: text,
  team_id: text,
  team_domain: text,
  channel_id: text,
  channel_name: text,
  api_app_id: text,
  is_enterprise_install: text,
});

type Fits<Declared, Checked extends Declared> = [Declared, Checked];
export type Oracle = [
  Fits<GenericMessageEvent, z.infer<typeof message> & { subtype: undefined }>,
  Fits<AppMentionEvent, z.infer<typeof mention>>,
  Fits<FileShareMessageEvent, z.infer<typeof share>>,
  Fits<ReactionAddedEvent, z.infer<typeof reaction>>,
  Fits<MemberJoinedChannelEvent, z.infer<typeof joined>>,
  Fits<AppHomeOpenedEvent, z.infer<typeof home>>,
  Fits<Omit<EnvelopedEvent, 'event'>, z.infer<typeof outer>>,
  Fits<BlockAction<ButtonAction>, z.infer<typeof click>>,
  Fits<ViewSubmitAction, z.infer<typeof submission>>,
  Fits<MessageShortcut, z.infer<typeof shortcut>>,
  Fits<SlashCommand, z.infer<typeof command>>,
];

const manifest = {
  features: {
    bot_user: { display_name: 'reprobot' },
    app_home: { home_tab_enabled: true },
    slash_commands: [{ command: '/hpc' }],
    shortcuts: [{ name: 'This', type: 'message' as const, callback_id: 'this' }],
  },
  oauth_config: { scopes: { bot: ['chat:write', 'commands'] } },
  settings: {
    event_subscriptions: { bot_events: ['message.channels', 'app_mention', 'reaction_added', 'member_joined_channel', 'app_home_opened'] },
  },
};

async function eventOf(raw: RawSocket, type: string, subtype?: string): Promise<unknown> {
  const find = (): Frame | undefined =>
    raw.frames.find((frame) => {
      const event = (frame['payload'] as { event?: { type?: string; subtype?: string; hidden?: boolean } } | undefined)?.event;
      return event?.type === type && event.subtype === subtype && event.hidden !== true;
    });
  const frame = await until(find, type);
  outer.parse(frame['payload']);
  return (frame['payload'] as { event: unknown }).event;
}

describe('payloads have the shape that the SDK declares', () => {
  it('events', async () => {
    const slack = await startSlack({ manifest });
    const control = controlOf(slack);
    const raw = await openRawSocket(slack);
    const said = await control.post('/messages', { user: ids.ada, channel: ids.research, text: '@reprobot hi' });
    await control.post('/reactions', { user: ids.ada, channel: ids.research, ts: said['ts'], name: 'eyes' });
    await control.post('/home', { user: ids.ada });
    await control.post('/slash', { user: ids.ada, channel: ids.random, command: '/invite', text: '@reprobot' });
    const form = new FormData();
    for (const [name, value] of Object.entries({ user: ids.ada, channel: ids.research })) form.set(name, value);
    form.set('file', new File(['x'], 'a.log'));
    await fetch(`${slack.url}/control/upload`, { method: 'POST', body: form });
    message.parse(await eventOf(raw, 'message'));
    mention.parse(await eventOf(raw, 'app_mention'));
    reaction.parse(await eventOf(raw, 'reaction_added'));
    home.parse(await eventOf(raw, 'app_home_opened'));
    joined.parse(await eventOf(raw, 'member_joined_channel'));
    expect(share.parse(await eventOf(raw, 'message', 'file_share')).files).toHaveLength(1);
  });

  it('commands, clicks, submissions, shortcuts', async () => {
    const slack = await startSlack({ manifest });
    const control = controlOf(slack);
    const app = await startApp(slack);
    await control.post('/slash', { user: ids.ada, channel: ids.research, command: '/hpc', text: '' });
    const typed = command.parse(app.last('slash_commands'));
    const label = { type: 'plain_text' as const, text: 'x' };
    const input = { type: 'input' as const, label, element: { type: 'plain_text_input' as const, action_id: 'a' }, optional: true };
    const opened = await app.web.views.open({
      trigger_id: typed.trigger_id,
      view: { type: 'modal', title: label, submit: label, blocks: [input] },
    });
    await control.post('/view/submit', { user: ids.ada, view_id: opened.view?.id, values: {} });
    submission.parse(app.last('interactive'));
    const element = { type: 'button' as const, action_id: 'go', text: label, value: '1' };
    const { ts } = await app.web.chat.postMessage({
      channel: ids.research,
      text: 'x',
      blocks: [{ type: 'actions', block_id: 'b', elements: [element] }],
    });
    await control.post('/action', { user: ids.ada, channel: ids.research, message_ts: ts, block_id: 'b', action_id: 'go' });
    click.parse(app.last('interactive'));
    await control.post('/shortcut', { user: ids.ada, callback_id: 'this', channel: ids.research, message_ts: ts });
    expect(shortcut.parse(app.last('interactive')).message_ts).toBe(ts);
  });
});
