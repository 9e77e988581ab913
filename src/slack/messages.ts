import type { App } from '@slack/bolt';
import type { Command } from '../core/run/commands.ts';
import { readReply, type ReplyIntent } from '../core/run/replies.ts';
import { findOpenApproval, findSession, type Approval, type RunState } from '../core/run/state.ts';
import { describeRefusal, type Role } from './access.ts';
import type { SlackContext, Verb } from './command.ts';
import { describeStatus } from './commands/status.ts';
import { runVerb } from './slash.ts';
import { describeSkills, findObstacle, startSkill } from './start-skill.ts';

/** Subtypes that are people talking; everything else is an edit, a bot or the channel’s own noise. */
const HUMAN = new Set<string | undefined>([undefined, 'thread_broadcast', 'file_share', 'me_message']);

interface Heard {
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  readonly ts: string;
  readonly threadTs: string;
}

/** Registers what people write: replies in the threads of runs, and orders to the bot by mention. */
export function registerMessages(app: App, context: SlackContext, verbs: readonly Verb[]): void {
  app.event('message', async ({ event }) => {
    const heard = readHeard(event);
    if (heard === null || heard.threadTs === heard.ts) return;
    const runId = await context.runs.journal.findByThread(heard.channel, heard.threadTs);
    if (runId !== null) await hearReply(context, runId, heard);
  });
  app.event('app_mention', async ({ event }) => {
    const heard = readHeard(event);
    if (heard === null) return;
    // Inside a run’s thread the message event above takes it.
    if (heard.threadTs !== heard.ts && (await context.runs.journal.findByThread(heard.channel, heard.threadTs)) !== null) return;
    const text = heard.text.replace(/^(?:\s*<@[A-Z0-9]+>[,:]?\s*)+/, '');
    const reply = await runVerb(context, verbs, {
      text,
      user: heard.user,
      channel: heard.channel,
      deliveryId: `mention:${heard.channel}:${heard.ts}`,
      name: '@reprobot',
    });
    await tell(context, heard, reply.text);
  });
}

/** A message as a person’s words, or null for edits, bots and the channel’s own noise. */
export function readHeard(event: object): Heard | null {
  const field = (name: string): string | undefined => {
    const value: unknown = Reflect.get(event, name);
    return typeof value === 'string' ? value : undefined;
  };
  const [user, channel, ts] = [field('user'), field('channel'), field('ts')];
  if (user === undefined || channel === undefined || ts === undefined) return null;
  if (!HUMAN.has(field('subtype')) || field('bot_id') !== undefined) return null;
  return { user, channel, ts, text: field('text') ?? '', threadTs: field('thread_ts') ?? ts };
}

const NEEDED: Readonly<Record<ReplyIntent['kind'], Role>> = {
  approve: 'approver',
  reject: 'approver',
  cancel: 'runner',
  status: 'viewer',
  skill: 'runner',
  note: 'viewer',
};

/** Does what a reply asks for. The same message delivered again, under whatever event id, is the same command. */
export async function hearReply(context: SlackContext, runId: string, heard: Heard): Promise<void> {
  const intent = readReply(heard.text);
  if (!(await context.access.allows(heard.user, heard.channel, NEEDED[intent.kind]))) {
    if (intent.kind === 'note') return;
    const what = `${intent.kind} by reply`;
    await context.runs.apply(runId, { kind: 'refuse-access', id: messageId(heard), at: context.now(), by: heard.user, what });
    await tell(context, heard, describeRefusal(NEEDED[intent.kind]));
    return;
  }
  const state = await context.runs.load(runId);
  if (state === null) return;
  if (intent.kind === 'status') {
    await tell(context, heard, describeStatus(state));
    return;
  }
  if (intent.kind === 'skill') return hearSkill(context, state, heard, intent);
  if (isAmbiguous(state, intent)) {
    await tell(
      context,
      heard,
      'Two things wait for words here: a question of the run and the agent. Answer the question with its buttons, and the agent in a sentence.',
    );
    return;
  }
  const meant = await findMeant(context, state, heard);
  const applied = await context.runs.apply(
    runId,
    isGoOn(state, intent) ? goOn(context, heard) : makeCommand(context, { state, meant }, intent, heard),
  );
  if (applied.outcome === 'refused') await tell(context, heard, applied.refusal?.message ?? '');
  else if (applied.outcome === 'applied' && (intent.kind !== 'note' || intent.asked === true)) await acknowledge(context, heard);
}

