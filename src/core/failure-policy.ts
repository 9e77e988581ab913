/** What may be done about a failure without asking a person. */
export interface RetryPolicy {
  /** How many attempts in all may fail in this way before a person is asked; 1 means that nobody retries unasked. */
  readonly attempts: number;
  /** Wait before the second attempt. */
  readonly firstWaitSeconds: number;
  /** Each further wait is this many times as long. */
  readonly factor: number;
  readonly longestWaitSeconds: number;
  /** Whether the next attempt must avoid the node that failed. */
  readonly elsewhere: boolean;
}

export interface RetryDecision {
  readonly retry: boolean;
  readonly waitSeconds: number;
  readonly elsewhere: boolean;
  /** Which attempt the next one is, and how many there may be. */
  readonly number: number;
  readonly of: number;
  /** One sentence for a person. */
  readonly why: string;
}

/** Only failures that go away by themselves are listed; every other class asks. */
export const RETRY_POLICIES: Readonly<Record<string, RetryPolicy>> = {
  preempted: { attempts: 6, firstWaitSeconds: 60, factor: 2, longestWaitSeconds: 3600, elsewhere: false },
  node_failure: { attempts: 3, firstWaitSeconds: 60, factor: 2, longestWaitSeconds: 900, elsewhere: true },
  network_timeout: { attempts: 4, firstWaitSeconds: 60, factor: 3, longestWaitSeconds: 3600, elsewhere: false },
  rate_limited: { attempts: 3, firstWaitSeconds: 1800, factor: 2, longestWaitSeconds: 14_400, elsewhere: false },
  comm_failure: { attempts: 2, firstWaitSeconds: 120, factor: 1, longestWaitSeconds: 120, elsewhere: true },
};

/** Below this a diagnosis moves no machine by itself. */
export const SURE_ENOUGH = 0.75;

export interface PastFailure {
  readonly class: string;
  readonly fingerprint?: string | undefined;
}

/**
 * Says whether a failure may be retried without asking, and after how long. `past` holds the earlier failures of the same approved work, oldest
 * first. `jitter` between 0 and 1 spreads the waits of many runs by up to a quarter. Never allows what the table does not list.
 */
export function decideRetry(
  failure: { readonly class: string; readonly confidence: number; readonly fingerprint?: string | undefined },
  past: readonly PastFailure[],
  jitter = 0,
): RetryDecision {
  const policy = Object.hasOwn(RETRY_POLICIES, failure.class) ? RETRY_POLICIES[failure.class] : undefined;
  if (policy === undefined) return ask('This does not go away by itself.');
  if (failure.confidence < SURE_ENOUGH) return ask('The log is not clear enough to retry without asking.');
  const same = past.filter((one) => one.class === failure.class).length;
  if (same + 1 >= policy.attempts) return ask(`It failed in this way ${same + 1} ${same === 0 ? 'time' : 'times'} already.`);
  const wait = Math.min(policy.longestWaitSeconds, policy.firstWaitSeconds * policy.factor ** same);
  const spread = Math.min(1, Math.max(0, jitter)) * 0.25;
  return {
    retry: true,
    waitSeconds: Math.round(wait * (1 + spread)),
    elsewhere: policy.elsewhere,
    number: same + 2,
    of: policy.attempts,
    why: `This often goes away by itself; attempt ${same + 2} of ${policy.attempts}.`,
  };
}

function ask(why: string): RetryDecision {
  return { retry: false, waitSeconds: 0, elsewhere: false, number: 1, of: 1, why };
}
