/** What a clock on the wall shows somewhere, and when it shows it. Pure; the zones are those of the runtime. */
import { DateTime, IANAZone } from 'luxon';

/** A day of the calendar, `2026-11-27`. */
export type Day = string;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Whether clocks are known there: `Europe/Berlin`, `UTC`. */
export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

/** A zone as it is written, whatever case somebody typed it in; null where there is no such zone. */
export function findZone(typed: string): string | null {
  if (isZone(typed) && /[A-Z]/.test(typed)) return typed;
  return isZone(typed) ? new Intl.DateTimeFormat('en', { timeZone: typed }).resolvedOptions().timeZone : null;
}

/** The day that it is there. */
export function dayOf(at: number, zone: string): Day {
  return DateTime.fromMillis(at, { zone }).toISODate() ?? '';
}

/** What the clock shows there, `HH:MM`. */
export function timeOf(at: number, zone: string): string {
  return DateTime.fromMillis(at, { zone }).toFormat('HH:mm');
}

/** Another day so many days later; the calendar alone, whatever clocks do. */
export function shiftDay(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** `2026-W48`. */
export function weekOf(day: Day): string {
  const { weekYear, weekNumber } = DateTime.fromISO(day, { zone: 'utc' });
  return `${weekYear}-W${String(weekNumber).padStart(2, '0')}`;
}

export function isSunday(day: Day): boolean {
  return new Date(`${day}T00:00Z`).getUTCDay() === 0;
}

/** `Fri 27 Nov`. */
export function showDay(day: Day): string {
  return DateTime.fromISO(day, { zone: 'utc', locale: 'en-GB' }).toFormat('ccc d LLL');
}

/**
 * When the clock there shows `HH:MM` on that day, in epoch milliseconds: the first time where it shows it twice, the first minute after the
 * gap where it never does. Null for a day that does not exist there.
 */
export function momentOf(day: Day, hour: string, zone: string): number | null {
  const wanted = Date.parse(`${day}T${hour}Z`);
  const place = IANAZone.create(zone);
  const offsetAt = (at: number): number => place.offset(at) * MINUTE_MS;
  // Around a change there are two offsets; each is right for at most one of the two candidates.
  const offsets = [offsetAt(wanted - DAY_MS), offsetAt(wanted + DAY_MS)];
  const fits = offsets.map((offset) => wanted - offset).filter((at) => at + offsetAt(at) === wanted);
  if (fits.length > 0) return Math.min(...fits);
  const [before = 0, after = 0] = offsets;
  const change = findChange(wanted - Math.max(before, after), wanted - Math.min(before, after), offsetAt);
  // Where a whole day was left out, none of its minutes is in any other.
  return after - before >= DAY_MS ? null : change;
}

/** The first minute with the offset of `to`; `from` has another one. */
function findChange(from: number, to: number, offsetAt: (at: number) => number): number {
  let [low, high] = [Math.floor(from / MINUTE_MS) - 1, Math.ceil(to / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * MINUTE_MS) === offsetAt(high * MINUTE_MS)) high = middle;
    else low = middle;
  }
  return high * MINUTE_MS;
}
