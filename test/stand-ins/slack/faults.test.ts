import { describe, expect, it } from 'vitest';
import { connectWebClient, controlOf, eventsOf, ids, openRawSocket, startSlack, until } from './harness.ts';

async function start() {
  const slack = await startSlack();
  return { slack, web: connectWebClient(slack), control: controlOf(slack) };
}

describe('faults of the Web API', () => {
  it('http-error: any status, for one method, so many times', async () => {
    const { web, control } = await start();
    await control.post('/faults', { kind: 'http-error', status: 503, method: 'chat.postMessage', times: 1 });
    await expect(web.chat.postMessage({ channel: ids.research, text: 'x' })).rejects.toMatchObject({
      code: 'slack_webapi_http_error',
      statusCode: 503,
    });
    expect(await control.messages()).toEqual([]);
    expect((await web.chat.postMessage({ channel: ids.research, text: 'x' })).ok).toBe(true);
  });

  it('error: ok:false with any word, for one channel', async () => {
    const { web, control } = await start();
    await control.post('/faults', { kind: 'error', error: 'fatal_error', channel: ids.general });
    await expect(web.chat.postMessage({ channel: ids.general, text: 'x' })).rejects.toMatchObject({ data: { error: 'fatal_error' } });
    expect((await web.chat.postMessage({ channel: ids.research, text: 'x' })).ok).toBe(true);
  });

  it('lost-answer: the message is posted, but nobody hears of it', async () => {
    const { web, control } = await start();
    await control.post('/faults', { kind: 'lost-answer', method: 'chat.postMessage', times: 1 });
    await expect(web.chat.postMessage({ channel: ids.research, text: 'posted' })).rejects.toMatchObject({
      code: 'slack_webapi_request_error',
    });
    expect(await control.messages()).toMatchObject([{ text: 'posted' }]);
  });

  it('hang: the call is carried out long before it is answered', async () => {
    const { slack, control } = await start();
    await control.post('/faults', { kind: 'hang', method: 'chat.postMessage', times: 1, ms: 60_000 });
    const call = fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.credentials.botToken}` },
      body: new URLSearchParams({ channel: ids.research, text: 'slow' }),
      signal: AbortSignal.timeout(1_000),
    });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await control.messages()).toMatchObject([{ text: 'slow' }]);
  });

  it('rate-limit: 429 with the given wait', async () => {
    const { web, control } = await start();
    await control.post('/faults', { kind: 'rate-limit', retry_after: 7, times: 1 });
    await expect(web.auth.test()).rejects.toMatchObject({ retryAfter: 7 });
  });
});

describe('faults of delivery', () => {
  it('delay: late enough, a command times out', async () => {
    const slack = await startSlack({ timings: { ackTimeout: 50 } });
    const control = controlOf(slack);
    await openRawSocket(slack);
    await control.post('/faults', { kind: 'delay', method: 'slash_commands', ms: 60, times: 1 });
    const typed = control.post('/slash', { user: ids.ada, channel: ids.research, command: '/hpc', text: '' });
    expect(await typed).toMatchObject({ outcome: 'operation_timeout' });
  });
});

describe('faults of one channel', () => {
  it('leave the others alone, however a call names them', async () => {
    const { web, control } = await start();
    await control.post('/faults', { kind: 'error', error: 'fatal_error', channel: 'DADA0000001' });
    await expect(web.chat.postMessage({ channel: ids.ada, text: 'x' })).rejects.toMatchObject({ data: { error: 'fatal_error' } });
    expect((await web.chat.postMessage({ channel: ids.ben, text: 'x' })).ok).toBe(true);
  });

  it('hold for what is delivered, too', async () => {
    const { slack, control } = await start();
    const raw = await openRawSocket(slack);
    await control.post('/faults', { kind: 'duplicate-envelope', channel: ids.general });
    await control.post('/messages', { user: ids.ada, channel: ids.research, text: 'once' });
    await control.post('/messages', { user: ids.ada, channel: ids.general, text: 'twice' });
    await until(() => eventsOf(raw).length === 3);
    expect(eventsOf(raw).map((event) => event['text'])).toEqual(['once', 'twice', 'twice']);
  });
});

describe('the list of faults', () => {
  it('is shown with what is left, and cleared', async () => {
    const { slack, web, control } = await start();
    await control.post('/faults', { kind: 'error', method: 'users.info', error: 'x', times: 2 });
    await web.users.info({ user: ids.ada }).catch(() => undefined);
    expect(await control.get('/faults')).toEqual({ ok: true, faults: [{ kind: 'error', method: 'users.info', error: 'x', times: 1 }] });
    await fetch(`${slack.url}/control/faults`, { method: 'DELETE' });
    expect((await web.users.info({ user: ids.ada })).ok).toBe(true);
  });

  it.each([{ kind: 'explode' }, { kind: 'http-error', status: 200 }, { kind: 'error', times: 0 }, { kind: 'hang', colour: 'red' }])(
    'takes no nonsense: %j',
    async (fault) => {
      const { control } = await start();
      expect(await control.post('/faults', fault)).toMatchObject({ ok: false, error: 'invalid_fault' });
    },
  );
});
