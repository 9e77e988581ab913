import { z } from 'zod';
import { RuleOffer } from './standing-rule.ts';

const base = { v: z.literal(1), at: z.number(), id: z.string(), by: z.string() };

/** A fact about the standing rules of a site. Facts are only ever added. */
export const RuleEvent = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('rule.made'),
    /** The question whose answer made it. */
    run: z.string(),
    question: z.number().int(),
    channel: z.string(),
    /** The project in whose runs it holds, as nameProject says it. */
    project: z.string(),
    offer: RuleOffer,
  }),
  z.object({ ...base, type: z.literal('rule.revoked') }),
]);
export type RuleEvent = z.infer<typeof RuleEvent>;

export type KeptRule = Extract<RuleEvent, { type: 'rule.made' }> & {
  readonly revoked: { readonly by: string; readonly at: number } | null;
};

/** The rules of a site, oldest first, those that were revoked included. What is revoked stays so, whatever is told of it later. */
export function foldRules(events: readonly RuleEvent[]): KeptRule[] {
  const rules = new Map<string, KeptRule>();
  for (const event of events) {
    const known = rules.get(event.id);
    if (event.type === 'rule.made' && known === undefined) rules.set(event.id, { ...event, revoked: null });
    if (event.type === 'rule.revoked' && known?.revoked === null)
      rules.set(event.id, { ...known, revoked: { by: event.by, at: event.at } });
  }
  return [...rules.values()];
}

/** The rules that hold for a project. */
export function listInForce(rules: readonly KeptRule[], project: string): KeptRule[] {
  return rules.filter((rule) => rule.revoked === null && rule.project === project);
}

/** Names a rule by the question that made it. */
export function nameRule(run: string, question: number): string {
  return `${run}.${question}`;
}
