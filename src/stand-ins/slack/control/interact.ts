import { isDict } from '../block-rules.ts';
import type { Context } from '../context.ts';
import type { Delivered } from '../delivery.ts';
import { emitEvent } from '../events.ts';
import { showsImage } from '../files.ts';
import { collectValues, findMissing, type Values } from '../input-state.ts';
import { type Act, actInMessage, actInView, announceClose, sendShortcut, submitView } from '../interactions.ts';
import type { DeliveryOutcome } from '../page-api.ts';
import type { Dict, StoredUser, StoredView } from '../state.ts';
import { formatTs } from '../store.ts';
import { validateView } from '../view-validation.ts';
import { closeModals, openModal, updateModal } from '../views.ts';
import {
  ControlError,
  type ControlRequest,
  type ControlRoutes,
  readField,
  readFlag,
  requireField,
  requireUser,
  requireVisibleChannel,
  requireVisibleMessage,
} from './route.ts';

function requireView(ctx: Context, user: StoredUser, id: string): StoredView {
  const home = ctx.store.data.homes[user.id];
  const view = home?.id === id ? home : ctx.modals.stack(user.id).find((one) => one.id === id);
  if (view === undefined) throw new ControlError('view_not_found', 404);
  return view;
}

async function click(ctx: Context, request: ControlRequest): Promise<{ outcome: DeliveryOutcome }> {
  const user = requireUser(ctx, request);
  const act: Act = {
    user: user.id,
    block_id: requireField(request, 'block_id'),
    action_id: requireField(request, 'action_id'),
    value: request.fields['value'],
    selected: request.fields['selected'],
    state: isDict(request.fields['state']) ? (request.fields['state'] as Values) : {},
  };
  const viewId = readField(request, 'view_id');
  const delivered =
    viewId === undefined ? await clickMessage(ctx, request, user, act) : await actInView(ctx, requireView(ctx, user, viewId), act);
  if (delivered === undefined) throw new ControlError('element_not_found', 404);
  return { outcome: delivered.outcome };
}

async function clickMessage(ctx: Context, request: ControlRequest, user: StoredUser, act: Act): Promise<Delivered | undefined> {
  const channel = requireVisibleChannel(ctx, request, user);
  const message = requireVisibleMessage(ctx, request, channel, user, 'message_ts');
  const delivered = await actInMessage(ctx, channel, message, act);
  if (delivered !== undefined && delivered.outcome !== 'acked') {
    const { block_id, action_id } = act;
    ctx.live.send({ type: 'action_failed', user: user.id, channel: channel.id, message_ts: message.ts, block_id, action_id });
  }
  return delivered;
}

async function submit(ctx: Context, request: ControlRequest): Promise<{ outcome: DeliveryOutcome; errors?: Record<string, string> }> {
  const user = requireUser(ctx, request);
  const view = requireView(ctx, user, requireField(request, 'view_id'));
  if (view.type !== 'modal') throw new ControlError('view_not_found', 404);
  const given = isDict(request.fields['values']) ? (request.fields['values'] as Values) : {};
  const values = collectValues(view.blocks, given);
  const missing = findMissing(view.blocks, values);
  if (Object.keys(missing).length > 0) return { outcome: 'acked', errors: missing };
  const { outcome, payload } = await submitView(ctx, user.id, view, values);
  if (outcome !== 'acked') return { outcome };
  const errors = obey(ctx, user, view, isDict(payload) ? payload : {});
  return errors === undefined ? { outcome } : { outcome, errors };
}

// Carries out the response_action of an acknowledged submission.
function obey(ctx: Context, user: StoredUser, view: StoredView, answer: Dict): Record<string, string> | undefined {
  const action = answer['response_action'];
  if (action === 'errors') return isDict(answer['errors']) ? (answer['errors'] as Record<string, string>) : {};
  if (action === 'update' || action === 'push') {
    const checked = validateView(answer['view'], 'modal', (id) => showsImage(ctx, id));
    if (checked.error !== undefined) throw new ControlError('invalid_response_action', 502, checked.messages.join('; '));
    if (action === 'update') updateModal(ctx, user.id, view, checked.view);
    else openModal(ctx, user.id, checked.view);
    return undefined;
  }
  closeModals(ctx, user.id, action === 'clear' ? undefined : view.id);
  return undefined;
}

function close(ctx: Context, request: ControlRequest): object {
  const user = requireUser(ctx, request);
  const view = requireView(ctx, user, requireField(request, 'view_id'));
  const cleared = readFlag(request, 'cleared') || view['clear_on_close'] === true;
  const closed = closeModals(ctx, user.id, cleared ? undefined : view.id);
  for (const one of closed) if (one['notify_on_close'] === true) ctx.background(announceClose(ctx, user.id, one, cleared));
  return {};
}

async function useShortcut(ctx: Context, request: ControlRequest): Promise<{ outcome: DeliveryOutcome }> {
  const user = requireUser(ctx, request);
  const callbackId = requireField(request, 'callback_id');
  const known = ctx.app.shortcuts.find((one) => one.callback_id === callbackId);
  if (known === undefined) throw new ControlError('unknown_shortcut', 404, callbackId);
  if (known.type === 'global') return { outcome: (await sendShortcut(ctx, user.id, callbackId)).outcome };
  const channel = requireVisibleChannel(ctx, request, user);
  const message = requireVisibleMessage(ctx, request, channel, user, 'message_ts');
  return { outcome: (await sendShortcut(ctx, user.id, callbackId, { channel, message })).outcome };
}

function openHome(ctx: Context, request: ControlRequest): object {
  const user = requireUser(ctx, request);
  const channel = ctx.store.openDirect(user.id);
  const view = ctx.store.data.homes[user.id];
  const ts = formatTs(Math.floor(ctx.clock.now() * 1000));
  emitEvent(ctx, {
    type: 'app_home_opened',
    user: user.id,
    channel: channel.id,
    tab: 'home',
    ...(view === undefined ? {} : { view }),
    event_ts: ts,
  });
  return {};
}

export const interactRoutes: ControlRoutes = {
  'POST /action': click,
  'POST /shortcut': useShortcut,
  'POST /view/submit': submit,
  'POST /view/close': close,
  'POST /home': openHome,
};
