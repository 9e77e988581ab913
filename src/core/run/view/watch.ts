import { countEnded, describeParts, guessRest } from '../../jobs/parts.ts';
import { describeUsage } from '../../jobs/usage.ts';
import { adviseRemedy } from '../advise-remedy.ts';
import { formatCount, formatDuration } from '../format.ts';
import type { Line, Part, Slot, StepMark } from '../slots.ts';
import { needsLogin, type RunState } from '../state.ts';
import type { Warning } from '../warnings.ts';
import type { WatchFailure, WatchItem, WatchState } from '../watch-schema.ts';
import { describeOutcome, isItemAlive } from '../watch.ts';
import { viewWatchCurves } from './curves.ts';
import { describeObservation, describePosition, showClock, viewProgress } from './job.ts';
import { nameRun } from './name.ts';
import { viewProof } from './proof.ts';
import { viewWatchUse } from './use.ts';

/** Lines of a message that lists jobs. */
const MOST_LINES = 20;
/** Kinds of failure that get a message each; the rest is counted. */
const MOST_FAILURES = 8;

/** Whoever asked has not turned to anything else yet, and sees the start in the status. */
const LEAST_WAIT_MS = 120_000;

/** The root of a watch: how each job stands, edited in place. */
export function viewWatchStatus(state: RunState, watch: WatchState): Slot {
  const title = `Watching ${nameRun(state)} on ${state.request.site}`;
  const [only] = watch.items;
  const isOne = watch.items.length === 1 && only !== undefined;
  const headline = describeHeadline(state, watch);
  const parts: Part[] = [
    { kind: 'heading', text: title },
    { kind: 'text', lines: [headline] },
    ...(isOne ? viewItem(only) : listItems(watch, state.warnings)),
    ...(state.verdict === null ? viewWatchCurves(state, watch, false) : []),
    { kind: 'quiet', lines: describeFooter(state, watch) },
    ...viewButtons(state),
  ];
  const plain = typeof headline === 'string' ? headline : headline.map((span) => span.text).join('');
  return { name: 'status', place: 'root', mention: [], summary: `${title}: ${plain}`, parts, files: [] };
}

function describeHeadline(state: RunState, watch: WatchState): Line {
  if (state.verdict !== null) {
    const as = state.verdict.as === 'STOPPED' ? 'Stopped watching' : 'Ended';
    return [{ text: as, style: 'bold' }, { text: ` – ${state.verdict.reason}` }];
  }
  const [only] = watch.items;
  if (watch.items.length === 1 && only !== undefined) return describeItem(only);
  const ended = watch.items.filter((item) => !isItemAlive(item));
  const bad = ended.filter((item) => describeOutcome(item) !== 'completed');
  return `${ended.length} of ${formatCount(watch.items.length, 'job')} ended${bad.length === 0 ? '' : `, ${bad.length} of them not well`}`;
}

function describeItem(item: WatchItem): Line {
  if (item.parts === null || item.observation?.kind !== 'active') return describeObservation(item);
  return [{ text: describeParts(item.parts), style: 'bold' }];
}

/** One job in full: bar, metrics, where it writes. */
function viewItem(item: WatchItem): Part[] {
  const lines: Line[] = [];
  const { parts } = item;
  if (parts !== null) {
    const rest = guessRest(parts);
    if (rest !== null) lines.push(rest);
    const waits = item.observation?.kind === 'active' && item.observation.state !== 'running' ? [describeObservation(item)] : [];
    return [
      ...(parts.size === 0
        ? []
        : [{ kind: 'bar' as const, fraction: countEnded(parts) / parts.size, label: `${countEnded(parts)} of ${parts.size} ended` }]),
      { kind: 'text', lines: [...waits, ...lines] },
      ...viewProgress(item),
    ];
  }
  const { observation } = item;
  if (observation?.kind === 'active' && observation.startedAt !== undefined) {
    const node = observation.node === undefined ? '' : ` on ${observation.node}`;
    const limit = observation.limitAt === undefined ? [] : [{ text: ', time limit at ' }, showClock(observation.limitAt)];
    lines.push([{ text: `Since ` }, showClock(observation.startedAt), { text: node }, ...limit]);
  }
  if (item.outputAt !== null) lines.push([{ text: 'First output seen ' }, showClock(item.outputAt)]);
  else if (observation?.kind === 'active' && observation.state === 'running') lines.push('No output yet');
  const logs: Line[] = item.logs.map((path) => [{ text: 'Log: ' }, { text: path, style: 'code' as const }]);
  return [...viewProgress(item), { kind: 'quiet', lines: [...lines, ...logs] }];
}

