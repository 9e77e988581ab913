import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import doctor from '../../src/cli/doctor.ts';
import { AccessRules } from '../../src/config.ts';
import { SiteProfile } from '../../src/core/site.ts';
import { checkRedis } from '../../src/doctor/check-redis.ts';
import { checkSite } from '../../src/doctor/check-sites.ts';
import { checkSlack } from '../../src/doctor/check-slack.ts';
import { startPrivateRedis, type PrivateRedis } from '../../src/embedded/redis.ts';
import local from '../../src/sites/local.ts';
import { startSlackStandIn, type SlackStandIn } from '../../src/stand-ins/slack/server.ts';

const MANIFEST = fileURLToPath(new URL('../../manifest.json', import.meta.url));
const ACCESS = AccessRules.parse({ admin: { users: ['UADA0000001'] } });
let folder: string;
let redis: PrivateRedis;
let slack: SlackStandIn;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprobot-doctor-'));
  redis = await startPrivateRedis(join(folder, 'redis'));
  slack = await startSlackStandIn({ manifest: JSON.parse(readFileSync(MANIFEST, 'utf8')) });
});
afterAll(async () => {
  await slack.close();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('checkRedis', () => {
  it('finds a private Redis in order', async () => {
    const findings = await checkRedis(redis.url);
    expect(findings.map((finding) => finding.level)).toEqual(['good', 'good', 'good']);
    expect(findings.map((finding) => finding.what).join()).toContain('append-only file on, fsync always');
  });

  it('says what to do when nothing answers', async () => {
    const [finding] = await checkRedis('redis://127.0.0.1:1');
    expect(finding).toMatchObject({ level: 'bad', area: 'Redis' });
    expect(finding?.remedy).not.toBe('');
  });
});

describe('checkSlack', () => {
  const env = () => ({
    SLACK_BOT_TOKEN: slack.credentials.botToken,
    SLACK_APP_TOKEN: slack.credentials.appToken,
    SLACK_API_URL: slack.apiUrl,
  });

  it('finds tokens, scopes and Socket Mode in order', async () => {
    const findings = await checkSlack(env(), ACCESS, MANIFEST);
    expect(findings.map((finding) => finding.level)).toEqual(['good', 'good', 'good']);
  });

  it('names a refused token, a missing transport and empty lists', async () => {
    const findings = await checkSlack({ ...env(), SLACK_BOT_TOKEN: 'xoxb-wrong', SLACK_APP_TOKEN: '' }, AccessRules.parse({}), MANIFEST);
    expect(findings.map((finding) => finding.what)).toEqual([
      expect.stringContaining('the bot token was refused'),
      expect.stringContaining('neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET'),
      expect.stringContaining('nobody may use the bot'),
    ]);
  });
});

describe('checkSite', () => {
  it('looks at this machine as a run would', async () => {
    const findings = await checkSite(SiteProfile.parse({ ...local, workRoot: join(folder, 'runs') }));
    expect(findings.find((finding) => finding.what.includes('GB free'))).toBeDefined();
    expect(findings.find((finding) => finding.what.includes('is Python 3'))).toMatchObject({ level: 'good' });
  });

  it('says that a base profile is no cluster', async () => {
    const site = SiteProfile.parse({ ...local, id: 'x', host: { kind: 'ssh', hostname: 'slurm.invalid' } });
    expect(await checkSite(site)).toMatchObject([{ level: 'warning' }]);
  });

  it('says why a host cannot be reached', async () => {
    const site = SiteProfile.parse({
      ...local,
      id: 'x',
      host: { kind: 'ssh', transport: 'ssh2', hostname: '127.0.0.1', port: 1, user: 'nobody' },
    });
    const [finding] = await checkSite(site);
    expect(finding).toMatchObject({ level: 'bad' });
    expect(finding?.what).toContain('connecting to x');
  });
});

describe('reprobot doctor', () => {
  it('prints one finding a line as JSON, and refuses an unknown site', async () => {
    let text = '';
    const stdout = new Writable({ write: (chunk: Buffer, _encoding, done) => ((text += chunk.toString()), done()) });
    const code = await doctor.run(['--json', '--site', 'nowhere'], { stdin: process.stdin, stdout, stderr: stdout, cwd: folder });
    const { findings } = JSON.parse(text) as { findings: { area: string; level: string }[] };
    expect(findings).toContainEqual(expect.objectContaining({ area: 'site nowhere', level: 'bad' }));
    expect(code).toBe(1);
  });
});
