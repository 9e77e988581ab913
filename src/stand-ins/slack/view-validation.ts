import { anything, Complaints, flag, isDict, object, oneOf, plainText, type Rule, text } from './block-rules.ts';
import { checkBlocks } from './blocks-validation.ts';
import type { Dict } from './state.ts';

const shared = {
  private_metadata: text(3000, 0),
  callback_id: text(255, 0),
  external_id: text(255, 0),
  clear_on_close: flag,
  notify_on_close: flag,
  submit_disabled: flag,
};

const rules: Record<'modal' | 'home', Rule> = {
  modal: object({
    required: { type: oneOf('modal'), title: plainText(24), blocks: anything },
    optional: { submit: plainText(24), close: plainText(24), ...shared },
  }),
  home: object({
    required: { type: oneOf('home'), blocks: anything },
    optional: { title: plainText(24), submit: plainText(24), close: plainText(24), ...shared },
  }),
};

export interface ViewCheck {
  readonly error: 'invalid_arguments' | 'view_too_large' | undefined;
  readonly messages: string[];
  readonly view: Dict;
}

const largestView = 250_000;

/** Checks a view as views.open, update, push and publish do. */
export function validateView(raw: unknown, surface: 'modal' | 'home', showsImage: (id: string) => boolean): ViewCheck {
  const complaints = new Complaints();
  if (!isDict(raw)) return { error: 'invalid_arguments', messages: ['[ERROR] must be an object [json-pointer:/view]'], view: {} };
  if (JSON.stringify(raw).length > largestView) return { error: 'view_too_large', messages: [], view: {} };
  rules[surface](raw, '/view', complaints, { surface, showsImage });
  if (raw['blocks'] !== undefined) checkBlocks(raw['blocks'], '/view/blocks', 100, { surface, showsImage }, complaints);
  const hasInput = Array.isArray(raw['blocks']) && raw['blocks'].some((one) => isDict(one) && one['type'] === 'input');
  if (surface === 'modal' && hasInput && raw['submit'] === undefined) complaints.add('/view', 'missing required field: submit');
  return complaints.messages.length > 0
    ? { error: 'invalid_arguments', messages: complaints.messages, view: {} }
    : { error: undefined, messages: [], view: raw };
}
