import { keepLiteral } from '../placeholders.ts';
import { isManifest } from '../repo-map/declared/read-declared.ts';
import type { Entry } from '../repo-map/schema.ts';
import { debianPackageOf } from './debian.ts';
import { listForeignIndexes } from './foreign-indexes.ts';
import { readNamedModules } from './named-modules.ts';
import { chooseBasePython, planPackages } from './packages.ts';
import type { EnvPlan, PlannedCommand, PlannedPackage } from './schema.ts';
import { renderStandIn, standInModules } from './stand-in.ts';
import { buildEnvironment } from './strategies/index.ts';
import { listVariables } from './variables.ts';
import { listOwnModules, renderVerify } from './verify.ts';
import { HARDWARE_BOUND, usesImage, type PackageRequest, type Python } from './wanted.ts';

/** Where the repository's checkout lies inside a run's folder. */
const REPO_FOLDER = '{run}/repo';

/** Plans the environment of one entry at one site: every package's fate, the exact commands, and what is still missing. */
export function planEnvironment(asked: PackageRequest): EnvPlan {
  const named = asked.entry.needs === undefined ? null : readNamedModules({ map: asked.map, entry: asked.entry, files: asked.files ?? [] });
  const request = named === null ? asked : { ...asked, entry: { ...asked.entry, needs: [...named.needs] } };
  const { entry, site } = request;
  const base = chooseBasePython(request);
  const foundPython =
    base === null ? { path: site.packages.pythons[0] ?? 'python3', version: 'unknown' } : { path: base.path, version: base.version };
  const { packages, overrides, conflicts, lines, gaps, pinned } = planPackages(request, base);
  const isGuessed = foundPython.version === 'unknown';
  const basePython = isGuessed ? { ...foundPython, version: lines.python.version } : foundPython;
  const constraints = usesImage(site) ? [] : listConstraints(packages, base);
  const build = buildEnvironment({
    site,
    base: { ...basePython, isGuessed },
    packages,
    constraints,
    locked: pinned.constraints,
    hashed: pinned.hashed,
    newest: pinned.newest,
    lines,
  });
  const services = packages.filter((item) => item.how === 'no-op').flatMap((item) => standInModules(item.name) ?? []);
  const env = { ...listVariables(site), ...pythonPath(entry, services.length > 0) };
  const own = listOwnModules(entry);
  const files = [
    ...build.files,
    { path: 'plan/verify.py', content: keepLiteral(renderVerify(packages, own)), why: 'imports what the entry needs' },
  ];
  if (services.length > 0)
    files.push({
      path: 'stand-ins/sitecustomize.py',
      content: renderStandIn(services),
      why: `answers for ${services.join(', ')} and does nothing`,
    });
  return {
    schemaVersion: 1,
    site: site.id,
    strategy: site.packages.strategy,
    basePython,
    python: build.python,
    packages,
    commands: [...aptCommands(packages), ...build.commands],
    files,
    verify: verifyCommand(build.verifyPrefix, build.python, services.length > 0),
    env,
    overrides: [...overrides, ...standInOverrides(packages), ...listForeignIndexes(request.files ?? [])],
    gaps: [
      ...listGaps(packages, usesImage(site) || base !== null, site.packages.pythons),
      ...build.gaps,
      ...gaps,
      ...listRequestGaps(request, packages, conflicts),
      ...(named?.notes ?? []),
    ],
    basis: request.basis ?? 'probe',
    lines,
    conflicts: [...new Set(conflicts)],
    ...(pinned.notes.length === 0 ? {} : { versions: [...pinned.notes] }),
    undo: build.undo,
  };
}

/** What the repository and the site leave open, whatever is built. */
function listRequestGaps(request: PackageRequest, packages: readonly PlannedPackage[], conflicts: readonly string[]): string[] {
  return [
    ...uvHint(conflicts, request),
    ...numpyGap(request.map, packages, request.facts.indexReachable),
    ...extensionGap(request),
    ...unreadGaps(request),
  ];
}

/** uv could bring another Python; whether it may is the profile's decision. */
function uvHint(conflicts: readonly string[], { site, facts }: PackageRequest): string[] {
  const isPython = conflicts.some((text) => / wants Python | never built for Python /.test(text));
  if (!isPython || site.packages.strategy !== 'venv' || facts.tools?.includes('uv') !== true) return [];
  return [
    'uv is here: with `packages: {strategy: uv}` for this site in reprobot.yaml, it would bring the Python that those versions want.',
  ];
}

