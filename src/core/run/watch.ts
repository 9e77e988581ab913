/**
 * How a watch moves: jobs that the bot did not start are looked at, their ends are examined, and that is all. Nothing here asks for work
 * that could touch a job: the only effect is `examine-watched`, which reads.
 */
import { baseOf, JOB_ID } from '../jobs/cluster-job.ts';
import type { JobUsage } from '../jobs/usage.ts';
import type { CommandOf } from './commands.ts';
import type { Effect } from './effects.ts';
import type { RunEvent } from './events.ts';
import type { RunState } from './state.ts';
import { judgeWarnings } from './warnings.ts';
import {
  LOOKED_AT_ONCE,
  MOST_LOOKED,
  type JudgedLook,
  type WatchExamined,
  type WatchHeld,
  type WatchItem,
  WatchLook,
  type WatchState,
} from './watch-schema.ts';

/** True while looks at the item may tell something new. */
export function isItemAlive(item: WatchItem): boolean {
  return item.observation?.kind !== 'ended';
}

/** The logs that are worth reading next: of the item itself once it is over, or of parts that died. */
export function listToExamine(item: WatchItem): string[] {
  if (item.shape === 'single') return isItemAlive(item) || item.looked.includes(item.jobId) ? [] : [item.jobId];
  const bad = (item.parts?.bad ?? []).filter(({ id, outcome }) => outcome !== 'cancelled' && !item.looked.includes(id));
  return bad.slice(0, Math.max(0, Math.min(LOOKED_AT_ONCE, MOST_LOOKED - item.looked.length))).map(({ id }) => id);
}

/** What the state of a watch calls for; a function of the state, as all effects are. */
export function listWatchEffects(state: RunState, watch: WatchState): Effect[] {
  if (state.cancel !== null || state.verdict !== null) return [];
  return watch.items.flatMap((item) => {
    const isOver = !isItemAlive(item) && !item.examined;
    if (!isOver && (item.examined || listToExamine(item).length === 0)) return [];
    const id = `${state.id}.examine-watched.${item.token}.${isOver ? 'end' : 'parts'}.${item.looked.length}`;
    return [{ id, runId: state.id, kind: 'examine-watched', token: item.token }];
  });
}

/** The moves that follow of themselves: a watch is over when nothing is left to look at, or when somebody has had enough of it. */
export function proceedWatch(state: RunState, watch: WatchState, at: number): RunEvent[] {
  if (state.verdict !== null) return [];
  if (state.cancel !== null) {
    const { reason } = state.cancel;
    return [
      {
        v: 1,
        at,
        type: 'run.finished',
        verdict: { as: 'STOPPED', reason: `${reason === '' ? 'no longer watched' : reason}; ${describeLeft(watch)}` },
      },
    ];
  }
  if (watch.items.some((item) => !item.examined)) return [];
  return [{ v: 1, at, type: 'run.finished', verdict: { as: 'ENDED', reason: describeEnds(watch) } }];
}

function describeLeft(watch: WatchState): string {
  const left = watch.items.filter(isItemAlive);
  if (left.length === 0) return 'its jobs have ended';
  if (left.length === 1) return `job ${left[0]?.jobId} itself goes on; only scancel or its owner ends it`;
  return `the ${left.length} jobs themselves go on; only scancel or their owner ends them`;
}

function describeEnds(watch: WatchState): string {
  const [only] = watch.items;
  if (watch.items.length === 1 && only !== undefined) return `job ${only.jobId} ${describeOutcome(only)}`;
  const bad = watch.items.filter((item) => describeOutcome(item) !== 'completed');
  if (bad.length === 0) return `all ${watch.items.length} jobs completed`;
  return `${watch.items.length - bad.length} of ${watch.items.length} jobs completed; ${bad
    .slice(0, 8)
    .map((item) => `job ${item.jobId} ${describeOutcome(item)}`)
    .join(', ')}`;
}

