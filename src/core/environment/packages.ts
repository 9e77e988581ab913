/** What happens to each package that an entry needs: there already, installed, built, replaced, left out, or not to be had. */
import { normaliseName } from '../repo-map/dependencies/distributions.ts';
import { PYTHON_2 } from '../repo-map/hardware/signals.ts';
import { decideFate, describe, type FateRequest, type Planning } from './fate.ts';
import { applyBound, checkPair, isTooNew, judgePackage, listRows, pairTables, type Hit } from './judge.ts';
import { holdsMarker } from './marker.ts';
import { describeHolder } from './narrow.ts';
import { choosePinned, type Pinned } from './pinned.ts';
import { describePlace, describePython, type Place } from './place.ts';
import { choosePython, listOwnPythons, type Wish } from './python-line.ts';
import type { RuleFamily, Situation } from './rule.ts';
import type { Lines, PlannedPackage } from './schema.ts';
import { chooseTorch, type TorchChoice } from './torch-line.ts';
import { compareVersions, satisfies } from './versions.ts';
import {
  aptVersionOf,
  canUseApt,
  HARDWARE_BOUND,
  listWanted,
  TORCH_FAMILY,
  versionOf,
  type Override,
  type PackageRequest,
  type Python,
  type Wanted,
} from './wanted.ts';

export interface PackagePlan {
  readonly packages: PlannedPackage[];
  readonly overrides: Override[];
  readonly conflicts: string[];
  readonly lines: Lines;
  /** What the imports cannot tell. */
  readonly gaps: string[];
  /** What limits versions besides the requirements. */
  readonly pinned: Pinned;
}

/** The first interpreter that has most of what the entry needs; null where the site has none. */
export function chooseBasePython(request: PackageRequest): Python | null {
  const wanted = listWanted(request).filter((item) => !item.optional);
  const tables = pairTables(request.rules ?? [], 'python');
  const score = (python: Python) => {
    const isModern = compareVersions(python.version, '3.8') >= 0;
    // What is built for the hardware is the hardest to install, so it weighs most.
    const weigh = (item: Wanted) => (HARDWARE_BOUND.has(item.name) ? 4 : 1);
    const have = wanted.reduce((sum, item) => sum + weigh(item) * scorePresence(python, item, request), 0);
    const misfits = wanted.filter(
      (item) =>
        versionOf(python, item.name) === null &&
        tables.some((table) => table.package === item.name && checkPair(table, item.specifier, python.version).conflict !== null),
    );
    return (isModern ? 1000 : 0) + have * 10 + (python.canMakeVenv ? 5 : 0) - (request.facts.indexReachable ? misfits.length * 10 : 0);
  };
  const [first, ...rest] = request.facts.pythons;
  return first === undefined ? null : rest.reduce((best, python) => (score(python) > score(best) ? python : best), first);
}

function scorePresence(python: Python, item: Wanted, request: PackageRequest): number {
  const version = versionOf(python, item.name);
  if (version !== null) return satisfies(version, item.specifier) ? 2 : 1.5;
  return canUseApt(python, request) && aptVersionOf(item.name, request) !== undefined ? 1 : 0;
}

/** Plans every package of the map: what the entry needs, and what is left out because it does not. */
export function planPackages(request: PackageRequest, base: Python | null): PackagePlan {
  const families = request.rules ?? [];
  const planning: Planning = { overrides: [], conflicts: [] };
  const seen = describePlace(request, base);
  const own = listOwnPythons(request.map, request.files ?? []);
  // Where nobody looked, the versions that are asked for choose the Python.
  const chosen =
    seen.situation.python === null && families.length > 0
      ? choosePython({ wanted: listWanted(request), own }, families, seen.situation, request.site)
      : null;
  const place = chosen === null ? seen : { ...seen, situation: { ...seen.situation, python: chosen.version } };
  noteOwnPythons(own, place, planning);
  const { here, elsewhere } = applyConditions(listWanted(request), place.situation);
  const { wanted, replaced } = renameWanted(here, families, place, planning);
  const cuda = request.map.versions.filter((item) => item.of === 'cuda').map((item) => item.version);
  const torch = decideTorch({ wanted, cuda }, families, place, planning);
  const situation: Situation = { ...place.situation, torch: torch.version };
  const names = new Set([...wanted, ...replaced, ...elsewhere].map((item) => item.name));
  const fates = wanted.map((item) => {
    const wish = item.name === 'torch' && torch.choice !== null ? { ...item, specifier: torch.choice.specifier } : item;
    const fate: FateRequest = { request, base, place, situation, families, item: wish, torchChoice: torch.choice, torchBound: torch.bound };
    return decideFate(fate, planning);
  });
  const rest = request.map.dependencies.filter((item) => !names.has(item.name));
  const rule = { id: 'code/not-imported', source: request.entry.file };
  const leftOut = rest.map((item) => describe(item, 'left-out', `${request.entry.file} does not import it`, { rule }));
  const byName = rest.some((item) => item.declared) ? situation.findCode(IMPORTS_BY_NAME) : null;
  const packages = [...listPython2(request), ...fates, ...replaced, ...elsewhere, ...leftOut];
  return {
    packages,
    pinned: choosePinned({
      files: request.files ?? [],
      packages,
      conflicts: planning.conflicts,
      families,
      situation,
      versionOf: place.versionOf,
      torchApart: torch.line.index !== null,
      hasHorizon: request.site.packages.strategy === 'uv',
    }),
    overrides: planning.overrides,
    conflicts: planning.conflicts,
    lines: { python: chosen === null ? describePython(place, request, base) : describeChosen(chosen), torch: torch.line },
    gaps:
      byName === null
        ? []
        : [
            `${byName} imports modules by a name that it is given, so something that is left out may be needed; \`reprobot deps --all\` plans it all.`,
          ],
  };
}

