import { pino, type Logger } from 'pino';
import { redactText } from './core/redact.ts';

/** A log whose lines are JSON and hold no known secret, whatever an error quotes. */
export function createLog(name: string, level: string, stream?: { write(line: string): void }): Logger {
  const options = { level, name, hooks: { streamWrite: redactText } };
  // Written at once: what waits to be written is tried for ever on the way out where its reader is gone.
  return pino(options, stream ?? pino.destination({ fd: 1, sync: true }));
}
