import { el } from './dom.js';
import { KINDS } from './filter.js';
import { nameOf, nameRun } from './model.js';

/** The row of filters. `onChange(part)` hears of every change; the answer sets the fields to a state. */
export function createFilters(form, model, onChange) {
  const boxes = KINDS.map((kind) => el('input', { type: 'checkbox', value: kind, name: 'kind' }));
  const text = el('input', { type: 'search', name: 'q', placeholder: 'Words in the moments', 'aria-label': 'Search' });
  const people = [...new Set(model.moments.flatMap(({ by }) => by ?? []))].sort((a, b) => nameOf(model, a).localeCompare(nameOf(model, b)));
  const run = choice(
    'Run',
    'Every run',
    model.story.runs.map(({ id }) => [id, nameRun(model, id)]),
  );
  const person = choice(
    'Person',
    'Everybody',
    people.map((id) => [id, nameOf(model, id)]),
  );
  const clear = el('button', { type: 'reset' }, 'Show all');
  form.replaceChildren(
    text,
    el(
      'fieldset',
      { class: 'kinds' },
      el('legend', { class: 'unseen' }, 'Kinds'),
      boxes.map((box) => el('label', { class: `chip kind-${box.value}` }, box, el('span', { class: 'kind' }, box.value))),
    ),
    run.label,
    person.label,
    clear,
  );
  const read = () => ({
    kinds: boxes.filter((box) => box.checked).map((box) => box.value),
    run: run.select.value,
    person: person.select.value,
    text: text.value,
  });
  form.addEventListener('input', () => onChange(read()));
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    onChange({ kinds: [], run: '', person: '', text: '' });
  });
  return (state) => {
    for (const box of boxes) box.checked = state.kinds.includes(box.value);
    run.select.value = state.run;
    person.select.value = state.person;
    if (text.value !== state.text) text.value = state.text;
  };
}

function choice(label, all, options) {
  const select = el(
    'select',
    { 'aria-label': label },
    el('option', { value: '' }, all),
    options.map(([value, words]) => el('option', { value }, words)),
  );
  return { select, label: el('label', { class: 'field' }, label, ' ', select) };
}
