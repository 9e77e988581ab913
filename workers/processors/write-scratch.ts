import { z } from 'zod';
import { listChannels } from '../../src/core/project/choose-project.ts';
import { escapeText } from '../../src/slack/blocks.ts';
import type { WorkerContext } from '../context.ts';
import { done } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';
import { writeProse } from '../write-prose.ts';

/** Brings SCRATCH.md of a project up to its journals, commits it, and pushes it where a remote is configured. */
export default defineProcessor({
  name: 'write-scratch',
  queue: 'diary',
  data: z.object({ project: z.string() }),
  run: async (context, { project }, signal) => {
    await writeProse(context, project, signal);
    const compose = await context.scratch.compose(project);
    const pushed = await context.scratch.repositoryOf(project).write(compose, 'scratch: what happened', new Date(context.now()));
    if (pushed.kind === 'behind') context.log.warn({ project, why: pushed.why }, 'pushing the diary; it is tried again with the next step');
    if (pushed.kind === 'refused' && pushed.news) await sayRefused(context, project, pushed.why);
    return done();
  },
});

/** Once: it goes on here, and nothing there was overwritten. */
async function sayRefused({ log, slack, settings }: WorkerContext, project: string, why: string): Promise<void> {
  log.warn({ project, why }, 'pushing the diary');
  const [channel] = listChannels(project, settings.projects);
  const text = `The diary of ${escapeText(project)} could not be pushed: ${escapeText(why)}. Nothing there was overwritten, and it goes on here. Bring both together in \`projects/${project}\` of the data folder (\`git pull\`, then \`git push\`); I push again with the next step.`;
  if (channel === undefined) return;
  await slack.context.client.chat
    .postMessage({ channel, text })
    .catch((error: unknown) => log.warn({ err: error, project }, 'saying that the diary was not pushed'));
}
