import { addFault, clearFaults, disturbSockets, getFaults, getTraffic } from './api.js';
import { byId, fill, h, iconButton } from './dom.js';
import { showProblem, showToast } from './notices.js';
import { on } from './state.js';

/**
 * @typedef {import('../page-api.ts').TrafficEntry} TrafficEntry
 * @typedef {import('../page-api.ts').Fault} Fault
 */

const KEPT = 500;
/** @type {Record<TrafficEntry['direction'], string>} */
const ARROWS = {
  'api-call': 'bot → api',
  'socket-out': '→ bot',
  'socket-in': 'bot →',
  'http-out': '→ bot http',
  'response-url': 'bot → url',
};

/** @type {{label: string, hint: string, start: () => Promise<unknown>}[]} */
const FAULTS = [
  { label: 'Drop sockets', hint: 'Breaks every connection of the bot, once', start: () => disturbSockets('drop') },
  { label: 'Ask to refresh', hint: 'Sends disconnect/refresh_requested', start: () => disturbSockets('refresh_requested') },
  {
    label: '429 on chat.update',
    hint: 'The next 3 calls are answered 429, Retry-After 3',
    start: () => addFault({ kind: 'rate-limit', method: 'chat.update', times: 3, retry_after: 3 }),
  },
  {
    label: 'Lose an answer',
    hint: 'The next chat.postMessage is carried out, but the connection breaks',
    start: () => addFault({ kind: 'lost-answer', method: 'chat.postMessage', times: 1 }),
  },
  {
    label: 'Duplicate envelopes',
    hint: 'The next 5 envelopes arrive twice',
    start: () => addFault({ kind: 'duplicate-envelope', times: 5 }),
  },
  { label: 'Delay envelopes 5 s', hint: 'Commands and clicks time out', start: () => addFault({ kind: 'delay', ms: 5000, times: 3 }) },
];

/** @type {Map<number, TrafficEntry>} */
const entries = new Map();
let follows = true;
let filter = '';
const list = h('div', { class: 'traffic', role: 'list', 'aria-label': 'Traffic' });
const active = h('span', { class: 'quiet' });

/** Collects traffic from the first moment, so that opening the drawer shows what just happened. */
export function startInspector() {
  on('traffic', (/** @type {TrafficEntry} */ entry) => add(entry));
  list.addEventListener('scroll', () => {
    follows = list.scrollHeight - list.scrollTop - list.clientHeight < 30;
    const box = byId('inspector').querySelector('#follow');
    if (box instanceof HTMLInputElement) box.checked = follows;
  });
}

/** Shows or hides the drawer. */
export function toggleInspector() {
  if (closeInspector()) return;
  const pane = byId('inspector');
  pane.hidden = false;
  document.body.classList.add('has-inspector');
  fill(pane, renderHead(), renderFaults(), renderFilter(), list);
  drawAll();
  const newest = Math.max(0, ...entries.keys());
  getTraffic(newest)
    .then((answer) => answer.entries.forEach(add))
    .catch((error) => showProblem('Reading the traffic', error));
  void showActive();
  pane.querySelector('input')?.focus();
}

/** Hides the drawer; answers whether it was open. */
export function closeInspector() {
  const pane = byId('inspector');
  if (pane.hidden) return false;
  pane.hidden = true;
  document.body.classList.remove('has-inspector');
  return true;
}

function renderHead() {
  return h(
    'header',
    { class: 'pane-head' },
    h('div', { class: 'pane-title' }, h('h2', {}, 'Traffic'), h('span', { class: 'quiet' }, 'Slack protocol, secrets masked')),
    iconButton('close', 'Close inspector', closeInspector),
  );
}

function renderFaults() {
  const buttons = FAULTS.map((fault) =>
    h(
      'button',
      { type: 'button', class: 'button small', title: fault.hint, onclick: () => void inject(fault.label, fault.start) },
      fault.label,
    ),
  );
  const clear = h(
    'button',
    { type: 'button', class: 'button small', onclick: () => void inject('Faults cleared', clearFaults) },
    'Clear faults',
  );
  return h(
    'details',
    { class: 'faults', open: true },
    h('summary', {}, 'Make something go wrong ', active),
    h('div', { class: 'fault-buttons' }, buttons, clear),
  );
}

