/** Names why an ssh2 login did not come about. */
import { ReprobotError } from '../../errors.ts';
import type { AuthKind, AuthRecord } from './auth.ts';

interface Attempt {
  readonly hostId: string;
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly kind: AuthKind;
}

/** The ReprobotError for what ssh2 reported while connecting. */
export function explainConnectFailure(attempt: Attempt, error: Error, record: AuthRecord): ReprobotError {
  const level = (error as { level?: string }).level;
  if (level === 'client-authentication') return explainRefusal(attempt, error, record);
  const code = (error as NodeJS.ErrnoException).code;
  return new ReprobotError({
    code: 'host.unreachable',
    doing: `connecting to ${attempt.hostId}`,
    why: describeNetwork(attempt, error, typeof code === 'string' ? code : undefined),
    remedy: 'Check the name, the port and whether the cluster is in maintenance.',
    transient: true,
    cause: error,
    details: { mayHaveRun: false },
  });
}

function explainRefusal(attempt: Attempt, error: Error, record: AuthRecord): ReprobotError {
  const doing = `logging in to ${attempt.hostId} as ${attempt.username}`;
  const notes = record.notes.length === 0 ? '' : `; ${record.notes.join('; ')}`;
  if (record.needsPerson || record.askFailure !== undefined) {
    return new ReprobotError({
      code: 'host.auth-needed',
      doing,
      why: record.needsPerson
        ? `the login needs something that only a person knows (${record.serverAllows.join(', ')})${notes}`
        : 'nobody answered what the login asked',
      remedy: 'Connect again when somebody can answer.',
      cause: record.askFailure ?? error,
    });
  }
  const tried = record.tried.length === 0 ? 'nothing that the server allows' : record.tried.join(', ');
  return new ReprobotError({
    code: 'host.auth-refused',
    doing,
    why: `the server refused ${tried}; it allows ${record.serverAllows.join(', ')}${notes}`,
    remedy: 'Check the user name and that the public key is registered with the site.',
    cause: error,
  });
}

function describeNetwork(attempt: Attempt, error: Error, code: string | undefined): string {
  const place = `${attempt.hostname} port ${attempt.port}`;
  switch (code) {
    case 'ECONNREFUSED':
      return `${place} refuses connections`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${attempt.hostname} is not known`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${place} cannot be reached`;
    case 'ECONNRESET':
      return `${place} reset the connection`;
    default:
      return `${place}: ${error.message}`;
  }
}
