import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { RepoMap } from '../../../src/core/repo-map/schema.ts';
import type { Label } from './scoring.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The checkout of a labelled repository in a folder; clones it at its commit when it is not there. */
export async function findCheckout(folder: string, label: Label): Promise<string> {
  const path = join(folder, label.repository.replace('/', '__'));
  if (existsSync(path)) return path;
  const address = `https://github.com/${label.repository}`;
  await run('git', ['clone', '--quiet', '--filter=blob:limit=8m', '--no-checkout', address, path]);
  await run('git', ['-C', path, 'checkout', '--quiet', label.commit]);
  return path;
}

/** What `reprobot map --json` prints for a folder. */
export async function mapCheckout(path: string): Promise<RepoMap> {
  const argv = ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), 'map', path, '--json'];
  // A map without an entry is an answer too, and ends with 1.
  const { stdout } = await run(process.execPath, argv, { cwd: ROOT, maxBuffer: 500_000_000 }).catch((error: unknown) => {
    const failed = error as { code?: unknown; stdout?: string };
    if (failed.code === 1 && failed.stdout?.startsWith('{') === true) return { stdout: failed.stdout };
    throw error;
  });
  return RepoMap.parse(JSON.parse(stdout));
}
