import { describe, expect, it } from 'vitest';
import { planCompaction } from '../../../src/core/agent-session/compact.ts';
import { cutOutput } from '../../../src/core/agent-session/cut-output.ts';
import { DEFAULT_LIMITS, extendLimits } from '../../../src/core/agent-session/limits.ts';
import { knowsPrice, priceCall } from '../../../src/core/agent-session/prices.ts';
import { writeRequest, type Stage } from '../../../src/core/agent-session/request.ts';
import type { AgentFact, AgentSession, SaidBlock } from '../../../src/core/agent-session/schema.ts';
import { chooseMove, fits, foldFact, openSession } from '../../../src/core/agent-session/session.ts';
import fc from '../../support/properties.ts';

const USAGE = { input: 100, cacheRead: 0, cacheWrite: 0, output: 10 };
const STAGE: Stage = { rules: 'Be careful.', skill: 'Mend it.', background: 'A map.', tools: [] };

function open(limits = DEFAULT_LIMITS): AgentSession {
  return openSession('s1', { kind: 'started', skill: 'diagnose-failure', tier: 'fast', task: 'Why did it fail?', limits });
}

function say(session: AgentSession, content: SaidBlock[], more: Partial<Extract<AgentFact, { kind: 'turned' }>> = {}): AgentSession {
  return foldFact(
    session,
    {
      kind: 'turned',
      turn: session.turns.length,
      heard: session.heard.length,
      model: 'claude-haiku-5-5',
      content,
      stopReason: content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn',
      usage: USAGE,
      dollars: 0.01,
      seconds: 1,
      ...more,
    },
    0,
  );
}

const call = (id: string, name = 'read', input: Record<string, unknown> = { path: 'train.py' }): SaidBlock => ({
  type: 'tool_use',
  id,
  name,
  input,
});
const text = (words: string): SaidBlock => ({ type: 'text', text: words });
const end = (session: AgentSession, id: string, words = 'import torch'): AgentSession =>
  foldFact(session, { kind: 'tool-ended', call: id, text: words, failed: false, seconds: 1 }, 0);

