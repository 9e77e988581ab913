import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Entry, RepoMap } from '../../../src/core/repo-map/schema.ts';
import mapFolder from '../../../workers/threads/map-repository.ts';
import { normaliseCommand, startsWithWords } from '../../support/normalise-command.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FIXTURES = join(ROOT, 'test/fixtures/repos');
const run = promisify(execFile);

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
const PlannedFates = z.object({ packages: z.array(z.object({ name: z.string(), how: z.string() })) });

describe.each(readdirSync(FIXTURES))('%s', (name) => {
  const expected = Expected.parse(JSON.parse(readFileSync(join(FIXTURES, name, 'expected.json'), 'utf8')));
  const folder = join(FIXTURES, name, 'repo');

  it('is mapped as a person would', async () => {
    const { map } = await mapFolder({ folder, name, commit: null, committedAt: null, subfolder: '' });
    const differences = compare(map, expected);
    expect(differences, differences.join('\n')).toEqual([]);
  });

  if (Object.keys(expected.plan).length === 0) return;

  it('is planned as a person would', async () => {
    for (const [site, fates] of Object.entries(expected.plan)) {
      const planned = await planAt(folder, site);
      for (const [dependency, allowed] of Object.entries(fates))
        expect(allowed, `${dependency} at ${site}`).toContain(planned.get(dependency));
    }
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

async function planAt(folder: string, site: string): Promise<Map<string, string>> {
  const argv = ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), 'deps', folder, '--site', site, '--json'];
  const failed = (error: unknown) => error as { stdout: string };
  // A plan that is blocked ends with 1 and is printed all the same.
  const { stdout } = await run(process.execPath, argv, { cwd: ROOT, maxBuffer: 50_000_000 }).catch(failed);
  return new Map(PlannedFates.parse(JSON.parse(stdout)).packages.map((item) => [item.name, item.how]));
}
