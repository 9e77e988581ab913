/** As much of PEP 440 as plans need: release numbers, and the usual comparison signs. */

/** True when a version satisfies every clause of a specifier; clauses that cannot be read are taken as satisfied. */
export function satisfies(version: string, specifier: string): boolean {
  return specifier
    .split(',')
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '')
    .every((clause) => satisfiesClause(version, clause));
}

function satisfiesClause(version: string, clause: string): boolean {
  const match = /^(===|==|!=|>=|<=|~=|>|<|\^)\s*v?([\w.*+!-]+)$/.exec(clause);
  if (match === null) return true;
  const [, sign = '', wanted = ''] = match;
  if (wanted.endsWith('.*')) {
    const isInside = hasPrefix(version, wanted.slice(0, -2));
    return sign === '!=' ? !isInside : isInside;
  }
  const order = compareVersions(version, wanted);
  switch (sign) {
    case '==':
    case '===':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    default:
      return (
        order >= 0 &&
        hasPrefix(
          version,
          wanted
            .split('.')
            .slice(0, sign === '^' ? 1 : -1)
            .join('.'),
        )
      );
  }
}

/**
 * Whether some version can satisfy both specifiers. Looked for at, just below and just above every version that they name, which is
 * where ranges begin and end.
 */
export function overlaps(a: string, b: string): boolean {
  const named = [...a.matchAll(VERSION), ...b.matchAll(VERSION)].map((match) => match[0]);
  const tried = ['0', '9999', ...named.flatMap((version) => [version, `${version}.1`, justBelow(version)])];
  return tried.some((version) => satisfies(version, a) && satisfies(version, b));
}

const VERSION = /\d{1,9}(?:\.\d{1,9}){0,6}/g;

function justBelow(version: string): string {
  const parts = releaseOf(version);
  while (parts.length > 0 && parts.at(-1) === 0) parts.pop();
  const last = parts.pop();
  return last === undefined ? '0' : [...parts, last - 1, 99, 99].join('.');
}

/** Both specifiers in one, without what is empty. */
export function joinSpecifiers(a: string, b: string): string {
  const clauses = [...a.split(','), ...b.split(',')].map((clause) => clause.trim()).filter((clause) => clause !== '');
  return [...new Set(clauses)].join(',');
}

/** Compares the release numbers of two versions; suffixes such as `a0`, `rc1` or `+cu118` are left aside. */
export function compareVersions(a: string, b: string): number {
  const left = releaseOf(a);
  const right = releaseOf(b);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function releaseOf(version: string): number[] {
  return (/^\D*?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? '0').split('.').map(Number);
}

function hasPrefix(version: string, prefix: string): boolean {
  const wanted = releaseOf(prefix);
  const have = releaseOf(version);
  return wanted.every((part, index) => part === (have[index] ?? 0));
}
