import { describe, expect, it } from 'vitest';
import type { SlackStandIn } from '../../../src/stand-ins/slack/server.ts';
import { connectWebClient, controlOf, ids, startSlack } from '../../stand-ins/slack/harness.ts';
import { type AcknowledgingApp, startApp } from './acknowledging-app.ts';

async function start(options = {}) {
  const slack = await startSlack(options);
  return { slack, web: connectWebClient(slack), control: controlOf(slack) };
}

const apps = new WeakMap<SlackStandIn, AcknowledgingApp>();

async function typeCommand(slack: SlackStandIn, channel: string = ids.research) {
  const app = apps.get(slack) ?? (await startApp(slack));
  apps.set(slack, app);
  await controlOf(slack).post('/slash', { user: ids.ada, channel, command: '/hpc', text: 'x' });
  return app.last('slash_commands') as { trigger_id: string; response_url: string };
}

const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'T' }, blocks: [] };

async function respond(url: string, body: object) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

describe('trigger_id', () => {
  it('works once', async () => {
    const { slack, web } = await start();
    const { trigger_id } = await typeCommand(slack);
    expect((await web.views.open({ trigger_id, view })).view).toMatchObject({ type: 'modal', hash: expect.any(String), bot_id: ids.bot });
    await expect(web.views.open({ trigger_id, view })).rejects.toMatchObject({ data: { error: 'exchanged_trigger_id' } });
  });

  it('works for three seconds', async () => {
    let late = 0;
    const { slack, web } = await start({ clock: { now: () => Date.now() + late } });
    const { trigger_id } = await typeCommand(slack);
    late = 60_000;
    await expect(web.views.open({ trigger_id, view })).rejects.toMatchObject({ data: { error: 'expired_trigger_id' } });
    await expect(web.views.open({ trigger_id: '1.2.x', view })).rejects.toMatchObject({ data: { error: 'invalid_trigger_id' } });
  });

  it('is not used up by a view that is refused', async () => {
    const { slack, web } = await start();
    const { trigger_id } = await typeCommand(slack);
    const long = { ...view, title: { type: 'plain_text' as const, text: 'x'.repeat(25) } };
    await expect(web.views.open({ trigger_id, view: long })).rejects.toMatchObject({
      data: {
        error: 'invalid_arguments',
        response_metadata: { messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'] },
      },
    });
    expect((await web.views.open({ trigger_id, view })).ok).toBe(true);
  });
});

describe('views', () => {
  it('are updated by id or external_id, if the hash is right', async () => {
    const { slack, web } = await start();
    const { trigger_id } = await typeCommand(slack);
    const opened = await web.views.open({ trigger_id, view: { ...view, external_id: 'mine' } });
    const view_id = opened.view?.id ?? '';
    await expect(web.views.update({ view_id, view, hash: 'old' })).rejects.toMatchObject({ data: { error: 'hash_conflict' } });
    const updated = await web.views.update({ external_id: 'mine', view, hash: opened.view?.hash ?? '' });
    expect(updated.view).toMatchObject({ id: view_id });
    await expect(web.views.update({ view_id: 'V0', view })).rejects.toMatchObject({ data: { error: 'not_found' } });
  });

  it('stack three deep', async () => {
    const { slack, web } = await start();
    await web.views.open({ trigger_id: (await typeCommand(slack)).trigger_id, view });
    await web.views.push({ trigger_id: (await typeCommand(slack)).trigger_id, view });
    await web.views.push({ trigger_id: (await typeCommand(slack)).trigger_id, view });
    const fourth = web.views.push({ trigger_id: (await typeCommand(slack)).trigger_id, view });
    await expect(fourth).rejects.toMatchObject({ data: { error: 'push_limit_reached' } });
  });

  it('need the Home tab to be switched on', async () => {
    const { web } = await start({ manifest: {} });
    const home = { user_id: ids.ada, view: { type: 'home' as const, blocks: [] } };
    await expect(web.views.publish(home)).rejects.toMatchObject({ data: { error: 'not_enabled' } });
  });
});

describe('response_url', () => {
  it('works five times, even where the bot is no member', async () => {
    const { slack, control } = await start();
    const { response_url } = await typeCommand(slack, ids.random);
    for (let index = 0; index < 5; index += 1) {
      expect(await respond(response_url, { text: String(index), response_type: 'in_channel' })).toEqual({ status: 200, text: 'ok' });
    }
    expect(await respond(response_url, { text: 'once more' })).toMatchObject({ status: 404 });
    expect((await control.messages(ids.random)).map((message) => message.text)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('works for half an hour', async () => {
    let late = 0;
    const { slack } = await start({ clock: { now: () => Date.now() + late } });
    const { response_url } = await typeCommand(slack);
    late = 31 * 60_000;
    expect(await respond(response_url, { text: 'x' })).toMatchObject({ status: 404, text: expect.stringContaining('expired_url') });
  });

  it('replaces and deletes what it posted', async () => {
    const { slack, control } = await start();
    const { response_url } = await typeCommand(slack);
    await respond(response_url, { text: 'first', response_type: 'in_channel' });
    await respond(response_url, { text: 'second', replace_original: true });
    expect(await control.messages()).toMatchObject([{ text: 'second' }]);
    await respond(response_url, { delete_original: true });
    expect(await control.messages()).toEqual([]);
  });

  it('takes larger blocks than chat.postMessage, but no wrong ones', async () => {
    const { slack, web, control } = await start();
    const { response_url } = await typeCommand(slack);
    const blocks = Array.from({ length: 6 }, () => ({
      type: 'section' as const,
      text: { type: 'mrkdwn' as const, text: 'x'.repeat(3_000) },
    }));
    await expect(web.chat.postMessage({ channel: ids.research, text: 'x', blocks })).rejects.toMatchObject({
      data: { error: 'msg_blocks_too_long' },
    });
    expect(await respond(response_url, { blocks, response_type: 'in_channel' })).toMatchObject({ status: 200 });
    expect(await control.messages()).toHaveLength(1);
    expect(await respond(response_url, { blocks: [{ type: 'nope' }] })).toMatchObject({
      status: 400,
      text: expect.stringContaining('invalid_blocks'),
    });
  });
});
