/** Composes the story of a project from the entries of its diary. Pure; the same entries always give the same story. */
import type { Entry, EntryKind, Setting } from '../diary/entry.ts';
import { listBranches } from './branches.ts';
import { SettingsFollower } from './follow-settings.ts';
import { learn } from './learn.ts';
import type { Moment, Series, SettingChange, Story, StoryRun } from './schema.ts';
import { tidyForStory } from './tidy.ts';

export interface StoryParts {
  readonly project: string;
  readonly entries: readonly Entry[];
  /** Id → display name, as far as known. */
  readonly names?: ReadonlyMap<string, string>;
  /** Address of the workspace, such as `https://lab.slack.com/`; without it there are no links. */
  readonly workspace?: string | null;
}

/** An entry as it may be published, the moment that it became, and everything that its run is done with from then on. */
export interface Told {
  readonly entry: Entry;
  readonly moment: Moment;
  readonly settings: readonly Setting[];
}

/** Every figure of the story is one of a moment's, and every moment is an entry. */
export function composeStory({ project, entries, names = new Map(), workspace = null }: StoryParts): Story {
  const followers = new Map<string, SettingsFollower>();
  const told = entries.toSorted(compareEntries).map((raw): Told => {
    const entry = tidyEntry(raw, names);
    const follower = followers.get(entry.source.id) ?? new SettingsFollower();
    followers.set(entry.source.id, follower);
    const moment = toMoment(entry, follower.tell(entry.settings ?? []), workspace);
    return { entry, moment, settings: follower.list() };
  });
  const moments = told.map(({ moment }) => moment);
  const present = new Set(moments.flatMap(({ by }) => by ?? []));
  return {
    schemaVersion: 1,
    project,
    from: moments[0]?.at ?? null,
    to: moments.at(-1)?.at ?? null,
    people: [...names]
      .filter(([id]) => present.has(id))
      .map(([id, name]) => ({ id, name: tidyForStory(name, new Map()) }))
      .sort((a, b) => compareText(a.id, b.id)),
    runs: listRuns(told, workspace),
    moments,
    series: listSeries(moments),
    lessons: learn(told),
  };
}

/** By time; of one moment, by journal and by place in it. */
function compareEntries(a: Entry, b: Entry): number {
  return a.at - b.at || compareText(a.source.id, b.source.id) || a.source.version - b.source.version || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function tidyEntry(entry: Entry, names: ReadonlyMap<string, string>): Entry {
  const { about, text, settings = [] } = entry;
  const tidy = (words: string): string => tidyForStory(words, names);
  return { ...entry, about: tidy(about), text: tidy(text), settings: settings.map((one) => ({ ...one, value: tidy(one.value) })) };
}

function toMoment(entry: Entry, settings: SettingChange[], workspace: string | null): Moment {
  const { id, at, kind, by, text, topic, commit, job, source, attempt } = entry;
  const run = source.of === 'run' ? source.id : null;
  return {
    id,
    at,
    kind,
    run,
    branch: run === null || attempt === null || attempt === undefined ? null : nameBranch(run, attempt.of, attempt.number),
    by,
    text,
    topic,
    figures: entry.figures.filter(({ value }) => Number.isFinite(value)),
    settings,
    commit,
    job,
    link: linkTo(entry, workspace),
    event: source.event,
  };
}

function nameBranch(run: string, of: string, number: number): string {
  return `${run}/${of}/${number}`;
}

function linkTo({ thread, message }: Entry, workspace: string | null): string | null {
  if (thread === null || workspace === null) return null;
  const address = `${workspace.replace(/\/$/, '')}/archives/${thread.channel}/p${(message ?? thread.ts).replace('.', '')}`;
  return message === null || message === thread.ts ? address : `${address}?thread_ts=${thread.ts}&cid=${thread.channel}`;
}

function listRuns(told: readonly Told[], workspace: string | null): StoryRun[] {
  const byRun = new Map<string, Told[]>();
  for (const one of told) {
    if (one.moment.run === null) continue;
    const known = byRun.get(one.moment.run);
    if (known === undefined) byRun.set(one.moment.run, [one]);
    else known.push(one);
  }
  return [...byRun].map(([id, ofRun]): StoryRun => {
    const [first, last] = [ofRun[0], ofRun.at(-1)];
    const end = ofRun.findLast(({ moment }) => moment.event === 'run.finished' || moment.event === 'run.resumed')?.moment;
    const verdict = end?.event === 'run.finished' ? { as: end.topic, moment: end.id } : null;
    const threaded = ofRun.find(({ entry }) => entry.thread !== null)?.entry;
    return {
      id,
      about: first?.entry.about ?? '',
      began: first?.moment.at ?? 0,
      last: last?.moment.at ?? 0,
      verdict,
      link: threaded === undefined ? null : linkTo({ ...threaded, message: null }, workspace),
      branches: listBranches(ofRun, verdict !== null),
    };
  });
}

/** The most telling kinds of figures, the best last. */
const FIRST: readonly EntryKind[] = ['cost', 'run', 'result'];

/** Results before what they cost, then by name: the same metric has the same place in every story. */
function listSeries(moments: readonly Moment[]): Series[] {
  const all = new Map<string, Series>();
  for (const { id, at, kind, figures } of moments)
    for (const { name, unit, value } of figures) {
      const key = JSON.stringify([kind, name, unit]);
      const series = all.get(key) ?? { name, unit, of: kind, points: [] };
      series.points.push({ moment: id, at, value });
      all.set(key, series);
    }
  const rank = (series: Series): number => FIRST.length - FIRST.indexOf(series.of);
  return [...all.values()].sort(
    (a, b) => rank(a) - rank(b) || compareText(a.of, b.of) || compareText(a.name, b.name) || compareText(a.unit, b.unit),
  );
}
