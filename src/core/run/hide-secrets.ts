/** What leaves the journal never holds a secret that a repository has written down: the thread, the record and its commits. */
import { redactDeep } from '../redact.ts';
import type { ApprovalAction } from './events.ts';
import type { Approval, RunState } from './state.ts';

/** The action as it may be shown; equal to what was given when no secret is in it. */
export function hideInAction(action: ApprovalAction): ApprovalAction {
  return redactDeep(action);
}

/** True when something of the action is shown as a mark and not as what it is. */
export function hidesSecrets(action: ApprovalAction): boolean {
  return JSON.stringify(hideInAction(action)) !== JSON.stringify(action);
}

/** The state as state.json holds it. A question whose action had to be changed for that is marked: it can no longer be carried out. */
export function hideSecrets(state: RunState): RunState {
  const { approvals, ...rest } = state;
  return { ...redactDeep(rest), approvals: approvals.map(hideInApproval) };
}

function hideInApproval(approval: Approval): Approval {
  const hidden = redactDeep(approval);
  return hidesSecrets(approval.action) ? { ...hidden, secretsHidden: true } : hidden;
}
