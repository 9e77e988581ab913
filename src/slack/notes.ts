import type { App } from '@slack/bolt';
import { chooseProject } from '../core/project/choose-project.ts';
import type { ProjectEvent } from '../core/project/events.ts';
import { redactText } from '../core/redact.ts';
import { readNote } from '../core/run/replies.ts';
import type { SlackContext } from './command.ts';
import { classifySlackError } from './errors.ts';
import { readHeard } from './messages.ts';

const LONGEST = 4_000;

/** Registers what makes a note of the project: `note: …` in any thread that is not a run's, and the agreed reaction on any message. */
export function registerNotes(app: App, context: SlackContext): void {
  app.event('message', async ({ event }) => {
    const heard = readHeard(event);
    const text = heard === null || heard.threadTs === heard.ts ? null : readNote(heard.text);
    if (heard === null || text === null) return;
    // In a run's thread it is a note of the run.
    if ((await context.runs.journal.findByThread(heard.channel, heard.threadTs)) !== null) return;
    if (!(await context.access.allows(heard.user, heard.channel, 'viewer'))) return;
    const { user, channel, ts } = heard;
    await addNote(context, { id: `message:${channel}:${ts}`, by: user, text, channel, ts, via: 'reply' });
    await acknowledge(context, channel, ts);
  });
  app.event('reaction_added', async ({ event }) => {
    const { item, user, reaction } = event;
    const { noteEmoji } = context.settings.slack;
    if (item.type !== 'message' || noteEmoji === '' || reaction.replace(/::skin-tone-\d$/, '') !== noteEmoji) return;
    if (!(await context.access.allows(user, item.channel, 'viewer'))) return;
    await noteMarked(context, user, item.channel, item.ts);
  });
}

/** A message that somebody marked, as an idea of whoever wrote it. Marked by two people, it is one note. */
async function noteMarked(context: SlackContext, user: string, channel: string, ts: string): Promise<void> {
  const message = await readMessage(context, channel, ts);
  if (message === null || message.text.trim() === '') return;
  const isNoted = message.threadTs !== null && (await context.runs.journal.findByThread(channel, message.threadTs)) !== null;
  // What a person wrote into a run's thread is a note of that run already.
  if (!isNoted || message.author === null) {
    await addNote(context, {
      id: `message:${channel}:${ts}`,
      by: message.author ?? user,
      text: message.text,
      channel,
      ts,
      via: 'reaction',
    });
  }
  await acknowledge(context, channel, ts);
}

/** What a message says, and who wrote it; null for a bot. Null for a message that is gone or cannot be read. */
async function readMessage(
  { client, log }: SlackContext,
  channel: string,
  ts: string,
): Promise<{ text: string; author: string | null; threadTs: string | null } | null> {
  try {
    const { message } = await client.reactions.get({ channel, timestamp: ts, full: true });
    if (message === undefined) return null;
    const field = (name: string): string | null => {
      const value: unknown = Reflect.get(message, name);
      return typeof value === 'string' && value !== '' ? value : null;
    };
    const threadTs = field('thread_ts');
    return {
      text: field('text') ?? '',
      author: field('bot_id') === null ? field('user') : null,
      threadTs: threadTs === ts ? null : threadTs,
    };
  } catch (error) {
    log.warn({ why: classifySlackError(error), channel, ts }, 'reading a message that was marked');
    return null;
  }
}

type Note = Omit<Extract<ProjectEvent, { type: 'note.added' }>, 'v' | 'at' | 'type'>;

/** Puts a note into the journal of its channel's project, without secrets, and has the diary written; resolves to the project. */
export async function addNote(context: SlackContext, note: Note): Promise<string> {
  const project = chooseProject(note.channel, context.settings.projects);
  const text = redactText(note.text).slice(0, LONGEST);
  await context.projects.append(project, { ...note, text, v: 1, at: context.now(), type: 'note.added' });
  await context.requestScratch(project);
  return project;
}

/** A tick on the message, so that the person sees it was noted; without it nothing is lost. */
async function acknowledge({ client, log }: SlackContext, channel: string, timestamp: string): Promise<void> {
  try {
    await client.reactions.add({ channel, timestamp, name: 'white_check_mark' });
  } catch (error) {
    log.debug({ err: error }, 'ticking a note');
  }
}
