/** The holes of a command: words that only the reader can fill in. Pure. */
import { roleOf } from '../repo-map/arguments/roles.ts';
import { isPlaceholder } from '../repo-map/commands/shell-words.ts';
import type { EntryArgument } from '../repo-map/schema.ts';

/** False for a place of data that only the author's machine has: nothing, a hole, or an absolute path. */
function isUsable(place: string | null): boolean {
  return place !== null && place !== '' && !place.startsWith('/') && !isPlaceholder(place);
}

/** A value that stands for data in words of its own. */
const DATA_HOLE = /data|corpus|image|video|audio|scene|colmap/i;

/**
 * Leaves out options whose value only the reader knows, so that the program's own defaults count. What it insists on stays to be filled in,
 * and so does the place of the data where the program has none of its own.
 */
export function dropPlaceholders(words: readonly string[], known: readonly EntryArgument[]): string[] {
  const isKept = (option: string, hole: string) => {
    const name = option.split('=')[0] ?? option;
    const argument = known.find((item) => [item.name, ...item.aliases].includes(name));
    if (argument?.required === true) return true;
    if (argument === undefined) return known.length > 0 && roleOf(name) !== 'output' && DATA_HOLE.test(hole);
    return argument.role === 'data' && !isUsable(argument.default);
  };
  const isOption = (word: string | undefined) => word?.startsWith('-') === true;
  const start = words.findIndex((word) => /\.(py|sh|bash|sbatch|slurm)$/.test(word));
  return words.filter((word, index) => {
    if (index <= start) return true;
    const next = words[index + 1];
    const before = words[index - 1];
    const takesPlaceholder = isOption(word) && !word.includes('=') && next !== undefined && isPlaceholder(next);
    if (takesPlaceholder) return isKept(word, next);
    if (!isPlaceholder(word)) return true;
    if (isOption(word)) return isKept(word, word);
    if (before !== undefined && isOption(before) && !before.includes('=')) return isKept(before, word);
    // In brackets stands what may be left out.
    if (/^\.\.\.$|^…$|^\$|^\[.*\]$/.test(word)) return false;
    // Names of settings stay only where nothing else is known to be possible: `data=<path>` of hydra has a default in its file.
    return !/^[\w.+]+=/.test(word);
  });
}

/** What `dropPlaceholders` left out of the words, as it was typed: an option with its hole, or a hole alone. */
export function listLeftOut(words: readonly string[], kept: readonly string[]): string[] {
  const left: string[] = [];
  let next = 0;
  let isOpen = false;
  for (const word of words) {
    if (word === kept[next]) {
      next += 1;
      isOpen = false;
    } else if (isOpen) {
      left.push(`${left.pop() ?? ''} ${word}`);
      isOpen = false;
    } else {
      left.push(word);
      isOpen = word.startsWith('-') && !word.includes('=');
    }
  }
  return left;
}
