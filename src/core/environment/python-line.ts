/** Which Python to take where one can be chosen. */
import type { RepoFile } from '../repo-map/input.ts';
import type { RepoMap } from '../repo-map/schema.ts';
import type { SiteProfile } from '../site.ts';
import { judgePackage, listRows, pairTables } from './judge.ts';
import { findLock } from './pinned.ts';
import type { RuleFamily, Situation, TorchLine } from './rule.ts';
import { linesForHardware, pythonsForTorch } from './torch-line.ts';
import { satisfies } from './versions.ts';
import { TORCH_FAMILY, type Wanted } from './wanted.ts';

// Best first: what most packages of all ages have wheels for.
const CANDIDATES = ['3.11', '3.12', '3.10', '3.9', '3.8'];
// What nobody installs any more; uv still brings it.
const OLD = ['3.7'];
const MAX_NAMES = 4;
const HARDWARE_WEIGHT = 4;

export interface Wish {
  readonly of: string;
  /** Ranges of Python; one of them has to hold. */
  readonly ranges: readonly string[];
}

/** The Pythons that a repository says it is for: ranges of its manifests and its lock file, and the one of its environment file. */
export function listOwnPythons(map: Pick<RepoMap, 'versions'>, files: readonly RepoFile[]): Wish[] {
  const found = findLock(files);
  const declared = map.versions.flatMap(({ of, version, evidence }) => {
    if (
      of !== 'python' ||
      !/(?:^|\/)(?:pyproject\.toml|setup\.(?:py|cfg)|Pipfile|\.python-version|[\w.-]*env[\w.-]*\.ya?ml)$/.test(evidence.file)
    )
      return [];
    if (/^[<>=!~]/.test(version) && /[<>]|[!~]=/.test(version)) return [{ of: evidence.file, ranges: [version] }];
    const exact = /ya?ml$|Pipfile$|python-version$/.test(evidence.file) ? /^3\.\d{1,2}/.exec(version)?.[0] : undefined;
    return exact === undefined ? [] : [{ of: evidence.file, ranges: [`==${exact}.*`] }];
  });
  const locked = found?.lock.python ?? null;
  return [...declared, ...(found === null || locked === null ? [] : [{ of: found.file.path, ranges: [locked] }])];
}

/** The Python that the versions asked for have wheels for, as far as they agree. */
export function choosePython(
  request: { readonly wanted: readonly Wanted[]; readonly own: readonly Wish[] },
  families: readonly RuleFamily[],
  situation: Situation,
  site: SiteProfile,
): { version: string; why: string } {
  const { wanted, own } = request;
  const wishes = [...own, ...wanted.flatMap((item) => listWishes(item, families, situation))];
  if (situation.gpu !== 'none' && wanted.some((item) => TORCH_FAMILY.has(item.name))) {
    const lines = families.flatMap((family) => family.torchLines?.lines ?? []);
    const usable = linesForHardware({ site, arch: situation.arch, gpu: situation.gpu, lines });
    const wish = { of: 'torch for this GPU', ranges: usable.map((line) => line.python) };
    wishes.push(...wanted.flatMap((item) => listTorchWishes(item, families, usable)));
    // Without any torch the rest is of no use, so this weighs more than other wishes.
    if (wish.ranges.length > 0) wishes.push(...Array.from({ length: HARDWARE_WEIGHT }, () => wish));
  }
  const count = (version: string): number => wishes.filter((wish) => wish.ranges.some((range) => satisfies(version, range))).length;
  const candidates = site.packages.strategy === 'uv' ? [...CANDIDATES, ...OLD] : CANDIDATES;
  const version = candidates.reduce((best, next) => (count(next) > count(best) ? next : best));
  const isMet = (wish: Wish): boolean => wish.ranges.some((range) => satisfies(version, range));
  const binding = [...new Set(wishes.filter(isMet).map((wish) => wish.of))];
  const unmet = [...new Set(wishes.filter((wish) => !isMet(wish)).map((wish) => wish.of))].slice(0, MAX_NAMES);
  const more = binding.length > MAX_NAMES ? ' and others' : '';
  const why =
    binding.length === 0
      ? 'what most packages have wheels for'
      : `${binding.slice(0, MAX_NAMES).join(', ')}${more} ${binding.length === 1 ? 'goes' : 'go'} with it`;
  return { version, why: unmet.length === 0 ? why : `${why}; not with ${unmet.join(', ')}` };
}

/** The Pythons of those generations of torch that a package goes with. */
function listTorchWishes(item: Wanted, families: readonly RuleFamily[], usable: readonly TorchLine[]): Wish[] {
  if (item.specifier === '' || item.optional) return [];
  return pairTables(families, 'torch', item.name).flatMap((table) => {
    const needs = listRows(table, item.specifier).map((row) => row.needs);
    const ranges = usable.filter((line) => needs.some((range) => satisfies(line.torch, range))).map((line) => line.python);
    return ranges.length === 0 || ranges.length === usable.length ? [] : [{ of: `${item.name}${item.specifier}`, ranges }];
  });
}

function listWishes(item: Wanted, families: readonly RuleFamily[], situation: Situation): Wish[] {
  const of = `${item.name}${item.specifier}`;
  const wishes: Wish[] = [];
  const { bounds } = judgePackage(families, item, situation);
  for (const { verdict } of bounds) {
    if (verdict.do === 'bound' && verdict.newestPython !== undefined) {
      const [major = '3', minor = '0'] = verdict.newestPython.split('.');
      wishes.push({ of: `${item.name}${verdict.specifier}`, ranges: [`<${major}.${Number(minor) + 1}`] });
    }
  }
  if (item.specifier === '') return wishes;
  for (const table of pairTables(families, 'python', item.name)) {
    const rows = listRows(table, item.specifier);
    if (rows.length > 0 && rows.length < table.rows.length) wishes.push({ of, ranges: rows.map((row) => row.needs) });
  }
  if (item.name !== 'torch') return wishes;
  const lines = families.flatMap((family) => family.torchLines?.lines ?? []);
  const ranges = pythonsForTorch(lines, item.specifier);
  return ranges.length === 0 ? wishes : [...wishes, { of, ranges }];
}
