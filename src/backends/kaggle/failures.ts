import { classifyRefusal, type RefusalKind } from '../../core/kaggle/refusals.ts';
import { showText } from '../../core/show-text.ts';
import { ReprobotError, type ErrorCode } from '../../errors.ts';

/** What an unlucky answer was about. */
export interface BadAnswer {
  readonly doing: string;
  readonly status: number;
  /** Kaggle's own words, already without secrets. */
  readonly said: string;
  readonly retryAfterSeconds: number | null;
  /** True for a call that changes something: after a server's error nobody knows whether it did. */
  readonly changes: boolean;
  /** True for a call that names one kernel or data set: Kaggle answers 401, 403 and 404 alike for one that is not there. */
  readonly named: boolean;
}

const REFUSAL_CODES: Readonly<Partial<Record<RefusalKind, ErrorCode>>> = {
  capacity: 'kaggle.no-capacity',
  quota: 'kaggle.no-quota',
  rules: 'kaggle.needs-person',
  'not-found': 'kaggle.not-found',
  'title-taken': 'kaggle.conflict',
};

/** The error for an answer whose status says that it is one. */
export function explainAnswer(answer: BadAnswer): ReprobotError {
  const { doing, status, said, retryAfterSeconds, changes } = answer;
  const why = `Kaggle answered ${status}${said === '' ? '' : ` (${said})`}`;
  const details = { status, ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }) };
  const fail = (code: ErrorCode, remedy: string, transient = false): ReprobotError =>
    new ReprobotError({ code, doing, why, remedy, transient, details });
  if (status === 429) return fail('kaggle.rate-limited', 'It is tried again when Kaggle allows it.', true);
  if (status >= 500) {
    return changes
      ? fail('kaggle.outcome-unknown', 'It is looked up before anything is sent again.', true)
      : fail('kaggle.unavailable', 'It is tried again later.', true);
  }
  if (status === 409)
    return fail(
      'kaggle.conflict',
      'Another notebook or data set of this account has that name; see what stands there and choose another title.',
    );
  if (status === 404 || (answer.named && (status === 401 || status === 403))) {
    return fail('kaggle.not-found', 'See that owner and name are right and that this account may see it.');
  }
  if (status === 401)
    return fail('kaggle.auth-refused', 'Make a new token at https://www.kaggle.com/settings and put it into .env as KAGGLE_API_TOKEN.');
  const refusal = classifyRefusal(said);
  return fail(
    REFUSAL_CODES[refusal.kind] ?? 'kaggle.refused',
    refusal.remedy ?? 'Correct what Kaggle names and send it again.',
    refusal.transient,
  );
}

/** The error for a refusal inside an answer of status 200. */
export function explainRefusal(doing: string, text: string): ReprobotError {
  const { kind, transient, remedy } = classifyRefusal(text);
  const code = REFUSAL_CODES[kind] ?? 'kaggle.refused';
  const why = `Kaggle said: ${shorten(text)}`;
  return new ReprobotError({ code, doing, why, transient, details: { refusal: kind }, ...(remedy === null ? {} : { remedy }) });
}

/** The error for a thing that only a person in a browser can do. */
export function askPerson(doing: string, why: string, remedy: string): ReprobotError {
  return new ReprobotError({ code: 'kaggle.needs-person', doing, why, remedy });
}

/** What an error's body says, whichever of the known forms it has. */
export function readMessage(body: string): string {
  const value = parseJson(body);
  if (typeof value === 'object' && value !== null) {
    const { error, message } = value as { error?: unknown; message?: unknown };
    const inner = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : undefined;
    const found = [inner, message, error].find((text) => typeof text === 'string' && text !== '');
    if (typeof found === 'string') return shorten(found);
  }
  // A gateway's page or a storage service's XML: the words between the tags.
  return shorten(body.slice(0, 4000).replaceAll(/<[^<>]{0,500}>/g, ' '));
}

function shorten(text: string): string {
  return showText(text.trim().replaceAll(/\s+/g, ' ')).slice(0, 300).replace(/\.$/, '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
