import { el } from './dom.js';
import { placeLanes } from './lanes.js';
import { nameOf } from './model.js';
import { drawRail } from './rail.js';
import { showTime } from './words.js';

const BEYOND = 8;
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

/**
 * The list of moments, of which only those in view are in the document. Arrow keys, Page keys, Home and End move; Enter and a click choose,
 * and `onChoose(moment)` hears of it.
 */
export class Timeline {
  #box;
  #model;
  #onChoose;
  #inner = el('div', { class: 'rows', role: 'feed', 'aria-label': 'Moments, oldest first', 'aria-busy': 'false' });
  #empty = el('p', { class: 'notice', hidden: true }, 'No moment matches these filters.');
  /** Places of the moments that are shown, and the rows of them that are in the document. */
  #places = [];
  #rows = new Map();
  #lanes;
  /** The row that Tab reaches. */
  #at = 0;
  #chosen = '';
  #waits = false;

  constructor(box, model, onChoose) {
    this.#box = box;
    this.#model = model;
    this.#onChoose = onChoose;
    this.#lanes = placeLanes(model, []);
    box.replaceChildren(this.#inner, this.#empty);
    this.#inner.addEventListener('click', (event) => this.#takeClick(event));
    this.#inner.addEventListener('keydown', (event) => this.#takeKey(event));
    box.addEventListener('scroll', () => this.#drawSoon());
    addEventListener('resize', () => this.#redraw());
  }

  /** Shows the moments at these places. */
  show(places) {
    this.#places = places;
    this.#lanes = placeLanes(this.#model, places);
    this.#at = Math.max(0, places.indexOf(this.#model.places.get(this.#chosen) ?? -1));
    this.#empty.hidden = places.length > 0;
    this.#redraw();
  }

  /** Marks the chosen moment, and brings it into view where it is among those shown. */
  choose(id, reveal) {
    this.#chosen = id;
    const row = this.#places.indexOf(this.#model.places.get(id) ?? -1);
    if (row >= 0) this.#at = row;
    if (row >= 0 && reveal) this.#box.scrollTop = Math.max(0, row * this.#height() - this.#box.clientHeight / 2);
    this.#draw();
  }

  focus() {
    this.#moveTo(this.#at);
  }

  #height() {
    return Number.parseFloat(getComputedStyle(this.#box).getPropertyValue('--row')) || 40;
  }

  #redraw() {
    for (const element of this.#rows.values()) element.remove();
    this.#rows = new Map();
    this.#draw();
  }

  #drawSoon() {
    if (this.#waits) return;
    this.#waits = true;
    requestAnimationFrame(() => {
      this.#waits = false;
      this.#draw();
    });
  }

  #draw() {
    const height = this.#height();
    const { scrollTop, clientHeight } = this.#box;
    this.#inner.style.height = `${this.#places.length * height}px`;
    const first = Math.max(0, Math.floor(scrollTop / height) - BEYOND);
    const last = Math.min(this.#places.length - 1, Math.ceil((scrollTop + clientHeight) / height) + BEYOND);
    const kept = new Map();
    for (let row = first; row <= last; row += 1) kept.set(row, this.#rows.get(row) ?? this.#makeRow(row, height));
    for (const [row, element] of this.#rows) {
      if (kept.has(row)) continue;
      // What has the focus stays, wherever it is scrolled to.
      if (element === document.activeElement) kept.set(row, element);
      else element.remove();
    }
    this.#rows = new Map([...kept].sort(([a], [b]) => a - b));
    for (const [index, [row, element]] of [...this.#rows].entries()) {
      if (this.#inner.children[index] !== element) this.#inner.insertBefore(element, this.#inner.children[index] ?? null);
      element.setAttribute('tabindex', row === this.#at ? '0' : '-1');
      element.classList.toggle('chosen', element.dataset.id === this.#chosen);
    }
  }

  #makeRow(row, height) {
    const place = this.#places[row];
    const element = drawRow(this.#model, this.#model.moments[place], row, this.#places.length);
    element.prepend(drawRail(this.#model, this.#lanes, place, row, height));
    element.style.transform = `translateY(${row * height}px)`;
    return element;
  }

  #moveTo(row) {
    const height = this.#height();
    this.#at = Math.min(Math.max(row, 0), this.#places.length - 1);
    const top = this.#at * height;
    const { scrollTop, clientHeight } = this.#box;
    if (top < scrollTop) this.#box.scrollTop = top;
    if (top + height > scrollTop + clientHeight) this.#box.scrollTop = top + height - clientHeight;
    this.#draw();
    this.#rows.get(this.#at)?.focus({ preventScroll: true });
  }

  #rowOf(event) {
    return [...this.#rows].find(([, element]) => element.contains(event.target))?.[0];
  }

  #takeClick(event) {
    const row = this.#rowOf(event);
    if (row !== undefined) this.#choose(row);
  }

  #takeKey(event) {
    const row = this.#rowOf(event);
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') this.#choose(row);
    else if (event.key in STEPS) this.#moveTo(row + STEPS[event.key]);
    else return;
    event.preventDefault();
  }

  #choose(row) {
    this.#at = row;
    this.#onChoose(this.#model.moments[this.#places[row]]);
  }
}

function drawRow(model, moment, row, count) {
  const branch = model.branches.get(moment.branch);
  const dead = branch?.as === 'dead end';
  const text = `row-${moment.id}`;
  return el(
    'article',
    { class: `row kind-${moment.kind}`, 'data-id': moment.id, 'aria-posinset': row + 1, 'aria-setsize': count, 'aria-labelledby': text },
    el(
      'div',
      { class: 'row-text', id: text },
      el('time', { datetime: new Date(moment.at).toISOString() }, showTime(moment.at)),
      el('span', { class: 'kind' }, moment.kind),
      dead ? el('span', { class: 'badge dead' }, 'dead end') : null,
      el('span', { class: 'said' }, moment.by === undefined ? '' : el('b', {}, `${nameOf(model, moment.by)}: `), moment.text),
      moment.run === undefined ? null : el('span', { class: 'where' }, `${model.runs.get(moment.run)?.about ?? ''} ${moment.run}`),
    ),
  );
}
