import { isGuess } from '../repo-map/dependencies.ts';
/** What happens to each package that an entry needs: there already, installed, replaced by nothing, or not to be had. */
import { cleanSpecifier, isDistributionName, normaliseName } from '../repo-map/distributions.ts';
import type { Dependency, Entry, RepoMap } from '../repo-map/schema.ts';
import type { SiteProfile } from '../site.ts';
import { debianPackageOf } from './debian.ts';
import type { PlannedPackage, SiteFacts } from './schema.ts';
import { standInModules } from './stand-in.ts';
import { compareVersions, satisfies } from './versions.ts';

export type Python = SiteFacts['pythons'][number];
export type Override = { readonly what: string; readonly why: string };

/** A package that a person or a remedy asks for, besides what the code imports. */
interface ExtraPackage {
  readonly name: string;
  readonly specifier: string;
}

export interface PackageRequest {
  readonly map: RepoMap;
  readonly entry: Entry;
  readonly site: SiteProfile;
  readonly facts: SiteFacts;
  readonly extra?: readonly ExtraPackage[] | undefined;
}

interface Wanted {
  readonly name: string;
  readonly imports: readonly string[];
  readonly specifier: string;
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
const IMAGE_SHIPS = new Set(['torch', 'torchvision', 'torchaudio', 'triton', 'numpy', 'pip', 'setuptools']);

/** The first interpreter that has most of what the entry needs; null where the site has none. */
export function chooseBasePython(request: PackageRequest): Python | null {
  const wanted = listWanted(request).filter((item) => !item.optional);
  const score = (python: Python) => {
    const isModern = compareVersions(python.version, '3.8') >= 0;
    // What is built for the hardware is the hardest to install, so it weighs most.
    const weigh = (item: Wanted) => (HARDWARE_BOUND.has(item.name) ? 4 : 1);
    const have = wanted.reduce((sum, item) => sum + weigh(item) * scorePresence(python, item, request), 0);
    return (isModern ? 1000 : 0) + have * 10 + (python.canMakeVenv ? 5 : 0);
  };
  const [first, ...rest] = request.facts.pythons;
  return first === undefined ? null : rest.reduce((best, python) => (score(python) > score(best) ? python : best), first);
}

function scorePresence(python: Python, item: Wanted, request: PackageRequest): number {
  const version = versionOf(python, item.name);
  if (version !== null) return satisfies(version, item.specifier) ? 2 : 1.5;
  return canUseApt(python, request) && request.facts.apt.packages[debianPackageOf(item.name)] !== undefined ? 1 : 0;
}

/** Plans every package of the map: what the entry needs, and what is left out because it does not. */
export function planPackages(request: PackageRequest, base: Python | null): { packages: PlannedPackage[]; overrides: Override[] } {
  const overrides: Override[] = [];
  const wanted = listWanted(request);
  const packages = wanted.map((item) => planPackage(item, request, base, overrides));
  const names = new Set(wanted.map((item) => item.name));
  const rest = request.map.dependencies.filter((item) => !names.has(item.name));
  const leftOut = rest.map((item) => describe({ ...item, asked: false }, 'left-out', null, `${request.entry.file} does not import it`));
  return { packages: [...packages, ...leftOut], overrides };
}

function listWanted(request: PackageRequest): Wanted[] {
  const byName = new Map(request.map.dependencies.map((item) => [item.name, item]));
  const needs = request.entry.needs ?? request.map.dependencies;
  const asked = (request.extra ?? []).map(
    (item) => [normaliseName(item.name), cleanSpecifier(item.specifier.replaceAll(' ', ''))] as const,
  );
  const extra = new Map(asked.filter(([name]) => isDistributionName(name)));
  const found: Wanted[] = needs.map((need) => {
    const dependency: Dependency | undefined = byName.get(need.name);
    return {
      name: need.name,
      imports: need.imports,
      specifier: extra.get(need.name) ?? dependency?.specifier ?? '',
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

function planPackage(item: Wanted, request: PackageRequest, base: Python | null, overrides: Override[]): PlannedPackage {
  const { site, facts } = request;
  const container = site.packages.strategy === 'squashfs-venv' || site.packages.strategy === 'overlay';
  const dropped = dropForHardware(item.name, site);
  if (dropped !== null) {
    overrides.push({ what: `${item.name} is left out`, why: dropped });
    return describe(item, 'left-out', null, dropped);
  }
  if (container && IMAGE_SHIPS.has(item.name)) {
    if (item.specifier !== '')
      overrides.push({ what: `${item.name}${item.specifier} becomes the image's own ${item.name}`, why: 'it is built for this hardware' });
    return describe(item, 'present', null, 'comes with the container image');
  }
  const version = container || base === null ? null : versionOf(base, item.name);
  const forbidden = site.packages.forbidden.find((rule) => normaliseName(rule.name) === item.name);
  const mayPip =
    forbidden === undefined && site.packages.strategy !== 'none' && (facts.indexReachable || (container && site.internet.login));
  const specifier = liftPin(item, base, overrides);
  if (version !== null) {
    if (satisfies(version, specifier) || item.specifier !== specifier) return describe(item, 'present', version, 'already there');
    if (mayPip && (item.asked || !HARDWARE_BOUND.has(item.name)))
      return describe({ ...item, specifier }, 'pip', null, `${version} is there, ${specifier} is asked for`);
    overrides.push({
      what: `${item.name}${specifier} becomes ${version}`,
      why: mayPip ? 'the version that is there fits this machine' : 'it is there, and no other version can be had here',
    });
    return describe(item, 'present', version, `already there, though ${specifier} is asked for`);
  }
  return planMissing({ ...item, specifier }, request, base, mayPip, forbidden?.why ?? null);
}

function planMissing(
  item: Wanted,
  request: PackageRequest,
  base: Python | null,
  mayPip: boolean,
  forbidden: string | null,
): PlannedPackage {
  const apt = debianPackageOf(item.name);
  const aptVersion = request.facts.apt.packages[apt];
  const service = standInModules(item.name);
  const isGuessed = isGuess(item.name, item.declared);
  if (item.optional && (!item.declared || !mayPip) && service === null) {
    return describe(item, 'left-out', null, 'only imported where it may be missing or by a function that the run may not call');
  }
  if (mayPip && !isGuessed) return describe(item, 'pip', null, 'not there; the package index answers');
  if (aptVersion !== undefined && base !== null && canUseApt(base, request))
    return describe(item, 'apt', aptVersion, `not there; Debian has it as ${apt}`);
  if (service !== null)
    return describe(
      item,
      'no-op',
      null,
      'not to be had here; it only records or displays, so a stand-in that does nothing takes its place',
    );
  if (item.optional) return describe(item, 'left-out', null, 'not to be had here, and only imported where it may be missing');
  if (isGuessed)
    return describe(
      item,
      'unavailable',
      null,
      'nothing but an import names it, and the package index has an unrelated package of that name',
    );
  return describe(
    item,
    'unavailable',
    null,
    forbidden ?? 'not there, the package index does not answer, and no Debian package may fill in',
  );
}

function describe(
  item: Omit<Wanted, 'optional' | 'declared'>,
  how: PlannedPackage['how'],
  version: string | null,
  why: string,
): PlannedPackage {
  return { name: item.name, imports: [...item.imports], specifier: item.specifier, how, version, why };
}

/** Debian's packages serve Debian's own interpreter only. */
function canUseApt(python: Python, request: PackageRequest): boolean {
  return request.site.packages.mayUseApt && request.facts.apt.available && /^\/(usr\/)?bin\//.test(python.path);
}

/** Distributions that stand in for one another. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  'opencv-python': ['opencv-python-headless', 'opencv-contrib-python', 'opencv'],
  'opencv-python-headless': ['opencv-python', 'opencv'],
  tensorboard: ['tensorboard', 'tb-nightly'],
  levenshtein: ['python-levenshtein'],
  'psycopg2-binary': ['psycopg2'],
  'faiss-cpu': ['faiss', 'faiss-gpu'],
};

function versionOf(python: Python, name: string): string | null {
  for (const candidate of [name, ...(SAME[name] ?? [])]) {
    const version = python.packages[candidate];
    if (version !== undefined) return version;
  }
  return null;
}

/** Newest Python for which a generation of torch was ever built; newer interpreters cannot install it. */
const TORCH_PYTHON: readonly (readonly [string, string])[] = [
  ['1.8', '3.9'],
  ['1.11', '3.9'],
  ['2.0', '3.10'],
  ['2.2', '3.11'],
  ['2.4', '3.12'],
  ['2.9', '3.13'],
];

/** Drops an exact pin of torch that no wheel can satisfy for this interpreter. */
function liftPin(item: Wanted, base: Python | null, overrides: Override[]): string {
  const pinned = /^==([\d.]+)/.exec(item.specifier)?.[1];
  if (item.name !== 'torch' || pinned === undefined || base === null || item.asked) return item.specifier;
  const limit = TORCH_PYTHON.find(([before]) => compareVersions(pinned, before) < 0)?.[1];
  const isTooNew = limit !== undefined && compareVersions(base.version.split('.').slice(0, 2).join('.'), limit) > 0;
  if (!isTooNew) return item.specifier;
  overrides.push({ what: `torch${item.specifier} becomes any torch`, why: `torch ${pinned} was never built for Python ${base.version}` });
  return '';
}

/** Why a package has no place on this hardware; null when it has. */
function dropForHardware(name: string, site: SiteProfile): string | null {
  const isCudaOnly = /^nvidia-|^(pycuda|cudatoolkit|tensorrt|cudf|cuml|cugraph|nvidia-dali.*)$/.test(name);
  if (site.gpu.vendor === 'amd' && isCudaOnly) return 'made for NVIDIA GPUs; this site has AMD GPUs';
  if (site.gpu.vendor === 'amd' && name === 'triton') return 'the ROCm build of torch brings its own triton';
  if (/^nvidia-(cublas|cuda|cudnn|cufft|curand|cusolver|cusparse|nccl|nvtx|nvjitlink)/.test(name))
    return 'a part of torch’s own wheel; torch chooses it';
  return null;
}
