/** The whole bot for tests: real Redis, app and worker as processes of their own, the console; all in one temporary folder. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startChild, type Child } from '../../src/embedded/child.ts';
import { startPrivateRedis, type PrivateRedis } from '../../src/embedded/redis.ts';
import type { Manifest } from '../../src/stand-ins/slack/manifest.ts';
import { startSlackStandIn, type Credentials, type SlackStandIn } from '../../src/stand-ins/slack/server.ts';
import { findFreePort } from '../lab/sshd.ts';

/** A second app or worker is started by those tests that want one. */
export type PartName = 'app' | 'worker' | 'app-2' | 'worker-2';

const FILES: Readonly<Record<PartName, string>> = {
  'app-2': 'src/main.ts',
  'worker-2': 'workers/main.ts',
  app: 'src/main.ts',
  worker: 'workers/main.ts',
};

/** ada may everything, ben runs, chen approves, mallory nothing. */
export const ada = 'UADA0000001';
export const ben = 'UBEN0000002';
export const chen = 'UCHEN000003';
export const mallory = 'UMALLORY004';
export const research = 'CRESEARCH01';

export interface StackSettings {
  /** Further sites, as reprobot.yaml would hold them; `local` is changed to work in the folder of the test. */
  readonly sites?: readonly object[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until the work of a killed worker is taken over; short, so that faults are over soon. */
  readonly lockMs?: number;
  /** Slack's rate limits, and ours below them; off unless told, so that many runs can share a minute. */
  readonly limits?: boolean;
  /** How Slack's deliveries reach the app; `socket` unless told. */
  readonly transport?: 'socket' | 'http';
}

const CREDENTIALS: Credentials = { botToken: 'xoxb-lab-bot', appToken: 'xapp-lab-app', signingSecret: 'lab-signing-secret' };
const FAST = { slack: { updatesPerMinute: 6_000, postsPerMinutePerChannel: 6_000 } };
/** No test is to meet a digest because of the hour at which it runs. */
const UNASKED = { digest: { on: false } };

/** Parts that can be killed and started one by one. `stop()` ends every process and removes the folder. */
export class Stack {
  readonly folder: string;
  readonly url: string;
  readonly redis: Redis;
  readonly #env: Record<string, string>;
  readonly #parts = new Map<PartName, Child>();
  readonly #port: number;
  readonly #limits: boolean;
  /** Where the app listens for signed requests; null over Socket Mode. */
  readonly requestUrl: string | null;
  #server: PrivateRedis | undefined;
  #console: SlackStandIn | undefined;

