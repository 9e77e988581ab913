/** Facts of a site that nobody can look at from here, as its profile has them. */
import type { SiteProfile } from '../site.ts';
import type { SiteFacts } from './schema.ts';
import { providesOf } from './wanted.ts';

/** What a look would probably find; what the profile does not say stays unknown. */
export function factsFromProfile(site: SiteProfile): SiteFacts {
  const provides = providesOf(site);
  return {
    pythons: [
      {
        path: site.packages.pythons[0] ?? 'python3',
        version: provides?.python ?? 'unknown',
        packages: { ...provides?.packages },
        canMakeVenv: true,
      },
    ],
    indexReachable: site.internet.login,
    apt: { available: false, packages: {} },
    arch: site.arch.login,
    gpus: site.sample.gpus,
    cpus: site.sample.cpus,
    memoryMb: site.sample.memoryMb,
  };
}
