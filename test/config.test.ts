import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, resolveSites } from '../src/config.ts';
import type { SiteProfile } from '../src/core/site.ts';
import { loadPlugins } from '../src/plugins.ts';

let folder: string;
const env = { SLACK_BOT_TOKEN: 'xoxb-1' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rb-config-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const write = (text: string): Promise<void> => writeFile(join(folder, 'reprobot.yaml'), text);
const read = (text: string, more: object = {}) => write(text).then(() => loadSettings({ ...env, ...more }, folder));

describe('loadSettings', () => {
  it('does without a file', () => {
    const settings = loadSettings(env, folder);
    expect(settings).toMatchObject({
      defaultSite: 'local',
      embedded: false,
      prefix: 'reprobot',
      queues: null,
      redisUrl: 'redis://127.0.0.1:6379',
    });
    expect(settings.dataDir).toBe(join(folder, '.reprobot/data'));
    expect(settings.git.allowedHosts).toContain('github.com');
    expect(settings.access).toEqual({ viewer: none, runner: none, approver: none, admin: none });
  });

  it('takes an empty file for none', async () => {
    expect(await read('')).toEqual(loadSettings(env, folder));
    expect((await read('# nothing yet\n')).defaultSite).toBe('local');
  });

  it.each([
    ['an unknown key', 'acess: {}', 'Unrecognized key: "acess"'],
    ['a misspelt role', 'access: {aprover: {users: [U1]}}', 'access: Unrecognized key: "aprover"'],
    ['a wrong type', 'git: {maxMegabytes: lots}', 'git.maxMegabytes: '],
    ['a number out of range', 'slack: {updatesPerMinute: 0}', 'slack.updatesPerMinute: '],
    ['a list that is none', 'access: {admin: {users: U1}}', 'access.admin.users: '],
    ['a site without id', 'sites: [{title: x}]', 'sites.0.id: '],
    ['broken YAML', 'access: [', 'reading '],
    ['a list at the top', '- a', 'expected object'],
  ])('names the place of %s', async (_what, text, words) => {
    await write(text);
    expect(() => loadSettings(env, folder)).toThrow(words);
    expect(() => loadSettings(env, folder)).toThrow(expect.objectContaining({ code: 'config.invalid' }) as Error);
  });

  it('asks for the one thing it cannot do without', () => {
    for (const without of [{}, { SLACK_BOT_TOKEN: '' }]) expect(() => loadSettings(without, folder)).toThrow('SLACK_BOT_TOKEN is not set');
  });

  it('insists on a file that was named', () => {
    expect(() => loadSettings({ ...env, REPROBOT_CONFIG: join(folder, 'other.yaml') }, folder)).toThrow('there is no such file');
  });

  it('reads lists from the environment only where the file has none', async () => {
    const given = { REPROBOT_ACCESS: JSON.stringify({ admin: { users: ['UADA'] } }) };
    expect((await read('defaultSite: local', given)).access.admin.users).toEqual(['UADA']);
    const written = await read('access: {viewer: {channels: [C1]}}', given);
    expect(written.access).toEqual({ viewer: { ...none, channels: ['C1'] }, runner: none, approver: none, admin: none });
  });

  it('takes an address of its pages that is one', async () => {
    expect((await read('', { REPROBOT_PUBLIC_URL: 'https://bot.example/x' })).pages).toEqual({
      publicUrl: 'https://bot.example/x',
      key: null,
    });
    await expect(read('', { REPROBOT_PUBLIC_URL: 'bot.example' })).rejects.toThrow('REPROBOT_PUBLIC_URL is “bot.example”');
  });

  it('reads the queues of a worker', async () => {
    expect((await read('', { REPROBOT_QUEUES: 'thread, record' })).queues).toEqual(['thread', 'record']);
  });
});

const none = { users: [], groups: [], channels: [] };

describe('resolveSites', () => {
  let shipped: readonly SiteProfile[];
  beforeEach(async () => {
    shipped = await loadPlugins<SiteProfile>(new URL('../src/sites/', import.meta.url));
  });
  const resolve = (sites: { id: string; extends?: string }[], enabledSites?: string[]) => resolveSites(shipped, { sites, enabledSites });

  it('offers what ships', () => {
    expect([...resolve([]).keys()]).toEqual(shipped.map((site) => site.id));
  });

  it('changes one key of a shipped site and leaves the rest', () => {
    const before = resolve([]).get('lumi');
    const after = resolve([{ id: 'lumi', slurm: { account: 'project_1' } } as { id: string }]).get('lumi');
    expect(after).toEqual({ ...before, slurm: { ...before?.slurm, account: 'project_1' } });
  });

  it('makes a site of another one', () => {
    const sites = resolve([{ id: 'mine', extends: 'lumi', title: 'Ours' } as { id: string }]);
    expect(sites.get('mine')).toEqual({ ...sites.get('lumi'), id: 'mine', title: 'Ours' });
  });

  it('extends a site that stands before it in the same file', () => {
    const sites = resolve([{ id: 'a', extends: 'local', title: 'A' } as { id: string }, { id: 'b', extends: 'a' }]);
    expect(sites.get('b')?.title).toBe('A');
  });

  it('replaces lists instead of joining them', () => {
    const site = resolve([{ id: 'local', packages: { pythons: ['/opt/python'] } } as { id: string }]).get('local');
    expect(site?.packages.pythons).toEqual(['/opt/python']);
  });

  it.each<[string, { id: string; extends?: string }, RegExp]>([
    ['a base that is not there', { id: 'a', extends: 'nowhere' }, /reading site a: it extends nowhere/],
    ['a site of nothing', { id: 'new' }, /reading site new: \w+/],
    ['a wrong value', { id: 'local', sample: { cpus: 0 } } as { id: string }, /reading site local: sample\.cpus: /],
    ['an id that no folder could have', { id: 'A b', extends: 'local' }, /reading site A b: id: /],
  ])('names %s', (_what, site, words) => {
    expect(() => resolve([site])).toThrow(words);
  });

  it('offers only what is enabled, and knows when that is not there', () => {
    expect([...resolve([], ['local']).keys()]).toEqual(['local']);
    expect(() => resolve([], ['loacl'])).toThrow('reading site loacl: enabledSites names it');
  });

  it('is not led astray by keys with a meaning of their own', () => {
    const evil = JSON.parse('{"id":"local","__proto__":{"polluted":true},"constructor":{"x":1}}') as { id: string };
    resolve([evil]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
