import type { App } from '@slack/bolt';
import { chooseProject } from '../core/project/choose-project.ts';
import type { ProjectEvent } from '../core/project/events.ts';
import { redactText } from '../core/redact.ts';
import { readNote } from '../core/run/replies.ts';
import type { SlackContext } from './command.ts';
import { classifySlackError } from './errors.ts';
import { readHeard } from './messages.ts';

const LONGEST = 4_000;
/** By which a person sees that it was noted. */
const TICK = 'white_check_mark';

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
    if (item.type !== 'message' || !isNoteMark(context, reaction)) return;
    if (!(await context.access.allows(user, item.channel, 'viewer'))) return;
    const message = await readMessage(context, item.channel, item.ts);
    if (message !== null) await noteMarked(context, user, item.channel, message);
  });
}

/** A message as Slack gives it, with who reacted how; of many people Slack names only the first. */
export interface MarkedMessage {
  readonly ts?: string;
  readonly text?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly thread_ts?: string;
  readonly reactions?: readonly { readonly name?: string; readonly users?: readonly string[]; readonly count?: number }[];
}

function isNoteMark({ settings }: SlackContext, reaction: string): boolean {
  return settings.slack.noteEmoji !== '' && reaction.replace(/::skin-tone-\d$/, '') === settings.slack.noteEmoji;
}

/** Takes a message that somebody has marked for a note, unless `bot`, who is us, has ticked it already. */
export async function noteReactions(context: SlackContext, channel: string, message: MarkedMessage, bot: string | null): Promise<void> {
  const { ts, reactions = [] } = message;
  const isTicked = bot !== null && reactions.some(({ name, users }) => name === TICK && users?.includes(bot) === true);
  const marks = reactions.filter(({ name = '' }) => isNoteMark(context, name));
  if (ts === undefined || marks.length === 0 || isTicked) return;
  const isCut = marks.some(({ users = [], count = 0 }) => count > users.length);
  const whole = isCut ? await readMessage(context, channel, ts) : message;
  if (whole === null) return;
  const users = (whole.reactions ?? []).flatMap(({ name = '', users: all = [] }) => (isNoteMark(context, name) ? all : []));
  for (const user of users) {
    if (await context.access.allows(user, channel, 'viewer')) return noteMarked(context, user, channel, whole);
  }
}

/** A message that somebody marked, as an idea of whoever wrote it. Marked by two people, it is one note. */
async function noteMarked(context: SlackContext, user: string, channel: string, message: MarkedMessage): Promise<void> {
  const { ts, text = '' } = message;
  if (ts === undefined || text.trim() === '') return;
  const author = message.bot_id === undefined ? (message.user ?? null) : null;
  // What a person wrote into a run's thread, and the run has heard, is a note of that run already.
  if (author === null || !(await wasHeard(context, channel, message.thread_ts, ts)))
    await addNote(context, { id: `message:${channel}:${ts}`, by: author ?? user, text, channel, ts, via: 'reaction' });
  await acknowledge(context, channel, ts);
}

async function wasHeard({ runs }: SlackContext, channel: string, threadTs: string | undefined, ts: string): Promise<boolean> {
  const run = threadTs === undefined || threadTs === ts ? null : await runs.journal.findByThread(channel, threadTs);
  return run !== null && (await runs.journal.wasApplied(run, `message:${channel}:${ts}`));
}

/** What a message says, who wrote it and who marked it; null for one that is gone or cannot be read. */
async function readMessage({ client, log }: SlackContext, channel: string, ts: string): Promise<MarkedMessage | null> {
  try {
    const { message } = await client.reactions.get({ channel, timestamp: ts, full: true });
    return message === undefined ? null : { ...message, ts };
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
    await client.reactions.add({ channel, timestamp, name: TICK });
  } catch (error) {
    log.debug({ err: error }, 'ticking a note');
  }
}
