import { readResult, readSystem, type CreateRequest, type Turn } from './wire.ts';
import { listTurns } from './wire.ts';

/** What a scripted model sees of a request: the whole conversation, nothing else, so that a restart changes nothing. */
export interface Scene {
  readonly model: string;
  readonly system: string;
  readonly tools: readonly string[];
  readonly turns: readonly Turn[];
  /** How many times the model has spoken before. */
  readonly spoken: number;
  /** Results of the tools that the last answer asked for, in order. */
  readonly results: readonly { readonly tool: string; readonly text: string; readonly failed: boolean }[];
  /** Everything that a person or program said last, without tool results. */
  readonly said: string;
}

export type ReplyBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | { readonly type: 'tool_use'; readonly name: string; readonly input: Readonly<Record<string, unknown>> };

export interface Reply {
  readonly content: readonly ReplyBlock[];
  /** Worked out from the content when absent. */
  readonly stopReason?: 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal';
}

/** A scripted model. */
export type Player = (scene: Scene) => Reply | Promise<Reply>;

/** Puts on the stage what the player may see. */
export function setScene(request: CreateRequest): Scene {
  const turns = listTurns(request.messages);
  const asked = new Map(
    turns.flatMap((turn) => turn.content.flatMap((block) => (block.type === 'tool_use' ? [[block.id, block.name] as const] : []))),
  );
  const last = turns.at(-1)?.content ?? [];
  return {
    model: request.model,
    system: readSystem(request.system)
      .map((block) => block.text)
      .join('\n'),
    tools: (request.tools ?? []).map((tool) => tool.name),
    turns,
    spoken: turns.filter((turn) => turn.role === 'assistant').length,
    results: last.flatMap((block) =>
      block.type === 'tool_result'
        ? [{ tool: asked.get(block.tool_use_id) ?? '', text: readResult(block), failed: block.is_error === true }]
        : [],
    ),
    said: last.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'),
  };
}

/** A player that says these replies one after the other, whatever it hears; the last one again when they are used up. */
export function readAloud(replies: readonly Reply[]): Player {
  return (scene) => replies[Math.min(scene.spoken, replies.length - 1)] ?? { content: [{ type: 'text', text: 'I have nothing to say.' }] };
}

/** A block with which a player uses a tool. */
export function callTool(name: string, input: Readonly<Record<string, unknown>>): ReplyBlock {
  return { type: 'tool_use', name, input };
}
