import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import { hasPlace, listRemarks } from '../core/charts/remarks.ts';
import type { GapChart } from '../core/charts/schema.ts';
import { buildFrame, drawMarks, LETTERS, nameMarks, type Frame } from './frame.ts';
import { drawAxis, nameAxis } from './lines.ts';
import { BAD, INK, MAIN, QUIET, SHADE, STEM } from './palette.ts';
import { cleanText, fitText, FONT, formatTick, measureText } from './text.ts';

const LEGEND = [
  { series: 'train', label: 'on training data' },
  { series: 'test', label: 'on test data' },
];

/** Two scores an attempt with a line between them: the longer the line, the worse what was learned carries over. */
export function drawGap(chart: GapChart, width: number): Frame {
  const { attempts, y } = chart;
  const values = [...attempts.flatMap(({ train, test }) => [train ?? 0, test ?? 0]), ...chart.marks.map(({ value }) => value)];
  const left = Math.round(28 + Math.max(24, ...values.map((value) => measureText(formatTick(value), LETTERS))));
  const frame = buildFrame({
    width,
    title: chart.title,
    xName: chart.x,
    yName: nameAxis(y),
    legend: [
      ...LEGEND,
      ...nameMarks(chart.marks),
      ...(chart.band === null ? [] : [{ series: 'band', label: chart.band.name, icon: 'patch' as const }]),
    ],
    remarks: [...listRemarks(chart), ...(attempts.some(({ isFinal }) => isFinal) ? ['The ring marks the final one.'] : [])],
    inside: Math.round(Math.max(190, width * 0.42)),
    left,
    right: 24,
  });
  const each = (width - left - 24) / attempts.length;
  const names = attempts.map(({ name }) => fitText(cleanText(name), Math.max(each * 2, 60), LETTERS));
  const place = (value: number | null) => (hasPlace(value, y.scale) ? value : null);
  const points = (which: 'train' | 'test') =>
    attempts.map((attempt) => ({
      value: place(attempt[which]),
      symbolSize: attempt.isFinal ? 14 : each < 14 ? 7 : 10,
      itemStyle: attempt.isFinal ? { borderColor: INK, borderWidth: 3 } : {},
    }));
  return {
    ...frame,
    option: {
      ...frame.option,
      xAxis: {
        type: 'category',
        data: attempts.map((_, index) => String(index)),
        axisLine: { onZero: false, lineStyle: { color: QUIET, width: 1.5 } },
        axisTick: { alignWithLabel: true },
        axisLabel: {
          formatter: (_: string, index: number) => names[index] ?? '',
          hideOverlap: true,
          fontSize: LETTERS,
          fontFamily: FONT,
          color: INK,
        },
      },
      yAxis: drawAxis(y, { grid: true, span: 0 }),
      series: [
        ...drawBand(chart),
        ...drawStems(chart),
        { ...drawScores(points('train'), MAIN, 'circle', [3, 4]), name: 'train' },
        { ...drawScores(points('test'), BAD, 'diamond', 'solid'), name: 'test' },
        ...drawMarks(chart.marks, 'y', '0'),
      ],
    },
  };
}

function drawScores(data: readonly object[], colour: string, symbol: string, type: string | number[]): object {
  return {
    type: 'line',
    data,
    symbol,
    showSymbol: true,
    showAllSymbol: true,
    connectNulls: false,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2.5, type },
    z: 4,
  };
}

function drawStems({ attempts, y }: GapChart): object[] {
  const data = attempts.flatMap(({ train, test }, index) =>
    hasPlace(train, y.scale) && hasPlace(test, y.scale) ? [[index, train, test]] : [],
  );
  const renderItem = (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
    const [x1 = 0, y1 = 0] = api.coord([api.value(0), api.value(1)]);
    const [x2 = 0, y2 = 0] = api.coord([api.value(0), api.value(2)]);
    return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: STEM, lineWidth: 3 } };
  };
  return [{ type: 'custom', name: 'stems', renderItem, encode: { x: 0, y: [1, 2] }, data, silent: true, z: 2 }];
}

function drawBand({ band }: GapChart): object[] {
  if (band === null) return [];
  const markArea = { silent: true, itemStyle: { color: SHADE }, data: [[{ yAxis: band.low }, { yAxis: band.high }]] };
  return [{ type: 'line', name: 'band', data: [], symbol: 'none', itemStyle: { color: SHADE }, lineStyle: { color: SHADE }, markArea }];
}
