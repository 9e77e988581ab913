import type { InputUsage } from './cache.ts';

/** An answer's block as it goes over the wire. */
export type WireBlock =
  | { readonly type: 'text'; readonly text: string; readonly citations: null }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      /** The input as text: only its first part where max_tokens cut it. */
      readonly json: string;
    };

export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly content: readonly WireBlock[];
  readonly stopReason: string;
  readonly usage: InputUsage & { readonly output_tokens: number; readonly thinking_tokens: number };
}

export interface ServerEvent {
  readonly event: string;
  readonly data: object;
}

const PIECES = /[^]{1,24}/gu;

/** The answer as one JSON object. */
export function describeMessage(answer: Answer): object {
  return {
    ...describeFrame(answer, answer.content.map(showBlock), answer.stopReason),
    usage: { ...describeUsage(answer), output_tokens: answer.usage.output_tokens },
  };
}

/** The answer as the events of a stream, in the order of the real one. */
export function listEvents(answer: Answer): ServerEvent[] {
  const start = { ...describeFrame(answer, [], null), usage: { ...describeUsage(answer), output_tokens: 1 } };
  const details = { thinking_tokens: answer.usage.thinking_tokens };
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = answer.usage;
  const usage = { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens, output_tokens_details: details };
  return [
    { event: 'message_start', data: { type: 'message_start', message: start } },
    { event: 'ping', data: { type: 'ping' } },
    ...answer.content.flatMap((block, index) => listBlockEvents(block, index)),
    {
      event: 'message_delta',
      data: { type: 'message_delta', delta: { stop_reason: answer.stopReason, stop_sequence: null, stop_details: null }, usage },
    },
    { event: 'message_stop', data: { type: 'message_stop' } },
  ];
}

function describeFrame(answer: Answer, content: readonly object[], stopReason: string | null): object {
  const { id, model } = answer;
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    container: null,
    diagnostics: null,
    stop_reason: stopReason,
    stop_sequence: null,
    stop_details: null,
  };
}

function describeUsage({ usage }: Answer): object {
  const { output_tokens: _, thinking_tokens: thinking, ...input } = usage;
  return {
    ...input,
    output_tokens_details: { thinking_tokens: thinking },
    service_tier: 'standard',
    server_tool_use: null,
    inference_geo: null,
    speed: 'standard',
  };
}

function showBlock(block: WireBlock): object {
  if (block.type !== 'tool_use') return block;
  const { json: _, ...shown } = block;
  return { ...shown, caller: { type: 'direct' } };
}

function listBlockEvents(block: WireBlock, index: number): ServerEvent[] {
  const delta = (change: object): ServerEvent => ({
    event: 'content_block_delta',
    data: { type: 'content_block_delta', index, delta: change },
  });
  const start = (content: object): ServerEvent => ({
    event: 'content_block_start',
    data: { type: 'content_block_start', index, content_block: content },
  });
  const stop: ServerEvent = { event: 'content_block_stop', data: { type: 'content_block_stop', index } };
  switch (block.type) {
    case 'text':
      return [start({ ...block, text: '' }), ...cut(block.text).map((text) => delta({ type: 'text_delta', text })), stop];
    case 'thinking':
      return [
        start({ type: 'thinking', thinking: '', signature: '' }),
        ...cut(block.thinking).map((thinking) => delta({ type: 'thinking_delta', thinking })),
        delta({ type: 'signature_delta', signature: block.signature }),
        stop,
      ];
    case 'tool_use':
      return [
        start({ type: 'tool_use', id: block.id, name: block.name, input: {}, caller: { type: 'direct' } }),
        delta({ type: 'input_json_delta', partial_json: '' }),
        ...cut(block.json).map((json) => delta({ type: 'input_json_delta', partial_json: json })),
        stop,
      ];
  }
}

/** Pieces of a text, never cut within a character. */
function cut(text: string): readonly string[] {
  return text.match(PIECES) ?? [];
}
