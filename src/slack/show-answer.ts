/** Answers about the diary as Slack shows them: each line with the place where it stands. Pure. */
import type { Answer } from '../core/ask/answer.ts';
import type { CitedSentence } from '../core/diary/cited.ts';
import type { Entry } from '../core/diary/entry.ts';
import { dayOf, timeOf } from '../core/digest/clock.ts';
import { showPeople, type Shown } from '../core/scratch/show.ts';
import { escapeText } from './blocks.ts';

const LONGEST = 3_600;

/** `rabc#17`, as a link to its message or thread where there is one. */
export function showSource({ source, thread, message }: Entry, { linkTo }: Shown): string {
  const ref = `${source.id}#${source.version}`;
  const address = thread === null ? null : linkTo(thread.channel, message ?? thread.ts, thread.ts);
  return address === null ? `\`${ref}\`` : `<${address}|${ref}>`;
}

/** One entry with its day, its time and its place. */
export function showEntry(entry: Entry, text: string, zone: string, shown: Shown): string {
  const by = entry.by === null ? '' : ` – ${escapeText(shown.nameOf(entry.by))}`;
  const about = entry.source.of === 'run' ? `${escapeText(entry.about)}: ` : '';
  return `• ${dayOf(entry.at, zone)} ${timeOf(entry.at, zone)} ${about}${escapeText(showPeople(text, shown))}${by} (${showSource(entry, shown)})`;
}

export function showAnswer({ lead, lines }: Answer, zone: string, shown: Shown): string {
  return cutLines([`*${escapeText(lead)}*`, ...lines.map(({ entry, text }) => showEntry(entry, text, zone, shown))]);
}

/** What the model said: each sentence with what it cites, and a mark where that does not bear it out. */
export function showCited(sentences: readonly CitedSentence[], shown: Shown): string {
  if (sentences.length === 0) return 'The model had no answer to that.';
  return cutLines(
    sentences.map(({ text, cited, doubt }) => {
      const sources =
        cited.length === 0
          ? ''
          : ` (${cited
              .slice(0, 8)
              .map(({ entry }) => showSource(entry, shown))
              .join(', ')})`;
      return `${escapeText(text)}${sources}${doubt === null ? '' : ` _(not confirmed: ${escapeText(doubt)})_`}`;
    }),
  );
}

function cutLines(lines: readonly string[]): string {
  let used = 0;
  const kept = lines.filter((line) => (used += line.length + 1) <= LONGEST);
  return kept.length === lines.length ? kept.join('\n') : `${kept.join('\n')}\n… and ${lines.length - kept.length} more`;
}
