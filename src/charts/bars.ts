import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import { hasPlace, listRemarks } from '../core/charts/remarks.ts';
import type { BarChart } from '../core/charts/schema.ts';
import { buildFrame, drawMarks, labelRows, LETTERS, nameMarks, type Frame } from './frame.ts';
import { drawAxis, nameAxis } from './lines.ts';
import { BAD, GOOD, INK, MAIN, QUIET } from './palette.ts';
import { cleanText, fitText, formatTick, measureText } from './text.ts';

const ROW = 32;
const TONES = { plain: MAIN, chosen: GOOD, bad: BAD };
/** Beside the number, since colour alone says nothing to some. */
const SIGNS = { plain: '', chosen: ' ✓', bad: ' ✗' };

/** Named values as lying bars, so that long names can be read. */
export function drawBars(chart: BarChart, width: number): Frame {
  const { bars } = chart;
  const names = bars.map(({ name }) => fitText(cleanText(name), width * 0.38, LETTERS));
  const labels = bars.map(({ value, error, tone }) =>
    value === null ? 'no number' : `${formatTick(value)}${error === null ? '' : ` ± ${formatTick(error)}`}${SIGNS[tone]}`,
  );
  const frame = buildFrame({
    width,
    title: chart.title,
    yName: '',
    xName: nameAxis(chart.value),
    legend: nameMarks(chart.marks),
    remarks: listRemarks(chart),
    inside: bars.length * ROW + 8,
    left: Math.round(24 + Math.max(...names.map((name) => measureText(name, LETTERS)))),
    right: Math.round(24 + Math.max(...labels.map((label) => measureText(label, LETTERS)))),
  });
  const data = bars.map(({ value, tone }) => ({
    value: hasPlace(value, chart.value.scale) ? value : null,
    itemStyle: { color: TONES[tone] },
  }));
  return {
    ...frame,
    option: {
      ...frame.option,
      xAxis: { ...drawAxis(chart.value, { grid: true, span: 0 }), scale: chart.value.scale === 'log', axisLine: { show: false } },
      // Names at the left, values in a column at the right, where no bar runs into them.
      yAxis: [drawNames(names, 'left'), drawNames(labels, 'right')],
      series: [{ type: 'bar', name: 's0', data, barWidth: 20 }, ...drawErrors(chart), ...drawMarks(chart.marks, 'x', '0')],
    },
  };
}

function drawNames(names: readonly string[], position: 'left' | 'right') {
  return {
    type: 'category',
    inverse: true,
    position,
    data: names.map((_, index) => String(index)),
    axisLine: { show: position === 'left', lineStyle: { color: QUIET, width: 1.5 } },
    axisTick: { show: false },
    axisLabel: labelRows(names),
  };
}

function drawErrors({ bars }: BarChart): object[] {
  const data = bars.flatMap(({ value, error }, index) => (value === null || error === null ? [] : [[value - error, value + error, index]]));
  if (data.length === 0) return [];
  const renderItem = (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
    const [x1 = 0, y = 0] = api.coord([api.value(0), api.value(2)]);
    const [x2 = 0] = api.coord([api.value(1), api.value(2)]);
    const line = (from: [number, number], to: [number, number]) => ({
      type: 'line',
      shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
      style: { stroke: INK, lineWidth: 2 },
    });
    return { type: 'group', children: [line([x1, y], [x2, y]), line([x1, y - 5], [x1, y + 5]), line([x2, y - 5], [x2, y + 5])] };
  };
  return [{ type: 'custom', name: 'errors', renderItem, encode: { x: [0, 1], y: 2 }, data, silent: true, z: 5 }];
}
