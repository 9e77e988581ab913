import { randomBytes } from 'node:crypto';
import type { Context } from './context.ts';
import type { Dict, StoredView } from './state.ts';

/** Modals that are open now, a stack for each person. They do not outlive the process, as a dialog does not outlive a reload. */
export class Modals {
  readonly #stacks = new Map<string, StoredView[]>();

  stack(user: string): readonly StoredView[] {
    return this.#stacks.get(user) ?? [];
  }

  /** Finds an open modal and whose it is. */
  find(matches: (view: StoredView) => boolean): { user: string; view: StoredView } | undefined {
    for (const [user, stack] of this.#stacks) {
      const view = stack.find(matches);
      if (view !== undefined) return { user, view };
    }
    return undefined;
  }

  push(user: string, view: StoredView): void {
    this.#stacks.set(user, [...this.stack(user), view]);
  }

  replace(user: string, view: StoredView): void {
    this.#stacks.set(
      user,
      this.stack(user).map((one) => (one.id === view.id ? view : one)),
    );
  }

  /** Takes one modal, or all of a person's, off the stack and returns them. */
  take(user: string, id?: string): StoredView[] {
    const stack = this.stack(user);
    this.#stacks.set(user, id === undefined ? [] : stack.filter((view) => view.id !== id));
    return stack.filter((view) => id === undefined || view.id === id);
  }

  clear(): void {
    this.#stacks.clear();
  }
}

/** Fills a checked view up to what Slack stores and answers with. */
export function buildView(ctx: Context, raw: Dict, identity: { id: string; root: string; previous: string | null }): StoredView {
  const { team, app } = ctx.store.data;
  const blocks = (raw['blocks'] as Dict[]).map((block) =>
    block['block_id'] === undefined ? { ...block, block_id: ctx.store.nextId('b') } : block,
  );
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    title: null,
    close: null,
    submit: null,
    clear_on_close: false,
    notify_on_close: false,
    ...raw,
    id: identity.id,
    type: raw['type'] as StoredView['type'],
    blocks,
    team_id: team.id,
    state: { values: {} },
    hash: `${Math.floor(ctx.clock.now() / 1000)}.${randomBytes(4).toString('hex')}`,
    previous_view_id: identity.previous,
    root_view_id: identity.root,
    app_id: app.app_id,
    app_installed_team_id: team.id,
    bot_id: app.bot_id,
  };
}

/** Opens a modal on top of what the person has open. */
export function openModal(ctx: Context, user: string, raw: Dict): StoredView {
  const below = ctx.modals.stack(user).at(-1);
  const id = ctx.store.nextId('V');
  const root = below === undefined ? id : String(below['root_view_id']);
  const view = buildView(ctx, raw, { id, root, previous: below?.id ?? null });
  ctx.modals.push(user, view);
  ctx.live.send({ type: 'view', action: 'opened', view: { id, user, view } });
  return view;
}

/** Replaces the content of an open modal; it keeps its id and its place. */
export function updateModal(ctx: Context, user: string, old: StoredView, raw: Dict): StoredView {
  const previous = old['previous_view_id'] as string | null;
  const view = buildView(ctx, raw, { id: old.id, root: String(old['root_view_id']), previous });
  ctx.modals.replace(user, view);
  ctx.live.send({ type: 'view', action: 'updated', view: { id: view.id, user, view } });
  return view;
}

/** Closes one modal, or all that a person has open. */
export function closeModals(ctx: Context, user: string, id?: string): StoredView[] {
  const closed = ctx.modals.take(user, id);
  for (const view of closed) ctx.live.send({ type: 'view', action: 'closed', view: { id: view.id, user, view } });
  return closed;
}
