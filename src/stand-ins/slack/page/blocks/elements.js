import { h, icon, toSafeHref } from '../dom.js';
import { openMenu } from '../menu.js';
import { nameChannel, state } from '../state.js';
import { act } from './act.js';
import { renderPicture } from './picture.js';
import { asList, asObject, asText, readText, renderPlain, renderTextObject } from './text.js';

/**
 * @typedef {import('./text.js').Json} Json
 * @typedef {import('./act.js').Surface} Surface
 * @typedef {{element: Json, blockId: string, surface: Surface, dispatches: boolean}} Place
 */

/** @type {Record<string, (place: Place) => HTMLElement>} */
const RENDERERS = {
  button: renderButton,
  workflow_button: renderButton,
  icon_button: renderButton,
  feedback_buttons: renderFeedback,
  overflow: renderOverflow,
  radio_buttons: renderChoices,
  checkboxes: renderChoices,
  datepicker: renderPicker,
  timepicker: renderPicker,
  datetimepicker: renderPicker,
  image: ({ element, surface }) => renderPicture(element, surface.files, 'accessory-image'),
};

/**
 * An interactive element. In an input block it only sends clicks when the block asks for it.
 * @param {Json} element
 * @param {string} blockId
 * @param {Surface} surface
 * @param {boolean} [dispatches]
 * @returns {HTMLElement}
 */
export function renderElement(element, blockId, surface, dispatches = true) {
  const type = asText(element['type']);
  const place = { element, blockId, surface, dispatches };
  const render = RENDERERS[type];
  if (render) return render(place);
  if (type.startsWith('multi_')) return renderChoices(place);
  if (type.endsWith('_select')) return renderSelect(place);
  return h('span', { class: 'unsupported' }, readText(element['text']) || `(${type})`);
}

/** @param {Place} place */
function renderButton({ element, blockId, surface }) {
  const style = asText(element['style']);
  const label = readText(element['text']);
  const href = toSafeHref(element['url']);
  const props = {
    class: `button ${style === 'primary' || style === 'danger' ? style : ''}`,
    'data-action-id': asText(element['action_id']) || null,
    'aria-label': asText(element['accessibility_label']) || null,
    onclick: () => void act(surface, blockId, element, { value: element['value'] }, control),
  };
  const control = href
    ? h('a', { ...props, href, target: '_blank', rel: 'noopener noreferrer' }, renderPlain(label))
    : h('button', { ...props, type: 'button' }, renderPlain(label));
  return control;
}

/** @param {Place} place */
function renderFeedback({ element, blockId, surface }) {
  const group = h('span', { class: 'feedback' });
  for (const name of ['positive_button', 'negative_button']) {
    const choice = asObject(element[name]);
    const button = h(
      'button',
      {
        type: 'button',
        class: 'button',
        'data-action-id': asText(element['action_id']) || null,
        onclick: () => void act(surface, blockId, element, { value: choice['value'] }, button),
      },
      renderPlain(readText(choice['text'])),
    );
    group.append(button);
  }
  return group;
}

/** @param {Place} place */
function renderOverflow({ element, blockId, surface }) {
  const choose = (/** @type {Json} */ option) => {
    const href = toSafeHref(option['url']);
    if (href) window.open(href, '_blank', 'noopener');
    void act(surface, blockId, element, { selected: option }, control, option);
  };
  const open = () =>
    openMenu(
      control,
      asList(element['options']).map((option) => ({ label: renderPlain(readText(option['text'])), choose: () => choose(option) })),
      'More actions',
    );
  const control = h(
    'button',
    {
      type: 'button',
      class: 'button overflow',
      'data-action-id': asText(element['action_id']),
      'aria-haspopup': 'menu',
      'aria-label': 'More actions',
      onclick: open,
    },
    icon('more'),
  );
  return control;
}

/**
 * The options of a menu: its own, or the people and channels of the workspace.
 * @param {Json} element
 * @returns {{group: string, options: Json[]}[]}
 */
function listOptions(element) {
  const type = asText(element['type']);
  const toOption = (/** @type {string} */ text, /** @type {string} */ value) => ({ text: { type: 'plain_text', text }, value });
  const people = (state.workspace?.users ?? []).map((user) => toOption(user.real_name || user.name, user.id));
  const channels = (state.workspace?.channels ?? [])
    .filter((channel) => channel.kind !== 'im')
    .map((channel) => toOption(`#${nameChannel(channel)}`, channel.id));
  if (type.endsWith('users_select')) return [{ group: '', options: people }];
  if (type.endsWith('channels_select')) return [{ group: '', options: channels }];
  if (type.endsWith('conversations_select')) return [{ group: '', options: channels }];
  const groups = asList(element['option_groups']);
  if (groups.length) return groups.map((group) => ({ group: readText(group['label']), options: asList(group['options']) }));
  return [{ group: '', options: asList(element['options']) }];
}

/** Name of the field in which Slack reports a choice. @param {string} type */
function nameField(type) {
  const kind = type.replace('multi_', '').replace('_select', '');
  const base =
    kind === 'users'
      ? 'selected_user'
      : kind === 'channels'
        ? 'selected_channel'
        : kind === 'conversations'
          ? 'selected_conversation'
          : 'selected_option';
  return type.startsWith('multi_') || type === 'checkboxes' ? `${base}s` : base;
}

