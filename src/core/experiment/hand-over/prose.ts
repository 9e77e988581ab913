import type { HandOver } from './index.ts';
import { Words, type Fault } from './parts.ts';

/** Where a hand-over speaks to people about what was seen. What is planned stands under other names. */
const PROSE = new Set(['summary', 'why']);
const LONGEST = 1200;
const LIMIT = Words.maxLength ?? LONGEST;

/** The hand-over with its prose changed; nothing else of it is touched. */
export function mapProse(handOver: HandOver, change: (text: string) => string): HandOver {
  return mapWithin(handOver, change) as HandOver;
}

function mapWithin(value: unknown, change: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapWithin(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      PROSE.has(key) && typeof item === 'string' ? change(item).slice(0, LIMIT) : mapWithin(item, change),
    ]),
  );
}

/** Prose that nobody would read to its end. */
export function checkProse(handOver: HandOver): Fault[] {
  const faults: Fault[] = [];
  mapProse(handOver, (text) => {
    if (text.length > LONGEST) faults.push({ at: `“${text.slice(0, 40)}…”`, message: `${text.length} characters; at most ${LONGEST}` });
    return text;
  });
  return faults;
}
