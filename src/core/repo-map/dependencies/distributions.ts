/** Names: modules, distributions, conda packages and repositories, and which of them is which. */
import { ALIASES, CONDA, CONDA_SYSTEM, FAMILIES, GENERIC, MODULES, NOT_INDEXED, REPOSITORIES } from './distribution-tables.ts';

const BY_MODULE = readTable(MODULES);
const BY_CONDA = readTable(CONDA);
const BY_ALIAS = readTable(ALIASES);
const BY_REPOSITORY = readTable(REPOSITORIES);
const MODULE_BY_NAME = new Map([...BY_MODULE].toReversed().map(([module, name]) => [name, module]));
const FAMILY_BY_NAME = new Map(FAMILIES.flatMap((family) => family.map((name) => [name, family] as const)));
const GENERIC_NAMES = new Set(GENERIC.split(/\s+/));
const GIT_ONLY = new Set(NOT_INDEXED.split(/\s+/));

/** PEP 503 spelling of a distribution name. */
export function normaliseName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[-_.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** True for a normalised name that an index could know. What is no name never reaches a command line or a requirements file. */
export function isDistributionName(name: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$/.test(name);
}

/** A version specifier as it may be written into a requirements file: empty when it holds anything else than versions and comparisons. */
export function cleanSpecifier(specifier: string): string {
  return /^((===|[<>=!~]=|[<>])[\w.*+!]+(,(?=[<>=!~])|$))*$/.test(specifier) ? specifier : '';
}

const MAX_KNOWN = 5000;
const known = new Map<string, string>();

/** The distribution that provides a module. Repositories ask for the same few again and again. */
export function distributionOf(module: string): string {
  const before = known.get(module);
  if (before !== undefined) return before;
  if (known.size >= MAX_KNOWN) known.clear();
  const found = findDistribution(module);
  known.set(module, found);
  return found;
}

function findDistribution(module: string): string {
  const parts = module.split('.').slice(0, 6);
  for (let length = parts.length; length > 0; length -= 1) {
    const found = BY_MODULE.get(parts.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return normaliseName(parts[0] ?? module);
}

/** True for a module whose distribution the table knows. */
export function isKnownModule(module: string): boolean {
  return BY_MODULE.has(module.split('.')[0] ?? module) || BY_MODULE.has(module);
}

/** True for a distribution that the table knows to provide some module. */
export function isKnownDistribution(name: string): boolean {
  return MODULE_BY_NAME.has(name);
}

/** The module by which the code imports a distribution, where the table knows it. */
export function moduleOf(distribution: string): string {
  const module =
    MODULE_BY_NAME.get(distribution) ??
    FAMILY_BY_NAME.get(distribution)
      ?.map((name) => MODULE_BY_NAME.get(name))
      .find((name) => name !== undefined);
  // TensorBoard itself is what is installed; torch only offers a way to it.
  return module === undefined || module.startsWith('torch.utils') ? distribution.replaceAll('-', '_') : module;
}

/** The PyPI name of a conda package; null for what is no Python distribution. */
export function fromConda(name: string): string | null {
  const normal = normaliseName(name);
  if (name.startsWith('_') || CONDA_SYSTEM.test(normal)) return null;
  return BY_CONDA.get(normal) ?? normal;
}

/** The distribution that a repository holds, by the repository's name. */
export function fromRepository(name: string): string {
  return BY_REPOSITORY.get(name) ?? name;
}

/** The distribution that is meant by a name which people write for it. */
export function canonicalName(name: string): string {
  return BY_ALIAS.get(name) ?? name;
}

/** Distributions that provide the same module as this one, itself among them. */
export function familyOf(name: string): readonly string[] {
  return FAMILY_BY_NAME.get(name) ?? [name];
}

/** True for a module name that people give to files of their own. */
export function isGenericModule(topLevel: string): boolean {
  return GENERIC_NAMES.has(topLevel.toLowerCase());
}

/** True for a distribution that an import alone is not enough to install: no index has it under this name. */
export function isUncertainName(name: string): boolean {
  return GIT_ONLY.has(name) || GENERIC_NAMES.has(name.replaceAll('-', '_'));
}

function readTable(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .trim()
      .split(/\s+/)
      .map((pair) => {
        const [from = '', to = ''] = pair.split('=');
        return [from, to];
      }),
  );
}
