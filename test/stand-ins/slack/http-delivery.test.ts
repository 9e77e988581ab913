import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { controlOf, ids, startSlack, until } from './harness.ts';

interface Arrival {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly never?: boolean;
}

/** An app that only writes down what arrives and answers as it is told. It accepts the challenge. */
async function startApp(answer: (arrival: Arrival, count: number) => Answer) {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const challenge = /"challenge":"(\w+)"/.exec(body)?.[1];
      if (challenge !== undefined) return void response.end(challenge);
      arrivals.push({ headers: request.headers, body });
      const { status = 200, body: text = '', headers = {}, never = false } = answer({ headers: request.headers, body }, arrivals.length);
      if (!never) response.writeHead(status, headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { arrivals, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events` };
}

const hello = { user: ids.ada, channel: ids.research, text: 'hello' };
const command = { user: ids.ada, channel: ids.research, command: '/hpc', text: 'a=b & c' };

describe('signed HTTP', () => {
  it('signs what it sends, byte for byte', async () => {
    const app = await startApp(() => ({}));
    const slack = await startSlack();
    expect(await slack.deliverTo(app.url)).toBe(true);
    await controlOf(slack).post('/messages', hello);
    const { headers, body } = await until(() => app.arrivals[0]);
    const expected = createHmac('sha256', slack.credentials.signingSecret)
      .update(`v0:${String(headers['x-slack-request-timestamp'])}:${body}`)
      .digest('hex');
    expect(headers['x-slack-signature']).toBe(`v0=${expected}`);
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toMatchObject({ type: 'event_callback', event: { text: 'hello' } });
    expect(headers).not.toHaveProperty('x-slack-retry-num');
  });

  it('sends a command as the form itself', async () => {
    const app = await startApp(() => ({ body: 'working on it' }));
    const slack = await startSlack({ deliverTo: app.url });
    expect(await controlOf(slack).post('/slash', command)).toEqual({ ok: true, outcome: 'acked' });
    const { headers, body } = app.arrivals[0] ?? { headers: {}, body: '' };
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
      command: '/hpc',
      text: 'a=b & c',
      channel_id: ids.research,
      is_enterprise_install: 'false',
    });
  });

  it('retries an event three times and says why', async () => {
    const app = await startApp(() => ({ status: 500 }));
    const slack = await startSlack({ clock: { factor: 100_000 } });
    await slack.deliverTo(app.url);
    await controlOf(slack).post('/messages', hello);
    await until(() => app.arrivals.length === 4);
    expect(app.arrivals.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']])).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
    const bodies = new Set(app.arrivals.map((arrival) => (JSON.parse(arrival.body) as { event_id: string }).event_id));
    expect(bodies.size).toBe(1);
  });

  it('calls silence a timeout', async () => {
    const app = await startApp((_arrival, count) => ({ never: count === 1 }));
    const slack = await startSlack({ timings: { ackTimeout: 300 } });
    await slack.deliverTo(app.url);
    await controlOf(slack).post('/messages', hello);
    await until(() => app.arrivals.length >= 2);
    expect(app.arrivals[1]?.headers).toMatchObject({ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' });
  });

  it('does not retry when asked not to', async () => {
    const app = await startApp((_arrival, count) => (count === 1 ? { status: 503, headers: { 'X-Slack-No-Retry': '1' } } : {}));
    const slack = await startSlack({ clock: { factor: 100_000 } });
    await slack.deliverTo(app.url);
    await controlOf(slack).post('/messages', hello);
    await until(() => app.arrivals.length === 1);
    await controlOf(slack).post('/messages', { ...hello, text: 'next' });
    await until(() => app.arrivals.length >= 2);
    expect((JSON.parse(app.arrivals[1]?.body ?? '{}') as { event: object }).event).toMatchObject({ text: 'next' });
  });

  it('never repeats a command', async () => {
    const app = await startApp(() => ({ status: 500 }));
    const slack = await startSlack({ clock: { factor: 100_000 } });
    await slack.deliverTo(app.url);
    expect(await controlOf(slack).post('/slash', command)).toEqual({ ok: true, outcome: 'dispatch_failed' });
    expect(app.arrivals).toHaveLength(1);
  });

  it('notices that nobody is there', async () => {
    const slack = await startSlack();
    expect(await slack.deliverTo('http://127.0.0.1:9/slack/events')).toBe(false);
    expect(await controlOf(slack).post('/slash', command)).toEqual({ ok: true, outcome: 'dispatch_failed' });
  });

  it('takes the address from a manifest without Socket Mode', async () => {
    const app = await startApp(() => ({}));
    const slack = await startSlack({
      manifest: {
        features: { slash_commands: [{ command: '/hpc' }] },
        settings: { socket_mode_enabled: false, interactivity: { is_enabled: true, request_url: app.url } },
      },
    });
    expect(await controlOf(slack).post('/slash', command)).toEqual({ ok: true, outcome: 'acked' });
  });
});
