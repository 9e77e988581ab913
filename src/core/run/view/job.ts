/** How a job stands, for the threads of our own jobs and of those that are only watched. */
import { explainPending } from '../../jobs/explain-pending.ts';
import type { Observation } from '../../jobs/job.ts';
import type { Progress } from '../../progress/schema.ts';
import { formatDuration, formatMoment, formatNumber } from '../format.ts';
import type { Line, Part, Span } from '../slots.ts';

/** A job as far as looks have told. */
export interface SeenJob {
  readonly observation: Observation | null;
  /** Epoch milliseconds of the last look that told something new. */
  readonly observedAt: number | null;
  /** The last state that was seen while it was not over. */
  readonly lastActive?: Observation | null | undefined;
  readonly progress: Progress | null;
  /** When that was read; the last look where it is not known. */
  readonly progressAt?: number | null | undefined;
  /** What was asked for, where that is known. */
  readonly limitSeconds?: number;
  /** True where the plan is that the clock ends it. */
  readonly stopsByClock?: boolean;
}

const JOB_STATES: Readonly<Record<string, string>> = {
  pending: 'Waiting in the queue',
  held: 'Held in the queue',
  starting: 'Starting',
  running: 'Running',
  suspended: 'Suspended',
  completing: 'Finishing',
};

/** The state in one line, with the pending reason in plain words and the scheduler's guess of a start. */
export function describeObservation(job: Pick<SeenJob, 'observation' | 'observedAt' | 'lastActive'> | null): Line {
  const observation = job?.observation ?? null;
  if (job === null || observation === null) return 'Not seen in the queue yet';
  if (observation.kind === 'missing') return `No news of the job: ${observation.why}`;
  if (observation.kind === 'no-information') return describeSilence(observation, job);
  if (observation.kind === 'ended') return [{ text: 'Ended', style: 'bold' }, { text: `: ${observation.outcome.replaceAll('-', ' ')}` }];
  const spans: Span[] = [{ text: JOB_STATES[observation.state] ?? observation.state, style: 'bold' }];
  const waits = observation.state === 'pending' || observation.state === 'held';
  if (waits) spans.push({ text: `: ${explainPending(observation.reason ?? '').words}` });
  if (observation.reason !== undefined && observation.state !== 'running') spans.push({ text: ` (${observation.reason})` });
  if (observation.startEstimate !== undefined && observation.state === 'pending') {
    spans.push({ text: '; the scheduler guesses a start at ' }, showClock(observation.startEstimate));
  }
  return spans;
}

/** The cluster did not answer: when it last did, and what it said then. */
function describeSilence(
  observation: Extract<Observation, { kind: 'no-information' }>,
  { observedAt, lastActive }: Pick<SeenJob, 'observedAt' | 'lastActive'>,
): Line {
  const seenAt = observation.lastSeenAt ?? observedAt;
  const why = observation.needs === 'login' ? observation.why : `the cluster does not answer (${observation.why})`;
  const spans: Span[] = [{ text: 'No news of the job', style: 'bold' }, { text: `: ${why}. ` }];
  if (seenAt === null) return [...spans, { text: 'It was not seen yet; I ask again by myself.' }];
  const state = lastActive?.kind === 'active' ? `: ${(JOB_STATES[lastActive.state] ?? lastActive.state).toLowerCase()}` : '';
  return [...spans, { text: 'Last seen ' }, showClock(seenAt), { text: `${state}. It goes on without me; I ask again by myself.` }];
}

/** How far the log says that it is, with a bar where a total is known and when it will be done. */
export function viewProgress(job: SeenJob): Part[] {
  const { progress } = job;
  if (progress === null) return [];
  const position = describePosition(progress);
  const parts: Part[] = [];
  if (progress.fraction !== null) parts.push({ kind: 'bar', fraction: progress.fraction, label: position });
  const facts: Line[] = [];
  if (progress.fraction === null && position !== '') facts.push(position);
  if (progress.loss !== null) {
    facts.push(`${progress.loss.name} ${formatNumber(progress.loss.last)} (was ${formatNumber(progress.loss.first)})`);
  }
  const readAt = job.progressAt ?? job.observedAt;
  if (progress.eta !== null && readAt !== null && job.observation?.kind !== 'ended') facts.push(describeEta(job, progress.eta, readAt));
  return facts.length === 0 ? parts : [...parts, { kind: 'text', lines: facts }];
}

/** `step 40 of 100`, or nothing. */
export function describePosition({ current, total, unit }: Progress): string {
  return current === null ? '' : `${unit ?? 'step'} ${current}${total === null ? '' : ` of ${total}`}`;
}

function describeEta(job: SeenJob, eta: NonNullable<Progress['eta']>, seenAt: number): Line {
  const limit = findLimit(job);
  if (limit !== null && seenAt + eta.likely * 1000 > limit) {
    const whole = `all of it would take about ${formatDuration(eta.likely)} more`;
    const planned = job.stopsByClock === true ? 'The clock stops it, as planned, at ' : 'Its time limit will stop it at ';
    return [{ text: planned }, showClock(limit), { text: `; ${whole}` }];
  }
  const end = seenAt + eta.likely * 1000;
  const spread = `${formatDuration(eta.low)} – ${formatDuration(eta.high)}`;
  return [{ text: `About ${formatDuration(eta.likely)} to go (${spread}), done near ` }, showClock(end)];
}

/** A time as the reader's own clock shows it. */
export function showClock(at: number): Span {
  return { text: formatMoment(at), time: at };
}

/** When the time limit ends the job, in epoch milliseconds, as far as that is known. */
function findLimit({ observation, limitSeconds }: Pick<SeenJob, 'observation' | 'limitSeconds'>): number | null {
  if (observation?.kind !== 'active') return null;
  if (observation.limitAt !== undefined) return observation.limitAt;
  return observation.startedAt === undefined || limitSeconds === undefined ? null : observation.startedAt + limitSeconds * 1000;
}
