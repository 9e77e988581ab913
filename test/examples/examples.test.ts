import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planEnvironment } from '../../src/core/environment/plan.ts';
import { parseProbe, probeArguments, probeScript } from '../../src/core/environment/probe.ts';
import { renderEnvPlan } from '../../src/core/environment/render.ts';
import { checkVerify } from '../../src/core/environment/verify.ts';
import { mapRepository } from '../../src/core/repo-map/map.ts';
import { renderRepoMap } from '../../src/core/repo-map/render/render.ts';
import type { RepoMap } from '../../src/core/repo-map/schema.ts';
import { chooseEntry } from '../../src/core/sample-run/choose-entry.ts';
import { planSample } from '../../src/core/sample-run/plan.ts';
import { loadRepoFiles } from '../../src/repo-files/load.ts';
import { makeFacts, makeSite } from '../core/environment/helpers.ts';
import { parse } from '../core/repo-map/helpers.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

async function mapExample(name: string): Promise<RepoMap> {
  return mapRepository({ name, commit: null, committedAt: null, subfolder: '', files: loadRepoFiles(join(EXAMPLES, name)), parse });
}

function entryOf(map: RepoMap) {
  const entry = chooseEntry(map);
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

let run = '';
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'example-'));
});
afterEach(() => rmSync(run, { recursive: true }));

function python(folder: string, args: readonly string[]) {
  return spawnSync('python3', ['train.py', ...args], { cwd: folder, encoding: 'utf8' });
}

describe('examples/tiny-train', () => {
  it('trains: the loss falls', () => {
    cpSync(join(EXAMPLES, 'tiny-train'), run, { recursive: true });
    const result = python(run, ['--steps', '300', '--pause', '0', '--log-every', '10']);
    expect(result.status).toBe(0);
    const losses = [...result.stdout.matchAll(/^step (\d+)\/300 loss (\d+\.\d+)/gm)].map((match) => Number(match[2]));
    expect(losses).toHaveLength(31);
    expect(losses.slice(-5).reduce((sum, loss) => sum + loss, 0) / 5).toBeLessThan((losses[0] ?? 0) - 0.4);
    expect(result.stdout).toMatch(/^valid loss \d+\.\d+$/m);
    expect(existsSync(join(run, 'out', 'model.json'))).toBe(true);
  });

  it('has the map and the environment that we expect', async () => {
    const map = await mapExample('tiny-train');
    await expect(renderRepoMap(map)).toMatchFileSnapshot('tiny-train.REPO_MAP.md');
    const env = planEnvironment({ map, entry: entryOf(map), site: makeSite(), facts: makeFacts() });
    await expect(renderEnvPlan(env)).toMatchFileSnapshot('tiny-train.ENV.md');
  });

  it('runs from the first look to the last line on this machine', async () => {
    const site = makeSite();
    const map = await mapExample('tiny-train');
    const entry = entryOf(map);
    const probe = spawnSync('sh', ['-s', '-', ...probeArguments({ site, map, indexUrl: 'http://127.0.0.1:9/' })], {
      input: probeScript(),
      encoding: 'utf8',
    });
    const facts = parseProbe(probe.stdout);
    const env = planEnvironment({ map, entry, site, facts });
    const plan = planSample({ map, entry, site, facts, env, files: loadRepoFiles(join(EXAMPLES, 'tiny-train')) });
    if (plan === null) throw new Error('no plan');
    cpSync(join(EXAMPLES, 'tiny-train'), join(run, 'repo'), { recursive: true });
    for (const file of [...env.files, ...plan.files]) {
      mkdirSync(dirname(join(run, file.path)), { recursive: true });
      writeFileSync(join(run, file.path), file.content);
    }
    const fill = (text: string) => text.replaceAll('{run}', run).replaceAll('{python}', env.python.replaceAll('{run}', run));
    const start = (argv: readonly string[], cwd: string) => {
      const [program = '', ...rest] = argv.map(fill);
      return spawnSync(program, rest, { cwd, encoding: 'utf8' });
    };
    for (const command of env.commands) expect(start(command.argv, run).status).toBe(0);
    expect(checkVerify(start(env.verify.argv, run).stdout)).toEqual({ ok: true, missing: [] });
    const result = start(plan.argv, join(run, 'repo', plan.cwd));
    expect(plan.command).toBe('python train.py --steps 100 --log-every 10');
    expect(plan.full).toEqual({ command: 'python train.py --steps 2000', unit: 'step', total: 2000 });
    expect(result.stdout).toContain('step 100/100 loss ');
  });
});

describe('examples/broken-data', () => {
  it('fails with the path that is missing', () => {
    cpSync(join(EXAMPLES, 'broken-data'), run, { recursive: true });
    const result = python(run, ['--steps', '10']);
    expect(result.status).toBe(1);
    expect(result.stderr).toContain("FileNotFoundError: [Errno 2] No such file or directory: 'data/mountains.txt'");
  });

  it('is found out before it runs', async () => {
    const map = await mapExample('broken-data');
    expect(map.assets).toMatchObject([{ reference: 'data/mountains.txt', present: false, source: 'path' }]);
    expect(map.redFlags[0]?.what).toBe('Reads data/mountains.txt, which is not in the repository');
    expect(map.redFlags[0]?.evidence[0]?.text).toContain('--data');
  });

  it('is the same program as tiny-train, so that only the data differs', () => {
    const read = (name: string) =>
      readFileSync(join(EXAMPLES, name, 'train.py'), 'utf8')
        .split('\n')
        .slice(7)
        .join('\n');
    expect(read('broken-data').replace('mountains', 'rivers')).toBe(read('tiny-train'));
  });
});