/** How an item ended, in a word or two. */
export function describeOutcome(item: Pick<WatchItem, 'observation'>): string {
  return item.observation?.kind === 'ended' ? item.observation.outcome.replaceAll('-', ' ') : 'not over';
}

/** The item that a job or a part of it is of; where none is named, one that ended badly, else one that goes on. Null where none fits. */
export function findWatchedItem({ items }: WatchState, job?: string): WatchItem | null {
  if (job !== undefined) {
    // What is named goes on to the cluster.
    return JOB_ID.test(job) ? (items.find(({ jobId }) => jobId === job || jobId === baseOf(job)) ?? null) : null;
  }
  const bad = items.findLast((item) => !isItemAlive(item) && describeOutcome(item) !== 'completed');
  return bad ?? items.find(isItemAlive) ?? items[0] ?? null;
}

/** Facts that the looks of one tick make; empty when they tell nothing new. */
export function describeLooks(state: RunState, watch: WatchState, looks: readonly JudgedLook[], at: number): RunEvent[] {
  const known = looks.flatMap((look) => {
    const item = watch.items.find((one) => one.token === look.token);
    return item === undefined || !isItemAlive(item) ? [] : [{ item, look }];
  });
  const news = known.filter(({ item, look }) => tellsNews(item, look)).map(({ look }) => WatchLook.parse(look));
  const warnings = known.flatMap(({ look }) => (look.judged === null ? [] : judgeWarnings(state.warnings, look.token, look.judged)));
  return [
    ...(news.length === 0 ? [] : [{ v: 1 as const, at, type: 'watch.observed' as const, looks: news }]),
    ...warnings.map((change): RunEvent => ({ v: 1, at, type: 'job.warned', change })),
  ];
}

function tellsNews(item: WatchItem, look: WatchLook): boolean {
  return (
    isNewObservation(item.observation, look.observation) ||
    isNewProgress(item.progress, look.progress) ||
    (look.parts !== null && JSON.stringify(look.parts) !== JSON.stringify(item.parts)) ||
    (look.logs !== null && look.logs.join('\n') !== item.logs.join('\n')) ||
    (look.outputAt !== null && item.outputAt === null)
  );
}

/** Whether a look shows another state, the same for another reason, or a start that is guessed for quite another time. */
export function isNewObservation(before: WatchLook['observation'] | null, now: WatchLook['observation']): boolean {
  if (before === null || before.kind !== now.kind) return true;
  if (now.kind !== 'active' || before.kind !== 'active') return false;
  return now.state !== before.state || now.reason !== before.reason || hasMoved(before.startEstimate, now.startEstimate);
}

/** The scheduler's guesses move at each of its looks; only what a person would plan by is news. */
const ESTIMATE_STEP_MS = 15 * 60_000;

function hasMoved(before: number | undefined, now: number | undefined): boolean {
  if (before === undefined || now === undefined) return before !== now;
  return Math.abs(now - before) >= ESTIMATE_STEP_MS;
}

/** Whether a log has come further, by position or by what it measures. */
export function isNewProgress(before: WatchLook['progress'] | undefined, now: WatchLook['progress']): boolean {
  if (now === null) return false;
  if (before === null || before === undefined) return true;
  return (
    before.current !== now.current || before.fraction !== now.fraction || JSON.stringify(before.metrics) !== JSON.stringify(now.metrics)
  );
}

/** Facts that an examination makes. */
export function describeWatchExamined(found: WatchExamined, at: number): RunEvent[] {
  return [{ v: 1, at, type: 'watch.examined', found }];
}

/** The state of a watch when it begins. */
export function openWatch({ target, items }: Pick<CommandOf<'watch'>, 'target' | 'items'>): WatchState {
  return {
    target,
    failures: [],
    items: items.map((item) => ({
      ...item,
      observation: null,
      observedAt: null,
      lastActive: null,
      waited: false,
      startSeenAt: null,
      progress: null,
      progressAt: null,
      parts: null,
      logs: [],
      outputAt: null,
      looked: [],
      examined: false,
      usage: null,
      proposal: null,
    })),
  };
}

