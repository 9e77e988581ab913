import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AccessRules, listSitesInUse, loadSettings, resolveSites } from '../config.ts';
import type { SiteProfile } from '../core/site.ts';
import { checkRedis } from '../doctor/check-redis.ts';
import { checkSite } from '../doctor/check-sites.ts';
import { checkSlack } from '../doctor/check-slack.ts';
import { bad, good, warning, type Finding } from '../doctor/finding.ts';
import { findOnPath } from '../embedded/redis.ts';
import { loadPlugins } from '../plugins.ts';
import { defineVerb } from './define-verb.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MARKS = { good: '✓', warning: '!', bad: '✗' } as const;

export default defineVerb({
  name: 'doctor',
  usage: 'doctor [--site NAME] [--json]',
  summary: 'checks Redis, Slack, every site, tools and keys, and says what to do about each',
  run: async (args, io) => {
    const { values } = parseArgs({ args, options: { site: { type: 'string' }, json: { type: 'boolean' } } });
    if (existsSync(join(io.cwd, '.env'))) process.loadEnvFile(join(io.cwd, '.env'));
    const findings = await examine(io.cwd, values.site);
    if (values.json === true) io.stdout.write(`${JSON.stringify({ findings }, null, 2)}\n`);
    else for (const finding of findings) io.stdout.write(`${draw(finding)}\n`);
    return findings.some((finding) => finding.level === 'bad') ? 1 : 0;
  },
});

function draw(finding: Finding): string {
  const remedy = finding.remedy === '' ? '' : `\n    → ${finding.remedy}`;
  return `${MARKS[finding.level]} ${finding.area}: ${finding.what}${remedy}`;
}

async function examine(cwd: string, only: string | undefined): Promise<Finding[]> {
  const findings: Finding[] = [...checkTools(), ...(await checkRedis(process.env['REDIS_URL']))];
  let access: AccessRules = AccessRules.parse({});
  let sites: SiteProfile[] = [];
  let inUse = new Set<string>();
  try {
    // A token is checked below; here only the file matters.
    const settings = loadSettings({ SLACK_BOT_TOKEN: 'xoxb-unset', ...process.env }, cwd);
    access = settings.access;
    inUse = new Set(listSitesInUse(settings));
    sites = [...resolveSites(await loadPlugins<SiteProfile>(new URL('../sites/', import.meta.url)), settings).values()];
    findings.push(good('reprobot.yaml', `${sites.length} sites: ${sites.map((site) => site.id).join(', ')}`));
  } catch (error) {
    findings.push(
      bad('reprobot.yaml', error instanceof Error ? error.message : String(error), 'Nothing below that depends on it was checked.'),
    );
  }
  findings.push(...(await checkSlack(process.env, access, join(ROOT, 'manifest.json'))));
  const wanted = sites.filter((site) => (only === undefined ? inUse.has(site.id) : site.id === only));
  if (only !== undefined && wanted.length === 0)
    findings.push(bad(`site ${only}`, 'there is no such site', `Known: ${sites.map((site) => site.id).join(', ')}.`));
  for (const site of wanted) findings.push(...(await checkSite(site)));
  const others = only === undefined ? sites.filter((site) => !inUse.has(site.id)) : [];
  if (others.length > 0) findings.push(describeOthers(others));
  findings.push(checkModel());
  return findings;
}

/** Clusters of strangers are not rung up unasked. */
function describeOthers(sites: readonly SiteProfile[]): Finding {
  const names = sites.map((site) => site.id).join(', ');
  return good('sites', `not looked at, because reprobot.yaml does not name them: ${names} (--site NAME looks at one)`);
}

function checkTools(): Finding[] {
  return ['git', 'ssh'].map((name) => {
    const path = findOnPath(name);
    return path === undefined ? bad('tools', `${name} is not on PATH`, `Install ${name}.`) : good('tools', path);
  });
}

function checkModel(): Finding {
  const key = process.env['ANTHROPIC_API_KEY'];
  return key === undefined || key === ''
    ? warning('model', 'no key: rules alone speak', 'Set ANTHROPIC_API_KEY when the agent should help where rules end.')
    : good('model', 'a key is set');
}
