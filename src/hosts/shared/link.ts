/** One connection to a cluster, shared by all calls: made when needed, made again when lost, never more sessions than allowed. */
import { ReprobotError } from '../../errors.ts';
import type { ConnectGate } from './connect-gate.ts';
import { buildCancelled } from './run.ts';
import { Slots } from './slots.ts';
import type { Channel, HostLog, Transport } from './transport.ts';

/** A channel as a connection makes it; the link adds how to stop its command. */
export type PlainChannel = Omit<Channel, 'openKiller'>;

/** One logged-in connection, as a transport makes it. */
export interface Connection {
  readonly isAlive: () => boolean;
  /** Starts one BOOT shell. Rejects with SessionRefused, or with anything else when the connection is no good. */
  openChannel(): Promise<PlainChannel>;
  close(): Promise<void>;
}

/** The server would not open one more session on this connection. */
export class SessionRefused extends Error {}

export interface LinkOptions {
  readonly hostId: string;
  readonly maxSessions: number;
  readonly carriesStatus: boolean;
  readonly gate: ConnectGate;
  readonly log: HostLog | undefined;
  /** Logs in. Rejects with a ReprobotError. */
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
}

export interface Link extends Transport {
  /** Logs in now, whatever happened before; for a person who asks. */
  connect(): Promise<void>;
}

const REFUSALS_ALLOWED = 50;
const KILLER_REFUSALS_ALLOWED = 10;

/** A transport over one connection at a time. Opening is retried freely: nothing has run until the program is sent. */
export function createLink(options: LinkOptions): Link {
  const slots = new Slots(options.maxSessions);
  const closing = new AbortController();
  let current: Connection | undefined;
  let pending: Promise<Connection> | undefined;

  const logIn = async (): Promise<Connection> => {
    options.gate.requireOpen();
    try {
      const connection = await options.connect(closing.signal);
      options.gate.recordSuccess();
      options.log?.info({ host: options.hostId }, 'connected');
      current = connection;
      return connection;
    } catch (error) {
      if (error instanceof ReprobotError && !closing.signal.aborted) options.gate.recordFailure(error);
      throw error;
    }
  };
  const ensureConnected = async (): Promise<Connection> => {
    if (closing.signal.aborted) throw buildCancelled(`connecting to ${options.hostId}`);
    if (current?.isAlive() === true) return current;
    pending ??= logIn().finally(() => {
      pending = undefined;
    });
    return pending;
  };
  return {
    carriesStatus: options.carriesStatus,
    connect: async () => {
      options.gate.reset();
      await ensureConnected();
    },
    open: (signal) => openWithRetries({ options, slots, ensureConnected }, signal),
    close: async () => {
      closing.abort();
      await pending?.catch(() => {});
      await current?.close();
    },
  };
}

interface OpenParts {
  readonly options: LinkOptions;
  readonly slots: Slots;
  readonly ensureConnected: () => Promise<Connection>;
}

async function openWithRetries(parts: OpenParts, signal: AbortSignal | undefined): Promise<Channel> {
  const { options, slots } = parts;
  let losses = 0;
  for (let refusals = 0; ;) {
    await slots.acquire(signal).catch((error: unknown) => throwCancelled(options.hostId, signal, error));
    try {
      const connection = await raceAbort(parts.ensureConnected(), options.hostId, signal);
      const channel = await connection.openChannel();
      void channel.ended.then(() => slots.release());
      return { ...channel, openKiller: () => openKiller(connection, slots) };
    } catch (error) {
      slots.release();
      if (error instanceof ReprobotError) throw error;
      if (error instanceof SessionRefused) refusals += 1;
      else losses += 1;
      if (refusals > REFUSALS_ALLOWED || losses > 1) throw buildNoSession(options.hostId, error);
      if (refusals > 0 && slots.active > 0) slots.learnLimit();
      await slots.waitForRelease(200, signal).catch((reason: unknown) => throwCancelled(options.hostId, signal, reason));
    }
  }
}

/** A session on the same connection. Where the server has none left for it, the connection is given up if it serves nobody else:
 *  its end makes the command's watchdog end the command. */
async function openKiller(connection: Connection, slots: Slots): Promise<Channel> {
  for (let refusals = 0; ; refusals += 1) {
    slots.acquireReserved();
    try {
      const channel = await connection.openChannel();
      void channel.ended.then(() => slots.release());
      return { ...channel, openKiller: () => openKiller(connection, slots) };
    } catch (error) {
      slots.release();
      if (!(error instanceof SessionRefused)) throw error;
      const isAlone = slots.active <= 1;
      if (isAlone && refusals > 1) await connection.close();
      if (isAlone ? refusals > 1 : refusals > KILLER_REFUSALS_ALLOWED) throw error;
      await slots.waitForRelease(200);
    }
  }
}

async function raceAbort<T>(work: Promise<T>, hostId: string, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(buildCancelled(`connecting to ${hostId}`));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function throwCancelled(hostId: string, signal: AbortSignal | undefined, error: unknown): never {
  throw signal?.aborted === true ? buildCancelled(`waiting for a session of ${hostId}`) : error;
}

function buildNoSession(hostId: string, error: unknown): ReprobotError {
  return new ReprobotError({
    code: 'host.unreachable',
    doing: `opening a session on ${hostId}`,
    why: error instanceof Error ? error.message : String(error),
    remedy: 'The connection is made anew at the next call.',
    transient: true,
    cause: error,
    details: { mayHaveRun: false },
  });
}
