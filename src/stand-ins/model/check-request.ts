import type { z } from 'zod';
import { ApiError } from './api-error.ts';
import { bindThought } from './thought.ts';
import { listTurns, readSystem, type Block, type CountRequest, type Turn } from './wire.ts';

const MOST_BREAKPOINTS = 4;

/** Reads a body by its schema; what does not fit is a 400 with the place, in the API's words. */
export function parseRequest<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const extra = issue?.code === 'unrecognized_keys' ? `.${issue.keys[0]}` : '';
  const where = `${issue?.path.join('.') ?? ''}${extra}`.replace(/^\./, '');
  throw new ApiError(400, `${where}: ${extra === '' ? (issue?.message ?? 'unreadable') : 'Extra inputs are not permitted'}`);
}

/** The rules of a conversation that no schema can say. */
export function checkRequest(request: CountRequest, models: readonly string[], key: string): void {
  if (!models.includes(request.model)) throw new ApiError(404, `model: ${request.model}`);
  const turns = listTurns(request.messages);
  if (turns[0]?.role !== 'user') throw new ApiError(400, 'messages: first message must use the "user" role');
  if (turns.at(-1)?.role === 'assistant') {
    throw new ApiError(400, 'This model does not support assistant message prefill. The conversation must end with a user message.');
  }
  checkNames(request);
  checkSettings(request);
  turns.forEach((turn, index) => checkTurn(turns, turn, index, (text) => bindThought(text, request.model, turns.slice(0, index), key)));
  const marked = countBreakpoints(request, turns);
  if (marked > MOST_BREAKPOINTS)
    throw new ApiError(400, `A maximum of ${MOST_BREAKPOINTS} blocks with cache_control may be provided. Found ${marked}.`);
}

/** What a schema must not begin with. */
const NO_TOP_LEVEL = ['oneOf', 'anyOf', 'allOf'];

function checkNames(request: CountRequest): void {
  const names = (request.tools ?? []).map((tool) => tool.name);
  if (new Set(names).size !== names.length) throw new ApiError(400, 'tools: Tool names must be unique.');
  (request.tools ?? []).forEach((tool, index) => {
    if (!NO_TOP_LEVEL.some((word) => word in tool.input_schema)) return;
    throw new ApiError(400, `tools.${index}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`);
  });
  const { tool_choice: choice } = request;
  if (choice?.type === 'tool' && !names.includes(choice.name)) {
    throw new ApiError(400, `Tool '${choice.name}' not found in provided tools`);
  }
}

/** Models that always think, and choose their tools themselves. */
const ALWAYS_THINK = /^claude-(opus|sonnet|fable)-5-[5-9]/;

function checkSettings({ model, thinking, tool_choice: choice }: CountRequest): void {
  if (!ALWAYS_THINK.test(model)) return;
  if (thinking !== undefined && thinking.type !== 'adaptive') {
    throw new ApiError(
      400,
      `"thinking.type.${thinking.type}" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`,
    );
  }
  if (choice?.type === 'any' || choice?.type === 'tool') {
    throw new ApiError(400, `tool_choice: "${choice.type}" is not supported for this model`);
  }
}

function checkTurn(turns: readonly Turn[], turn: Turn, index: number, bind: (shown: string) => string): void {
  for (const block of turn.content) {
    const mustBe = block.type === 'tool_result' ? 'user' : block.type === 'text' ? turn.role : 'assistant';
    if (turn.role !== mustBe) throw new ApiError(400, `messages.${index}: \`${block.type}\` blocks may only be in ${mustBe} messages`);
    if (block.type === 'thinking' && block.signature !== bind(block.thinking)) {
      throw new ApiError(400, `messages.${index}: Invalid \`signature\` in \`thinking\` block`);
    }
  }
  if (turn.role === 'assistant') checkAnswered(turn, turns[index + 1], index);
  else checkAsked(turn, turns[index - 1], index);
}

function checkAnswered(turn: Turn, next: Turn | undefined, index: number): void {
  const answered = new Set(next?.content.filter((block) => block.type === 'tool_result').map((block) => block.tool_use_id));
  const open = turn.content.filter((block) => block.type === 'tool_use').filter((block) => !answered.has(block.id));
  if (open.length === 0) return;
  const ids = open.map((block) => block.id).join(', ');
  throw new ApiError(
    400,
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

function checkAsked(turn: Turn, before: Turn | undefined, index: number): void {
  const asked = new Set(before?.content.filter((block) => block.type === 'tool_use').map((block) => block.id));
  const seen = new Set<string>();
  let others = false;
  for (const block of turn.content) {
    if (block.type !== 'tool_result') {
      others = true;
      continue;
    }
    if (others) throw new ApiError(400, `messages.${index}: \`tool_result\` blocks must come before other content`);
    if (!asked.has(block.tool_use_id)) {
      throw new ApiError(400, `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}.`);
    }
    if (seen.has(block.tool_use_id))
      throw new ApiError(400, `messages.${index}: each tool_use must have a single result. Found multiple for ${block.tool_use_id}.`);
    seen.add(block.tool_use_id);
  }
}

function countBreakpoints(request: CountRequest, turns: readonly Turn[]): number {
  const blocks: readonly (Block | { cache_control?: unknown })[] = [
    ...(request.tools ?? []),
    ...readSystem(request.system),
    ...turns.flatMap((turn) => turn.content),
  ];
  const marks = blocks.filter((block) => 'cache_control' in block && block.cache_control != null).length;
  return marks + (request.cache_control == null ? 0 : 1);
}
