/** How a loop moves: which stage follows which, what goes back to whom, and when it is over. Pure. */
import type { Failure } from '../failure.ts';
import { findSimilarIdeas, type FailedIdea } from '../gates/earlier-ideas.ts';
import { stopAside } from '../run/call-skill.ts';
import type { RunEvent } from '../run/events.ts';
import { findOpenApproval, findSession, type RunState } from '../run/state.ts';
import { readIdea } from './agents/input.ts';
import { chooseAgentStage, isSettled, startAgent } from './agents/session.ts';
import { bringsData, findData, findMadeScript, findOwnFiles } from './files.ts';
import { applyLoopEvent } from './fold.ts';
import type { Attempt, ExperimentState, Hold, LoopEventOf, Part, SentBack, Submission } from './schema.ts';
import { findNextStage, isInventing, routeFailure, type InventingStage, type Stage } from './stages.ts';
import { decideNext, listJudged } from './stop.ts';
import { isPassed } from './verdicts.ts';

/** A part and its newest attempt, while they are worked on. */
export interface Place {
  readonly exp: ExperimentState;
  readonly part: Part;
  readonly attempt: Attempt;
}

/** The part that is worked on: the first that is neither passed nor left. */
export function findCurrentPart(exp: ExperimentState): Part | undefined {
  return exp.parts.find(({ status }) => status === 'todo' || status === 'running');
}

/** The attempt that goes on; null between attempts. */
export function findPlace(exp: ExperimentState): Place | null {
  const part = findCurrentPart(exp);
  const attempt = part?.attempts.at(-1);
  return part === undefined || attempt === undefined || attempt.decision !== null ? null : { exp, part, attempt };
}

/** The request to a person that waits; there is never more than one. */
export function findHold(exp: ExperimentState): Hold | undefined {
  return exp.holds.find(({ answered }) => answered === null);
}

/** The push that is under way or was the last. */
export function findSubmissionNow(attempt: Attempt): Submission | undefined {
  return attempt.submissions.at(-1);
}

/** The moves that follow of themselves; empty while work, Kaggle or a person is waited for. */
export function proceedLoop(state: RunState, exp: ExperimentState, at: number): RunEvent[] {
  if (state.verdict !== null) return [];
  if (state.cancel !== null) return [{ v: 1, at, type: 'run.finished', verdict: { as: 'STOPPED', reason: describeStop(state, exp) } }];
  if (exp.project === null || exp.reopening !== null || exp.paused !== null) return [];
  if (findOpenApproval(state) !== undefined || findHold(exp) !== undefined) return [];
  if (!state.approvals.some(({ settled, action }) => settled?.as === 'granted' && action.kind === 'run-experiment')) return [];
  const part = findCurrentPart(exp);
  if (part === undefined) return finishLoop(exp, at);
  const place = findPlace(exp);
  if (place === null) return startNext(state, exp, part, at);
  const { attempt } = place;
  if (attempt.stage === 'watch' && findSubmissionNow(attempt)?.observation?.kind === 'ended')
    return [enter(place, 'fetch', 'the run at Kaggle has ended', at)];
  return attempt.stage === 'decide' ? settleAttempt(place, at) : callAgent(state, place, at);
}

/** A session for the stage that stands, where there is a model and something to invent. */
function callAgent(state: RunState, place: Place, at: number): RunEvent[] {
  const open = findSession(state);
  if (state.request.assistant !== true || (open !== undefined && !open.aside)) return [];
  const stage = chooseAgentStage(place);
  if (stage === null || (stage === 'builder_data' && (bringsData(place.exp) || findMadeScript(place.exp) !== null))) return [];
  const fact = startAgent(place, stage, listFailedIdeas(place.exp));
  if (fact === null) return [];
  const ended = open === undefined ? [] : [stopAside(open, 'the experiment needs its own agent now', at)];
  return [...ended, { v: 1, at, type: 'agent.fact', session: `a${state.agents.length + 1}`, fact }];
}

