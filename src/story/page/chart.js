import { el, svg } from './dom.js';
import { findMoment, nameRun } from './model.js';
import { showNumber, showTime, showValue } from './words.js';

const SIZE = { width: 720, height: 240, left: 64, right: 16, top: 14, bottom: 30 };
const MOST_DOTS = 400;

/** The curve of one figure, a line a run. Hovering, or the arrow keys, read a point out; Enter and a click choose its moment. */
export function createChart(box, readout, model, onChoose) {
  const view = { points: [], spot: null, at: -1, unit: '' };
  const mark = (index) => {
    if (view.points.length === 0) return;
    view.at = Math.min(Math.max(index, 0), view.points.length - 1);
    const point = view.points[view.at];
    view.spot.setAttribute('cx', point.x);
    view.spot.setAttribute('cy', point.y);
    view.spot.removeAttribute('visibility');
    readout.textContent = `${showValue(point.value, view.unit)} · ${showTime(point.at)} · ${nameRun(model, point.run ?? '')} · ${point.moment}`;
  };
  const choose = () => {
    const moment = findMoment(model, view.points[view.at]?.moment);
    if (moment !== undefined) onChoose(moment);
  };
  const takeKey = (event) => {
    const steps = { ArrowRight: view.at + 1, ArrowLeft: view.at - 1, Home: 0, End: view.points.length - 1 };
    if (event.key in steps) mark(steps[event.key]);
    else if (event.key === 'Enter' || event.key === ' ') choose();
    else return;
    event.preventDefault();
  };
  return {
    show: (series) => {
      const { picture, points, spot } = draw(model, series);
      Object.assign(view, { points, spot, at: -1, unit: series.unit });
      picture.addEventListener('pointermove', (event) => mark(findNearest(points, event, picture)));
      picture.addEventListener('click', choose);
      picture.addEventListener('keydown', takeKey);
      readout.textContent = points.length === 0 ? '' : 'Point at the curve, or use the arrow keys in it, to read values.';
      box.replaceChildren(picture);
    },
    showNothing: () => {
      readout.textContent = '';
      box.replaceChildren(el('p', { class: 'notice' }, 'Nothing was measured.'));
    },
  };
}

function draw(model, { name, unit, points: all }) {
  const values = all.map(({ value }) => value);
  const [low, high] = spread(reduce(values, Math.min), reduce(values, Math.max));
  const [from, to] = spread(all[0].at, all.at(-1).at);
  const x = (at) => round(SIZE.left + ((at - from) / (to - from)) * (SIZE.width - SIZE.left - SIZE.right));
  const y = (value) => round(SIZE.height - SIZE.bottom - ((value - low) / (high - low)) * (SIZE.height - SIZE.top - SIZE.bottom));
  const points = all.map(({ moment, at, value }) => {
    const { run, branch } = findMoment(model, moment) ?? {};
    return { moment, at, value, run, dead: model.branches.get(branch)?.as === 'dead end', x: x(at), y: y(value) };
  });
  const spot = svg('circle', { class: 'spot', r: 6, visibility: 'hidden' });
  const label = `${name} over time: ${all.length} values from ${showValue(reduce(values, Math.min), unit)} to ${showValue(reduce(values, Math.max), unit)}; first ${showValue(values[0], unit)}, last ${showValue(values.at(-1), unit)}`;
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: 'img', 'aria-label': label, tabindex: 0, class: 'curve' },
    drawScale(low, high, y, unit),
    drawTimes(from, to),
    [...groupByRun(points).values()].map((line, index) =>
      svg('polyline', {
        class: `line line-${index % 6}`,
        points: thin(line)
          .map((point) => `${point.x},${point.y}`)
          .join(' '),
      }),
    ),
    points.length > MOST_DOTS
      ? []
      : points.map((point) => svg('circle', { class: point.dead ? 'point dead' : 'point', cx: point.x, cy: point.y, r: 3.5 })),
    spot,
  );
  return { picture, points, spot };
}

const reduce = (values, choose) => values.reduce((a, b) => choose(a, b));
const round = (value) => Math.round(value * 10) / 10;

function spread(low, high) {
  if (low !== high) return [low, high];
  const room = Math.abs(low) * 0.05 || 1;
  return [low - room, high + room];
}

function groupByRun(points) {
  const runs = new Map();
  for (const point of points) {
    const known = runs.get(point.run);
    if (known === undefined) runs.set(point.run, [point]);
    else known.push(point);
  }
  return runs;
}

/** Where many points share a column, its first, lowest, highest and last one: the same picture with fewer corners. */
function thin(line) {
  if (line.length <= 2 * SIZE.width) return line;
  const columns = new Map();
  for (const point of line) {
    const column = Math.round(point.x);
    const known = columns.get(column);
    if (known === undefined) columns.set(column, [point, point, point, point]);
    else columns.set(column, [known[0], point.y > known[1].y ? point : known[1], point.y < known[2].y ? point : known[2], point]);
  }
  return [...columns.values()].flatMap((corner) => [...new Set(corner)].sort((a, b) => a.at - b.at));
}

function drawScale(low, high, y, unit) {
  return [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const value = low + (high - low) * share;
    const at = y(value);
    return [
      svg('path', { class: 'grid', d: `M${SIZE.left} ${at}H${SIZE.width - SIZE.right}` }),
      svg(
        'text',
        { class: 'tick', x: SIZE.left - 8, y: at + 4, 'text-anchor': 'end' },
        unit === 's' || unit === '$' ? showValue(value, unit) : showNumber(value),
      ),
    ];
  });
}

function drawTimes(from, to) {
  const width = SIZE.width - SIZE.left - SIZE.right;
  return [0, 0.5, 1].map((share) =>
    svg(
      'text',
      {
        class: 'tick',
        x: SIZE.left + width * share,
        y: SIZE.height - 8,
        'text-anchor': share === 0 ? 'start' : share === 1 ? 'end' : 'middle',
      },
      showTime(from + (to - from) * share),
    ),
  );
}

function findNearest(points, event, picture) {
  const { left, width } = picture.getBoundingClientRect();
  const wanted = ((event.clientX - left) / width) * SIZE.width;
  let [low, high] = [0, points.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle].x < wanted) low = middle;
    else high = middle;
  }
  return wanted - points[low]?.x < points[high]?.x - wanted ? low : high;
}
