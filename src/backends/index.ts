import type { SiteProfile } from '../core/site.ts';
import { ReprobotError } from '../errors.ts';
import type { Backend, Host } from '../ports.ts';
import { createLocalBackend } from './local/index.ts';
import type { Log } from './shared/failure.ts';
import { createSlurmBackend } from './slurm/index.ts';

export { createJobBrowser } from './slurm/jobs.ts';

export interface BackendDeps {
  readonly log?: Log;
  /** Folders that local payloads must not see, such as the bot's own with its settings. */
  readonly hidden?: readonly string[];
}

/** The backend that a site's profile asks for, on the given host. */
export function createBackend(profile: SiteProfile, host: Host, deps: BackendDeps = {}): Backend {
  switch (profile.backend) {
    case 'local':
      return createLocalBackend({ id: profile.id, host, ...deps });
    case 'slurm': {
      if (profile.slurm === undefined) {
        throw new ReprobotError({
          code: 'config.invalid',
          doing: `setting up ${profile.id}`,
          why: 'the profile says backend: slurm and has no slurm section',
          remedy: `Add one to src/sites/${profile.id}.ts.`,
        });
      }
      return createSlurmBackend({ id: profile.id, host, profile, ...(deps.log === undefined ? {} : { log: deps.log }) });
    }
  }
}
