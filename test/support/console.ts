/** The local Slack, started inside the test, with a client for the bot and a way to make things go wrong. */
import { WebClient } from '@slack/web-api';
import type { Fault, MessageView, TrafficEntry } from '../../src/stand-ins/slack/page-api.ts';
import { startSlackStandIn, type SlackStandIn, type StandInOptions } from '../../src/stand-ins/slack/server.ts';

/** A person and a channel that the console knows from the start; the bot is a member there. */
export const ada = 'UADA0000001';
export const research = 'CRESEARCH01';

export interface TestConsole {
  readonly slack: SlackStandIn;
  /** As src/slack/app.ts makes it: never retries by itself. */
  readonly client: WebClient;
  addFault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  /** What a person sees of a thread, oldest first; without a thread, of the channel. */
  readMessages(channel: string, threadTs?: string): Promise<MessageView[]>;
  /** Calls of one API method that reached the console, oldest first. */
  countCalls(method: string): Promise<number>;
  /** GET or POST below /control; the answer's fields. */
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** Starts the console on a free port; limits are off unless the test asks for them. */
export async function startTestConsole(options: StandInOptions = {}): Promise<TestConsole> {
  const slack = await startSlackStandIn({ limits: { enabled: false }, ...options });
  const client = new WebClient(slack.credentials.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 15_000,
  });
  const control: TestConsole['control'] = async (method, path, body) => {
    const response = await fetch(`${slack.url}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (answer['ok'] !== true) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    slack,
    client,
    control,
    addFault: async (fault) => void (await control('POST', '/faults', fault)),
    clearFaults: async () => void (await control('DELETE', '/faults')),
    readMessages: async (channel, threadTs) => {
      const thread = threadTs === undefined ? '' : `&thread_ts=${threadTs}`;
      const answer = await control('GET', `/messages?user=${ada}&channel=${channel}&limit=200${thread}`);
      return answer['messages'] as MessageView[];
    },
    countCalls: async (method) => {
      const answer = await control('GET', '/traffic?limit=100000');
      const entries = answer['entries'] as TrafficEntry[];
      return entries.filter((entry) => entry.direction === 'api-call' && entry.name === method).length;
    },
    stop: () => slack.close(),
  };
}
