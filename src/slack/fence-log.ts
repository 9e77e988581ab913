import { redactText } from '../core/redact.ts';
import { showText } from '../core/show-text.ts';
import { escapeText } from './blocks.ts';

/** What an ephemeral answer holds. */
const MOST_TEXT = 3_500;

/** The last lines that fit; what a progress bar overwrote is left out, and nothing in it ends the block. */
export function fenceLog(text: string, count: number): string {
  const clean = redactText(text)
    .split('\n')
    .map((line) => showText(line.split('\r').findLast((piece) => piece !== '') ?? '').replaceAll('```', "'''"));
  if (clean.at(-1) === '') clean.pop();
  let shown = clean.slice(-count).join('\n');
  if (shown.length > MOST_TEXT) shown = `…${shown.slice(-MOST_TEXT)}`;
  return `\`\`\`\n${escapeText(shown)}\n\`\`\``;
}
