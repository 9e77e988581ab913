import { findZone } from '../../core/digest/clock.ts';
import { planEditions } from '../../core/digest/plan-editions.ts';
import { foldDigestSettings, readHour, settingsOf, type DigestPlan } from '../../core/digest/settings.ts';
import { chooseProject } from '../../core/project/choose-project.ts';
import type { ProjectEvent } from '../../core/project/events.ts';
import { describeRefusal } from '../access.ts';
import { escapeText } from '../blocks.ts';
import { showTime } from '../clusters.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';
import { classifySlackError } from '../errors.ts';

type Changes = Partial<Pick<Extract<ProjectEvent, { type: 'digest.set' }>, 'on' | 'hour' | 'zone' | 'weekly' | 'quiet' | 'channel'>>;

export default defineCommand({
  id: 'digest',
  usage: 'digest [now | on | off | at 18:00 [zone] | weekly on|off | quiet line|silence]',
  summary: 'says when this channel’s daily digest comes, changes that, or posts one now',
  role: 'viewer',
  run: async (request) => {
    const { args, context, user, channel } = request;
    const words = args.map((word) => word.replaceAll('`', ''));
    if (words.length === 0) return { text: await describeSettings(request) };
    const wish = words[0]?.toLowerCase() === 'now' ? 'now' : await readChanges(request, words);
    if (wish === null) return { text: `Usage: ${USAGE.map((line) => `\`${request.name} digest ${line}\``).join(', ')}` };
    if (typeof wish === 'string' && wish !== 'now') return { text: wish };
    if (!(await context.access.allows(user, channel, 'runner'))) return { text: describeRefusal('runner') };
    const problem = await context.checkChannel(channel);
    if (problem !== null) return { text: problem };
    return wish === 'now' ? postNow(request) : change(request, wish);
  },
});

const USAGE = ['now', 'on', 'off', 'at 18:00 Europe/Berlin', 'weekly off', 'quiet line', 'quiet silence'];

async function postNow({ context, channel, deliveryId }: CommandRequest): Promise<CommandReply> {
  await context.requestDigest(projectOf(context, channel), { id: deliveryId, channel });
  return { text: 'The digest of what happened since the last one comes in a moment. The next one at its hour tells that once more.' };
}

async function change(request: CommandRequest, changes: Changes): Promise<CommandReply> {
  const { context, user, channel, deliveryId } = request;
  await context.projects.append(projectOf(context, channel), {
    v: 1,
    at: context.now(),
    id: deliveryId,
    type: 'digest.set',
    by: user,
    ...changes,
  });
  return { text: await describeSettings(request) };
}

/** What is wished for; null for what nobody understands, a sentence for what cannot be. */
async function readChanges(request: CommandRequest, words: readonly string[]): Promise<Changes | string | null> {
  const [verb = '', ...rest] = words.map((word) => word.toLowerCase());
  const value = rest.join(' ');
  if (verb === 'on' && value === '') return { on: true, channel: request.channel };
  if (verb === 'off' && value === '') return { on: false };
  if (verb === 'weekly' && (value === 'on' || value === 'off')) return { weekly: value === 'on' };
  if (verb === 'quiet' && (value === 'line' || value === 'silence')) return { quiet: value };
  if (verb !== 'at' || rest[0] === undefined) return null;
  const [time, zoneWord] = /^[ap]m$/.test(rest[1] ?? '') ? [`${rest[0]}${rest[1] ?? ''}`, words[3]] : [rest[0], words[2]];
  const hour = readHour(time);
  if (hour === null) return `“${escapeText(time)}” is no time of day that I can read. Write it as 18:00.`;
  if (zoneWord === undefined) return { on: true, hour, ...(await findOwnZone(request)) };
  const zone = findZone(zoneWord);
  return zone === null
    ? `I know no time zone “${escapeText(zoneWord)}”. Write it as Europe/Berlin, America/New_York or UTC.`
    : { on: true, hour, zone };
}

/** Whoever names an hour and no zone, where nobody has named one yet, means the clock on their own wall. */
async function findOwnZone({ context, user, channel }: CommandRequest): Promise<Changes> {
  const events = await context.projects.list(projectOf(context, channel));
  if (events.some((event) => event.type === 'digest.set' && event.zone !== undefined)) return {};
  try {
    const zone = findZone((await context.client.users.info({ user })).user?.tz ?? '');
    return zone === null ? {} : { zone };
  } catch (error) {
    context.log.warn({ why: classifySlackError(error) }, 'asking for the time zone of a person');
    return {};
  }
}

async function describeSettings({ context, channel, name }: CommandRequest): Promise<string> {
  const project = projectOf(context, channel);
  const events = await context.projects.list(project);
  const plan = foldDigestSettings(settingsOf(project, context.settings), events);
  const whose = project === channel ? 'this channel' : `project *${escapeText(project)}*`;
  const change = `\`${name} digest at 18:00\` sets the hour, \`${name} digest ${plan.on ? 'off' : 'on'}\` switches it ${plan.on ? 'off' : 'on'}.`;
  if (!plan.on) return `The digest of ${whose} is off. ${change}`;
  const { next } = planEditions(plan, events, context.now());
  return [
    `The digest of ${whose} comes ${plan.channel === null || plan.channel === channel ? '' : `into <#${plan.channel}> `}each day at ${plan.hour} by the clock of ${plan.zone}${describeExtras(plan)}.`,
    ...(next === null ? [] : [`Next: ${showTime(next)}, as your clock shows it.`]),
    change,
  ].join('\n');
}

function describeExtras({ weekly, quiet }: DigestPlan): string {
  return `${weekly ? ', on Sunday for the whole week' : ''}; where nothing happened, ${quiet === 'line' ? 'it is one line' : 'none comes'}`;
}

function projectOf({ settings }: CommandRequest['context'], channel: string): string {
  return chooseProject(channel, settings.projects);
}
