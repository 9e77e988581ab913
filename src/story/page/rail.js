import { svg } from './dom.js';
import { laneRow } from './lanes.js';

const LANE = 22;
const ASIDE = 10;

/** Width of the drawing beside the rows. */
export function railWidth(lanes) {
  return lanes.width * LANE + 14;
}

/** The drawing beside one row; what it shows stands in words in the row. */
export function drawRail(model, lanes, place, row, height) {
  const { lines, aside, dot } = laneRow(model, lanes, place, row);
  const x = (lane) => 10 + lane * LANE;
  const middle = height / 2;
  const stroke = (at, { above, below }, name) =>
    above || below ? svg('path', { class: name, d: `M${at} ${above ? 0 : middle}V${below ? height : middle}` }) : null;
  return svg(
    'svg',
    { class: 'rail', width: railWidth(lanes), height, viewBox: `0 0 ${railWidth(lanes)} ${height}`, 'aria-hidden': 'true' },
    lines.map((line) => stroke(x(line.lane), line, `lane lane-${line.lane}`)),
    aside.map((line) => stroke(x(line.lane) + ASIDE, line, 'aside')),
    dot === null ? svg('circle', { class: 'dot', cx: 10, cy: middle, r: 3 }) : drawDot(dot, x(dot.lane), middle),
  );
}

function drawDot({ lane, dead }, x, middle) {
  if (dead === null) return [svg('circle', { class: `dot lane-${lane}`, cx: x, cy: middle, r: 5 })];
  const at = x + ASIDE;
  return [
    dead.opens ? svg('path', { class: 'aside', d: `M${x} 0Q${x} ${middle} ${at} ${middle}` }) : null,
    dead.ends
      ? svg('path', { class: 'end', d: `M${at - 4} ${middle - 4}l8 8m0 -8l-8 8` })
      : svg('circle', { class: 'dot dead', cx: at, cy: middle, r: 3.5 }),
  ];
}
