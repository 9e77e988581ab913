/** The distributions that a repository asks for: declared ones, and those that only imports give away. */
import { makeVendoredTest, listSubmodules } from '../declared/places.ts';
import { listCopiedProjects } from '../declared/projects.ts';
import { readDeclared, type Declared } from '../declared/read-declared.ts';
import type { Requirement, UnreadPlace } from '../declared/requirement.ts';
import type { RepoFile } from '../input.ts';
import type { Dependency, Evidence } from '../schema.ts';
import { cite, type ExternalImport, type ImportGraph, type Sources } from '../sources.ts';
import {
  canonicalName,
  cleanSpecifier,
  distributionOf,
  familyOf,
  isDistributionName,
  isKnownDistribution,
  isUncertainName,
  moduleOf,
} from './distributions.ts';
import { isStandardName } from './stdlib.ts';
import { listReachedFromOwn, listUsedImports } from './used-imports.ts';

const MAX_EVIDENCE = 5;
/** No project needs more; a list of more is no list of requirements. */
const MAX_DEPENDENCIES = 2000;
/** Places where one package is asked for; further ones tell nothing new. */
const MAX_WRITTEN = 200;
const MAX_EXTRAS = 20;
const MAX_VARIANTS = 20;
/** Groups that a reader of the repository installs as a matter of course. */
const USUAL = /^$|^:|^(readme|container|script|notebook|cog|default|main)$/;
/** Places that name packages in passing: they say nothing about what a list of requirements already says otherwise. */
const LOOSE = /^(readme|container|script|notebook|cog|tox)$/;

/** What lists name although no index has it as a dependency: the interpreter, its installer, drivers, and what a broken freeze adds. */
const NEVER = /^(python|pip|pkg-resources|cudatoolkit|cudnn|cuda|gcc)$/;

/** A distribution that an entry imports, and the modules by which it does. */
export interface Need {
  readonly name: string;
  readonly imports: string[];
  /** True when every import of it may fail without harm: guarded, or inside a function. */
  readonly optional: boolean;
}

export interface DependencyRequest {
  /** All files of the repository. */
  readonly files: readonly RepoFile[];
  /** Those in which declarations are looked for. */
  readonly manifests: readonly RepoFile[];
  readonly sources: Sources;
  readonly graph: ImportGraph;
  /** Python files that some entry reaches. */
  readonly reached: ReadonlySet<string>;
  /** Names under which the repository would install itself. */
  readonly ownNames: ReadonlySet<string>;
}

/** All dependencies: declared ones first, in the order of trust, then those that only imports give away; and what could not be read. */
export function findDependencies(request: DependencyRequest): { dependencies: Dependency[]; warnings: UnreadPlace[] } {
  const submodules = listSubmodules(request.files);
  const { isVendored, isForeign } = findOthers(request, submodules);
  const declared = readDeclared(request.manifests, request.sources, isVendored, isForeign);
  // A copied library may be asked for by another part of the repository, which does not use the copy.
  const copied = new Set(listCopiedProjects(request.files).map((project) => project.name));
  const byName = groupDeclared(declared, (name) => request.ownNames.has(name) && !copied.has(name));
  const isDeclared = (name: string) => familyOf(name).some((other) => byName.get(other)?.some((item) => !item.constraint) === true);
  const used = listUsedImports({ ...request, isVendored, submodules, isDeclared });
  const imported = new Map<string, ExternalImport[]>();
  for (const [name, uses] of used) {
    if (request.ownNames.has(name)) continue;
    const target = chooseProvider(name, byName, used) ?? guessProvider(name, byName, used) ?? name;
    imported.set(target, [...(imported.get(target) ?? []), ...uses]);
  }
  addKerasBackend(imported, byName);
  const asked = [...byName].filter(([, written]) => written.some((item) => !item.constraint)).map(([name]) => name);
  const names = [...new Set([...asked, ...imported.keys()])].slice(0, MAX_DEPENDENCIES);
  const dependencies = names.map((name) => describe(name, byName.get(name) ?? [], imported.get(name) ?? [], declared, request.reached));
  return { dependencies, warnings: [...declared.warnings] };
}

