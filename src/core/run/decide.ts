import type { AgentFact } from '../agent-session/schema.ts';
import { fits } from '../agent-session/session.ts';
import { settleAgent } from '../experiment/agents/settle.ts';
import { decideAnnouncement, decideLoopEffect, describeLoopLooks } from '../experiment/decide.ts';
import { proceedLoop } from '../experiment/move.ts';
import { decideLoopOrder } from '../experiment/orders.ts';
import { redactText } from '../redact.ts';
import { acceptFacts, holdCall, tellAgent } from './agent.ts';
import { decideAnswer, expireQuestion } from './answer.ts';
import { adoptChange, callSkill, stopAgent } from './beside.ts';
import { stopAside } from './call-skill.ts';
import type { Command, CommandOf } from './commands.ts';
import { refuse, type Decision } from './decision.ts';
import { listEffects, type Effect } from './effects.ts';
import type { RunEvent, StepName } from './events.ts';
import { foldEvent } from './fold.ts';
import { describeOutput, failStep, proceed, tryProposal } from './reproduce.ts';
import { findCurrentStep, findLastJob, findOpenApproval, findSession, RunState as RunStateSchema, type RunState } from './state.ts';
import { judgeWarnings } from './warnings.ts';
import { describeLooks, describeWatchExamined, isItemAlive, listToExamine, proceedWatch } from './watch.ts';

/**
 * Turns a command into facts. Pure: the same state and command give the same facts. What follows of itself (the next step, the
 * verdict) is part of the same answer, so that a journal never stands between two automatic moves.
 */
export function decide(state: RunState | null, command: Command): Decision {
  if (command.kind === 'request' || command.kind === 'watch' || command.kind === 'experiment') return decideRequest(state, command);
  if (command.kind === 'restore') return decideRestore(state, command);
  if (state === null) return refuse('unknown-run', 'I know no such run.');
  const direct = decideDirect(state, command);
  return direct.events === undefined ? direct : { events: extend(state, direct.events, command.at) };
}

function extend(state: RunState | null, events: readonly RunEvent[], at: number): RunEvent[] {
  const all = [...events];
  let now = all.reduce<RunState | null>(foldEvent, state);
  while (now !== null) {
    const more = proceedRun(now, at);
    if (more.length === 0) break;
    all.push(...more);
    now = more.reduce<RunState>(foldEvent, now);
  }
  return all;
}

function proceedRun(state: RunState, at: number): RunEvent[] {
  if (state.watch !== null) return proceedWatch(state, state.watch, at);
  return state.experiment === null ? proceed(state, at) : proceedLoop(state, state.experiment, at);
}

function decideRequest(state: RunState | null, command: CommandOf<'request' | 'watch' | 'experiment'>): Decision {
  if (state !== null) return refuse('exists', 'This run exists already.');
  const { runId, by, channel, site, at } = command;
  const asked = { v: 1, at, runId, by, channel, site } as const;
  return { events: extend(null, [describeRequest(command, asked)], at) };
}

type Asked = Pick<Extract<RunEvent, { type: 'run.requested' }>, 'v' | 'at' | 'runId' | 'by' | 'channel' | 'site'>;

function describeRequest(command: CommandOf<'request' | 'watch' | 'experiment'>, asked: Asked): RunEvent {
  if (command.kind === 'experiment') {
    const { repo, assistant, approvers, choices } = command;
    return { ...asked, type: 'loop.requested', repo, assistant, approvers, ...(choices === undefined ? {} : { choices }) };
  }
  return command.kind === 'request'
    ? {
        ...asked,
        type: 'run.requested',
        kind: 'reproduce',
        repo: command.repo,
        ...(command.assistant === undefined ? {} : { assistant: command.assistant }),
      }
    : { ...asked, type: 'watch.requested', target: command.target, items: command.items };
}

function decideRestore(state: RunState | null, command: CommandOf<'restore'>): Decision {
  if (state !== null) return refuse('exists', 'This run is in the journal; there is nothing to restore.');
  const parsed = RunStateSchema.safeParse(command.state);
  if (!parsed.success) return refuse('bad-state', `state.json does not fit: ${parsed.error.issues[0]?.message ?? 'unreadable'}.`);
  const restored: RunEvent = { v: 1, at: command.at, type: 'run.restored', by: command.by, state: parsed.data };
  return { events: extend(null, [restored, ...askAgain(parsed.data, command.at)], command.at) };
}

