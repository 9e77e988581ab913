import { uploadFile } from '../api.js';
import { h } from '../dom.js';
import { showProblem } from '../notices.js';
import { findBotDm, state } from '../state.js';
import { act } from './act.js';
import { renderElement } from './elements.js';
import { asObject, asText, readText, renderPlain } from './text.js';

/**
 * @typedef {import('./text.js').Json} Json
 * @typedef {import('./act.js').Surface} Surface
 */

const FIELD_TYPES = { number_input: 'number', email_text_input: 'email', url_text_input: 'url' };
let serial = 0;

/** An `input` block: label, element, hint, and room for what is wrong with it. @param {Json} block @param {Surface} surface */
export function renderInput(block, surface) {
  const element = asObject(block['element']);
  const id = `input-${(serial += 1)}`;
  const control = renderControl(element, asText(block['block_id']), surface, block['dispatch_action'] === true);
  const field = control.matches('input, textarea, select') ? control : control.querySelector('input, textarea, select');
  const isGroup = control.classList.contains('choices');
  (isGroup ? control : field)?.setAttribute('aria-labelledby', `${id}-label`);
  (isGroup ? control : field)?.setAttribute('aria-describedby', `${id}-hint ${id}-error`);
  field?.setAttribute('id', id);
  if (block['optional'] !== true) field?.setAttribute('data-required', 'true');
  return h(
    'div',
    { class: 'input-block', 'data-optional': block['optional'] === true ? 'true' : 'false' },
    h(
      'label',
      { class: 'input-label', id: `${id}-label`, for: isGroup ? null : id },
      renderPlain(readText(block['label'])),
      block['optional'] === true ? h('span', { class: 'optional' }, ' (optional)') : null,
    ),
    control,
    h('div', { class: 'input-error', id: `${id}-error`, role: 'alert' }),
    h('div', { class: 'input-hint', id: `${id}-hint` }, block['hint'] ? renderPlain(readText(block['hint'])) : null),
  );
}

/** @param {Json} element @param {string} blockId @param {Surface} surface @param {boolean} dispatches @returns {HTMLElement} */
function renderControl(element, blockId, surface, dispatches) {
  const type = asText(element['type']);
  if (type === 'file_input') return renderFileInput(element, blockId, surface);
  if (type === 'plain_text_input' || type === 'rich_text_input' || type in FIELD_TYPES)
    return renderField(element, blockId, surface, dispatches);
  return renderElement(element, blockId, surface, dispatches);
}

/** @param {Json} element @param {string} blockId @param {Surface} surface @param {boolean} dispatches */
function renderField(element, blockId, surface, dispatches) {
  const type = asText(element['type']);
  const actionId = asText(element['action_id']);
  const isLong = type === 'rich_text_input' || element['multiline'] === true;
  const props = {
    class: 'input',
    'data-action-id': actionId || null,
    placeholder: readText(element['placeholder']) || null,
    maxlength: asText(element['max_length']) || null,
    autofocus: element['focus_on_load'] === true,
  };
  const limits = {
    min: asText(element['min_value']) || null,
    max: asText(element['max_value']) || null,
    step: element['is_decimal_allowed'] ? 'any' : null,
  };
  const isSecret = /password|token|secret|api_key/i.test(`${blockId} ${actionId}`);
  const kind = isSecret ? 'password' : (FIELD_TYPES[/** @type {keyof typeof FIELD_TYPES} */ (type)] ?? 'text');
  const control = isLong ? h('textarea', { ...props, rows: '4' }) : h('input', { ...props, ...limits, type: kind, autocomplete: 'off' });
  control.value = type === 'rich_text_input' ? '' : asText(element['initial_value']);
  const read = () =>
    type === 'rich_text_input'
      ? { type, rich_text_value: toRichText(control.value) }
      : { type, value: control.value === '' ? null : control.value };
  const write = (/** @type {Json} */ value) => {
    if (type !== 'rich_text_input') control.value = asText(value['value']);
  };
  surface.keep?.(blockId, actionId, read, write);
  if (dispatches) control.addEventListener('change', () => void act(surface, blockId, element, { value: control.value }, control));
  return control;
}

/** @param {string} text */
function toRichText(text) {
  if (text === '') return null;
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] };
}

/** Files go to the direct message with the bot at once; the submission names them. @param {Json} element @param {string} blockId @param {Surface} surface */
function renderFileInput(element, blockId, surface) {
  const actionId = asText(element['action_id']);
  /** @type {{id: string}[]} */
  let files = [];
  const control = h('input', {
    type: 'file',
    class: 'input',
    multiple: Number(element['max_files'] ?? 10) > 1,
    'data-action-id': actionId,
  });
  const upload = async () => {
    const channel = findBotDm()?.id ?? state.channel;
    const sent = await Promise.all([...(control.files ?? [])].map((file) => uploadFile({ user: state.user, channel, file })));
    files = sent.map((one) => ({ id: one.file_id }));
  };
  control.addEventListener('change', () => {
    control.setAttribute('aria-busy', 'true');
    upload()
      .catch((error) => showProblem('Uploading the file', error))
      .finally(() => control.removeAttribute('aria-busy'));
  });
  surface.keep?.(
    blockId,
    actionId,
    () => ({ type: 'file_input', files }),
    () => undefined,
  );
  return control;
}
