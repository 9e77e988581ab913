/** Where the agent comes into a run, and what its words lead to. Pure. */
import { auditEnd, type RunEvidence } from '../agent-session/audit.ts';
import { DEFAULT_LIMITS, extendLimits } from '../agent-session/limits.ts';
import type { AgentFact, AgentSession } from '../agent-session/schema.ts';
import { fits, foldFact } from '../agent-session/session.ts';
import { listJudgedGates, renderMeasured } from '../experiment/agents/evidence.ts';
import type { Observation } from '../jobs/job.ts';
import { redactText } from '../redact.ts';
import type { CommandOf } from './commands.ts';
import type { ApprovalAction, CommandAction, RunEvent } from './events.ts';
import { findLastJob, findOpenApproval, findSession, isStopping, type RunState, type StepState } from './state.ts';

/** Facts as events, or null when one of them no longer fits. What a last word claims and nothing shows is marked before anybody reads it. */
export function acceptFacts(state: RunState, command: CommandOf<'agent'>): RunEvent[] | null {
  let session: AgentSession | undefined = findSession(state);
  if (session?.id !== command.session || isStopping(state)) return null;
  const events: RunEvent[] = [];
  for (const told of command.facts) {
    if (session === undefined || told.kind === 'started' || !fits(session, told)) return null;
    const fact = told.kind === 'ended' ? auditEnd(told, session, collectEvidence(state)) : told;
    session = foldFact(session, fact, command.at);
    events.push({ v: 1, at: command.at, type: 'agent.fact', session: command.session, fact });
  }
  return events;
}

/** What the run knows without any word of a model: its patches and what was tried carry the reasoning of earlier sessions. */
function collectEvidence(state: RunState): RunEvidence {
  const part = state.agents.at(-1)?.place?.part;
  const watched = state.watch?.items ?? [];
  const progress = [...state.jobs, ...watched].flatMap((job) => (job.progress === null ? [] : [job.progress]));
  const documents = Object.entries(state.documents).flatMap(([path, text]) => (path === 'PATCHES.md' ? [] : [text]));
  const failures = [...state.failures, ...(state.watch?.failures ?? [])].map(({ failure }) =>
    [failure.title, failure.explanation, failure.evidence?.text ?? ''].join('\n'),
  );
  return {
    texts: [
      ...documents,
      ...failures,
      ...state.notes.map((note) => note.text),
      ...(state.experiment === null ? [] : [renderMeasured(state.experiment, part)]),
    ],
    jobs: [...state.jobs.flatMap((job) => (job.ref === null ? [] : [job.ref.jobId])), ...watched.map(({ jobId }) => jobId)],
    series: progress.flatMap(({ loss, metrics, history }) => [
      ...(loss === null ? [] : [{ name: loss.name, values: [loss.first, ...loss.points.map((point) => point.value), loss.last] }]),
      ...Object.entries(metrics).map(([name, value]) => ({ name, values: [value] })),
      ...Object.entries(history ?? {}).map(([name, points]) => ({ name, values: points.map((point) => point.value) })),
    ]),
    succeeded: isEndedWell(findLastJob(state)?.observation ?? null),
    gates: state.experiment === null ? [] : listJudgedGates(state.experiment, part),
  };
}

function isEndedWell(observation: Observation | null): boolean {
  return observation?.kind === 'ended' && observation.outcome === 'completed';
}

/** The question that the agent's wish leads to, or null when it no longer fits. */
export function holdCall(state: RunState, step: StepState, command: CommandOf<'agent-hold'>): RunEvent[] | null {
  const session = findSession(state);
  const id = state.approvals.length + 1;
  const fact: AgentFact = { kind: 'held', call: command.call, approval: id };
  if (session?.id !== command.session || findOpenApproval(state) !== undefined || !fits(session, fact)) return null;
  const { at, question, edit } = command;
  const held: RunEvent[] = [
    { v: 1, at, type: 'approval.requested', id, step: step.name, attempt: step.attempt, ...question },
    { v: 1, at, type: 'agent.fact', session: session.id, fact },
  ];
  if (edit === undefined) return held;
  const by = findEditor(state, command);
  if (by === null) return null;
  if (!edit.approved) return held;
  const granted: RunEvent = { v: 1, at, type: 'approval.granted', id, digest: question.digest, by, via: 'button', editOf: edit.of };
  return [...held, granted, { v: 1, at, type: 'agent.fact', session: session.id, fact: { kind: 'allowed', call: command.call } }];
}

