import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Settings } from '../../src/config.ts';
import type { SiteProfile } from '../../src/core/site.ts';
import { createHost } from '../../src/hosts/index.ts';
import type { Host } from '../../src/ports.ts';
import local from '../../src/sites/local.ts';
import lumi from '../../src/sites/lumi.ts';
import type { WorkerContext } from '../../workers/context.ts';
import { listHidden, probeSandbox, type SandboxProbe } from '../../workers/isolation.ts';

describe('probeSandbox', () => {
  let folder: string;
  const hosts: Host[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isolation-'));
    await writeFile(join(folder, 'bwrap'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  });
  afterAll(async () => {
    for (const host of hosts) await host.close();
    await rm(folder, { recursive: true });
  });

  const probe = async (site: SiteProfile): Promise<SandboxProbe> => {
    const host = createHost({ id: site.id, host: { kind: 'local' } });
    hosts.push(host);
    const settings = { dataDir: folder, embedded: false, redisUrl: join(folder, 'redis.sock') } as Settings;
    const context = { hostOf: () => host, settings } as unknown as WorkerContext;
    return probeSandbox(context, site, '/usr/bin/python3', new AbortController().signal);
  };

  it('finds bubblewrap at work here, and what it would hide', async () => {
    const found = await probe(local);
    expect(found).toMatchObject({ works: true, canCutNetwork: true });
    expect(found.hidden).toEqual(expect.arrayContaining([process.cwd(), folder]));
    expect(found.readable.filter((path) => path.startsWith('/usr'))).toEqual([]);
  });

  it('finds none where bubblewrap does not start, and asks for none at a cluster', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = `${folder}:${before}`;
    try {
      expect(await probe(local)).toMatchObject({ works: false, canCutNetwork: false });
    } finally {
      process.env['PATH'] = before;
    }
    expect(await probe(lumi)).toMatchObject({ works: false, hidden: [], readable: [] });
  });
});

it.each([
  [false, '/s/redis/redis.sock', ['/s/data', '/s/redis']],
  [true, 'unix:///s/redis/redis.sock', ['/s/data', '/s', '/s/redis']],
  [false, 'redis://127.0.0.1:6379', ['/s/data']],
])('hides the folders of the bot (embedded %s, Redis at %s)', (embedded, redisUrl, expected) => {
  expect(listHidden({ dataDir: '/s/data', embedded, redisUrl } as Settings)).toEqual([process.cwd(), ...expected]);
});
