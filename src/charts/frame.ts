import type { EChartsCoreOption } from 'echarts/core';
import type { ChartMark } from '../core/charts/schema.ts';
import { COLOURS, DASHES, INK, QUIET, SYMBOLS } from './palette.ts';
import { cleanText, fitText, FONT, formatTick, measureText, wrapText } from './text.ts';

/** Pixels before scaling; see the usual width in draw.ts. */
export const LETTERS = 15;
const TITLE = 18;
const EDGE = 14;
const ROW = 22;

export interface LegendItem {
  /** Of the series that it stands for. */
  readonly series: string;
  readonly label: string;
  /** `patch` in place of a line with its symbol, `rule` for a line without one. */
  readonly icon?: 'patch' | 'rule';
}

export interface FrameParts {
  readonly width: number;
  readonly title: string;
  /** Name and unit of the upright axis; empty for none. */
  readonly yName: string;
  readonly xName: string;
  readonly legend: readonly LegendItem[];
  readonly remarks: readonly string[];
  /** Height of what is inside the axes. */
  readonly inside: number;
  /** Room for the words left of the upright axis. */
  readonly left: number;
  readonly right: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly option: EChartsCoreOption;
}

/** Names beside the rows of a category axis, which are numbered so that no name is read as a template. */
export function labelRows(names: readonly string[]) {
  return { interval: 0, formatter: (_: string, index: number) => names[index] ?? '', fontSize: LETTERS, fontFamily: FONT, color: INK };
}

/** What surrounds the lines and bars: title, legend, names of axes, remarks. No text of it is read as markup or as a template. */
export function buildFrame(parts: FrameParts): Frame {
  const { width, inside, left, right } = parts;
  const room = width - 2 * EDGE;
  const title = wrapText(cleanText(parts.title), room, TITLE * 1.08, 2);
  const rows = packLegend(parts.legend, room);
  const legendTop = EDGE + title.length * (TITLE + 6);
  const nameTop = legendTop + rows.length * ROW + 4;
  const top = nameTop + (parts.yName === '' ? 6 : ROW + 4);
  const xName = parts.xName === '' ? '' : fitText(cleanText(parts.xName), room - left, LETTERS);
  const noteTop = top + inside + 28 + (xName === '' ? 0 : ROW);
  const notes = parts.remarks.length === 0 ? [] : wrapText(cleanText(parts.remarks.join(' ')), room, LETTERS - 2, 3);
  const height = noteTop + notes.length * 18 + (notes.length === 0 ? 2 : 10);
  const text = (lines: readonly string[], at: { left: number; top: number }, style: object) => ({
    text: lines.join('\n'),
    ...at,
    padding: 0,
    textStyle: { fontFamily: FONT, fontSize: LETTERS, lineHeight: LETTERS + 3, fontWeight: 'normal', color: INK, ...style },
  });
  return {
    width,
    height,
    option: {
      animation: false,
      useUTC: true,
      textStyle: { fontFamily: FONT, fontSize: LETTERS, color: INK },
      title: [
        text(title, { left: EDGE, top: EDGE }, { fontSize: TITLE, lineHeight: TITLE + 6, fontWeight: 'bold' }),
        text([fitText(cleanText(parts.yName), room, LETTERS)], { left: EDGE, top: nameTop }, { color: QUIET }),
        text(
          [xName],
          { left: Math.max(EDGE, (left + width - right - measureText(xName, LETTERS)) / 2), top: top + inside + 28 },
          { color: QUIET },
        ),
        text(notes, { left: EDGE, top: noteTop }, { color: QUIET, fontSize: LETTERS - 2, lineHeight: 18 }),
      ],
      legend: rows.map((row, index) => drawLegend(row, legendTop + index * ROW)),
      grid: { left, right, top, height: inside, containLabel: false },
    },
  };
}

const ICON = 34;
const GAP = 14;

/** As many names a row as have room. */
function packLegend(items: readonly LegendItem[], room: number): LegendItem[][] {
  const rows: LegendItem[][] = [];
  let used = Infinity;
  for (const { series, label, icon } of items) {
    const short = fitText(cleanText(label), room - ICON - 8, LETTERS);
    const width = ICON + 8 + GAP + measureText(short, LETTERS) * 1.05;
    if (used + width > room) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push({ series, label: short, ...(icon === undefined ? {} : { icon }) });
    used += width;
  }
  return rows;
}

function drawLegend(row: readonly LegendItem[], top: number) {
  const labels = new Map(row.map(({ series, label }) => [series, label]));
  return {
    type: 'plain',
    data: row.map(({ series, icon }) => ({
      name: series,
      ...(icon === 'patch' ? { icon: 'rect' } : {}),
      ...(icon === 'rule' ? { itemStyle: { opacity: 0 } } : {}),
    })),
    formatter: (series: string) => labels.get(series) ?? '',
    left: EDGE,
    top,
    padding: 0,
    itemGap: GAP,
    itemWidth: ICON,
    itemHeight: 12,
    selectedMode: false,
    textStyle: { fontFamily: FONT, fontSize: LETTERS, color: INK, lineHeight: ROW },
  };
}

/** How the line with that number looks: colour, dashes and symbol, no two alike. */
export function styleLine(index: number) {
  const colour = COLOURS[index % COLOURS.length] ?? INK;
  return { colour, dash: DASHES[index % DASHES.length] ?? [], symbol: SYMBOLS[index % SYMBOLS.length] ?? 'circle' };
}

/** What stands in the legend for straight lines: their names and where they lie. */
export function nameMarks(marks: readonly ChartMark[]): LegendItem[] {
  return marks.map(({ name, value }, index) => ({
    series: `mark${index}`,
    icon: 'rule',
    label: name.includes(formatTick(value)) ? name : `${name} (${formatTick(value)})`,
  }));
}

/** Straight lines across the picture; each hangs on a series of one unseen point that keeps it inside the axes. */
export function drawMarks(marks: readonly ChartMark[], along: 'x' | 'y', at: number | string): object[] {
  return marks.map(({ value }, index) => {
    const lineStyle = { color: INK, width: 2.5, type: MARK_DASHES[index % MARK_DASHES.length], opacity: 1 };
    return {
      type: 'line',
      name: `mark${index}`,
      silent: true,
      symbol: 'none',
      lineStyle,
      itemStyle: { color: INK },
      data: [along === 'y' ? [at, value] : [value, at]],
      markLine: {
        silent: true,
        symbol: 'none',
        label: { show: false },
        data: [{ ...(along === 'y' ? { yAxis: value } : { xAxis: value }), lineStyle }],
      },
    };
  });
}

const MARK_DASHES = [
  [8, 4],
  [2, 4],
  [12, 4, 2, 4],
];
