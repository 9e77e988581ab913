import { describe, expect, it } from 'vitest';
import { describeOutcomes, sumOutcomes } from '../../../src/core/agent-session/bill.ts';
import type { AgentFact } from '../../../src/core/agent-session/schema.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { findSession } from '../../../src/core/run/state.ts';
import fc from '../../support/properties.ts';
import { makeFailure, makeRequest, Walk } from '../run/builders.ts';

const BUG = makeFailure({ class: 'assertion_or_user_bug', remedy: null });

function begin(url: string): Walk {
  const request = makeRequest();
  return new Walk().do({ ...request, repo: { ...request.repo, url }, assistant: true });
}

/** The model answers once, for so much. */
function pay(walk: Walk, dollars: number): Walk {
  const session = findSession(walk.state);
  const fact: AgentFact = {
    kind: 'turned',
    turn: session?.turns.length ?? 0,
    heard: 0,
    model: 'claude-haiku-5-5',
    content: [{ type: 'tool_use', id: `t${session?.turns.length}`, name: 'note', input: {} }],
    stopReason: 'tool_use',
    usage: { input: 10, cacheRead: 0, cacheWrite: 0, output: 1 },
    dollars,
    seconds: 1,
  };
  const ended: AgentFact = { kind: 'tool-ended', call: `t${session?.turns.length}`, text: '', failed: false, seconds: 0 };
  return walk.do({ ...walk.next(), kind: 'agent', session: session?.id ?? '', facts: [fact, ended] });
}

function propose(walk: Walk, value: string): Walk {
  const proposal = {
    change: { kind: 'remedy' as const, remedy: { kind: 'set-argument' as const, argument: '--lr', value } },
    reasoning: 'r',
  };
  const facts: AgentFact[] = [{ kind: 'ended', as: 'proposed', report: 'r', proposal }];
  return walk.do({ ...walk.next(), kind: 'agent', session: findSession(walk.state)?.id ?? '', facts });
}

/** One failure that rules mend, one that the agent mends for these amounts; then READY or not. */
function tell(url: string, amounts: readonly number[], ready: boolean): RunEvent[] {
  const walk = begin(url).toFirstQuestion().approve();
  walk.work().fail(makeFailure());
  walk.fail(BUG);
  for (const dollars of amounts) pay(walk, dollars);
  if (!ready) return walk.events;
  propose(walk, '0.1').work().approve().work();
  return walk.toEnd().events;
}

describe('what the money came to', () => {
  it('is told per reproduced repository and per resolved failure, those by rules apart', () => {
    const outcomes = sumOutcomes([
      tell('https://github.com/a/a', [0.25, 0.5], true),
      tell('https://github.com/b/b', [0.125], false),
      tell('https://github.com/a/a.git', [0.5], false),
    ]);
    expect(outcomes.reproduced).toEqual([{ repo: 'https://github.com/a/a', dollars: 1.25 }]);
    expect(outcomes.other).toBe(0.125);
    expect(outcomes.resolved.map(({ dollars }) => dollars)).toEqual([0, 0.75]);
    expect(describeOutcomes(outcomes)).toEqual([
      '1 repository reproduced, $1.250 each; $0.125 went to others',
      '2 failures resolved: 1 by rules alone, 1 with the agent for $0.750 each',
    ]);
    expect(describeOutcomes(sumOutcomes([]))).toEqual([]);
  });

  it('is the sum of the raw calls, whatever runs there were', () => {
    const Run = fc.record({
      url: fc.constantFrom('https://github.com/a/a', 'https://github.com/b/b', 'https://github.com/c/c'),
      // In 64ths, which add up exactly.
      amounts: fc.array(fc.nat(64), { maxLength: 4 }),
      ready: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(Run, { maxLength: 5 }), fc.integer({ min: 0, max: 40 }), (runs, minutes) => {
        const journals = runs.map(({ url, amounts, ready }) =>
          tell(
            url,
            amounts.map((part) => part / 64),
            ready,
          ),
        );
        const since = makeRequest().at + minutes * 60_000;
        const raw = journals.flat().flatMap((event) => (event.type === 'agent.fact' && event.at >= since ? [event.fact] : []));
        const calls = raw.reduce((sum, fact) => sum + (fact.kind === 'turned' ? fact.dollars : 0), 0);
        const { reproduced, other, resolved } = sumOutcomes(journals, since);
        expect(reproduced.reduce((sum, one) => sum + one.dollars, other)).toBe(calls);
        expect(resolved.reduce((sum, one) => sum + one.dollars, 0)).toBeLessThanOrEqual(calls);
      }),
      { numRuns: 60 },
    );
  });
});
