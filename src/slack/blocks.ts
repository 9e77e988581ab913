import type { KnownBlock, RichTextBlock } from '@slack/types';
import type { Button, Line, Part, Slot, Span, StepMark } from '../core/run/slots.ts';
import { showText } from '../core/show-text.ts';

/** Slack refuses a message whose blocks hold more than about 13 200 characters; staying well below leaves room for its own overhead. */
const TOTAL_BUDGET = 9_500;
const SECTION_LIMIT = 2_900;
const CODE_LIMIT = 2_600;
const FIELD_LIMIT = 400;
const MAX_BLOCKS = 45;
const BAR_CELLS = 20;

const MARKS: Readonly<Record<StepMark, string>> = {
  done: ':white_check_mark:',
  running: ':hourglass_flowing_sand:',
  waiting: ':raised_hand:',
  todo: ':white_small_square:',
  failed: ':x:',
};
const MARK_WORDS: Readonly<Record<StepMark, string>> = {
  done: '',
  running: 'running',
  waiting: 'waits for an answer',
  todo: '',
  failed: 'failed',
};

export interface RenderedSlot {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Escapes text from outside so that it can neither mention anybody, nor make a link, nor hide or turn round what it says. */
export function escapeText(text: string): string {
  return showText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An uploaded picture and what it shows in words. */
export interface ShownPicture {
  readonly file: string;
  readonly alt: string;
}

export interface RenderOptions {
  readonly mention: boolean;
  /** By the name of the part; a picture that is not here yet is left out. */
  readonly pictures?: ReadonlyMap<string, ShownPicture>;
}

/** A slot as Block Kit, within Slack's limits. Pure; what does not fit is cut with a mark, never refused. */
export function renderSlot(slot: Slot, options: RenderOptions): RenderedSlot {
  const blocks = renderParts(slot.parts, { characters: TOTAL_BUDGET, blocks: MAX_BLOCKS }, options.pictures);
  const people = options.mention ? slot.mention.map((user) => `<@${user}>`).join(' ') : '';
  if (people !== '') blocks.unshift({ type: 'section', text: { type: 'mrkdwn', text: people } });
  const text = cut(`${people === '' ? '' : `${people} `}${escapeText(slot.summary)}`, 3_000);
  return { text, blocks };
}

/** Parts as blocks, as far as there is room. */
export function renderParts(
  parts: readonly Part[],
  most: { readonly characters: number; readonly blocks: number },
  pictures?: RenderOptions['pictures'],
): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let used = 0;
  for (const part of parts) {
    const room = most.characters - used;
    if (blocks.length >= most.blocks || (room < 200 && part.kind !== 'buttons')) continue;
    const block = part.kind === 'picture' ? renderPicture(pictures?.get(part.name)) : renderPart(part, Math.max(room, 200));
    if (block === null) continue;
    used += JSON.stringify(block).length;
    blocks.push(block);
  }
  return blocks;
}

function renderPart(part: Exclude<Part, { kind: 'picture' }>, room: number): KnownBlock | null {
  switch (part.kind) {
    case 'heading':
      return part.text.trim() === ''
        ? null
        : { type: 'header', text: { type: 'plain_text', text: cut(showText(part.text), 150), emoji: false } };
    case 'text':
      return section(part.lines.map(renderLine).join('\n'), room);
    case 'quiet':
      return renderQuiet(part.lines, room);
    case 'steps':
      return section(part.items.map(renderStep).join('\n'), room);
    case 'fields':
      return part.items.length === 0 ? null : renderFields(part.items, room);
    case 'code':
      return renderCode(cut(showText(part.text), Math.min(room, CODE_LIMIT)));
    case 'bar':
      return section(renderBar(part.fraction, part.label), room);
    case 'buttons':
      return part.items.length === 0 ? null : { type: 'actions', elements: part.items.map(renderButton) };
  }
}

function renderPicture(shown: ShownPicture | undefined): KnownBlock | null {
  return shown === undefined ? null : { type: 'image', slack_file: { id: shown.file }, alt_text: cut(showText(shown.alt), 1_900) };
}

/** Slack refuses elements without text. The lines share the room. */
function renderQuiet(lines: readonly Line[], room: number): KnownBlock | null {
  const texts = lines.map(renderLine).filter((text) => text.trim() !== '');
  const elements: { type: 'mrkdwn'; text: string }[] = [];
  let left = room;
  for (const text of texts.slice(0, 10)) {
    if (left < 20) break;
    const short = cut(text, Math.min(left, 1_900));
    elements.push({ type: 'mrkdwn', text: short });
    left -= short.length;
  }
  return elements.length === 0 ? null : { type: 'context', elements };
}

function renderFields(items: readonly { readonly name: string; readonly value: string }[], room: number): KnownBlock {
  const shown = items.slice(0, 10);
  const limit = Math.min(FIELD_LIMIT, Math.max(20, Math.floor(room / shown.length)));
  const texts = shown.map((item) => cut(`*${escapeText(item.name)}*\n${escapeText(item.value)}`, limit));
  return { type: 'section', fields: texts.map((text) => ({ type: 'mrkdwn', text })) };
}

function section(text: string, room: number): KnownBlock | null {
  return text.trim() === '' ? null : { type: 'section', text: { type: 'mrkdwn', text: cut(text, Math.min(room, SECTION_LIMIT)) } };
}

/** Preformatted rich text needs no escaping and cannot be broken out of, whatever stands in it. */
export function renderCode(text: string): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: text === '' ? ' ' : showText(text) }] }],
  };
}

