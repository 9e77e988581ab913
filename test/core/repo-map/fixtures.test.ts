import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadSettings, resolveSites } from '../../../src/config.ts';
import { planEnvironment } from '../../../src/core/environment/plan.ts';
import { factsFromProfile } from '../../../src/core/environment/profile-facts.ts';
import type { RuleFamily } from '../../../src/core/environment/rule.ts';
import type { Entry, RepoMap } from '../../../src/core/repo-map/schema.ts';
import { chooseEntry } from '../../../src/core/sample-run/choose-entry.ts';
import type { SiteProfile } from '../../../src/core/site.ts';
import { loadPlugins } from '../../../src/plugins.ts';
import mapFolder, { type MappedFiles } from '../../../workers/threads/map-repository.ts';
import { normaliseCommand, startsWithWords } from '../../support/normalise-command.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FIXTURES = join(ROOT, 'test/fixtures/repos');

const Command = z.object({ file: z.string(), command: z.string() });
const Hardware = z.enum(['cpu', 'single-gpu', 'multi-gpu']);
const oneOrMore = <Shape extends z.ZodType>(shape: Shape) => z.union([shape.transform((one) => [one]), z.array(shape)]);

/** What a person would say about a fixture; it lies beside the folder that is mapped. */
const Expected = z.strictObject({
  /** The first command, written as normaliseCommand does; several where either is right. */
  entry: oneOrMore(Command),
  /** Role of each argument that matters. */
  arguments: z.record(z.string(), z.string()).default({}),
  hardware: oneOrMore(Hardware),
  /** All of them; the others in `dependenciesMaybe` may be there. */
  dependencies: z.array(z.string()),
  dependenciesMaybe: z.array(z.string()).default([]),
  specifiers: z.record(z.string(), z.string()).default({}),
  documents: z.array(z.string()),
  /** Words that red flags, gaps, findings, warnings or assets must hold. */
  says: z.array(z.string()).default([]),
  /** Site → package → what becomes of it. */
  plan: z.record(z.string(), z.record(z.string(), oneOrMore(z.string()))).default({}),
});
type Expected = z.infer<typeof Expected>;

const SAYING: ReadonlySet<string> = new Set(['redFlags', 'gaps', 'findings', 'warnings', 'assets']);

let sites: ReadonlyMap<string, SiteProfile>;
let rules: readonly RuleFamily[];

beforeAll(async () => {
  const settings = loadSettings({ SLACK_BOT_TOKEN: 'xoxb-unset' }, FIXTURES);
  sites = resolveSites(await loadPlugins<SiteProfile>(new URL('../../../src/sites/', import.meta.url)), settings);
  rules = await loadPlugins<RuleFamily>(new URL('../../../src/core/environment/rules/', import.meta.url));
});

describe.each(readdirSync(FIXTURES))('%s', (name) => {
  const expected = Expected.parse(JSON.parse(readFileSync(join(FIXTURES, name, 'expected.json'), 'utf8')));

  it('is mapped and planned as a person would', async () => {
    const mapped = await mapFolder({ folder: join(FIXTURES, name, 'repo'), name, commit: null, committedAt: null, subfolder: '' });
    const differences = [...compare(mapped.map, expected), ...comparePlans(mapped, expected)];
    expect(differences, differences.join('\n')).toEqual([]);
  });

  it('says what becomes of packages at a plain cluster and at one with GPUs', () => {
    expect(Object.keys(expected.plan)).toContain('slurm');
    expect(Object.keys(expected.plan).length).toBeGreaterThan(1);
  });
});

/** Every difference in a sentence, so that one run shows all of them. */
function compare(map: RepoMap, expected: Expected): string[] {
  const best = map.entries[0];
  if (best === undefined) return ['no command was found'];
  const said = normaliseCommand(best);
  const wanted = expected.entry.map(({ command }) => command).join(' or ');
  // A script and the Python file that it starts are two names of one entry.
  const isRight =
    expected.entry.some(({ file }) => best.file === file) && expected.entry.some(({ command }) => startsWithWords(said, command));
  return [
    ...(isRight ? [] : [`command: ${said} (${best.file}) instead of ${wanted}`]),
    ...compareArguments(best, expected),
    ...(expected.hardware.includes(map.hardware.class)
      ? []
      : [`hardware: ${map.hardware.class} instead of ${expected.hardware.join(' or ')}`]),
    ...compareDependencies(map, expected),
    ...expected.documents.filter((file) => !map.documents.some((item) => item.file === file)).map((file) => `document missing: ${file}`),
    ...compareWords(map, expected),
  ];
}

function compareArguments(entry: Entry, expected: Expected): string[] {
  return Object.entries(expected.arguments).flatMap(([name, role]) => {
    const argument = entry.arguments.find((item) => item.name === name || item.aliases.includes(name));
    if (argument === undefined) return [`argument missing: ${name}`];
    return argument.role === role ? [] : [`argument ${name}: ${argument.role} instead of ${role}`];
  });
}

function compareDependencies(map: RepoMap, expected: Expected): string[] {
  const found = new Map(map.dependencies.map((item) => [item.name, item.specifier]));
  const allowed = new Set([...expected.dependencies, ...expected.dependenciesMaybe]);
  return [
    ...expected.dependencies.filter((name) => !found.has(name)).map((name) => `dependency missing: ${name}`),
    ...[...found.keys()].filter((name) => !allowed.has(name)).map((name) => `dependency too many: ${name}`),
    ...Object.entries(expected.specifiers)
      .filter(([name, specifier]) => found.get(name) !== specifier)
      .map(([name, specifier]) => `specifier of ${name}: ${found.get(name) ?? 'none'} instead of ${specifier}`),
  ];
}

function compareWords(map: RepoMap, expected: Expected): string[] {
  const spoken = JSON.stringify(Object.entries(map).filter(([key]) => SAYING.has(key))).replaceAll('\\\\', '\\');
  return expected.says.filter((word) => !spoken.includes(word)).map((word) => `nothing says “${word}”`);
}

function comparePlans(mapped: MappedFiles, expected: Expected): string[] {
  return Object.entries(expected.plan).flatMap(([id, fates]) => {
    const planned = planAt(mapped, id);
    return Object.entries(fates)
      .filter(([dependency, allowed]) => !allowed.includes(planned.get(dependency) ?? 'none'))
      .map(([dependency, allowed]) => `${dependency} at ${id}: ${planned.get(dependency) ?? 'none'} instead of ${allowed.join(' or ')}`);
  });
}

/** Package → what becomes of it, from the site's profile alone. */
function planAt({ map, files }: MappedFiles, id: string): Map<string, string> {
  const site = sites.get(id);
  const entry = chooseEntry(map);
  if (site === undefined || entry === undefined) throw new Error(`nothing to plan at ${id}`);
  const plan = planEnvironment({ map, entry, site, facts: factsFromProfile(site), rules, files, basis: 'profile' });
  return new Map(plan.packages.map((item) => [item.name, item.how]));
}
