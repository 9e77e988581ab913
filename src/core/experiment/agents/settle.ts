/** What follows when the agent of a stage has ended. Nothing here reads a gate, and nothing of it can change one. Pure. */
import type { AgentPlace } from '../../agent-session/schema.ts';
import type { Failure } from '../../failure.ts';
import { cutDocument, type ApprovalAction, type RunEvent } from '../../run/events.ts';
import type { RunState } from '../../run/state.ts';
import { describeLoopFailure } from '../failure.ts';
import { attemptFolder, listMade } from '../files.ts';
import { applyLoopEvent } from '../fold.ts';
import { enterStage, findPlace, hold, sendBack, type Place } from '../move.ts';
import type { ExperimentState, LoopEventOf } from '../schema.ts';
import { findNextStage, type Stage } from '../stages.ts';
import { SCRIPT_FILE, writeCode, writeHandOver } from './files.ts';
import { keepHandOver, readAgentEnd, type AgentEnd } from './session.ts';

/** What the end of a session makes, where one of these facts is it; nothing where the loop has moved on meanwhile. */
export function settleAgent(state: RunState, exp: ExperimentState, facts: readonly RunEvent[], at: number): RunEvent[] {
  const worked = state.agents.at(-1)?.place;
  const ended = facts.flatMap((event) => (event.type === 'agent.fact' && event.fact.kind === 'ended' ? [event.fact] : [])).at(-1);
  const place = findPlace(exp);
  if (worked === undefined || ended === undefined || place === null) return [];
  if (place.part.name !== worked.part || place.attempt.number !== worked.attempt) return [];
  const end = readAgentEnd(ended, worked);
  if (end.kind === 'nothing') return [hold(place, askInstead(worked.stage, place, end.why), at)];
  return takeHandOver(state, place, { worked, ...end }, at);
}

/** A session that cannot be worked on – no key, no permission – ends, and a person is asked. */
export function stopAgent(state: RunState, place: Place, failure: Failure, at: number): RunEvent[] {
  const session = state.agents.at(-1);
  if (session?.place === undefined) return [];
  const report = `${failure.title}: ${failure.explanation}`;
  return [
    { v: 1, at, type: 'agent.fact', session: session.id, fact: { kind: 'ended', as: 'stopped', report, proposal: null } },
    hold(place, askInstead(session.place.stage, place, report), at),
  ];
}

/** What a no to the code of an agent leads to: it goes back to whoever wrote it, with the reason. Null for a question about anything else. */
export function returnRejected(
  state: RunState,
  action: ApprovalAction,
  { by, reason }: { readonly by: string; readonly reason: string },
  at: number,
): RunEvent[] | null {
  const place = state.experiment === null ? null : findPlace(state.experiment);
  if (place === null || action.kind !== 'run-experiment' || state.request.assistant !== true) return null;
  const made = listMade(state, action);
  if (made.length === 0) return null;
  const [name, what] = made.some((path) => path.endsWith(`/${SCRIPT_FILE}`))
    ? (['loop:data_script_failed', 'the data script'] as const)
    : (['loop:notebook_refused', 'the notebook'] as const);
  const failure = describeLoopFailure(name, `A person rejected ${what}: ${reason.slice(0, 300)}`, `Rejected by ${by}.`, 'code');
  return sendBack(state, place, failure, at);
}

interface Taken extends Extract<AgentEnd, { kind: 'handed-over' }> {
  readonly worked: AgentPlace;
}

function takeHandOver(state: RunState, place: Place, { worked, handOver, refuted }: Taken, at: number): RunEvent[] {
  const folder = attemptFolder(worked.part, worked.attempt);
  const lay = (file: { path: string; content: string }) => ({ path: `${folder}/${file.path}`, content: cutDocument(file.content) });
  const code = writeCode(handOver).map(lay);
  const handedOver: LoopEventOf<'loop.handed_over'> = {
    v: 1,
    at,
    type: 'loop.handed_over',
    part: worked.part,
    attempt: worked.attempt,
    handedOver: keepHandOver(
      handOver,
      code.map(({ path }) => path),
    ),
  };
  const written = [...code, lay(writeHandOver(handOver))].map((file): RunEvent => ({ v: 1, at, type: 'document.written', ...file }));
  const now = findPlace(applyLoopEvent(place.exp, handedOver)) ?? place;
  return [...written, handedOver, ...moveOn(state, now, worked, refuted, at)];
}

function moveOn(state: RunState, place: Place, { stage }: AgentPlace, refuted: string | null, at: number): RunEvent[] {
  // The plan is for the architect, whose stage stands.
  if (stage === 'evaluator') return [];
  if (refuted !== null) {
    const title = 'The fact-check refutes what the research claims';
    return sendBack(state, place, describeLoopFailure('loop:claim_refuted', title, refuted.slice(0, 2000), 'data'), at);
  }
  // Its script is run, once somebody has approved it, before anything follows.
  const next = stage === 'builder_data' ? stage : findNextStage(stage);
  return enterStage(state, place, next, summaryOf(place), at);
}

function summaryOf({ attempt }: Place): string {
  return (attempt.handedOver.at(-1)?.summary.split('\n')[0] ?? '').slice(0, 300);
}

/** An agent that cannot go on asks; what it said is told as its word. */
function askInstead(stage: Stage, { attempt }: Place, why: string): Parameters<typeof hold>[1] {
  return {
    kind: 'rounds',
    stage: attempt.stage,
    title: `The agent for ${stage.replaceAll('_', ' ')} handed nothing over`,
    text: `It says: ${why.slice(0, 1500)}\nChange the project, or bring the files yourself, and say “go on” here; /hpc loop next leaves this feature.`,
    link: null,
  };
}
