import { showText } from '../core/show-text.ts';

/** Messages of the thread as lines for a terminal. */
interface Block {
  readonly type?: string;
  readonly text?: { readonly text?: string };
  readonly fields?: readonly { readonly text?: string }[];
  readonly elements?: readonly Element[];
  readonly alt_text?: string;
}
interface Element {
  readonly type?: string;
  readonly text?: string | { readonly text?: string };
  readonly action_id?: string;
  readonly value?: string;
  readonly elements?: readonly Element[];
}

/** Lines of one message; Slack’s markup becomes plain text. Unknown blocks give nothing. */
export function drawMessage(message: {
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly files: readonly { name: string; title: string }[];
}): string[] {
  const lines = message.blocks.length === 0 ? [readMarkup(message.text)] : message.blocks.flatMap((block) => drawBlock(block as Block));
  return [...lines, ...message.files.map((file) => `[file] ${file.title || file.name}`)]
    .flatMap((line) => showText(line).split('\n'))
    .filter((line) => line.trim() !== '');
}

function drawBlock(block: Block): string[] {
  switch (block.type) {
    case 'header':
      return [`== ${block.text?.text ?? ''} ==`];
    case 'section':
      return [
        ...(block.text?.text === undefined ? [] : [readMarkup(block.text.text)]),
        ...(block.fields ?? []).map((field) => readMarkup(field.text ?? '').replace('\n', ': ')),
      ];
    case 'image':
      return [`[picture] ${block.alt_text ?? ''}`];
    case 'context':
      return (block.elements ?? []).map((element) => readMarkup(textOf(element)));
    case 'rich_text':
      return (block.elements ?? []).flatMap((element) =>
        (element.elements ?? [])
          .map(textOf)
          .join('')
          .split('\n')
          .map((line) => `    ${line}`),
      );
    default:
      return [];
  }
}

function textOf(element: Element): string {
  return typeof element.text === 'string' ? element.text : (element.text?.text ?? '');
}

const SIGNS: Readonly<Record<string, string>> = {
  white_check_mark: '✓',
  hourglass_flowing_sand: '…',
  raised_hand: '?',
  white_small_square: '·',
  x: '✗',
};

function readMarkup(text: string): string {
  return text
    .replaceAll(/:([a-z_]+):/g, (code: string, name: string) => SIGNS[name] ?? code)
    .replaceAll(/<!date\^(\d{1,12})\^[^|>]*\|[^>]*>/g, (_whole, seconds: string) => showClock(new Date(Number(seconds) * 1000)))
    .replaceAll(/<@([A-Z0-9]+)>/g, '@$1')
    .replaceAll(/<(?:[^|>]+\|)?([^>]+)>/g, '$1')
    .replaceAll(/(^|\s)\*([^*\n]+)\*/g, '$1$2')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** The reader's own clock, as Slack would show it. */
function showClock(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

export interface Press {
  readonly blockId: string;
  readonly actionId: string;
  readonly value: string;
}

/** The button of a message with this action, or null. */
export function findButton(message: { readonly blocks: readonly unknown[] }, actionId: string): Press | null {
  for (const block of message.blocks as readonly (Block & { block_id?: string })[]) {
    const button = block.type === 'actions' ? block.elements?.find((element) => element.action_id === actionId) : undefined;
    if (button !== undefined) return { blockId: block.block_id ?? '', actionId, value: button.value ?? '' };
  }
  return null;
}
