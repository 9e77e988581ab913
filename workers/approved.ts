import type { ApprovalAction, StepName } from '../src/core/run/events.ts';
import type { Approval, RunState } from '../src/core/run/state.ts';
import { ReprobotError } from '../src/errors.ts';
import { digestOf } from '../src/runs/digest.ts';

/** The command line that a person allowed the agent to run under this question; throws when nobody has, or its digest is not its own. */
export function requireCommand(state: RunState, id: number | null): Extract<ApprovalAction, { kind: 'run-command' }> {
  const approval = state.approvals.find((item) => item.id === id);
  const action = approval?.action;
  if (approval?.settled?.as === 'granted' && action?.kind === 'run-command' && digestOf(action) === approval.digest) return action;
  throw new ReprobotError({
    code: 'usage.bad-input',
    doing: 'running a command for the agent',
    why: 'nobody has approved exactly this command',
  });
}

/** The action that a person allowed for the current attempt of a step, or for the one that it repeats; throws when there is none or its digest is not its own. */
export function requireGranted(state: RunState, step: StepName): ApprovalAction {
  return requireYes(state, step).action;
}

/** The same with everything that was said in the answer. */
export function requireYes(state: RunState, step: StepName): Approval {
  const current = state.steps.find((item) => item.name === step);
  const attempt = current?.approvedAs ?? current?.attempt;
  const approval = state.approvals.findLast((item) => item.step === step && item.attempt === attempt && item.action.kind !== 'run-command');
  if (approval?.settled?.as === 'granted' && digestOf(approval.action) === approval.digest) return approval;
  throw new ReprobotError({
    code: 'usage.bad-input',
    doing: `starting ${step}`,
    why: 'nobody has approved exactly this action',
    remedy: 'Press “Try again”; the plan will be shown anew.',
  });
}
