import { countRepeats, warnOfRepeats } from './repeats.ts';
import type { AgentSession, Call, SaidBlock } from './schema.ts';

const CACHED = { type: 'ephemeral' as const };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly input_schema: { readonly type: 'object'; readonly [key: string]: unknown };
}

/** What stays the same for a whole session, so that the provider's cache can keep it: from the most lasting to the least. */
export interface Stage {
  readonly rules: string;
  readonly skill: string;
  /** MEMORY.md and the map of the repository. */
  readonly background: string;
  readonly tools: readonly ToolSpec[];
}

interface TextBlock {
  readonly type: 'text';
  readonly text: string;
  readonly cache_control?: { readonly type: 'ephemeral' };
}
type SentBlock =
  | TextBlock
  | SaidBlock
  | {
      readonly type: 'tool_result';
      readonly tool_use_id: string;
      readonly content: string;
      readonly is_error: boolean;
    };

export interface ModelRequest {
  readonly system: TextBlock[];
  readonly tools: readonly ToolSpec[];
  readonly messages: { readonly role: 'user' | 'assistant'; readonly content: SentBlock[] }[];
}

/**
 * The conversation as the model is to see it. Everything before the newest message is the same text as in the request before, so that
 * it is read from the cache; the provider moves the last mark by itself (`cache_control` of the request).
 */
export function writeRequest(stage: Stage, session: AgentSession, model: string): ModelRequest {
  const from = session.compacted?.before ?? 0;
  const turns = session.turns.slice(from);
  const heardBefore = from === 0 ? 0 : (session.turns[from - 1]?.heard ?? 0);
  const opening = session.compacted === null ? session.task : `${session.task}\n\n${session.compacted.summary}`;
  const messages: ModelRequest['messages'] = [
    { role: 'user', content: [{ type: 'text', text: opening }, ...quoteHeard(session, heardBefore, turns[0]?.heard)] },
  ];
  for (const [offset, turn] of turns.entries()) {
    const index = from + offset;
    // Thoughts hold for one model and for the conversation before them as it was.
    const ownThoughts = turn.model === model && index >= (session.compacted?.decidedAt ?? 0);
    const content = turn.content.filter((block) =>
      block.type === 'thinking' ? ownThoughts : block.type !== 'text' || block.text.trim() !== '',
    );
    if (content.length > 0) messages.push({ role: 'assistant', content });
    const results = session.calls.flatMap((call, place) =>
      call.turn === index ? [quoteResult(call, countRepeats(session.calls, place))] : [],
    );
    const said = [...results, ...quoteHeard(session, turn.heard, turns[offset + 1]?.heard), ...quoteEscalation(session, index + 1)];
    if (said.length > 0) messages.push({ role: 'user', content: said });
  }
  if (messages.at(-1)?.role === 'assistant') messages.push({ role: 'user', content: [{ type: 'text', text: 'Go on.' }] });
  return {
    system: [
      { type: 'text', text: stage.rules },
      ...(stage.skill === '' ? [] : [{ type: 'text' as const, text: stage.skill }]),
      { type: 'text', text: stage.background === '' ? 'Nothing else is known yet.' : stage.background, cache_control: CACHED },
    ],
    tools: stage.tools,
    messages,
  };
}

function quoteResult(call: Call, times: number): SentBlock {
  const { text, failed } = call.result ?? { text: 'This call was not answered.', failed: true };
  const content = text === '' ? '(nothing)' : text;
  return { type: 'tool_result', tool_use_id: call.id, content: `${content}${warnOfRepeats(times)}`, is_error: failed };
}

function quoteHeard(session: AgentSession, from: number, to: number | undefined): TextBlock[] {
  return session.heard.slice(from, to).map((item) => ({ type: 'text', text: `A message from ${item.by} in the thread:\n${item.text}` }));
}

/** What the model that takes over is told where it does. */
function quoteEscalation({ escalations }: AgentSession, turn: number): TextBlock[] {
  return escalations
    .filter((one) => one.turn === turn && turn > 0)
    .map(({ why }) => ({
      type: 'text',
      text: `You take over here from a smaller model: ${why}. Check what it found before you build on it.`,
    }));
}