describe('a session of the agent', () => {
  it('asks the model, does the calls one by one, and asks again', () => {
    let session = open();
    expect(chooseMove(session)).toEqual({ kind: 'turn' });
    session = say(session, [text('I look.'), call('a'), call('b')]);
    expect(chooseMove(session)).toMatchObject({ kind: 'tool', call: { id: 'a' } });
    session = end(session, 'a');
    expect(chooseMove(session)).toMatchObject({ kind: 'tool', call: { id: 'b' } });
    session = end(session, 'b');
    expect(chooseMove(session)).toEqual({ kind: 'turn' });
    session = say(session, [text('It is the path.')]);
    expect(chooseMove(session)).toEqual({ kind: 'finish', report: 'It is the path.' });
  });

  it('waits for a person without holding anything, and goes on with the answer', () => {
    let session = say(open(), [call('a', 'ask-person', { question: 'Where is the data?' })]);
    session = foldFact(session, { kind: 'asked', call: 'a', question: 'Where is the data?' }, 0);
    expect([session.status, chooseMove(session).kind]).toEqual(['waiting', 'wait']);
    session = foldFact(session, { kind: 'told', by: 'U1', text: '/scratch/data', ts: null }, 0);
    expect([session.status, session.round, session.calls[0]?.result?.text]).toEqual(['working', 2, '/scratch/data']);
  });

  it('a denied call tells the model so, and an allowed one can be done', () => {
    const asking = foldFact(say(open(), [call('a', 'run', { command: 'rm x' })]), { kind: 'held', call: 'a', approval: 3 }, 0);
    const denied = foldFact(asking, { kind: 'denied', call: 'a', by: 'U1', reason: 'too risky' }, 0);
    expect(denied.calls[0]?.result).toMatchObject({ failed: true, text: expect.stringContaining('too risky') as string });
    const allowed = foldFact(asking, { kind: 'allowed', call: 'a' }, 0);
    expect(chooseMove(allowed)).toMatchObject({ kind: 'tool', call: { status: 'allowed', approval: 3 } });
    expect(fits(asking, { kind: 'tool-began', call: 'a', name: 'run' })).toBe(false);
  });

  it('stops at each limit and goes on when a person extends it', () => {
    const limits = { ...DEFAULT_LIMITS, turns: 1 };
    const session = end(say(open(limits), [call('a')]), 'a');
    expect(chooseMove(session)).toEqual({ kind: 'limit', limit: 'turns' });
    const waiting = foldFact(session, { kind: 'reached-limit', limit: 'turns' }, 0);
    expect(chooseMove(waiting)).toEqual({ kind: 'wait' });
    const extended = foldFact(waiting, { kind: 'extended', by: 'U1', limits: extendLimits(limits, limits) }, 0);
    expect(chooseMove(extended)).toEqual({ kind: 'turn' });
    const dear = { ...DEFAULT_LIMITS, dollars: 0.01 };
    expect(chooseMove(end(say(open(dear), [call('a')]), 'a'))).toEqual({ kind: 'limit', limit: 'dollars' });
  });

  it('is told when it repeats itself, asks a person when it goes on so, and may go on when one says so', () => {
    let session = open();
    const again = (): void => {
      const id = `c${session.turns.length}`;
      session = end(say(session, [call(id)]), id);
    };
    const lastResult = (): string => JSON.stringify(writeRequest(STAGE, session, 'claude-haiku-5-5').messages.at(-1)?.content);
    again();
    again();
    expect(lastResult()).not.toContain('in a row');
    again();
    expect(lastResult()).toContain('for the 3. time in a row');
    expect(session.calls.at(-1)?.result?.text).toBe('import torch');
    again();
    expect(chooseMove(session)).toEqual({ kind: 'turn' });
    again();
    expect(chooseMove(session)).toEqual({ kind: 'limit', limit: 'repeats' });
    session = foldFact(session, { kind: 'reached-limit', limit: 'repeats' }, 0);
    session = foldFact(session, { kind: 'extended', by: 'U1', limits: extendLimits(session.limits, DEFAULT_LIMITS) }, 0);
    expect(chooseMove(session)).toEqual({ kind: 'turn' });
    // Another answer, or another call, is no repetition.
    let other = open();
    for (let turn = 0; turn < 12; turn += 1) {
      const path = turn % 2 === 0 ? 'a.py' : 'b.py';
      other = end(say(other, [call(`d${turn}`, 'read', { path })]), `d${turn}`);
    }
    expect(chooseMove(other)).toEqual({ kind: 'turn' });
  });

  it('takes facts only where they fit, so that a worker that was overtaken changes nothing', () => {
    const session = say(open(), [call('a')]);
    const turned: AgentFact = {
      kind: 'turned',
      turn: 1,
      heard: 0,
      model: 'm',
      content: [],
      stopReason: 'end_turn',
      usage: USAGE,
      dollars: 0,
      seconds: 0,
    };
    expect(fits(session, turned)).toBe(false);
    expect(fits(end(session, 'a'), turned)).toBe(true);
    expect(fits(end(session, 'a'), { kind: 'tool-ended', call: 'a', text: '', failed: false, seconds: 0 })).toBe(false);
    expect(fits(session, { kind: 'tool-ended', call: 'zzz', text: '', failed: false, seconds: 0 })).toBe(false);
  });
});