  private constructor(folder: string, port: number, env: Record<string, string>, parts: { limits: boolean; requestUrl: string | null }) {
    this.folder = folder;
    this.#port = port;
    this.#limits = parts.limits;
    this.requestUrl = parts.requestUrl;
    this.#env = env;
    this.url = `http://127.0.0.1:${port}/`;
    this.redis = new Redis(join(folder, 'redis', 'redis.sock'), { maxRetriesPerRequest: null, lazyConnect: true });
    this.redis.on('error', () => {});
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** Folder of a run on the site `local`. */
  workFolder(runId: string): string {
    return join(this.folder, 'work', runId);
  }

  static async start(settings: StackSettings = {}): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), 'rb-'));
    for (const name of ['logs', 'work', 'data']) await mkdir(join(folder, name));
    const local = { id: 'local', workRoot: join(folder, 'work'), polling: { seconds: 0.5, logSeconds: 0.5 } };
    const config = {
      access: { runner: { users: [ben] }, approver: { users: [chen] }, admin: { users: [ada] } },
      sites: [local, ...(settings.sites ?? [])],
      ...UNASKED,
      ...(settings.limits === true ? {} : FAST),
      ...settings.settings,
    };
    // YAML holds JSON.
    await writeFile(join(folder, 'reprobot.yaml'), JSON.stringify(config));
    const port = await findFreePort();
    const overHttp = settings.transport === 'http' ? await findFreePort() : null;
    const env = {
      REDIS_URL: join(folder, 'redis', 'redis.sock'),
      REPROBOT_EMBEDDED: '1',
      REPROBOT_DATA: join(folder, 'data'),
      REPROBOT_CONFIG: join(folder, 'reprobot.yaml'),
      REPROBOT_LOCK_MS: String(settings.lockMs ?? 3_000),
      SLACK_BOT_TOKEN: CREDENTIALS.botToken,
      ...(overHttp === null
        ? { SLACK_APP_TOKEN: CREDENTIALS.appToken }
        : { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: CREDENTIALS.signingSecret, PORT: String(overHttp) }),
      SLACK_API_URL: `http://127.0.0.1:${port}/api/`,
      ...settings.env,
    };
    const requestUrl = overHttp === null ? null : `http://127.0.0.1:${overHttp}/slack/events`;
    const stack = new Stack(folder, port, env, { limits: settings.limits ?? false, requestUrl });
    try {
      await stack.startRedis();
      await stack.redis.connect();
      await stack.startConsole();
      await Promise.all([stack.startPart('app'), stack.startPart('worker')]);
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  async startRedis(): Promise<void> {
    this.#server = await startPrivateRedis(join(this.folder, 'redis'));
  }

  /** kill -9; what Redis had answered before is in its file. */
  async killRedis(): Promise<void> {
    const info = await this.redis.info('server');
    const pid = Number(/process_id:(\d+)/.exec(info)?.[1]);
    process.kill(pid, 'SIGKILL');
    await this.#server?.stop();
  }

  async stopRedis(): Promise<void> {
    await this.#server?.stop();
  }

  /** The console lives in the process of the test; everybody else reaches it over sockets. */
  async startConsole(): Promise<void> {
    this.#console = await startSlackStandIn({
      port: this.#port,
      stateFile: join(this.folder, 'console.json'),
      credentials: CREDENTIALS,
      manifest: JSON.parse(await readFile('manifest.json', 'utf8')) as Manifest,
      limits: { enabled: this.#limits },
    });
  }

  async stopConsole(): Promise<void> {
    await this.#console?.close();
    this.#console = undefined;
  }

  async startPart(name: PartName): Promise<void> {
    const logFile = join(this.folder, 'logs', `${name}.log`);
    this.#parts.set(name, await startChild({ name, file: FILES[name], env: this.#env, logFile, say: () => {} }));
    if (name === 'app') await this.#deliver();
  }

  async #deliver(): Promise<void> {
    if (this.requestUrl === null || this.#console === undefined) return;
    if (!(await this.#console.deliverTo(this.requestUrl))) throw new Error('the app did not answer the challenge');
  }

  /** Process id of a part as it runs now. */
  pid(name: PartName): number {
    const pid = this.#parts.get(name)?.pid();
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  }

  /** kill -9, without a chance to say anything; it stays dead until startPart(). */
  async kill(name: PartName): Promise<void> {
    const child = this.#parts.get(name);
    this.#parts.delete(name);
    if (child?.pid() !== undefined) process.kill(child.pid() ?? 0, 'SIGKILL');
    await child?.stop();
  }

  async killAndStart(name: PartName): Promise<void> {
    await this.kill(name);
    await this.startPart(name);
  }

  /** In good order, as Ctrl-C does. */
  async stopPart(name: PartName): Promise<void> {
    const child = this.#parts.get(name);
    this.#parts.delete(name);
    await child?.stop();
  }

  async readLog(name: PartName): Promise<string> {
    return readFile(join(this.folder, 'logs', `${name}.log`), 'utf8');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#parts.keys()].map((name) => this.stopPart(name)));
    await this.stopConsole();
    this.redis.disconnect();
    await this.#server?.stop();
    if (process.env['REPROBOT_KEEP'] !== undefined) return;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Polls until the check gives something; what it was waiting for is in the error when it never does. */
export async function until<T>(
  what: string,
  check: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  seconds = 45,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await check();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await sleep(60);
  }
}
