/** Which line of SCRATCH.md an entry of the diary becomes, and which entries are summed into one. Pure. */
import type { Entry } from '../diary/entry.ts';
import { countUses, GPU_HOURS, KAGGLE_HOURS, WATCHED_GPU_HOURS } from '../diary/used.ts';
import { dayOf, timeOf, type Day } from '../digest/clock.ts';
import { groupBy } from '../group-by.ts';
import { formatCount, formatDuration, formatNumber } from '../run/format.ts';
import { showPeople, showProvenance, showRefs, showWords, type Shown } from './show.ts';

/** Of a day, in this order. */
export const SECTIONS = [
  'Ideas',
  'Changes',
  'Runs',
  'Times',
  'Failures and what fixed them',
  'Decisions',
  'Open questions',
  'Tokens and GPU hours',
] as const;
export type Section = (typeof SECTIONS)[number];

/** A line that the journals tell. `id` stays the same whenever they are told again. */
export interface ScratchLine {
  readonly id: string;
  readonly day: Day;
  /** Null for the prose above the sections. */
  readonly section: Section | null;
  readonly text: string;
}

/** Steps on the way that the end of their step, of their job or of their run tells again, and what is not about the work. */
const LEFT_OUT = new Set([
  'step.started',
  'step.done',
  'step.delayed',
  'step.reset',
  'repo.cloned',
  'env.built',
  'job.submitted',
  'digest.posted',
]);
/** The time of these steps is mostly that of waiting for an answer or in the queue; what the work took is measured by itself. */
const WAITS_INCLUDED = new Set(['build-env time', 'sample-run time']);
/** The same time as of the job, as its log tells it. */
const WALL_TIME = 'wall time';

/** Every line that the entries of a project make, day by day and section by section. `entries` are in the order of time. */
export function listLines(entries: readonly Entry[], zone: string, shown: Shown): ScratchLine[] {
  const days = groupBy(entries, (entry) => dayOf(entry.at, zone));
  const answered = findAnswered(entries);
  return days.flatMap(({ key: day, items: told }) => {
    const lines = told.flatMap((entry): ScratchLine[] => {
      const section = chooseSection(entry, answered);
      return section === null ? [] : [{ id: entry.id, day, section, text: writeLine(entry, section, zone, shown) }];
    });
    return [...lines, ...sumTimes(day, told), ...sumCosts(day, told, zone, shown)];
  });
}

function chooseSection(entry: Entry, answered: ReadonlySet<string>): Section | null {
  const { kind, topic, source } = entry;
  switch (kind) {
    case 'idea':
      return 'Ideas';
    case 'change':
      return source.event === 'step.done' ? 'Failures and what fixed them' : 'Changes';
    case 'run':
      if (source.event === 'step.retrying') return 'Failures and what fixed them';
      return LEFT_OUT.has(source.event) || isStart(entry) ? null : 'Runs';
    case 'result':
      return 'Runs';
    case 'failure':
      return 'Failures and what fixed them';
    case 'decision':
      return 'Decisions';
    case 'question':
      return answered.has(entry.id) ? null : 'Open questions';
    case 'cost':
      return topic !== '' && source.event !== 'budget.reached' ? null : 'Tokens and GPU hours';
  }
}

/** A job that begins or is looked for is told by its end; an agent's session by what it came to. */
function isStart({ source, figures, text }: Entry): boolean {
  if (source.event === 'agent.fact' || source.event === 'watch.observed') return true;
  return source.event === 'job.observed' && figures.length === 0 && !/ ended\b/.test(text);
}

/** Questions after which the same run, or the same matter of the project, was decided or came to a result. */
function findAnswered(entries: readonly Entry[]): Set<string> {
  const answered = new Set<string>();
  const closed = new Set<string>();
  for (const entry of entries.toReversed()) {
    const matter = entry.source.of === 'run' ? entry.source.id : `${entry.source.id} ${entry.topic}`;
    // Whoever may not answer has not answered.
    if (entry.source.event === 'access.refused') continue;
    if (entry.kind === 'decision' || entry.kind === 'result') closed.add(matter);
    // What waited for a login went on; what the agent asked was answered.
    else if (entry.kind === 'run' || (entry.kind === 'idea' && entry.source.event === 'agent.fact')) closed.add(`${matter} went on`);
    else if (entry.kind !== 'question') continue;
    else if (closed.has(matter) || (closed.has(`${matter} went on`) && /^(?:step\.delayed|agent\.fact)$/.test(entry.source.event)))
      answered.add(entry.id);
  }
  return answered;
}

