import { buildUser } from '../shapes.ts';
import { type ApiFamily, ApiError, cutPage, requireText } from './method.ts';

export const people: ApiFamily = {
  'users.info': {
    tier: 't4',
    scopes: ['users:read'],
    run: (ctx, args) => {
      const user = ctx.store.user(requireText(args, 'user'));
      if (user === undefined) throw new ApiError('user_not_found');
      return { user: buildUser(ctx.store, user) };
    },
  },
  'users.list': {
    tier: 't2',
    scopes: ['users:read'],
    run: (ctx, args) => {
      const { page, next } = cutPage(ctx.store.data.users, args, { fallback: 1000, most: 1000 });
      const cacheTs = Math.floor(ctx.clock.now() / 1000);
      return { members: page.map((user) => buildUser(ctx.store, user)), cache_ts: cacheTs, response_metadata: { next_cursor: next } };
    },
  },
  'usergroups.list': {
    tier: 't2',
    scopes: ['usergroups:read'],
    run: (ctx) => ({
      usergroups: ctx.store.data.usergroups.map(({ id, handle, name, users }) => ({
        id,
        team_id: ctx.store.data.team.id,
        is_usergroup: true,
        handle,
        name,
        description: '',
        user_count: users.length,
      })),
    }),
  },
  'usergroups.users.list': {
    tier: 't2',
    scopes: ['usergroups:read'],
    run: (ctx, args) => {
      const group = ctx.store.data.usergroups.find((one) => one.id === requireText(args, 'usergroup'));
      if (group === undefined) throw new ApiError('no_such_subteam');
      return { users: group.users };
    },
  },
};
