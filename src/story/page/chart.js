import { el, svg } from './dom.js';
import { findMoment, nameRun } from './model.js';
import { showNumber, showTime, showValue } from './words.js';

const EDGE = { left: 64, right: 16, top: 14, bottom: 30 };
const HEIGHT = 240;
const MOST_DOTS = 400;

/** The curve of one figure, a line for whatever was worked on; dead ends lie beside it. Hovering, or the arrow keys, read a point out; Enter and a click choose its moment. */
export function createChart(box, readout, model, onChoose) {
  const view = { points: [], spot: null, at: -1, series: null, width: 0 };
  const mark = (index) => {
    if (view.points.length === 0) return;
    view.at = Math.min(Math.max(index, 0), view.points.length - 1);
    const point = view.points[view.at];
    view.spot.setAttribute('cx', point.x);
    view.spot.setAttribute('cy', point.y);
    view.spot.removeAttribute('visibility');
    readout.textContent = `${showValue(point.value, view.series.unit)} · ${showTime(point.at)} · ${nameRun(model, point.run ?? '')} · ${point.moment}`;
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
  const show = (series) => {
    const width = Math.max(300, box.clientWidth);
    const { picture, points, spot } = draw(model, series, width);
    Object.assign(view, { points, spot, at: -1, series, width });
    picture.addEventListener('pointermove', (event) => mark(findNearest(points, event.clientX - picture.getBoundingClientRect().left)));
    picture.addEventListener('click', choose);
    picture.addEventListener('keydown', takeKey);
    readout.textContent = 'Point at the curve, or use the arrow keys in it, to read values.';
    box.replaceChildren(picture);
  };
  addEventListener('resize', () => {
    if (view.series !== null && box.clientWidth !== view.width) show(view.series);
  });
  return {
    show,
    showNothing: () => box.replaceChildren(el('p', { class: 'notice' }, 'Nothing was measured.')),
  };
}

function draw(model, { name, unit, points: all }, width) {
  const values = all.map(({ value }) => value);
  const [lowest, highest] = [reduce(values, Math.min), reduce(values, Math.max)];
  const [low, high] = spread(lowest, highest);
  const [from, to] = spread(all[0].at, all.at(-1).at);
  const x = (at) => round(EDGE.left + ((at - from) / (to - from)) * (width - EDGE.left - EDGE.right));
  const y = (value) => round(HEIGHT - EDGE.bottom - ((value - low) / (high - low)) * (HEIGHT - EDGE.top - EDGE.bottom));
  const points = all.map(({ moment, at, value }) => {
    const { run, branch } = findMoment(model, moment) ?? {};
    return { moment, at, value, run, dead: model.branches.get(branch)?.as === 'dead end', x: x(at), y: y(value) };
  });
  const spot = svg('circle', { class: 'spot', r: 6, visibility: 'hidden' });
  const tell = (value) => showValue(value, unit);
  const label = `${name} over time: ${all.length} values from ${tell(lowest)} to ${tell(highest)}; first ${tell(values[0])}, last ${tell(values.at(-1))}`;
  const lines = [...groupByWork(model, points)].map((line, index) =>
    svg('polyline', {
      class: `line line-${index % 6}`,
      points: thin(line, width)
        .map((point) => `${point.x},${point.y}`)
        .join(' '),
    }),
  );
  const dots = points.length > MOST_DOTS ? points.filter(({ dead }) => dead).slice(0, MOST_DOTS) : points;
  const picture = svg(
    'svg',
    { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': label, tabindex: 0, class: 'curve' },
    drawScale(low, high, y, unit, width),
    drawTimes(from, to, width),
    lines,
    dots.map((point) => svg('circle', { class: point.dead ? 'point dead' : 'point', cx: point.x, cy: point.y, r: 3.5 })),
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

/** What led on, by what was worked on: a line goes from run to run of the same repository. */
function groupByWork(model, points) {
  const lines = new Map();
  for (const point of points) {
    if (point.dead) continue;
    const about = model.runs.get(point.run)?.about;
    const known = lines.get(about);
    if (known === undefined) lines.set(about, [point]);
    else known.push(point);
  }
  return lines.values();
}

/** Where many points share a column, its first, lowest, highest and last one: the same picture with fewer corners. */
function thin(line, width) {
  if (line.length <= 2 * width) return line;
  const columns = new Map();
  for (const point of line) {
    const column = Math.round(point.x);
    const known = columns.get(column);
    if (known === undefined) columns.set(column, [point, point, point, point]);
    else columns.set(column, [known[0], point.y > known[1].y ? point : known[1], point.y < known[2].y ? point : known[2], point]);
  }
  return [...columns.values()].flatMap((corner) => [...new Set(corner)].sort((a, b) => a.at - b.at));
}

function drawScale(low, high, y, unit, width) {
  return [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const value = low + (high - low) * share;
    const at = y(value);
    return [
      svg('path', { class: 'grid', d: `M${EDGE.left} ${at}H${width - EDGE.right}` }),
      svg(
        'text',
        { class: 'tick', x: EDGE.left - 8, y: at + 4, 'text-anchor': 'end' },
        unit === 's' || unit === '$' ? showValue(value, unit) : showNumber(value),
      ),
    ];
  });
}

function drawTimes(from, to, whole) {
  const width = whole - EDGE.left - EDGE.right;
  return (whole < 480 ? [0, 1] : [0, 0.5, 1]).map((share) =>
    svg(
      'text',
      {
        class: 'tick',
        x: EDGE.left + width * share,
        y: HEIGHT - 8,
        'text-anchor': share === 0 ? 'start' : share === 1 ? 'end' : 'middle',
      },
      showTime(from + (to - from) * share),
    ),
  );
}

/** The place of the point nearest to a distance from the left. */
function findNearest(points, wanted) {
  let [low, high] = [0, points.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle].x < wanted) low = middle;
    else high = middle;
  }
  return wanted - points[low].x < points[high].x - wanted ? low : high;
}
