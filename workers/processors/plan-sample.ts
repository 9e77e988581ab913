import { NO_ISOLATION, type Isolation, type JobSpec } from '../../src/core/jobs/job.ts';
import { needsNetwork } from '../../src/core/jobs/needs-network.ts';
import { describeBlock } from '../../src/core/ledger/budget.ts';
import type { RepoMap } from '../../src/core/repo-map/schema.ts';
import type { ApprovalAction } from '../../src/core/run/events.ts';
import { findCurrentStep, type RunState } from '../../src/core/run/state.ts';
import { planSample, type SampleRequest } from '../../src/core/sample-run/plan.ts';
import { chooseWork, planProbe, type SampleWork } from '../../src/core/sample-run/probe-plan.ts';
import type { SamplePlan } from '../../src/core/sample-run/schema.ts';
import type { SiteProfile } from '../../src/core/site.ts';
import { ReprobotError } from '../../src/errors.ts';
import { digestOf } from '../../src/runs/digest.ts';
import type { WorkerContext } from '../context.ts';
import { probeSandbox } from '../isolation.ts';
import { fill, fillAll } from '../placeholders.ts';
import { defineEffect } from '../processor.ts';
import { probeSite, profileOf } from '../site-facts.ts';
import { readMap } from '../workspace.ts';

export default defineEffect('plan-sample', async ({ context, state, signal }) => {
  const env = state.env;
  if (env === null) throw new Error('a sample run without an environment');
  const site = profileOf(context, state);
  const { map, input, probe } = await readMap(context, state, signal);
  const facts = await probeSite(context, state, map, signal);
  const { memoryFactor, timeFactor, arguments: changed, env: changedEnv, patches } = state.adjustment;
  const adjust = { arguments: changed, env: changedEnv, memoryFactor, timeFactor, patches: patches.map((item) => item.diff) };
  const work = chooseWork(map, probe);
  const plan = planWork(work, { map, site, facts, env: env.plan, files: input.files, adjust });
  if (work === undefined || plan === null)
    throw new ReprobotError({
      code: 'usage.bad-input',
      doing: 'planning the sample run',
      why: 'no program that could be run was found in the repository',
    });
  const isolation = await planIsolation(context, state, { site, map, plan, work }, signal);
  const spec = makeSpec(state, plan, site, env.runFolder, isolation);
  const rendered = context.backendOf(site.id).render(spec);
  const files = [
    ...rendered.files.map((file) => ({ path: file.name, content: file.content })),
    ...plan.files.map(({ path, content }) => ({ path, content })),
  ];
  const action: ApprovalAction = { kind: 'submit-job', site: site.id, spec, command: [...rendered.command], files };
  const block = spec.resources.gpus > 0 ? await context.budgets.findBlock(state.request.channel, 'gpu-hours') : null;
  return {
    kind: 'sample-planned',
    plan,
    spec,
    question: {
      title: `Run the ${plan.mode === 'probe' ? 'probe' : 'sample'} on ${site.id}`,
      action,
      digest: digestOf(action),
      ...(block === null ? {} : { overBudget: describeBlock(block) }),
    },
  };
});

function planWork(work: SampleWork | undefined, request: SampleRequest): SamplePlan | null {
  if (work === undefined) return null;
  const asked = { ...request, entry: work.entry };
  return work.probe === null ? planSample(asked) : planProbe(asked, work.probe);
}

/** Ends that a job can come to because it had no network and wanted it after all. */
const OFFLINE_FAILURES = new Set(['network_timeout', 'dataset_missing', 'checkpoint_missing_or_mismatch']);

/** A sandbox where there is one, and the network only for what has to be downloaded, or once its absence has stopped a sample. */
async function planIsolation(
  context: WorkerContext,
  state: RunState,
  sample: { readonly site: SiteProfile; readonly map: RepoMap; readonly plan: SamplePlan; readonly work: SampleWork },
  signal: AbortSignal,
): Promise<Isolation> {
  const probe = await probeSandbox(context, sample.site, state.env?.plan.basePython.path ?? 'python3', signal);
  if (!probe.works) return NO_ISOLATION;
  const lacked = state.failures.some((item) => item.step === 'sample-run' && OFFLINE_FAILURES.has(item.failure.class));
  const network =
    !probe.canCutNetwork || lacked || (sample.work.probe === null && needsNetwork(sample.map, sample.work.entry, sample.plan.notes));
  // What pip is told, perhaps with a password for an index, is no business of the job.
  const readable = probe.readable.filter((path) => !path.endsWith('/pip.conf'));
  return { sandbox: 'bubblewrap', network, readable };
}

function makeSpec(state: RunState, plan: SamplePlan, site: SiteProfile, run: string, isolation: Isolation): JobSpec {
  const attempt = findCurrentStep(state)?.attempt ?? 1;
  const token = `rb-${state.id}-a${attempt}`;
  const values = { run, python: state.env?.plan.python ?? 'python3' };
  const { partition, samplePartition, account, qos, sampleQos, constraint } = site.slurm ?? {};
  const slurm = { partition: samplePartition ?? partition, account, qos: sampleQos ?? qos, constraint };
  return {
    token,
    title: `sample of ${state.map?.name ?? state.id}`.slice(0, 60),
    folder: `${run}/jobs/${token}`,
    workdir: plan.cwd === '' ? `${run}/repo` : `${run}/repo/${plan.cwd}`,
    runFolder: run,
    argv: plan.argv.map((word) => fill(word, values)),
    env: { ...fillAll(state.env?.plan.env ?? {}, values), ...fillAll(plan.env, values) },
    resources: plan.resources,
    isolation,
    slurm: Object.fromEntries(Object.entries(slurm).filter(([, value]) => value !== undefined)),
  };
}
