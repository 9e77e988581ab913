import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import { listRemarks } from '../core/charts/remarks.ts';
import type { TimelineChart } from '../core/charts/schema.ts';
import { buildFrame, labelRows, LETTERS, type Frame } from './frame.ts';
import { drawAxis, nameAxis } from './lines.ts';
import { BAD, GOOD, GRID, MAIN, PAPER, QUIET } from './palette.ts';
import { cleanText, fitText, FONT, measureText } from './text.ts';

const ROW = 34;
type Stage = TimelineChart['rows'][number]['spans'][number]['as'];

/** Colour, and what tells it without colour: height, filling or a sign on it. */
const STAGES: Readonly<Record<Stage, { fill: string; half: number; sign: string }>> = {
  waiting: { fill: PAPER, half: 4, sign: '' },
  running: { fill: MAIN, half: 10, sign: '…' },
  done: { fill: GOOD, half: 10, sign: '✓' },
  failed: { fill: BAD, half: 10, sign: '✗' },
};

/** What took how long, one row a thing. */
export function drawTimeline(chart: TimelineChart, width: number): Frame {
  const { rows, x } = chart;
  const names = rows.map(({ name }) => fitText(cleanText(name), width * 0.32, LETTERS));
  const ends = rows.flatMap(({ spans }) => spans.flatMap(({ from, to }) => [from, to]));
  const [first, last] = ends.length === 0 ? [0, 1] : [Math.min(...ends), Math.max(...ends)];
  const used = (Object.keys(STAGES) as Stage[]).filter((as) => rows.some(({ spans }) => spans.some((span) => span.as === as)));
  const frame = buildFrame({
    width,
    title: chart.title,
    yName: '',
    xName: nameAxis(x),
    legend: used.map((as) => ({ series: as, label: `${as} ${STAGES[as].sign}` })),
    remarks: listRemarks(chart),
    inside: rows.length * ROW + 8,
    left: Math.round(24 + Math.max(...names.map((name) => measureText(name, LETTERS)))),
    right: 30,
  });
  return {
    ...frame,
    option: {
      ...frame.option,
      xAxis: { ...drawAxis(x, { grid: true, span: last - first }), min: first, max: last === first ? first + 1 : last },
      yAxis: {
        type: 'category',
        inverse: true,
        data: rows.map((_, index) => String(index)),
        axisLine: { lineStyle: { color: QUIET, width: 1.5 } },
        axisTick: { show: false },
        splitLine: { show: true, lineStyle: { color: GRID } },
        axisLabel: labelRows(names),
      },
      series: used.map((as) => drawStage(chart, as)),
    },
  };
}

function drawStage({ rows }: TimelineChart, as: Stage): object {
  const { fill, half, sign } = STAGES[as];
  const data = rows.flatMap(({ spans }, row) => spans.filter((span) => span.as === as).map(({ from, to }) => [from, to, row]));
  const style = { fill, stroke: as === 'waiting' ? QUIET : fill, lineWidth: 2 };
  const renderItem = (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
    const [left = 0, middle = 0] = api.coord([api.value(0), api.value(2)]);
    const [right = 0] = api.coord([api.value(1), api.value(2)]);
    const wide = Math.max(3, right - left);
    const rect = { type: 'rect', shape: { x: left, y: middle - half, width: wide, height: 2 * half }, style };
    if (sign === '' || wide < 22) return rect;
    const text = {
      text: sign,
      x: left + wide / 2,
      y: middle,
      fill: PAPER,
      font: `bold 15px ${FONT}`,
      align: 'center',
      verticalAlign: 'middle',
    };
    return { type: 'group', children: [rect, { type: 'text', style: text }] };
  };
  return {
    type: 'custom',
    name: as,
    renderItem,
    encode: { x: [0, 1], y: 2 },
    data,
    silent: true,
    itemStyle: { color: fill, borderColor: as === 'waiting' ? QUIET : fill, borderWidth: 2 },
  };
}