/** A skill begins, or the person is told why not; words that name no skill are kept like any other. */
async function hearSkill(
  context: SlackContext,
  state: RunState,
  heard: Heard,
  { name, words }: Extract<ReplyIntent, { kind: 'skill' }>,
): Promise<void> {
  if (name === '') return tell(context, heard, describeSkills(await context.listSkills(), '/hpc'));
  const obstacle = await findObstacle(context, name);
  const id = messageId(heard);
  if (obstacle !== null) {
    await context.runs.apply(state.id, { kind: 'note', id, at: context.now(), by: heard.user, text: heard.text, ts: heard.ts });
    return tell(context, heard, obstacle);
  }
  const begun = await startSkill(context, state, { id, by: heard.user, name, words });
  await (begun.ok ? acknowledge(context, heard) : tell(context, heard, begun.text));
}

/** A yes or no while both the run and an agent beside it wait for one: it must not be taken for the wrong answer. */
function isAmbiguous(state: RunState, { kind }: ReplyIntent): boolean {
  const session = findSession(state);
  const waitsForWords = session?.aside === true && session.waitsFor !== null && !session.waitsFor.startsWith('approval:');
  return (kind === 'approve' || kind === 'reject') && waitsForWords && findOpenApproval(state) !== undefined;
}

/** A yes where nothing is asked but whether the agent may go on past its limit. */
function isGoOn(state: RunState, intent: ReplyIntent): boolean {
  return intent.kind === 'approve' && findOpenApproval(state) === undefined && findSession(state)?.waitsFor?.startsWith('limit:') === true;
}

function goOn(context: SlackContext, heard: Heard): Command {
  return { id: messageId(heard), at: context.now(), by: heard.user, kind: 'approve', via: 'reply', approvalId: null, digest: null };
}

function messageId(heard: Heard): string {
  return `message:${heard.channel}:${heard.ts}`;
}

/** The open question that this reply can have seen: one whose message was there before it. Undefined when there is none. */
async function findMeant(context: SlackContext, state: RunState, heard: Heard): Promise<Approval | undefined> {
  const open = findOpenApproval(state);
  if (open === undefined) return undefined;
  const said = Number(heard.ts);
  const sent = await context.threads.load(state.id);
  const post = sent.get(`approval:${open.id}`);
  if (post?.ts !== undefined && post.ts !== null) return said > Number(post.ts) ? open : undefined;
  // Two seconds are for clocks that differ. A post whose answer was lost may be there; where the store is empty, it was wiped.
  if (post === undefined && sent.size > 0) return undefined;
  const from = post?.begunAt ?? open.requestedAt;
  return said * 1000 > from - 2_000 ? open : undefined;
}

function makeCommand(
  context: SlackContext,
  { state, meant }: { readonly state: RunState; readonly meant: Approval | undefined },
  intent: Exclude<ReplyIntent, { kind: 'status' | 'skill' }>,
  heard: Heard,
): Command {
  const base = { id: messageId(heard), at: context.now(), by: heard.user };
  switch (intent.kind) {
    case 'approve':
      // Bound to the question that was open when it was heard: should another take its place meanwhile, this is no answer to it.
      return meant === undefined
        ? { ...base, kind: 'note', text: heard.text, ts: heard.ts }
        : {
            ...base,
            kind: 'approve',
            via: 'reply',
            approvalId: meant.id,
            digest: meant.digest,
            ...(intent.overBudget === true ? { overBudget: true } : {}),
          };
    case 'reject':
      return meant === undefined
        ? { ...base, kind: 'note', text: heard.text, ts: heard.ts }
        : { ...base, kind: 'reject', via: 'reply', approvalId: meant.id, reason: intent.reason };
    case 'cancel':
      // A job of hours is not ended by a “stop” that was meant for the agent beside it.
      return findSession(state)?.aside === true ? { ...base, kind: 'stop-agent' } : { ...base, kind: 'cancel', reason: intent.reason };
    case 'note':
      return { ...base, kind: 'note', text: intent.text, ts: heard.ts };
  }
}

/** A tick on the message, so that the person sees it was heard; without it nothing is lost. */
async function acknowledge(context: SlackContext, heard: Heard): Promise<void> {
  try {
    await context.client.reactions.add({ channel: heard.channel, timestamp: heard.ts, name: 'white_check_mark' });
  } catch (error) {
    context.log.debug({ err: error }, 'ticking a reply');
  }
}

async function tell(context: SlackContext, heard: Heard, text: string): Promise<void> {
  if (text === '') return;
  const thread = heard.threadTs === heard.ts ? {} : { thread_ts: heard.threadTs };
  await context.client.chat.postEphemeral({ channel: heard.channel, user: heard.user, text, ...thread });
}
