/** Which Python and which build of torch everything else has to fit. */
import type { SiteProfile } from '../site.ts';
import type { TorchLine } from './rule.ts';
import type { Lines } from './schema.ts';
import { compareVersions, overlaps, satisfies } from './versions.ts';

export interface LineRequest {
  readonly site: SiteProfile;
  readonly arch: string;
  readonly gpu: SiteProfile['gpu']['vendor'];
  readonly python: string | null;
  /** What the repository asks for, bounds of the rules included; null where it does not use torch. */
  readonly wanted: string | null;
  /** The rules' bounds alone, which still hold when the wish cannot be met. */
  readonly bounds: string;
  readonly lines: readonly TorchLine[];
  /** What else is wanted and goes with some generations only: one range of each has to hold. */
  readonly companions?: readonly { readonly of: string; readonly ranges: readonly string[] }[];
  /** Versions of CUDA that the repository names. */
  readonly cuda?: readonly string[];
}

/** The Pythons that a wish for torch has wheels for, those of each generation that it can mean. */
export function pythonsForTorch(lines: readonly TorchLine[], wanted: string): string[] {
  return lines.filter((line) => overlaps(wanted, spanOf(line))).map((line) => line.python);
}

/** The generations of which a build for this GPU and driver exists, whatever the Python. */
export function linesForHardware(place: Pick<LineRequest, 'site' | 'arch' | 'gpu' | 'lines'>): TorchLine[] {
  return place.lines.filter((line) => isUsable(line, { ...place, python: null, wanted: null, bounds: '' }));
}

export interface TorchChoice {
  readonly torch: Lines['torch'];
  /** What is to be installed. */
  readonly specifier: string;
  /** A sentence, when the wish cannot be met. */
  readonly conflict: string | null;
  /** No build exists at all. */
  readonly impossible: boolean;
  /** The generation that others have to go with where the wish was lifted and no version is named. */
  readonly pairWith?: string | null;
}

/**
 * Chooses the generation of torch to install: of those that are asked for and that this Python, GPU and driver can use, the newest that
 * goes with most of what else is wanted; where there is none of them, the nearest to it.
 */
export function chooseTorch(request: LineRequest): TorchChoice {
  const { wanted, lines, gpu } = request;
  const spec = wanted ?? '';
  const asIs = (why: string): TorchChoice => ({
    torch: { version: spec === '' ? null : spec, build: null, index: null, why },
    specifier: spec,
    conflict: null,
    impossible: false,
  });
  if (wanted === null) return asIs('the code does not use torch');
  if (lines.length === 0) return asIs('the index decides');
  const usable = lines.filter((line) => isUsable(line, request));
  const asked = usable.filter((line) => overlaps(spec, spanOf(line)));
  const newest = lines.at(-1);
  const isUnknown = asked.length === 0 && newest !== undefined && overlaps(spec, `>${newest.torch}.99`);
  if (isUnknown) return asIs('a generation that is not in the table yet; the index decides');
  const bounded = usable.filter((line) => overlaps(request.bounds, spanOf(line)));
  const chosen = pickLine(asked.toReversed(), request) ?? pickLine(nearestTo(spec, bounded.length > 0 ? bounded : usable), request);
  if (chosen === undefined) {
    return { ...asIs('no build fits'), conflict: `there is no build of torch for ${describe(request)}`, impossible: true };
  }
  const isLifted = asked.length === 0;
  const conflict = isLifted ? `torch${spec} was never built for ${describe(request)}` : null;
  const build = chooseBuild(chosen, request);
  // Where the index has every build, only what is no longer the newest has to be named.
  const isFree = !isLifted && (isExact(spec) || (gpu === 'none' && chosen === asked.at(-1)));
  const specifier = isFree ? spec : `==${chosen.torch}.*`;
  return {
    torch: {
      version: specifier === '' ? null : specifier,
      build,
      index: build === null ? null : `https://download.pytorch.org/whl/${build}`,
      why: build === null ? 'the index decides the build' : describeChoice(chosen, isLifted, asked.at(-1), request),
    },
    specifier,
    conflict,
    impossible: false,
    pairWith: isLifted ? chosen.torch : null,
  };
}

