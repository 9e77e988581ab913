import { isUnknown, isWild } from './marks.ts';
import { splitPath, type Policy } from './policy.ts';
import { isSecretPath } from './secret-paths.ts';

/** What lies at a path, as far as its name tells. */
export type Zone = 'run' | 'public' | 'null' | 'home' | 'other-user' | 'secret' | 'system' | 'device' | 'network' | 'outside' | 'unknown';

export interface Place {
  readonly zone: Zone;
  /** The path as it is understood, absolute where that is possible. */
  readonly path: string;
}

/** Folders below which each person has one. */
const HOMES = [
  ['home'],
  ['users'],
  ['Users'],
  ['cluster', 'home'],
  ['gpfs', 'home'],
  ['cfs', 'home'],
  ['u'],
  ['export', 'home'],
  ['global', 'homes', '*'],
];
const PUBLIC = [
  /^\/proc\/(?:cpuinfo|meminfo|loadavg|version|uptime|stat|mounts|filesystems|partitions|interrupts|vmstat|swaps|modules)$/,
  /^\/proc\/(?:self|\d+)\/(?:status|limits|cgroup|stat|mounts|mountinfo|cmdline|comm)$/,
  /^\/proc\/(?:driver|sys|net\/dev|pressure)(?:\/|$)/,
  /^\/sys(?:\/|$)/,
  /^\/etc\/(?:[\w-]*release|hostname|hosts|issue|motd|timezone|localtime|debian_version|nsswitch\.conf|resolv\.conf|slurm\/[\w./-]*|modulefiles\/[\w./-]*)$/,
  /^\/usr\/(?:include|share|lib|lib64|local)(?:\/|$)/,
  /^\/opt(?:\/|$)/,
  /^\/(?:appl|sw|software|cvmfs)(?:\/|$)/,
  /^\/cluster\/(?:software|work\/support)(?:\/|$)/,
];
const SYSTEM = new Set(['etc', 'usr', 'bin', 'sbin', 'lib', 'lib64', 'boot', 'var', 'sys', 'proc', 'opt', 'root', 'appl', 'sw']);

/** Says what a path is, read from each folder the command may be in. */
export function findPlaces(text: string, cwds: readonly string[] | null, policy: Policy): Place[] {
  if (text === '' || text === '-') return [{ zone: 'null', path: text }];
  if (isAbsolute(text)) return [findPlace(text, policy)];
  if (isSecretPath(text)) return [{ zone: 'secret', path: text }];
  if (cwds === null) return [{ zone: 'unknown', path: text }];
  return cwds.map((cwd) => findPlace(`${cwd}/${text}`, policy));
}

function isAbsolute(text: string): boolean {
  return text.startsWith('/') || text.startsWith('\uE010');
}

function findPlace(text: string, policy: Policy): Place {
  const parts = resolveParts(text);
  if (parts === null) return { zone: isSecretPath(text) ? 'secret' : 'unknown', path: text };
  const own = foldHome(parts, policy);
  const path = `${own[0]?.startsWith('\uE010') === true ? '' : '/'}${own.join('/')}`;
  return { zone: findZone(own, path, policy), path };
}

/** Without `.`, `..` and doubled slashes; null where `..` leads out of something that is not known. */
function resolveParts(text: string): string[] | null {
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    // Older shells let `.*` be `..`.
    if (part.startsWith('.') && isWild(part) && !/[^.]/.test(part.replaceAll(/[\uE000-\uE006]/g, ''))) return null;
    if (part !== '..') {
      parts.push(part);
      continue;
    }
    const left = parts.at(-1);
    if (left !== undefined && (isWild(left) || left.includes('\uE010'))) return null;
    parts.pop();
  }
  return parts;
}

/** `/home/me` and `~` are one place. */
function foldHome(parts: string[], policy: Policy): string[] {
  const found = findHome(parts);
  return found !== null && found.user === policy.user ? [policy.home, ...parts.slice(found.length)] : parts;
}

function findHome(parts: readonly string[]): { user: string; length: number } | null {
  if (parts[0] === 'root') return { user: 'root', length: 1 };
  for (const home of HOMES) {
    const user = parts[home.length];
    if (user !== undefined && home.every((name, index) => name === '*' || name === parts[index])) return { user, length: home.length + 1 };
  }
  return null;
}

function findZone(parts: readonly string[], path: string, policy: Policy): Zone {
  if (isSecretPath(path)) return 'secret';
  if (parts[0] === 'dev') return findDevice(parts);
  if (policy.folders.some((folder) => isBelow(parts, folder))) return isUnknown(path) ? 'unknown' : 'run';
  if (isUnknown(path)) return 'unknown';
  if (parts[0] === policy.home) return 'home';
  if (findHome(parts) !== null) return 'other-user';
  if (parts[0] === 'proc' && (parts.includes('root') || parts.includes('cwd') || parts.includes('fd'))) return 'outside';
  const plain = path.replaceAll(/[\uE000\uE001\uE003]/g, 'x');
  if (PUBLIC.some((known) => known.test(plain))) return 'public';
  return SYSTEM.has(parts[0] ?? '') || parts.length === 0 ? 'system' : 'outside';
}

function findDevice(parts: readonly string[]): Zone {
  const name = parts[1] ?? '';
  if (['tcp', 'udp'].includes(name)) return 'network';
  if (['null', 'stdin', 'stdout', 'stderr', 'zero', 'tty', 'fd', 'full'].includes(name)) return 'null';
  return name === 'shm' ? 'outside' : 'device';
}

/** A component of a run folder that only the site knows matches any plain name. */
function isBelow(parts: readonly string[], folder: readonly string[]): boolean {
  if (folder.length === 0) return false;
  return folder.every((wanted, index) => {
    const part = parts[index];
    if (part === undefined) return false;
    return part === wanted || (index > 0 && /^\uE010[A-Z_]*PROJECT[A-Z_]*\uE011$/.test(wanted) && /^[\w.-]+$/.test(part));
  });
}

/** Whether what lies at a path is the run's to remove: its folder, or something below the folder of all runs. */
export function isOwn(path: string, policy: Policy): boolean {
  const parts = splitPath(path);
  const workRoot = splitPath(policy.workRoot);
  return isBelow(parts, splitPath(policy.runFolder)) || (parts.length > workRoot.length && isBelow(parts, workRoot));
}
