import { App, type CustomRoute, HTTPReceiver, LogLevel, SocketModeReceiver, type Logger as BoltLogger } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import { ReprobotError } from '../errors.ts';
import { registerActions } from './actions.ts';
import { registerAsks } from './asks.ts';
import { registerBudgetButtons } from './budget-buttons.ts';
import { catchUp } from './catch-up.ts';
import { clientOptions, createSlackClient } from './client.ts';
import type { SlackContext } from './command.ts';
import { registerForms } from './forms.ts';
import { registerHome } from './home.ts';
import { registerMessages } from './messages.ts';
import { registerNotes } from './notes.ts';
import { registerCommand } from './slash.ts';
import { loadVerbs } from './verbs.ts';

export interface SlackApp {
  readonly client: WebClient;
  start(context: SlackContext): Promise<void>;
  stop(): Promise<void>;
}

/** Builds the Bolt app: Socket Mode when there is an app token, else signed HTTP on settings.port, where `routes` answer too. Nothing happens
 *  before start(). */
export function createSlackApp(settings: Settings, log: Logger, routes: readonly CustomRoute[] = []): SlackApp {
  const logger = bridgeLogger(log);
  const receiver = createReceiver(settings, logger, routes);
  const app = new App({
    token: settings.slack.botToken,
    receiver,
    clientOptions: clientOptions(settings.slack),
    deferInitialization: true,
    convoStore: false,
    logger,
  });
  app.error((error) => {
    log.error({ err: error }, 'handling a Slack delivery');
    return Promise.resolve();
  });
  const client = createSlackClient(settings.slack);
  const away = new AbortController();
  let caughtUp = Promise.resolve();
  return {
    client,
    start: async (context) => {
      const verbs = await loadVerbs();
      registerCommand(app, context, verbs);
      registerForms(app, context, verbs);
      registerActions(app, context);
      registerMessages(app, context, verbs);
      registerBudgetButtons(app, context);
      registerNotes(app, context);
      registerAsks(app, context);
      registerHome(app, context);
      await app.init();
      await (settings.slack.appToken === null ? app.start(settings.slack.port) : app.start());
      caughtUp = catchUp(context, away.signal).catch((error: unknown) => {
        log.warn({ err: error }, 'looking for what came while the app was away');
      });
    },
    stop: async () => {
      away.abort();
      await caughtUp;
      await app.stop();
    },
  };
}

function createReceiver(settings: Settings, logger: BoltLogger, routes: readonly CustomRoute[]): SocketModeReceiver | HTTPReceiver {
  const { appToken, signingSecret, port } = settings.slack;
  if (appToken !== null) {
    return new SocketModeReceiver({
      appToken,
      logger,
      // The client is deaf for this long at every refresh of the connection.
      clientPingTimeout: 2_000,
      installerOptions: {
        clientOptions: {
          ...clientOptions(settings.slack),
          retryConfig: { retries: 1_000, factor: 1.3, maxTimeout: 30_000 },
          rejectRateLimitedCalls: false,
        },
      },
    });
  }
  if (signingSecret === null || signingSecret === '') {
    throw new ReprobotError({
      code: 'config.invalid',
      doing: 'connecting to Slack',
      why: 'neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set',
      remedy: 'Set one of them in .env; the README says where Slack shows it.',
    });
  }
  return new HTTPReceiver({
    signingSecret,
    port,
    logger,
    customRoutes: [{ path: '/health', method: 'GET', handler: (_request, response) => response.end('ok') }, ...routes],
  });
}

/** Bolt’s log lines go into ours; whole payloads (debug) never do, they may hold what a person typed in private. */
function bridgeLogger(log: Logger): BoltLogger {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) =>
      log[level]({ from: 'bolt' }, parts.map(String).join(' '));
  return {
    debug: () => {},
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
