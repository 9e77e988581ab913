import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSettings, resolveSites } from '../config.ts';
import type { SiteProfile } from '../core/site.ts';
import { ReprobotError } from '../errors.ts';
import { loadPlugins } from '../plugins.ts';
import { startChild, type Child } from './child.ts';
import { addKey, obtainConsoleKey } from './console-key.ts';
import { endLocalJobs } from './end-jobs.ts';
import { startPrivateRedis } from './redis.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIRST_PORT = 4180;
const FIRST_KAGGLE_PORT = 4480;

/** Who may do what in the local Slack: ada everything, ben runs, chen approves, mallory nothing. */
const CONSOLE_ACCESS = {
  runner: { users: ['UBEN0000002'] },
  approver: { users: ['UCHEN000003'] },
  admin: { users: ['UADA0000001'] },
};

export interface Stack {
  /** Page of the local Slack, with the key that opens it; null when the real one is connected. */
  readonly consoleUrl: string | null;
  readonly folder: string;
  /** Processes by name, for those who test what a kill does. */
  readonly children: ReadonlyMap<string, Child>;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** Folder for everything that must outlive a stop; `.reprobot` beside package.json unless told. */
  readonly folder?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly watch?: boolean;
  readonly say: (line: string) => void;
}

/** Everything on one machine: Redis, the local Slack, app and worker. What .env connects for real takes the place of its stand-in. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = options.folder ?? join(ROOT, '.reprobot');
  await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));
  const unlock = await takeLock(folder);
  const stops: (() => Promise<void>)[] = [unlock];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).toReversed()) await end();
  };
  try {
    const redisUrl = process.env['REDIS_URL'] ?? (await startRedis(folder, stops));
    const shared = { REDIS_URL: redisUrl, REPROBOT_DATA: join(folder, 'data'), ...options.env };
    const children = new Map<string, Child>();
    const launch = async (name: string, file: string, env: Record<string, string>): Promise<void> => {
      const logFile = join(folder, 'logs', `${name}.log`);
      const child = await startChild({
        name,
        file,
        env,
        logFile,
        say: options.say,
        watch: options.watch === true && name !== 'console' && name !== 'kaggle',
      });
      children.set(name, child);
      stops.push(() => child.stop());
    };
    const realSlack = process.env['SLACK_BOT_TOKEN'] !== undefined && process.env['SLACK_BOT_TOKEN'] !== '';
    let pageUrl: string | null = null;
    let consoleUrl: string | null = null;
    let slack: Record<string, string> = {};
    if (!realSlack) {
      const port = await choosePort(options.port);
      const key = obtainConsoleKey(folder);
      const pagesPort = await findPort();
      await launch('console', 'src/stand-ins/slack/main.ts', {
        STANDIN_PORT: String(port),
        STANDIN_STATE: join(folder, 'console.json'),
        STANDIN_MANIFEST: join(ROOT, 'manifest.json'),
        STANDIN_CREDENTIALS: join(folder, 'console-credentials.json'),
        STANDIN_CONTROL_KEY: key,
        STANDIN_FORWARD: `story http://127.0.0.1:${pagesPort}`,
      });
      pageUrl = `http://127.0.0.1:${port}/`;
      consoleUrl = addKey(pageUrl, key);
      slack = { ...readConsole(folder, pageUrl), PORT: String(pagesPort), REPROBOT_PUBLIC_URL: pageUrl, REPROBOT_PAGE_KEY: key };
    }
    const kaggle = hasKaggle(process.env) ? {} : await startKaggle(folder, launch);
    const env = { ...shared, ...slack, ...kaggle };
    await Promise.all([launch('app', 'src/main.ts', env), launch('worker', 'workers/main.ts', env)]);
    if (process.env['REDIS_URL'] === undefined) await endJobsAtStop(stops, { ...process.env, ...env }, options.say);
    await writeFile(join(folder, 'up.json'), JSON.stringify({ pid: process.pid, url: pageUrl }));
    return { consoleUrl, folder, children, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function hasKaggle(env: NodeJS.ProcessEnv): boolean {
  return ['KAGGLE_API_TOKEN', 'KAGGLE_USERNAME', 'KAGGLE_KEY'].some((name) => (env[name] ?? '') !== '');
}

/** A Kaggle of our own, which really runs what is pushed, on this machine. Its port is kept, so that addresses live over restarts. */
async function startKaggle(
  folder: string,
  launch: (name: string, file: string, env: Record<string, string>) => Promise<void>,
): Promise<Record<string, string>> {
  const credentials = join(folder, 'kaggle-credentials.json');
  const start = async (port: number) => {
    await launch('kaggle', 'src/stand-ins/kaggle/main.ts', {
      STANDIN_PORT: String(port),
      STANDIN_FOLDER: join(folder, 'kaggle'),
      STANDIN_CREDENTIALS: credentials,
      STANDIN_PYTHON: process.env['STANDIN_PYTHON'] ?? choosePython(),
    });
    return port;
  };
  const choose = async () => start(await choosePort(undefined, FIRST_KAGGLE_PORT, 'the local Kaggle'));
  // Another stack that starts at the same moment may take a port that was free when it was looked at.
  const port = await choose().catch((error: unknown) => {
    if (error instanceof Error && error.message.includes('EADDRINUSE')) return choose();
    throw error;
  });
  const { token } = JSON.parse(readFileSync(credentials, 'utf8')) as { token: string };
  // Nobody else waits for an answer of this Kaggle, so it is asked often.
  return { KAGGLE_API_URL: `http://127.0.0.1:${port}/v1`, KAGGLE_API_TOKEN: token, REPROBOT_KAGGLE_POLL: '2' };
}

