import type { Quota } from '../../src/core/kaggle/quota.ts';
import { chooseProject } from '../../src/core/project/choose-project.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { tellQuota } from '../../src/runs/kaggle-quota.ts';
import type { WorkerContext } from '../context.ts';
import { requireQuota } from './account.ts';

/** Asks how the account's week stands before something of a run begins, and tells the journal of its project. */
export async function lookAtQuota(context: WorkerContext, state: RunState, account: string, signal: AbortSignal): Promise<Quota> {
  const seen = await requireQuota(context).fresh(signal);
  const project = chooseProject(state.request.channel, context.settings.projects);
  await tellQuota(context.projects, project, seen, { account, run: state.id });
  return seen.quota;
}
