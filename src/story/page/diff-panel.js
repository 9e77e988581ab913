import { compareMoments } from './compare.js';
import { drawChanges } from './detail.js';
import { el, table } from './dom.js';
import { showCount, showTime, showValue } from './words.js';

const TELLING = new Set(['failure', 'change', 'decision', 'idea', 'result']);
const MOST = 60;

/** What differs between the two chosen moments. `act('a' | 'b' | 'swap', null)` takes one away or turns them around. */
export function drawDiff(box, model, a, b, choose, act) {
  const title = el('h2', { id: 'diff-title' }, 'Compare two moments');
  const end = (label, moment, key) =>
    el(
      'p',
      {},
      el('b', {}, `${label}: `),
      moment === undefined
        ? el('span', { class: 'quiet' }, 'not chosen yet')
        : [
            `${showTime(moment.at)}, ${moment.text} `,
            el('button', { type: 'button', onclick: () => act(key, null), 'aria-label': `Take ${label} away` }, '×'),
          ],
    );
  box.classList.toggle('nothing', a === undefined || b === undefined);
  const ends = [end('From', a, 'a'), end('To', b, 'b')];
  if (a === undefined || b === undefined) {
    box.replaceChildren(title, ...ends);
    return;
  }
  const { settings, figures, between, costs } = compareMoments(model, a, b);
  const told = between.filter(({ kind }) => TELLING.has(kind));
  box.replaceChildren(
    title,
    ...ends,
    ...[
      el('p', {}, el('button', { type: 'button', onclick: () => act('swap', null) }, 'Turn around')),
      drawChanges('Settings that differ', settings, ['from', 'to']) ?? el('p', { class: 'quiet' }, 'No setting differs.'),
      drawFigures(figures),
      costs.length === 0
        ? null
        : el(
            'p',
            {},
            `Between them: ${costs.map(({ name, unit, value, count }) => `${name} ${showValue(value, unit)} (${showCount(count, 'moment')})`).join(', ')}.`,
          ),
      el('p', {}, `${showCount(between.length, 'moment')} between them${told.length === 0 ? '.' : ', of which these tell most:'}`),
      el(
        'ul',
        { class: 'between' },
        told
          .slice(0, MOST)
          .map((moment) =>
            el('li', {}, el('button', { type: 'button', class: 'cite', onclick: () => choose(moment) }, `${moment.kind}: ${moment.text}`)),
          ),
      ),
      told.length > MOST ? el('p', { class: 'quiet' }, `${told.length - MOST} more; filter the timeline to see them.`) : null,
    ].filter((part) => part !== null),
  );
}

function drawFigures(figures) {
  if (figures.length === 0) return el('p', { class: 'quiet' }, 'Nothing had been measured in either.');
  const show = (one, unit) => (one === null ? '–' : showValue(one.value, unit));
  const rows = figures.map(({ of, name, unit, before, after }) => [
    of === 'result' ? name : `${name} (${of})`,
    show(before, unit),
    show(after, unit),
    before === null || after === null
      ? ''
      : before.value === after.value
        ? 'same'
        : `${after.value > before.value ? '+' : '−'}${showValue(Math.abs(after.value - before.value), unit)}`,
  ]);
  return table('Figures, as they were last told', ['figure', 'from', 'to', 'difference'], rows);
}