function aptCommands(packages: readonly PlannedPackage[]): PlannedCommand[] {
  const names = packages.filter((item) => item.how === 'apt').map((item) => debianPackageOf(item.name));
  if (names.length === 0) return [];
  const argv = ['apt-get', 'install', '-y', '--no-install-recommends', ...names];
  return [{ argv, why: `installs ${names.join(', ')} for the whole machine`, readOnly: false, timeoutSeconds: 900 }];
}

function listConstraints(packages: readonly PlannedPackage[], base: Python | null): string[] {
  const kept = packages.filter((item) => item.how === 'present' && HARDWARE_BOUND.has(item.name));
  return kept.flatMap((item) => (base?.packages[item.name] === undefined ? [] : [`${item.name}==${base.packages[item.name] ?? ''}`]));
}

/** The stand-in comes first, then the repository's own roots; a notebook's script also needs the notebook's folder. */
function pythonPath(entry: Entry, hasStandIn: boolean): Record<string, string> {
  const own = entry.launcher === 'notebook' ? [entry.cwd] : [];
  // A colon would end the entry.
  const roots = [...new Set([...own, ...(entry.importRoots ?? [])])].filter((root) => !root.includes(':'));
  const folders = [
    ...(hasStandIn ? ['{run}/stand-ins'] : []),
    ...roots.map((root) => (root === '' ? REPO_FOLDER : `${REPO_FOLDER}/${keepLiteral(root)}`)),
  ];
  return folders.length === 0 ? {} : { PYTHONPATH: folders.join(':') };
}

/** Without the repository's folders, in which a module could take the place of the package that is looked for. */
function verifyCommand(prefix: readonly string[], python: string, hasStandIn: boolean): PlannedCommand {
  const words = ['env', ...(hasStandIn ? ['PYTHONPATH={run}/stand-ins'] : ['-u', 'PYTHONPATH']), python];
  return {
    argv: [...prefix, ...words, '{run}/plan/verify.py'],
    why: 'imports everything that the entry needs',
    readOnly: true,
    timeoutSeconds: 600,
  };
}

function standInOverrides(packages: readonly PlannedPackage[]): EnvPlan['overrides'] {
  return packages
    .filter((item) => item.how === 'no-op')
    .map((item) => ({
      what: `${item.name} becomes a stand-in that does nothing`,
      why: 'it only records or displays and cannot be installed here; nothing it would have recorded is kept',
    }));
}

function listGaps(packages: readonly PlannedPackage[], hasPython: boolean, tried: readonly string[]): string[] {
  const missing = packages.filter((item) => item.how === 'unavailable').map((item) => `${item.name}${item.specifier}: ${item.why}.`);
  return !hasPython ? [`No Python was found; tried ${tried.join(', ')}.`, ...missing] : missing;
}

/** What `pip install .` would compile is compiled by nothing here. */
function extensionGap({ map, files = [] }: PackageRequest): string[] {
  const setup = files.find((file) => /(^|\/)setup\.py$/.test(file.path) && file.text?.includes('ext_modules') === true);
  const [source] = map.hardware.extensions;
  if (setup === undefined || source === undefined) return [];
  return [`${setup.path} compiles code of the repository (${source.file}), which this plan does not; what imports it needs that first.`];
}

/** Lists of requirements that could not be read: what stands in them is not planned. */
function unreadGaps({ map, files = [] }: PackageRequest): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const namesPackages = (path: string): boolean => ENVIRONMENT.test(path) || isManifest(byPath.get(path) ?? { path, size: 0, text: null });
  const unread = map.warnings.filter(({ file, what }) => namesPackages(file) && !what.startsWith('includes '));
  return unread
    .slice(0, MAX_UNREAD)
    .map(({ file, line, what }) => `${file}${line === null ? '' : `:${line}`}: ${what}; what it asks for may be missing here.`);
}

/** What conda reads, by its name alone: of what could not be read nothing else is known. */
const ENVIRONMENT = /(?:^|\/)[\w.-]{0,100}env[\w.-]{0,100}\.ya?ml$/i;
const MAX_UNREAD = 10;

function numpyGap(map: PackageRequest['map'], packages: readonly PlannedPackage[], mayInstall: boolean): string[] {
  const uses = map.redFlags.some((flag) => flag.what.includes('NumPy 1.24 removed'));
  const numpy = packages.find((item) => item.name === 'numpy' && item.how === 'present');
  const isNew = numpy?.version !== null && numpy?.version !== undefined && !/^(0|1\.([01]?\d|2[0-3]))(\.|$)/.test(numpy.version);
  if (!uses || !isNew) return [];
  return [
    `The code uses names that NumPy 1.24 removed, and ${numpy.version ?? ''} is there${mayInstall ? '; ask for numpy<1.24 if it fails' : ''}.`,
  ];
}
