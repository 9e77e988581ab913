/** Says when a broken login may be tried again, so that neither the login node nor its ban list hears from us too often. */
import { hasCode, ReprobotError } from '../../errors.ts';

const FIRST_DELAY_MS = 5000;
const LONGEST_DELAY_MS = 15 * 60_000;
const AUTH_FAILURES_ALLOWED = 3;

export interface ConnectGateOptions {
  readonly now: () => number;
  /** A person types the answers: they are the brake, no delay is needed after a refused login. */
  readonly asksPerson: boolean;
}

/** Opens and shuts by the failures it is told of; makes no attempt itself. */
export class ConnectGate {
  readonly #options: ConnectGateOptions;
  #failures = 0;
  #authFailures = 0;
  #notBefore = 0;
  #last: ReprobotError | undefined;

  constructor(options: ConnectGateOptions) {
    this.#options = options;
  }

  /** Throws the last failure again while it is too early to try, or when only a person can open the gate. */
  requireOpen(): void {
    const last = this.#last;
    if (last === undefined) return;
    const waitMs = this.#notBefore - this.#options.now();
    if (this.#authFailures >= AUTH_FAILURES_ALLOWED) {
      throw repeatError(last, `${last.remedy ?? ''} Reprobot stopped after ${this.#authFailures} refused logins; reconnect to try again.`);
    }
    if (waitMs > 0) throw repeatError(last, `${last.remedy ?? ''} The next attempt is in ${Math.ceil(waitMs / 1000)} s.`);
  }

  recordSuccess(): void {
    this.reset();
  }

  recordFailure(error: ReprobotError): void {
    const isAuth = hasCode(error, 'host.auth-refused', 'host.auth-needed');
    this.#failures += 1;
    this.#authFailures = isAuth ? this.#authFailures + 1 : this.#authFailures;
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
    this.#notBefore = isAuth && this.#options.asksPerson ? 0 : this.#options.now() + delay;
    this.#last = error;
  }

  /** Opens the gate; for a person who asks. */
  reset(): void {
    this.#failures = 0;
    this.#authFailures = 0;
    this.#notBefore = 0;
    this.#last = undefined;
  }
}

function repeatError(last: ReprobotError, remedy: string): ReprobotError {
  return new ReprobotError({
    code: last.code,
    doing: last.doing,
    why: last.why,
    remedy: remedy.trim(),
    transient: last.transient,
    cause: last,
    details: last.details,
  });
}
