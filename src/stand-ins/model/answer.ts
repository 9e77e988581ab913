import { createHash } from 'node:crypto';
import { countTokens, type InputUsage } from './cache.ts';
import type { Answer, WireBlock } from './events.ts';
import type { Reply, ReplyBlock } from './player.ts';
import { bindThought } from './thought.ts';
import { listTurns, type CreateRequest } from './wire.ts';

/** A player's reply as an answer of the API: ids, signatures, token counts, and an end where max_tokens says so. */
export function writeAnswer(request: CreateRequest, reply: Reply, usage: InputUsage, key: string): Answer {
  const seed = createHash('sha256').update(JSON.stringify(request.messages)).digest('hex');
  const turns = listTurns(request.messages);
  const visible = request.thinking !== undefined && 'display' in request.thinking && request.thinking.display === 'summarized';
  // Unless told otherwise thoughts are paid for and not shown.
  const think = (text: string): WireBlock => {
    const shown = visible ? text : '';
    return { type: 'thinking', thinking: shown, signature: bindThought(shown, request.model, turns, key) };
  };
  const blocks: WireBlock[] = [];
  let left = request.max_tokens;
  let thinkingTokens = 0;
  for (const [index, block] of reply.content.entries()) {
    if (left <= 0) break;
    const written = writeBlock(block, `${seed.slice(0, 20)}${index.toString().padStart(2, '0')}`, left, think);
    left -= written.tokens;
    if (written.block.type === 'thinking') thinkingTokens += written.tokens;
    blocks.push(written.block);
  }
  const cut = left < 0 || blocks.length < reply.content.length;
  const asks = blocks.some((block) => block.type === 'tool_use');
  return {
    id: `msg_${seed.slice(0, 24)}`,
    model: request.model,
    content: blocks,
    stopReason: cut ? 'max_tokens' : (reply.stopReason ?? (asks ? 'tool_use' : 'end_turn')),
    usage: { ...usage, output_tokens: request.max_tokens - Math.max(0, left), thinking_tokens: thinkingTokens },
  };
}

/** `tokens` is more than `left` when the block had to be cut. */
function writeBlock(block: ReplyBlock, id: string, left: number, think: (text: string) => WireBlock): { block: WireBlock; tokens: number } {
  const whole = block.type === 'text' ? block.text : block.type === 'thinking' ? block.thinking : JSON.stringify(block.input);
  const tokens = Math.max(1, countTokens(whole));
  const text =
    tokens > left
      ? Buffer.from(whole)
          .subarray(0, left * 4)
          .toString('utf8')
          .replace(/�+$/, '')
      : whole;
  switch (block.type) {
    case 'text':
      return { block: { type: 'text', text, citations: null }, tokens };
    case 'thinking':
      return { block: think(text), tokens };
    case 'tool_use':
      return {
        block: { type: 'tool_use', id: `toolu_${id}`, name: block.name, input: tokens > left ? {} : block.input, json: text },
        tokens,
      };
  }
}
