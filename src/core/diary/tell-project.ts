/** Turns a project's own journal into entries of the diary. Pure. */
import { describeQuota, findLeft, METERED, type Quota } from '../kaggle/quota.ts';
import type { BudgetKind, ProjectEvent } from '../project/events.ts';
import { formatMoment, formatNumber } from '../run/format.ts';
import type { Entry, Figure } from './entry.ts';
import { tellCost } from './tell-cost.ts';
import { tidyTold } from './tidy.ts';
import type { Told } from './told.ts';

type EventOf<T extends ProjectEvent['type']> = Extract<ProjectEvent, { type: T }>;
type Teller<T extends ProjectEvent['type']> = (event: EventOf<T>) => Told[];

/** Everything that the events tell, oldest first; `first` is the number of the first of them in the journal. */
export function tellProject(project: string, events: readonly ProjectEvent[], first = 1): Entry[] {
  return events.flatMap((event, index) => {
    // One row for each type: the compiler cannot see that the row of this event's type takes this event.
    const teller = PROJECT_TELLERS[event.type] as (event: ProjectEvent) => Told[];
    return teller(event).map((told, n) => toEntry(told, n, event, project, first + index));
  });
}

function toEntry(told: Told, n: number, event: ProjectEvent, project: string, version: number): Entry {
  const ts = event.type === 'note.added' ? event.ts : null;
  return {
    by: 'by' in event ? event.by : null,
    figures: [],
    message: ts,
    commit: null,
    job: null,
    topic: '',
    ...told,
    about: told.about ?? project,
    text: tidyTold(told.kind, told.text),
    id: `${project}.${version}.${n}`,
    at: event.at,
    source: { of: 'project', id: project, version, event: event.type },
    thread: event.type === 'note.added' && ts !== null ? { channel: event.channel, ts } : null,
  };
}

/** What each kind of event tells: a row a type. An announcement of a digest is told by its posting. */
export const PROJECT_TELLERS: { readonly [T in ProjectEvent['type']]: Teller<T> } = {
  'note.added': (event) => [{ kind: 'idea', text: event.text }],
  'digest.set': (event) => [{ kind: 'decision', topic: 'digest', text: describeDigest(event) }],
  'digest.due': () => [],
  'digest.posted': (event) => [
    { kind: 'run', topic: 'digest', text: `Digest of ${event.edition} ${event.ts === null ? 'held nothing to post' : 'posted'}` },
  ],
  'budget.set': (event) => [
    {
      kind: 'decision',
      topic: event.kind,
      text:
        event.amount === null
          ? `No budget any more for ${UNITS[event.kind].words}`
          : `Budget of ${showAmount(event.kind, event.amount)} ${SPANS[event.span]}`,
      figures: event.amount === null ? [] : [figure(event.kind, 'budget', event.amount)],
    },
  ],
  'budget.reached': (event) => [
    {
      kind: event.percent === 100 ? 'question' : 'cost',
      topic: event.kind,
      text: `${event.percent} % of the budget of ${showAmount(event.kind, event.amount)} is reached, ${showAmount(event.kind, event.used)} are used`,
      figures: [
        figure(event.kind, 'used', event.used),
        figure(event.kind, 'budget', event.amount),
        { name: 'share', value: event.percent, unit: '%' },
      ],
    },
  ],
  'budget.answered': (event) => [
    {
      kind: 'decision',
      topic: event.kind,
      text: `Over the budget of ${UNITS[event.kind].words}: ${event.goOn ? 'go on' : 'stop'}${event.reason === '' ? '' : `, ${event.reason}`}`,
    },
  ],
  'model.asked': (event) => [tellCost(event)],
  'quota.seen': ({ account, run, quota }) => [
    {
      kind: 'cost',
      topic: 'Kaggle quota',
      about: `Kaggle account ${account}`,
      text: `${describeWeek(quota)}${run === null ? '' : `; asked for run ${run}`}`,
      figures: listQuota(quota),
    },
  ],
  // Says nothing that its day's entries do not say.
  'prose.written': () => [],
};

const UNITS: Readonly<Record<BudgetKind, { unit: string; words: string }>> = {
  dollars: { unit: '$', words: 'money' },
  'gpu-hours': { unit: 'GPU-h', words: 'GPU hours' },
  'kaggle-hours': { unit: 'Kaggle-h', words: 'Kaggle hours' },
};
const SPANS: Readonly<Record<EventOf<'budget.set'>['span'], string>> = { week: 'a week', month: 'a month', total: 'in all' };

function figure(kind: BudgetKind, name: string, value: number): Figure {
  return { name, value, unit: UNITS[kind].unit };
}

function describeWeek(quota: Quota): string {
  const lines = describeQuota(quota);
  if (lines.length === 0) return 'Kaggle grants no GPU or TPU hours this week';
  const reset = quota.refreshAt === null ? '' : `; resets ${formatMoment(quota.refreshAt)}`;
  return `${lines.join('; ')}${reset}`;
}

/** Named so that nothing adds them up: they are the account's, and of a week. */
function listQuota(quota: Quota): Figure[] {
  return METERED.flatMap((kind) => {
    const of = quota[kind];
    if (of.totalSeconds === 0) return [];
    const name = `Kaggle ${kind.toUpperCase()} week`;
    return [
      { name: `${name} used`, value: of.usedSeconds / 3600, unit: 'h' },
      { name: `${name} left`, value: findLeft(of) / 3600, unit: 'h' },
    ];
  });
}

function showAmount(kind: BudgetKind, amount: number): string {
  return kind === 'dollars' ? `$${amount.toFixed(2)}` : `${formatNumber(amount)} ${UNITS[kind].words}`;
}

function describeDigest({ on, hour, zone, channel, weekly, quiet }: EventOf<'digest.set'>): string {
  const parts = [
    ...(on === undefined ? [] : [on ? 'on' : 'off']),
    ...(hour === undefined ? [] : [`at ${hour}`]),
    ...(zone === undefined ? [] : [`by the clock of ${zone}`]),
    ...(channel === undefined ? [] : [`into ${channel}`]),
    ...(weekly === undefined ? [] : [weekly ? 'with a weekly edition' : 'without a weekly edition']),
    ...(quiet === undefined ? [] : [quiet === 'line' ? 'one line where nothing happened' : 'none where nothing happened']),
  ];
  return `Digest: ${parts.length === 0 ? 'nothing changed' : parts.join(', ')}`;
}
