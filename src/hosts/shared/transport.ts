/** What a transport gives to the code that all hosts share. */
import type { Readable, Writable } from 'node:stream';

export interface ChannelEnd {
  /** Null when a signal ended the command or when the end is not known. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Why the end of the command was not seen: the connection went away first. */
  readonly lost?: Error;
}

/** One running `BOOT` shell. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once the command ended and its streams were read to their end; never rejects. */
  readonly ended: Promise<ChannelEnd>;
  /** Starts a BOOT shell on the very machine where this channel's command runs, to stop it; does not wait behind others. A name can stand for
   *  several login nodes, so that another connection may end up where the process id means something else. */
  openKiller(): Promise<Channel>;
  /** Asks the far end to signal the command, where the protocol can; returns at once, promises nothing. */
  signal(name: 'TERM' | 'KILL'): void;
  /** Lets go of the channel without waiting. */
  destroy(): void;
}

export interface Transport {
  /** Whether the exit status and signal of a channel are the command's own. If not, the program reports them itself. */
  readonly carriesStatus: boolean;
  /** Starts one BOOT shell, after connecting if need be and waiting for a free session. */
  open(signal?: AbortSignal): Promise<Channel>;
  close(): Promise<void>;
}

/** The few log calls that hosts make; a pino logger fits. */
export interface HostLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}
