/** What people do with sessions of the agent beside a run: begin one, end it, take its change. Pure. */
import { explainNotHere, startForPerson, stopAside } from './call-skill.ts';
import type { CommandOf } from './commands.ts';
import { refuse, type Decision } from './decision.ts';
import type { RunEvent } from './events.ts';
import { applyProposal, restartStep } from './reproduce.ts';
import { findCurrentStep, findOpenApproval, findSession, isStopping, type RunState } from './state.ts';

/** A session begins that a person asked for; the run goes on meanwhile. */
export function callSkill(state: RunState, command: CommandOf<'skill'>): Decision {
  const elsewhere = explainNotHere(state, command.skill);
  if (elsewhere !== null) return refuse('busy', elsewhere);
  if (isStopping(state)) return refuse('finished', 'This run is being cancelled.');
  const open = findSession(state);
  if (open !== undefined)
    return refuse(
      'busy',
      `The agent works here already (${open.skill}${open.aside ? '; “stop” as a reply ends it' : ''}). Ask again when it has ended.`,
    );
  return { events: [startForPerson(state, command, command.at)] };
}

/** Ends the session beside the run, and leaves the run alone. */
export function stopAgent(state: RunState, { at }: CommandOf<'stop-agent'>): Decision {
  const session = findSession(state);
  if (session?.aside !== true) return refuse('stale', 'No agent works beside this run.');
  const open = findOpenApproval(state);
  const held = session.calls.some((call) => call.status === 'held' && call.approval === open?.id);
  const withdrawn: RunEvent[] =
    open !== undefined && held ? [{ v: 1, at, type: 'approval.withdrawn', id: open.id, why: 'the agent was stopped' }] : [];
  return { events: [...withdrawn, stopAside(session, 'stopped on request', at)] };
}

/** Whether the plan could be made anew now: the run waits with a question of its own, or has ended without success. */
export function canReplan(state: RunState): boolean {
  if (state.watch !== null || findCurrentStep(state) === undefined) return false;
  if (state.verdict !== null) return findOpenApproval(state) === undefined;
  const open = findOpenApproval(state);
  return state.cancel === null && open !== undefined && open.action.kind !== 'run-command';
}

/** The change that a session aside proposed goes into the plan; what was asked before is withdrawn, and the new plan is asked for. */
export function adoptChange(state: RunState, { by, at, session: id }: CommandOf<'adopt'>): Decision {
  const session = state.agents.find((agent) => agent.id === id);
  const proposal = session?.aside === true ? session.end?.proposal : null;
  if (session === undefined || proposal === null || proposal === undefined) return refuse('stale', 'There is no such change to take.');
  if (session.end?.adoptedBy !== undefined) return refuse('already-settled', `<@${session.end.adoptedBy}> took this change already.`);
  const step = findCurrentStep(state);
  if (!canReplan(state) || step === undefined)
    return refuse('busy', 'The plan can be changed when the run asks its next question, or when it has ended without success.');
  const restart = applyProposal(state.adjustment, proposal);
  if (restart === null) return refuse('changed', 'This change is in the plan already, or only a person can make it.');
  const open = findOpenApproval(state);
  return {
    events: [
      { v: 1, at, type: 'agent.fact', session: id, fact: { kind: 'adopted', by } },
      ...(state.verdict === null ? [] : [{ v: 1 as const, at, type: 'run.resumed' as const, by }]),
      ...(open === undefined
        ? []
        : [{ v: 1 as const, at, type: 'approval.withdrawn' as const, id: open.id, why: 'a change of the agent was taken' }]),
      ...restartStep(state, step, restart, at),
    ],
  };
}
