/** How a reproduce run moves: which step follows which, what a result leads to, and when it is over. Pure. */
import type { Proposal } from '../agent-session/schema.ts';
import type { FailureHistory } from '../failure-history.ts';
import type { Failure, Remedy } from '../failure.ts';
import { describeProbe } from '../sample-run/probe-result.ts';
import { describeCutShort } from '../sample-run/summary.ts';
import { withdrawHeld } from './agent.ts';
import { callBeside, callForFailure } from './call-skill.ts';
import type { EffectOutput } from './commands.ts';
import {
  cutDocument,
  DOCUMENT_LIMIT,
  type Adjustment,
  type ApprovalAction,
  type Phase,
  type RunEvent,
  type SampleResult,
  type StepName,
} from './events.ts';
import { formatCount, formatNumber } from './format.ts';
import { keepLessons } from './lessons.ts';
import { planRetry, startRetry } from './retry.ts';
import { findCurrentStep, findLastJob, findOpenApproval, isJobAlive, MAX_ATTEMPTS, type RunState, type StepState } from './state.ts';
import { questionPath, renderQuestion } from './view/question.ts';

/** The moves that follow without anybody doing anything; empty when the run waits for work, a person or a job. */
export function proceed(state: RunState, at: number): RunEvent[] {
  if (state.verdict !== null) return keepLessons(state, at);
  if (state.cancel !== null) return proceedToCancelled(state, at);
  const step = findCurrentStep(state);
  if (step === undefined) return [];
  if (step.status === 'todo') {
    return [{ v: 1, at, type: 'step.started', step: step.name, attempt: step.attempt + 1, phase: 'work' }];
  }
  const job = findLastJob(state);
  if (step.phase === 'watch' && job?.observation?.kind === 'ended') {
    return [{ v: 1, at, type: 'step.phase', step: step.name, attempt: step.attempt, phase: 'examine' }];
  }
  return [];
}

function proceedToCancelled(state: RunState, at: number): RunEvent[] {
  const job = findLastJob(state);
  const step = findCurrentStep(state);
  if (isJobAlive(job)) return [];
  if (step?.status === 'running' && step.phase === 'submit' && job?.ref === null) return [];
  const open = findOpenApproval(state);
  const events: RunEvent[] =
    open === undefined ? [] : [{ v: 1, at, type: 'approval.withdrawn', id: open.id, why: 'the run was cancelled' }];
  const reason = state.cancel?.reason.trim() ?? '';
  return [
    ...events,
    { v: 1, at, type: 'run.finished', verdict: { as: 'CANCELLED', reason: reason === '' ? 'cancelled on request' : reason } },
  ];
}

/** Facts that the output of the current effect makes. */
export function describeOutput(
  state: RunState,
  step: StepState,
  output: Exclude<EffectOutput, { kind: 'question-expired' }>,
  at: number,
): RunEvent[] {
  const done = (summary: string): RunEvent => ({ v: 1, at, type: 'step.done', step: step.name, attempt: step.attempt, summary });
  const phase = (to: Phase): RunEvent => ({ v: 1, at, type: 'step.phase', step: step.name, attempt: step.attempt, phase: to });
  switch (output.kind) {
    case 'cloned': {
      const { commit, committedAt, sizeBytes, files } = output;
      return [{ v: 1, at, type: 'repo.cloned', commit, committedAt, sizeBytes, files }, done(`at ${commit.slice(0, 7)}, ${files} files`)];
    }
    case 'mapped':
      return [{ v: 1, at, type: 'repo.mapped', map: output.map }, ...writeDocuments(output.documents, at), done(describeMap(output.map))];
    case 'env-planned':
      return describeEnvironment(state, step, output, at);
    case 'env-built':
      return [
        { v: 1, at, type: 'env.built', packages: output.packages, seconds: output.seconds },
        done(`${formatCount(Object.keys(output.packages).length, 'package')} verified`),
      ];
    case 'sample-planned': {
      const { plan, spec, question } = output;
      if (isUnreadable(state, question)) return failStep(state, step, { failure: describeUnreadable(question.title) }, at);
      const asked = { id: state.approvals.length + 1, step: step.name, attempt: step.attempt, ...question };
      const written = writeDocuments([describeQuestion(state, question)], at);
      return [
        ...withdrawHeld(state, at),
        { v: 1, at, type: 'sample.planned', plan, spec },
        ...written,
        phase('approval'),
        { v: 1, at, type: 'approval.requested', ...asked },
        ...callBeside(state, { at: 'sample', plan }, at),
      ];
    }
    case 'submitted':
      return [{ v: 1, at, type: 'job.submitted', ref: output.ref }, phase('watch')];
    case 'not-submitted':
      return [phase('work')];
    case 'retry-due':
      return startRetry(state, step, at);
    case 'examined':
      return describeExamined(state, step, output, at, done);
    case 'watch-examined':
      return [];
  }
}

