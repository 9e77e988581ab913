import type { Context } from '../context.ts';
import { react } from '../messages.ts';
import { buildMessage } from '../shapes.ts';
import type { Dict } from '../state.ts';
import { type ApiFamily, ApiError, requireMembership, requireMessage, requireText } from './method.ts';

function changeReaction(ctx: Context, args: Dict, remove: boolean): Dict {
  const channel = requireMembership(ctx, args);
  const name = requireText(args, 'name');
  if (!/^[a-z0-9_+\-']+(::skin-tone-[2-6])?$/.test(name)) throw new ApiError('invalid_name');
  const message = requireMessage(ctx, channel, requireText(args, 'timestamp'));
  const refusal = react(ctx, channel, message, { user: ctx.store.data.app.bot_user, name, remove });
  if (refusal !== undefined) throw new ApiError(refusal);
  return {};
}

export const reactions: ApiFamily = {
  'reactions.add': { tier: 't3', scopes: ['reactions:write'], run: (ctx, args) => changeReaction(ctx, args, false) },
  'reactions.remove': { tier: 't2', scopes: ['reactions:write'], run: (ctx, args) => changeReaction(ctx, args, true) },
  'reactions.get': {
    tier: 't3',
    scopes: ['reactions:read'],
    run: (ctx, args) => {
      const channel = requireMembership(ctx, args);
      const message = requireMessage(ctx, channel, requireText(args, 'timestamp'));
      return { type: 'message', channel: channel.id, message: buildMessage(ctx.store, message, false) };
    },
  },
};
