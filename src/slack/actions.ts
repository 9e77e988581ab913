import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { ModalView, View } from '@slack/types';
import { z } from 'zod';
import { describeSettled } from '../core/run/answer.ts';
import type { Approval } from '../core/run/state.ts';
import { needsFile } from '../core/run/view/approval.ts';
import { renderQuestion } from '../core/run/view/question.ts';
import { registerAnswers } from './answers.ts';
import { cut, escapeText, renderCode } from './blocks.ts';
import type { SlackContext } from './command.ts';
import { registerLogin } from './login.ts';
import { checkRole, confirmElsewhere, readPress, tell, type Press } from './press.ts';
import { makeMeta, registerSubmit, type Meta } from './submit.ts';

/** What the button below a change of the agent says. */
const Adoption = z.object({ run: z.string(), session: z.string() });

/** Registers the buttons of run messages and the modals they open. A press is in the journal before it is acknowledged. */
export function registerActions(app: App, context: SlackContext): void {
  registerDecisions(app, context);
  for (const kind of ['cancel', 'resume'] as const) {
    app.action<BlockAction<ButtonAction>>(`run.${kind}`, async ({ body, action, ack }) => {
      const runId = action.value ?? '';
      if (await checkRole(context, body, 'runner', `${kind} run ${runId}`, runId)) {
        const base = { id: `press:${body.trigger_id}`, at: context.now(), by: body.user.id };
        const applied = await context.runs.apply(runId, kind === 'cancel' ? { ...base, kind, reason: '' } : { ...base, kind });
        if (applied.outcome === 'refused') await tell(context, body, applied.refusal?.message ?? '');
      }
      await ack();
    });
  }
  app.action<BlockAction<ButtonAction>>('run.adopt', async ({ body, action, ack }) => {
    const { run, session } = Adoption.parse(JSON.parse(action.value ?? 'null'));
    if (await checkRole(context, body, 'runner', `take the change of ${session}`, run)) {
      const base = { id: `press:${body.trigger_id}`, at: context.now(), by: body.user.id };
      const applied = await context.runs.apply(run, { ...base, kind: 'adopt', session });
      if (applied.outcome === 'refused') await tell(context, body, applied.refusal?.message ?? '');
    }
    await ack();
  });
  registerAnswers(app, context);
  registerLogin(app, context);
}

/** A yes, a no, and the looks before them. */
function registerDecisions(app: App, context: SlackContext): void {
  app.action<BlockAction<ButtonAction>>('run.approve', async ({ body, action, ack }) => {
    await approve(context, body, action.value);
    await ack();
  });
  app.action<BlockAction<ButtonAction>>('run.reject', async ({ body, action, ack }) => {
    await ack();
    const press = await readPress(context, body, action.value, 'approver', 'reject');
    if (press === null) return;
    const settled = describeOver(press);
    if (settled !== null) return tell(context, body, settled);
    await context.client.views.open({ trigger_id: body.trigger_id, view: buildRejectModal(makeMeta(press, body)) });
  });
  app.action<BlockAction<ButtonAction>>('run.look', async ({ body, action, ack }) => {
    await ack();
    const press = await readPress(context, body, action.value, 'approver', 'look at');
    if (press === null) return;
    const settled = describeOver(press);
    if (settled !== null) return tell(context, body, settled);
    await context.client.views.open({ trigger_id: body.trigger_id, view: buildDecision(press, makeMeta(press, body)) });
  });
  app.action<BlockAction<ButtonAction>>('run.show', async ({ body, action, ack }) => {
    await ack();
    const press = await readPress(context, body, action.value, 'viewer', 'look');
    if (press === null) return;
    await context.client.views.open({ trigger_id: body.trigger_id, view: buildPlanModal(press.approval) });
  });
  registerSubmit(app, context, 'run.reject', (base, { approval }, read) => {
    return { ...base, kind: 'reject', via: 'button', approvalId: approval, reason: read('reason') };
  });
  registerSubmit(app, context, 'run.look', (base, { approval, digest, overBudget }) => {
    const over = overBudget === true ? { overBudget } : {};
    return { ...base, kind: 'approve', via: 'button', approvalId: approval, digest, ...over };
  });
}

/** Who was first, where somebody was. */
function describeOver({ approval }: Press): string | null {
  return approval.settled === null ? null : describeSettled(approval);
}

async function approve(context: SlackContext, body: BlockAction, value: string | undefined): Promise<void> {
  const press = await readPress(context, body, value, 'approver', 'approve');
  if (press === null) return;
  const { run, approval, digest, overBudget } = press.question;
  const applied = await context.runs.apply(run, {
    kind: 'approve',
    id: `press:${body.trigger_id}`,
    at: context.now(),
    by: body.user.id,
    via: 'button',
    approvalId: approval,
    digest,
    ...(overBudget === true ? { overBudget } : {}),
  });
  if (applied.outcome === 'refused') await tell(context, body, applied.refusal?.message ?? '');
  else await confirmElsewhere(context, body, press.state, 'Approved. The run goes on in its thread.');
}

function buildRejectModal(meta: Meta): View {
  return {
    type: 'modal',
    callback_id: 'run.reject',
    private_metadata: JSON.stringify(meta),
    title: { type: 'plain_text', text: 'Reject the plan' },
    submit: { type: 'plain_text', text: 'Reject' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      {
        type: 'input',
        block_id: 'reason',
        label: { type: 'plain_text', text: 'Why? The run remembers it.' },
        element: { type: 'plain_text_input', action_id: 'reason', multiline: true, max_length: 2_000 },
      },
    ],
  };
}

const MODAL_PIECE = 2_800;
const MODAL_PIECES = 30;

/** Everything that an approval allows, to the letter. */
export function buildPlanModal(approval: Approval): ModalView {
  const pieces = splitText(renderQuestion(approval.id, approval.title, approval.action, approval.digest));
  const shown = pieces.slice(0, MODAL_PIECES);
  return {
    type: 'modal',
    title: { type: 'plain_text', text: cut(`Question ${approval.id}`, 24) },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${escapeText(approval.title)}*\ndigest \`${approval.digest}\`` } },
      ...shown.map((text) => renderCode(text)),
      ...(pieces.length > shown.length
        ? [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: 'The rest hangs below the question as a file.' } }]
        : []),
    ],
  };
}

/** The same with the yes below it, for a question that is not shown whole where it was met. */
function buildDecision({ state, approval }: Press, meta: Meta): ModalView {
  const view = buildPlanModal(approval);
  if (needsFile(state, approval)) return view;
  const label = approval.overBudget === undefined ? 'Approve' : 'Approve over budget';
  const over = approval.overBudget === undefined ? '' : `\n*Over budget*: ${escapeText(approval.overBudget)}.`;
  const last = `Approving allows exactly this on *${escapeText(approval.action.site)}*, and nothing else.${over}`;
  return {
    ...view,
    callback_id: 'run.look',
    private_metadata: JSON.stringify(meta),
    submit: { type: 'plain_text', text: cut(label, 24) },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [...view.blocks, { type: 'section', text: { type: 'mrkdwn', text: cut(last, 2_900) } }],
  };
}

/** Pieces that a block can hold; a character is never cut in two. */
function splitText(text: string): string[] {
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    const last = text.charCodeAt(at + MODAL_PIECE - 1);
    const end = at + MODAL_PIECE - (last >= 0xd800 && last <= 0xdbff ? 1 : 0);
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}
