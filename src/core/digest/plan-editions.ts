/** Which digest of a project is due. Pure: the project's journal and the clock decide, so that a missed tick or a second worker changes nothing. */
import type { ProjectEvent } from '../project/events.ts';
import { dayOf, isSunday, momentOf, shiftDay, weekOf, type Day } from './clock.ts';
import type { DigestPlan } from './settings.ts';

type Due = Extract<ProjectEvent, { type: 'digest.due' }>;

/** `2026-11-27`, `2026-W48`, or `now-…` for one that somebody asked for. */
export interface Edition {
  readonly edition: string;
  /** The first moment that it tells of, and the first that it does not. */
  readonly from: number;
  readonly to: number;
}

export interface EditionPlan {
  readonly due: Edition | null;
  /** When the next one comes, in epoch milliseconds; null while it is off. */
  readonly next: number | null;
}

const DAY_MS = 24 * 3_600_000;
/** A command may have been given a little before it is in its journal: so long a digest waits after its hour, and so long before now it ends. */
const SETTLE_MS = 30_000;

/**
 * Each day's hour counts once, by the clock of the zone. What was missed is told by one digest and not by one for each day; where a Sunday
 * was missed and the weekly edition is on, by that.
 */
export function planEditions(plan: DigestPlan, events: readonly ProjectEvent[], now: number): EditionPlan {
  if (!plan.on) return { due: null, next: null };
  const told = listCalendar(events);
  return { due: findDue(plan, told, now), next: findNext(plan, told, now) };
}

/** One that somebody asks for out of turn: what happened since the last one. The next one tells that once more. */
export function planOnDemand(plan: DigestPlan, events: readonly ProjectEvent[], id: string, now: number): Edition {
  return { edition: `now-${id}`, from: Math.min(findLastEnd(listCalendar(events)) ?? findHourBefore(plan, now), now - 1), to: now };
}

/** Those that came by the calendar. */
function listCalendar(events: readonly ProjectEvent[]): Due[] {
  return events.flatMap((event) => (event.type === 'digest.due' && !isOnDemand(event.edition) ? [event] : []));
}

export function isWeekly(edition: string): boolean {
  return edition.includes('-W');
}

export function isOnDemand(edition: string): boolean {
  return edition.startsWith('now-');
}

function findDue(plan: DigestPlan, told: readonly Due[], now: number): Edition | null {
  const last = findLastHour(plan, now - SETTLE_MS);
  if (last === null || isTold(last.day, told)) return null;
  const covered = findLastEnd(told);
  if (last.at <= Math.max(covered ?? 0, plan.since ?? 0)) return null;
  const floor = plan.onSince === null ? null : findHourBefore(plan, plan.onSince);
  const from = covered === null && floor === null ? findHourBefore(plan, last.at) : Math.max(covered ?? 0, floor ?? 0);
  const sunday = plan.weekly ? findMissedSunday(plan, told, last, from) : null;
  const to = now - SETTLE_MS;
  if (sunday === null) return { edition: last.day, from, to };
  const before = told.findLast(({ edition }) => isWeekly(edition))?.to ?? 0;
  return { edition: weekOf(sunday), from: Math.min(from, Math.max(before, last.at - 7 * DAY_MS)), to };
}

/** The latest Sunday whose hour lies between what was told and now. */
function findMissedSunday(plan: DigestPlan, told: readonly Due[], last: { day: Day }, from: number): Day | null {
  for (let back = 0; back < 7; back += 1) {
    const day = shiftDay(last.day, -back);
    const at = momentOf(day, plan.hour, plan.zone);
    if (at !== null && at <= Math.max(from, plan.since ?? 0)) return null;
    if (at !== null && isSunday(day)) return isTold(day, told) ? null : day;
  }
  return null;
}

function findNext(plan: DigestPlan, told: readonly Due[], now: number): number {
  for (let day = shiftDay(dayOf(now, plan.zone), -1); ; day = shiftDay(day, 1)) {
    const at = momentOf(day, plan.hour, plan.zone);
    if (at !== null && at > now && !isTold(day, told)) return at;
  }
}

/** Whether the day had its digest: its own, or on a Sunday that of its week. */
function isTold(day: Day, told: readonly Due[]): boolean {
  return told.some(({ edition }) => edition === day || (isSunday(day) && edition === weekOf(day)));
}

function findLastEnd(told: readonly Due[]): number | null {
  return told.length === 0 ? null : Math.max(...told.map(({ to }) => to));
}

/** The last time before `at` at which it was the digest's hour. */
function findLastHour(plan: DigestPlan, at: number): { day: Day; at: number } | null {
  const today = dayOf(at, plan.zone);
  for (let back = -1; back < 4; back += 1) {
    const day = shiftDay(today, -back);
    const moment = momentOf(day, plan.hour, plan.zone);
    if (moment !== null && moment <= at) return { day, at: moment };
  }
  return null;
}

function findHourBefore(plan: DigestPlan, at: number): number {
  return findLastHour(plan, at - 1)?.at ?? at - DAY_MS;
}