function describeEnvironment(
  state: RunState,
  step: StepState,
  output: Extract<EffectOutput, { kind: 'env-planned' }>,
  at: number,
): RunEvent[] {
  const { plan, runFolder, question } = output;
  if (isUnreadable(state, question)) return failStep(state, step, { failure: describeUnreadable(question.title) }, at);
  const build = state.steps.find((item) => item.name === 'build-env');
  const attempt = (build?.attempt ?? 0) + 1;
  return [
    ...withdrawHeld(state, at),
    { v: 1, at, type: 'env.planned', plan, runFolder },
    ...writeDocuments([...output.documents, describeQuestion(state, question)], at),
    { v: 1, at, type: 'step.done', step: step.name, attempt: step.attempt, summary: describePlan(plan.packages) },
    { v: 1, at, type: 'step.started', step: 'build-env', attempt, phase: 'approval' },
    { v: 1, at, type: 'approval.requested', id: state.approvals.length + 1, step: 'build-env', attempt, ...question },
    ...callBeside(state, { at: 'environment', plan, missingAssets: state.map?.missingAssets ?? [] }, at),
  ];
}

/** Nobody can approve what cannot be shown whole. */
function isUnreadable(state: RunState, question: Parameters<typeof describeQuestion>[1]): boolean {
  return describeQuestion(state, question).content.length > DOCUMENT_LIMIT;
}

function describeUnreadable(title: string): Failure {
  return {
    class: 'usage_error',
    title: 'The plan is too large to be shown',
    evidence: null,
    confidence: 1,
    fault: 'request',
    route: 'ask',
    remedy: null,
    explanation: `“${title}” holds more than ${DOCUMENT_LIMIT} characters, and nobody could say what they approve.`,
    facts: {},
  };
}

function describeQuestion(
  state: RunState,
  question: { title: string; action: ApprovalAction; digest: string },
): { path: string; content: string } {
  const id = state.approvals.length + 1;
  return { path: questionPath(id), content: renderQuestion(id, question.title, question.action, question.digest) };
}

function writeDocuments(documents: readonly { path: string; content: string }[], at: number): RunEvent[] {
  return documents.map(({ path, content }) => ({ v: 1, at, type: 'document.written', path, content: cutDocument(content) }));
}

function describeMap(map: { entryCount: number; hardware: { class: string } }): string {
  return `${formatCount(map.entryCount, 'entry', 'entries')}, ${map.hardware.class}`;
}

function describePlan(packages: readonly { how: string }[]): string {
  const count = (how: string): number => packages.filter((item) => item.how === how).length;
  if (packages.length === 0) return 'needs no package';
  const toInstall = count('pip') + count('apt') + count('source');
  const parts = [`${formatCount(count('present'), 'package')} there`, toInstall === 0 ? 'nothing to install' : `${toInstall} to install`];
  return count('no-op') === 0 ? parts.join(', ') : `${parts.join(', ')}, ${count('no-op')} without effect`;
}

