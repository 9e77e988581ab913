/** Real repositories in temporary folders, and a plain web server that hands them out. */
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const identity = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@lab', GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@lab' };

/** Runs git as a person would, without any of the project's settings. */
export function git(folder: string, ...args: string[]): string {
  const env = { ...process.env, ...identity };
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

export async function makeFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `rb-${name}-`));
}

export async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** A repository with two commits on main, a branch, and a tag on the first commit. */
export async function makeRepository(): Promise<{ folder: string; first: string; second: string; branch: string }> {
  const folder = await makeFolder('repo');
  git(folder, 'init', '-q', '-b', 'main', '.');
  await write(folder, { 'train.py': 'print("one")\n', 'src/model.py': 'x = 1\n' });
  git(folder, 'add', '--all');
  git(folder, 'commit', '-q', '-m', 'one');
  const first = git(folder, 'rev-parse', 'HEAD');
  git(folder, 'tag', 'v1.0');
  git(folder, 'checkout', '-q', '-b', 'feature/fast');
  await write(folder, { 'fast.py': 'print("fast")\n' });
  git(folder, 'add', '--all');
  git(folder, 'commit', '-q', '-m', 'fast');
  const branch = git(folder, 'rev-parse', 'HEAD');
  git(folder, 'checkout', '-q', 'main');
  await write(folder, { 'train.py': 'print("two")\n' });
  git(folder, 'commit', '-q', '-a', '-m', 'two');
  return { folder, first, second: git(folder, 'rev-parse', 'HEAD'), branch };
}

export interface WebServer {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** From now on every answer stays open, as from a server that hangs. */
  hang(): void;
  stop(): Promise<void>;
}

/** Serves a folder of bare repositories by the dumb protocol; the caller has run `git update-server-info` in them. */
export async function serveFolder(root: string): Promise<WebServer> {
  const asked: string[] = [];
  let hanging = false;
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    asked.push(path);
    if (hanging) return;
    const file = join(root, path);
    if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hang: () => (hanging = true),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
