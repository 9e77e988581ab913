import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKaggleBackend } from '../../../src/backends/kaggle/index.ts';
import { Transport } from '../../../src/backends/kaggle/transport.ts';

const NOW = Date.parse('2026-11-25T10:00:00Z');
const ID = { owner: 'ada', slug: 'first-kernel' };

/** A server that answers what no Kaggle should, and how long our client waits for it. */
async function connectTo(answer: RequestListener, timeoutMs = 5_000) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => server.close().closeAllConnections());
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const pace = { intervalMs: 0, patienceMs: 0, wait: async () => {} };
  return createKaggleBackend({ credentials: { kind: 'token', token: 'KGAT_x' }, apiUrl, pace, timeoutMs, now: () => NOW });
}

const answerWith =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  };

describe('answers of any kind', () => {
  it.each([
    ['{"status": "cancelAcknowledged", "failureMessage": null}', 'CANCEL_ACKNOWLEDGED'],
    ['{"status": "complete", "hasFailureMessage": false, "unheard": {"of": 1}}', 'COMPLETE'],
    ['{"status": 1}', 'RUNNING'],
    ['{}', 'QUEUED'],
    ['', 'QUEUED'],
  ])('status %s', async (body, state) => {
    const backend = await connectTo(answerWith(200, body));
    expect(await backend.status(ID, 1)).toEqual({ state, failureMessage: null });
  });

  it.each(['{"status": "SOMETHING_NEW"}', '{"status": 99}', '[]', 'no JSON'])('is no guess: %s', async (body) => {
    const backend = await connectTo(answerWith(200, body));
    await expect(backend.status(ID, 1)).rejects.toMatchObject({ code: 'kaggle.unavailable', transient: true });
  });

  it('may ask for quiet until a date', async () => {
    const backend = await connectTo(answerWith(429, '', { 'Retry-After': new Date(NOW + 90_000).toUTCString() }));
    await expect(backend.quota()).rejects.toMatchObject({ code: 'kaggle.rate-limited', details: { retryAfterSeconds: 90 } });
  });

  it('may never come', async () => {
    const backend = await connectTo(() => {}, 200);
    await expect(backend.quota()).rejects.toMatchObject({ code: 'kaggle.unavailable', why: 'Kaggle did not answer within 0.2 s' });
  });

  it('are not waited for when the caller stops', async () => {
    const backend = await connectTo(() => {});
    await expect(backend.quota(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('may send us to an address that is not safe', async () => {
    const transport = new Transport({ credentials: { kind: 'token', token: 'KGAT_x' } });
    for (const address of ['http://storage.example/x', 'file:///etc/passwd', 'no address']) {
      await expect(transport.reachStorage(address, 'fetching x', {})).rejects.toMatchObject({ code: 'kaggle.refused' });
    }
  });

  it('never get the token when they are files', async () => {
    let authorization: string | undefined = 'not asked';
    const server = createServer((request, response) => {
      authorization = request.headers.authorization;
      response.end('x');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const transport = new Transport({ credentials: { kind: 'token', token: 'KGAT_x' } });
    const response = await transport.reachStorage(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, 'fetching x', {});
    expect(await response.text()).toBe('x');
    expect(authorization).toBeUndefined();
  });
});
