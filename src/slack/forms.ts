/** Modals that ask for what a command leaves out. The app opens them itself: what Slack gives a command to open one with is good for 3 s. */
import type { App, ViewSubmitAction } from '@slack/bolt';
import type { InputBlock } from '@slack/types';
import { z } from 'zod';
import { redactText } from '../core/redact.ts';
import { cut } from './blocks.ts';
import { splitWords, type Form, type FormRequest, type FormValues, type SlackContext, type Verb } from './command.ts';

const Meta = z.object({ channel: z.string(), name: z.string() });

/** The form of a verb whose words leave out what it needs; null for every other command. */
export function findForm(verbs: readonly Verb[], text: string): (Form & { readonly id: string }) | null {
  const [word = '', ...args] = splitWords(text);
  const verb = verbs.find((item) => item.id === word.toLowerCase());
  return verb?.form?.asks(args) === true ? { ...verb.form, id: nameForm(verb) } : null;
}

function nameForm(verb: Verb): string {
  return `form.${verb.id}`;
}

/** Opens the form; a sentence for the person where there is none to open. */
export async function openForm(form: Form & { readonly id: string }, request: FormRequest, triggerId: string): Promise<string | null> {
  const { context, channel, name } = request;
  try {
    const built = await form.build(request);
    if (typeof built === 'string') return built;
    await context.client.views.open({
      trigger_id: triggerId,
      view: {
        type: 'modal',
        callback_id: form.id,
        private_metadata: JSON.stringify({ channel, name }),
        close: { type: 'plain_text', text: 'Back' },
        ...built,
      },
    });
    return null;
  } catch (error) {
    context.log.warn({ err: error, form: form.id }, 'opening a form');
    return `The form did not open in time. Type the command again, or all of it: ${form.instead(name)}`;
  }
}

/** Registers what people send: errors stand at their fields, what came of it is told to the sender alone. */
export function registerForms(app: App, context: SlackContext, verbs: readonly Verb[]): void {
  for (const verb of verbs) {
    const { form } = verb;
    if (form === undefined) continue;
    app.view<ViewSubmitAction>(nameForm(verb), async ({ body, view, ack }) => {
      const { channel, name } = Meta.parse(JSON.parse(view.private_metadata));
      const user = body.user.id;
      const values = readValues(view.state.values);
      const request = { context, user, channel, name, deliveryId: `submit:${view.id}` };
      const answer = await form.submit(request, values).catch((error: unknown) => {
        context.log.error({ err: error, form: verb.id }, 'taking a form');
        const why = error instanceof Error ? error.message : String(error);
        const first = Object.keys(values)[0] ?? '';
        return { ok: false as const, problems: { [first]: `That did not work: ${redactText(why)} Sending it again is safe.` } };
      });
      if (!answer.ok) {
        const errors = Object.fromEntries(Object.entries(answer.problems).map(([field, why]) => [field, cut(why, 300)]));
        await ack({ response_action: 'errors', errors });
        return;
      }
      await ack();
      await context.client.chat.postEphemeral({ channel, user, text: answer.text });
    });
  }
}

/** What stands in each field, by the name of its block; nothing and an empty field are the same. */
function readValues(state: ViewSubmitAction['view']['state']['values']): FormValues {
  const read = ([block, elements]: [string, (typeof state)[string]]): [string, string] => {
    const [element] = Object.values(elements);
    const ticked = element?.selected_options?.map(({ value }) => value).join(',');
    return [block, element?.value ?? element?.selected_option?.value ?? ticked ?? ''];
  };
  return Object.fromEntries(Object.entries(state).map(read));
}

const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** A field of a form: its block carries its name, and so do its value and what is wrong with it. */
export function makeField(
  name: string,
  { label, hint, optional = true }: { readonly label: string; readonly hint: string; readonly optional?: boolean },
  element: InputBlock['element'],
): InputBlock {
  return { type: 'input', block_id: name, label: plain(label), hint: plain(hint), optional, element };
}
