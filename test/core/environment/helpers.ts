import type { z } from 'zod';
import { planEnvironment } from '../../../src/core/environment/plan.ts';
import { factsFromProfile } from '../../../src/core/environment/profile-facts.ts';
import type { RuleFamily } from '../../../src/core/environment/rule.ts';
import type { EnvPlan, SiteFacts } from '../../../src/core/environment/schema.ts';
import { defineSite, type SiteProfile } from '../../../src/core/site.ts';
import { loadPlugins } from '../../../src/plugins.ts';
import { mapFiles, repoFiles } from '../repo-map/helpers.ts';

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

export type Files = Readonly<Record<string, string>>;

const SLURM: Partial<SiteProfile> = {
  host: { kind: 'ssh', transport: 'openssh', hostname: 'c.example', auth: 'key', maxSessions: 1 },
  backend: 'slurm',
};
/** A cluster of which only the profile is known. */
export const slurm = (parts: Parameters<typeof makeSite>[0] = {}) =>
  makeSite({ ...SLURM, slurm: { gpuFlag: 'gres', memory: { policy: 'per-node' } }, packages: { strategy: 'venv' }, ...parts });

/** The plan for the best entry of these files. */
export function plan(files: Files, parts: { site?: SiteProfile; facts?: SiteFacts; committedAt?: string; command?: string } = {}): EnvPlan {
  const read = mapFiles({ 'README.md': `\`\`\`\n${parts.command ?? 'python train.py'}\n\`\`\`\n`, ...files });
  const map = { ...read, committedAt: parts.committedAt ?? null };
  const [entry] = map.entries;
  if (entry === undefined) throw new Error('no entry');
  const { site = slurm(), facts = factsFromProfile(site) } = parts;
  return planEnvironment({ map, entry, site, facts, rules: RULES, files: repoFiles(files) });
}

/** What becomes of a package. */
export const fateOf = (made: EnvPlan, name: string) => made.packages.find((item) => item.name === name);
/** A file that the plan writes. */
export const fileOf = (made: EnvPlan, path: string) => made.files.find((file) => file.path === path)?.content;
/** A program that imports these modules. */
export const main = (...imports: readonly string[]): string =>
  `${imports.map((name) => `import ${name}\n`).join('')}if __name__ == '__main__':\n    pass\n`;
