import { WebClient, type WebClientOptions } from '@slack/web-api';

/** Where the API is, and what opens it. */
export interface SlackAddress {
  readonly botToken: string;
  /** Null: the real one. */
  readonly apiUrl: string | null;
}

/** A client that says “rate limited” at once instead of waiting silently with everything else behind it. */
export function createSlackClient(settings: SlackAddress): WebClient {
  return new WebClient(settings.botToken, clientOptions(settings));
}

/** Options of every client of ours, Bolt's own included. */
export function clientOptions({ apiUrl }: Pick<SlackAddress, 'apiUrl'>): WebClientOptions {
  return {
    // Set explicitly: the Socket Mode client would otherwise write 100 retries into these shared options.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 15_000,
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
  };
}
