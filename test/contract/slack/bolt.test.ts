import type { BlockAction, ButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { connectWebClient, controlOf, ids, until } from '../../stand-ins/slack/harness.ts';
import { startBolt } from './bolt-harness.ts';

const button: KnownBlock = {
  type: 'actions',
  block_id: 'decision',
  elements: [{ type: 'button', action_id: 'approve', text: { type: 'plain_text', text: 'Approve' }, value: 'digest-1' }],
};

const form = {
  type: 'modal' as const,
  callback_id: 'setup',
  private_metadata: 'run-1',
  title: { type: 'plain_text' as const, text: 'Set up' },
  submit: { type: 'plain_text' as const, text: 'Save' },
  notify_on_close: true,
  blocks: [
    {
      type: 'input' as const,
      block_id: 'host',
      label: { type: 'plain_text' as const, text: 'Host' },
      element: { type: 'plain_text_input' as const, action_id: 'name' },
    },
    {
      type: 'input' as const,
      block_id: 'gpu',
      optional: true,
      label: { type: 'plain_text' as const, text: 'GPU' },
      element: {
        type: 'static_select' as const,
        action_id: 'kind',
        options: ['a100', 'h100'].map((value) => ({ text: { type: 'plain_text' as const, text: value }, value })),
      },
    },
  ],
};

const typed = { user: ids.ada, channel: ids.research, command: '/hpc', text: 'go' };

describe.each(['socket', 'http'] as const)('a Bolt app over %s', (transport) => {
  it('takes a command, answers in private, and posts', async () => {
    const slack = await startBolt(transport, (app) => {
      app.command('/hpc', async ({ command, ack, respond, client }) => {
        await ack();
        await client.chat.postMessage({ channel: command.channel_id, text: `root of ${command.text}` });
        await respond({ response_type: 'in_channel', text: `for ${command.user_name}` });
      });
    });
    expect(await controlOf(slack).post('/slash', typed)).toEqual({ ok: true, outcome: 'acked' });
    const messages = await until(async () => {
      const list = await controlOf(slack).messages();
      return list.length === 2 && list;
    });
    expect(messages.map((message) => message.text)).toEqual(['root of go', 'for ada']);
  });

  it('shows the words of an acknowledgement', async () => {
    const slack = await startBolt(transport, (app) => {
      app.command('/hpc', async ({ ack }) => ack({ response_type: 'in_channel', text: 'right away' }));
    });
    await controlOf(slack).post('/slash', typed);
    expect((await controlOf(slack).messages()).map((message) => message.text)).toEqual(['/hpc go', 'right away']);
  });

  it('tells the person when nobody acknowledges', async () => {
    const slack = await startBolt(transport, (app) => app.command('/hpc', async () => undefined), { timings: { ackTimeout: 100 } });
    expect(await controlOf(slack).post('/slash', typed)).toEqual({ ok: true, outcome: 'operation_timeout' });
  });

  it('takes a click, knows who and where, and edits the message', async () => {
    const clicks: BlockAction<ButtonAction>[] = [];
    const slack = await startBolt(transport, (app) => {
      app.action<BlockAction<ButtonAction>>('approve', async ({ ack, body, client }) => {
        await ack();
        clicks.push(body);
        await client.chat.update({
          channel: body.channel?.id ?? '',
          ts: body.message?.ts ?? '',
          text: `approved by <@${body.user.id}>`,
          blocks: [],
        });
      });
    });
    const metadata = { event_type: 'slot', event_payload: { id: 'approval:1' } };
    const { ts } = await connectWebClient(slack).chat.postMessage({ channel: ids.research, text: 'May I?', blocks: [button], metadata });
    const click = { user: ids.chen, channel: ids.research, message_ts: ts, block_id: 'decision', action_id: 'approve' };
    expect(await controlOf(slack).post('/action', click)).toEqual({ ok: true, outcome: 'acked' });
    expect(clicks[0]).toMatchObject({
      user: { id: ids.chen, username: 'chen' },
      container: { type: 'message', message_ts: ts, channel_id: ids.research, is_ephemeral: false },
      message: { ts, metadata },
      actions: [{ type: 'button', action_id: 'approve', block_id: 'decision', value: 'digest-1', action_ts: expect.any(String) }],
    });
    await until(async () => (await controlOf(slack).messages())[0]?.text === `approved by <@${ids.chen}>`);
    expect(await controlOf(slack).post('/action', click)).toMatchObject({ ok: false, error: 'element_not_found' });
  });

  it('replaces an ephemeral message through its response_url', async () => {
    const slack = await startBolt(transport, (app) => {
      app.action('approve', async ({ ack, respond }) => {
        await ack();
        await respond({ replace_original: true, text: 'thank you' });
      });
    });
    const { message_ts } = await connectWebClient(slack).chat.postEphemeral({
      channel: ids.research,
      user: ids.ben,
      text: 'psst',
      blocks: [button],
    });
    const click = { user: ids.ben, channel: ids.research, message_ts, block_id: 'decision', action_id: 'approve' };
    expect(await controlOf(slack).post('/action', { ...click, user: ids.ada })).toMatchObject({ ok: false, error: 'message_not_found' });
    expect(await controlOf(slack).post('/action', click)).toEqual({ ok: true, outcome: 'acked' });
    await until(async () => (await controlOf(slack).traffic()).some((entry) => entry.direction === 'response-url' && entry.status === 200));
    expect(await controlOf(slack).post('/action', click)).toMatchObject({ error: 'element_not_found' });
  });

  it('hears a reply in a thread and answers there', async () => {
    const slack = await startBolt(transport, (app) => {
      app.message('approve', async ({ message, say }) => {
        if (message.subtype === undefined) await say({ text: `heard ${message.user}`, thread_ts: message.thread_ts ?? message.ts });
      });
    });
    const { ts } = await connectWebClient(slack).chat.postMessage({ channel: ids.research, text: 'root' });
    await controlOf(slack).post('/messages', { user: ids.ada, channel: ids.research, text: 'approve 1', thread_ts: ts });
    const thread = await until(async () => {
      const list = await controlOf(slack).messages(ids.research, ts);
      return list.length === 3 && list;
    });
    expect(thread.at(-1)?.text).toBe(`heard ${ids.ada}`);
  });

  it('hears a mention', async () => {
    const slack = await startBolt(transport, (app) => {
      app.event('app_mention', async ({ event, say }) => void (await say({ text: 'yes?', thread_ts: event.ts })));
    });
    const { ts } = await controlOf(slack).post('/messages', { user: ids.ada, channel: ids.research, text: '@reprobot are you there?' });
    await until(async () => (await controlOf(slack).messages(ids.research, String(ts))).length === 2);
  });

  it('opens a modal, refuses a field, then takes the form', async () => {
    const submissions: ViewSubmitAction[] = [];
    const slack = await startBolt(transport, (app) => {
      app.command('/hpc', async ({ ack, command, client }) => {
        await ack();
        await client.views.open({ trigger_id: command.trigger_id, view: form });
      });
      app.view<ViewSubmitAction>('setup', async ({ ack, body, view }) => {
        submissions.push(body);
        const name = view.state.values['host']?.['name']?.value;
        if (name === 'nowhere') await ack({ response_action: 'errors', errors: { host: 'No such host.' } });
        else await ack();
      });
    });
    const control = controlOf(slack);
    const modals = async () => (await control.get(`/state?user=${ids.ada}`))['modals'] as { id: string }[];
    await control.post('/slash', typed);
    const view_id = (await until(async () => (await modals())[0])).id;
    const submit = (name: string) =>
      control.post('/view/submit', { user: ids.ada, view_id, values: { host: { name }, gpu: { kind: 'h100' } } });
    expect(await submit('')).toEqual({ ok: true, outcome: 'acked', errors: { host: 'Please complete this required field.' } });
    expect(await submit('nowhere')).toEqual({ ok: true, outcome: 'acked', errors: { host: 'No such host.' } });
    expect(await submit('lumi')).toEqual({ ok: true, outcome: 'acked' });
    expect(await modals()).toEqual([]);
    expect(submissions).toHaveLength(2);
    expect(submissions[1]?.view).toMatchObject({
      callback_id: 'setup',
      private_metadata: 'run-1',
      state: {
        values: { host: { name: { type: 'plain_text_input', value: 'lumi' } }, gpu: { kind: { selected_option: { value: 'h100' } } } },
      },
    });
  });

  it('updates and stacks modals through acknowledgements, and hears them close', async () => {
    const closed: string[] = [];
    const slack = await startBolt(transport, (app) => {
      app.command('/hpc', async ({ ack, command, client }) => {
        await ack();
        await client.views.open({ trigger_id: command.trigger_id, view: form });
      });
      app.view('setup', async ({ ack }) => ack({ response_action: 'update', view: { ...form, callback_id: 'second' } }));
      app.view('second', async ({ ack }) => ack({ response_action: 'push', view: { ...form, callback_id: 'third' } }));
      app.view({ callback_id: 'third', type: 'view_closed' }, async ({ ack, view }) => {
        await ack();
        closed.push(view.callback_id);
      });
    });
    const control = controlOf(slack);
    type Modal = { id: string; view: { callback_id: string; root_view_id: string; previous_view_id: string | null } };
    const modals = async () => (await control.get(`/state?user=${ids.ada}`))['modals'] as Modal[];
    await control.post('/slash', typed);
    const first = await until(async () => (await modals())[0]);
    const submit = () => control.post('/view/submit', { user: ids.ada, view_id: first.id, values: { host: { name: 'x' } } });
    await submit();
    expect((await modals()).map(({ view }) => view.callback_id)).toEqual(['second']);
    await submit();
    const [, top] = await modals();
    expect(top?.view).toMatchObject({ callback_id: 'third', root_view_id: first.id, previous_view_id: first.id });
    await control.post('/view/close', { user: ids.ada, view_id: top?.id });
    await until(() => closed.length > 0);
    expect(await modals()).toHaveLength(1);
  });

  it('takes shortcuts of both kinds', async () => {
    const seen: unknown[] = [];
    const shortcuts = [
      { name: 'New', type: 'global' as const, callback_id: 'new_run' },
      { name: 'This', type: 'message' as const, callback_id: 'this_link' },
    ];
    const register: Parameters<typeof startBolt>[1] = (app) => {
      app.shortcut(/.*/, async ({ shortcut, ack }) => {
        await ack();
        seen.push(shortcut);
      });
    };
    const slack = await startBolt(transport, register, { manifest: { features: { shortcuts } } });
    const control = controlOf(slack);
    const { ts } = await control.post('/messages', { user: ids.ada, channel: ids.research, text: 'https://example.org' });
    expect(await control.post('/shortcut', { user: ids.ada, callback_id: 'new_run' })).toMatchObject({ outcome: 'acked' });
    expect(
      await control.post('/shortcut', { user: ids.ada, callback_id: 'this_link', channel: ids.research, message_ts: ts }),
    ).toMatchObject({ outcome: 'acked' });
    expect(await control.post('/shortcut', { user: ids.ada, callback_id: 'none' })).toMatchObject({ error: 'unknown_shortcut' });
    expect(seen).toMatchObject([{ type: 'shortcut' }, { type: 'message_action', message_ts: ts, channel: { id: ids.research } }]);
  });

  it('publishes a Home tab and takes clicks in it', async () => {
    const clicks: unknown[] = [];
    const slack = await startBolt(transport, (app) => {
      app.event('app_home_opened', async ({ event, client }) => {
        await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [button] } });
      });
      app.action('approve', async ({ ack, body }) => {
        await ack();
        clicks.push(body);
      });
    });
    const control = controlOf(slack);
    await control.post('/home', { user: ids.ben });
    const home = await until(async () => (await control.get(`/state?user=${ids.ben}`))['home'] as { id: string } | undefined);
    expect(await control.post('/action', { user: ids.ben, view_id: home.id, block_id: 'decision', action_id: 'approve' })).toMatchObject({
      outcome: 'acked',
    });
    expect(clicks).toMatchObject([{ container: { type: 'view', view_id: home.id }, view: { type: 'home' } }]);
  });
});
