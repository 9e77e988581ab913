import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context, Limits, Timings } from './context.ts';
import { Door, type LoggedCall } from './door.ts';
import { type Fault, Faults } from './faults.ts';
import { Keeper } from './persistence.ts';
import { canBox, findPython } from './python.ts';
import { isActive, listSessions, moveSessions, stopSession } from './sessions.ts';
import type { Account, CompetitionOptions, State } from './state.ts';

const TICK_MS = 50;
const SAVE_MS = 1000;
const DEFAULT_TIMINGS: Timings = { queueMs: 0, staleMs: 0, datasetReadyMs: 0, urlLifeMs: 600_000, scoreMs: 0 };
const DEFAULT_LIMITS: Limits = {
  gpuSessions: 2,
  cpuSessions: 5,
  gpuSeconds: 30 * 3600,
  tpuSeconds: 20 * 3600,
  sessionSeconds: 43_200,
  callsPerMinute: 240,
};

export interface KaggleStandInOptions {
  readonly accounts?: readonly Account[];
  readonly competitions?: readonly CompetitionOptions[];
  readonly timings?: Partial<Timings>;
  readonly limits?: Partial<Limits>;
  readonly now?: () => number;
  readonly port?: number;
  /** Where runs, data sets and the state lie, which a later start takes up; a temporary folder, removed at the end, unless told. */
  readonly folder?: string;
  /** The interpreter of the runs; `python3` unless told. */
  readonly python?: string;
  /** False: paths are rewritten instead of mounted. What bubblewrap can do on this machine unless told. */
  readonly boxed?: boolean;
  /** True lets kernels that ask for it reach the network. */
  readonly internet?: boolean;
  readonly mountLayout?: Context['mountLayout'];
  readonly unknownKernelStatus?: Context['unknownKernelStatus'];
}

export interface KaggleStandIn {
  /** Without a slash at the end; the API is below /v1 and, as the LOCALHOST environment has it, below /api/v1. */
  readonly url: string;
  readonly account: Account;
  readonly calls: readonly LoggedCall[];
  fail(fault: Fault, times?: number): void;
  clearFaults(): void;
  /** What the stop button in the browser does. */
  stopInBrowser(owner: string, slug: string): void;
  /** Accelerator seconds that count as used from now on. */
  useQuota(kind: 'gpu' | 'tpu', seconds: number): void;
  acceptRules(competition: string): void;
  close(): Promise<void>;
}

/** Speaks Kaggle's API over loopback and really runs what is pushed. It is ready when the promise resolves. */
export async function startKaggleStandIn(options: KaggleStandInOptions = {}): Promise<KaggleStandIn> {
  const server = createServer();
  const [python, boxed, folder] = await Promise.all([
    findPython(options.python ?? 'python3'),
    options.boxed ?? canBox(),
    makeFolder(options),
  ]);
  await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account: Account = options.accounts?.[0] ?? createAccount();
  const work = new Set<Promise<void>>();
  const keeper = new Keeper(folder);
  const state = keeper.load(options.competitions ?? []);
  const ctx = buildContext({ ...options, accounts: options.accounts ?? [account] }, { url, python, boxed, folder, work, state });
  const door = new Door(ctx);
  server.on('request', (request, response) => ctx.background(door.answer(request, response)));
  const timers = [setInterval(() => moveSessions(ctx), TICK_MS)];
  if (options.folder !== undefined) timers.push(setInterval(() => ctx.background(keeper.save(state)), SAVE_MS));
  return {
    url,
    account,
    calls: door.calls,
    fail: (fault, times) => ctx.faults.add(fault, times),
    clearFaults: () => ctx.faults.clear(),
    stopInBrowser: (owner, slug) => {
      const session = ctx.state.findKernel(owner, slug)?.versions.at(-1)?.session;
      if (session !== undefined) stopSession(ctx, session);
    },
    useQuota: (kind, seconds) => void (ctx.state.usedBefore[kind] = seconds),
    acceptRules: (slug) => {
      const index = ctx.state.competitions.findIndex((one) => one.slug === slug);
      const competition = ctx.state.competitions[index];
      if (competition !== undefined) ctx.state.competitions[index] = { ...competition, rulesAccepted: true };
    },
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      // What runs now is kept as running.
      if (options.folder !== undefined) await keeper.save(state);
      await close(server, ctx);
      await Promise.all(work);
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Credentials that nobody else has. */
export function createAccount(username = 'ada'): Account {
  return { username, userId: 4711, key: randomBytes(16).toString('hex'), token: `KGAT_${randomBytes(16).toString('hex')}` };
}

async function makeFolder({ folder }: KaggleStandInOptions): Promise<string> {
  if (folder === undefined) return mkdtemp(join(tmpdir(), 'kaggle-stand-in-'));
  await mkdir(folder, { recursive: true });
  return folder;
}

interface Built extends Pick<Context, 'python' | 'boxed' | 'folder'> {
  readonly state: State;
  readonly url: string;
  readonly work: Set<Promise<void>>;
}

function buildContext(options: KaggleStandInOptions & { readonly accounts: readonly Account[] }, built: Built): Context {
  const { python, boxed, folder, url, work, state } = built;
  return {
    state,
    accounts: options.accounts,
    faults: new Faults(),
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    now: options.now ?? Date.now,
    url: () => url,
    folder,
    python,
    boxed,
    internet: options.internet ?? false,
    mountLayout: options.mountLayout ?? 'new',
    unknownKernelStatus: options.unknownKernelStatus ?? 403,
    background: (promise) => {
      const entry = promise
        .catch((error: unknown) => void process.stderr.write(`Kaggle stand-in: ${String(error)}\n`))
        .finally(() => work.delete(entry));
      work.add(entry);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server, ctx: Context): Promise<void> {
  const active = listSessions(ctx).filter(({ session }) => isActive(session));
  for (const { session } of active) stopSession(ctx, session);
  for (const { session } of active) await session.run?.ended;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
