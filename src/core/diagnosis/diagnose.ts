import type { Failure } from '../failure.ts';
import type { Observation } from '../jobs/job.ts';
import { findCandidates, type Candidate } from './candidates.ts';
import { chooseCandidate, dropSurvived } from './choose.ts';
import type { FailureClass, Facts } from './failure-class.ts';
import { readState, type StateWord } from './health.ts';
import { prepareLog, type LogLine } from './prepare-log.ts';
import { findRaised } from './tracebacks.ts';

export interface DiagnosisInput {
  /** What the job printed, or its end. */
  readonly log: string;
  /** The scheduler's word, a hint and never the answer. */
  readonly schedulerState: string | null;
  readonly observation?: Observation;
  /** Number of the log's first line here, where only its end is given. */
  readonly firstLine?: number;
}

/** Evidence travels through journal and thread: a line of a megabyte must not. */
const MAX_EVIDENCE = 2000;
const CONFIDENCE = { decisive: 0.95, telling: 0.85, generic: 0.6, consequence: 0.55 } as const;
const STOPPED =
  /CANCELLED AT|\bAborted\b|exited with exit code [1-9]|Exited with exit code [1-9]|returned non-zero exit status|died unexpectedly|worker process has died|\bSIGTERM\b|\bTerminated\b|ChildFailedError|^\s*error\b|\bERROR\b(?!\W*0\b)/;
const OUTCOME_STATES: Readonly<Record<string, string>> = {
  completed: 'COMPLETED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
  timeout: 'TIMEOUT',
  'out-of-memory': 'OUT_OF_MEMORY',
  'node-failure': 'NODE_FAIL',
  preempted: 'PREEMPTED',
};

/**
 * Says what a job's output shows, judged by its end: one of `classes`, `unknown` with a question, or `none` for a healthy log.
 * Reads nothing but its arguments and never guesses: without a proving line or a scheduler's word the answer is `unknown`.
 */
export function diagnose(input: DiagnosisInput, classes: readonly FailureClass[]): Failure {
  const lines = prepareLog(input.log, input.firstLine);
  const stateWord = findState(input);
  const state = isBadEnd(input.observation) ? 'bad' : readState(stateWord);
  const candidates = dropSurvived(lines, findCandidates(lines, findRaised(lines), classes), state);
  const chosen = chooseCandidate(candidates);
  const byState = findByState(classes, stateWord, input.observation);
  if (byState !== null && (chosen === null || (chosen.weight !== 'decisive' && chosen.failureClass !== byState))) {
    const line = candidates.findLast((one) => one.failureClass === byState);
    return line === undefined ? buildFailure(byState, null, {}, 0.75) : buildFromCandidate(line, 0.05);
  }
  if (chosen !== null) return buildFromCandidate(chosen, state === 'bad' ? 0.03 : 0);
  return answerWithoutClass(lines, state);
}

function findState({ schedulerState, observation }: DiagnosisInput): string | null {
  if (schedulerState !== null) return schedulerState;
  return observation?.kind === 'ended' ? (OUTCOME_STATES[observation.outcome] ?? observation.schedulerState) : null;
}

function isBadEnd(observation: Observation | undefined): boolean {
  if (observation?.kind !== 'ended') return false;
  return observation.outcome !== 'completed' || (observation.exitCode ?? 0) !== 0 || (observation.signal ?? 0) !== 0;
}

function findByState(classes: readonly FailureClass[], word: string | null, observation: Observation | undefined): FailureClass | null {
  const state = word?.trim().split(/\s/)[0]?.toUpperCase();
  return classes.find((one) => state !== undefined && one.schedulerStates?.includes(state)) ?? findBySignal(classes, observation);
}

// A shell reports a signal as 128 plus its number; Slurm reports the number itself.
function findBySignal(classes: readonly FailureClass[], observation: Observation | undefined): FailureClass | null {
  if (observation?.kind !== 'ended') return null;
  const code = observation.exitCode ?? 0;
  const signal = observation.signal ?? (code > 128 ? code - 128 : 0);
  return classes.find((one) => one.signals?.includes(signal)) ?? null;
}

function buildFromCandidate({ failureClass, line, facts, weight }: Candidate, bonus: number): Failure {
  return buildFailure(failureClass, citeLogLine(line), facts, Math.min(0.98, CONFIDENCE[weight] + bonus));
}

// The exact beginning of the line: what proves a failure must be found again by searching the log for it.
function citeLogLine({ raw, number }: LogLine): NonNullable<Failure['evidence']> {
  return { text: raw.slice(0, MAX_EVIDENCE), line: number };
}

function buildFailure(failureClass: FailureClass, evidence: Failure['evidence'], facts: Facts, confidence: number): Failure {
  return {
    class: failureClass.id,
    title: failureClass.title,
    evidence,
    confidence,
    fault: failureClass.fault,
    route: failureClass.route,
    remedy: failureClass.remedy(facts),
    explanation: failureClass.explain(facts),
    facts: { ...facts },
  };
}

function answerWithoutClass(lines: readonly LogLine[], state: StateWord): Failure {
  const stopped = state === 'completed' ? undefined : findStop(lines, state);
  if (state !== 'bad' && stopped === undefined) return answerNone(state === 'completed' ? 0.95 : 0.7);
  return {
    class: 'unknown',
    title: 'The log does not say why',
    evidence: stopped === undefined ? null : citeLogLine(stopped),
    confidence: 0.5,
    fault: 'unknown',
    route: 'ask',
    remedy: { kind: 'ask', question: 'The log ends without a reason. Was the job stopped by somebody, or is there another log file?' },
    explanation: 'The job stopped, and nothing in its log says why.',
    facts: {},
  };
}

// Without a bad state only a stop near the very end counts: words like "Aborted" in the middle were survived.
function findStop(lines: readonly LogLine[], state: StateWord): LogLine | undefined {
  const end = lines.filter((line) => line.text.trim() !== '').slice(state === 'bad' ? -200 : -6);
  return end.findLast(
    (line) =>
      line.level !== 'info' &&
      line.level !== 'warning' &&
      STOPPED.test(line.text) &&
      !/0 errors|error[s_]?\w*=|pip's dependency resolver/.test(line.text),
  );
}

function answerNone(confidence: number): Failure {
  return {
    class: 'none',
    title: 'Nothing is wrong',
    evidence: null,
    confidence,
    fault: 'unknown',
    route: 'ask',
    remedy: null,
    explanation: 'The log shows no failure.',
    facts: {},
  };
}
