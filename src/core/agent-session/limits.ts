import { countRepeats } from './repeats.ts';
import type { AgentSession, FactOf, Limits, Usage } from './schema.ts';

/** What one session may use unless the settings say otherwise; about a dollar at the strong tier. */
export const DEFAULT_LIMITS: Limits = { turns: 40, toolCalls: 120, tokens: 2_000_000, dollars: 2, seconds: 30 * 60, repeats: 5 };

/** What a session may use that the run called by itself and does not wait for. */
export const ASIDE_LIMITS: Limits = { turns: 15, toolCalls: 45, tokens: 600_000, dollars: 0.5, seconds: 10 * 60, repeats: 5 };

/** Tokens of a bill, however they were paid. */
export function sumTokens({ input, cacheRead, cacheWrite, output }: Usage): number {
  return input + cacheRead + cacheWrite + output;
}

/** The first limit that a session has reached, or null. */
export function findReachedLimit(session: AgentSession): FactOf<'reached-limit'>['limit'] | null {
  const { limits, spent } = session;
  if (session.turns.length >= limits.turns) return 'turns';
  if (session.calls.length >= limits.toolCalls) return 'toolCalls';
  if (sumTokens(spent.usage) >= limits.tokens) return 'tokens';
  if (spent.dollars >= limits.dollars) return 'dollars';
  if (spent.seconds >= limits.seconds) return 'seconds';
  if (countRepeats(session.calls, session.calls.length - 1) >= limits.repeats) return 'repeats';
  return null;
}

/** The limits after a person said “go on”: as much again as at first. */
export function extendLimits(limits: Limits, first: Limits): Limits {
  return {
    turns: limits.turns + first.turns,
    toolCalls: limits.toolCalls + first.toolCalls,
    tokens: limits.tokens + first.tokens,
    dollars: limits.dollars + first.dollars,
    seconds: limits.seconds + first.seconds,
    repeats: limits.repeats + first.repeats,
  };
}

/** Two bills together. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    output: a.output + b.output,
  };
}
