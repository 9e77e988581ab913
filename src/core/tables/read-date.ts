/** A point in time as a table states it. */
export interface TableDate {
  /** Milliseconds since 1970; without a zone, as if the clock ran in UTC. */
  readonly at: number;
  /** What stands behind the time: `Z`, `+09:00`, or nothing. */
  readonly zone: string | null;
  readonly hasTime: boolean;
}

const ISO =
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]{1,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s{0,2}(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;

function readZone(zone: string | undefined): { text: string | null; minutes: number } {
  if (zone === undefined) return { text: null, minutes: 0 };
  if (/^(?:z|utc)$/i.test(zone)) return { text: 'Z', minutes: 0 };
  const digits = zone.replace(':', '');
  const sign = digits.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5) || 0));
  const hours = `${digits.slice(0, 3)}:${digits.slice(3, 5) || '00'}`;
  return { text: minutes === 0 ? 'Z' : hours, minutes };
}

/** Reads year-first dates, with or without time and zone; anything else, 3/4/2024 included, is `null`, since it can mean two days. */
export function readDate(cell: string): TableDate | null {
  const text = cell.trim();
  const [, year, , month, day, hour, minute, second, fraction, zoneText] = ISO.exec(text) ?? splitCompact(text);
  if (year === undefined || month === undefined || day === undefined) return null;
  const zone = readZone(zoneText);
  const whole = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const back = new Date(whole);
  if (back.getUTCMonth() !== Number(month) - 1 || back.getUTCDate() !== Number(day)) return null;
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (h > 23 || m > 59 || s > 60) return null;
  const milliseconds = Math.floor(Number(`0.${fraction ?? '0'}`) * 1000);
  const at = whole + ((h * 60 + m - zone.minutes) * 60 + s) * 1000 + milliseconds;
  return { at, zone: zone.text, hasTime: hour !== undefined };
}

function splitCompact(text: string): (string | undefined)[] {
  const [all, year, month, day] = COMPACT.exec(text) ?? [];
  return [all, year, undefined, month, day];
}

/** The date as people write it; the time only where there is one. */
export function showDate(at: number): string {
  const text = new Date(at).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.replace(':00.000Z', '').replace('.000Z', '').replace('T', ' ');
}
