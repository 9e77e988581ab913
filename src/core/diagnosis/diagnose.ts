import type { Failure } from '../failure.ts';
import type { Observation } from '../jobs/job.ts';
import { findCandidates, type Candidate } from './candidates.ts';
import { chooseCandidate, dropSurvived } from './choose.ts';
import type { FailureClass, Facts } from './failure-class.ts';
import { countMeaningfulAfter, readState, type StateWord } from './health.ts';
import { fingerprint, findCulprit, findUserFrame, linkChain } from './identify.ts';
import { prepareLog, type LogLine } from './prepare-log.ts';
import { rateConfidence, type Circumstances } from './rate-confidence.ts';
import { findRaised, type Raised } from './tracebacks.ts';

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
/** Below this the one question that decides is worth more than the guess. */
const LEAST_SURE = 0.4;
const STOPPED =
  /CANCELLED AT|\bAborted\b|exited with exit code [1-9]|Exited with exit code [1-9]|returned non-zero exit status|died unexpectedly|worker process has died|\bSIGTERM\b|\bTerminated\b|ChildFailedError|DeadKernelError|Kernel died|BrokenProcessPool|TerminatedWorkerError|KilledWorker|KeyboardInterrupt|^\s*error\b|\bERROR\b(?!\W*0\b)/;
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
  return diagnoseLines(prepareLog(input.log, input.firstLine), input, classes);
}

/** As `diagnose`, for lines that were already taken from a log: `input.log` is not read. */
export function diagnoseLines(lines: readonly LogLine[], input: Omit<DiagnosisInput, 'log'>, classes: readonly FailureClass[]): Failure {
  const stateWord = findState(input);
  const state = isBadEnd(input.observation) ? 'bad' : readState(stateWord);
  const raised = findRaised(lines);
  const candidates = dropSurvived(lines, findCandidates(lines, raised, classes), state);
  const chosen = chooseCandidate(candidates);
  const byState = findByState(classes, stateWord, input.observation);
  if (byState !== null && (chosen === null || (chosen.weight !== 'decisive' && chosen.failureClass !== byState))) {
    const line = candidates.findLast((one) => one.failureClass === byState);
    if (line === undefined) return buildFailure(byState, null, {}, chosen === null ? 0.9 : 0.7);
    return buildFromCandidate(line, { lines, raised, candidates, byState, state });
  }
  if (chosen === null) return answerWithoutClass(lines, state);
  const failure = buildFromCandidate(chosen, { lines, raised, candidates, byState, state });
  return failure.confidence < LEAST_SURE ? answerUnsure(failure) : failure;
}

function findState({ schedulerState, observation }: Omit<DiagnosisInput, 'log'>): string | null {
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

interface Scene extends Pick<Circumstances, 'candidates' | 'byState'> {
  readonly lines: readonly LogLine[];
  readonly raised: readonly Raised[];
  readonly state: StateWord;
}

function buildFromCandidate(chosen: Candidate, { lines, raised, candidates, byState, state }: Scene): Failure {
  const { failureClass, line, facts, index } = chosen;
  const linesAfter = countMeaningfulAfter(lines, index, 61);
  const confidence = rateConfidence(chosen, { candidates, byState, endedBadly: state === 'bad', linesAfter });
  const frame = chosen.raised === null ? null : findUserFrame(lines, index);
  return {
    ...buildFailure(failureClass, citeLogLine(line), facts, confidence),
    fingerprint: fingerprint(failureClass.id, line.text, frame),
    chain: linkChain(lines, raised, index),
    culprit: findCulprit(lines, index, frame),
  };
}

// The guess stays visible in the question: who answers it knows what to look at.
function answerUnsure(failure: Failure): Failure {
  return {
    ...failure,
    class: 'unknown',
    title: 'The log does not say why',
    confidence: 0.5,
    fault: 'unknown',
    route: 'ask',
    remedy: {
      kind: 'ask',
      question: `The log hints at this, and does not prove it: ${failure.title}. Does what the scheduler recorded say the same?`,
    },
    explanation: 'Several things went wrong at once, and the log does not tell which came first.',
    fingerprint: fingerprint('unknown', failure.evidence?.text ?? null, null),
  };
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
    fingerprint: fingerprint(failureClass.id, evidence?.text ?? null, null),
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
    fingerprint: fingerprint('unknown', stopped?.text ?? null, null),
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
      !/0 errors|\berrors?:?\s+0\b|error[s_]?\w*=|pip's dependency resolver/.test(line.text),
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
