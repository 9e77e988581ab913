import type { Dict } from './state.ts';
import type { Store } from './store.ts';

type Piece =
  | { readonly kind: 'text' | 'code' | 'pre'; readonly text: string }
  | { readonly kind: 'token'; readonly mrkdwn: string; readonly element: Dict };

const token =
  /```([\s\S]+?)```|`([^`\n]+)`|<@([UW]\w+)(?:\|[^>]*)?>|<#([CDG]\w+)(?:\|[^>]*)?>|<!(here|channel|everyone)>|<(https?:\/\/[^|>\s]+)(?:\|([^>]*))?>|(https?:\/\/[^\s<>]+)|(?<![\w@])@([a-z0-9][a-z0-9._-]*)|(?<![\w#])#([a-z0-9][a-z0-9_-]*)|(?<![\w:]):([a-z+-][a-z0-9_+-]*):/gi;

/** What a person typed, as Slack stores it: escaped mrkdwn text and one rich_text block. */
export interface HumanText {
  readonly text: string;
  readonly blocks: Dict[];
}

// The three characters that mrkdwn treats specially.
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

// Pages send text in Slack's encoding, scripts often plain; reading either gives the same words.
function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Reads what a person typed: mentions by @name or by id, channels, links, code; everything else is plain. */
export function readHumanText(store: Store, typed: string, blockId: string): HumanText {
  const pieces = splitPieces(store, typed);
  const text = pieces.map((piece) => (piece.kind === 'token' ? piece.mrkdwn : wrapCode(piece.kind, escapeText(piece.text)))).join('');
  return { text, blocks: [{ type: 'rich_text', block_id: blockId, elements: buildElements(pieces) }] };
}

function wrapCode(kind: 'text' | 'code' | 'pre', text: string): string {
  return kind === 'text' ? text : kind === 'code' ? `\`${text}\`` : `\`\`\`${text}\`\`\``;
}

function splitPieces(store: Store, typed: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of typed.matchAll(token)) {
    const piece = readToken(store, match);
    if (piece === undefined) continue;
    if (match.index > end) pieces.push({ kind: 'text', text: unescapeText(typed.slice(end, match.index)) });
    pieces.push(piece);
    end = match.index + match[0].length;
    // A full stop after an address belongs to the sentence.
    if (piece.kind === 'token' && piece.element['type'] === 'link' && match[8] !== undefined)
      end -= match[8].length - trimUrl(match[8]).length;
  }
  if (end < typed.length) pieces.push({ kind: 'text', text: unescapeText(typed.slice(end)) });
  return pieces;
}

function trimUrl(url: string): string {
  return url.replace(/[.,;:!?)'"”’]+$/, '');
}

function readToken(store: Store, match: RegExpExecArray): Piece | undefined {
  const [, pre, code, userId, channelId, broadcast, wrapped, label, bare, userName, channelName, emoji] = match;
  if (pre !== undefined) return { kind: 'pre', text: unescapeText(pre) };
  if (code !== undefined) return { kind: 'code', text: unescapeText(code) };
  const user = userId === undefined ? store.data.users.find((one) => one.name === userName?.toLowerCase()) : store.user(userId);
  if (user !== undefined) return { kind: 'token', mrkdwn: `<@${user.id}>`, element: { type: 'user', user_id: user.id } };
  const channel =
    channelId === undefined
      ? store.data.channels.find((one) => one.kind !== 'im' && one.name === channelName?.toLowerCase())
      : store.channel(channelId);
  if (channel !== undefined) {
    return { kind: 'token', mrkdwn: `<#${channel.id}|${channel.name}>`, element: { type: 'channel', channel_id: channel.id } };
  }
  if (broadcast !== undefined) return { kind: 'token', mrkdwn: `<!${broadcast}>`, element: { type: 'broadcast', range: broadcast } };
  if (emoji !== undefined) return { kind: 'token', mrkdwn: `:${emoji}:`, element: { type: 'emoji', name: emoji } };
  const encoded = wrapped ?? (bare === undefined ? undefined : trimUrl(bare));
  if (encoded === undefined) return undefined;
  const url = unescapeText(encoded);
  const named = label === undefined ? {} : { text: label };
  return {
    kind: 'token',
    mrkdwn: `<${escapeText(url)}${label === undefined ? '' : `|${escapeText(label)}`}>`,
    element: { type: 'link', url, ...named },
  };
}

function buildElements(pieces: readonly Piece[]): Dict[] {
  const elements: Dict[] = [];
  let section: Dict[] = [];
  const closeSection = (): void => {
    if (section.length > 0) elements.push({ type: 'rich_text_section', elements: section });
    section = [];
  };
  for (const piece of pieces) {
    if (piece.kind === 'pre') {
      closeSection();
      elements.push({ type: 'rich_text_preformatted', elements: [{ type: 'text', text: piece.text.replace(/^\n/, '') }], border: 0 });
    } else if (piece.kind === 'token') section.push(piece.element);
    else if (piece.kind === 'code') section.push({ type: 'text', text: piece.text, style: { code: true } });
    else section.push(...styleText(piece.text));
  }
  closeSection();
  return elements;
}

const styled = /(?<![\w*_~])(?:\*(\S[^*\n]*)\*|_(\S[^_\n]*)_|~(\S[^~\n]*)~)(?![\w*_~])/g;

function styleText(text: string): Dict[] {
  const elements: Dict[] = [];
  let end = 0;
  for (const match of text.matchAll(styled)) {
    const [whole, bold, italic, strike] = match;
    if (match.index > end) elements.push({ type: 'text', text: text.slice(end, match.index) });
    const style = bold !== undefined ? { bold: true } : italic !== undefined ? { italic: true } : { strike: true };
    elements.push({ type: 'text', text: bold ?? italic ?? strike ?? '', style });
    end = match.index + whole.length;
  }
  if (end < text.length) elements.push({ type: 'text', text: text.slice(end) });
  return elements;
}