function describeExamined(
  state: RunState,
  step: StepState,
  output: Extract<EffectOutput, { kind: 'examined' }>,
  at: number,
  done: (summary: string) => RunEvent,
): RunEvent[] {
  const examined: RunEvent = { v: 1, at, type: 'sample.examined', result: output.result };
  if (output.failure !== null)
    return [
      examined,
      ...writeDocuments(output.documents, at),
      ...failStep(state, step, { failure: output.failure, history: output.history }, at),
    ];
  if (output.result.probe !== undefined) return finishProbe(examined, output, done, at);
  const loss = output.result.progress.loss;
  const steps = describeExtent(output.result);
  const course = loss === null ? '' : `, ${loss.name} ${formatNumber(loss.first)} → ${formatNumber(loss.last)}`;
  const summary = `${steps}${course}`;
  return [
    examined,
    ...writeDocuments(output.documents, at),
    done(summary),
    { v: 1, at, type: 'run.finished', verdict: { as: 'READY', reason: `sample run: ${summary}` } },
  ];
}

/** How much of the plan was done, or that the clock decided it. */
function describeExtent({ cutShort, stepsDone }: SampleResult): string {
  if (cutShort !== undefined) return `the clock stopped it ${describeCutShort(cutShort)}`;
  return stepsDone === null ? 'finished' : `${stepsDone} steps`;
}

/** A probe's READY says in its reason that nothing was trained. */
function finishProbe(
  examined: RunEvent,
  output: Extract<EffectOutput, { kind: 'examined' }>,
  done: (summary: string) => RunEvent,
  at: number,
): RunEvent[] {
  const summary = describeProbe(output.result.probe ?? { items: [] });
  return [
    examined,
    ...writeDocuments(output.documents, at),
    done(summary),
    { v: 1, at, type: 'run.finished', verdict: { as: 'READY', reason: summary } },
  ];
}

interface Failed {
  readonly failure: Failure;
  readonly history?: FailureHistory | undefined;
}

/** A failed step leads to the same again where the policy allows it; to an adjusted plan that a person will see and approve; to the agent, where
 *  there is one and rules know no way out; or it ends the run. */
export function failStep(state: RunState, step: StepState, { failure, history }: Failed, at: number): RunEvent[] {
  const failed: RunEvent = { v: 1, at, type: 'step.failed', step: step.name, attempt: step.attempt, failure, history };
  const retry = planRetry(state, step, failure, at);
  if (retry !== null) return [failed, retry];
  const restart = failure.remedy === null ? null : applyRemedy(state.adjustment, failure.remedy);
  const mayGoOn = countPlans(state, step) < MAX_ATTEMPTS;
  if (restart !== null && mayGoOn) return [failed, ...restartStep(state, step, restart, at)];
  const called = restart === null && mayGoOn ? callForFailure(state, step, failure, at) : null;
  if (called !== null) return [failed, ...called];
  const last = restart === null ? '' : ` That was attempt ${step.attempt} of ${MAX_ATTEMPTS}.`;
  return [failed, finishUnready(`${failure.explanation}${last}`, at)];
}

/** What follows when the agent has ended: its change is planned and shown, or its report is the last word. */
export function tryProposal(state: RunState, step: StepState, proposal: Proposal | null, report: string, at: number): RunEvent[] {
  const restart = proposal === null ? null : applyProposal(state.adjustment, proposal);
  if (restart !== null) return restartStep(state, step, restart, at);
  const failure = state.failures.at(-1)?.failure;
  const found = report === '' ? 'the agent found no way out' : report;
  return [finishUnready(`${failure?.title ?? 'It failed'}; ${found}`.slice(0, 2000), at)];
}

function finishUnready(reason: string, at: number): RunEvent {
  return { v: 1, at, type: 'run.finished', verdict: { as: 'NOT READY', reason } };
}

