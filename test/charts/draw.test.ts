import { describe, expect, it } from 'vitest';
import { drawChart, drawSvg } from '../../src/charts/draw.ts';
import { cleanText, fitText, measureText, wrapText } from '../../src/charts/text.ts';
import { MOST_POINTS, type Chart } from '../../src/core/charts/schema.ts';
import { readPng } from '../support/png.ts';
import fc from '../support/properties.ts';
import { all, bars, fall, gap, lines, timeline } from './samples.ts';

/** The texts that stand in a picture, as a reader of the SVG would see them. */
function readTexts(svg: string): string[] {
  const found = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
  return found.map((text) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&').trim(),
  );
}

/** The elements and attributes of which a picture may be made. */
const PLAIN = /^(?:svg|rect|path|text|g|defs|clipPath|polygon|polyline|circle|ellipse|line)$/;

describe('a drawn chart', () => {
  it.each(all)('is a PNG on white: %s', async (_name, chart) => {
    const png = readPng(await drawChart(chart));
    expect(png.width).toBe(1200);
    expect(png.height).toBeGreaterThan(200);
    expect(png.corner).toBe('#FFFFFF');
    expect(png.colours.size).toBeGreaterThan(20);
  });

  it('has both lines in their own colours', async () => {
    const { colours } = readPng(await drawChart(lines));
    expect(colours.get('#0072B2')).toBeGreaterThan(500);
    expect(colours.get('#D55E00')).toBeGreaterThan(500);
  });

  it('is as wide as was asked for', async () => {
    expect(readPng(await drawChart(gap, { width: 375, scale: 2 })).width).toBe(750);
  });

  it('gives the same bytes for the same chart', async () => {
    const first = await drawChart(lines);
    await drawChart(bars);
    expect(Buffer.from(await drawChart(structuredClone(lines))).equals(Buffer.from(first))).toBe(true);
    expect(await drawSvg(timeline)).toBe(await drawSvg(timeline));
  });

  it('says in grey and in words where values are no numbers', async () => {
    const points = fall(60).map(([x, y], index): [number, number | null] => [x, index > 20 && index < 30 ? null : y]);
    const chart: Chart = { ...lines, marks: [], series: [{ name: 'loss', points }] };
    expect(readTexts(await drawSvg(chart)).join(' ')).toContain('9 values are not a number (grey).');
    expect(readPng(await drawChart(chart)).colours.get('#E6E6E6')).toBeGreaterThan(5_000);
  });

  it('shows a value that stands alone between two gaps', async () => {
    const points = fall(60).map(([x, y], index): [number, number | null] => [x, index === 30 ? y : null]);
    const { colours } = readPng(await drawChart({ ...lines, marks: [], series: [{ name: 'loss', points }] }));
    expect(colours.get('#0072B2')).toBeGreaterThan(150);
  });

  it('refuses what is too large to draw in good time', async () => {
    const chart: Chart = { ...lines, series: [{ name: 'loss', points: fall(MOST_POINTS + 1) }] };
    await expect(drawChart(chart)).rejects.toMatchObject({ code: 'usage.bad-input' });
  });
});

describe('text from outside', () => {
  const hostile = [
    '</text><image href="file:///etc/passwd"/>',
    '<script>alert(1)</script>',
    '{a|b} {b}: {c} {value}',
    '&amp; &lt; "quoted" \'single\'',
    ']]> <!-- --> <?xml ?>',
  ];

  it.each(hostile)('stays text: %s', async (text) => {
    const charts: Chart[] = [
      { ...lines, title: text, note: text, marks: [{ name: text, value: 1 }], series: [{ name: text, points: fall(9) }] },
      { ...bars, title: text, bars: [{ name: text, value: 1, error: null, tone: 'plain' }] },
      { ...gap, x: text, band: { name: text, low: 0, high: 1 } },
      { ...timeline, title: text },
    ];
    for (const chart of charts) {
      const svg = await drawSvg(chart);
      for (const [, tag = ''] of svg.matchAll(/<\/?([a-zA-Z]+)/g)) expect(tag).toMatch(PLAIN);
      expect(readTexts(svg).some((shown) => shown.includes(text.slice(0, 8)))).toBe(true);
      expect(svg.replaceAll(/>[^<]*</g, '><')).not.toMatch(/href=|<!--|<\?xml/);
    }
  });

  it('changes no object of this process, whatever the name', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      await drawSvg({ ...lines, title: `${'x'.repeat(70)} ${name}`, x: { ...lines.x, name }, series: [{ name, points: fall(3) }] });
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
    const keys: string[] = [];
    for (const key in {}) keys.push(key);
    for (const key in Object) keys.push(key);
    expect(keys).toEqual([]);
  });

  it('is drawn whatever its letters are', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 }).map((units) => String.fromCharCode(...units)),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (name, title) => {
        const png = readPng(await drawChart({ ...lines, title, series: [{ name, points: fall(4) }] }, { scale: 0.5 }));
        expect(png.width).toBe(240);
      }),
      { numRuns: 12 },
    );
  });

  it('shows what is hidden and what the font has no letter for', () => {
    expect(cleanText('a\u202Eb')).toBe('a□U+202E□b');
    expect(cleanText('損失 loss')).toBe('□□ loss');
    expect(cleanText(' two\n\nlines\t')).toBe('two lines');
    expect(cleanText('__proto__')).toBe('__proto__ ');
  });

  it('is cut in the middle, where names of metrics are alike', () => {
    const short = fitText(`validation/${'x'.repeat(200)}/accuracy`, 200, 15);
    expect(short).toMatch(/^valid.*….*accuracy$/);
    expect(measureText(short, 15)).toBeLessThanOrEqual(200);
  });

  it('is broken at blanks and never into more lines than there is room for', () => {
    const shown = wrapText('one two three four five six seven eight nine ten', 100, 15, 2);
    expect(shown).toHaveLength(2);
    for (const line of shown) expect(measureText(line, 15)).toBeLessThanOrEqual(100);
    expect(shown[1]).toContain('…');
  });
});