/** Who changed a question to exactly the line that is asked for now; null when nobody has. */
function findEditor(state: RunState, { call, question, edit }: CommandOf<'agent-hold'>): string | null {
  const waiting = findSession(state)?.calls.find((item) => item.id === call);
  const first = state.approvals.find((item) => item.id === edit?.of);
  const now = question.action;
  if (waiting?.status !== 'edited' || waiting.approval !== first?.id || first?.action.kind !== 'run-command') return null;
  if (now.kind !== 'run-command' || first.settled?.as !== 'edited' || first.settled.command !== now.command) return null;
  return now.site === first.action.site && now.folder === first.action.folder ? first.settled.by : null;
}

/** The question that was answered “for this run” and covers this: the same line in the same place, which may do what was shown then. */
export function findRunGrant(state: RunState, action: CommandAction): number | null {
  const covers = (old: ApprovalAction): boolean =>
    old.kind === 'run-command' &&
    [old.site, old.folder, old.command].every((part, index) => part === [action.site, action.folder, action.command][index]) &&
    JSON.stringify(old.effects) === JSON.stringify(action.effects);
  const found = state.approvals.find(
    ({ settled, secretsHidden, action: old }) =>
      settled?.as === 'granted' && settled.reach === 'run' && secretsHidden !== true && covers(old),
  );
  return found?.id ?? null;
}

/** What an answer to the agent's question leads to; null for questions that are not the agent's. */
export function answerHeld(state: RunState, approval: number, answer: (call: string) => AgentFact, at: number): RunEvent | null {
  const session = findSession(state);
  const call = session?.calls.find((item) => item.approval === approval && item.status === 'held');
  if (session === undefined || call === undefined) return null;
  return { v: 1, at, type: 'agent.fact', session: session.id, fact: answer(call.id) };
}

/** Facts that take back the agent's own question, since the run has one now; none where it asks nothing. */
export function withdrawHeld(state: RunState, at: number): RunEvent[] {
  const open = findOpenApproval(state);
  if (open === undefined) return [];
  const why = 'the run itself asks now';
  const denied = answerHeld(state, open.id, (call) => ({ kind: 'denied', call, by: '', reason: why }), at);
  return denied === null ? [] : [{ v: 1, at, type: 'approval.withdrawn', id: open.id, why }, denied];
}

/** Whether a session may have changed something outside the plan: a command was allowed and ran, or a person answered it. */
export function hasActed(session: AgentSession): boolean {
  return session.calls.some(
    (call) =>
      call.result?.failed === false && (call.name === 'ask-person' || (call.name === 'run' && (call.approval ?? call.because) != null)),
  );
}

/** A reply that the working or asking agent should hear; null when there is no such session. */
export function tellAgent(state: RunState, note: CommandOf<'note'>): RunEvent | null {
  const session = findSession(state);
  if (session === undefined || session.waitsFor?.startsWith('approval:') === true) return null;
  const { at, by, ts } = note;
  const fact: AgentFact = { kind: 'told', by, text: redactText(note.text), ts };
  return { v: 1, at, type: 'agent.fact', session: session.id, fact };
}

/** A “go on” to an agent that has reached a limit; null when it has not. */
export function extendAgent(state: RunState, by: string, at: number): RunEvent | null {
  const session = findSession(state);
  if (session?.waitsFor?.startsWith('limit:') !== true) return null;
  const fact: AgentFact = { kind: 'extended', by, limits: extendLimits(session.limits, DEFAULT_LIMITS) };
  return { v: 1, at, type: 'agent.fact', session: session.id, fact };
}
