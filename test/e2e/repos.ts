/** Small repositories to reproduce: the example, and variants of a few lines that tests need. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const TINY = fileURLToPath(new URL('../../examples/tiny-train', import.meta.url));
export const BROKEN = fileURLToPath(new URL('../../examples/broken-data', import.meta.url));

/** Makes a git repository of the given files inside a folder; resolves with its path. */
export async function makeRepo(parent: string, name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await mkdtemp(join(parent, 'repo-')), name);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const git = (...words: string[]) => run('git', ['-C', folder, '-c', 'user.name=lab', '-c', 'user.email=lab@localhost', ...words]);
  await git('init', '--quiet', '-b', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'first');
  return folder;
}

interface TrainOptions {
  /** Seconds a step takes. */
  readonly pause?: number;
  /** Python lines that run at the given step. */
  readonly at?: Readonly<Record<number, string>>;
  /** Python lines before the training. */
  readonly before?: string;
  readonly steps?: number;
}

/** A training program whose loss falls, step by step. */
export function trainScript(options: TrainOptions = {}): string {
  const special = Object.entries(options.at ?? {}).flatMap(([step, code]) => [`        if step == ${step}:`, `            ${code}`]);
  return [
    'import argparse, os, sys, time',
    '',
    'def main():',
    '    parser = argparse.ArgumentParser(description="Fits one number by gradient descent.")',
    `    parser.add_argument("--steps", type=int, default=${options.steps ?? 40}, help="number of training steps")`,
    '    parser.add_argument("--lr", type=float, default=0.1, help="learning rate")',
    '    args = parser.parse_args()',
    ...(options.before === undefined ? [] : [`    ${options.before}`]),
    '    weight = 0.0',
    '    for step in range(1, args.steps + 1):',
    ...special,
    '        loss = (weight - 3.0) ** 2 + 0.5',
    '        weight -= args.lr * 2 * (weight - 3.0)',
    '        print(f"step {step}/{args.steps} loss {loss:.4f}", flush=True)',
    `        time.sleep(${options.pause ?? 0.05})`,
    '',
    'if __name__ == "__main__":',
    '    main()',
    '',
  ].join('\n');
}

export function makeTraining(parent: string, name: string, options: TrainOptions = {}): Promise<string> {
  return makeRepo(parent, name, {
    'train.py': trainScript(options),
    'README.md': `# ${name}\n\nA training of a few lines.\n\n    python train.py\n`,
  });
}

/** A repository with so much Python in it that reading it takes seconds. */
export async function makeLargeRepo(parent: string, files: number): Promise<string> {
  const lines = Array.from({ length: 150 }, (_, line) => `def part_${line}(value, scale=${line}):\n    return value * scale + ${line}\n`);
  const modules = Array.from({ length: files }, (_, index) => [`library/module_${index}.py`, lines.join('\n')]);
  return makeRepo(parent, 'large', { 'train.py': trainScript(), 'README.md': '# large\n', ...Object.fromEntries(modules) });
}

/** An HTTP server that takes the first request for a repository and never answers. */
export async function startSilentServer(): Promise<{
  readonly url: string;
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer(() => (requests += 1));
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/lab/slow.git`,
    requests: () => requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** How many times the job of a token was begun on the site `local`: each start leaves a claim in the job's folder. */
export async function countClaims(runFolder: string, token: string): Promise<number> {
  const names = await readdir(join(runFolder, 'jobs', token)).catch(() => []);
  return names.filter((name) => name.startsWith('claim.')).length;
}
