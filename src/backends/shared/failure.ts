import type { Logger } from 'pino';
import type { ExecResult } from '../../ports.ts';

/** What a backend may log with. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn'>;

/** One line on why a command did not work, for people; empty when it gave no reason. */
export function describeFailure(result: ExecResult): string {
  if (result.timedOut) return 'the command took too long';
  const lines = result.stderr.split('\n').map((line) => line.trim());
  const last = lines
    .filter((line) => line !== '')
    .slice(-2)
    .join('; ')
    .slice(0, 400);
  if (last !== '') return last;
  if (result.code !== null && result.code !== 0) return `the command ended with exit code ${result.code}`;
  return result.signal === null ? '' : `the command was ended by ${result.signal}`;
}
