import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel } from '../../src/agent/model.ts';
import { DEFAULT_LIMITS } from '../../src/core/agent-session/limits.ts';
import { writeRequest } from '../../src/core/agent-session/request.ts';
import { foldFact, openSession } from '../../src/core/agent-session/session.ts';
import { ReprobotError } from '../../src/errors.ts';
import { readAloud, type Reply } from '../../src/stand-ins/model/player.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';

const STAGE = {
  rules: 'Be careful. '.repeat(500),
  skill: '',
  background: 'A map.',
  tools: [{ name: 'read', description: 'Reads.', input_schema: { type: 'object' as const } }],
};
const OPTIONS = { model: 'claude-opus-5-5', maxTokens: 2000, effort: 'medium' as const };
const reply = (...content: Reply['content'][number][]): Reply => ({ content });

let standIn: ModelStandIn;
beforeAll(async () => {
  standIn = await startModelStandIn({ player: readAloud([]) });
});
afterAll(() => standIn.close());

const session = openSession('s', { kind: 'started', skill: 'x', tier: 'strong', task: 'Look.', limits: DEFAULT_LIMITS });

async function codeOf(work: Promise<unknown>): Promise<[string, boolean]> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof ReprobotError)) throw new Error(`no error of ours: ${String(error)}`);
  return [error.code, error.transient];
}

describe('the model client', () => {
  it('carries a conversation on with its own thoughts, and reads the prompt from the cache', async () => {
    standIn.play(
      readAloud([
        reply({ type: 'thinking', thinking: 'I read it.' }, { type: 'tool_use', name: 'read', input: { path: 'a.py' } }),
        reply({ type: 'text', text: 'Done.' }),
      ]),
    );
    const model = createModel({ apiKey: 'test-key', baseUrl: standIn.url });
    const first = await model.ask(writeRequest(STAGE, session, OPTIONS.model), OPTIONS);
    expect(first.content[0]).toMatchObject({ type: 'thinking', thinking: 'I read it.' });
    expect(first.usage.cacheWrite).toBeGreaterThan(1000);
    const call = first.content[1];
    if (call?.type !== 'tool_use') throw new Error('no call');
    const turned = { kind: 'turned' as const, turn: 0, heard: 0, model: OPTIONS.model, dollars: 0, seconds: 0 };
    let next = foldFact(session, { ...turned, content: [...first.content], stopReason: first.stopReason, usage: first.usage }, 0);
    next = foldFact(next, { kind: 'tool-ended', call: call.id, text: 'import torch', failed: false, seconds: 0 }, 0);
    const second = await model.ask(writeRequest(STAGE, next, OPTIONS.model), OPTIONS);
    expect(second.content).toEqual([{ type: 'text', text: 'Done.' }]);
    expect(second.usage.cacheRead).toBeGreaterThan(1000);
    // Another model takes over: the first one's thoughts stay behind, and it is not refused.
    const other = await model.ask(writeRequest(STAGE, next, 'claude-haiku-5-5'), { ...OPTIONS, model: 'claude-haiku-5-5' });
    expect(other.content).toHaveLength(1);
  });

  it('drops a call that was cut in the middle', async () => {
    standIn.play(
      readAloud([reply({ type: 'text', text: 'I write it.' }, { type: 'tool_use', name: 'read', input: { path: 'x'.repeat(4000) } })]),
    );
    const model = createModel({ apiKey: 'test-key', baseUrl: standIn.url });
    const answer = await model.ask(writeRequest(STAGE, session, OPTIONS.model), { ...OPTIONS, maxTokens: 100 });
    expect([answer.stopReason, answer.content.map((block) => block.type)]).toEqual(['max_tokens', ['text']]);
  });

  it('tells what may be tried again from what may not', async () => {
    standIn.play(readAloud([reply({ type: 'text', text: 'a few words, in several pieces, one after the other. '.repeat(20) })]));
    const model = createModel({ apiKey: 'test-key', baseUrl: standIn.url });
    const ask = (signal?: AbortSignal): Promise<unknown> => model.ask(writeRequest(STAGE, session, OPTIONS.model), { ...OPTIONS, signal });
    standIn.fail({ kind: 'stream-error', afterEvents: 4 });
    expect(await codeOf(ask())).toEqual(['model.unavailable', true]);
    standIn.fail({ kind: 'cut', afterEvents: 4 });
    expect(await codeOf(ask())).toEqual(['model.unavailable', true]);
    const stranger = createModel({ apiKey: 'wrong', baseUrl: standIn.url });
    expect(await codeOf(stranger.ask(writeRequest(STAGE, session, OPTIONS.model), OPTIONS))).toEqual(['model.refused', false]);
    expect(await codeOf(model.ask(writeRequest(STAGE, session, 'no-model'), { ...OPTIONS, model: 'no-model' }))).toEqual([
      'model.refused',
      false,
    ]);
    standIn.fail({ kind: 'slow', milliseconds: 50 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 60);
    expect(await codeOf(ask(controller.signal))).toEqual(['cancelled', false]);
  });
});
