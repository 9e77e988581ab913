import type { CommandAction } from '../events.ts';
import { hidesSecrets } from '../hide-secrets.ts';
import type { Button, Line, Part } from '../slots.ts';

/** What the agent wants to run: exactly that, where, what it may change, and how far an answer can reach. */
export function describeCommand(action: CommandAction): Part[] {
  return [
    { kind: 'text', lines: [`The agent asks to run this on ${action.site}, in ${action.folder}, and nothing else:`] },
    { kind: 'code', text: action.command },
    {
      kind: 'text',
      lines: [[{ text: 'Why, in its words: ', style: 'bold' }, { text: action.why }], ...describeEffects(action)],
    },
    { kind: 'quiet', lines: [...describeReach(action), 'Without an answer within a day it counts as a no.'] },
  ];
}

/** What it may change, cost or reach, a line each. */
export function describeEffects({ effects }: CommandAction): string[] {
  return effects.map((effect) => `May: ${effect}`);
}

function describeReach({ reach }: CommandAction): Line[] {
  if (reach === undefined) return [];
  if (!reach.forRun) return [`It can be allowed once only: ${reach.why}.`];
  if (reach.offer === null) return [`No standing rule is offered: ${reach.why}.`];
  return [[{ text: '“Always” would allow, in runs of this project: ' }, { text: reach.offer.pattern, style: 'code' }]];
}

/** Longer than a field of a modal holds. */
const MOST_EDITED = 3_000;

/** The answers that only a command can have. What holds secrets is neither shown to be changed nor kept as a rule. */
export function offerAnswers(action: CommandAction, value: string): Button[] {
  const secret = hidesSecrets(action);
  const { forRun = false, offer = null } = action.reach ?? {};
  return [
    ...(forRun ? [{ action: 'allow-run' as const, label: 'For this run', value }] : []),
    ...(offer === null || secret ? [] : [{ action: 'allow-always' as const, label: 'Always…', value }]),
    ...(secret || action.command.length > MOST_EDITED ? [] : [{ action: 'edit' as const, label: 'Edit…', value }]),
  ];
}
