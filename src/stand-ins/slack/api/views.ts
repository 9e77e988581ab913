import type { Context } from '../context.ts';
import { showsImage } from '../files.ts';
import type { Dict, StoredView } from '../state.ts';
import { validateView } from '../view-validation.ts';
import { buildView, openModal, updateModal } from '../views.ts';
import { type ApiFamily, ApiError, readJson, readText, requireText } from './method.ts';

const deepestStack = 3;

function readView(ctx: Context, args: Dict, surface: 'modal' | 'home'): Dict {
  const raw = readJson(args, 'view', 'invalid_json');
  const checked = validateView(raw, surface, (id) => showsImage(ctx, id));
  if (checked.error === undefined) return checked.view;
  throw new ApiError(checked.error, checked.messages.length === 0 ? {} : { response_metadata: { messages: checked.messages } });
}

function checkExternalId(ctx: Context, view: Dict, own?: string): void {
  const external = view['external_id'];
  if (typeof external !== 'string' || external === '') return;
  const other = ctx.modals.find((one) => one['external_id'] === external);
  if (other !== undefined && other.view.id !== own) throw new ApiError('duplicate_external_id');
}

// The view is checked first: a refused view does not use the trigger up.
function openView(ctx: Context, args: Dict, push: boolean): Dict {
  const trigger = requireText(args, 'trigger_id');
  const raw = readView(ctx, args, 'modal');
  checkExternalId(ctx, raw);
  const exchanged = ctx.triggers.exchange(trigger);
  if (typeof exchanged === 'string') throw new ApiError(exchanged);
  const stack = ctx.modals.stack(exchanged.user);
  if (push && stack.length === 0) throw new ApiError('not_found');
  if (stack.length >= deepestStack) throw new ApiError('push_limit_reached');
  return { view: openModal(ctx, exchanged.user, raw) };
}

function checkHash(args: Dict, view: StoredView | undefined): void {
  const hash = readText(args, 'hash');
  if (hash !== undefined && view !== undefined && hash !== view.hash) throw new ApiError('hash_conflict');
}

function updateView(ctx: Context, args: Dict): Dict {
  const id = readText(args, 'view_id');
  const external = readText(args, 'external_id');
  if (id === undefined && external === undefined) throw new ApiError('invalid_arguments');
  const found = ctx.modals.find((view) => (id === undefined ? view['external_id'] === external : view.id === id));
  if (found === undefined) throw new ApiError('not_found');
  const raw = readView(ctx, args, 'modal');
  checkHash(args, found.view);
  checkExternalId(ctx, raw, found.view.id);
  return { view: updateModal(ctx, found.user, found.view, raw) };
}

function publishView(ctx: Context, args: Dict): Dict {
  const user = requireText(args, 'user_id');
  if (ctx.store.user(user) === undefined) throw new ApiError('user_not_found');
  if (!ctx.app.homeTab) throw new ApiError('not_enabled');
  const raw = readView(ctx, args, 'home');
  const old = ctx.store.data.homes[user];
  checkHash(args, old);
  const id = old?.id ?? ctx.store.nextId('V');
  const view = buildView(ctx, raw, { id, root: id, previous: null });
  ctx.store.data.homes[user] = view;
  ctx.store.touch();
  ctx.live.send({ type: 'home', user, view });
  return { view };
}

export const views: ApiFamily = {
  'views.open': { tier: 't4', run: (ctx, args) => openView(ctx, args, false) },
  'views.push': { tier: 't4', run: (ctx, args) => openView(ctx, args, true) },
  'views.update': { tier: 't4', run: updateView },
  'views.publish': { tier: 't4', run: publishView },
};
