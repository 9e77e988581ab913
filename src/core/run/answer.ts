/** What an answer to a question leads to, and what it means that none came. Pure. */
import { returnRejected } from '../experiment/agents/settle.ts';
import { redactText } from '../redact.ts';
import { answerHeld, extendAgent } from './agent.ts';
import type { CommandOf } from './commands.ts';
import { refuse, type Decision } from './decision.ts';
import type { RunEvent } from './events.ts';
import { findExpiry, findOpenApproval, isStopping, type Approval, type RunState } from './state.ts';

/** Settles one question, once: by a yes that may reach further than this time, by a no, or by a change of what is asked. */
export function decideAnswer(state: RunState, command: CommandOf<'approve' | 'reject' | 'edit'>): Decision {
  const extended = command.kind === 'approve' && command.approvalId === null ? extendAgent(state, command.by, command.at) : null;
  if (extended !== null && !isStopping(state)) return { events: [extended] };
  const meant =
    command.approvalId === null ? findOpenApproval(state) : state.approvals.find((approval) => approval.id === command.approvalId);
  if (meant === undefined) return refuse('nothing-to-approve', 'Nothing waits for an answer here.');
  if (meant.settled !== null) return refuse('already-settled', describeSettled(meant));
  if (isStopping(state)) return refuse('finished', 'This run is being cancelled.');
  if (command.at >= (findExpiry(meant) ?? Infinity))
    return refuse('expired', `Question ${meant.id} waited a day for an answer, so it counts as a no.`);
  if (command.kind === 'reject') return decideNo(state, meant, command);
  if (command.digest !== null && command.digest !== meant.digest)
    return refuse('changed', 'The plan has changed since that message; please look again.');
  return command.kind === 'edit' ? decideEdit(state, meant, command) : decideYes(state, meant, command);
}

function decideYes(state: RunState, meant: Approval, command: CommandOf<'approve'>): Decision {
  const { at, by, via, reach } = command;
  if (meant.overBudget !== undefined && command.overBudget !== true)
    return refuse(
      'over-budget',
      `Not yet: ${meant.overBudget}. Press “Approve over budget”, or reply “approve over budget”, if you mean that.`,
    );
  const { id, step, attempt, action, digest } = meant;
  const offered = action.kind === 'run-command' ? action.reach : undefined;
  if (reach === 'run' && offered?.forRun !== true) return refuse('changed', 'This is asked about each time.');
  if (reach === 'always' && (offered?.offer ?? null) === null) return refuse('changed', 'No standing rule was proposed for this.');
  const granted: RunEvent = {
    v: 1,
    at,
    type: 'approval.granted',
    id,
    digest,
    by,
    via,
    ...(reach === undefined ? {} : { reach }),
    ...(command.overBudget === true && meant.overBudget !== undefined ? { overBudget: true as const } : {}),
  };
  const allowed = answerHeld(state, id, (call) => ({ kind: 'allowed', call }), at);
  if (allowed !== null) return { events: [granted, allowed] };
  if (step === 'experiment') return { events: [granted] };
  return { events: [granted, { v: 1, at, type: 'step.phase', step, attempt, phase: step === 'sample-run' ? 'submit' : 'work' }] };
}

function decideNo(state: RunState, { id, title, action }: Approval, command: CommandOf<'reject'>): Decision {
  const { at, by, via } = command;
  const said = redactText(command.reason.trim());
  const reason = said === '' ? 'no reason given' : said;
  const rejected: RunEvent = { v: 1, at, type: 'approval.rejected', id, by, reason, via };
  const denied = answerHeld(state, id, (call) => ({ kind: 'denied', call, by, reason: said }), at);
  if (denied !== null) return { events: [rejected, denied] };
  const back = returnRejected(state, action, { by, reason }, at);
  if (back !== null) return { events: [rejected, ...back] };
  const verdict = {
    as: state.experiment === null ? ('NOT READY' as const) : ('STOPPED' as const),
    reason: `${title} was rejected: ${reason}`,
  };
  return { events: [rejected, { v: 1, at, type: 'run.finished', verdict }] };
}

/** The changed line is judged before it runs; that is work of a worker. */
function decideEdit(state: RunState, { id, digest }: Approval, { at, by, command }: CommandOf<'edit'>): Decision {
  const edited = answerHeld(state, id, (call) => ({ kind: 'edited', call }), at);
  if (edited === null) return refuse('changed', 'Only a command that the agent asks for can be changed.');
  return { events: [{ v: 1, at, type: 'approval.edited', id, digest, by, command }, edited] };
}

/** A question that nobody answered in time counts as a no. */
export function expireQuestion(state: RunState, at: number): Decision {
  const open = findOpenApproval(state);
  const denied =
    open === undefined || at < (findExpiry(open) ?? Infinity)
      ? null
      : answerHeld(state, open.id, (call) => ({ kind: 'denied', call, by: '', reason: 'nobody answered' }), at);
  if (open === undefined || denied === null) return refuse('stale', 'No question has waited too long.');
  return { events: [{ v: 1, at, type: 'approval.expired', id: open.id }, denied] };
}

/** Who was first, for whoever comes second. */
export function describeSettled(approval: Approval): string {
  const by = approval.settled?.by ?? '';
  const who = by === '' ? '' : ` by <@${by}>`;
  return `Question ${approval.id} was ${approval.settled?.as ?? 'settled'}${who} already.`;
}
