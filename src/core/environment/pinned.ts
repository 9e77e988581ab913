/** Versions that nobody has to choose: a lock file's, and the last commit's date as an end where nothing names any. Pure. */
import { readLockFile, type LockFile } from '../repo-map/declared/lock-files.ts';
import type { LockNeed } from '../repo-map/declared/lock-needs.ts';
import { isRequirementsLock, readRequirementsLock } from '../repo-map/declared/requirements-lock.ts';
import { isDistributionName } from '../repo-map/dependencies/distributions.ts';
import { findVersionHorizon } from '../repo-map/dependencies/horizon.ts';
import { nameOf, type RepoFile } from '../repo-map/input.ts';
import { checkPair, pairTables } from './judge.ts';
import { holdsMarker } from './marker.ts';
import type { RuleFamily, Situation } from './rule.ts';
import type { PlannedPackage } from './schema.ts';
import { satisfies } from './versions.ts';
import { showExtras, TORCH_FAMILY } from './wanted.ts';

export interface Pinned {
  /** Lines of a constraints file; empty where no lock file holds here. */
  readonly constraints: readonly string[];
  /** Everything that pip installs, each with its version and its hashes, in place of the requirements; empty where not all is known. */
  readonly hashed: readonly string[];
  /** Nothing younger is to be taken (ISO date), where the installer can be told; null else. */
  readonly newest: string | null;
  /** Sentences for a person. */
  readonly notes: readonly string[];
}

interface Request {
  readonly files: readonly RepoFile[];
  readonly packages: readonly PlannedPackage[];
  readonly conflicts: readonly string[];
  readonly families: readonly RuleFamily[];
  readonly situation: Pick<Situation, 'python' | 'arch' | 'committedAt'>;
  /** Version of a distribution that is there; null where it is missing. */
  readonly versionOf: (name: string) => string | null;
  /** Whether torch is installed by itself, from an index of its own. */
  readonly torchApart: boolean;
  /** Whether the installer knows an end for what it takes. */
  readonly hasHorizon: boolean;
}

const LOCK = /^(?:uv\.lock|poetry\.lock|pdm\.lock|Pipfile\.lock|pylock[\w.-]*\.toml)$/;
const NAMED = 6;

const read = new WeakMap<RepoFile, LockFile>();

/** The repository's lock file for pip, the one nearest to the root; null where it has none. */
export function findLock(files: readonly RepoFile[]): { readonly file: RepoFile; readonly lock: LockFile } | null {
  const isLock = (file: RepoFile): boolean => LOCK.test(nameOf(file.path));
  const locks = files.filter((file) => file.text !== null && (isLock(file) || isRequirementsLock(file)));
  const depth = ({ path }: RepoFile): number => path.split('/').length;
  const [file] = locks.toSorted((a, b) => depth(a) - depth(b) || Number(isLock(b)) - Number(isLock(a)) || (a.path < b.path ? -1 : 1));
  if (file === undefined) return null;
  const lock = read.get(file) ?? (isLock(file) ? readLockFile(file) : readRequirementsLock(file));
  read.set(file, lock);
  return { file, lock };
}

/** Chooses what limits the versions of an environment besides its own requirements. */
export function choosePinned(request: Request): Pinned {
  const installed = request.packages.filter((item) => item.how === 'pip' || item.how === 'source');
  if (installed.length === 0) return { constraints: [], hashed: [], newest: null, notes: [] };
  const found = findLock(request.files);
  const lock = found === null ? null : applyLock(found.file, found.lock, request);
  if (lock !== null && lock.constraints.length + lock.hashed.length > 0) return { ...lock, newest: null };
  const free = installed.filter((item) => item.specifier === '' && item.url === undefined && !TORCH_FAMILY.has(item.name));
  const horizon = chooseHorizon(free, request);
  return { constraints: [], hashed: [], newest: horizon.newest, notes: [...(lock?.notes ?? []), ...horizon.notes] };
}

function applyLock(file: RepoFile, lock: LockFile, request: Request): Omit<Pinned, 'newest'> | null {
  const { python } = request.situation;
  if (lock.versions.size === 0) return null;
  if (python !== null && lock.python !== null && !satisfies(python, lock.python))
    return {
      constraints: [],
      hashed: [],
      notes: [`${file.path} was made for Python ${lock.python}, and here it is ${python}: its versions are not used.`],
    };
  const byName = new Map(request.packages.map((item) => [item.name, item]));
  const left: string[] = [];
  const chosen = [...lock.versions].filter(([name, version]) => {
    if (!isDistributionName(name) || !/^\d[\w.+!]{0,50}$/.test(version) || lock.severalOf.has(name)) return false;
    const isBound = isTorchStack(name) || request.versionOf(name) !== null;
    const planned = byName.get(name);
    if (isBound || (planned !== undefined && planned.how !== 'pip' && planned.how !== 'left-out') || planned?.url !== undefined) {
      if (planned?.how === 'present' || planned?.how === 'replaced') left.push(name);
      return false;
    }
    const fits = satisfies(version, planned?.specifier ?? '') && isBuiltFor(name, version, request);
    if (!fits) left.push(name);
    return fits;
  });
  const hashed = listHashed(new Map(chosen), lock, request);
  const own =
    left.length === 0 ? '' : `; not for ${listSome(left)}, which ${left.length === 1 ? 'has' : 'have'} to be what this place can use`;
  return {
    constraints: hashed.length > 0 ? [] : chosen.map(([name, version]) => `${name}==${version}`),
    hashed,
    notes: [`${file.path} decides the versions of what is installed${hashed.length > 0 ? ', hashes included' : ''}${own}.`],
  };
}

