import { chooseProject, listChannels } from '../../core/project/choose-project.ts';
import { deriveLinkKey, signLink } from '../../story/link.ts';
import { readSpan } from '../../story/read-span.ts';
import { createStoryTeller, type StoryTeller } from '../../story/teller.ts';
import { escapeText } from '../blocks.ts';
import { NO_WORKER } from '../clusters.ts';
import { defineCommand, type CommandReply, type CommandRequest, type SlackContext } from '../command.ts';
import { uploadFile } from '../upload.ts';

export default defineCommand({
  id: 'story',
  usage: 'story [<project>]',
  summary: 'shows how the work of this channel’s project evolved: a page with timeline, metrics and what was learned',
  role: 'viewer',
  run: tellStory,
});

/** One teller a process: it tells one story after the other, and the same one once. */
const tellers = new WeakMap<SlackContext, StoryTeller>();

function obtainTeller(context: SlackContext): StoryTeller {
  const teller = tellers.get(context) ?? createStoryTeller(context.settings, context.now);
  tellers.set(context, teller);
  return teller;
}

async function tellStory({ context, args, channel, user, name }: CommandRequest): Promise<CommandReply> {
  const { projects: named, pages, slack } = context.settings;
  if (args.length > 1) return { text: `Usage: \`${name} story [<project>]\`` };
  const project = args[0] ?? chooseProject(channel, named);
  // Somebody whose rights come from a channel has none over another; such a project is as good as unknown.
  const allowed = await Promise.all(listChannels(project, named).map((one) => context.access.allows(user, one, 'viewer')));
  const known = await context.diary.projectsOf();
  if (!allowed.every(Boolean) || !known.includes(project))
    return { text: `I know no project “${escapeText(project)}” of which there is anything to tell that you may see.` };
  if (pages.publicUrl !== null) {
    const link = signLink(pages.publicUrl, project, context.now(), deriveLinkKey(slack.botToken));
    return { text: `<${link}|The story of ${escapeText(project)}> – the link opens it for a day, for whoever has it.` };
  }
  // What is uploaded is seen by everybody who is there.
  if (!channel.startsWith('D') && chooseProject(channel, named) !== project)
    return { text: `The page would be seen by everybody here. Type it in a channel of ${escapeText(project)}, or to me alone.` };
  if (context.clusters === null) return { text: NO_WORKER };
  const page = await obtainTeller(context)(project, readSpan(undefined, undefined), 'html');
  if (page === null) return { text: `Nothing has been told of ${escapeText(project)} yet.` };
  await uploadFile(context.client, { channel, threadTs: null, name: 'story.html', title: `The story of ${project}`, content: page });
  return { text: 'The page is in the channel as a file; open it in a browser. Nothing of it needs the network.' };
}