/** The first line that goes with as many companions as any. */
function pickLine(lines: readonly TorchLine[], { companions = [] }: LineRequest): TorchLine | undefined {
  const count = (line: TorchLine): number => companions.filter((item) => item.ranges.some((range) => satisfies(line.torch, range))).length;
  const [first, ...rest] = lines;
  return first === undefined ? undefined : rest.reduce((best, line) => (count(line) > count(best) ? line : best), first);
}

/** Lines by their distance from a wish that none of them meets: the ones above it, or the newest below. */
function nearestTo(spec: string, lines: readonly TorchLine[]): readonly TorchLine[] {
  const above = spec === '' ? [] : lines.filter((line) => !overlaps(spec, `>=${line.torch}`));
  return above.length > 0 ? above : lines.toReversed();
}

function describeChoice(chosen: TorchLine, isLifted: boolean, newest: TorchLine | undefined, request: LineRequest): string {
  if (isLifted) return `nearest build for ${describe(request)}`;
  if (chosen === newest) return `newest build for ${describe(request)} that is asked for`;
  const reasons = (request.companions ?? []).filter(
    (item) =>
      item.ranges.some((range) => satisfies(chosen.torch, range)) && !item.ranges.some((range) => satisfies(newest?.torch ?? '', range)),
  );
  return `newest build for ${describe(request)} that goes with ${reasons.map((item) => item.of).join(', ')}`;
}

function isExact(specifier: string): boolean {
  return /^==\d+(?:\.\d+){0,5}$/.test(specifier);
}

function describe({ python, gpu, arch, site }: LineRequest): string {
  const place = gpu === 'none' ? arch : `${site.gpu.unit ?? gpu} on ${arch}`;
  return `${python === null ? '' : `Python ${python}, `}${place}`;
}

function spanOf(line: TorchLine): string {
  const [major = '0', minor = '0'] = line.torch.split('.');
  return `>=${line.torch},<${major}.${Number(minor) + 1}`;
}

function isUsable(line: TorchLine, request: LineRequest): boolean {
  if (request.python !== null && !satisfies(request.python, line.python)) return false;
  return request.gpu === 'none' || buildsOf(line, request).length > 0;
}

/** The newest runtime that the driver is known to take; of an unknown driver the one that the repository names, or the oldest. */
function chooseBuild(line: TorchLine, request: LineRequest): string | null {
  if (request.gpu === 'none') return null;
  const builds = buildsOf(line, request);
  if (request.gpu === 'amd' || request.site.gpu.newestRuntime !== undefined) return builds.at(-1) ?? null;
  return builds.find((build) => request.cuda?.includes(cudaOf(build)) === true) ?? builds[0] ?? null;
}

// Oldest CUDA that knows the architecture: https://docs.nvidia.com/cuda/archive (release notes of 11.0 and 11.8).
const OLDEST_CUDA: Readonly<Record<string, string>> = { sm_80: '11.0', sm_86: '11.1', sm_89: '11.8', sm_90: '11.8', sm_100: '12.8' };
// torch lists gfx90a among its targets since ROCm 4.5.2 (https://github.com/pytorch/pytorch/releases/tag/v1.11.0).
const OLDEST_ROCM: Readonly<Record<string, string>> = { gfx90a: '4.5.2', gfx942: '6.0' };

function buildsOf(line: TorchLine, { gpu, arch, site }: LineRequest): string[] {
  const { target = '', newestRuntime, oldestRuntime } = site.gpu;
  const inWindow = (version: string, oldest: string | undefined): boolean =>
    (oldest === undefined || compareVersions(version, oldest) >= 0) &&
    (oldestRuntime === undefined || compareVersions(version, oldestRuntime) >= 0) &&
    (newestRuntime === undefined || compareVersions(version, newestRuntime) <= 0);
  if (gpu === 'amd') {
    if (arch !== 'x86_64') return [];
    return line.rocm.filter((version) => inWindow(version, OLDEST_ROCM[target])).map((version) => `rocm${version}`);
  }
  const tags = arch === 'aarch64' ? line.armCuda : line.cuda;
  return tags.filter((tag) => inWindow(cudaOf(tag), OLDEST_CUDA[target]));
}

/** `cu118` is CUDA 11.8, `cu92` is 9.2. */
function cudaOf(tag: string): string {
  const digits = tag.replace(/^cu/, '');
  return `${digits.slice(0, -1)}.${digits.slice(-1)}`;
}
