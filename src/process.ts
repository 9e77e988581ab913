import type { Logger } from 'pino';

const GRACE_MS = 8_000;

/** Ends this process in good order on SIGTERM and SIGINT, and when the parent that started it with an IPC channel is gone. To be called
 *  before anything is waited for: a parent that dies meanwhile is noticed too. */
export function followParent(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const end = (why: string): void => {
    if (stopping) return;
    stopping = true;
    // Work that does not end in time is taken up again by the next start.
    setTimeout(() => process.exit(0), GRACE_MS).unref();
    // Whatever throws or hangs on the way out, such as a log whose reader is gone: nothing stays behind.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2 * GRACE_MS).unref();
    log.info({ why }, 'stopping');
    stop()
      .catch((error: unknown) => log.warn({ err: error }, 'stopping'))
      .finally(() => process.exit(0));
  };
  process.once('SIGTERM', () => end('SIGTERM'));
  process.once('SIGINT', () => end('SIGINT'));
  process.once('disconnect', () => end('the parent is gone'));
  // Undefined where there never was a parent with a channel, whatever the types say.
  const { connected } = process as { readonly connected?: boolean };
  if (connected === false) end('the parent is gone');
}

/** Tells whoever started this process that it works now; a plain line, whatever the log level is. */
export function sayReady(): void {
  process.stdout.write('{"ready":true}\n');
}
