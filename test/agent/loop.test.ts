import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { workOn, type LoopPorts } from '../../src/agent/loop.ts';
import { createModel } from '../../src/agent/model.ts';
import { defineTool, describeTool, type Tool } from '../../src/agent/tool.ts';
import { DEFAULT_LIMITS } from '../../src/core/agent-session/limits.ts';
import type { AgentFact, AgentSession } from '../../src/core/agent-session/schema.ts';
import { fits, foldFact, openSession } from '../../src/core/agent-session/session.ts';
import { readAloud, type Player } from '../../src/stand-ins/model/player.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';

let standIn: ModelStandIn;
beforeAll(async () => {
  standIn = await startModelStandIn({ player: readAloud([]) });
});
afterAll(() => standIn.close());

/** A journal of one session, which can die at a chosen moment: before or after it has written. */
class Journal {
  session: AgentSession = openSession('s', { kind: 'started', skill: 'x', tier: 'fast', task: 'Work through it.', limits: DEFAULT_LIMITS });
  facts: AgentFact[] = [];
  dieAt = Number.POSITIVE_INFINITY;
  #moment = 0;

  record = (facts: readonly AgentFact[]): Promise<AgentSession | null> => {
    this.#tick();
    for (const fact of facts) {
      if (fact.kind === 'started' || !fits(this.session, fact)) return Promise.resolve(null);
      this.session = foldFact(this.session, fact, 0);
      this.facts.push(fact);
    }
    this.#tick();
    return Promise.resolve(this.session);
  };

  #tick(): void {
    this.#moment += 1;
    if (this.#moment === this.dieAt) throw new Error('killed');
  }
}

const used: string[] = [];
const step = defineTool({
  name: 'step',
  description: 'Does one step.',
  input: z.object({ number: z.number() }),
  run: (_context, { number }) => {
    used.push(String(number));
    return Promise.resolve({ text: `step ${number} done, password=hunter2secret` });
  },
});

function ports(journal: Journal, signal = new AbortController().signal): LoopPorts {
  return {
    record: journal.record,
    model: createModel({ apiKey: 'test-key', baseUrl: standIn.url }),
    models: { fast: 'claude-haiku-5-5', strong: 'claude-opus-5-5' },
    tier: 'fast',
    effort: 'medium',
    stage: { rules: 'Be careful.', skill: '', background: '', tools: [describeTool(step)] },
    tools: new Map([['step', step as Tool]]),
    context: {} as never,
    act: (_session, call) =>
      Promise.resolve(call.name === 'ask-person' ? [{ kind: 'asked', call: call.id, question: 'Well?' }] : undefined),
    redact: (text) => text.replace('hunter2secret', '[secret]'),
    now: () => 0,
    signal,
  };
}

/** Thirty turns, each with a step, every fifth with two. */
const steady: Player = ({ spoken }) => {
  if (spoken >= 30) return { content: [{ type: 'text', text: 'All thirty are done.' }] };
  const call = (number: number) => ({ type: 'tool_use' as const, name: 'step', input: { number } });
  return { content: [{ type: 'text', text: `Now ${spoken}.` }, call(spoken), ...(spoken % 5 === 0 ? [call(spoken + 100)] : [])] };
};

