// No column has such a name; one that had would only be written as infinity.
const INFINITE = '\u0001infinite\u0001';

/** JSON in which infinity is `1e999`, which JSON readers take and read as infinity; NaN is `null`. */
export function renderNumbersJson(value: unknown): string {
  const mark = (_key: string, item: unknown) => (item === Infinity ? INFINITE : item === -Infinity ? `-${INFINITE}` : item);
  const text = JSON.stringify(value, mark, 2);
  return text.replaceAll(JSON.stringify(INFINITE), '1e999').replaceAll(JSON.stringify(`-${INFINITE}`), '-1e999');
}