/** A question whose secrets the record does not keep can be answered no more; its step is planned anew and asks again. */
function askAgain(state: RunState, at: number): RunEvent[] {
  const open = findOpenApproval(state);
  if (open?.secretsHidden !== true || state.cancel !== null || state.verdict !== null) return [];
  const why = 'the record keeps no secrets, so the plan is made anew';
  if (open.step === 'experiment') return [];
  const plannedBy: readonly StepName[] = open.step === 'build-env' ? ['resolve-deps', 'build-env'] : [open.step];
  return [
    { v: 1, at, type: 'approval.withdrawn', id: open.id, why },
    ...plannedBy.map((step): RunEvent => ({ v: 1, at, type: 'step.reset', step, why })),
  ];
}

function decideDirect(state: RunState, command: Exclude<Command, { kind: 'request' | 'watch' | 'experiment' | 'restore' }>): Decision {
  const { at } = command;
  switch (command.kind) {
    case 'open-thread':
      return state.thread?.ts === command.ts
        ? { events: [] }
        : { events: [{ v: 1, at, type: 'thread.opened', channel: command.channel, ts: command.ts }] };
    case 'result':
    case 'fail':
    case 'delay':
      return decideEffect(state, command);
    case 'approve':
    case 'reject':
    case 'edit':
      return decideAnswer(state, command);
    case 'refuse-access':
      return { events: [{ v: 1, at, type: 'access.refused', by: command.by, what: command.what }] };
    case 'cancel':
      if (state.verdict !== null) return refuse('finished', `This run is over: ${state.verdict.as}.`);
      if (state.cancel !== null) return refuse('already-settled', 'This run is being cancelled already.');
      return { events: [{ v: 1, at, type: 'cancel.requested', by: command.by, reason: redactText(command.reason) }] };
    case 'note': {
      const note: RunEvent = { v: 1, at, type: 'note.added', by: command.by, text: redactText(command.text), ts: command.ts };
      const told = tellAgent(state, command);
      return { events: told === null ? [note] : [note, told] };
    }
    case 'skill':
      return callSkill(state, command);
    case 'stop-agent':
      return stopAgent(state, command);
    case 'adopt':
      return adoptChange(state, command);
    case 'agent':
      return decideAgent(state, command);
    case 'agent-hold': {
      const step = findCurrentStep(state) ?? state.steps.at(-1);
      const events = step === undefined ? null : holdCall(state, step, command);
      return events === null ? refuse('stale', 'The agent no longer needs this.') : { events };
    }
    case 'observe':
      return decideObservation(state, command);
    case 'observe-watch':
      return state.watch === null || state.verdict !== null || state.cancel !== null
        ? refuse('stale', 'Nothing is watched here any more.')
        : { events: describeLooks(state, state.watch, command.looks, at) };
    case 'resume':
      return decideResume(state, command);
    default:
      return state.experiment === null ? refuse('stale', 'This run is no experiment.') : decideLoop(state, state.experiment, command);
  }
}

function decideLoop(
  state: RunState,
  experiment: NonNullable<RunState['experiment']>,
  command: CommandOf<'loop-order' | 'loop-announce' | 'loop-withdraw' | 'observe-loop'>,
): Decision {
  switch (command.kind) {
    case 'loop-order':
      return decideLoopOrder(state, experiment, command);
    case 'observe-loop':
      return describeLoopLooks(state, experiment, command.looks, command.at);
    default:
      return decideAnnouncement(experiment, command);
  }
}

function decideEffect(state: RunState, command: CommandOf<'result' | 'fail' | 'delay'>): Decision {
  const step = findCurrentStep(state);
  const effect = listEffects(state).find((item) => item.id === command.effectId);
  if (effect?.kind === 'run-agent' && findSession(state)?.aside === true) return decideBeside(state, command);
  if (state.experiment !== null) return decideLoopEffect(state, state.experiment, command);
  if (effect?.kind === 'expire-question' && command.kind === 'result') return expireQuestion(state, command.at);
  if (effect !== undefined && state.watch !== null) return decideExamined(state, effect, command);
  if (effect === undefined || step === undefined) return refuse('stale', 'This work is no longer asked for.');
  if (command.kind === 'delay') {
    if (step.delay?.why === command.why) return { events: [] };
    const { at, why, until, needs } = command;
    return { events: [{ v: 1, at, type: 'step.delayed', step: step.name, attempt: step.attempt, why, until, needs }] };
  }
  if (command.kind === 'fail') return { events: failStep(state, step, command, command.at) };
  const { output, at } = command;
  return output.kind === 'question-expired'
    ? refuse('stale', 'No question has waited too long.')
    : { events: describeOutput(state, step, output, at) };
}

