import { createRequire } from 'node:module';
import type { EChartsType } from 'echarts/core';
import { Chart } from '../core/charts/schema.ts';
import { ReprobotError } from '../errors.ts';
import { drawBars } from './bars.ts';
import type { Frame } from './frame.ts';
import { drawGap } from './gap.ts';
import { drawLines } from './lines.ts';
import { PAPER } from './palette.ts';
import { FONT, measureText } from './text.ts';
import { drawTimeline } from './timeline.ts';

export interface DrawSize {
  /** Pixels before scaling, 320 to 1600. */
  readonly width?: number;
  /** Pixels of the picture for each of them. */
  readonly scale?: number;
}

// Slack shows a picture about so wide, on a phone narrower still: letters stay readable there.
const WIDTH = 480;
const SCALE = 2.5;

/** The picture as SVG; the same text for the same chart. Throws `usage.bad-input` for one that is too large or otherwise not to be drawn. */
export async function drawSvg(chart: Chart, { width = WIDTH }: DrawSize = {}): Promise<string> {
  const checked = Chart.safeParse(chart);
  if (!checked.success) throw refuse(checked.error.issues[0]?.message ?? 'it does not say what to draw');
  const { init } = await loadEcharts();
  const { option, height, width: wide } = layOut(checked.data, Math.round(Math.min(1600, Math.max(320, width))));
  const drawing: EChartsType = init(null, null, { renderer: 'svg', ssr: true, width: wide, height });
  try {
    drawing.setOption({ ...option, backgroundColor: PAPER });
    return settleSvg(drawing.renderToSVGString());
  } finally {
    drawing.dispose();
  }
}

/** Takes out what counts up with each drawing of the process, and the styles for a pointer that a picture never meets. */
function settleSvg(svg: string): string {
  const still = svg.replace(/<style\b[^>]*>[\s\S]*?<\/style>/, '').replaceAll(/ class="zr\d+-cls-\d+"/g, '');
  return still.replaceAll(/(?<=\bid="|url\(#)zr\d+-/g, 'zr-');
}

/** The picture as PNG on white; the same bytes for the same chart. */
export async function drawChart(chart: Chart, size: DrawSize = {}): Promise<Uint8Array> {
  const svg = await drawSvg(chart, size);
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    background: PAPER,
    fitTo: { mode: 'zoom', value: Math.min(4, Math.max(0.5, size.scale ?? SCALE)) },
    font: { loadSystemFonts: false, fontFiles: findFonts(), defaultFontFamily: FONT },
    logLevel: 'off',
  });
  return new Uint8Array(image.asPng());
}

function layOut(chart: Chart, width: number): Frame {
  switch (chart.kind) {
    case 'line':
    case 'steps':
      return drawLines(chart, width);
    case 'bars':
      return drawBars(chart, width);
    case 'gap':
      return drawGap(chart, width);
    case 'timeline':
      return drawTimeline(chart, width);
  }
}

/** Only who draws pays for the library. */
async function loadEcharts() {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  core.use([
    charts.LineChart,
    charts.BarChart,
    charts.CustomChart,
    components.GridComponent,
    components.TitleComponent,
    components.LegendComponent,
    components.MarkLineComponent,
    components.MarkAreaComponent,
    renderers.SVGRenderer,
  ]);
  core.setPlatformAPI({ measureText: (text, font) => ({ width: measureText(text, Number(/(\d+)px/.exec(font ?? '')?.[1] ?? 12)) }) });
  return core;
}

function findFonts(): string[] {
  const require = createRequire(import.meta.url);
  return [
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
  ];
}

function refuse(why: string): ReprobotError {
  return new ReprobotError({ code: 'usage.bad-input', doing: 'drawing a picture', why });
}
