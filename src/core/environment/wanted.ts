/** Which packages an entry needs, and what a site has of them. */
import { cleanSpecifier, isDistributionName, normaliseName } from '../repo-map/dependencies/distributions.ts';
import type { RepoFile } from '../repo-map/input.ts';
import type { Dependency, Entry, RepoMap } from '../repo-map/schema.ts';
import type { Provides, SiteProfile } from '../site.ts';
import { debianPackageOf } from './debian.ts';
import type { RuleFamily } from './rule.ts';
import type { SiteFacts } from './schema.ts';

export type Python = SiteFacts['pythons'][number];
export type Override = { readonly what: string; readonly why: string };

export interface PackageRequest {
  readonly map: RepoMap;
  readonly entry: Entry;
  readonly site: SiteProfile;
  readonly facts: SiteFacts;
  /** Packages that a person or a remedy asks for, besides what the code imports. */
  readonly extra?: readonly { readonly name: string; readonly specifier: string }[] | undefined;
  /** Families of src/core/environment/rules; without them only what is there and what can be had decides. */
  readonly rules?: readonly RuleFamily[];
  /** The repository's files, for rules that look at the code. */
  readonly files?: readonly RepoFile[];
  /** Whether the facts were read at the site or written down from its profile; `probe` unless told. */
  readonly basis?: 'probe' | 'profile';
}

export interface Wanted {
  readonly name: string;
  readonly imports: readonly string[];
  readonly specifier: string;
  /** The address that the repository installs it from. */
  readonly url?: string | undefined;
  /** It comes from an address that is never used. */
  readonly unusable?: boolean | undefined;
  readonly extras?: readonly string[] | undefined;
  /** What is asked for only under conditions. */
  readonly conditions?: Dependency['conditions'];
  /** The version of its lock file. */
  readonly locked?: string | undefined;
  readonly optional: boolean;
  readonly declared: boolean;
  /** Asked for by name: installed even where something of that name is present in another version. */
  readonly asked: boolean;
}

/** Packages that are built for one kind of hardware: never replaced where an image or the site provides them. */
export const HARDWARE_BOUND = new Set(
  'torch torchvision torchaudio triton pytorch-triton-rocm numpy flash-attn apex transformer-engine deepspeed xformers vllm tensorflow jax jaxlib bitsandbytes'.split(
    ' ',
  ),
);

/** torch and what is released with it. */
export const TORCH_FAMILY = new Set(['torch', 'torchvision', 'torchaudio']);

/** `name[extra,…]`, as pip and people write it. */
export function showExtras(name: string, extras: readonly string[] = []): string {
  return extras.length === 0 ? name : `${name}[${extras.join(',')}]`;
}

/** Every package that the entry needs, and what is asked for besides. */
export function listWanted(request: PackageRequest): Wanted[] {
  const byName = new Map(request.map.dependencies.map((item) => [item.name, item]));
  const needs = request.entry.needs ?? request.map.dependencies;
  const asked = (request.extra ?? []).map(
    (item) => [normaliseName(item.name), cleanSpecifier(item.specifier.replaceAll(' ', ''))] as const,
  );
  const extra = new Map(asked.filter(([name]) => isDistributionName(name)));
  // What is no name would be taken for something else by pip.
  const named = needs.filter((need) => isDistributionName(need.name));
  const found: Wanted[] = named.map((need) => {
    const dependency: Dependency | undefined = byName.get(need.name);
    return {
      name: need.name,
      imports: need.imports,
      specifier: extra.get(need.name) ?? dependency?.specifier ?? '',
      url: extra.has(need.name) ? undefined : dependency?.url,
      unusable: extra.has(need.name) ? undefined : dependency?.unusable,
      extras: dependency?.extras,
      conditions: extra.has(need.name) ? undefined : dependency?.conditions,
      locked: extra.has(need.name) ? undefined : dependency?.locked,
      optional: need.optional && !extra.has(need.name),
      declared: dependency?.declared ?? false,
      asked: extra.has(need.name),
    };
  });
  for (const [name, specifier] of extra) {
    if (!found.some((item) => item.name === name))
      found.push({ name, imports: [], specifier, optional: false, declared: true, asked: true });
  }
  return found;
}

/** Strategies that work inside an image, whose Python is not the login node's. */
export function usesImage(site: SiteProfile): boolean {
  return site.packages.strategy === 'squashfs-venv' || site.packages.strategy === 'overlay';
}

/** Whether what installs packages runs on a compute node there: the login node is of another kind, or pip is not wanted on it. */
export function runsOnComputeNode(site: SiteProfile): boolean {
  const mayStay = site.arch.login === site.arch.compute && site.packages.installOn === 'login';
  return !mayStay && site.slurm !== undefined;
}

/** What the site's image or modules bring, as far as the profile says. */
export function providesOf(site: SiteProfile): Provides | null {
  return (usesImage(site) ? site.packages.container?.images[0]?.provides : site.packages.provides) ?? null;
}

/** Debian's packages serve Debian's own interpreter only. */
export function canUseApt(python: Python, request: PackageRequest): boolean {
  return request.site.packages.mayUseApt && request.facts.apt.available && /^\/(usr\/)?bin\//.test(python.path);
}

/** Version of the Debian package that would hold a distribution. */
export function aptVersionOf(name: string, request: PackageRequest): string | undefined {
  return request.facts.apt.packages[debianPackageOf(name)];
}

/** Distributions that stand in for one another. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  'opencv-python': ['opencv-python-headless', 'opencv-contrib-python', 'opencv'],
  'opencv-python-headless': ['opencv-python', 'opencv-contrib-python', 'opencv'],
  'opencv-contrib-python-headless': ['opencv-contrib-python'],
  tensorboard: ['tensorboard', 'tb-nightly'],
  tensorflow: ['tensorflow-cpu', 'tensorflow-gpu', 'tensorflow-rocm', 'tensorflow-macos'],
  levenshtein: ['python-levenshtein'],
  'psycopg2-binary': ['psycopg2'],
  'nvidia-ml-py': ['pynvml', 'nvidia-ml-py3'],
  'faiss-cpu': ['faiss', 'faiss-gpu'],
};

/** The version of a distribution, or of one that holds the same modules; null where there is none. */
export function versionOf(python: Pick<Python, 'packages'>, name: string): string | null {
  for (const candidate of [name, ...(SAME[name] ?? [])]) {
    const version = python.packages[candidate];
    if (version !== undefined) return version;
  }
  return null;
}
