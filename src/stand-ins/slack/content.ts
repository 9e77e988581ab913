import { ApiError, readJson, readText } from './api/method.ts';
import { isDict } from './block-rules.ts';
import { validateMessageBlocks } from './blocks-validation.ts';
import type { Context } from './context.ts';
import { showsImage } from './files.ts';
import type { Dict } from './state.ts';

const longestMarkdown = 12_000;

export interface Content {
  readonly text: string | undefined;
  readonly blocks: Dict[] | undefined;
  readonly attachments: Dict[] | undefined;
}

/** Reads and checks text, blocks and attachments of a message to be. */
export function readContent(ctx: Context, args: Dict, options: { checkTotal: boolean } = { checkTotal: true }): Content {
  const markdown = readText(args, 'markdown_text');
  const text = readText(args, 'text');
  const rawBlocks = readJson(args, 'blocks', 'invalid_blocks_format');
  const rawAttachments = readJson(args, 'attachments', 'invalid_attachments');
  if (markdown !== undefined) {
    if (text !== undefined || rawBlocks !== undefined) throw new ApiError('markdown_text_conflict');
    if (markdown.length > longestMarkdown) throw new ApiError('msg_too_long');
    return { text: markdown, blocks: [{ type: 'markdown', text: markdown, block_id: ctx.store.nextId('b') }], attachments: undefined };
  }
  return { text, blocks: readBlocks(ctx, rawBlocks, options), attachments: readAttachments(ctx, rawAttachments, options) };
}

function readBlocks(ctx: Context, raw: unknown, options: { checkTotal: boolean }): Dict[] | undefined {
  if (raw === undefined) return undefined;
  const checked = validateMessageBlocks(raw, (id) => showsImage(ctx, id), options.checkTotal);
  if (checked.error !== undefined) {
    throw new ApiError(checked.error, checked.messages.length === 0 ? {} : { response_metadata: { messages: checked.messages } });
  }
  return checked.blocks.map((block) => fillBlockId(ctx, block));
}

function readAttachments(ctx: Context, raw: unknown, options: { checkTotal: boolean }): Dict[] | undefined {
  if (raw === undefined) return undefined;
  if (!Array.isArray(raw)) throw new ApiError('invalid_attachments');
  if (raw.length > 100) throw new ApiError('too_many_attachments');
  return raw.map((attachment: unknown, index) => {
    if (!isDict(attachment)) throw new ApiError('invalid_attachments');
    const blocks = attachment['blocks'] === undefined ? {} : { blocks: readBlocks(ctx, attachment['blocks'], options) };
    return { id: index + 1, ...attachment, ...blocks };
  });
}

// Slack makes a block_id up where it is missing.
function fillBlockId(ctx: Context, block: Dict): Dict {
  return typeof block['block_id'] === 'string' && block['block_id'] !== '' ? block : { ...block, block_id: ctx.store.nextId('b') };
}
