/** The words that mean "no value" in a CSV; pandas' list, plus what people type. */
const MISSING = new Set('|#n/a|#n/a n/a|#na|-1.#ind|-1.#qnan|-nan|1.#ind|1.#qnan|<na>|n/a|na|nan|nat|none|null|?'.split('|'));
const NUMBER = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,5})?$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** What a cell says: a number (infinite included), `null` for a missing value, or the text itself. */
export function readCell(cell: string): number | null | string {
  const text = cell.trim();
  if (NUMBER.test(text)) return Number(text);
  const word = text.toLowerCase();
  if (MISSING.has(word)) return null;
  if (word === 'true' || word === 'false') return word === 'true' ? 1 : 0;
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return text;
}