/** What a build of torch brings along or is released with. */
function isTorchStack(name: string): boolean {
  return TORCH_FAMILY.has(name) || /^(?:nvidia-|triton$|pytorch-triton)/.test(name);
}

/**
 * Lines of everything that is installed, with hashes. pip wants a hash of everything or of nothing, and takes none from a constraints
 * file for what a requirement names without a version: so what comes along is named too.
 */
function listHashed(chosen: ReadonlyMap<string, string>, lock: LockFile, request: Request): string[] {
  const pip = request.packages.filter((item) => item.how === 'pip' && !(request.torchApart && TORCH_FAMILY.has(item.name)));
  const isElsewhere = (name: string): boolean => isTorchStack(name) || request.versionOf(name) !== null;
  if (request.packages.some((item) => item.how === 'source') || pip.some((item) => !chosen.has(item.name) || isElsewhere(item.name)))
    return [];
  const extras = new Map(pip.map((item) => [item.name, item.extras ?? []]));
  const names = [...(lock.needs === null ? listAll(lock, request) : listClosure(extras, lock.needs, request))].filter(
    (name) => !isElsewhere(name),
  );
  const isWhole = names.every((name) => chosen.has(name) && (lock.hashes.get(name)?.length ?? 0) > 0);
  if (!isWhole) return [];
  return names.toSorted().map((name) => {
    const shown = showExtras(name, extras.get(name)?.filter(isDistributionName));
    return [`${shown}==${chosen.get(name) ?? ''}`, ...(lock.hashes.get(name) ?? []).map((hash) => `--hash=${hash}`)].join(' ');
  });
}

/** A lock that does not say who needs whom holds nothing but what is needed. */
function listAll({ versions, markers, develop }: LockFile, { situation }: Request): Set<string> {
  return new Set([...versions.keys()].filter((name) => !develop.has(name) && holdsMarker(markers.get(name) ?? '', situation) !== false));
}

/** What the roots need, and what that needs, on this Python and processor. */
function listClosure(
  roots: ReadonlyMap<string, readonly string[]>,
  needs: NonNullable<LockFile['needs']>,
  { situation }: Request,
): Set<string> {
  const found = new Map<string, Set<string>>();
  const open = [...roots].map(([name, extras]) => ({ name, extras }));
  const add = (wanted: readonly LockNeed[] = []): void => {
    for (const need of wanted) if (need.marker === null || holdsMarker(need.marker, situation) !== false) open.push(need);
  };
  // Each list is gone through once, by however many names and extras it is reached.
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const own = needs.get(next.name);
    const seen = found.get(next.name) ?? new Set();
    if (!found.has(next.name)) add(own?.always);
    found.set(next.name, seen);
    for (const extra of next.extras) {
      if (!seen.has(extra)) add(own?.byExtra.get(extra));
      seen.add(extra);
    }
  }
  return new Set(found.keys());
}

/** Whether a version was ever built for the Python that is there, as far as the tables know. */
function isBuiltFor(name: string, version: string, { families, situation }: Request): boolean {
  const { python } = situation;
  if (python === null) return true;
  return pairTables(families, 'python', name).every((table) => checkPair(table, `==${version}`, python).conflict === null);
}

// First releases (https://devguide.python.org/versions/); before that no wheel was built for it.
const RELEASED: Readonly<Record<string, string>> = {
  '3.7': '2018-06-27',
  '3.8': '2019-10-14',
  '3.9': '2020-10-05',
  '3.10': '2021-10-04',
  '3.11': '2022-10-24',
  '3.12': '2023-10-02',
  '3.13': '2024-10-07',
  '3.14': '2025-10-07',
};
/** So long it takes until most projects have wheels for a new Python. */
const SETTLED_DAYS = 180;

function chooseHorizon(free: readonly PlannedPackage[], request: Request): Pick<Pinned, 'newest' | 'notes'> {
  const { python, committedAt } = request.situation;
  const date = findVersionHorizon({ specifier: '' }, committedAt);
  if (date === null || free.length === 0) return { newest: null, notes: [] };
  const names = listSome(free.map((item) => item.name));
  const open = `No version is named for ${names}; the last commit is of ${committedAt?.slice(0, 10) ?? ''}`;
  if (!request.hasHorizon)
    return {
      newest: null,
      notes: [
        `${open}, and releases after ${date} are not what its author ran. pip has no such limit; if one of them fails, ask for an older version.`,
      ],
    };
  const released = RELEASED[python?.split('.').slice(0, 2).join('.') ?? ''];
  const settled = released === undefined ? null : new Date(Date.parse(released) + SETTLED_DAYS * 86_400_000).toISOString().slice(0, 10);
  if (settled !== null && settled > date)
    return { newest: null, notes: [`${open}, which is before there were packages for Python ${python ?? ''}: newer releases are taken.`] };
  if (request.conflicts.length > 0)
    return { newest: null, notes: [`${open}; newer releases are taken, since older ones do not fit (conflicts).`] };
  return { newest: date, notes: [`${open}: uv takes nothing that came out after ${date}.`] };
}

function listSome(names: readonly string[]): string {
  return names.length <= NAMED ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
}
