/** From a repository's folder to a working environment with nothing but what ships: `reprobot deps`, its build script, Debian's Python, pip. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import deps from '../../src/cli/deps.ts';
import { EnvPlan } from '../../src/core/environment/schema.ts';
import type { Distribution } from './package-index/packages.ts';
import { startPackageIndex, type PackageIndex } from './package-index/server.ts';

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Bench {
  readonly folder: string;
  readonly index: PackageIndex;
  /** Writes the repository, its paths relative to it. */
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
  /** Plans the repository for `site`, as a person would at a terminal, into the folder `plan`. */
  readonly plan: (site?: object) => Promise<{ plan: EnvPlan; document: string; said: Finished }>;
  /** Runs the build script of that plan. */
  readonly build: (env?: NodeJS.ProcessEnv) => Promise<Finished>;
  /** Runs the environment's Python. */
  readonly python: (code: string) => Promise<Finished>;
  readonly env: NodeJS.ProcessEnv;
  readonly close: () => Promise<void>;
}

/** Settings of one site: this machine with Debian's Python alone. */
export function describeLocalSite(packages: object = {}): object {
  return { id: 'bench', extends: 'local', packages: { strategy: 'venv', pythons: ['/usr/bin/python3'], mayUseApt: false, ...packages } };
}

/** Opens a folder, an index with these files, and what a shell there would have. */
export async function openBench(
  files: readonly Distribution[],
  login?: { readonly user: string; readonly password: string },
): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "build it's "));
  const index = await startPackageIndex({ files, ...(login === undefined ? {} : { login }) });
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    // Nothing of this machine's own settings for pip.
    PIP_CONFIG_FILE: '/dev/null',
    PIP_INDEX_URL: index.signedUrl,
    PIP_NO_CACHE_DIR: '1',
    PIP_RETRIES: '1',
    PIP_DEFAULT_TIMEOUT: '5',
  };
  await mkdir(join(folder, 'home'));
  const lay = async (root: string, texts: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(texts)) {
      await mkdir(dirname(join(folder, root, path)), { recursive: true });
      await writeFile(join(folder, root, path), text);
    }
  };
  const run = (argv: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Finished> => runProcess(argv, folder, { ...env, ...more });
  return {
    folder,
    index,
    env,
    write: (texts) => lay('repo', texts),
    plan: async (site = describeLocalSite()) => {
      await writeFile(join(folder, 'reprobot.yaml'), JSON.stringify({ defaultSite: 'bench', sites: [site] }));
      const said = await withEnvironment(env, () => runDeps(folder));
      if (said.out === '') throw new Error(`deps ended with ${String(said.code)}: ${said.err}`);
      return { plan: EnvPlan.parse(JSON.parse(await readFile(join(folder, 'plan/env-plan.json'), 'utf8'))), document: said.out, said };
    },
    build: (more) => run(['sh', join(folder, 'plan/build.sh'), join(folder, 'plan')], more),
    python: (code) => run([join(folder, 'plan/plan/python'), '-c', code]),
    close: async () => {
      await index.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The verb as a person calls it, in this process. */
async function runDeps(cwd: string): Promise<Finished> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await deps.run(['repo', '--out', 'plan'], { stdin, stdout, stderr, cwd });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

/** What a verb reads off its own environment, and nothing of this machine's settings for pip. */
async function withEnvironment<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('PIP_')) delete process.env[name];
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** Runs a command to its end. */
export function runProcess(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Finished> {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const pieces = { out: '', err: '' };
  child.stdout.on('data', (piece: Buffer) => (pieces.out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (pieces.err += piece.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...pieces }));
  });
}
