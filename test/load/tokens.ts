/**
 * What a session of sixty turns costs: our loop (cached prefix, output cut to what matters, older parts replaced by a summary) beside one that sends everything
 * again each time. The same scripted model, the same tools, in one run; the stand-in counts tokens and compares prefixes as the provider does.
 */
import { z } from 'zod';
import { workOn } from '../../src/agent/loop.ts';
import { createModel } from '../../src/agent/model.ts';
import { defineTool, describeTool, type Tool } from '../../src/agent/tool.ts';
import { addUsage, DEFAULT_LIMITS } from '../../src/core/agent-session/limits.ts';
import { priceCall } from '../../src/core/agent-session/prices.ts';
import type { AgentSession, Usage } from '../../src/core/agent-session/schema.ts';
import { fits, foldFact, openSession } from '../../src/core/agent-session/session.ts';
import type { Player, Reply } from '../../src/stand-ins/model/player.ts';
import { startModelStandIn } from '../../src/stand-ins/model/server.ts';

const TURNS = 60;
const MODEL = 'claude-opus-5-5';

/** A careful reader of a repository: one file or log after the other, a note now and then. It counts for itself, since older turns vanish. */
function play(): Player {
  let turn = 0;
  return () => sayTurn((turn += 1) - 1);
}

function sayTurn(spoken: number): Reply {
  if (spoken >= TURNS - 1) return { content: [{ type: 'text', text: 'The learning rate of the paper is missing in the script.' }] };
  const name = spoken % 10 === 9 ? 'note' : spoken % 4 === 3 ? 'read-log' : 'read';
  const input = name === 'note' ? { text: `Fact ${spoken}: the loader wants files, not folders.` } : { path: `src/part${spoken}.py` };
  return {
    content: [
      { type: 'text', text: `I look at the next place, ${spoken}.` },
      { type: 'tool_use', name, input },
    ],
  };
}

function pretend(name: string, lines: number): Tool {
  const tool = defineTool({
    name,
    description: `${name} of a repository.`,
    input: z.looseObject({}),
    run: (_context, input) =>
      Promise.resolve({
        text: Array.from({ length: lines }, (_, line) => `${line}\t${JSON.stringify(input)} = compute(${line})`).join('\n'),
      }),
  });
  return tool as Tool;
}

/** Files of 150 lines, logs of 600: a modest repository. */
const TOOLS = new Map([pretend('read', 150), pretend('read-log', 600), pretend('note', 1)].map((tool) => [tool.name, tool]));
const SPECS = [...TOOLS.values()].map(describeTool);
const RULES = 'You are a careful colleague. '.repeat(200);
const BACKGROUND = 'REPO_MAP.md: what stands where, and which commands are known. '.repeat(150);
const LIMITS = { turns: 1000, toolCalls: 1000, tokens: 1e9, dollars: 1e6, seconds: 1e6 };

async function measureOurs(): Promise<Usage> {
  const standIn = await startModelStandIn({ player: play() });
  let session: AgentSession = openSession('s', {
    kind: 'started',
    skill: 'x',
    tier: 'strong',
    task: 'Read it.',
    limits: { ...DEFAULT_LIMITS, ...LIMITS },
  });
  await workOn(session, {
    record: (facts) => {
      for (const fact of facts) if (fact.kind !== 'started' && fits(session, fact)) session = foldFact(session, fact, 0);
      return Promise.resolve(session);
    },
    model: createModel({ apiKey: 'test-key', baseUrl: standIn.url }),
    models: { fast: MODEL, strong: MODEL },
    tier: 'fast',
    effort: 'medium',
    stage: { rules: RULES, skill: '', background: BACKGROUND, tools: SPECS },
    tools: TOOLS,
    context: {} as never,
    act: () => Promise.resolve(undefined),
    redact: (text) => text,
    now: () => 0,
    signal: new AbortController().signal,
  });
  await standIn.close();
  if (session.turns.length !== TURNS) throw new Error(`our loop took ${session.turns.length} turns`);
  return session.spent.usage;
}

/** Resends everything, whole outputs, no cache. */
async function measureNaive(): Promise<Usage> {
  const standIn = await startModelStandIn({ player: play() });
  const headers = { 'x-api-key': 'test-key', 'anthropic-version': '2026-10-21', 'content-type': 'application/json' };
  const messages: object[] = [{ role: 'user', content: 'Read it.' }];
  let sum: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
  for (let turn = 0; turn < TURNS; turn += 1) {
    const body = JSON.stringify({ model: MODEL, max_tokens: 16_000, system: `${RULES}${BACKGROUND}`, tools: SPECS, messages });
    const response = await fetch(`${standIn.url}/v1/messages`, { method: 'POST', headers, body });
    const message = (await response.json()) as {
      content: { type: string; id: string; name: string; input: Record<string, unknown> }[];
      usage: { input_tokens: number; output_tokens: number };
    };
    sum = addUsage(sum, { input: message.usage.input_tokens, cacheRead: 0, cacheWrite: 0, output: message.usage.output_tokens });
    messages.push({ role: 'assistant', content: message.content });
    const results = [];
    for (const block of message.content.filter((item) => item.type === 'tool_use')) {
      const result = await TOOLS.get(block.name)?.run({} as never, block.input);
      results.push({ type: 'tool_result', tool_use_id: block.id, content: result?.text ?? '' });
    }
    if (results.length > 0) messages.push({ role: 'user', content: results });
  }
  await standIn.close();
  return sum;
}

/** Input tokens weighted as they are billed, in tokens at the full price. */
function weigh(usage: Usage): number {
  const full = priceCall(MODEL, { input: 1, cacheRead: 0, cacheWrite: 0, output: 0 });
  return priceCall(MODEL, { ...usage, output: 0 }) / full;
}

const naive = await measureNaive();
const ours = await measureOurs();
const thousand = (count: number): string => (count / 1000).toFixed(1);
const row = (name: string, usage: Usage): string =>
  `| ${name} | ${thousand(usage.input)} | ${thousand(usage.cacheWrite)} | ${thousand(usage.cacheRead)} | ${thousand(usage.output)} | ${thousand(weigh(usage))} | ${priceCall(MODEL, usage).toFixed(3)} |`;
console.log(`${TURNS} turns, ${MODEL}, thousands of tokens`);
console.log('| loop | input | cache written | cache read | output | input as billed | US dollars |');
console.log('|---|---|---|---|---|---|---|');
console.log(row('naive', naive));
console.log(row('ours', ours));
const share = ours.cacheRead / (ours.input + ours.cacheWrite + ours.cacheRead);
console.log(
  `billed: ${((100 * weigh(ours)) / weigh(naive)).toFixed(1)} % of naive (aim: at most 20 %); read from the cache: ${(100 * share).toFixed(1)} % (aim: at least 85 %)`,
);
