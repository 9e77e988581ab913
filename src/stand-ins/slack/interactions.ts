import type { Context } from './context.ts';
import type { Delivered } from './delivery.ts';
import { verificationToken } from './events.ts';
import { buildActionFields, collectValues, listElements, readAnswer, type Values } from './input-state.ts';
import { buildResponseUrl } from './response-url.ts';
import { buildMessage } from './shapes.ts';
import type { Dict, StoredChannel, StoredMessage, StoredView } from './state.ts';

export interface Act {
  readonly user: string;
  readonly block_id: string;
  readonly action_id: string;
  readonly value?: unknown;
  readonly selected?: unknown;
  /** What the other inputs of the same view hold at that moment. */
  readonly state?: Values;
}

// What people have put into inputs of messages; Slack keeps it on the client, for as long as the message is open there.
const messageInputs = new WeakMap<StoredMessage, Map<string, Values>>();

function buildCommon(ctx: Context, user: string): Dict {
  const { team, app } = ctx.store.data;
  const name = ctx.store.user(user)?.name ?? user;
  return {
    user: { id: user, username: name, name, team_id: team.id },
    api_app_id: app.app_id,
    token: verificationToken,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

// Direct and private conversations have no name in payloads.
function nameChannel(channel: StoredChannel): string {
  return channel.kind === 'im' ? 'directmessage' : channel.kind === 'private' ? 'privategroup' : channel.name;
}

function buildAction(ctx: Context, element: Dict, act: Act): Dict {
  const actionTs = (ctx.clock.now() / 1000).toFixed(6);
  const fields = buildActionFields(element, { value: act.value, selected: act.selected });
  return { type: element['type'], action_id: act.action_id, block_id: act.block_id, ...fields, action_ts: actionTs };
}

function findElement(blocks: readonly Dict[], act: Act): Dict | undefined {
  return listElements(blocks).find(({ blockId, element }) => blockId === act.block_id && element['action_id'] === act.action_id)?.element;
}

function listBlocks(message: StoredMessage): Dict[] {
  const attached = message.attachments.flatMap((attachment) =>
    Array.isArray(attachment['blocks']) ? (attachment['blocks'] as Dict[]) : [],
  );
  return [...message.blocks, ...attached];
}

function remember(message: StoredMessage, act: Act, element: Dict): Values {
  const byUser = messageInputs.get(message) ?? new Map<string, Values>();
  messageInputs.set(message, byUser);
  const given: Values = { ...byUser.get(act.user) };
  if (!['button', 'overflow'].includes(String(element['type']))) {
    given[act.block_id] = { ...given[act.block_id], [act.action_id]: readAnswer(element, act.selected ?? act.value ?? null) };
  }
  byUser.set(act.user, given);
  return given;
}

/** Sends a click in a message; undefined when the message has no such element. */
export async function actInMessage(ctx: Context, channel: StoredChannel, message: StoredMessage, act: Act): Promise<Delivered | undefined> {
  const blocks = listBlocks(message);
  const element = findElement(blocks, act);
  if (element === undefined) return undefined;
  const values = collectValues(blocks, remember(message, act, element));
  const isEphemeral = message.ephemeral_for !== undefined;
  const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  const record = ctx.responseUrls.issue({
    kind: 'actions',
    user: act.user,
    channel: channel.id,
    original: { ts: message.ts, ephemeral: isEphemeral },
  });
  return ctx.delivery.request(
    'interactive',
    {
      type: 'block_actions',
      ...buildCommon(ctx, act.user),
      container: { type: 'message', message_ts: message.ts, channel_id: channel.id, is_ephemeral: isEphemeral, ...thread },
      trigger_id: ctx.triggers.issue(act.user),
      channel: { id: channel.id, name: nameChannel(channel) },
      message: isEphemeral
        ? { type: 'message', ts: message.ts, user: message.user, text: message.text, blocks }
        : buildMessage(ctx.store, message, true),
      state: { values },
      response_url: buildResponseUrl(ctx, record),
      actions: [buildAction(ctx, element, act)],
    },
    false,
  );
}

/** Sends a click in a modal or in the Home tab; undefined when the view has no such element. */
export async function actInView(ctx: Context, view: StoredView, act: Act): Promise<Delivered | undefined> {
  const element = findElement(view.blocks, act);
  if (element === undefined) return undefined;
  const given: Values = { ...act.state };
  given[act.block_id] = { ...given[act.block_id], [act.action_id]: act.selected ?? act.value ?? undefined };
  const state = { values: collectValues(view.blocks, given) };
  return ctx.delivery.request(
    'interactive',
    {
      type: 'block_actions',
      ...buildCommon(ctx, act.user),
      container: { type: 'view', view_id: view.id },
      trigger_id: ctx.triggers.issue(act.user, view.id),
      view: { ...view, state },
      state,
      actions: [buildAction(ctx, element, act)],
    },
    false,
  );
}

/** Sends a submitted modal. */
export function submitView(ctx: Context, user: string, view: StoredView, values: Values): Promise<Delivered> {
  const payload = {
    type: 'view_submission',
    ...buildCommon(ctx, user),
    trigger_id: ctx.triggers.issue(user, view.id),
    view: { ...view, state: { values } },
    response_urls: [],
  };
  return ctx.delivery.request('interactive', payload, true);
}

/** Tells the app that a modal was closed; nobody waits for the answer. */
export function announceClose(ctx: Context, user: string, view: StoredView, isCleared: boolean): Promise<Delivered> {
  const payload = { type: 'view_closed', ...buildCommon(ctx, user), view, is_cleared: isCleared };
  return ctx.delivery.request('interactive', payload, false);
}

/** Sends a shortcut, from the menu or from a message. */
export function sendShortcut(
  ctx: Context,
  user: string,
  callbackId: string,
  from?: { channel: StoredChannel; message: StoredMessage },
): Promise<Delivered> {
  const shared = {
    ...buildCommon(ctx, user),
    callback_id: callbackId,
    trigger_id: ctx.triggers.issue(user),
    action_ts: (ctx.clock.now() / 1000).toFixed(6),
  };
  if (from === undefined) return ctx.delivery.request('interactive', { type: 'shortcut', ...shared }, false);
  const { channel, message } = from;
  const record = ctx.responseUrls.issue({ kind: 'actions', user, channel: channel.id, original: { ts: message.ts, ephemeral: false } });
  const payload = {
    type: 'message_action',
    ...shared,
    channel: { id: channel.id, name: nameChannel(channel) },
    message: buildMessage(ctx.store, message, true),
    message_ts: message.ts,
    response_url: buildResponseUrl(ctx, record),
  };
  return ctx.delivery.request('interactive', payload, false);
}

/** Sends a slash command. Returns also the record of its response_url. */
export async function sendCommand(ctx: Context, user: string, channel: StoredChannel, command: string, text: string) {
  const { team, app } = ctx.store.data;
  const record = ctx.responseUrls.issue({ kind: 'commands', user, channel: channel.id });
  const delivered = await ctx.delivery.request(
    'slash_commands',
    {
      token: verificationToken,
      team_id: team.id,
      team_domain: team.domain,
      channel_id: channel.id,
      channel_name: nameChannel(channel),
      user_id: user,
      user_name: ctx.store.user(user)?.name ?? user,
      command,
      text,
      api_app_id: app.app_id,
      is_enterprise_install: 'false',
      response_url: buildResponseUrl(ctx, record),
      trigger_id: ctx.triggers.issue(user),
    },
    true,
  );
  return { record, delivered };
}