/** What notebooks mostly import may be there for the system's own Python alone, where another one comes first on the PATH. */
function choosePython(): string {
  const has = (python: string): boolean => spawnSync(python, ['-c', 'import pandas, sklearn'], { stdio: 'ignore' }).status === 0;
  return ['python3', '/usr/bin/python3'].find(has) ?? 'python3';
}

/** Makes the end of our own jobs the first thing that a stop does, while the worker can still see to it. */
async function endJobsAtStop(stops: (() => Promise<void>)[], env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<void> {
  const settings = loadSettings(env, ROOT);
  const sites = resolveSites(await loadPlugins<SiteProfile>(new URL('../sites/', import.meta.url)), settings);
  const isLocal = (site: string): boolean => sites.get(site)?.backend === 'local';
  stops.push(() => endLocalJobs(settings.redisUrl, settings.prefix, isLocal, say));
}

async function startRedis(folder: string, stops: (() => Promise<void>)[]): Promise<string> {
  const redis = await startPrivateRedis(join(folder, 'redis'));
  stops.push(() => redis.stop());
  return redis.url;
}

function readConsole(folder: string, consoleUrl: string): Record<string, string> {
  const credentials = JSON.parse(readFileSync(join(folder, 'console-credentials.json'), 'utf8')) as { botToken: string; appToken: string };
  return {
    SLACK_BOT_TOKEN: credentials.botToken,
    SLACK_APP_TOKEN: credentials.appToken,
    SLACK_API_URL: `${consoleUrl}api/`,
    // Only where the one who types owns the machine may local folders be reproduced; with the real Slack others type too.
    REPROBOT_EMBEDDED: '1',
    REPROBOT_ACCESS: JSON.stringify(CONSOLE_ACCESS),
  };
}

/** One start per folder: two would write into the same Redis files. */
async function takeLock(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'up.json');
  if (existsSync(path)) {
    const known = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; url: string | null };
    if (known.pid !== process.pid && isAlive(known.pid)) {
      const where = known.url === null ? '' : ` at ${addKey(known.url, obtainConsoleKey(folder))}`;
      throw new ReprobotError({
        code: 'usage.bad-input',
        doing: 'starting Reprobot',
        why: `it runs already${where} (process ${known.pid})`,
        remedy: 'Use that one, or stop it with Ctrl-C there.',
      });
    }
  }
  await writeFile(path, JSON.stringify({ pid: process.pid, url: null }));
  return () => rm(path, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('cli/main.ts');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The wanted port, or the first free one from 4180 on, so that the page keeps its address over restarts. */
async function choosePort(wanted: number | undefined, first = FIRST_PORT, what = 'the local Slack'): Promise<number> {
  if (wanted !== undefined) return wanted;
  for (let port = first; port < first + 200; port += 1) {
    if (await isFree(port)) return port;
  }
  throw new ReprobotError({
    code: 'config.invalid',
    doing: `choosing a port for ${what}`,
    why: `none from ${first} on is free`,
    remedy: 'Give one with --port.',
  });
}

/** Any free port, for what only the console asks. */
function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = probe.address() as AddressInfo;
        probe.close(() => resolve(port));
      });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
