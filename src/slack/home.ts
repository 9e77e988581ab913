import type { App } from '@slack/bolt';
import type { SlackContext } from './command.ts';

/** Registers the Home tab: a worker shows it to whoever opens it, and keeps it current from then on. */
export function registerHome(app: App, context: SlackContext): void {
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') await context.requestHome(event.user);
  });
}
