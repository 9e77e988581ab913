import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { judgeCommand } from '../../../src/core/permissions/judge.ts';
import { readPolicy, type JudgeOptions, type Policy } from '../../../src/core/permissions/policy.ts';
import type { Judgement, Verdict } from '../../../src/core/permissions/verdict.ts';
import type { SiteProfile } from '../../../src/core/site.ts';
import { loadPlugins } from '../../../src/plugins.ts';
import { createShellParser } from '../../../src/shell/parser.ts';

const CORPUS = new URL('../../fixtures/commands/', import.meta.url);
const Row = z.object({
  command: z.string(),
  verdict: z.enum(['allow', 'ask', 'refuse']),
  why: z.string().min(1),
  site: z.string().default('slurm'),
});
const sites = await loadPlugins<SiteProfile>(new URL('../../../src/sites/', import.meta.url));

export const parse = await createShellParser();
export const RANK: Readonly<Record<Verdict, number>> = { allow: 0, ask: 1, refuse: 2 };

/** Every command line of the corpus, with the verdict that a lab would expect and why. */
export const corpus = readdirSync(CORPUS).flatMap((file) =>
  readFileSync(new URL(file, CORPUS), 'utf8')
    .trim()
    .split('\n')
    .map((line) => Row.parse(JSON.parse(line))),
);

export function makePolicy(site = 'slurm', options: JudgeOptions = {}): Policy {
  const profile = sites.find((item) => item.id === site);
  if (profile === undefined) throw new Error(`no site ${site}`);
  return readPolicy(profile, { user: 'me', ...options });
}

const policies = new Map<string, Policy>();

export function judge(command: string, site = 'slurm'): Judgement {
  const policy = policies.get(site) ?? makePolicy(site);
  policies.set(site, policy);
  return judgeCommand(command, policy, parse);
}