function writeLine(entry: Entry, section: Section, zone: string, shown: Shown): string {
  const time = timeOf(entry.at, zone);
  const by = entry.by === null ? '' : shown.nameOf(entry.by);
  const text = showWords(showPeople(entry.text, shown));
  const about = entry.source.of === 'run' ? `${showWords(entry.about)}: ` : '';
  const said = section === 'Ideas' ? `${showWords(by)}: ${text}` : `${about}${text}${by === '' ? '' : ` – ${showWords(by)}`}`;
  return `- ${time} ${said} ${showProvenance(entry, shown)}`;
}

/** One line a run: how long each part of the work took that day. */
function sumTimes(day: Day, entries: readonly Entry[]): ScratchLine[] {
  const timed = entries.filter((entry) => entry.figures.some(isTime));
  return groupBy(timed, (entry) => entry.source.id).map(({ key: id, items: told }) => {
    const figures = groupBy(
      told.flatMap((entry) => entry.figures.filter(isTime)),
      ({ name }) => name,
    );
    const parts = figures.map(({ key: name, items: all }) => {
      const seconds = all.reduce((sum, { value }) => sum + value, 0);
      return `${name.replace(/ time$/, '')} ${formatDuration(seconds)}${all.length === 1 ? '' : ` in ${all.length} attempts`}`;
    });
    return {
      id: `${day}.times.${id}`,
      day,
      section: 'Times',
      text: `- ${showWords(told[0].about)}: ${parts.join(', ')}. ${showRefs(told)}`,
    };
  });
}

function isTime({ name, unit }: Entry['figures'][number]): boolean {
  return unit === 's' && name !== WALL_TIME && !WAITS_INCLUDED.has(name);
}

/** One line a model, one for the GPUs, and one for the week at Kaggle. */
function sumCosts(day: Day, entries: readonly Entry[], zone: string, shown: Shown): ScratchLine[] {
  const sum = (told: readonly Entry[], name: string): number =>
    told.flatMap((entry) => entry.figures.filter((figure) => figure.name === name)).reduce((total, { value }) => total + value, 0);
  const asked = entries.filter((entry) => entry.kind === 'cost' && entry.figures.some(({ name }) => name === 'tokens in'));
  const models = groupBy(asked, (entry) => entry.topic).map(({ key: model, items: told }): ScratchLine => {
    const tokens = `${formatCount(told.length, 'call')}, ${sum(told, 'tokens in')} tokens in, ${sum(told, 'tokens out')} out`;
    return {
      id: `${day}.model.${model}`,
      day,
      section: 'Tokens and GPU hours',
      text: `- ${showWords(model)}: ${tokens}, $${sum(told, 'money').toFixed(4)}. ${showRefs(told)}`,
    };
  });
  const quota = entries.findLast(({ source }) => source.event === 'quota.seen');
  const week = quota === undefined ? [] : [writeQuota(day, quota, zone, shown)];
  const hours = [
    { name: GPU_HOURS, id: 'gpu', of: 'job' },
    { name: KAGGLE_HOURS, id: 'kaggle', of: 'session' },
    { name: WATCHED_GPU_HOURS, id: 'watched', of: 'job' },
  ].flatMap(({ name, id, of }): ScratchLine[] => {
    const used = countUses(entries).filter(({ figures }) => figures.some((figure) => figure.name === name));
    if (used.length === 0) return [];
    const text = `- ${formatNumber(sum(used, name))} ${name} in ${formatCount(used.length, of)}. ${showRefs(used)}`;
    return [{ id: `${day}.${id}`, day, section: 'Tokens and GPU hours', text }];
  });
  return [...models, ...hours, ...week];
}

/** Of the looks of a day only the last: each tells of the same week. */
function writeQuota(day: Day, entry: Entry, zone: string, shown: Shown): ScratchLine {
  const text = `- ${timeOf(entry.at, zone)} ${showWords(entry.about)}: ${showWords(entry.text)} ${showProvenance(entry, shown)}`;
  return { id: `${day}.quota`, day, section: 'Tokens and GPU hours', text };
}
