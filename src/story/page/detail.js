import { el, table, terms } from './dom.js';
import { findMoment, nameOf, nameRun } from './model.js';
import { showTime, showValue } from './words.js';

/** Everything that is known of one moment. `act(name, moment)` hears of the buttons. */
export function drawDetail(box, model, moment, act) {
  const title = el('h2', { id: 'detail-title' }, 'Moment');
  box.classList.toggle('nothing', moment === undefined);
  if (moment === undefined) {
    box.replaceChildren(title, el('p', { class: 'quiet' }, 'Choose a moment in the timeline or on the curve.'));
    return;
  }
  const button = (name, label) => el('button', { type: 'button', onclick: () => act(name, moment) }, label);
  const branch = model.branches.get(moment.branch);
  box.replaceChildren(
    title,
    el('p', { class: 'detail-text' }, moment.text),
    terms([
      ['When', showTime(moment.at)],
      ['Kind', moment.topic === undefined ? moment.kind : `${moment.kind}, ${moment.topic}`],
      ['Run', moment.run === undefined ? null : nameRun(model, moment.run)],
      ['Try', branch === undefined ? null : `${branch.of} ${branch.number}, ${describeBranch(branch)}`],
      ['By', moment.by === undefined ? 'Reprobot' : nameOf(model, moment.by)],
      ['Job', moment.job ?? null],
      ['Commit', moment.commit ?? null],
      ['From', `${moment.event}, ${moment.id}`],
    ]),
    ...[drawFigures(moment), drawChanges('What became different', moment.settings)].filter((part) => part !== null),
    el(
      'p',
      { class: 'buttons' },
      button('a', 'Compare from here'),
      button('b', 'Compare to here'),
      moment.run === undefined ? null : button('run', 'Only this run'),
      moment.link === undefined || !/^https?:\/\//.test(moment.link)
        ? null
        : el('a', { href: moment.link, rel: 'noreferrer noopener', target: '_blank' }, 'Open in Slack'),
    ),
  );
}

/** `led to the result` and its opposites. */
export function describeBranch({ as }) {
  return as === 'led' ? 'what follows builds on it' : as === 'open' ? 'goes on' : 'a dead end';
}

function drawFigures({ figures = [] }) {
  if (figures.length === 0) return null;
  return table(
    'Figures of this moment',
    ['figure', 'value'],
    figures.map(({ name, unit, value }) => [name, showValue(value, unit)]),
  );
}

/** A table of settings before and after; null where nothing differs. */
export function drawChanges(caption, changes = [], heads = ['before', 'after']) {
  if (changes.length === 0) return null;
  const rows = changes.map(({ group, name, before = null, after = null }) => [`${group}: ${name}`, before ?? '–', after ?? '–']);
  return table(caption, ['setting', ...heads], rows);
}

const ENDINGS = {
  fixed: 'it worked',
  'same failure': 'the same failure again',
  'another failure': 'another failure',
  measured: 'measured again',
};
const MOST = 40;

/** What was changed, why, and what came of it; the newest first. */
export function drawLessons(box, model, lessons, choose) {
  const title = el('h2', { id: 'lessons-title' }, 'What was learned');
  if (lessons.length === 0) {
    box.replaceChildren(title, el('p', { class: 'quiet' }, 'No change has shown an effect yet.'));
    return;
  }
  const list = el('ol', { class: 'lessons' });
  const more = el('button', { type: 'button' }, 'Show more');
  let shown = 0;
  const grow = () => {
    const next = lessons.toReversed().slice(shown, shown + MOST);
    list.append(...next.map((lesson) => drawLesson(model, lesson, choose)));
    shown += next.length;
    more.hidden = shown >= lessons.length;
  };
  more.addEventListener('click', grow);
  grow();
  box.replaceChildren(title, list, more);
}

function drawLesson(model, lesson, choose) {
  const cite = (id) => {
    const moment = findMoment(model, id);
    return moment === undefined ? id : el('button', { type: 'button', class: 'cite', onclick: () => choose(moment) }, moment.text);
  };
  const { changes = [], settings = [], effects = [] } = lesson;
  const untold = changes.length === 0 && settings.length === 0;
  return el(
    'li',
    { class: `lesson as-${lesson.as.replace(' ', '-')}` },
    lesson.failure === undefined ? null : el('p', {}, cite(lesson.failure)),
    el('p', {}, el('b', {}, 'Changed: '), untold ? 'nothing; it was tried again.' : null, changes.map(cite)),
    settings.length === 0
      ? null
      : el('details', {}, el('summary', {}, `${settings.length} settings differ`), drawChanges('Settings', settings)),
    el('p', {}, el('b', {}, 'Then: '), `${ENDINGS[lesson.as]}. `, cite(lesson.outcome)),
    effects.length === 0
      ? null
      : el(
          'ul',
          {},
          effects.map(({ name, unit, before, after }) => el('li', {}, `${name}: ${showValue(before, unit)} → ${showValue(after, unit)}`)),
        ),
  );
}
