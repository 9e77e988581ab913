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