function describeStop({ cancel }: RunState, exp: ExperimentState): string {
  const said = cancel?.reason.trim() ?? '';
  const kernel = findRunningKernel(exp);
  const goesOn = kernel === null ? '' : `; ${kernel} goes on at Kaggle until it ends or somebody presses “Cancel run” there`;
  return `${said === '' ? 'stopped on request' : said}${goesOn}`;
}

/** Address of what still runs at Kaggle; no call of its API could end it. */
export function findRunningKernel(exp: ExperimentState): string | null {
  const last = exp.parts.flatMap(({ attempts }) => attempts.flatMap(({ submissions }) => submissions));
  return last.find(({ kernel, observation }) => kernel !== null && observation?.kind !== 'ended')?.kernel?.url ?? null;
}

function startNext(state: RunState, exp: ExperimentState, part: Part, at: number): RunEvent[] {
  if (part.kind === 'meta' && !exp.parts.some(({ kind, status }) => kind === 'feature' && status === 'passed'))
    return [close(part, 'left', 'no feature passed its gates, so there is nothing to join', null, at)];
  const number = part.attempts.length + 1;
  const own = exp.project === null ? undefined : findOwnFiles(exp.project, part.name, number);
  const [given] = exp.ideas;
  const idea = given?.text ?? own?.idea ?? null;
  const similar = idea === null ? [] : findSimilarIdeas(idea, listFailedIdeas(exp)).slice(0, 3);
  const started: LoopEventOf<'loop.attempt_started'> = {
    v: 1,
    at,
    type: 'loop.attempt_started',
    part: part.name,
    attempt: number,
    idea,
    ideaBy: given?.by ?? null,
    similar,
  };
  const place = findPlace(applyLoopEvent(exp, started));
  // Agents can probe only data that are there, so those that a project brings come first.
  const first = state.request.assistant === true && bringsData(exp) && findData(exp) === undefined ? 'builder_data' : 'entrance';
  return place === null ? [] : [started, ...enterStage(state, place, first, '', at)];
}

/** Ideas that were judged and failed, with why. */
export function listFailedIdeas(exp: ExperimentState): FailedIdea[] {
  return exp.parts.flatMap((part) =>
    listJudged(part)
      .filter((attempt) => readIdea(attempt) !== null && !isPassed(exp, attempt))
      .map((attempt) => ({
        attempt: `${part.name} ${attempt.number}`,
        idea: readIdea(attempt) ?? '',
        why: attempt.decision?.reason ?? 'its gates failed',
      })),
  );
}

function enter({ part, attempt }: Place, stage: Stage, note: string, at: number): RunEvent {
  return { v: 1, at, type: 'loop.stage_entered', part: part.name, attempt: attempt.number, stage, note };
}

function close(part: Part, as: 'passed' | 'left', reason: string, attempt: number | null, at: number): RunEvent {
  return { v: 1, at, type: 'loop.part_closed', part: part.name, as, reason, attempt };
}

export const OWN = 'the project brings its own';

/** Enters a stage, past those whose product is there already; where nobody can make it, a person is asked for it. */
export function enterStage(state: RunState, place: Place, stage: Stage, note: string, at: number): RunEvent[] {
  const assistant = state.request.assistant === true;
  if (stage === 'datachecker' && findData(place.exp) !== undefined) return enterStage(state, place, 'builder_model', note, at);
  if (stage === 'submit') return planSubmission(state, place, note, at);
  if (!isInventing(stage)) return [enter(place, stage, note, at)];
  if (stage === 'builder_data' && findData(place.exp) !== undefined)
    return enterStage(state, place, 'builder_model', note === '' ? 'the data are checked already' : note, at);
  if (stage === 'builder_data' && bringsData(place.exp)) return [enter(place, stage, OWN, at)];
  if (isBrought(place, stage, assistant)) return enterStage(state, place, findNextStage(stage), OWN, at);
  if (assistant && isSettled(place, stage)) return enterStage(state, place, findNextStage(stage), 'known from before', at);
  if (assistant) return [enter(place, stage, note, at)];
  return [enter(place, stage, note, at), hold(place, askForFiles(place, stage, null), at)];
}