/** @param {string} type @param {Json | undefined} option */
function toSelected(type, option) {
  return /users|channels|conversations/.test(type) ? (option?.['value'] ?? null) : (option ?? null);
}

/** @param {Json} element */
function listInitial(element) {
  const initial = Object.entries(element).filter(([name]) => name.startsWith('initial_'));
  return new Set(
    initial
      .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
      .map((one) => (typeof one === 'string' ? one : asText(asObject(one)['value']))),
  );
}

/** @param {Place} place */
function renderSelect({ element, blockId, surface, dispatches }) {
  const type = asText(element['type']);
  const groups = listOptions(element);
  const all = groups.flatMap((group) => group.options);
  const initial = [...listInitial(element)][0] ?? '';
  const toOption = (/** @type {Json} */ option) => h('option', { value: asText(option['value']) }, readText(option['text']));
  const control = h(
    'select',
    { class: 'select', 'data-action-id': asText(element['action_id']) || null, 'aria-label': readText(element['placeholder']) || 'Choose' },
    h('option', { value: '' }, readText(element['placeholder']) || 'Choose an option'),
    groups
      .map((group) => (group.group ? h('optgroup', { label: group.group }, group.options.map(toOption)) : group.options.map(toOption)))
      .flat(),
  );
  control.value = initial;
  const find = () => all.find((option) => asText(option['value']) === control.value);
  const read = () => ({ type, [nameField(type)]: toSelected(type, find()) });
  const write = (/** @type {Json} */ value) => {
    const selected = value[nameField(type)];
    control.value = typeof selected === 'string' ? selected : asText(asObject(selected)['value']);
  };
  surface.keep?.(blockId, asText(element['action_id']), read, write);
  if (dispatches)
    control.addEventListener(
      'change',
      () => find() && void act(surface, blockId, element, { selected: toSelected(type, find()) }, control, find()),
    );
  return control;
}

/** Radio buttons, checkboxes and menus of several choices: all are lists to tick. @param {Place} place */
function renderChoices({ element, blockId, surface, dispatches }) {
  const type = asText(element['type']);
  const isRadio = type === 'radio_buttons';
  const name = `choice-${Math.random().toString(36).slice(2)}`;
  const initial = listInitial(element);
  const options = listOptions(element).flatMap((group) => group.options);
  const boxes = options.map((option) =>
    h('input', { type: isRadio ? 'radio' : 'checkbox', name, checked: initial.has(asText(option['value'])) }),
  );
  const chosen = () => options.filter((_option, index) => boxes[index]?.checked).map((option) => toSelected(type, option));
  const control = h(
    'div',
    {
      class: type.startsWith('multi_') ? 'choices boxed' : 'choices',
      role: isRadio ? 'radiogroup' : 'group',
      'data-action-id': asText(element['action_id']) || null,
    },
    options.map((option, index) =>
      h(
        'label',
        { class: 'choice' },
        boxes[index],
        h(
          'span',
          {},
          renderTextObject(option['text']),
          option['description'] ? h('span', { class: 'choice-hint' }, renderTextObject(option['description'])) : null,
        ),
      ),
    ),
  );
  const read = () => ({ type, [nameField(type)]: isRadio ? (chosen()[0] ?? null) : chosen() });
  const write = (/** @type {Json} */ value) => {
    const kept = value[nameField(type)];
    const values = new Set(
      (Array.isArray(kept) ? kept : [kept]).map((one) => (typeof one === 'string' ? one : asText(asObject(one)['value']))),
    );
    for (const [index, option] of options.entries()) {
      const box = boxes[index];
      if (box) box.checked = values.has(asText(option['value']));
    }
  };
  surface.keep?.(blockId, asText(element['action_id']), read, write);
  if (dispatches)
    control.addEventListener(
      'change',
      () => void act(surface, blockId, element, { selected: isRadio ? (chosen()[0] ?? null) : chosen() }, control),
    );
  return control;
}

/** Date, time, or both. @param {Place} place */
function renderPicker({ element, blockId, surface, dispatches }) {
  const type = asText(element['type']);
  const kind = type === 'datepicker' ? 'date' : type === 'timepicker' ? 'time' : 'datetime-local';
  const field = type === 'datepicker' ? 'selected_date' : type === 'timepicker' ? 'selected_time' : 'selected_date_time';
  const control = h('input', {
    type: kind,
    class: 'input picker',
    'data-action-id': asText(element['action_id']) || null,
    'aria-label': readText(element['placeholder']) || (kind === 'time' ? 'Time' : 'Date'),
  });
  const toField = (/** @type {unknown} */ value) => {
    if (kind !== 'datetime-local' || !value) return asText(value);
    const local = new Date(Number(value) * 1000);
    return new Date(local.getTime() - local.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  };
  const current = () =>
    control.value === '' ? null : kind === 'datetime-local' ? Math.floor(new Date(control.value).getTime() / 1000) : control.value;
  control.value = toField(element['initial_date'] ?? element['initial_time'] ?? element['initial_date_time']);
  surface.keep?.(
    blockId,
    asText(element['action_id']),
    () => ({ type, [field]: current() }),
    (value) => void (control.value = toField(value[field])),
  );
  if (dispatches) control.addEventListener('change', () => void act(surface, blockId, element, { selected: current() }, control));
  return control;
}