/** Several jobs, one line each: those that go on first. */
function listItems(watch: WatchState, warnings: readonly Warning[]): Part[] {
  const sorted = [...watch.items].sort((a, b) => Number(isItemAlive(b)) - Number(isItemAlive(a)));
  const shown = sorted.slice(0, MOST_LINES);
  const rest = sorted.length - shown.length;
  return [
    {
      kind: 'steps',
      items: shown.map((item) => ({
        label: `${item.jobId} ${item.name}`.trim(),
        mark: markItem(item),
        detail: detailItem(item, warnings),
      })),
    },
    ...(rest === 0 ? [] : [{ kind: 'text' as const, lines: [`and ${formatCount(rest, 'job')} more`] }]),
  ];
}

function markItem({ observation }: WatchItem): StepMark {
  if (observation?.kind === 'ended') {
    if (observation.outcome === 'completed') return 'done';
    return observation.outcome === 'cancelled' ? 'todo' : 'failed';
  }
  const runs = observation?.kind === 'active' && observation.state !== 'pending' && observation.state !== 'held';
  return runs ? 'running' : 'todo';
}

const ALARMS: Readonly<Record<Warning['kind'], string>> = { stall: 'silent for too long', limit: 'will not end within its limit' };

function detailItem(item: WatchItem, warnings: readonly Warning[]): string {
  const { progress } = item;
  if (!isItemAlive(item)) return detailState(item);
  const alarms = warnings.filter(({ token, over }) => token === item.token && over === null).map(({ kind }) => ALARMS[kind]);
  if (progress === null) return [detailState(item), ...alarms].filter((part) => part !== '').join(' · ');
  const left = progress.eta === null ? '' : `about ${formatDuration(progress.eta.likely)} to go`;
  return [detailState(item), ...alarms, describePosition(progress), left].filter((part) => part !== '').join(' · ');
}

/** The state in words, where the mark before the line does not say it already. */
function detailState(item: WatchItem): string {
  const { observation, parts } = item;
  if (parts !== null) return describeParts(parts);
  if (observation?.kind === 'ended') return markItem(item) === 'done' || observation.outcome === 'failed' ? '' : describeOutcome(item);
  if (observation?.kind === 'active' && observation.state === 'running') return '';
  const line = describeObservation(item);
  return typeof line === 'string' ? line : line.map((span) => span.text).join('');
}

function describeFooter(state: RunState, { target }: WatchState): Line[] {
  const { by, at } = state.request;
  const left =
    target.kind === 'all' && target.left > 0
      ? [`${formatCount(target.left, 'older job')} did not fit into one thread; watch them by id.`]
      : [];
  const own =
    target.kind === 'all' && target.own > 0
      ? [`${formatCount(target.own, 'job')} of runs of mine, with threads of their own, left out.`]
      : [];
  return [
    ...left,
    ...own,
    [
      { text: `watch ${state.id} · asked by ` },
      { text: by, user: by },
      { text: ' at ' },
      showClock(at),
      { text: ' · I only look: nothing here changes or ends a job' },
      ...(state.finishedAt === null ? [{ text: ' · as of ' }, showClock(state.updatedAt)] : []),
    ],
  ];
}

function viewButtons(state: RunState): Part[] {
  if (state.verdict?.as === 'STOPPED') return [{ kind: 'buttons', items: [{ action: 'resume', label: 'Watch again', value: state.id }] }];
  if (state.verdict !== null) return [];
  const confirm = { title: 'Stop watching?', text: 'The job itself goes on; I only look no longer.', ok: 'Stop watching' };
  const login = needsLogin(state) ? [{ action: 'login' as const, label: 'Log in…', style: 'primary' as const, value: state.id }] : [];
  return [{ kind: 'buttons', items: [...login, { action: 'cancel', label: 'Stop watching', value: state.id, confirm }] }];
}

/** The start of a job that had to wait is what somebody waits for; only where the thread is about one job. */
export function viewStarts(state: RunState, watch: WatchState): { slot: Slot; at: number }[] {
  const [item] = watch.items;
  if (watch.target.kind !== 'job' || item === undefined || !item.waited || item.startSeenAt === null) return [];
  if (item.startSeenAt - item.submittedAt < LEAST_WAIT_MS) return [];
  const waited = formatDuration((item.startSeenAt - item.submittedAt) / 1000);
  const text = `Job ${item.jobId} has started, after about ${waited} in the queue.`;
  const slot: Slot = {
    name: 'started:1',
    place: 'reply',
    mention: [state.request.by],
    summary: text,
    parts: [{ kind: 'text', lines: [text] }],
    files: [],
  };
  return [{ slot, at: item.startSeenAt }];
}

/** One message per kind of failure, however many jobs died of it. */
export function viewWatchFailures(state: RunState, watch: WatchState): { slot: Slot; at: number }[] {
  return watch.failures.slice(0, MOST_FAILURES).map((item, index) => ({ slot: viewFailure(state, item, index), at: item.at }));
}

