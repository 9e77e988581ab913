import { cleanSpecifier, distributionOf, isDistributionName, isUncertainModule, moduleOf } from './distributions.ts';
import { citeLine, nameOf, type RepoFile } from './input.ts';
import {
  isRequirementsFile,
  readCondaFile,
  readInstallLine,
  readPyproject,
  readRequirementsFile,
  readSetupCfg,
  readSetupPy,
  type Requirement,
} from './requirements.ts';
import type { Dependency, Evidence } from './schema.ts';
import { cite, type ExternalImport, type ImportGraph, type Source, type Sources } from './sources.ts';

const MAX_EVIDENCE = 5;
/** No project needs more; a list of more is no list of requirements. */
const MAX_DEPENDENCIES = 2000;
/** Places where one package is asked for; further ones tell nothing new. */
const MAX_WRITTEN = 200;

/** A distribution that an entry imports, and the modules by which it does. */
export interface Need {
  readonly name: string;
  readonly imports: string[];
  /** True when every import of it may fail without harm: guarded, or inside a function. */
  readonly optional: boolean;
}

/** All dependencies: declared ones first, in the order of trust, then those that only imports give away. */
export function findDependencies(
  files: readonly RepoFile[],
  sources: Sources,
  graph: ImportGraph,
  reachedByEntries: ReadonlySet<string>,
  ownNames: ReadonlySet<string>,
): Dependency[] {
  const declared = readDeclared(files, sources).filter((item) => isDistributionName(item.name) && !ownNames.has(item.name));
  const imported = groupImports(
    sources.all.filter((source) => nameOf(source.file.path) !== 'setup.py').flatMap((source) => graph.external.get(source.file.path) ?? []),
  );
  const byName = new Map<string, Requirement[]>();
  for (const item of declared) byName.set(item.name, [...(byName.get(item.name) ?? []).slice(0, MAX_WRITTEN), item]);
  const names = new Set([...declared.filter((item) => !item.constraint).map((item) => item.name), ...imported.keys()]);
  return [...names].slice(0, MAX_DEPENDENCIES).map((name) => {
    const written = byName.get(name) ?? [];
    const uses = imported.get(name) ?? [];
    const evidence: Evidence[] = [...written.map((item) => item.evidence), ...uses.map((use) => cite(use.source, use.line))];
    const inEntry = uses.filter((use) => reachedByEntries.has(use.source.file.path));
    return {
      name,
      imports: uses.length > 0 ? unique(uses.map((use) => shortModule(use.module))) : [moduleOf(name)],
      specifier: written.map((item) => cleanSpecifier(item.specifier)).find((specifier) => specifier !== '') ?? '',
      declared: written.length > 0,
      optional: uses.length === 0 ? !written.some((item) => item.group === '') : inEntry.every((use) => use.where !== 'top'),
      evidence: evidence.slice(0, MAX_EVIDENCE),
    };
  });
}

/** What the files that an entry reaches import from outside. */
export function findNeeds(reached: readonly string[], graph: ImportGraph, ownNames: ReadonlySet<string>): Need[] {
  const grouped = groupImports(reached.flatMap((path) => graph.external.get(path) ?? []));
  return [...grouped]
    .filter(([name]) => !ownNames.has(name))
    .map(([name, uses]) => {
      const top = uses.filter((use) => use.where === 'top');
      const shown = top.length > 0 ? top : uses;
      return { name, imports: unique(shown.map((use) => use.module)), optional: top.length === 0 };
    });
}

/** A module whose name is too common to be sure of is reported, yet never resolved to a package. */
export function isGuess(name: string, declared: boolean): boolean {
  return !declared && isUncertainModule(name.replaceAll('-', '_'));
}

function groupImports(uses: readonly ExternalImport[]): Map<string, ExternalImport[]> {
  const grouped = new Map<string, ExternalImport[]>();
  for (const use of uses) {
    const name = distributionOf(use.module);
    // A module with a leading underscore is some package's private part; nothing is installed for it.
    if (!isDistributionName(name) || use.module.startsWith('_')) continue;
    const known = grouped.get(name);
    if (known === undefined) grouped.set(name, [use]);
    else known.push(use);
  }
  return grouped;
}

function shortModule(module: string): string {
  return distributionOf(module) === distributionOf(module.split('.')[0] ?? '') ? (module.split('.')[0] ?? module) : module;
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}

function readDeclared(files: readonly RepoFile[], sources: Sources): Requirement[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found: Requirement[] = [];
  for (const file of files) {
    const name = nameOf(file.path);
    if (isRequirementsFile(file.path)) found.push(...readRequirementsFile(file, byPath));
    else if (/^(conda|env|environment)[\w.-]*\.ya?ml$/i.test(name)) found.push(...readCondaFile(file));
    else if (name === 'pyproject.toml') found.push(...readPyproject(file));
    else if (name === 'setup.cfg') found.push(...readSetupCfg(file));
    else if (name === 'setup.py') {
      const source = sources.byPath.get(file.path);
      if (source !== undefined) found.push(...readSetupPy(file, source.module, byPath));
    }
  }
  // Documents come last: they name packages loosely, so that a requirement file's version wins.
  for (const file of files) if (/\.(md|rst)$/i.test(file.path)) found.push(...readInstallLines(file));
  for (const source of sources.all) found.push(...readNotebookInstalls(source));
  return found;
}

function readInstallLines(file: RepoFile): Requirement[] {
  if (file.text === null) return [];
  return file.text.split('\n').flatMap((line, index) =>
    readInstallLine(line).map((item) => ({
      ...item,
      constraint: false,
      group: 'readme',
      evidence: citeLine(file.path, file.text, index + 1),
    })),
  );
}

function readNotebookInstalls(source: Source): Requirement[] {
  return (source.notebook?.shellLines ?? []).flatMap((line) =>
    readInstallLine(line).map((item) => ({ ...item, constraint: false, group: '', evidence: cite(source, 1) })),
  );
}
