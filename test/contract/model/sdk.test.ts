import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { readAloud, type Player, type Reply } from '../../../src/stand-ins/model/player.ts';
import { startModelStandIn, type ModelStandIn, type ModelStandInOptions } from '../../../src/stand-ins/model/server.ts';

const MODEL = 'claude-haiku-5-5';
const ADD = {
  name: 'add',
  description: 'Adds two numbers.',
  input_schema: { type: 'object' as const, properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
};

const open: ModelStandIn[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((standIn) => standIn.close()));
});

async function start(player: Player, options: Partial<ModelStandInOptions> = {}): Promise<{ standIn: ModelStandIn; client: Anthropic }> {
  const standIn = await startModelStandIn({ player, ...options });
  open.push(standIn);
  return { standIn, client: new Anthropic({ apiKey: 'test-key', baseURL: standIn.url, maxRetries: 0 }) };
}

const say = (text: string): Reply => ({ content: [{ type: 'text', text }] });
const ask = (content: string): Anthropic.MessageParam[] => [{ role: 'user', content }];

async function failure(work: Promise<unknown>): Promise<APIError> {
  const error: unknown = await work.then(
    () => new Error('it worked'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(APIError);
  return error as APIError;
}

describe('the stand-in model, through the official SDK', () => {
  it('streams thinking, text and parallel tool calls in the order of the real API', async () => {
    const { client } = await start(
      readAloud([
        {
          content: [
            { type: 'thinking', thinking: 'Two sums are wanted, and they do not depend on each other.' },
            { type: 'text', text: 'I add both – “grüße” 😀.' },
            { type: 'tool_use', name: 'add', input: { a: 1, b: 2 } },
            { type: 'tool_use', name: 'add', input: { a: 30, b: 40 } },
          ],
        },
      ]),
    );
    const stream = client.messages.stream({
      model: MODEL,
      max_tokens: 500,
      messages: ask('1+2 and 30+40'),
      tools: [ADD],
      thinking: { type: 'adaptive', display: 'summarized' },
    });
    const order: string[] = [];
    stream.on('streamEvent', (event) => {
      if (order.at(-1) !== event.type) order.push(event.type);
    });
    const message = await stream.finalMessage();
    expect(order[0]).toBe('message_start');
    expect(order.slice(-2)).toEqual(['message_delta', 'message_stop']);
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text', 'tool_use', 'tool_use']);
    expect(message.content[0]).toMatchObject({ thinking: 'Two sums are wanted, and they do not depend on each other.' });
    expect(message.content[1]).toMatchObject({ text: 'I add both – “grüße” 😀.' });
    expect(message.content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : []))).toEqual([
      { a: 1, b: 2 },
      { a: 30, b: 40 },
    ]);
    expect(message.usage.output_tokens).toBeGreaterThan(message.usage.output_tokens_details?.thinking_tokens ?? 0);
  });

  it('takes its own blocks back with results, and refuses a changed thought, an unanswered call and a prefill', async () => {
    const player: Player = (scene) =>
      scene.results.length === 0
        ? {
            content: [
              { type: 'thinking', thinking: 'a sum' },
              { type: 'tool_use', name: 'add', input: { a: 1, b: 2 } },
            ],
          }
        : say(`it is ${scene.results[0]?.text}`);
    const { client } = await start(player);
    const base = { model: MODEL, max_tokens: 100, tools: [ADD] };
    const first = await client.messages.create({ ...base, messages: ask('1+2') });
    const call = first.content[1];
    if (call?.type !== 'tool_use') throw new Error('no call');
    const results = [{ type: 'tool_result' as const, tool_use_id: call.id, content: '3' }];
    const history = (content: Anthropic.ContentBlockParam[]): Anthropic.MessageParam[] => [...ask('1+2'), { role: 'assistant', content }];
    const second = await client.messages.create({ ...base, messages: [...history(first.content), { role: 'user', content: results }] });
    expect(second.content).toMatchObject([{ type: 'text', text: 'it is 3' }]);

    const changed = first.content.map((block) => (block.type === 'thinking' ? { ...block, thinking: 'another' } : block));
    const forged = await failure(client.messages.create({ ...base, messages: [...history(changed), { role: 'user', content: results }] }));
    expect([forged.status, forged.message]).toEqual([400, expect.stringContaining('Invalid `signature`')]);
    const escalated = await failure(
      client.messages.create({
        ...base,
        model: 'claude-opus-5-5',
        messages: [...history(first.content), { role: 'user', content: results }],
      }),
    );
    expect(escalated.message).toContain('Invalid `signature`');
    const open = await failure(client.messages.create({ ...base, messages: [...history(first.content), ...ask('well?')] }));
    expect(open.message).toContain('without `tool_result` blocks');
    const prefill = await failure(client.messages.create({ ...base, messages: history([{ type: 'text', text: 'It is' }]) }));
    expect(prefill.message).toContain('prefill');
    const forced = { ...base, model: 'claude-opus-5-5', messages: ask('1+2') };
    expect((await failure(client.messages.create({ ...forced, tool_choice: { type: 'any' } }))).message).toContain('tool_choice');
    expect((await failure(client.messages.create({ ...forced, thinking: { type: 'disabled' } }))).message).toContain('adaptive');
    const unknown = await failure(client.messages.create({ ...base, model: 'claude-nobody', messages: ask('hello') }));
    expect(unknown.status).toBe(404);
  });

  it('bills the cache by comparing prefixes, forgets after five minutes, and loses all behind a change', async () => {
    let now = 0;
    const { client } = await start(readAloud([say('good')]), { now: () => now });
    const system = (text: string): Anthropic.TextBlockParam[] => [{ type: 'text', text, cache_control: { type: 'ephemeral' } }];
    const long = 'Rules of the cluster. '.repeat(400);
    const call = async (text: string, question: string): Promise<Anthropic.Usage> =>
      (await client.messages.create({ model: MODEL, max_tokens: 50, system: system(text), messages: ask(question) })).usage;
    const first = await call(long, 'one');
    expect(first.cache_read_input_tokens).toBe(0);
    expect(first.cache_creation_input_tokens).toBeGreaterThan(2000);
    const second = await call(long, 'two');
    expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
    expect(second.cache_creation_input_tokens).toBe(0);
    expect((await call(`X${long}`, 'two')).cache_read_input_tokens).toBe(0);
    now = 5 * 60_000 + 1;
    expect((await call(long, 'three')).cache_read_input_tokens).toBe(0);
    expect((await call('short', 'four')).cache_creation_input_tokens).toBe(0);
  });

  it('counts tokens, ends at max_tokens, and refuses as it is told', async () => {
    const { client } = await start(readAloud([{ content: [{ type: 'text', text: 'word '.repeat(200) }] }]));
    const counted = await client.messages.countTokens({ model: MODEL, messages: ask('hello there') });
    const cut = await client.messages.create({ model: MODEL, max_tokens: 10, messages: ask('hello there') });
    expect(cut.usage.input_tokens).toBe(counted.input_tokens);
    expect([cut.stop_reason, cut.usage.output_tokens]).toEqual(['max_tokens', 10]);
    expect(cut.content[0]).toMatchObject({ text: 'word '.repeat(8) });
    const refusing = await start(readAloud([{ content: [], stopReason: 'refusal' }]));
    const refused = await refusing.client.messages.create({ model: MODEL, max_tokens: 10, messages: ask('hello') });
    expect([refused.stop_reason, refused.content]).toEqual(['refusal', []]);
  });

  it('fails as the real one: key, limit with retry-after, overload, an error within the stream, a cut connection', async () => {
    let now = 0;
    const { client, standIn } = await start(readAloud([say('a longer text so that there are several pieces of it')]), {
      requestsPerMinute: 6,
      now: () => now,
    });
    const request = { model: MODEL, max_tokens: 100, messages: ask('hello') };
    const stranger = new Anthropic({ apiKey: 'wrong', baseURL: standIn.url, maxRetries: 0 });
    expect((await failure(stranger.messages.create(request))).status).toBe(401);
    standIn.fail({ kind: 'status', status: 529 });
    expect((await failure(client.messages.create(request))).status).toBe(529);
    standIn.fail({ kind: 'stream-error', afterEvents: 4 });
    expect((await failure(client.messages.stream(request).finalMessage())).message).toContain('Overloaded');
    standIn.fail({ kind: 'cut', afterEvents: 4 });
    await expect(client.messages.stream(request).finalMessage()).rejects.toThrow();
    standIn.fail({ kind: 'status', status: 500 });
    const patient = new Anthropic({ apiKey: 'test-key', baseURL: standIn.url, maxRetries: 1 });
    expect((await patient.messages.create(request)).content).toHaveLength(1);
    await client.messages.create(request);
    const limited = await failure(client.messages.create(request));
    expect([limited.status, limited.headers?.get('retry-after')]).toEqual([429, '60']);
    now = 61_000;
    expect((await client.messages.create(request)).stop_reason).toBe('end_turn');
  });

  it('a caller that stops listening ends the stream', async () => {
    const { client, standIn } = await start(readAloud([say('never quite finished '.repeat(50))]));
    standIn.fail({ kind: 'slow', milliseconds: 20 });
    const stream = client.messages.stream({ model: MODEL, max_tokens: 1000, messages: ask('hello') });
    stream.on('text', () => stream.abort());
    await expect(stream.finalMessage()).rejects.toThrow(/abort/i);
    await expect.poll(() => standIn.calls[0]?.finished).toBe(false);
  });
});
