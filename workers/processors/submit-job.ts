import type { ApprovalAction } from '../../src/core/run/events.ts';
import { permitSpec } from '../../src/core/run/retry.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { findLastJob } from '../../src/core/run/state.ts';
import { ReprobotError } from '../../src/errors.ts';
import { digestOf } from '../../src/runs/digest.ts';
import { requireYes } from '../approved.ts';
import type { WorkerContext } from '../context.ts';
import { defineEffect } from '../processor.ts';

export default defineEffect('submit-job', async ({ context, state, signal }) => {
  const job = findLastJob(state);
  if (job === undefined) throw new Error('a submission without a job');
  const backend = context.backendOf(state.request.site);
  if (state.cancel !== null || state.restored) {
    const found = await backend.find(job.spec);
    if (found !== null) return { kind: 'submitted', ref: found };
    if (state.cancel !== null) return { kind: 'not-submitted' };
  }
  const approval = requireYes(state, 'sample-run');
  const { action } = approval;
  if (job.spec.resources.gpus > 0 && approval.settled?.overBudget !== true) await requireBudget(context, state);
  checkUnchanged(context, state, action);
  const host = context.hostOf(state.request.site);
  for (const file of state.sample?.plan.files ?? []) await host.writeFile(`${job.spec.runFolder}/${file.path}`, file.content);
  return { kind: 'submitted', ref: await backend.submit(job.spec, { signal }) };
});

/** What is about to run must be, to the letter, what a person approved, or a retry of it that differs in its name and in the nodes it avoids. */
function checkUnchanged(context: WorkerContext, state: RunState, action: ApprovalAction): void {
  const job = findLastJob(state);
  if (job === undefined || action.kind !== 'submit-job') throw changed();
  if (digestOf(job.spec) !== digestOf(permitSpec(state, action.spec))) throw changed();
  const rendered = context.backendOf(state.request.site).render(action.spec);
  const files = [
    ...rendered.files.map((file) => ({ path: file.name, content: file.content })),
    ...(state.sample?.plan.files ?? []).map(({ path, content }) => ({ path, content })),
  ];
  const now = { kind: 'submit-job', site: state.request.site, spec: action.spec, command: rendered.command, files };
  if (digestOf(now) !== digestOf(action)) throw changed();
}

/** The budget may have been used up since the question was asked: then the job waits for an answer to that. */
async function requireBudget(context: WorkerContext, state: RunState): Promise<void> {
  if ((await context.budgets.findBlock(state.request.channel, 'gpu-hours')) === null) return;
  throw new ReprobotError({
    code: 'budget.used-up',
    doing: 'submitting the sample job',
    why: 'the project’s budget of GPU hours is used up since; the question about it stands in the channel, `/hpc budget` shows it',
  });
}

function changed(): ReprobotError {
  return new ReprobotError({
    code: 'usage.bad-input',
    doing: 'submitting the sample job',
    why: 'it is not to the letter what was approved (was Reprobot updated in between?)',
    remedy: 'Press “Try again”; the plan will be shown anew.',
  });
}
