import { z } from 'zod';
import { viewHome } from '../../src/core/home/view.ts';
import type { WorkerContext } from '../context.ts';
import { chooseHomeFacts, readHomeWorld } from '../home-facts.ts';
import { done, type Outcome } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';

/** Shows the Home tab to somebody who has just opened it, or brings the tabs of all who looked lately up to date. */
export default defineProcessor({
  name: 'publish-home',
  queue: 'thread',
  data: z.object({ user: z.string().nullable() }),
  run: async (context, { user }) => {
    if (user !== null) await context.slack.home.noteOpened(user);
    return publish(context, user === null ? await context.slack.home.listOpened() : [user], user !== null);
  },
});

async function publish(context: WorkerContext, users: readonly string[], anew: boolean): Promise<Outcome> {
  if (users.length === 0) return done();
  const world = await readHomeWorld(context);
  for (const user of users) {
    try {
      const wait = await context.slack.home.publish(user, viewHome(await chooseHomeFacts(context, world, user)), anew);
      if (wait > 0) return { kind: 'retry', afterMs: wait, why: 'Slack takes only so many views a minute' };
    } catch (error) {
      // A person who has left, or an app without a Home tab, keeps nobody else waiting.
      context.log.warn({ err: error, user }, 'publishing a Home tab');
    }
  }
  return done();
}