/** What goes wrong with a session beside the run is told there; the step that goes on meanwhile hears nothing of it. */
function decideBeside(state: RunState, command: CommandOf<'result' | 'fail' | 'delay'>): Decision {
  const session = findSession(state);
  if (session === undefined || command.kind === 'result') return { events: [] };
  if (command.kind === 'fail') {
    const { title, explanation } = command.failure;
    return { events: [stopAside(session, `${title}: ${explanation}`, command.at)] };
  }
  const fact: AgentFact = { kind: 'delayed', why: command.why };
  return { events: fits(session, fact) ? [{ v: 1, at: command.at, type: 'agent.fact', session: session.id, fact }] : [] };
}

function decideAgent(state: RunState, command: CommandOf<'agent'>): Decision {
  const facts = acceptFacts(state, command);
  if (facts === null) return refuse('stale', 'This session of the agent is no longer at that point.');
  const after = facts.reduce<RunState>(foldEvent, state);
  if (after.experiment !== null) return { events: [...facts, ...settleAgent(after, after.experiment, facts, command.at)] };
  const step = findCurrentStep(after);
  const session = after.agents.at(-1);
  if (!session?.end || session.aside || step === undefined) return { events: facts };
  const { proposal, report } = session.end;
  return { events: [...facts, ...tryProposal(after, step, proposal, report, command.at)] };
}

/** A log that cannot be read is told as what it is; it does not keep a watch from ending. */
function decideExamined(state: RunState, effect: Effect, command: CommandOf<'result' | 'fail' | 'delay'>): Decision {
  if (command.kind === 'delay') return { events: [] };
  if (command.kind === 'result') {
    return command.output.kind === 'watch-examined'
      ? { events: describeWatchExamined(command.output.found, command.at) }
      : refuse('stale', 'That is no answer to what was asked.');
  }
  const item = state.watch?.items.find((one) => one.token === effect.token);
  const ids = item === undefined ? [] : listToExamine(item);
  const found = {
    token: effect.token ?? '',
    looked: ids.map((id) => ({ id, failure: command.failure })),
    final: item !== undefined && !isItemAlive(item),
    usage: null,
    proposal: null,
  };
  return { events: describeWatchExamined(found, command.at) };
}

function decideObservation(state: RunState, command: CommandOf<'observe'>): Decision {
  const job = findLastJob(state);
  if (job === undefined || job.spec.token !== command.token || job.observation?.kind === 'ended' || state.verdict !== null) {
    return refuse('stale', 'This job is no longer watched.');
  }
  const { at, token, observation, progress, judged } = command;
  const warnings = judged === null || judged === undefined ? [] : judgeWarnings(state.warnings, token, judged);
  return {
    events: [
      { v: 1, at, type: 'job.observed', token, observation, progress },
      ...warnings.map((change): RunEvent => ({ v: 1, at, type: 'job.warned', change })),
    ],
  };
}

function decideResume(state: RunState, command: CommandOf<'resume'>): Decision {
  const { at, by } = command;
  if (state.experiment !== null && state.verdict === null) {
    const order = state.experiment.paused === null ? 'go-on' : 'resume';
    return decideLoopOrder(state, state.experiment, { ...command, kind: 'loop-order', order: { order } });
  }
  if (state.verdict === null) return refuse('nothing-to-resume', 'This run is going on; nothing had to be resumed.');
  if (state.verdict.as === 'ENDED') return refuse('nothing-to-resume', 'What was watched has ended.');
  if (state.experiment !== null) return decideLoopResume(state, command);
  if (state.verdict.as === 'READY') return refuse('nothing-to-resume', 'This run came to READY; start a new one with /hpc reproduce.');
  const events: RunEvent[] = [{ v: 1, at, type: 'run.resumed', by }];
  const step = findCurrentStep(state);
  if (step !== undefined) events.push({ v: 1, at, type: 'step.reset', step: step.name, why: 'resumed' });
  // The question that build-env starts with is made by the plan before it.
  if (step?.name === 'build-env') events.push({ v: 1, at, type: 'step.reset', step: 'resolve-deps', why: 'resumed' });
  return { events };
}

/** A loop that was stopped goes on where it stood; one that came to its end does not. */
function decideLoopResume(state: RunState, { at, by }: CommandOf<'resume'>): Decision {
  if (state.verdict?.as !== 'STOPPED' && state.experiment?.project !== null)
    return refuse('nothing-to-resume', `This loop came to its end: ${state.verdict?.as ?? ''}. Start a new one with /hpc loop start.`);
  return { events: [{ v: 1, at, type: 'run.resumed', by }] };
}
