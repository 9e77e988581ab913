import { SocketModeClient } from '@slack/socket-mode';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SlackStandIn } from '../../../src/stand-ins/slack/server.ts';
import { connectSocketClient, controlOf, ids, startSlack } from '../../stand-ins/slack/harness.ts';

const hello = { user: ids.ada, channel: ids.research, text: 'hello' };

function create(slack: SlackStandIn, options: object = {}): SocketModeClient {
  const client = new SocketModeClient({
    appToken: slack.credentials.appToken,
    clientPingTimeout: 200,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    ...options,
  });
  onTestFinished(async () => {
    await client.disconnect();
  });
  return client;
}

const once = (client: SocketModeClient, name: string): Promise<unknown> => new Promise((resolve) => client.once(name, resolve));

describe('the client of the SDK', () => {
  it('disconnects as often as it likes', async () => {
    const client = await connectSocketClient(await startSlack());
    const gone = once(client, 'disconnected');
    await client.disconnect();
    await gone;
    await client.disconnect();
  });

  it('does not start with a token that is not good for it', async () => {
    const slack = await startSlack();
    const client = new SocketModeClient({
      appToken: slack.credentials.botToken,
      autoReconnectEnabled: false,
      clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    });
    await expect(client.start()).rejects.toMatchObject({ data: { error: 'not_allowed_token_type' } });
  });

  it('asks again when no address is to be had', async () => {
    const slack = await startSlack();
    await controlOf(slack).post('/faults', { kind: 'error', method: 'apps.connections.open', error: 'internal_error', times: 1 });
    const client = create(slack);
    const connected = once(client, 'connected');
    await client.start();
    await connected;
    const opened = (await controlOf(slack).traffic())
      .filter((entry) => entry.name === 'apps.connections.open')
      .map((entry) => entry.status);
    expect(opened).toEqual(['internal_error', 200]);
  });

  it('acknowledges, so that nothing comes twice', async () => {
    const slack = await startSlack({ timings: { eventAckTimeout: 100 } });
    const client = create(slack);
    const received: { envelope_id: string; retry_num?: number }[] = [];
    client.on('message', ({ ack, envelope_id, retry_num }: { ack: () => Promise<void>; envelope_id: string; retry_num?: number }) => {
      received.push({ envelope_id, ...(retry_num === undefined ? {} : { retry_num }) });
      void ack();
    });
    await client.start();
    await controlOf(slack).post('/messages', hello);
    await controlOf(slack).post('/messages', { ...hello, text: '@reprobot done' });
    await once(client, 'app_mention');
    expect(new Set(received.map((one) => one.envelope_id)).size).toBe(received.length);
  });

  it('keeps two of its kind apart: one falls, the other stands', async () => {
    const slack = await startSlack();
    const calm = { clientPingTimeout: 5_000 };
    const [first, second] = [create(slack, calm), create(slack, calm)];
    await first.start();
    await second.start();
    const states: string[] = [];
    second.on('reconnecting', () => states.push('second reconnects'));
    await first.disconnect();
    const heard = once(second, 'message');
    await controlOf(slack).post('/messages', hello);
    expect(await heard).toMatchObject({ event: { text: 'hello' } });
    expect(states).toEqual([]);
  });

  it('notices when it is told that Socket Mode was switched off', async () => {
    const slack = await startSlack();
    const client = create(slack, { autoReconnectEnabled: false });
    await client.start();
    const gone = once(client, 'disconnected');
    await controlOf(slack).post('/sockets', { reason: 'link_disabled' });
    await gone;
  });
});