/** Of every package what is asked for on this Python and processor; what is asked for on others only needs nothing here. */
function applyConditions(found: readonly Wanted[], { python, arch }: Situation): { here: Wanted[]; elsewhere: PlannedPackage[] } {
  const here: Wanted[] = [];
  const elsewhere: PlannedPackage[] = [];
  for (const item of found) {
    const { only = false, variants = [] } = item.conditions ?? {};
    const meant = variants.find(({ marker }) => holdsMarker(marker, { python, arch }) !== false);
    if (meant !== undefined) here.push({ ...item, specifier: meant.specifier, url: meant.url ?? item.url });
    else if (!only) here.push(item);
    else {
      const rule = { id: 'code/marker', source: 'https://peps.python.org/pep-0508/#environment-markers' };
      const why = `asked for only where ${variants.map(({ marker }) => marker).join(' or ')}`;
      elsewhere.push(describe({ ...item, specifier: '' }, 'left-out', why, { rule }));
    }
  }
  return { here, elsewhere };
}

/** A project that says for which Pythons it is, and not for the one that is there. */
function noteOwnPythons(own: readonly Wish[], place: Place, planning: Planning): void {
  const { python } = place.situation;
  const other = python === null ? undefined : own.find((wish) => !wish.ranges.some((range) => satisfies(python, range)));
  if (other === undefined || python === null) return;
  const holder = describeHolder({ with: 'python' }, place);
  planning.conflicts.push(`${other.of} wants Python ${other.ranges.join(' or ')}; ${holder} ${python}.`);
}

/** The interpreter itself, where the entry reaches a line that only Python 2 accepts: no site has that one. */
function listPython2({ map, entry }: PackageRequest): PlannedPackage[] {
  const reached = new Set([...(entry.files ?? []), entry.file]);
  const line = map.redFlags
    .filter((flag) => flag.what === PYTHON_2)
    .flatMap((flag) => flag.evidence)
    .find((item) => reached.has(item.file));
  if (line === undefined) return [];
  const why = `${line.file}:${line.line} is Python 2 (${line.text.slice(0, 60)}), which no Python 3 runs; it needs a container with Python 2.7, or its code translated (2to3)`;
  const rule = { id: 'code/python-2', source: 'https://www.python.org/doc/sunset-python-2/' };
  return [describe({ name: 'python', imports: [], specifier: '<3' }, 'unavailable', why, { rule })];
}

