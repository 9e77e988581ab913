import type { App } from '@slack/bolt';
import type { HomeView } from '@slack/types';
import type { SlackContext } from './command.ts';
import { describeRun, listRuns } from './find-run.ts';

const SHOWN = 12;

/** Registers the Home tab: the runs of whoever opens it, and what to type. */
export function registerHome(app: App, context: SlackContext): void {
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    const mine = await listRuns(context.runs, (state) => state.request.by === event.user, SHOWN);
    await context.client.views.publish({ user_id: event.user, view: buildHome(mine.map(describeRun)) });
  });
}

function buildHome(lines: readonly string[]): HomeView {
  const none = 'None yet. Type `/hpc reproduce <git-url>` in a channel that I am in.';
  return {
    type: 'home',
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'Your runs' } },
      { type: 'section', text: { type: 'mrkdwn', text: lines.length === 0 ? none : lines.join('\n').slice(0, 2_900) } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: '`/hpc help` lists what I do.' }] },
    ],
  };
}
