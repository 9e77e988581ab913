import { isDict } from './block-rules.ts';
import type { Dict } from './state.ts';

export type Values = Record<string, Record<string, unknown>>;

interface Holder {
  /** The field of the state that holds the answer. */
  readonly field: string;
  /** The field of the element that holds the answer it starts with. */
  readonly initial: string;
  readonly empty: unknown;
  /** True when the answer is one of the element's options. */
  readonly options?: boolean;
}

const one = (field: string, initial: string): Holder => ({ field, initial, empty: null });
const textual = one('value', 'initial_value');
const holders: Readonly<Record<string, Holder>> = {
  plain_text_input: textual,
  email_text_input: textual,
  url_text_input: textual,
  number_input: textual,
  rich_text_input: one('rich_text_value', 'initial_value'),
  static_select: { ...one('selected_option', 'initial_option'), options: true },
  external_select: { ...one('selected_option', 'initial_option'), options: true },
  radio_buttons: { ...one('selected_option', 'initial_option'), options: true },
  multi_static_select: { field: 'selected_options', initial: 'initial_options', empty: [], options: true },
  checkboxes: { field: 'selected_options', initial: 'initial_options', empty: [], options: true },
  users_select: one('selected_user', 'initial_user'),
  multi_users_select: { field: 'selected_users', initial: 'initial_users', empty: [] },
  channels_select: one('selected_channel', 'initial_channel'),
  conversations_select: one('selected_conversation', 'initial_conversation'),
  multi_conversations_select: { field: 'selected_conversations', initial: 'initial_conversations', empty: [] },
  datepicker: one('selected_date', 'initial_date'),
  timepicker: one('selected_time', 'initial_time'),
  datetimepicker: one('selected_date_time', 'initial_date_time'),
  file_input: { field: 'files', initial: 'initial_files', empty: [] },
};

export interface FoundElement {
  readonly blockId: string;
  readonly element: Dict;
  readonly block: Dict;
}

/** All elements of blocks that a person can act on. */
export function listElements(blocks: readonly Dict[]): FoundElement[] {
  return blocks.flatMap((block) => findInside(block).map((element) => ({ blockId: String(block['block_id']), element, block })));
}

function findInside(value: unknown): Dict[] {
  if (Array.isArray(value)) return value.flatMap(findInside);
  if (!isDict(value)) return [];
  const own = typeof value['type'] === 'string' && isActionable(value) ? [value] : [];
  return [...own, ...Object.values(value).flatMap(findInside)];
}

function isActionable(value: Dict): boolean {
  return (
    typeof value['action_id'] === 'string' ||
    holders[String(value['type'])] !== undefined ||
    ['button', 'overflow'].includes(String(value['type']))
  );
}

/** What an element holds after somebody gave it `raw`: a plain answer, an option, or the state object itself. */
export function readAnswer(element: Dict, raw: unknown): Dict {
  const type = String(element['type']);
  const holder = holders[type] ?? textual;
  if (raw === undefined) return { type, [holder.field]: element[holder.initial] ?? holder.empty };
  if (isDict(raw) && holder.field in raw) return { type, [holder.field]: toAnswer(element, holder, raw[holder.field]) };
  return { type, [holder.field]: toAnswer(element, holder, raw) };
}

function toAnswer(element: Dict, holder: Holder, raw: unknown): unknown {
  if (raw === null || raw === '') return holder.empty;
  if (Array.isArray(holder.empty)) {
    const list: unknown[] = Array.isArray(raw) ? raw : [raw];
    return holder.options === true ? list.flatMap((item) => findOption(element, item) ?? []) : list;
  }
  if (holder.options === true) return findOption(element, Array.isArray(raw) ? raw[0] : raw) ?? null;
  return holder.field === 'value' && typeof raw === 'number' ? String(raw) : raw;
}

// Given by its value or as a whole; only options that the element offers count.
function findOption(element: Dict, raw: unknown): Dict | undefined {
  const value = isDict(raw) ? raw['value'] : raw;
  const groups = Array.isArray(element['option_groups']) ? (element['option_groups'] as Dict[]) : [];
  const offered = [element, ...groups].flatMap((source) => (Array.isArray(source['options']) ? (source['options'] as Dict[]) : []));
  const known = offered.find((option) => option['value'] === value);
  return known ?? (element['type'] === 'external_select' && isDict(raw) ? raw : undefined);
}

/** The state of all inputs: what was given, else what each starts with. */
export function collectValues(blocks: readonly Dict[], given: Values): Values {
  const values: Values = {};
  for (const { blockId, element } of listElements(blocks)) {
    if (holders[String(element['type'])] === undefined) continue;
    const actionId = String(element['action_id']);
    (values[blockId] ??= {})[actionId] = readAnswer(element, given[blockId]?.[actionId]);
  }
  return values;
}

/** Complaints about required inputs left empty, as Slack's own clients make before they submit. */
export function findMissing(blocks: readonly Dict[], values: Values): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { blockId, element, block } of listElements(blocks)) {
    if (block['type'] !== 'input' || block['optional'] === true) continue;
    const holder = holders[String(element['type'])];
    const state = values[blockId]?.[String(element['action_id'])];
    const answer = holder === undefined || !isDict(state) ? undefined : state[holder.field];
    const isEmpty = answer === null || answer === undefined || answer === '' || (Array.isArray(answer) && answer.length === 0);
    if (holder !== undefined && isEmpty) errors[blockId] = 'Please complete this required field.';
  }
  return errors;
}

/** The fields that an action payload carries for what was done to an element. */
export function buildActionFields(element: Dict, answer: { value?: unknown; selected?: unknown }): Dict {
  const type = String(element['type']);
  if (type === 'button') return { text: element['text'], ...(element['value'] === undefined ? {} : { value: element['value'] }) };
  if (type === 'icon_button' || type === 'feedback_buttons') return { value: answer.value ?? element['value'] };
  if (type === 'overflow') return { selected_option: findOption(element, answer.selected ?? answer.value) ?? null };
  const { type: _type, ...fields } = readAnswer(element, answer.selected ?? answer.value ?? null);
  return fields;
}
