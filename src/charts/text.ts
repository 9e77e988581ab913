import { showText } from '../core/show-text.ts';

/** The font that pictures are written in; its family name in the file. */
export const FONT = 'DejaVu Sans Condensed';
/** What the font has no letters for; every other one would be drawn as nothing at all. */
const UNDRAWABLE = /[^\t\n -\u052F\u1D00-\u1FFF\u2010-\u2027\u2030-\u205E\u2070-\u209C\u20A0-\u20BF\u2100-\u27BF]/gu;

/** Text from anywhere as it may stand in a picture: one line, nothing hidden, a box for each letter that the font lacks. */
export function cleanText(text: string): string {
  const shown = showText(text.slice(0, 400).toWellFormed()).slice(0, 400);
  return guardName(shown.toWellFormed().replaceAll(/\s+/g, ' ').trim().replaceAll(UNDRAWABLE, '\u25A1'));
}

// The library remembers widths of texts as properties of a plain object: `__proto__` as a text would change all objects of this process.
function guardName(text: string): string {
  return text in {} ? `${text} ` : text;
}

/** Width in pixels, near enough for layout. */
export function measureText(text: string, size: number): number {
  let width = 0;
  for (const letter of text) width += widthOf(letter);
  return width * size;
}

function widthOf(letter: string): number {
  if (/[ijl|'.,:;!I]/.test(letter)) return 0.28;
  if (/[ftr ()[\]{}/\\-]/.test(letter)) return 0.36;
  if (/[mwMW@%+=<>~\u2190-\u27BF]/.test(letter)) return 0.8;
  if (/[A-Z]/.test(letter)) return 0.65;
  return 0.57;
}

/** Cuts in the middle, since names of metrics and runs mostly differ at their ends. */
export function fitText(text: string, width: number, size: number): string {
  const letters = Array.from(text);
  if (measureText(text, size) <= width) return text;
  let keep = letters.length;
  while (keep > 2) {
    keep -= 1;
    const head = Math.ceil(keep / 2);
    const short = `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (keep - head)).join('')}`;
    if (measureText(short, size) <= width) return short;
  }
  return '…';
}

/** Breaks at blanks into at most `most` lines; the last one is cut where there is more. */
export function wrapText(text: string, width: number, size: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  const words = text.split(' ');
  for (const [index, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && measureText(longer, size) > width) {
      if (lines.length === most - 1) return [...lines.map(guardName), fitText([line, ...words.slice(index)].join(' '), width, size)];
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, fitText(line, width, size)].map(guardName);
}

/** A number as an axis says it: short, with k and M for thousands and millions. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e9 || size < 1e-3)
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
  return String(Number(value.toPrecision(4)));
}

const MAX_TIME = 8.64e15;

/** A moment in UTC, as coarse as the stretch shown allows. */
export function formatMoment(ms: number, span: number): string {
  const iso = new Date(Math.min(MAX_TIME, Math.max(-MAX_TIME, ms))).toISOString();
  const [day, clock] = [iso.slice(5, 10), iso.slice(11, 16)];
  if (span < 600_000) return iso.slice(11, 19);
  return span < 36 * 3_600_000 ? clock : span < 6 * 86_400_000 ? `${day} ${clock}` : iso.slice(0, 10);
}
