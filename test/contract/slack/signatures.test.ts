import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, ExpressReceiver, HTTPReceiver, LogLevel } from '@slack/bolt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { controlOf, ids, startSlack } from '../../stand-ins/slack/harness.ts';

const receivers = { HTTPReceiver, ExpressReceiver };

describe.each(['HTTPReceiver', 'ExpressReceiver'] as const)('the signatures, judged by Bolt: %s', (name) => {
  async function start(secretOf: (right: string) => string) {
    const slack = await startSlack();
    const receiver = new receivers[name]({ signingSecret: secretOf(slack.credentials.signingSecret), logLevel: LogLevel.ERROR });
    const clientOptions = { slackApiUrl: slack.apiUrl };
    const app = new App({
      token: slack.credentials.botToken,
      receiver,
      clientOptions,
      deferInitialization: true,
      logLevel: LogLevel.ERROR,
    });
    app.command('/hpc', async ({ ack }) => ack());
    await app.init();
    const server = (await app.start(0)) as unknown as Server;
    onTestFinished(async () => {
      await app.stop();
    });
    const verified = await slack.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
    return { slack, verified };
  }

  it('are good', async () => {
    const { slack, verified } = await start((right) => right);
    expect(verified).toBe(true);
    const typed = { user: ids.ada, channel: ids.research, command: '/hpc', text: 'ünï & cödé = 100 %' };
    expect(await controlOf(slack).post('/slash', typed)).toEqual({ ok: true, outcome: 'acked' });
  });

  it('are not good for another secret', async () => {
    const { slack, verified } = await start(() => 'another secret');
    expect(verified).toBe(false);
    const refused = (await controlOf(slack).traffic()).find((entry) => entry.name === 'url_verification');
    expect(refused).toMatchObject({ direction: 'http-out', status: 401 });
  });
});
