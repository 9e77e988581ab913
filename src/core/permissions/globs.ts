import { HOLE, INSIDE, NUMBER, ONE, STAR, WORDS } from './marks.ts';

const MARKED = /[\uE000-\uE006]/;
const compiled = new Map<string, RegExp>();

/** Patterns are ours and few; names are anybody's. */
function compile(pattern: string): RegExp {
  const known =
    compiled.get(pattern) ?? new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`, 's');
  compiled.set(pattern, known);
  return known;
}

/**
 * Whether a name typed with globs may be a name that `pattern` (with `*`) describes. A hole stands for itself only: what is not known at all is
 * asked about, what is half spelled out is recognised.
 */
export function mayMatch(name: string, pattern: string): boolean {
  if (!MARKED.test(name)) return pattern.includes('*') ? compile(pattern).test(name) : name === pattern;
  if (/^[\uE000\uE001]/.test(name) && pattern.startsWith('.')) return false;
  const known = name.replaceAll(/[\uE000-\uE006]/g, '');
  if (name !== known && pattern !== '*') {
    // A glob of hardly a letter says nothing about what is meant, and a mere ending says no more.
    const plain = pattern.replaceAll('*', '');
    if (/^\uE000\.\w{1,10}$/.test(name) || known.replace(/^\./, '').length < Math.max(2, plain.length / 3)) return false;
    return matches(name, plain);
  }
  return matches(name, pattern);
}

const MAX_NAME = 300;

function matches(typed: string, pattern: string): boolean {
  const name = typed.replaceAll(/\uE000+/g, STAR);
  // No file system knows longer names.
  if (name.length > MAX_NAME) return false;
  const columns = pattern.length + 1;
  const seen = new Set<number>();
  const walk = (i: number, j: number): boolean => {
    if (i === name.length && j === pattern.length) return true;
    const key = i * columns + j;
    if (seen.has(key)) return false;
    seen.add(key);
    const letter = name[i];
    const wanted = pattern[j];
    if (letter === STAR && (walk(i + 1, j) || (wanted !== undefined && walk(i, j + 1)))) return true;
    if (wanted === '*' && (walk(i, j + 1) || (letter !== undefined && walk(i + 1, j)))) return true;
    if (letter === undefined || wanted === undefined) return false;
    const same = letter === wanted || letter === ONE || (letter === NUMBER && /\d/.test(wanted));
    return same && letter !== HOLE && letter !== WORDS && letter !== INSIDE && walk(i + 1, j + 1);
  };
  return walk(0, 0);
}

/** Whether the components of a path hold those of a pattern one behind the other, anywhere. */
export function holdsPattern(parts: readonly string[], pattern: readonly string[]): boolean {
  return parts.some((_, start) =>
    pattern.every((wanted, index) => parts[start + index] !== undefined && mayMatch(parts[start + index]!, wanted)),
  );
}
