import type { Entry, Setting } from '../diary/entry.ts';
import type { Told } from './compose.ts';
import { compareSettings } from './follow-settings.ts';
import type { Lesson, Moment, SettingChange } from './schema.ts';

/** Types of events that sum up what is different, as settings tell it piece by piece or changes told before. */
const SUMS: ReadonlySet<string> = new Set(['env.planned', 'sample.planned', 'step.done']);

/** A failure that nothing has come of yet. */
interface Open {
  readonly failure: Moment;
  readonly changes: Moment[];
  readonly settings: SettingChange[];
}

interface Measured {
  readonly moment: Moment;
  readonly settings: readonly Setting[];
}

interface Learner {
  /** By run and part of it. */
  readonly open: Map<string, Map<string, Open>>;
  /** By what was worked on, so that a run goes on where the one before ended. */
  readonly measured: Map<string, Measured>;
  readonly changesSince: Map<string, Moment[]>;
  readonly lessons: Lesson[];
}

/** What each change did: to a failure that called for it, and to what was measured before. In the order in which it became known. */
export function learn(told: readonly Told[]): Lesson[] {
  const learner: Learner = { open: new Map(), measured: new Map(), changesSince: new Map(), lessons: [] };
  for (const one of told) if (one.moment.run !== null) take(learner, one, one.moment.run);
  return learner.lessons;
}

function take(learner: Learner, { entry, moment, settings }: Told, run: string): void {
  const open = obtain(learner.open, run, () => new Map<string, Open>());
  for (const one of open.values()) {
    if (isChange(entry)) one.changes.push(moment);
    one.settings.push(...moment.settings);
  }
  if (isChange(entry)) obtain(learner.changesSince, entry.about, () => []).push(moment);
  const { of = '', end = null } = entry.attempt ?? {};
  if (end !== null) settle(learner, open, moment, run, of, end);
  if (moment.kind === 'result' && moment.figures.length > 0) measure(learner, entry.about, { moment, settings }, run);
}

/** Whether an entry tells of a change that somebody or something made, rather than of all there is. A new attempt of a loop is one: it has an
 *  idea or files of its own. */
function isChange({ kind, source }: Entry): boolean {
  return source.event === 'loop.attempt_started' || (kind === 'change' && !SUMS.has(source.event));
}

function settle(learner: Learner, open: Map<string, Open>, moment: Moment, run: string, part: string, end: 'done' | 'failed'): void {
  const before = open.get(part);
  if (before !== undefined) {
    const as = end === 'done' ? 'fixed' : moment.topic === before.failure.topic ? 'same failure' : 'another failure';
    learner.lessons.push({
      id: `${moment.id}:${part}`,
      run,
      at: moment.at,
      failure: before.failure.id,
      changes: before.changes.map(({ id }) => id),
      settings: mergeChanges(before.settings),
      outcome: moment.id,
      as,
      effects: [],
    });
  }
  if (end === 'done') open.delete(part);
  else open.set(part, { failure: moment, changes: [], settings: [] });
}

function measure(learner: Learner, about: string, now: Measured, run: string): void {
  const before = learner.measured.get(about);
  const changes = learner.changesSince.get(about) ?? [];
  learner.measured.set(about, now);
  learner.changesSince.set(about, []);
  if (before === undefined) return;
  const settings = compareSettings(before.settings, now.settings);
  const common = now.moment.figures.flatMap(({ name, unit, value }) => {
    const was = before.moment.figures.find((figure) => figure.name === name && figure.unit === unit);
    if (was === undefined) return [];
    return [{ name, unit, before: was.value, after: value, beforeMoment: before.moment.id, afterMoment: now.moment.id }];
  });
  // The same work measured twice teaches nothing about a change, whatever was changed and taken back on the way.
  if (common.length === 0 || settings.length === 0) return;
  learner.lessons.push({
    id: `${now.moment.id}:measured`,
    run,
    at: now.moment.at,
    failure: null,
    changes: changes.map(({ id }) => id),
    settings,
    outcome: now.moment.id,
    as: 'measured',
    effects: common.filter((effect) => effect.before !== effect.after),
  });
}

/** Several changes of one thing become one, from the first value to the last. */
function mergeChanges(changes: readonly SettingChange[]): SettingChange[] {
  const merged = new Map<string, SettingChange>();
  for (const change of changes) {
    const key = `${change.group} ${change.name}`;
    merged.set(key, { ...change, before: (merged.get(key) ?? change).before });
  }
  return [...merged.values()].filter(({ before, after }) => before !== after);
}

function obtain<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
