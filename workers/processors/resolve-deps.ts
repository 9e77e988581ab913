import { renderBuildScript } from '../../src/core/environment/build-script.ts';
import { chooseOthers } from '../../src/core/environment/compare.ts';
import { planPatches, type PatchPlan } from '../../src/core/environment/patches.ts';
import { planEnvironment } from '../../src/core/environment/plan.ts';
import { factsFromProfile } from '../../src/core/environment/profile-facts.ts';
import { renderPatches } from '../../src/core/environment/render-patches.ts';
import { renderEnvPlan } from '../../src/core/environment/render.ts';
import type { EnvPlan } from '../../src/core/environment/schema.ts';
import { listBlocked } from '../../src/core/environment/status.ts';
import type { Failure } from '../../src/core/failure.ts';
import { cutDocument, DOCUMENT_LIMIT, type ApprovalAction } from '../../src/core/run/events.ts';
import { countGpus, planPatchedSample } from '../../src/core/sample-run/plan.ts';
import { chooseWork } from '../../src/core/sample-run/probe-plan.ts';
import type { SiteProfile } from '../../src/core/site.ts';
import { digestOf } from '../../src/runs/digest.ts';
import { probeSandbox, type SandboxProbe } from '../isolation.ts';
import { fill } from '../placeholders.ts';
import { defineEffect } from '../processor.ts';
import { probeSite, profileOf } from '../site-facts.ts';
import { readMap, siteFolder } from '../workspace.ts';

export default defineEffect('resolve-deps', async ({ context, state, signal }) => {
  const { map, input, probe } = await readMap(context, state, signal);
  const work = chooseWork(map, probe);
  if (work === undefined) return { kind: 'failure', failure: describeNoEntry(map.name) };
  const { entry } = work;
  const site = profileOf(context, state);
  const facts = await probeSite(context, state, map, signal);
  const request = { map, entry, extra: state.adjustment.packages, rules: context.packageRules, files: input.files };
  const plan = planEnvironment({ ...request, site, facts });
  const lacking = listBlocked(plan);
  if (lacking.length > 0) return { kind: 'failure', failure: describeLacking(lacking, site.id) };
  const runFolder = await siteFolder(context, state);
  const sandbox = await probeSandbox(context, site, plan.basePython.path, signal);
  const adjust = { arguments: state.adjustment.arguments, env: state.adjustment.env };
  const action = describeAction(plan, site.id, runFolder, sandbox);
  return {
    kind: 'env-planned',
    plan,
    runFolder,
    question: { title: `Build the environment on ${site.id}`, action, digest: digestOf(action) },
    documents: describePlan(plan, {
      site,
      others: chooseOthers(site, [...context.sites.values()]).map((other) =>
        planEnvironment({ ...request, site: other, facts: factsFromProfile(other), basis: 'profile' }),
      ),
      // A probe changes nothing; what a sample changes is asked for again, as a diff, before it runs.
      patches:
        (work.probe === null
          ? planPatchedSample({ map, entry, site, facts, env: plan, files: input.files, adjust })?.patches
          : undefined) ?? planPatches({ map, entry, gpus: countGpus(map, site, facts), files: input.files }),
    }),
  };
});

/** What a person reads about the plan; the patches are applied by the sample run, once somebody has approved them there. */
function describePlan(
  plan: EnvPlan,
  parts: { readonly site: SiteProfile; readonly others: readonly EnvPlan[]; readonly patches: PatchPlan },
): { path: string; content: string }[] {
  const script = renderBuildScript(plan);
  const documents = [
    { path: 'ENV.md', content: renderEnvPlan(plan, parts) },
    // Half a script does harm; the question holds every command.
    ...(script.length > DOCUMENT_LIMIT ? [] : [{ path: 'build-env.sh', content: script }]),
    ...(parts.patches.patches.length + parts.patches.proposed.length + parts.patches.left.length === 0
      ? []
      : [{ path: 'PATCHES.md', content: renderPatches(parts.patches) }]),
  ];
  return documents.map(({ path, content }) => ({ path, content: cutDocument(content) }));
}

/** Everything that building the environment runs and writes, with real paths. */
function describeAction(plan: EnvPlan, site: string, run: string, sandbox: SandboxProbe): ApprovalAction {
  const words = (argv: readonly string[]): string[] => argv.map((word) => fill(word, { run, python: plan.python }));
  return {
    kind: 'build-environment',
    site,
    folder: run,
    commands: [...plan.commands, plan.verify].map((command) => words(command.argv)),
    undo: (plan.undo ?? []).map((command) => words(command.argv)),
    files: plan.files.map(({ path, content }) => ({ path, content: fill(content, { run, python: plan.python }) })),
    sandbox: sandbox.works,
    readable: sandbox.works ? [...sandbox.readable] : [],
  };
}

function describeNoEntry(name: string): Failure {
  return {
    class: 'usage_error',
    title: 'Nothing to run was found',
    evidence: null,
    confidence: 0.8,
    fault: 'request',
    route: 'ask',
    remedy: { kind: 'ask', question: 'Which folder or file is the training? Start again with --path.' },
    explanation: `No program in ${name} looks like training, evaluation or a demo, and it holds no model that could be probed.`,
    facts: {},
  };
}

function describeLacking(lacking: EnvPlan['packages'], site: string): Failure {
  const names = lacking.map((item) => `${item.name}${item.specifier} (${item.why})`).join('; ');
  return {
    class: 'missing_module',
    title: 'Packages that cannot be had here',
    evidence: null,
    confidence: 0.9,
    fault: 'environment',
    route: 'environment',
    remedy: {
      kind: 'ask',
      question: `Install ${lacking.map((item) => item.name).join(', ')} on ${site}, or choose another site; then press “Try again”.`,
    },
    explanation: `On ${site} these are missing and cannot be installed: ${names}.`,
    facts: {},
  };
}
