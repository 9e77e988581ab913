/** How an environment is built at a site, from the profile's data alone. Strategies return words, never shell text. */
import type { SiteProfile } from '../../site.ts';
import type { EnvPlan, Lines, PlannedCommand, PlannedPackage } from '../schema.ts';

export interface Build {
  readonly python: string;
  /** Words before the verification, where the site needs modules or a compute node for it. */
  readonly verifyPrefix: readonly string[];
  readonly commands: PlannedCommand[];
  /** What takes a build back that broke off; removes nothing else. */
  readonly undo: PlannedCommand[];
  readonly files: EnvPlan['files'];
  readonly gaps: string[];
}

export interface BuildRequest {
  readonly site: SiteProfile;
  /** `isGuessed`: nobody looked; the version is the one that the plan is made for. */
  readonly base: { readonly path: string; readonly version: string; readonly isGuessed?: boolean };
  readonly packages: readonly PlannedPackage[];
  /** Versions that pip must not change, as `name==version`. */
  readonly constraints: readonly string[];
  /** Lines of a constraints file out of the repository's lock file. */
  readonly locked?: readonly string[];
  /** All of what pip installs, each with its version and hashes; the place of the requirements where it is not empty. */
  readonly hashed?: readonly string[];
  /** Nothing younger is to be taken (ISO date). */
  readonly newest?: string | null;
  readonly lines?: Lines | undefined;
}

export interface Strategy {
  /** As a profile names it; equal to the file name. */
  readonly id: string;
  /** One line for ENV.md. */
  readonly about: string;
  /** Whether it leaves thousands of small files where the run lies. */
  readonly laysDownFiles: boolean;
  readonly build: (request: BuildRequest) => Build;
}

/** Declares a strategy; src/core/environment/strategies holds one a file. */
export function defineStrategy(strategy: Strategy): Strategy {
  return strategy;
}

/** A build that does nothing, with the reason. */
export function buildNothing(request: BuildRequest, gaps: readonly string[]): Build {
  return { python: request.base.path, verifyPrefix: [], commands: [], undo: [], files: [], gaps: [...gaps] };
}