function viewFailure(state: RunState, item: WatchFailure, index: number): Slot {
  const { failure, jobs, count } = item;
  const advice = adviseRemedy(failure);
  const names = `${count === 1 ? 'Job' : 'Jobs'} ${jobs.slice(0, 10).join(', ')}${count > 10 ? ` and ${count - 10} more` : ''}`;
  const parts: Part[] = [
    { kind: 'heading', text: failure.title },
    { kind: 'text', lines: [[{ text: `${names}: `, style: 'bold' }, { text: failure.explanation }]] },
    ...viewProof(failure, 'what I read of the log'),
    ...(advice === null ? [] : [{ kind: 'text' as const, lines: [advice] }]),
    { kind: 'quiet', lines: [`class ${failure.class} · found by rules, confidence ${Math.round(failure.confidence * 100)} %`] },
  ];
  return {
    name: `failure:${index + 1}`,
    place: 'reply',
    mention: [state.request.by],
    summary: `${names}: ${failure.title}`,
    parts,
    files: [],
  };
}

/** The last word: how each job ended, what it asked for and used, and what would have done. */
export function viewWatchResult(state: RunState, watch: WatchState): Slot[] {
  if (state.verdict?.as === 'STOPPED') return [viewStop(state, state.verdict.reason)];
  if (state.verdict?.as !== 'ENDED') return [];
  const [only] = watch.items;
  const isOne = watch.items.length === 1 && only !== undefined;
  const failure = isOne && only.parts === null ? watch.failures[0]?.failure : undefined;
  const title = `Ended: ${nameRun(state)} on ${state.request.site}`;
  const parts: Part[] = [
    { kind: 'heading', text: title },
    { kind: 'text', lines: [failure !== undefined ? `${state.verdict.reason}: ${failure.title}` : state.verdict.reason] },
    ...(isOne ? summarizeItem(only) : listEnds(watch)),
    ...viewWatchCurves(state, watch, true),
    ...viewWatchUse(state, watch),
    ...(watch.failures.length > MOST_FAILURES
      ? [
          {
            kind: 'text' as const,
            lines: [`${watch.failures.length - MOST_FAILURES} more kinds of failure; /hpc why <job-id> tells of each.`],
          },
        ]
      : []),
    { kind: 'quiet', lines: [`Record of this watch: ${state.id}`] },
  ];
  const summary = `${title}: ${state.verdict.reason}`;
  // Of one job that failed the message about its failure has called already.
  const mention = failure !== undefined ? [] : [state.request.by];
  return [{ name: `result:${state.finishes}`, place: 'reply', mention, summary, parts, files: [] }];
}

/** That nobody looks any more, and that no job was touched. */
function viewStop(state: RunState, reason: string): Slot {
  const text = `Stopped watching: ${reason}.`;
  const parts: Part[] = [{ kind: 'text', lines: [text] }];
  return { name: `result:${state.finishes}`, place: 'reply', mention: [], summary: text, parts, files: [] };
}

function summarizeItem(item: WatchItem): Part[] {
  const lines: Line[] = [];
  if (item.parts !== null) lines.push(describeParts(item.parts));
  if (item.usage !== null && item.parts !== null) lines.push(`The part that needed most was ${item.usage.jobId}:`);
  const advice = item.proposal === null ? [] : [item.proposal];
  return [
    ...(lines.length === 0 ? [] : [{ kind: 'text' as const, lines }]),
    { kind: 'fields', items: item.usage === null ? [] : describeUsage(item.usage) },
    ...(item.usage === null ? [{ kind: 'quiet' as const, lines: [describeNoUsage(item)] }] : []),
    ...(advice.length === 0 ? [] : [{ kind: 'text' as const, lines: advice }]),
  ];
}

function describeNoUsage({ startSeenAt }: WatchItem): string {
  return startSeenAt === null
    ? 'It was not seen running, so there is nothing to measure.'
    : 'The accounting tells nothing about what it used.';
}

function listEnds(watch: WatchState): Part[] {
  const lines = watch.items.slice(0, MOST_LINES).map((item): Line => {
    const head = { text: `${item.jobId} ${item.name}`.trim(), style: 'bold' as const };
    const took =
      item.usage === null
        ? ''
        : `, ${describeUsage(item.usage)
            .map(({ name, value }) => `${name.toLowerCase()} ${value}`)
            .join(', ')}`;
    return [head, { text: `: ${describeOutcome(item)}${took}.${item.proposal === null ? '' : ` ${item.proposal}`}` }];
  });
  const rest = watch.items.length - lines.length;
  return [{ kind: 'text', lines: rest === 0 ? lines : [...lines, `and ${formatCount(rest, 'job')} more`] }];
}
