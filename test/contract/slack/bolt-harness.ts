import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { onTestFinished } from 'vitest';
import type { SlackStandIn, StandInOptions } from '../../../src/stand-ins/slack/server.ts';
import { startSlack } from '../../stand-ins/slack/harness.ts';

export type Transport = 'socket' | 'http';

/** A stand-in and an unmodified Bolt app on it; only slackApiUrl differs from life. Both end with the test. */
export async function startBolt(transport: Transport, register: (app: App) => void, options: StandInOptions = {}): Promise<SlackStandIn> {
  const slack = await startSlack(options);
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
  const receiver =
    transport === 'socket'
      ? new SocketModeReceiver({
          appToken: slack.credentials.appToken,
          installerOptions: { clientOptions },
          clientPingTimeout: 1_000,
          logLevel: LogLevel.ERROR,
        })
      : new HTTPReceiver({ signingSecret: slack.credentials.signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({ token: slack.credentials.botToken, receiver, clientOptions, deferInitialization: true, logLevel: LogLevel.ERROR });
  register(app);
  await app.init();
  const started: unknown = await app.start(0);
  onTestFinished(async () => {
    await app.stop();
  });
  if (transport === 'http') await slack.deliverTo(`http://127.0.0.1:${((started as Server).address() as AddressInfo).port}/slack/events`);
  return slack;
}
