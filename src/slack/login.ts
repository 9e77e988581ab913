import type { App, BlockAction, ButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { View } from '@slack/types';
import { z } from 'zod';
import type { SlackContext } from './command.ts';
import { checkRole } from './press.ts';

const Meta = z.object({ site: z.string(), channel: z.string() });

/** Registers the login: a button, a private modal, and the way of the answer to the worker. The answer is never stored or logged. */
export function registerLogin(app: App, context: SlackContext): void {
  app.action<BlockAction<ButtonAction>>('run.login', async ({ body, action, ack }) => {
    await ack();
    const runId = action.value ?? '';
    if (!(await checkRole(context, body, 'runner', `log in for run ${runId}`, runId))) return;
    const state = await context.runs.load(runId);
    if (state === null) return;
    const meta = { site: state.request.site, channel: body.channel?.id ?? state.request.channel };
    await context.client.views.open({ trigger_id: body.trigger_id, view: buildLoginModal(meta) });
  });
  app.view<ViewSubmitAction>('run.login', async ({ body, view, ack }) => {
    const meta = Meta.parse(JSON.parse(view.private_metadata));
    const password = view.state.values['password']?.['secret']?.value ?? '';
    const code = view.state.values['code']?.['secret']?.value ?? '';
    if (password === '' && code === '') {
      await ack({ response_action: 'errors', errors: { password: 'Give what the cluster asks for: a password, a code, or both.' } });
      return;
    }
    if (!(await context.access.allows(body.user.id, meta.channel, 'runner'))) {
      await ack();
      return;
    }
    const heard = await context.sendSecret({ site: meta.site, by: body.user.id, password, code });
    if (heard === 0)
      await ack({ response_action: 'errors', errors: { password: 'No worker is running that could log in; nothing was kept.' } });
    else await ack();
  });
}

function buildLoginModal(meta: z.infer<typeof Meta>): View {
  const field = (blockId: string, label: string, hint: string) => ({
    type: 'input' as const,
    block_id: blockId,
    optional: true,
    label: { type: 'plain_text' as const, text: label },
    hint: { type: 'plain_text' as const, text: hint },
    element: { type: 'plain_text_input' as const, action_id: 'secret', max_length: 500 },
  });
  return {
    type: 'modal',
    callback_id: 'run.login',
    private_metadata: JSON.stringify(meta),
    title: { type: 'plain_text', text: `Log in to ${meta.site}`.slice(0, 24) },
    submit: { type: 'plain_text', text: 'Log in' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      field(
        'password',
        'Password',
        'Leave it empty where the cluster only wants a code. Slack shows what you type; mind who looks over your shoulder.',
      ),
      field('code', 'One-time code', 'Used once, right away. Neither is stored, logged or shown to anybody.'),
    ],
  };
}
