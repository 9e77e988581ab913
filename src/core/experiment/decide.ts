import { redactText } from '../redact.ts';
import type { CommandOf } from '../run/commands.ts';
import { refuse, type Decision } from '../run/decision.ts';
import type { RunEvent } from '../run/events.ts';
import { cutDocument } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import { renderQuestion, questionPath } from '../run/view/question.ts';
/** Turns what work, pollers and people tell a loop into facts. Pure. */
import { isNewObservation, isNewProgress } from '../run/watch.ts';
import { stopAgent } from './agents/settle.ts';
import { listLoopEffects } from './effects.ts';
import { describeLoopFailure } from './failure.ts';
import { isCovered, listMade } from './files.ts';
import { applyLoopEvent, findSubmission } from './fold.ts';
import { enterAfterData, enterStage, findPlace, findSubmissionNow, planRerun, sendBack, type Place } from './move.ts';
import type { LoopLook, LoopOutput } from './outputs.ts';
import type { ExperimentState, LoopEventOf } from './schema.ts';
import type { Stage } from './stages.ts';

/** What an effect of a loop brought back, failed with, or waits for. */
export function decideLoopEffect(state: RunState, exp: ExperimentState, command: CommandOf<'result' | 'fail' | 'delay'>): Decision {
  const effect = listLoopEffects(state, exp).find(({ id }) => id === command.effectId);
  if (effect === undefined) return refuse('stale', 'This work is no longer asked for.');
  const { at } = command;
  if (command.kind === 'delay') {
    if (exp.delay?.why === command.why) return { events: [] };
    return { events: [{ v: 1, at, type: 'loop.delayed', why: command.why, until: command.until }] };
  }
  const place = findPlace(exp);
  if (command.kind === 'fail' && effect.kind === 'run-agent' && place !== null)
    return { events: stopAgent(state, place, command.failure, at) };
  if (command.kind === 'fail') return { events: failEffect(state, exp, place, command) };
  const { output } = command;
  if (!isLoopOutput(output)) return refuse('stale', 'That is no answer to what was asked.');
  if (output.kind === 'loop-opened') return { events: describeOpened(state, exp, output, at) };
  if (place === null) return refuse('stale', 'No attempt goes on.');
  return { events: describeLoopOutput(state, place, output, at) };
}

function isLoopOutput(output: CommandOf<'result'>['output']): output is LoopOutput {
  return output.kind.startsWith('loop-');
}

/** A project that cannot be read ends a run that has not begun, and is told to the person who was asked for it in one that has. */
function failEffect(state: RunState, exp: ExperimentState, place: Place | null, { failure, at }: CommandOf<'fail'>): RunEvent[] {
  if (exp.project === null || place === null)
    return [{ v: 1, at, type: 'run.finished', verdict: { as: 'NOT PASSED', reason: `${failure.title}: ${failure.explanation}` } }];
  if (exp.reopening === null) return sendBack(state, place, failure, at);
  const { part, attempt } = place;
  const title = 'The changed project cannot be taken';
  const text = `${failure.explanation} Correct it, then say “go on” here.`;
  const stage = exp.holds.at(-1)?.stage ?? attempt.stage;
  const hold = {
    id: exp.holds.length + 1,
    part: part.name,
    attempt: attempt.number,
    stage,
    kind: 'files',
    title,
    text,
    link: null,
    at,
    answered: null,
  } as const;
  return [{ v: 1, at, type: 'loop.held', hold }];
}

function describeOpened(
  state: RunState,
  exp: ExperimentState,
  output: Extract<LoopOutput, { kind: 'loop-opened' }>,
  at: number,
): RunEvent[] {
  const { kind: _kind, question, documents, ...facts } = output;
  const opened: LoopEventOf<'loop.opened'> = { v: 1, at, type: 'loop.opened', ...facts };
  const written = writeDocuments(documents, at);
  if (exp.project === null) return [opened, ...written, ...ask(state, question, 1, at)];
  const place = findPlace(applyLoopEvent(exp, opened));
  const stage = place === null ? null : chooseReentry(state, exp, place);
  const isNew = !hasGrant(state) || hasNewData(state, facts, stage);
  return [
    opened,
    ...written,
    ...(isNew ? ask(state, question, countAttempt(state), at) : []),
    ...(place === null || stage === null ? [] : enterStage(state, place, stage, 'the project was read again', at)),
  ];
}