/** Whether nothing has to be invented: the project has the files, or it has a person who thinks instead of an agent. */
function isBrought({ exp, part, attempt }: Place, stage: InventingStage, assistant: boolean): boolean {
  if (stage === 'builder_data') return bringsData(exp);
  const own = exp.project !== null && findOwnFiles(exp.project, part.name, attempt.number) !== undefined;
  return own || (stage !== 'builder_model' && !assistant);
}

/** What follows data that are good: the notebook, or first those who decide what it is to do. */
export function enterAfterData(state: RunState, place: Place, note: string, at: number): RunEvent[] {
  const isDesigned = place.attempt.handedOver.some(({ stage }) => stage === 'architect');
  return enterStage(state, place, isDesigned ? 'builder_model' : 'entrance', note, at);
}

function planSubmission(state: RunState, place: Place, note: string, at: number): RunEvent[] {
  const { part, attempt, exp } = place;
  const last = findSubmissionNow(attempt);
  const entered = enter(place, 'submit', note, at);
  if (last !== undefined && last.observation?.kind !== 'ended' && last.kernel === null) return [entered];
  return [planPush(state.id, exp, part, attempt, last?.rerun ?? 0, at), entered];
}

function planPush(runId: string, exp: ExperimentState, part: Part, attempt: Attempt, rerun: number, at: number): RunEvent {
  const pushes = exp.parts.flatMap(({ attempts }) => attempts.flatMap(({ submissions }) => submissions)).length;
  const token = `${runId}-${part.name}-${attempt.number}-${pushes + 1}`;
  return { v: 1, at, type: 'loop.submission_planned', part: part.name, attempt: attempt.number, token, rerun };
}

/** One more unchanged run, for the noise; null when there are enough. */
export function planRerun(state: RunState, place: Place, at: number): RunEvent[] | null {
  const { exp, part, attempt } = place;
  const wanted = exp.project?.noise.reruns ?? 0;
  const isFirst =
    part.kind === 'feature' && part.attempts.findIndex(({ measured }) => measured !== null) === part.attempts.indexOf(attempt);
  const done = attempt.submissions.reduce((most, { rerun }) => Math.max(most, rerun), 0);
  if (!isFirst || wanted < 1 || done >= wanted) return null;
  const note = `unchanged re-run ${done + 1} of ${wanted}, for the noise`;
  return [planPush(state.id, exp, part, attempt, done + 1, at), enter(place, 'submit', note, at)];
}

/** Asks a person for something, and waits. */
export function hold(place: Place, asked: Pick<Hold, 'kind' | 'title' | 'text' | 'link' | 'stage'>, at: number): RunEvent {
  const { exp, part, attempt } = place;
  return {
    v: 1,
    at,
    type: 'loop.held',
    hold: { id: exp.holds.length + 1, part: part.name, attempt: attempt.number, at, answered: null, ...asked },
  };
}

function askForFiles(
  { part, attempt }: Place,
  stage: Stage,
  failure: Failure | null,
): Pick<Hold, 'kind' | 'title' | 'text' | 'link' | 'stage'> {
  const what =
    stage === 'builder_data' ? 'the data, or the script that makes them' : `the notebook of attempt ${attempt.number} of ${part.name}`;
  const why =
    failure === null ? 'The project brings none, and there is no model to write one.' : `${failure.title}: ${failure.explanation}`;
  return {
    kind: 'files',
    stage,
    title: failure === null ? `Needed from a person: ${what}` : `Sent back to ${stage}: ${failure.title}`,
    text: `${why} Change the project (project.yaml names its files), then say “go on” here. What is new is shown for approval before it runs.`,
    link: null,
  };
}

