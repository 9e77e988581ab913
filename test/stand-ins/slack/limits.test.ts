import { WebClient, WebClientEvent } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { Limits } from '../../../src/stand-ins/slack/limits.ts';
import { connectWebClient, controlOf, ids, startSlack } from './harness.ts';

describe('token buckets', () => {
  function start(options = {}) {
    let now = 0;
    const limits = new Limits(options, () => now);
    return { limits, pass: (milliseconds: number) => (now += milliseconds) };
  }

  it('let a burst pass, then one a second and channel', () => {
    const { limits, pass } = start();
    for (let index = 0; index < 5; index += 1) expect(limits.count('chat.postMessage', 'special', 'C1')).toBeUndefined();
    expect(limits.count('chat.postMessage', 'special', 'C1')).toBe(1);
    expect(limits.count('chat.postMessage', 'special', 'C2')).toBeUndefined();
    pass(1_000);
    expect(limits.count('chat.postMessage', 'special', 'C1')).toBeUndefined();
    expect(limits.count('chat.postMessage', 'special', 'C1')).toBe(1);
  });

  it('hold for the whole workspace, too', () => {
    const { limits } = start({ postPerWorkspace: { perMinute: 60, burst: 3 } });
    const waits = [1, 2, 3, 4].map((channel) => limits.count('chat.postMessage', 'special', `C${channel}`));
    expect(waits).toEqual([undefined, undefined, undefined, 1]);
  });

  it('stand apart for each method', () => {
    const { limits } = start({ tiers: { t3: { perMinute: 3, burst: 1 } } });
    expect(limits.count('chat.update', 't3', undefined)).toBeUndefined();
    expect(limits.count('chat.update', 't3', undefined)).toBe(20);
    expect(limits.count('chat.delete', 't3', undefined)).toBeUndefined();
    expect(limits.refusals()).toEqual({ 'chat.update': 1 });
  });

  it('allow 50 edits a minute and not 51', () => {
    const { limits } = start();
    const waits = Array.from({ length: 51 }, () => limits.count('chat.update', 't3', 'C1'));
    expect(waits.filter((wait) => wait !== undefined)).toEqual([2]);
  });

  it('can be switched off and overridden', () => {
    const off = start({ enabled: false });
    expect(Array.from({ length: 500 }, () => off.limits.count('users.list', 't2', undefined)).every((wait) => wait === undefined)).toBe(
      true,
    );
    const own = start({ methods: { 'users.info': { perMinute: 6, burst: 1 } } });
    own.limits.count('users.info', 't4', undefined);
    expect(own.limits.count('users.info', 't4', undefined)).toBe(10);
  });
});

describe('over the wire', () => {
  it('is a 429 with Retry-After, which the SDK understands and the server counts', async () => {
    const slack = await startSlack({ limits: { postPerChannel: { perMinute: 6, burst: 1 } } });
    const web = connectWebClient(slack);
    await web.chat.postMessage({ channel: ids.research, text: '1' });
    await expect(web.chat.postMessage({ channel: ids.research, text: '2' })).rejects.toMatchObject({
      code: 'slack_webapi_rate_limited_error',
      retryAfter: 10,
    });
    expect(await controlOf(slack).get('/limits')).toMatchObject({ refusals: { 'chat.postMessage': 1 } });
    expect((await web.auth.test()).ok).toBe(true);
  });

  it('is waited out by a client that is allowed to', async () => {
    const slack = await startSlack();
    await controlOf(slack).post('/faults', { kind: 'rate-limit', method: 'chat.postMessage', times: 1, retry_after: 1 });
    const patient = new WebClient(slack.credentials.botToken, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 1, factor: 1, minTimeout: 1 },
    });
    const told: number[] = [];
    patient.on(WebClientEvent.RATE_LIMITED, (seconds: number) => told.push(seconds));
    expect((await patient.chat.postMessage({ channel: ids.research, text: 'x' })).ok).toBe(true);
    expect(told).toEqual([1]);
  });
});
