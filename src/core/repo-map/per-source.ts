import type { Source } from './sources.ts';

/** The same question, whose answer for each source is kept: what many entries reach is asked about once an entry. */
export function keepPerSource<T>(read: (source: Source) => T): (source: Source) => T {
  const kept = new WeakMap<Source, { readonly answer: T }>();
  return (source) => {
    const known = kept.get(source);
    if (known !== undefined) return known.answer;
    const answer = read(source);
    kept.set(source, { answer });
    return answer;
  };
}