/** What the files that an entry reaches import from outside. */
export function findNeeds(reached: readonly string[], graph: ImportGraph, ownNames: ReadonlySet<string>): Need[] {
  const grouped = new Map<string, ExternalImport[]>();
  for (const path of reached) {
    for (const use of graph.external.get(path) ?? []) {
      // A module with a leading underscore is some package's private part; nothing is installed for it.
      if (use.module.startsWith('_')) continue;
      const name = distributionOf(use.module);
      const known = grouped.get(name);
      if (known === undefined) grouped.set(name, [use]);
      else known.push(use);
    }
  }
  return [...grouped]
    .filter(([name]) => isDistributionName(name) && !ownNames.has(name))
    .map(([name, uses]) => {
      const top = uses.filter((use) => use.where === 'top');
      const shown = top.length > 0 ? top : uses;
      return { name, imports: unique(shown.map((use) => use.module)), optional: top.length === 0 };
    });
}

/** The needs of an entry under the names by which the repository declares them: `opencv-python-headless` where that is what it asks for. */
export function alignNeeds(needs: readonly Need[], dependencies: readonly Dependency[]): Need[] {
  const declared = new Set(dependencies.filter((item) => item.declared).map((item) => item.name));
  const aligned = new Map<string, Need>();
  for (const need of needs) {
    const name = declared.has(need.name) ? need.name : (familyOf(need.name).find((other) => declared.has(other)) ?? need.name);
    const known = aligned.get(name);
    aligned.set(
      name,
      known === undefined
        ? { ...need, name }
        : { name, imports: unique([...known.imports, ...need.imports]), optional: known.optional && need.optional },
    );
  }
  return [...aligned.values()];
}

/** A module of which nobody knows the package is reported, yet never resolved to one: an index has something under most names. */
export function isGuess(name: string, declared: boolean): boolean {
  return !declared && (isUncertainName(name) || !isKnownDistribution(name));
}

function groupDeclared(declared: Declared, isOwn: (name: string) => boolean): Map<string, Requirement[]> {
  const byName = new Map<string, Requirement[]>();
  for (const item of declared.requirements) {
    const name = canonicalName(item.name);
    if (isOwn(name) || isStandardName(name) || NEVER.test(name)) continue;
    const known = byName.get(name) ?? [];
    if (known.length < MAX_WRITTEN) byName.set(name, [...known, { ...item, name }]);
  }
  for (const [name, written] of byName)
    byName.set(
      name,
      written.toSorted((a, b) => rankOfPlace(a) - rankOfPlace(b)),
    );
  // A README that says `tensorflow-gpu` beside a list that says `tensorflow` means one package.
  for (const [name, written] of byName) {
    if (!written.every((item) => LOOSE.test(item.group))) continue;
    const firm = familyOf(name).some(
      (other) => other !== name && byName.get(other)?.some((item) => !LOOSE.test(item.group) && !item.constraint) === true,
    );
    if (firm) byName.delete(name);
  }
  return byName;
}

/** Lists before documents, what asks before what limits, the root before the depths: the first place with a version tells the version. */
function rankOfPlace(item: Requirement): number {
  return Number(item.constraint) * 1000 + Number(LOOSE.test(item.group)) * 100 + item.evidence.file.split('/').length;
}

/**
 * Two tests for paths of other projects. What is vendored asks for nothing by what its unused files import; what is foreign is not even
 * read for its requirements: a whole project that was copied in is foreign only when the repository's own code uses none of it.
 */
function findOthers(request: DependencyRequest, submodules: readonly string[]) {
  const copies = listCopiedProjects(request.files).map((project) => project.folder);
  const isVendored = makeVendoredTest(submodules, copies);
  if (copies.length === 0) return { isVendored, isForeign: isVendored };
  const used = [...listReachedFromOwn(request.sources, request.graph, isVendored)];
  const unused = copies.filter((folder) => !used.some((path) => path.startsWith(`${folder}/`)));
  return { isVendored, isForeign: makeVendoredTest(submodules, unused) };
}

/** The declared distribution that provides what is imported, by what is known of both. */
function chooseProvider(
  name: string,
  byName: ReadonlyMap<string, readonly Requirement[]>,
  used: ReadonlyMap<string, unknown>,
): string | null {
  if (byName.has(name)) return name;
  const others = familyOf(name).filter((other) => other !== name);
  const declared = others.find((other) => byName.get(other)?.some((item) => !item.constraint) === true);
  return declared ?? others.find((other) => used.has(other) && isSuperset(other, name)) ?? null;
}

