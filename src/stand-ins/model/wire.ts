import { z } from 'zod';

/** The part of the Messages API, version 2026-10-21, that the stand-in understands; what it does not know it refuses, as the real one does. */
const CacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish();

const Text = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1, 'text content blocks must be non-empty'),
  cache_control: CacheControl,
  citations: z.null().optional(),
});
const Thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() });
const ToolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  caller: z.unknown().optional(),
  cache_control: CacheControl,
});
const ToolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(Text)]).optional(),
  is_error: z.boolean().optional(),
  cache_control: CacheControl,
});

export const Block = z.discriminatedUnion('type', [Text, Thinking, ToolUse, ToolResult]);
export type Block = z.infer<typeof Block>;

export const Message = z.strictObject({ role: z.enum(['user', 'assistant']), content: z.union([z.string(), z.array(Block).min(1)]) });

export const Tool = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  cache_control: CacheControl,
  strict: z.boolean().optional(),
});
export type Tool = z.infer<typeof Tool>;

const ThinkingConfig = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('adaptive'), display: z.enum(['summarized', 'omitted']).nullish() }),
  z.strictObject({
    type: z.literal('enabled'),
    budget_tokens: z.number().int().min(1024),
    display: z.enum(['summarized', 'omitted']).nullish(),
  }),
  z.strictObject({ type: z.literal('disabled') }),
]);

const Prompt = {
  model: z.string(),
  messages: z.array(Message).min(1, 'at least one message is required'),
  system: z.union([z.string(), z.array(Text)]).optional(),
  tools: z.array(Tool).optional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.enum(['auto', 'any']), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({ type: z.literal('tool'), name: z.string(), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({ type: z.literal('none') }),
    ])
    .optional(),
  thinking: ThinkingConfig.optional(),
  cache_control: CacheControl,
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: z.strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }).nullish(),
    })
    .optional(),
};

export const CountRequest = z.strictObject(Prompt);
export type CountRequest = z.infer<typeof CountRequest>;

export const CreateRequest = z.strictObject({
  ...Prompt,
  max_tokens: z.number().int().min(1),
  stream: z.boolean().optional(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).optional(),
  stop_sequences: z.array(z.string()).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
});
export type CreateRequest = z.infer<typeof CreateRequest>;

/** A message with its content as blocks; neighbours of one role are joined, as the API does. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

/** The conversation as the API reads it. */
export function listTurns(messages: CountRequest['messages']): Turn[] {
  const turns: { role: 'user' | 'assistant'; content: Block[] }[] = [];
  for (const { role, content } of messages) {
    const blocks: Block[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: [...blocks] });
  }
  return turns;
}

export function readSystem(system: CountRequest['system']): Extract<Block, { type: 'text' }>[] {
  if (system === undefined || system === '') return [];
  return typeof system === 'string' ? [{ type: 'text', text: system }] : system;
}

/** The text of a tool result, whatever form it came in. */
export function readResult(block: Extract<Block, { type: 'tool_result' }>): string {
  const { content } = block;
  if (content === undefined) return '';
  return typeof content === 'string' ? content : content.map((part) => part.text).join('');
}
