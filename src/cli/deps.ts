import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveSites } from '../config.ts';
import { renderBuildScript } from '../core/environment/build-script.ts';
import { chooseOthers } from '../core/environment/compare.ts';
import { NO_PATCHES, type PatchPlan } from '../core/environment/patches.ts';
import { planEnvironment } from '../core/environment/plan.ts';
import { parseProbe, probeArguments, probeScript } from '../core/environment/probe.ts';
import { factsFromProfile } from '../core/environment/profile-facts.ts';
import { renderPatches } from '../core/environment/render-patches.ts';
import { renderEnvPlan } from '../core/environment/render.ts';
import type { RuleFamily } from '../core/environment/rule.ts';
import type { EnvPlan, SiteFacts } from '../core/environment/schema.ts';
import { listBlocked } from '../core/environment/status.ts';
import type { PackageRequest } from '../core/environment/wanted.ts';
import { mapRepository } from '../core/repo-map/map.ts';
import { chooseEntry } from '../core/sample-run/choose-entry.ts';
import { planPatchedSample } from '../core/sample-run/plan.ts';
import type { SiteProfile } from '../core/site.ts';
import { ReprobotError } from '../errors.ts';
import { createHost } from '../hosts/index.ts';
import { loadPlugins } from '../plugins.ts';
import { defineVerb, type VerbIo } from './define-verb.ts';
import { openRepository, readSettingsFor } from './open-repository.ts';

const USAGE = 'deps <FOLDER|URL> [--site NAME] [--entry FILE] [--path SUB] [--ref REF] [--out FOLDER] [--all] [--json]';
const RULES = new URL('../core/environment/rules/', import.meta.url);
const SITES = new URL('../sites/', import.meta.url);
const PROBE_MS = 120_000;

function parse(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      site: { type: 'string' },
      entry: { type: 'string' },
      path: { type: 'string' },
      ref: { type: 'string' },
      out: { type: 'string' },
      all: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const [typed, ...rest] = positionals;
  if (typed === undefined || rest.length > 0) throw new Error('deps takes one folder or address.');
  return { ...values, typed };
}

type Options = ReturnType<typeof parse>;

export default defineVerb({
  name: 'deps',
  summary: 'plans the environment that a repository needs at a site: every package, the commands, what is blocked; installs nothing',
  usage: USAGE,
  run: async (args, io) => {
    let options: Options;
    try {
      options = parse(args);
    } catch (error) {
      io.stderr.write(`${messageOf(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
    try {
      return await planFor(options, io);
    } catch (error) {
      io.stderr.write(`${messageOf(error)}\n`);
      return 2;
    }
  },
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function planFor(options: Options, io: VerbIo): Promise<number> {
  const settings = readSettingsFor({ typed: options.typed, cwd: io.cwd });
  const sites = resolveSites(await loadPlugins<SiteProfile>(SITES), settings);
  const site = sites.get(options.site ?? settings.defaultSite);
  if (site === undefined)
    throw refuse(`planning for ${options.site ?? ''}`, 'there is no such site', `Known: ${[...sites.keys()].join(', ')}.`);
  const input = await openRepository({ typed: options.typed, ref: options.ref, subfolder: options.path, cwd: io.cwd });
  const map = mapRepository(input);
  const entry = options.entry === undefined ? chooseEntry(map) : map.entries.find((item) => item.file === options.entry);
  if (entry === undefined) {
    const known = map.entries.slice(0, 8).map((item) => item.file);
    throw refuse(
      `planning for ${map.name}`,
      'there is no such program to run',
      known.length === 0 ? 'Nothing in it looks like one.' : `Found: ${known.join(', ')}.`,
    );
  }
  // Without its own list of needs, an entry stands for everything that the repository declares or imports.
  const { needs, ...everything } = entry;
  const planned = options.all === true || needs === undefined ? everything : entry;
  const request: Omit<PackageRequest, 'site' | 'facts'> = {
    map,
    entry: planned,
    rules: await loadPlugins<RuleFamily>(RULES),
    files: input.files,
  };
  const planAt = (place: SiteProfile, facts: SiteFacts, basis: 'probe' | 'profile'): EnvPlan =>
    planEnvironment({ ...request, site: place, facts, basis });
  const isHere = site.host.kind === 'local';
  const facts = isHere ? await probe(site, map) : factsFromProfile(site);
  const plan = planAt(site, facts, isHere ? 'probe' : 'profile');
  const others = chooseOthers(site, [...sites.values()]).map((other) => planAt(other, factsFromProfile(other), 'profile'));
  const patches = planPatchedSample({ map, entry, site, facts, env: plan, files: input.files })?.patches ?? NO_PATCHES;
  const document = renderEnvPlan(plan, { site, others, patches });
  if (options.out !== undefined) await writePlan(resolve(io.cwd, options.out), plan, { document, patches });
  io.stdout.write(options.json === true ? `${JSON.stringify(plan, null, 2)}\n` : document);
  return listBlocked(plan).length > 0 ? 1 : 0;
}

/** One look at this machine; a cluster is not asked from here, since that may need a person to log in. */
async function probe(site: SiteProfile, map: PackageRequest['map']): Promise<SiteFacts> {
  const host = createHost(site);
  try {
    const result = await host.script(probeScript(), probeArguments({ site, map }), { timeoutMs: PROBE_MS });
    if (result.code === 0) return parseProbe(result.stdout);
    throw refuse(`looking at Python on ${site.id}`, result.stderr.trim().split('\n').at(-1) ?? `exit code ${result.code}`, 'Try again.');
  } finally {
    await host.close();
  }
}

/** The files of a plan in a folder, ready for `sh build.sh FOLDER`. */
async function writePlan(folder: string, plan: EnvPlan, parts: { readonly document: string; readonly patches: PatchPlan }): Promise<void> {
  const files = [
    { path: 'ENV.md', content: parts.document },
    { path: 'env-plan.json', content: `${JSON.stringify(plan, null, 2)}\n` },
    { path: 'build.sh', content: renderBuildScript(plan) },
    { path: 'PATCHES.md', content: renderPatches(parts.patches) },
    ...(parts.patches.diff === '' ? [] : [{ path: 'patches.diff', content: parts.patches.diff }]),
    ...(parts.patches.proposedDiff === '' ? [] : [{ path: 'proposals.diff', content: parts.patches.proposedDiff }]),
    ...plan.files,
  ];
  for (const { path, content } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

function refuse(doing: string, why: string, remedy: string): ReprobotError {
  return new ReprobotError({ code: 'usage.bad-input', doing, why, remedy });
}
