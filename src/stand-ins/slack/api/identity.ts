import type { ApiFamily } from './method.ts';

export const identity: ApiFamily = {
  'auth.test': {
    tier: 'special',
    token: 'either',
    run: (ctx) => {
      const { team, app } = ctx.store.data;
      return {
        url: `https://${team.domain}.slack.com/`,
        team: team.name,
        user: ctx.app.botName,
        team_id: team.id,
        user_id: app.bot_user,
        bot_id: app.bot_id,
        is_enterprise_install: false,
        app_id: app.app_id,
        app_name: app.name,
      };
    },
  },
  'apps.connections.open': {
    tier: 't3',
    token: 'app',
    run: (ctx) => ({ url: `${ctx.url.replace(/^http/, 'ws')}${ctx.sockets.issuePath()}` }),
  },
};