function renderStep(item: { label: string; mark: StepMark; detail: string }): string {
  const word = MARK_WORDS[item.mark];
  const detail = [word, item.detail]
    .filter((part) => part !== '')
    .map(escapeText)
    .join(' · ');
  const label = item.mark === 'todo' ? escapeText(item.label) : `*${escapeText(item.label)}*`;
  return `${MARKS[item.mark]} ${label}${detail === '' ? '' : ` – ${detail}`}`;
}

/** `▰▰▰▱▱▱ 42 % · step 21 of 50`. */
export function renderBar(fraction: number, label: string): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_CELLS);
  const bar = '▰'.repeat(filled) + '▱'.repeat(BAR_CELLS - filled);
  return `${bar} ${Math.floor(fraction * 100)} %${label === '' ? '' : ` · ${escapeText(label)}`}`;
}

function renderButton(button: Button) {
  const plain = (text: string, limit: number) => ({ type: 'plain_text' as const, text: cut(text, limit), emoji: false });
  return {
    type: 'button' as const,
    action_id: `run.${button.action}`,
    text: plain(button.label, 75),
    value: button.value,
    ...(button.style === undefined ? {} : { style: button.style }),
    ...(button.confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(button.confirm.title, 100),
            text: plain(button.confirm.text, 300),
            confirm: plain(button.confirm.ok, 30),
            deny: plain('Back', 30),
          },
        }),
  };
}

/** One line as mrkdwn. */
export function renderLine(line: Line): string {
  return typeof line === 'string' ? escapeText(line) : line.map(renderSpan).join('');
}

function renderSpan(span: Span): string {
  if (span.user !== undefined) return `<@${span.user}>`;
  if (span.channel !== undefined) return `<#${span.channel}>`;
  if (span.time !== undefined) return `<!date^${Math.floor(span.time / 1000)}^{date_short_pretty} {time}|${escapeText(span.text)}>`;
  const text = escapeText(span.text);
  if (text === '') return '';
  if (span.link !== undefined) return renderLink(span.link, text, span.style === 'bold');
  if (span.style === 'bold') return boldText(text);
  if (span.style === 'code') return `\`${text.replaceAll('`', "'")}\``;
  return span.style === 'strike' ? `~${text}~` : text;
}

/** A bar or a bracket in the address would end it. */
function renderLink(address: string, text: string, isBold: boolean): string {
  const link = `<${address.replace(/[\s<>|]/g, '')}|${text.replaceAll('|', '¦')}>`;
  return isBold ? `*${link}*` : link;
}

/** Slack takes stars for bold only where they touch the words. */
function boldText(text: string): string {
  const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? [];
  return words === '' ? text : `${before}*${words}*${after}`;
}

/** Cuts at a code point, never inside an escape such as `&lt;`, and says so. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = Array.from(text.slice(0, limit - 1))
    .join('')
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/&[a-z]{0,3}$/, '');
  return `${head}…`;
}
