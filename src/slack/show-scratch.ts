/** Lines of SCRATCH.md as Slack shows them. Pure. */
import type { ReadScratchLine, ScratchDay } from '../core/scratch/read.ts';
import { escapeText } from './blocks.ts';

/** Characters of an answer that people still read in a channel. */
export const SHORT = 3_000;
const LINK = /\[(message|thread)\]\((https?:\/\/[^\s()<>|]{1,500})\)/g;

/** One line; what nobody but a person vouches for says so. */
export function showScratchLine({ text, isOpinion }: ReadScratchLine): string {
  const plain = text.replace(/^\s*[-*]\s+/, '');
  // A link that a person wrote may say one thing and lead to another.
  const said = isOpinion ? escapeText(plain) : showOurs(plain);
  return isOpinion ? `• _opinion:_ ${said}` : `• ${said}`;
}

function showOurs(text: string): string {
  let shown = '';
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    shown += `${decode(text.slice(from, match.index))}<${match[2]}|${match[1]}>`;
    from = match.index + match[0].length;
  }
  return shown + decode(text.slice(from));
}

/** Markdown's escapes away, Slack's on. */
function decode(text: string): string {
  const plain = text
    .replaceAll(/\\([\\`*[\]|~_])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return escapeText(plain);
}

/** Days one below the other, cut at whole lines; `isWhole` is false where something was left out. */
export function showDays(days: readonly ScratchDay[], limit = SHORT): { text: string; isWhole: boolean } {
  const lines = days.flatMap(({ day, lines: all }) => {
    let section = '';
    return [
      `*${day}*`,
      ...all.flatMap((line) => {
        const title = line.section === section || line.section === '' ? [] : [`_${escapeText(line.section)}_`];
        section = line.section;
        return [...title, showScratchLine(line)];
      }),
    ];
  });
  let used = 0;
  const kept = lines.filter((line) => (used += line.length + 1) <= limit);
  const left = lines.length - kept.length;
  return { text: left === 0 ? kept.join('\n') : `${kept.join('\n')}\n… and ${left} more lines`, isWhole: left === 0 };
}
