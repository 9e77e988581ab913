import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { View } from '@slack/types';
import type { Command } from '../core/run/commands.ts';
import type { CommandAction } from '../core/run/events.ts';
import { cut, escapeText, renderCode } from './blocks.ts';
import type { SlackContext } from './command.ts';
import { confirmElsewhere, readPress, tell } from './press.ts';
import { makeMeta, registerSubmit, type Meta } from './submit.ts';

/** Registers the answers to a command of the agent that are more than yes or no: for this run, always, and with a change. */
export function registerAnswers(app: App, context: SlackContext): void {
  app.action<BlockAction<ButtonAction>>('run.allow-run', async ({ body, action, ack }) => {
    const press = await readPress(context, body, action.value, 'approver', 'approve for the run');
    if (press !== null) {
      const { run, approval, digest } = press.question;
      const base = { id: `press:${body.trigger_id}`, at: context.now(), by: body.user.id };
      const yes: Command = { ...base, kind: 'approve', via: 'button', approvalId: approval, digest, reach: 'run' };
      const applied = await context.runs.apply(run, yes);
      if (applied.outcome === 'refused') await tell(context, body, applied.refusal?.message ?? '');
      else await confirmElsewhere(context, body, press.state, 'Approved for this run. It goes on in its thread.');
    }
    await ack();
  });
  openOn(app, context, { action: 'run.allow-always', what: 'approve always' }, (command, meta) =>
    command.reach?.offer ? buildRuleModal(command.reach.offer, command.site, meta) : null,
  );
  openOn(app, context, { action: 'run.edit', what: 'change' }, (command, meta) => buildEditModal(command.command, meta));
  registerSubmit(app, context, 'run.allow-always', (base, { approval, digest }) => {
    return { ...base, kind: 'approve', via: 'button', approvalId: approval, digest, reach: 'always' };
  });
  registerSubmit(app, context, 'run.edit', (base, { approval, digest }, read) => {
    const command = read('command');
    if (command === '') return { errors: { command: 'Nothing is left to run. Reject it instead.' } };
    return { ...base, kind: 'edit', approvalId: approval, digest, command };
  });
}

/** A button that opens a modal about the command of an open question. */
function openOn(
  app: App,
  context: SlackContext,
  { action, what }: { readonly action: string; readonly what: string },
  build: (command: CommandAction, meta: Meta) => View | null,
): void {
  app.action<BlockAction<ButtonAction>>(action, async ({ body, action: button, ack }) => {
    await ack();
    const press = await readPress(context, body, button.value, 'approver', what);
    if (press === null) return;
    const view = press.approval.action.kind === 'run-command' ? build(press.approval.action, makeMeta(press, body)) : null;
    if (view === null) await tell(context, body, 'This question has no such answer.');
    else await context.client.views.open({ trigger_id: body.trigger_id, view });
  });
}

const plain = (text: string) => ({ type: 'plain_text' as const, text: cut(text, 140) });
const prose = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text: cut(text, 2_900) } });
const code = (text: string) => renderCode(cut(text, 2_800));

/** The rule with examples of what else it would allow, before it counts. */
function buildRuleModal(offer: NonNullable<NonNullable<CommandAction['reach']>['offer']>, site: string, meta: Meta): View {
  const examples =
    offer.examples.length === 0
      ? [prose('It allows exactly this line and no other.')]
      : [prose('That would also allow, for example:'), code(offer.examples.join('\n'))];
  return {
    type: 'modal',
    callback_id: 'run.allow-always',
    private_metadata: JSON.stringify(meta),
    title: plain('Allow this always?'),
    submit: plain('Allow always'),
    close: plain('Back'),
    blocks: [
      prose(`From now on this runs unasked on *${escapeText(site)}*, in the folder of any run of this project in this channel:`),
      code(offer.pattern),
      ...examples,
      prose(
        'What is refused stays refused, and whatever deletes, cancels or stops something is asked each time. `/hpc rules` lists and revokes.',
      ),
    ],
  };
}

function buildEditModal(command: string, meta: Meta): View {
  return {
    type: 'modal',
    callback_id: 'run.edit',
    private_metadata: JSON.stringify(meta),
    title: plain('Change the command'),
    submit: plain('Approve this'),
    close: plain('Back'),
    blocks: [
      {
        type: 'input',
        block_id: 'command',
        label: plain('Command line'),
        hint: plain('Judged again before it runs. If it may do more than the first one, you are asked once more.'),
        element: { type: 'plain_text_input', action_id: 'command', multiline: true, initial_value: command, max_length: 3_000 },
      },
    ],
  };
}
