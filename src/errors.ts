/**
 * The one error type of the project. `code` is what code branches on; the sentence is what a person reads.
 *
 * Codes are grouped by whose move it is: `usage.*` the caller's, `config.*` the operator's, `host.*` and `backend.*` the cluster's,
 * `git.*` the repository's, `slack.*` Slack's, `kaggle.*` Kaggle's, `model.*` the model's provider's, `budget.*` the approvers', `journal.*` ours.
 */
export type ErrorCode =
  | 'usage.bad-input'
  | 'config.invalid'
  | 'config.missing-tool'
  | 'host.unreachable'
  | 'host.auth-needed'
  | 'host.auth-refused'
  | 'host.key-unknown'
  | 'host.key-changed'
  | 'host.no-such-file'
  | 'host.permission-denied'
  | 'host.command-failed'
  | 'backend.rejected'
  | 'backend.unavailable'
  | 'backend.outcome-unknown'
  | 'git.refused'
  | 'git.failed'
  | 'git.too-large'
  | 'slack.rate-limited'
  | 'slack.refused'
  | 'slack.outcome-unknown'
  | 'kaggle.auth-refused'
  | 'kaggle.refused'
  | 'kaggle.not-found'
  | 'kaggle.conflict'
  | 'kaggle.no-capacity'
  | 'kaggle.no-quota'
  | 'kaggle.rate-limited'
  | 'kaggle.unavailable'
  | 'kaggle.outcome-unknown'
  | 'kaggle.needs-person'
  | 'budget.used-up'
  | 'journal.corrupt'
  | 'model.unavailable'
  | 'model.refused'
  | 'model.outcome-unknown'
  | 'cancelled'
  | 'timeout';

export interface ErrorParts {
  readonly code: ErrorCode;
  /** What was being done, in the form "submitting to lumi". */
  readonly doing: string;
  /** Why it stopped, without a full stop. */
  readonly why: string;
  /** What the reader can do about it; a full sentence. */
  readonly remedy?: string;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly transient?: boolean;
  readonly cause?: unknown;
  /** Small, secret-free facts for code that handles the error. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export class ReprobotError extends Error {
  readonly code: ErrorCode;
  readonly doing: string;
  readonly why: string;
  readonly remedy: string | undefined;
  readonly transient: boolean;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(parts: ErrorParts) {
    const remedy = parts.remedy === undefined ? '' : ` ${parts.remedy}`;
    super(`${parts.doing}: ${parts.why}.${remedy}`, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'ReprobotError';
    this.code = parts.code;
    this.doing = parts.doing;
    this.why = parts.why;
    this.remedy = parts.remedy;
    this.transient = parts.transient ?? false;
    this.details = parts.details ?? {};
  }
}

/** True for a ReprobotError with one of the given codes. */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is ReprobotError {
  return error instanceof ReprobotError && codes.includes(error.code);
}
