import { formatKernelId, type KernelId } from '../../core/kaggle/kernel-id.ts';
import { LogRecord, readKernelLog } from '../../core/kaggle/read-log.ts';
import { hasCode } from '../../errors.ts';
import type { Transport } from './transport.ts';

const END = 'END_OF_LOG';
const MOST_LINE = 1024 * 1024;
/** A connection that brings nothing new may be tried again so often. */
const MOST_RECONNECTS = 5;

export interface LivePiece {
  /** Records after those that were known. */
  readonly records: readonly LogRecord[];
  /** True when the run has ended and nothing more will come. */
  readonly ended: boolean;
}

export interface PeekOptions {
  /** Records that the caller has; a connection begins at the start and these are left out. */
  readonly known: number;
  /** After so long without a record the rest is left for the next time. */
  readonly idleMs: number;
  /** However much there is to read, no longer than this. */
  readonly mostMs: number;
}

/** What the live log has to say now. Never waits for the run. */
export async function peekLog(transport: Transport, id: KernelId, { known, idleMs, mostMs }: PeekOptions): Promise<LivePiece> {
  const stop = new AbortController();
  const end = setTimeout(() => stop.abort(), mostMs);
  let idle: NodeJS.Timeout | undefined;
  let seen = 0;
  const records: LogRecord[] = [];
  const waitOn = (): void => {
    clearTimeout(idle);
    idle = setTimeout(() => stop.abort(), idleMs);
  };
  const take = (record: LogRecord): void => {
    seen += 1;
    if (seen > known) records.push(record);
    waitOn();
  };
  try {
    return { ended: await readStream(transport, { id, signal: stop.signal, opened: waitOn, take }), records };
  } catch (error) {
    // Kaggle waits up to a minute for a worker before it opens the stream.
    if (!hasCode(error, 'cancelled')) throw error;
    return { ended: false, records };
  } finally {
    clearTimeout(idle);
    clearTimeout(end);
    stop.abort();
  }
}

/**
 * Hands over each record once as it comes and resolves at the end of the run. A connection that breaks is made again and what is known
 * skipped, until the signal says otherwise or Kaggle cannot be reached.
 */
export async function followLog(
  transport: Transport,
  id: KernelId,
  options: { readonly known?: number; readonly signal: AbortSignal; readonly onRecord: (record: LogRecord) => void },
): Promise<void> {
  let known = options.known ?? 0;
  let idle = 0;
  for (;;) {
    let seen = 0;
    const before = known;
    const take = (record: LogRecord): void => {
      seen += 1;
      if (seen <= known) return;
      known = seen;
      options.onRecord(record);
    };
    try {
      if (await readStream(transport, { id, signal: options.signal, take })) return;
    } catch (error) {
      if (!hasCode(error, 'kaggle.unavailable') || idle >= MOST_RECONNECTS) throw error;
    }
    idle = known > before ? 0 : idle + 1;
    await transport.wait(1000, options.signal);
  }
}

interface StreamRequest {
  readonly id: KernelId;
  readonly signal: AbortSignal;
  readonly take: (record: LogRecord) => void;
  readonly opened?: () => void;
}

/** Reads one connection; true when the log is complete. A connection that ends without the end mark rejects nothing: it answers false. */
async function readStream(transport: Transport, { id, signal, take, opened }: StreamRequest): Promise<boolean> {
  const doing = `reading the live log of ${formatKernelId(id)}`;
  const response = await transport.openStream(`kernels/logs/stream/${id.owner}/${id.slug}`, doing, signal);
  opened?.();
  const isLive = (response.headers.get('content-type') ?? '').toLowerCase().startsWith('text/event-stream');
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (isLive) {
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        if (takeEvents(lines, take)) return true;
        if (text.length > MOST_LINE) text = '';
      }
    }
  } catch {
    // Cut by a gateway, or left by us: what came is good, and the next connection brings the rest.
    return false;
  }
  if (isLive) return false;
  for (const record of readKernelLog(text).records) take(record);
  return true;
}

/** Takes the records of whole lines; true at the end mark. What is no record is passed over. */
function takeEvents(lines: readonly string[], take: (record: LogRecord) => void): boolean {
  for (const line of lines) {
    const data = /^data: ?(.*?)\r?$/.exec(line)?.[1];
    if (data === undefined) continue;
    if (data === END) return true;
    const parsed = LogRecord.safeParse(parseJson(data));
    if (parsed.success) take(parsed.data);
  }
  return false;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
