import type { KeptRule } from '../../core/permissions/rule-book.ts';
import { redactText } from '../../core/redact.ts';
import { escapeText } from '../blocks.ts';
import { showTime } from '../clusters.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';

const MOST = 25;

export default defineCommand({
  id: 'rules',
  usage: 'rules [revoke <id>]',
  summary: 'lists what the agent may run unasked because somebody said “always”, and takes such a rule back',
  role: 'viewer',
  run: async (request) => {
    const [word, id] = request.args;
    if (word === undefined) return listRules(request);
    if (word !== 'revoke' || id === undefined) return { text: `Usage: \`${request.name} rules\`, \`${request.name} rules revoke <id>\`` };
    return revokeRule(request, id.replaceAll('`', ''));
  },
});

interface SiteRule {
  readonly site: string;
  readonly rule: KeptRule;
}

/** The rules of every site that this person may see: those of channels whose runs they may see. */
async function findRules({ context, user }: CommandRequest): Promise<SiteRule[]> {
  const perSite = await Promise.all(
    [...context.sites.keys()].map(async (site) => (await context.rules.list(site)).map((rule) => ({ site, rule }))),
  );
  const all = perSite.flat();
  const allowed = await Promise.all(all.map(({ rule }) => context.access.allows(user, rule.channel, 'viewer')));
  return all.filter((_, index) => allowed[index]);
}

async function listRules(request: CommandRequest): Promise<CommandReply> {
  const rules = (await findRules(request)).filter(({ rule }) => rule.revoked === null).toReversed();
  if (rules.length === 0)
    return { text: 'There are no standing rules; every command of the agent that may change something is asked about.' };
  const rest = rules.length > MOST ? [`… and ${rules.length - MOST} older ones`] : [];
  return { text: [...rules.slice(0, MOST).map(describeRule), ...rest].join('\n') };
}

function describeRule({ site, rule }: SiteRule): string {
  const { id, offer, by, at, run, question, channel, project } = rule;
  const examples = offer.examples.map((example) => showCode(example, 120)).join(', ');
  const folder = offer.rule.folder === '' ? 'the run’s folder' : showCode(offer.rule.folder, 80);
  return [
    `• \`${id}\` on *${escapeText(site)}* allows ${showCode(offer.pattern, 200)}${examples === '' ? ' and nothing else' : `, so also ${examples}`}`,
    `in ${folder}, in runs of ${escapeText(project.slice(channel.length + 1))} in <#${channel}>`,
    `said by <@${by}>, ${showTime(at)}, in answer to question ${question} of \`${run}\``,
  ].join(' – ');
}

function showCode(text: string, most: number): string {
  return `\`${escapeText(redactText(text).replaceAll('`', "'").slice(0, most))}\``;
}

/** An admin takes back any rule, an approver their own. */
async function revokeRule(request: CommandRequest, id: string): Promise<CommandReply> {
  const { context, user } = request;
  const found = (await findRules(request)).find(({ rule }) => rule.id === id);
  if (found === undefined) return { text: `I know no rule “${escapeText(id)}”. \`${request.name} rules\` lists them.` };
  const { site, rule } = found;
  const isOwn = rule.by === user && (await context.access.allows(user, rule.channel, 'approver'));
  if (!isOwn && !(await context.access.allows(user, rule.channel, 'admin')))
    return { text: `Only <@${rule.by}>, who made this rule, and admins can take it back.` };
  const told = await context.rules.append(site, { v: 1, type: 'rule.revoked', id, at: context.now(), by: user });
  return {
    text: told
      ? `Rule \`${id}\` is revoked: ${showCode(rule.offer.pattern, 200)} is asked about again.`
      : `Rule \`${id}\` was revoked before.`,
  };
}