describe('the request to the model', () => {
  it('keeps what was sent before to the letter, whatever comes after', () => {
    const letters = fc.constantFrom('turn', 'told', 'end');
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 25 }), (steps) => {
        let session = open();
        let before: string[] = [];
        let number = 0;
        for (const step of steps) {
          const openCall = session.calls.find((item) => item.status !== 'done');
          if (step === 'told') session = foldFact(session, { kind: 'told', by: 'U1', text: `hint ${(number += 1)}`, ts: null }, 0);
          else if (openCall !== undefined) session = end(session, openCall.id);
          else {
            const sent = writeRequest(STAGE, session, 'claude-haiku-5-5').messages.map((message) => JSON.stringify(message));
            // The last message of the request before may have grown by what was heard since; all before it must be the same.
            expect(sent.slice(0, before.length)).toEqual(before);
            before = sent;
            const heard = session.heard.length;
            session = say(session, [{ type: 'thinking', thinking: 'hm', signature: 's' }, call(`c${(number += 1)}`)], { heard });
          }
        }
      }),
    );
  });

  it('answers every call, alternates the roles, and ends with the person or program', () => {
    let session = say(open(), [call('a'), call('b')]);
    session = end(end(session, 'a'), 'b', '');
    session = say(session, [text('half an ans')], { stopReason: 'max_tokens' });
    expect(chooseMove(session)).toEqual({ kind: 'turn' });
    const { messages } = writeRequest(STAGE, session, 'claude-haiku-5-5');
    expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(messages[2]?.content).toMatchObject([{ tool_use_id: 'a' }, { tool_use_id: 'b', content: '(nothing)' }]);
  });

  it('shows a model only its own thoughts, and none from before the beginning was rewritten', () => {
    const thought: SaidBlock = { type: 'thinking', thinking: 'hm', signature: 'x' };
    let session = open();
    for (let turn = 0; turn < 10; turn += 1) session = end(say(session, [thought, call(`c${turn}`)]), `c${turn}`);
    const kinds = (model: string): string => JSON.stringify(writeRequest(STAGE, session, model));
    expect(kinds('claude-haiku-5-5')).toContain('"thinking"');
    expect(kinds('claude-opus-5-5')).not.toContain('"thinking"');
    session = foldFact(session, { kind: 'compacted', before: 4, summary: 'So far: nothing.' }, 0);
    const compacted = writeRequest(STAGE, session, 'claude-haiku-5-5');
    expect(JSON.stringify(compacted)).not.toContain('"thinking"');
    expect(compacted.messages).toHaveLength(13);
    expect(JSON.stringify(compacted.messages[0])).toContain('So far: nothing.');
  });
});

describe('saving tokens', () => {
  it('replaces the older part of a long conversation by its decisions, answers and sources', () => {
    let session = open();
    const step = (id: string, name: string, input: Record<string, unknown>, result: string): void => {
      session = end(say(session, [call(id, name, input)], { usage: { ...USAGE, input: 50_000 } }), id, result);
    };
    step('1', 'read', { path: 'train.py' }, '1\timport torch');
    step('2', 'note', { text: 'The data path is hard-coded in data.py:14.' }, 'Noted.');
    step('3', 'ask-person', { question: 'Which data?' }, 'Use CIFAR-10.');
    for (let index = 4; index < 12; index += 1) step(String(index), 'grep', { pattern: `x${index}` }, 'No line matches.');
    expect(planCompaction(session)).toBeNull();
    session = say(session, [call('12')], { usage: { ...USAGE, input: 70_000 } });
    const fact = planCompaction(end(session, '12'));
    expect(fact?.before).toBe(6);
    expect(fact?.summary).toContain('The data path is hard-coded in data.py:14.');
    expect(fact?.summary).toContain('Use CIFAR-10.');
    expect(fact?.summary).toContain('read path=train.py: 1 import torch');
    expect(planCompaction(foldFact(end(session, '12'), fact ?? { kind: 'escalated', tier: 'strong', why: '' }, 0))).toBeNull();
  });

  it('cuts output to its two ends at line breaks and says what is missing', () => {
    const long = Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n');
    const cut = cutOutput(long, 'read it in parts');
    expect(cut.length).toBeLessThan(8_200);
    expect(cut.startsWith('line 0\n')).toBe(true);
    expect(cut.endsWith('line 4999')).toBe(true);
    expect(cut).toMatch(/\[… \d+ characters, \d+ lines left out; read it in parts …\]/);
    expect(cutOutput('short', 'x')).toBe('short');
  });

  it.each([
    ['claude-opus-5-5', { input: 1_000_000, cacheRead: 0, cacheWrite: 0, output: 0 }, 4],
    ['claude-opus-5-5', { input: 0, cacheRead: 1_000_000, cacheWrite: 1_000_000, output: 1_000_000 }, 25.2],
    ['claude-haiku-5-5', { input: 50_000, cacheRead: 0, cacheWrite: 0, output: 1000 }, 0.0055],
    ['claude-haiku-5-5', { input: 200_000, cacheRead: 0, cacheWrite: 0, output: 0 }, 0.1],
  ])('a call of %s costs what its page says', (model, usage, dollars) => {
    expect(priceCall(model, usage)).toBeCloseTo(dollars, 9);
    expect(knowsPrice(model)).toBe(true);
  });

  it('a model without a known price is not taken for a cheap one', () => {
    expect(knowsPrice('llama-9')).toBe(false);
    expect(priceCall('llama-9', USAGE)).toBeGreaterThan(priceCall('claude-opus-5-5', USAGE));
  });
});