/** @param {string} label @param {() => Promise<unknown>} start */
async function inject(label, start) {
  try {
    await start();
    showToast(label);
    await showActive();
  } catch (error) {
    showProblem(label, error);
  }
}

async function showActive() {
  const answer = await getFaults().catch(() => ({ faults: [] }));
  const count = answer.faults?.length ?? 0;
  active.textContent = count ? `· ${count} waiting` : '';
}

function renderFilter() {
  const input = h('input', {
    class: 'input',
    type: 'search',
    placeholder: 'Filter: name, direction or content',
    'aria-label': 'Filter traffic',
    value: filter,
  });
  input.addEventListener('input', () => {
    filter = input.value.toLowerCase();
    drawAll();
  });
  const follow = h('input', { type: 'checkbox', id: 'follow', checked: follows });
  follow.addEventListener('change', () => {
    follows = follow.checked;
    if (follows) list.scrollTop = list.scrollHeight;
  });
  const wipe = h('button', { type: 'button', class: 'button small', onclick: () => wipeShown() }, 'Clear list');
  return h('div', { class: 'traffic-filter' }, input, h('label', {}, follow, 'Follow'), wipe);
}

function wipeShown() {
  entries.clear();
  drawAll();
}

/** @param {TrafficEntry} entry */
function matches(entry) {
  return (
    filter === '' ||
    `${entry.direction} ${entry.name} ${entry.status} ${JSON.stringify(entry.request)} ${JSON.stringify(entry.response)}`
      .toLowerCase()
      .includes(filter)
  );
}

/** @param {TrafficEntry} entry */
function add(entry) {
  const isNew = !entries.has(entry.n);
  entries.set(entry.n, entry);
  if (entries.size > KEPT) {
    const oldest = Math.min(...entries.keys());
    entries.delete(oldest);
    list.querySelector(`[data-n="${oldest}"]`)?.remove();
  }
  if (byId('inspector').hidden || !matches(entry)) return;
  const row = renderEntry(entry);
  const old = isNew ? null : list.querySelector(`[data-n="${entry.n}"]`);
  if (old) old.replaceWith(row);
  else list.append(row);
  if (follows) list.scrollTop = list.scrollHeight;
}

function drawAll() {
  const shown = [...entries.values()].sort((a, b) => a.n - b.n).filter(matches);
  fill(list, shown.length ? shown.map(renderEntry) : h('p', { class: 'quiet traffic-empty' }, 'Nothing to show yet.'));
  if (follows) list.scrollTop = list.scrollHeight;
}

/** A Web API call with a word for its status was refused with that word. @param {TrafficEntry} entry */
function isTrouble({ direction, status }) {
  if (typeof status === 'number') return status >= 400;
  return direction === 'api-call' ? status !== 'ok' : /unmatched|unknown|drop|late|lost|timeout|error|fail|too_/i.test(status);
}

/** @param {TrafficEntry} entry */
function renderEntry(entry) {
  list.querySelector('.traffic-empty')?.remove();
  const isBad = isTrouble(entry);
  const row = h(
    'details',
    { class: `entry ${entry.direction}`, 'data-n': entry.n, role: 'listitem' },
    h(
      'summary',
      {},
      h('time', {}, new Date(entry.at).toLocaleTimeString([], { hour12: false })),
      h('span', { class: 'entry-direction' }, ARROWS[entry.direction] ?? entry.direction),
      h('span', { class: 'entry-name' }, entry.name),
      h('span', { class: isBad ? 'entry-status bad' : 'entry-status' }, String(entry.status)),
      entry.milliseconds === null ? null : h('span', { class: 'quiet' }, `${Math.round(entry.milliseconds)} ms`),
    ),
  );
  row.addEventListener('toggle', () => {
    if (row.open && row.childElementCount === 1) row.append(renderJson('Request', entry.request), renderJson('Response', entry.response));
  });
  return row;
}

/** @param {string} title @param {unknown} value */
function renderJson(title, value) {
  if (value === null || value === undefined) return h('div');
  return h('div', { class: 'json' }, h('h3', {}, title), h('pre', { tabindex: '0' }, JSON.stringify(value, null, 2)));
}
