import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadSettings, resolveSites } from '../src/config.ts';
import type { SiteProfile } from '../src/core/site.ts';
import { loadPlugins } from '../src/plugins.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('docker-compose.yml', () => {
  const Service = z.looseObject({
    command: z.array(z.string()),
    healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
    container_name: z.string().optional(),
  });
  const compose = z.object({ services: z.record(z.string(), Service) }).parse(parse(read('docker-compose.yml')));

  it('runs a Redis that forgets nothing and says when it is healthy', () => {
    const redis = compose.services['redis'];
    expect(redis?.command.join(' ')).toBe('redis-server --appendonly yes --appendfsync always --maxmemory-policy noeviction');
    expect(redis?.healthcheck?.test).toContain('ping');
  });

  it('starts programs that exist, and a worker that can be scaled', () => {
    for (const name of ['app', 'worker']) {
      const file = compose.services[name]?.command.at(-1) ?? '';
      expect(existsSync(join(ROOT, file)), file).toBe(true);
    }
    expect(compose.services['worker']?.container_name).toBeUndefined();
  });
});

describe('manifest.json', () => {
  const manifest = z
    .object({
      features: z.object({
        slash_commands: z.array(
          z.object({
            command: z.string(),
            usage_hint: z.string().max(1_000),
            description: z.string().max(2_000),
            should_escape: z.boolean(),
          }),
        ),
      }),
      oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
      settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
    })
    .parse(JSON.parse(read('manifest.json')));

  it('subscribes to every place where a reply can be typed, with the scope that each needs', () => {
    const scopes = manifest.oauth_config.scopes.bot;
    const needed = {
      'message.channels': 'channels:history',
      'message.groups': 'groups:history',
      'message.im': 'im:history',
      'message.mpim': 'mpim:history',
      app_mention: 'app_mentions:read',
    };
    for (const [event, scope] of Object.entries(needed)) {
      expect(manifest.settings.event_subscriptions.bot_events).toContain(event);
      expect(scopes).toContain(scope);
    }
  });

  it('offers /hpc without escaping, so that addresses arrive as typed', () => {
    expect(manifest.features.slash_commands).toMatchObject([{ command: '/hpc', should_escape: false }]);
  });
});

describe('reprobot.example.yaml', () => {
  it('is accepted as it stands, and its own sites are complete', async () => {
    const settings = loadSettings({ SLACK_BOT_TOKEN: 'x', REPROBOT_CONFIG: join(ROOT, 'reprobot.example.yaml') }, ROOT);
    const shipped = await loadPlugins<SiteProfile>(new URL('../src/sites/', import.meta.url));
    const sites = resolveSites(shipped, settings);
    expect([...sites.keys()]).toEqual([...shipped.map((site) => site.id), 'lab']);
    expect(sites.get('lab')).toMatchObject({
      backend: 'slurm',
      host: { hostname: 'login.lab.example' },
      slurm: { account: 'proj42', useSrun: true },
    });
    expect(sites.get('lumi')).toMatchObject({
      packages: { strategy: 'squashfs-venv' },
      slurm: { account: 'project_462000000', gpuFlag: 'gpus-per-node' },
    });
  });
});