/** The state after the looks of one tick. */
export function applyLooks(watch: WatchState, looks: readonly WatchLook[], at: number): WatchState {
  const byToken = new Map(looks.map((look) => [look.token, look]));
  return {
    ...watch,
    items: watch.items.map((item) => {
      const look = byToken.get(item.token);
      return look === undefined ? item : applyLook(item, look, at);
    }),
  };
}

function applyLook(item: WatchItem, look: WatchLook, at: number): WatchItem {
  const { observation } = look;
  const active = observation.kind === 'active' ? observation : null;
  const isWaiting = active?.state === 'pending' || active?.state === 'held';
  const isStarted = active !== null && !isWaiting;
  return {
    ...item,
    observation,
    // A look that told nothing does not make what is known any younger.
    observedAt: observation.kind === 'no-information' ? item.observedAt : at,
    lastActive: active ?? item.lastActive,
    waited: item.waited || isWaiting,
    startSeenAt: item.startSeenAt ?? (isStarted ? at : null),
    progress: look.progress ?? item.progress,
    progressAt: look.progress === null ? item.progressAt : at,
    parts: look.parts ?? item.parts,
    logs: look.logs ?? item.logs,
    outputAt: item.outputAt ?? look.outputAt,
  };
}

/** What an item held in all; of one without parts its use tells, too. Null where nobody knows. */
export function findHeld({ held, usage }: Pick<WatchItem, 'held' | 'usage'>, shape: WatchItem['shape']): WatchHeld | null {
  return held ?? (usage === null || shape !== 'single' ? null : sumHeld([usage], { shape, parts: null }));
}

/** What a job, or its parts together, held. Of a large array only the newest tasks are read one by one; all of them ask for the same, and how
 *  long the others ran was counted on the cluster. */
export function sumHeld(all: readonly JobUsage[], { shape, parts }: Pick<WatchItem, 'shape' | 'parts'>): WatchHeld {
  const sum = (count: (usage: JobUsage) => number): number => all.reduce((total, one) => total + count(one) * one.elapsedSeconds, 0);
  const [read, ran] = [sum(() => 1), (parts?.ended ?? []).reduce((total, { seconds }) => total + seconds, 0)];
  const share = shape === 'array' && read > 0 ? Math.max(1, ran / read) : 1;
  return { gpuSeconds: sum(({ gpus }) => gpus) * share, coreSeconds: sum(({ cpus }) => cpus) * share };
}

/** The state after an examination; equal failures are one, however many jobs died of them. */
export function applyExamined(watch: WatchState, found: WatchExamined, at: number): WatchState {
  const item = watch.items.find((one) => one.token === found.token);
  if (item === undefined) return watch;
  const failures = [...watch.failures];
  for (const { id, failure } of found.looked) {
    if (failure === null || item.looked.includes(id)) continue;
    const key = failure.fingerprint ?? `${failure.class}:${failure.title}`;
    const index = failures.findIndex((one) => one.key === key);
    const known = failures[index];
    if (known === undefined) failures.push({ key, failure, jobs: [id], count: 1, at });
    else failures[index] = { ...known, jobs: [...known.jobs, id].slice(0, 20), count: known.count + 1 };
  }
  const looked = [...new Set([...item.looked, ...found.looked.map(({ id }) => id)])];
  const examined = found.final && listToExamine({ ...item, looked }).length === 0;
  const changed = {
    ...item,
    looked,
    examined,
    usage: found.usage ?? item.usage,
    proposal: found.proposal ?? item.proposal,
    ...(found.held === undefined ? {} : { held: found.held }),
  };
  return { ...watch, failures, items: watch.items.map((one) => (one.token === item.token ? changed : one)) };
}
