import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { applyChoices } from '../../src/core/experiment/choices.ts';
import { pickRules, readProject, type Project } from '../../src/core/experiment/project.ts';
import type { ExperimentAction, QuotaView, RunTerms } from '../../src/core/experiment/schema.ts';
import { findLeft } from '../../src/core/kaggle/quota.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { ReprobotError } from '../../src/errors.ts';
import { cloneRepository } from '../../src/git/clone.ts';
import { digestOf } from '../../src/runs/digest.ts';
import type { WorkerContext } from '../context.ts';
import { requireKaggle } from '../experiment/account.ts';
import { digestProject, projectFolder } from '../experiment/folders.ts';
import { lookAtQuota } from '../experiment/look-at-quota.ts';
import { askAboutProject } from '../experiment/question.ts';
import { probeHere } from '../isolation.ts';
import { defineEffect } from '../processor.ts';
import { cloneFolder, requireRepo } from '../workspace.ts';

/** Reads the project anew, and puts together the one question that covers all of it. */
export default defineEffect('loop-open', async ({ context, state, signal }) => {
  const kaggle = requireKaggle(context);
  const account = await kaggle.whoAmI(signal);
  const commit = await bringProject(context, state, signal);
  const folder = projectFolder(context, state);
  const text = await readFile(join(folder, 'project.yaml'), 'utf8').catch(() => {
    throw new ReprobotError({
      code: 'usage.bad-input',
      doing: 'reading the project',
      why: 'there is no project.yaml in its folder',
      remedy: 'docs/experiments.md shows one.',
    });
  });
  const read = readProject(text);
  if (!read.ok)
    throw new ReprobotError({
      code: 'usage.bad-input',
      doing: 'reading project.yaml',
      why: read.problems.join('; '),
      remedy: 'docs/experiments.md shows every key.',
    });
  const choices = state.experiment?.choices ?? {};
  const project = applyChoices(read.project, choices);
  const rulesSha256 = digestOf(pickRules(project));
  insistOnRules(state, rulesSha256);
  const files = await digestProject(folder);
  const terms = describeTerms(project, account, state.id);
  const quota = await readQuota(context, state, terms, signal);
  const dataScript = await describeScript(context, project, signal);
  const question = askAboutProject(project, { site: state.request.site, terms, files, dataScript, choices });
  return {
    kind: 'loop-opened',
    project,
    rulesSha256,
    commit,
    files,
    terms,
    quota,
    question,
    documents: [{ path: 'project.yaml', content: text }],
  };
});

/** What decides about passing is fixed by the first reading; later ones may bring notebooks and data, and nothing else. */
function insistOnRules({ experiment }: RunState, now: string): void {
  const fixed = experiment?.rulesSha256 ?? null;
  if (fixed === null || fixed === now) return;
  throw new ReprobotError({
    code: 'usage.bad-input',
    doing: 'reading project.yaml again',
    why: 'thresholds, targets, features or the stop rule have changed, and they were fixed before the first run',
    remedy: 'Put them back, or start another experiment.',
  });
}

/** A copy of the project as it is now; what is run later is this copy and is compared with what was approved. */
async function bringProject(context: WorkerContext, state: RunState, signal: AbortSignal): Promise<string> {
  const { git, embedded } = context.settings;
  const folder = cloneFolder(context, state);
  await rm(folder, { recursive: true, force: true });
  const limits = { maxBytes: git.maxMegabytes * 1_000_000, timeoutMs: git.timeoutSeconds * 1000, embedded, allowedHosts: git.allowedHosts };
  return (await cloneRepository(requireRepo(state), folder, limits, { signal })).commit;
}

function describeTerms({ kaggle, data }: Project, account: string, runId: string): RunTerms {
  const { accelerator, internet, minutes, datasets } = kaggle;
  const own = data.files.length > 0 ? [`${account}/${runId}-data`] : [];
  return { account, accelerator, internet, minutes, datasets: [...own, ...datasets] };
}

async function readQuota(
  context: WorkerContext,
  state: RunState,
  { accelerator, account }: RunTerms,
  signal: AbortSignal,
): Promise<QuotaView> {
  if (accelerator === 'none') return { accelerator, leftSeconds: null, totalSeconds: null, refreshAt: null };
  const quota = await lookAtQuota(context, state, account, signal);
  return {
    accelerator,
    leftSeconds: findLeft(quota[accelerator]),
    totalSeconds: quota[accelerator].totalSeconds,
    refreshAt: quota.refreshAt,
  };
}

async function describeScript(context: WorkerContext, { data }: Project, signal: AbortSignal): Promise<ExperimentAction['dataScript']> {
  if (data.script === undefined) return null;
  const { works, readable } = await probeHere(context, context.settings.kaggle.python, signal);
  return {
    command: [context.settings.kaggle.python, data.script],
    sandbox: works,
    internet: data.internet,
    minutes: data.minutes,
    readable: [...readable],
  };
}
