import { HOLE, INSIDE, NUMBER, ONE, STAR, WORDS } from './marks.ts';

/**
 * Whether a name typed with globs may be a name that `pattern` (with `*`) describes. A hole stands for itself only: what is not known at all is
 * asked about, what is half spelled out is recognised.
 */
export function mayMatch(name: string, pattern: string): boolean {
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

function matches(name: string, pattern: string): boolean {
  const rows = name.length + 1;
  const columns = pattern.length + 1;
  if (rows * columns > 20_000) return false;
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