/** A script that is new does not run, and data that are new do not leave this machine, before they were shown; notebooks are asked about when they
 *  were checked. The script can read the whole project, so before it runs again all of that has to be known. */
function hasNewData(
  state: RunState,
  { project, files, terms }: Pick<LoopEventOf<'loop.opened'>, 'project' | 'files' | 'terms'>,
  stage: Stage | null,
) {
  const { script } = project.data;
  const wanted = script === undefined ? project.data.files : [script];
  const source = stage === 'builder_data' && script !== undefined ? files : files.filter(({ path }) => wanted.includes(path));
  return source.length > 0 && !isCovered(state, terms, source);
}

function hasGrant(state: RunState): boolean {
  return state.approvals.some(({ action, settled }) => action.kind === 'run-experiment' && settled?.as === 'granted');
}

/** The stage that begins anew after a reading; null where the attempt stands right. */
function chooseReentry(state: RunState, before: ExperimentState, { exp, part, attempt }: Place): Stage | null {
  const held = exp.holds.at(-1);
  if (before.reopening?.reenter === true && held?.part === part.name && held.attempt === attempt.number) return held.stage;
  const isRefused = attempt.stage === 'submit' && exp.terms !== null && !isCovered(state, exp.terms, attempt.check?.files ?? []);
  return isRefused ? 'check_notebook' : null;
}

function countAttempt(state: RunState): number {
  return state.approvals.length + 1;
}

function ask(state: RunState, question: Extract<LoopOutput, { kind: 'loop-opened' }>['question'], attempt: number, at: number): RunEvent[] {
  const id = state.approvals.length + 1;
  const texts = listMade(state, question.action).map((path) => ({ path, content: state.documents[path] ?? '' }));
  const content = renderQuestion(id, question.title, question.action, question.digest, texts);
  return [
    ...writeDocuments([{ path: questionPath(id), content }], at),
    { v: 1, at, type: 'approval.requested', id, step: 'experiment', attempt, ...question },
  ];
}

function writeDocuments(documents: readonly { path: string; content: string }[], at: number): RunEvent[] {
  return documents.map(({ path, content }) => ({ v: 1, at, type: 'document.written', path, content: cutDocument(content) }));
}

function describeLoopOutput(state: RunState, place: Place, output: Exclude<LoopOutput, { kind: 'loop-opened' }>, at: number): RunEvent[] {
  const where = { part: place.part.name, attempt: place.attempt.number };
  const rerun = findSubmissionNow(place.attempt)?.rerun ?? 0;
  switch (output.kind) {
    case 'loop-script-shown':
      return [
        ...ask(state, output.question, countAttempt(state), at),
        { v: 1, at, type: 'loop.stage_entered', ...where, stage: 'builder_data', note: 'its script is shown' },
      ];
    case 'loop-data-built':
      return [
        { v: 1, at, type: 'loop.data_built', ...where, files: output.files, seconds: output.seconds },
        { v: 1, at, type: 'loop.stage_entered', ...where, stage: 'datachecker', note: `${output.files.length} files` },
      ];
    case 'loop-data-checked':
      return describeData(state, place, output, at);
    case 'loop-notebook-checked':
      return describeCheck(state, place, output, at);
    case 'loop-submitted':
      return [
        { v: 1, at, type: 'loop.submitted', ...where, rerun, kernel: output.kernel },
        { v: 1, at, type: 'loop.stage_entered', ...where, stage: 'watch', note: `version ${output.kernel.versionNumber}` },
      ];
    case 'loop-fetched': {
      const { files, skipped, failure, documents } = output;
      const seconds = findSubmissionNow(place.attempt)?.seconds ?? null;
      const fetched: RunEvent = { v: 1, at, type: 'loop.fetched', ...where, rerun, files, skipped, seconds };
      const next: RunEvent = { v: 1, at, type: 'loop.stage_entered', ...where, stage: 'evaluator', note: `${files.length} files` };
      return [...writeDocuments(documents, at), fetched, ...(failure === null ? [next] : sendBack(state, place, failure, at))];
    }
    case 'loop-judged':
      return describeJudged(state, place, output, at);
  }
}