/** A declared distribution whose name says that it holds a module nobody knows, such as `chronos-forecasting` for `chronos`. */
function guessProvider(
  name: string,
  byName: ReadonlyMap<string, readonly Requirement[]>,
  used: ReadonlyMap<string, unknown>,
): string | null {
  if (isKnownDistribution(name)) return null;
  const fits = (other: string) =>
    other.startsWith(`${name}-`) ||
    other.endsWith(`-${name}`) ||
    other === `py${name}` ||
    other === `lib${name}` ||
    other.replaceAll('-', '') === name.replaceAll('-', '');
  const found = [...byName.keys()].filter((other) => !used.has(other) && !isKnownDistribution(other) && fits(other));
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Keras alone computes nothing: where no backend is named, it is the one that it takes by default. */
function addKerasBackend(imported: Map<string, ExternalImport[]>, byName: ReadonlyMap<string, unknown>): void {
  const uses = imported.get('keras');
  const backends = [...familyOf('tensorflow'), 'theano', 'cntk', 'mxnet', 'jax', 'torch', 'plaidml-keras'];
  // Before TensorFlow it was Theano; code of that time is left alone, since it may have used either.
  if (
    uses === undefined ||
    uses.some((use) => use.source.module.python2Line !== null) ||
    backends.some((name) => imported.has(name) || byName.has(name))
  )
    return;
  imported.set('tensorflow', uses);
}

/** `lightning` brings `pytorch_lightning` along. */
function isSuperset(big: string, small: string): boolean {
  return big === 'lightning' && small === 'pytorch-lightning';
}

function describe(
  name: string,
  written: readonly Requirement[],
  uses: readonly ExternalImport[],
  { locked }: Declared,
  reached: ReadonlySet<string>,
): Dependency {
  const evidence: Evidence[] = [
    ...written.map((item) => item.evidence),
    ...uses.slice(0, MAX_EVIDENCE).map((use) => cite(use.source, use.line)),
  ];
  const inEntry = uses.filter((use) => reached.has(use.source.file.path));
  const asked = written.filter((item) => !item.constraint);
  const version = locked.get(name);
  const url = chooseUrl(name, asked);
  const extras = unique(asked.filter((item) => USUAL.test(item.group)).flatMap((item) => item.extras ?? [])).slice(0, MAX_EXTRAS);
  return {
    name,
    imports: uses.length > 0 ? unique(uses.map((use) => shortModule(use.module))) : [moduleOf(name)],
    specifier: written.map((item) => cleanSpecifier(item.specifier)).find((specifier) => specifier !== '') ?? '',
    ...(extras.length === 0 ? {} : { extras }),
    ...findConditions(asked),
    ...(version === undefined ? {} : { locked: version }),
    ...(url === undefined ? {} : { url }),
    ...(url === undefined && asked.some((item) => item.unusable === true) ? { unusable: true } : {}),
    declared: written.length > 0 || version !== undefined,
    optional: uses.length === 0 ? !asked.some((item) => USUAL.test(item.group)) : inEntry.every((use) => use.where !== 'top'),
    evidence: evidence.slice(0, MAX_EVIDENCE),
  };
}

/** What the firmest place asks for under conditions: the lines of one file belong together. */
function findConditions(asked: readonly Requirement[]): Pick<Dependency, 'conditions'> {
  const file = asked.find((item) => item.marker !== undefined || item.group.startsWith(':'))?.evidence.file;
  const lines = asked.filter((item) => item.evidence.file === file && USUAL.test(item.group));
  const variants = lines.flatMap((item) => {
    // The way of setup.py: the group's name is the condition.
    const marker = item.marker ?? (item.group.startsWith(':') ? item.group.slice(1) : undefined);
    const url = item.url === undefined ? {} : { url: item.url };
    return marker === undefined ? [] : [{ marker, specifier: cleanSpecifier(item.specifier), ...url }];
  });
  if (variants.length === 0) return {};
  const firm = asked.filter((item) => !LOOSE.test(item.group));
  const only = variants.length === lines.length && firm.every((item) => item.evidence.file === file);
  return { conditions: { only, variants: variants.slice(0, MAX_VARIANTS) } };
}

/** The address that a list names; one that only a document names counts where no list names a version, and the index has something else. */
function chooseUrl(name: string, asked: readonly Requirement[]): string | undefined {
  const firm = asked.filter((item) => !LOOSE.test(item.group));
  const told = (firm.length > 0 && !isUncertainName(name) ? firm : asked).find((item) => item.url !== undefined || item.specifier !== '');
  return told?.url;
}

function shortModule(module: string): string {
  return distributionOf(module) === distributionOf(module.split('.')[0] ?? '') ? (module.split('.')[0] ?? module) : module;
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
