import type Anthropic from '@anthropic-ai/sdk';
import type { APIError } from '@anthropic-ai/sdk';
import type { SaidBlock } from '../core/agent-session/schema.ts';
import { ReprobotError } from '../errors.ts';
import type { Model, ModelAnswer } from '../ports.ts';

const DOING = 'asking the model';

type Sdk = typeof import('@anthropic-ai/sdk');

/** A model at any endpoint that speaks the Messages API; without `baseUrl`, Anthropic's own. */
export function createModel(options: { readonly apiKey: string; readonly baseUrl: string | null }): Model {
  let opened: Promise<{ readonly sdk: Sdk; readonly client: Anthropic }> | null = null;
  return {
    ask: async ({ system, tools, messages }, { model, maxTokens, effort, signal }) => {
      const { sdk, client } = await (opened ??= openClient(options));
      try {
        const stream = client.messages.stream(
          {
            model,
            max_tokens: maxTokens,
            system,
            messages,
            tools: [...tools],
            // What the model says between tool calls comes as thoughts, and empty ones unless asked for.
            thinking: { type: 'adaptive', display: 'summarized' },
            output_config: { effort },
            cache_control: { type: 'ephemeral' },
          },
          { signal },
        );
        return readMessage(await stream.finalMessage());
      } catch (error) {
        throw explain(sdk, error, model, signal);
      }
    },
  };
}

/** Loaded with the first question: the client of the API is a third of what a worker loads, and many workers never ask. */
async function openClient(options: { readonly apiKey: string; readonly baseUrl: string | null }): Promise<{ sdk: Sdk; client: Anthropic }> {
  const sdk = await import('@anthropic-ai/sdk');
  const client = new sdk.default({
    apiKey: options.apiKey,
    // The queue tries again, with a message in the thread; two tries within a call are for a hiccup.
    maxRetries: 2,
    ...(options.baseUrl === null ? {} : { baseURL: options.baseUrl }),
  });
  return { sdk, client };
}

function readMessage(message: Anthropic.Message): ModelAnswer {
  const { usage } = message;
  // A call that max_tokens cut in the middle cannot be trusted to mean what its first half says.
  const whole = message.stop_reason === 'max_tokens' ? message.content.filter((block) => block.type !== 'tool_use') : message.content;
  return {
    content: whole.flatMap(readBlock),
    stopReason: message.stop_reason ?? 'end_turn',
    usage: {
      input: usage.input_tokens,
      cacheRead: usage.cache_read_input_tokens ?? 0,
      cacheWrite: usage.cache_creation_input_tokens ?? 0,
      output: usage.output_tokens,
    },
  };
}

function readBlock(block: Anthropic.ContentBlock): SaidBlock[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: block.text }];
    case 'thinking':
      return [{ type: 'thinking', thinking: block.thinking, signature: block.signature }];
    case 'tool_use':
      return [{ type: 'tool_use', id: block.id, name: block.name, input: toRecord(block.input) }];
    default:
      return [];
  }
}

function toRecord(input: unknown): Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as Record<string, unknown>) : { value: input };
}

function explain(sdk: Sdk, cause: unknown, model: string, signal: AbortSignal | undefined): unknown {
  if (cause instanceof sdk.APIUserAbortError || signal?.aborted === true) {
    return new ReprobotError({ code: 'cancelled', doing: DOING, why: 'it was stopped', cause });
  }
  if (cause instanceof sdk.APIConnectionError || !(cause instanceof sdk.APIError)) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? 'the connection broke') : 'the connection broke';
    return new ReprobotError({ code: 'model.unavailable', doing: DOING, why, transient: true, cause });
  }
  const status = cause.status as number | undefined;
  const why = describeError(cause);
  if (status === undefined || status === 408 || status === 429 || status >= 500) {
    return new ReprobotError({ code: 'model.unavailable', doing: DOING, why, transient: true, cause });
  }
  const remedy =
    status === 401 || status === 403
      ? 'Correct ANTHROPIC_API_KEY in .env and start the workers again.'
      : status === 404
        ? `Name a model that this key may use instead of ${model} (reprobot.yaml, model).`
        : 'The log of the worker has the whole answer.';
  return new ReprobotError({ code: 'model.refused', doing: DOING, why, remedy, cause });
}

/** The provider's own sentence, without the JSON around it. */
function describeError(error: APIError): string {
  const message: unknown = Reflect.get(Object(Reflect.get(Object(error.error), 'error')), 'message');
  const status = error.status === undefined ? '' : `HTTP ${String(error.status)}: `;
  return `${status}${typeof message === 'string' ? message : error.message}`.slice(0, 400);
}