function describeData(
  state: RunState,
  place: Place,
  { data, documents }: Extract<LoopOutput, { kind: 'loop-data-checked' }>,
  at: number,
): RunEvent[] {
  const where = { part: place.part.name, attempt: place.attempt.number };
  const checked: LoopEventOf<'loop.data_checked'> = { v: 1, at, type: 'loop.data_checked', ...where, data };
  const written = writeDocuments(documents, at);
  if (data.verdict !== 'REJECT') {
    const now = findPlace(applyLoopEvent(place.exp, checked)) ?? place;
    return [checked, ...written, ...enterAfterData(state, now, `data ${data.verdict}`, at)];
  }
  const failure = describeLoopFailure('loop:data_rejected', 'The data were rejected', data.findings.slice(0, 3).join(' '), 'data');
  return [checked, ...written, ...sendBack(state, place, failure, at)];
}

function describeCheck(
  state: RunState,
  place: Place,
  output: Extract<LoopOutput, { kind: 'loop-notebook-checked' }>,
  at: number,
): RunEvent[] {
  const where = { part: place.part.name, attempt: place.attempt.number };
  const { passed, errors, warnings, files, question, documents } = output;
  const checked: LoopEventOf<'loop.notebook_checked'> = {
    v: 1,
    at,
    type: 'loop.notebook_checked',
    ...where,
    passed,
    errors,
    warnings,
    files,
  };
  const written = writeDocuments(documents, at);
  if (!passed) {
    const failure = describeLoopFailure('loop:notebook_refused', 'The notebook check found errors', errors.slice(0, 3).join(' '), 'code');
    return [checked, ...written, ...sendBack(state, place, failure, at)];
  }
  const asks = isCovered(state, question.action.terms, files) ? [] : ask(state, question, countAttempt(state), at);
  return [checked, ...written, ...asks, ...enterStage(state, place, 'submit', 'checked', at)];
}

function describeJudged(state: RunState, place: Place, output: Extract<LoopOutput, { kind: 'loop-judged' }>, at: number): RunEvent[] {
  const where = { part: place.part.name, attempt: place.attempt.number };
  const rerun = findSubmissionNow(place.attempt)?.rerun ?? 0;
  const event = describeMeasured({ ...where, rerun }, output, at);
  const now = event === null ? place : findPlace(applyLoopEvent(place.exp, event));
  const more = now === null ? null : planRerun(state, now, at);
  const next: RunEvent = { v: 1, at, type: 'loop.stage_entered', ...where, stage: 'decide', note: '' };
  return [...writeDocuments(output.documents, at), ...(event === null ? [] : [event]), ...(more ?? [next])];
}

/** Null for a re-run that left no number: it tells nothing of the noise. */
function describeMeasured(
  { part, attempt, rerun }: { part: string; attempt: number; rerun: number },
  { measured, value, looks }: Extract<LoopOutput, { kind: 'loop-judged' }>,
  at: number,
): LoopEventOf<'loop.judged'> | LoopEventOf<'loop.rerun_measured'> | null {
  if (rerun === 0) return { v: 1, at, type: 'loop.judged', part, attempt, measured, looks };
  return value === null ? null : { v: 1, at, type: 'loop.rerun_measured', part, attempt, rerun, value, looks };
}

/** Looks of one tick; only what tells something new becomes a fact. */
export function describeLoopLooks(state: RunState, exp: ExperimentState, looks: readonly LoopLook[], at: number): Decision {
  if (state.verdict !== null) return refuse('stale', 'Nothing is watched here any more.');
  const news = looks.filter((look) => {
    const known = findSubmission(exp, look.token);
    if (known === undefined || known.observation?.kind === 'ended') return false;
    return isNewObservation(known.observation, look.observation) || isNewProgress(known.progress, look.progress);
  });
  return { events: news.map((look): RunEvent => ({ v: 1, at, type: 'loop.observed', ...look })) };
}

/** A push is announced before it is made; only one that is asked for now. */
export function decideAnnouncement(exp: ExperimentState, command: CommandOf<'loop-announce' | 'loop-withdraw'>): Decision {
  const place = findPlace(exp);
  const now = place === null ? undefined : findSubmissionNow(place.attempt);
  if (now?.token !== command.token || now.kernel !== null) return refuse('stale', 'This push is no longer asked for.');
  const { at, token } = command;
  return {
    events: [
      command.kind === 'loop-announce'
        ? { v: 1, at, type: 'loop.push_announced', token }
        : { v: 1, at, type: 'loop.push_withdrawn', token, why: redactText(command.why).slice(0, 500) },
    ],
  };
}
