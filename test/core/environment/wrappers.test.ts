import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildEnvironment } from '../../../src/core/environment/strategies/index.ts';
import { makeSite } from './helpers.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wrap-'));
  // Stands where the site's program would be and says how it was called.
  writeFileSync(
    join(folder, 'container-program'),
    '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\nprintf "loaded %s\\n" "$LOADED"\n',
  );
  chmodSync(join(folder, 'container-program'), 0o755);
  for (const name of ['torch-1.sif', 'torch-2.sif', 'other.sif']) writeFileSync(join(folder, name), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

function layOut(pattern: string): string {
  const container = { command: 'singularity' as const, gpuSwitch: '--nv', images: [{ path: `${folder}/${pattern}`, about: '' }] };
  const slurm = {
    memory: { policy: 'per-node' as const },
    prelude: [`singularity() { "${folder}/container-program" "$@"; }`, 'export LOADED=yes'],
  };
  const site = makeSite({ slurm, packages: { strategy: 'squashfs-venv', container } });
  const build = buildEnvironment({ site, base: { path: 'python3', version: '3.11' }, packages: [], constraints: [] });
  for (const file of build.files) {
    mkdirSync(dirname(join(folder, 'run', file.path)), { recursive: true });
    // `exec` would pass over the function that takes the program's place.
    writeFileSync(join(folder, 'run', file.path), file.content.replace('exec singularity', 'singularity'));
  }
  return join(folder, 'run');
}

describe('the scripts that put a command into an image', () => {
  it('loads the site’s modules, takes the newest image and keeps words apart', () => {
    const run = layOut('torch-*.sif');
    const result = spawnSync('bash', [join(run, 'plan/in-image.sh'), 'python3', 'a b', '$(id)'], { encoding: 'utf8' });
    expect(result.stdout.split('\n')).toEqual([
      'exec',
      '-B',
      run,
      '-B',
      `${run}/env:/user-software`,
      join(folder, 'torch-2.sif'),
      'python3',
      'a b',
      '$(id)',
      'loaded yes',
      '',
    ]);
  });

  it('says which image is missing', () => {
    const run = layOut('nothing-*.sif');
    const result = spawnSync('bash', [join(run, 'plan/in-image.sh'), 'python3'], { encoding: 'utf8' });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain('nothing-*.sif');
  });

  it('is an interpreter for the run', () => {
    const run = layOut('torch-*.sif');
    const path = `${folder}:${process.env['PATH'] ?? ''}`;
    writeFileSync(join(folder, 'singularity'), '#!/bin/sh\nexec "$(dirname "$0")/container-program" "$@"\n');
    chmodSync(join(folder, 'singularity'), 0o755);
    const result = spawnSync('sh', [join(run, 'plan/python'), 'train.py'], { encoding: 'utf8', env: { ...process.env, PATH: path } });
    expect(result.stdout.split('\n').slice(0, 8)).toEqual([
      'exec',
      '--nv',
      '-B',
      run,
      '-B',
      `${run}/env.sqsh:/user-software:image-src=/`,
      join(folder, 'torch-2.sif'),
      '/user-software/bin/python',
    ]);
  });
});