describe('the loop', () => {
  it('works to the end, with every secret gone before it is written down', async () => {
    standIn.play(steady);
    used.length = 0;
    const journal = new Journal();
    await workOn(journal.session, ports(journal));
    expect(journal.session.end).toMatchObject({ as: 'answered', report: 'All thirty are done.' });
    expect(used).toHaveLength(36);
    expect(JSON.stringify(journal.facts)).not.toContain('hunter2');
    expect(journal.session.spent.usage.output).toBeGreaterThan(0);
  });

  it('ends the same wherever it is killed, and pays for no answer twice that was written down', async () => {
    standIn.play(steady);
    const whole = new Journal();
    await workOn(whole.session, ports(whole));
    for (let dieAt = 3; dieAt < 130; dieAt += 11) {
      used.length = 0;
      const before = standIn.calls.length;
      const journal = new Journal();
      journal.dieAt = dieAt;
      await expect(workOn(journal.session, ports(journal))).rejects.toThrow('killed');
      await workOn(journal.session, ports(journal));
      expect(journal.session.end).toEqual(whole.session.end);
      expect(journal.facts.map((fact) => fact.kind)).toEqual(whole.facts.map((fact) => fact.kind));
      // Killed between an answer and its writing: that one is asked for again, and no other.
      expect(standIn.calls.length - before).toBeLessThanOrEqual(32);
      expect(new Set(used).size).toBe(36);
    }
  });

  it('waits for a person, hears what is said meanwhile, and stops in the middle of a stream', async () => {
    standIn.play(({ spoken, results, said }) =>
      spoken === 0
        ? { content: [{ type: 'tool_use', name: 'ask-person', input: {} }] }
        : { content: [{ type: 'text', text: `${results[0]?.text ?? ''} | ${said}` }] },
    );
    const journal = new Journal();
    await workOn(journal.session, ports(journal));
    expect(journal.session.status).toBe('waiting');
    await journal.record([
      { kind: 'told', by: 'U1', text: 'use /scratch', ts: null },
      { kind: 'told', by: 'U2', text: 'and hurry', ts: null },
    ]);
    await workOn(journal.session, ports(journal));
    expect(journal.session.end?.report).toBe('use /scratch | A message from U2 in the thread:\nand hurry');

    standIn.play(readAloud([{ content: [{ type: 'text', text: 'on and on '.repeat(200) }] }]));
    standIn.fail({ kind: 'slow', milliseconds: 30 });
    const controller = new AbortController();
    const stopped = new Journal();
    setTimeout(() => controller.abort(), 150);
    await expect(workOn(stopped.session, ports(stopped, controller.signal))).rejects.toThrow(/stopped/);
    expect(stopped.facts).toEqual([]);
  });

  it('a tool that does not exist and a call that does not fit are told to the model', async () => {
    standIn.play(({ spoken }) => ({
      content:
        spoken === 0
          ? [
              { type: 'tool_use', name: 'step', input: { number: 'one' } },
              { type: 'tool_use', name: 'format-disk', input: {} },
            ]
          : [{ type: 'text', text: 'I see.' }],
    }));
    const journal = new Journal();
    await workOn(journal.session, ports(journal));
    const results = journal.session.calls.map((call) => call.result);
    expect(results[0]).toMatchObject({ failed: true, text: expect.stringContaining('number') as string });
    expect(results[1]).toMatchObject({ failed: true, text: expect.stringContaining('There is no tool format-disk.') as string });
  });

  it('goes on with the strong model where the fast one is lost or hands nothing over, without its thoughts and told why', async () => {
    standIn.play(({ model, spoken, said }) => {
      if (model.includes('opus')) return { content: [{ type: 'text', text: `I took over. ${said}` }] };
      const think = { type: 'thinking' as const, thinking: 'hm' };
      const call = (number: unknown) => ({ type: 'tool_use' as const, name: 'step', input: { number } });
      return spoken < 2 ? { content: [think, call(spoken === 0 ? 1 : 'one'), call('two')] } : { content: [think, call(3)] };
    });
    const lost = new Journal();
    await workOn(lost.session, ports(lost));
    expect(lost.session.calls.map((call) => call.result?.malformed ?? false)).toEqual([false, true, true, true]);
    expect(lost.session.end?.report).toContain('You take over here from a smaller model: 2 calls in a row did not fit their tools.');
    expect(lost.session.turns.map((turn) => turn.model.split('-')[1])).toEqual(['haiku', 'haiku', 'opus']);

    standIn.play(({ model }) => ({ content: [{ type: 'text', text: model.includes('opus') ? 'I am sure.' : 'I guess so.' }] }));
    const started = { kind: 'started' as const, skill: 'x', tier: null, task: 'Mend it.', limits: DEFAULT_LIMITS, handsOver: true };
    const mere = new Journal();
    mere.session = openSession('s', started);
    await workOn(mere.session, ports(mere));
    expect(mere.facts.map((fact) => fact.kind)).toEqual(['turned', 'escalated', 'turned', 'ended']);
    expect(mere.session).toMatchObject({ tier: 'strong', end: { as: 'answered', report: 'I am sure.' } });
  });

  it('a refusal ends the session honestly', async () => {
    standIn.play(readAloud([{ content: [], stopReason: 'refusal' }]));
    const journal = new Journal();
    await workOn(journal.session, ports(journal));
    expect(journal.session.end).toMatchObject({ as: 'gave-up' });
  });
});
