/** Whether a sample run proved that the code trains, and what a full run would take. Pure. */
import type { Failure } from '../failure.ts';
import type { Observation } from '../jobs/job.ts';
import type { Progress } from '../progress/schema.ts';
import type { SampleResult } from '../run/events.ts';
import { formatDuration } from '../run/format.ts';
import { estimateFull } from './estimate.ts';
import { judgeProbe } from './judge-probe.ts';
import type { ProbeReport, SamplePlan } from './schema.ts';

export interface SampleEvidence {
  readonly plan: SamplePlan;
  readonly observation: Extract<Observation, { kind: 'ended' }>;
  readonly progress: Progress;
  /** What the log and the scheduler say went wrong; class `none` when nothing did. */
  readonly diagnosis: Failure;
  /** What a probe reported. */
  readonly probe?: ProbeReport | null;
  /** The last estimate that was made while the log grew. */
  readonly eta?: Progress['eta'];
}

/**
 * READY needs an ending as planned and, of a training, a finite loss (or another metric) that the program itself printed. A bounded sample
 * that its time limit cut short is as good where half of its steps and a sound loss are in the log.
 */
export function judgeSample(evidence: SampleEvidence): { result: SampleResult; failure: Failure | null } {
  const { plan, observation, progress } = evidence;
  const cutShort = observation.outcome === 'timeout' && !plan.stopsByClock ? measureCutShort(plan, progress) : null;
  const stoppedByClock = observation.outcome === 'timeout' && (plan.stopsByClock || cutShort !== null);
  const wallSeconds =
    observation.startedAt === undefined || observation.endedAt === undefined ? null : (observation.endedAt - observation.startedAt) / 1000;
  const result: SampleResult = {
    progress,
    stepsDone: progress.current,
    wallSeconds,
    maxRssBytes: observation.maxRssBytes ?? null,
    stoppedByClock,
    ...(cutShort === null ? {} : { cutShort }),
    exitCode: observation.exitCode,
    fullRun: estimateFull({ plan, progress, wallSeconds, maxRssBytes: observation.maxRssBytes ?? null, eta: evidence.eta ?? null }),
  };
  if (plan.mode === 'probe') return judgeProbe(result, evidence.probe ?? null, () => nameFailure(evidence));
  const endedWell = observation.outcome === 'completed' || stoppedByClock;
  if (!endedWell) return { result, failure: nameFailure(evidence) };
  const nan = findNan(progress);
  if (nan !== null) return { result, failure: describeNan(nan) };
  if (progress.loss === null && Object.keys(progress.metrics).length === 0)
    return { result, failure: describeSilence(observation, wallSeconds) };
  return { result, failure: null };
}

const ENOUGH_POINTS = 3;

/** How far a sample came that its time limit stopped, where that shows that it trains: half of the plan, and a loss that can be followed. */
function measureCutShort({ mode, expected }: SamplePlan, progress: Progress): NonNullable<SampleResult['cutShort']> | null {
  const { loss, current: done, unit, total } = progress;
  if (mode === 'probe' || expected === null || done === null || loss === null) return null;
  // Batches are the planned steps only where the log counts up to the same number.
  const isCounted = unit === expected.unit || (expected.unit === 'step' && unit === 'batch' && total === expected.total);
  if (!isCounted || done * 2 < expected.total) return null;
  const isSound = loss.trend !== 'diverging' && findNan(progress) === null && loss.points.every(({ value }) => Number.isFinite(value));
  return isSound && loss.points.length >= ENOUGH_POINTS ? { done, total: expected.total, unit: expected.unit } : null;
}

/** A bad end is a failure even where the log looks healthy; then the scheduler's word is all there is. */
function nameFailure({ diagnosis, observation }: SampleEvidence): Failure {
  if (diagnosis.class !== 'none') return diagnosis;
  return {
    ...diagnosis,
    class: 'unknown',
    title: `The job ended as ${observation.outcome}`,
    route: 'ask',
    fault: 'unknown',
    remedy: null,
    explanation: `The job ended as ${observation.schedulerState || observation.outcome} (exit ${observation.exitCode ?? '?'}${observation.signal === null ? '' : `, signal ${observation.signal}`}), and its log does not say why.`,
  };
}

/** The line of the log at which the loss stopped being a number, as progress noted it. */
function findNan(progress: Progress): { text: string; line: number } | null {
  const note = progress.warnings.find((warning) => /loss\S* is (NaN|-?Infinity)$/i.test(warning.text));
  if (note !== undefined) return { text: note.text, line: Math.max(1, note.line) };
  const broken = progress.loss?.trend === 'nan' || (progress.loss !== null && !Number.isFinite(progress.loss.last));
  const last = progress.loss?.points.at(-1);
  return broken ? { text: `${progress.loss?.name ?? 'loss'} after ${last?.value ?? 'nothing'}`, line: Math.max(1, last?.line ?? 1) } : null;
}

function describeNan(evidence: { text: string; line: number }): Failure {
  return {
    class: 'nan_loss',
    title: 'The loss is not a number',
    evidence,
    confidence: 0.95,
    fault: 'code',
    route: 'code',
    remedy: null,
    explanation: 'The program ended as planned, but its loss became NaN or infinite; such a run proves nothing.',
    facts: {},
  };
}

function describeSilence(observation: SampleEvidence['observation'], wallSeconds: number | null): Failure {
  const took = wallSeconds === null ? '' : ` after ${formatDuration(wallSeconds)}`;
  return {
    class: 'no_metric_seen',
    title: 'It ran, but printed no loss and no metric',
    evidence: null,
    confidence: 0.9,
    fault: 'unknown',
    route: 'ask',
    remedy: { kind: 'ask', question: 'Is this the right program? Another folder can be given with --path.' },
    explanation: `The program ended with exit ${observation.exitCode ?? '?'}${took} and never printed a loss or another metric, so there is no proof that it trains.`,
    facts: {},
  };
}