/** The plan is made anew with a change, from the first step that it concerns. */
export function restartStep(state: RunState, step: StepState, restart: Restart, at: number): RunEvent[] {
  const resets = restart.from.filter(
    (name) => name !== step.name && state.steps.some((item) => item.name === name && item.status !== 'todo'),
  );
  if (step.name === 'build-env' && !resets.includes('resolve-deps')) resets.push('resolve-deps');
  return [
    { v: 1, at, type: 'plan.adjusted', adjustment: restart.adjustment, why: restart.why },
    ...[...resets, step.name].map((name): RunEvent => ({ v: 1, at, type: 'step.reset', step: name, why: restart.why })),
  ];
}

/** The plan with the agent's change in it, or null when it was tried already or only a person could do it. */
export function applyProposal(adjustment: Adjustment, { change, reasoning }: Proposal): Restart | null {
  if (change.kind === 'remedy') return applyRemedy(adjustment, change.remedy);
  const diff = change.diff.trim();
  if (adjustment.patches.some((patch) => patch.diff.trim() === diff)) return null;
  const files = [...new Set([...diff.matchAll(/^\+\+\+ (?:b\/)?(\S+)/gm)].map((match) => match[1] ?? ''))];
  const why = `change ${files.join(', ')}: ${(reasoning.split('\n')[0] ?? '').replace(/[.\s]+$/, '')}`.slice(0, 300);
  return { adjustment: { ...adjustment, patches: [...adjustment.patches, { diff: `${diff}\n`, why }] }, from: [], why };
}

/** Attempts that a person could decide on: those that only repeated one are not counted. */
function countPlans(state: RunState, step: StepState): number {
  return step.attempt - state.failures.filter((item) => item.step === step.name && item.retry !== undefined).length;
}

interface Restart {
  readonly adjustment: Adjustment;
  readonly from: readonly StepName[];
  readonly why: string;
}

/** The plan with the remedy in it, or null when the remedy needs a person or has been tried already. */
export function applyRemedy(adjustment: Adjustment, remedy: Remedy): Restart | null {
  switch (remedy.kind) {
    case 'install': {
      const known = new Set(adjustment.packages.map((item) => `${item.name}${item.specifier}`));
      const added = remedy.packages.filter((item) => !known.has(`${item.name}${item.specifier}`));
      if (added.length === 0) return null;
      const names = added.map((item) => `${item.name}${item.specifier}`).join(', ');
      const packages = [...adjustment.packages.filter((item) => !added.some((other) => other.name === item.name)), ...added];
      return { adjustment: { ...adjustment, packages }, from: ['resolve-deps', 'build-env'], why: `install ${names}` };
    }
    case 'set-argument': {
      if (adjustment.arguments[remedy.argument] === remedy.value) return null;
      const changed = { ...adjustment.arguments, [remedy.argument]: remedy.value };
      return { adjustment: { ...adjustment, arguments: changed }, from: [], why: `${remedy.argument} ${remedy.value}` };
    }
    case 'set-env': {
      if (adjustment.env[remedy.name] === remedy.value) return null;
      const env = { ...adjustment.env, [remedy.name]: remedy.value };
      return { adjustment: { ...adjustment, env }, from: [], why: `${remedy.name}=${remedy.value}` };
    }
    case 'more-resources': {
      const memoryFactor = adjustment.memoryFactor * remedy.memoryFactor;
      const timeFactor = adjustment.timeFactor * remedy.timeFactor;
      return { adjustment: { ...adjustment, memoryFactor, timeFactor }, from: [], why: `ask for ${describeFactors(remedy)}` };
    }
    case 'retry':
      return { adjustment, from: [], why: 'try once more' };
    case 'ask':
    case 'provide-path':
      return null;
  }
}

function describeFactors(remedy: Extract<Remedy, { kind: 'more-resources' }>): string {
  const parts = [];
  if (remedy.memoryFactor !== 1) parts.push(`${remedy.memoryFactor} times the memory`);
  if (remedy.timeFactor !== 1) parts.push(`${remedy.timeFactor} times the time`);
  return parts.join(' and ');
}
