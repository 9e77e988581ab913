/** How new a package may be when nothing says which version is meant. */
import type { Dependency } from '../schema.ts';

/** Days after the last commit within which its author may still have installed what he ran it with. */
const DAYS_OF_GRACE = 30;

/**
 * The date after which no release of a dependency counts; null when an exact version is known, or no commit tells the time.
 * A repository that was last changed in 2019 ran with what an index had then, whatever came out since.
 */
export function findVersionHorizon(dependency: Pick<Dependency, 'specifier' | 'locked'>, committedAt: string | null): string | null {
  if (dependency.locked !== undefined || /^={2,3}[^*,]+$/.test(dependency.specifier)) return null;
  const time = committedAt === null ? Number.NaN : Date.parse(committedAt);
  if (Number.isNaN(time)) return null;
  const last = new Date(time + DAYS_OF_GRACE * 86_400_000);
  return Number.isNaN(last.getTime()) ? null : last.toISOString().slice(0, 10);
}