/** What a failure leads to: the same pushed again, an earlier stage, or a person. */
export function sendBack(state: RunState, place: Place, failure: Failure, at: number): RunEvent[] {
  const { part, attempt } = place;
  const isRerun = (findSubmissionNow(attempt)?.rerun ?? 0) > 0 && attempt.measured !== null;
  const route = routeFailure(failure.class, countRounds(place));
  const sentBack: SentBack = { stage: attempt.stage, failure, to: route.to, platform: route.platform, at };
  const told: RunEvent = { v: 1, at, type: 'loop.sent_back', part: part.name, attempt: attempt.number, sentBack };
  // A re-run only measures noise; where it does not come about, the verdict stands without it.
  if (isRerun && !(route.platform && route.to === 'submit'))
    return [told, enter(place, 'decide', 'a re-run failed; the noise stays as far as it is known', at)];
  if (route.to === 'person') return [told, hold(place, askPerson(attempt, failure), at)];
  if (route.platform) return [told, ...planSubmission(state, place, `pushed again: ${failure.title}`, at)];
  // What the project brought only people change.
  const isBroughtData = route.to === 'builder_data' && bringsData(place.exp);
  if (state.request.assistant === true && !isBroughtData) return [told, enter(place, route.to, failure.title, at)];
  return [told, enter(place, route.to, failure.title, at), hold(place, askForFiles(place, route.to, failure), at)];
}

/** Rounds since a person last stepped in. */
function countRounds({ exp, part, attempt }: Place): { internal: number; platform: number } {
  const since =
    exp.holds.findLast((item) => item.part === part.name && item.attempt === attempt.number && item.answered !== null)?.answered?.at ?? 0;
  const recent = attempt.sentBack.filter((item) => item.at >= since && item.to !== 'person');
  return { internal: recent.filter(({ platform }) => !platform).length, platform: recent.filter(({ platform }) => platform).length };
}

const ADDRESS = /https:\/\/www\.kaggle\.com\/[\w./-]{1,200}/;

function askPerson(attempt: Attempt, failure: Failure): Pick<Hold, 'kind' | 'title' | 'text' | 'link' | 'stage'> {
  const onlyBrowser = failure.class.startsWith('kaggle.') || failure.class.startsWith('config.') || failure.class === 'secret_missing';
  const link = ADDRESS.exec(failure.explanation)?.[0]?.replace(/[.]$/, '') ?? findSubmissionNow(attempt)?.kernel?.url ?? null;
  return {
    kind: onlyBrowser || failure.class === 'kaggle_platform' ? 'kaggle' : 'rounds',
    stage: onlyBrowser || attempt.stage === 'fetch' || attempt.stage === 'submit' ? 'submit' : attempt.stage,
    title: onlyBrowser ? `Only a person can do this: ${failure.title}` : `It went round too often: ${failure.title}`,
    text: `${failure.explanation} When it is done, say “go on” here.`,
    link,
  };
}

function settleAttempt(place: Place, at: number): RunEvent[] {
  const { exp, part, attempt } = place;
  const decision = decideNext(exp, part, attempt);
  const decided: RunEvent = { v: 1, at, type: 'loop.decided', part: part.name, attempt: attempt.number, decision };
  if (decision.next === 'again') return [decided];
  const isGood = decision.next === 'passed';
  return [decided, close(part, isGood ? 'passed' : 'left', decision.reason, isGood ? attempt.number : null, at)];
}

function finishLoop(exp: ExperimentState, at: number): RunEvent[] {
  const features = exp.parts.filter(({ kind }) => kind === 'feature');
  const passed = features.filter(({ status }) => status === 'passed');
  const meta = exp.parts.find(({ kind }) => kind === 'meta');
  const isGood = meta === undefined ? passed.length === features.length : meta.status === 'passed';
  const sum = `${passed.length} of ${features.length} features passed`;
  const join = meta === undefined ? '' : meta.status === 'passed' ? '; the meta-model reached its targets' : `; meta-model: ${meta.reason}`;
  return [{ v: 1, at, type: 'run.finished', verdict: { as: isGood ? 'PASSED' : 'NOT PASSED', reason: `${sum}${join}` } }];
}