/** Names in quotes were read with the other imports. */
const IMPORTS_BY_NAME =
  /\b(?:import_module|__import__)\(\s{0,9}(?!["'\s])|\bpydoc\.locate\(|\bhydra\.utils\.(?:instantiate|call|get_class)\(/;

function describeChosen({ version, why }: { readonly version: string; readonly why: string }): Lines['python'] {
  return { version, why: `chosen, since nobody looked at the site: ${why}` };
}

/** Gives every package the name under which it can be had; modules move along. */
function renameWanted(
  found: readonly Wanted[],
  families: readonly RuleFamily[],
  place: Place,
  planning: Planning,
): { wanted: Wanted[]; replaced: PlannedPackage[] } {
  const wanted = new Map<string, Wanted>();
  const replaced: PlannedPackage[] = [];
  const add = (item: Wanted): void => {
    const known = wanted.get(item.name);
    const imports = [...new Set([...(known?.imports ?? []), ...item.imports])];
    if (known === undefined) wanted.set(item.name, item);
    else
      wanted.set(item.name, {
        ...known,
        imports,
        optional: known.optional && item.optional,
        declared: known.declared || item.declared,
        asked: known.asked || item.asked,
        specifier: known.specifier === '' ? item.specifier : known.specifier,
        url: known.url ?? item.url,
        extras: known.extras ?? item.extras,
      });
  };
  for (const item of found) {
    const { decision } = judgePackage(families, item, place.situation);
    const then = decision?.verdict;
    if (decision === null || then?.do !== 'replace' || place.versionOf(item.name) !== null) {
      add(item);
      continue;
    }
    const rule = { id: decision.id, source: decision.source };
    replaced.push({ ...describe({ ...item, imports: [] }, 'replaced', decision.why, { rule }), replacement: then.with });
    if (!then.with.includes(item.name) && !item.name.includes(normaliseName(then.with)))
      planning.overrides.push({ what: `${item.name}${item.specifier} becomes ${then.with}`, why: decision.why });
    add({
      ...item,
      name: then.with,
      specifier: then.keepVersion === true ? item.specifier : '',
      url: undefined,
      extras: undefined,
      declared: item.declared || !item.optional,
    });
  }
  return { wanted: [...wanted.values()], replaced };
}

interface TorchDecision {
  /** Version that the rest has to fit; null when unknown or unused. */
  readonly version: string | null;
  readonly line: Lines['torch'];
  /** Null where torch is there already. */
  readonly choice: TorchChoice | null;
  /** The first rule that limits its versions; null where none does. */
  readonly bound: Hit | null;
}

function decideTorch(
  { wanted, cuda }: { readonly wanted: readonly Wanted[]; readonly cuda: readonly string[] },
  families: readonly RuleFamily[],
  place: Place,
  planning: Planning,
): TorchDecision {
  const there = place.versionOf('torch');
  const item = wanted.find((candidate) => candidate.name === 'torch');
  const isUsed = item !== undefined || wanted.some((candidate) => TORCH_FAMILY.has(candidate.name));
  if (there !== null) {
    const why = `${place.image ? 'the image brings it, built for this hardware' : 'it is there already'}${isUsed ? '' : '; the code does not use it'}`;
    return { version: there === '' ? null : there, line: { version: there, build: null, index: null, why }, choice: null, bound: null };
  }
  const { situation, site } = place;
  const bounds = item === undefined || item.asked ? [] : judgePackage(families, item, situation).bounds;
  const usable = bounds.filter((hit) => !isTooNew(hit.verdict, situation.python));
  const narrow = (text: string): string =>
    usable.reduce((all, { verdict }) => (verdict.do === 'bound' ? applyBound(all, verdict.specifier) : all), text);
  // A local version such as +cu110 names a build; the build is chosen for this place.
  const isLocked = item?.locked !== undefined && satisfies(item.locked, item.specifier);
  const spec = narrow((isLocked ? `==${item.locked ?? ''}` : (item?.specifier ?? '')).replace(/\+[\w.]{1,40}$/, ''));
  const lines = families.flatMap((family) => family.torchLines?.lines ?? []);
  const choice = chooseTorch({
    site,
    arch: situation.arch,
    gpu: situation.gpu,
    python: situation.python,
    wanted: isUsed ? spec : null,
    bounds: narrow(''),
    lines: item?.asked === true ? [] : lines,
    companions: listCompanions(wanted, families),
    cuda,
  });
  if (choice.conflict !== null) {
    const taken = choice.specifier === '' ? 'any torch' : `torch${choice.specifier}`;
    planning.conflicts.push(`${choice.conflict}${choice.impossible ? '' : `, so ${taken} is taken instead`}.`);
    if (!choice.impossible)
      planning.overrides.push({
        what: `torch${spec} becomes ${taken}`,
        why: choice.conflict,
      });
  }
  const exact = /^==(\d+(?:\.\d+){1,4})(?:\.\*)?$/.exec(choice.specifier)?.[1] ?? null;
  const bound =
    isUsed && choice.conflict === null
      ? (usable.find(({ verdict }) => verdict.do === 'bound' && choice.specifier.includes(verdict.specifier)) ?? null)
      : null;
  const line = bound === null ? choice.torch : { ...choice.torch, why: `${choice.torch.why}; ${bound.why}` };
  return { version: exact ?? choice.pairWith ?? null, line, choice: isUsed ? choice : null, bound };
}

/** What is wanted besides torch and does not go with every generation of it. */
function listCompanions(wanted: readonly Wanted[], families: readonly RuleFamily[]): { of: string; ranges: string[] }[] {
  return pairTables(families, 'torch').flatMap((table) => {
    const item = wanted.find(({ name, optional }) => name === table.package && !optional);
    const rows = item === undefined ? [] : listRows(table, item.specifier);
    return item === undefined || rows.length === 0 ? [] : [{ of: `${item.name}${item.specifier}`, ranges: rows.map((row) => row.needs) }];
  });
}
