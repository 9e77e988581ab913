import type { z } from 'zod';
import type { RuleFamily } from '../../../src/core/environment/rule.ts';
import type { SiteFacts } from '../../../src/core/environment/schema.ts';
import { defineSite, type SiteProfile } from '../../../src/core/site.ts';
import { loadPlugins } from '../../../src/plugins.ts';

/** The rules that ship. */
export const RULES = await loadPlugins<RuleFamily>(new URL('../../../src/core/environment/rules/', import.meta.url));

type Parts = Partial<z.input<typeof SiteProfile>>;

/** A site like this machine; parts replace whole fields. */
export function makeSite(parts: Parts = {}): SiteProfile {
  return defineSite({
    id: 'here',
    title: 'Here',
    about: 'A machine for tests.',
    host: { kind: 'local' },
    backend: 'local',
    workRoot: '/tmp/runs',
    arch: { login: 'x86_64', compute: 'x86_64' },
    gpu: { unit: null, memoryGb: null, perNode: 0, vendor: 'none' },
    packages: { strategy: 'venv', mayUseApt: true },
    internet: { login: true, compute: true },
    storage: {},
    sample: { cpus: 2, memoryMb: 4000, gpus: 0, minutes: 10 },
    polling: { seconds: 1, logSeconds: 1 },
    ...parts,
  });
}

/** What a Debian machine without an index would say. */
export function makeFacts(parts: Partial<SiteFacts> = {}): SiteFacts {
  return {
    pythons: [
      { path: '/opt/bare/bin/python3', version: '3.11.7', packages: { pip: '23.2' }, canMakeVenv: true },
      { path: '/usr/bin/python3', version: '3.11.2', packages: { torch: '1.13.0a0+gitunknown', numpy: '1.24.2' }, canMakeVenv: true },
    ],
    indexReachable: false,
    apt: { available: true, packages: { 'python3-tqdm': '4.64.1-1' } },
    arch: 'x86_64',
    gpus: 0,
    cpus: 2,
    memoryMb: 8000,
    ...parts,
  };
}
