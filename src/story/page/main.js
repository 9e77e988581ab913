import { createChart } from './chart.js';
import { drawDetail, drawLessons } from './detail.js';
import { drawDiff } from './diff-panel.js';
import { el } from './dom.js';
import { createFilter, readAddress, writeAddress } from './filter.js';
import { createFilters } from './filters.js';
import { findMoment, nameOf, readStory } from './model.js';
import { Timeline } from './timeline.js';
import { showCount, showDay, showTime } from './words.js';

const MOST_PRINTED = 2_000;
const byId = (id) => document.getElementById(id);
const model = readStory(byId('story').textContent);
const filter = createFilter(model);
const keyOf = ({ of, name, unit }) => `${of} ${name} ${unit}`;
let state = readAddress(location.hash);
let places = [];
const narrow = matchMedia('(max-width: 900px)');

const timeline = new Timeline(byId('timeline'), model, (moment) => {
  choose(moment);
  // On a narrow page the panels lie below the list.
  if (narrow.matches) byId('detail').scrollIntoView({ block: 'nearest' });
});
const chart = createChart(byId('chart'), byId('readout'), model, (moment) => choose(moment, true));
const setFilters = createFilters(byId('filters'), model, (part) => change(part));

function choose(moment, reveal = false) {
  change({ moment: moment.id }, reveal);
}

/** The state becomes another one; the address follows, so that it can be sent to somebody. */
function change(part, reveal = false) {
  const before = state;
  state = { ...state, ...part };
  show(before, reveal);
  try {
    history.replaceState(null, '', writeAddress(state));
  } catch {
    // Some browsers take only so many changes of the address in half a minute; the next one takes this one along.
  }
}

function show(before, reveal) {
  const differs = (...keys) => before === null || keys.some((key) => String(before[key]) !== String(state[key]));
  if (differs('kinds', 'run', 'person', 'text')) {
    places = filter(state);
    setFilters(state);
    timeline.show(places);
    byId('count').textContent = `${places.length.toLocaleString('en')} of ${showCount(model.moments.length, 'moment')}`;
    const lessons = model.story.lessons.filter(({ run }) => state.run === '' || run === state.run);
    drawLessons(byId('lessons'), model, lessons, (moment) => choose(moment, true));
  }
  if (differs('moment')) {
    timeline.choose(state.moment, reveal);
    drawDetail(byId('detail'), model, findMoment(model, state.moment), act);
  }
  if (differs('a', 'b')) {
    const [a, b] = [findMoment(model, state.a), findMoment(model, state.b)];
    drawDiff(byId('diff'), model, a, b, (moment) => choose(moment, true), act);
  }
  if (differs('metric')) showMetric();
}

function act(name, moment) {
  if (name === 'swap') change({ a: state.b, b: state.a });
  else if (name === 'run') change({ run: moment.run });
  else change({ [name]: moment?.id ?? '' });
}

function showMetric() {
  const { series } = model.story;
  const moves = ({ points }) => points.some(({ value }) => value !== points[0].value);
  const chosen =
    series.find((one) => keyOf(one) === state.metric) ?? series.find(({ name }) => /loss/i.test(name)) ?? series.find(moves) ?? series[0];
  if (chosen === undefined) return chart.showNothing();
  byId('metric').value = keyOf(chosen);
  chart.show(chosen);
}

function describe() {
  const { from, to, runs } = model.story;
  if (from === undefined || to === undefined) return 'Nothing has happened yet.';
  return `${showDay(from)} to ${showDay(to)} · ${showCount(runs.length, 'run')} · ${showCount(model.moments.length, 'moment')} · every figure belongs to a moment`;
}

function save() {
  const blob = new Blob([JSON.stringify(model.written, null, 2)], { type: 'application/json' });
  const address = URL.createObjectURL(blob);
  el('a', { href: address, download: `story-${model.story.project}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Paper has no scroll bar: what the filters let through is printed as a plain list. */
function layOut(forPaper) {
  if (!forPaper) return byId('printed').replaceChildren();
  const rest = places.length - MOST_PRINTED;
  const lines = places.slice(0, MOST_PRINTED).map((place) => {
    const { at, kind, by, text, id, branch } = model.moments[place];
    const dead = model.branches.get(branch)?.as === 'dead end' ? ', dead end' : '';
    return el('li', {}, `${showTime(at)} ${kind}${dead} · ${by === undefined ? '' : `${nameOf(model, by)}: `}${text} [${id}]`);
  });
  byId('printed').replaceChildren(
    el('ol', {}, lines),
    rest > 0 ? el('p', {}, `${showCount(rest, 'more moment')}: filter, or use the Markdown export.`) : '',
  );
}

byId('summary').textContent = describe();
byId('metric').append(
  ...model.story.series.map((one) =>
    el('option', { value: keyOf(one) }, `${one.name}${one.unit === '' ? '' : ` (${one.unit})`} · ${one.of}`),
  ),
);
byId('metric').addEventListener('change', (event) => change({ metric: event.target.value }));
byId('save').addEventListener('click', save);
byId('print').addEventListener('click', () => print());
const paper = matchMedia('print');
paper.addEventListener('change', () => layOut(paper.matches));
addEventListener('beforeprint', () => layOut(true));
addEventListener('afterprint', () => layOut(false));
addEventListener('hashchange', () => {
  const before = state;
  state = readAddress(location.hash);
  show(before, true);
});
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  timeline.focus();
});
show(null, true);
document.documentElement.dataset.ready = String(Math.round(performance.now()));
