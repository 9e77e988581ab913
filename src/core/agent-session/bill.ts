import { addUsage, sumTokens } from './limits.ts';
import type { AgentFact, Usage } from './schema.ts';

export interface Bill {
  readonly model: string;
  readonly calls: number;
  readonly usage: Usage;
  readonly dollars: number;
}

/** What was asked of the models, by model, the dearest first. */
export function sumBills(facts: readonly AgentFact[]): Bill[] {
  const bills = new Map<string, Bill>();
  for (const fact of facts) {
    if (fact.kind !== 'turned') continue;
    const { model, usage, dollars } = fact;
    const known = bills.get(model);
    bills.set(
      model,
      known === undefined
        ? { model, calls: 1, usage, dollars }
        : { model, calls: known.calls + 1, usage: addUsage(known.usage, usage), dollars: known.dollars + dollars },
    );
  }
  return [...bills.values()].sort((a, b) => b.dollars - a.dollars);
}

/** A bill in one line: model, calls, tokens, the share that came from the cache, dollars. */
export function describeBill({ model, calls, usage, dollars }: Bill): string {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  const cached = prompt === 0 ? 0 : Math.round((100 * usage.cacheRead) / prompt);
  return `${model}: ${calls} calls, ${sumTokens(usage).toLocaleString('en')} tokens (${cached} % of the questions from the cache), $${dollars.toFixed(3)}`;
}
