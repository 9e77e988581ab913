import { expect } from 'vitest';
import { drawChart } from '../../src/charts/draw.ts';
import { describeChart } from '../../src/core/charts/describe.ts';
import type { Chart } from '../../src/core/charts/schema.ts';
import { uploadPicture } from '../../src/slack/upload.ts';
import { gap, lines } from '../charts/samples.ts';
import { type Lab, research, row, section } from './console-lab.ts';
import { test } from './lab-test.ts';

/** Uploads a chart and waits until a block may show it. */
async function makeBlock(lab: Lab, chart: Chart): Promise<object> {
  const alt = describeChart(chart);
  const file = await uploadPicture(
    lab.web,
    { name: 'chart.png', title: chart.title, alt, content: await drawChart(chart) },
    async () => undefined,
  );
  await expect.poll(async () => (await lab.web.files.info({ file })).file?.mimetype, { timeout: 5_000 }).toBe('image/png');
  return { type: 'image', slack_file: { id: file }, alt_text: alt };
}

test('shows a chart inside its message, with its words, and the next one after an edit', async ({ lab }) => {
  const ts = await lab.post('A run', [section('Running'), await makeBlock(lab, lines)]);
  const page = await lab.openPage('/', { colorScheme: 'dark', viewport: { width: 375, height: 800 } });
  const image = row(page, ts).locator('img.picture');
  expect(await image.getAttribute('alt')).toBe(describeChart(lines));
  const measure = () => image.evaluate((one) => [(one as HTMLImageElement).naturalWidth, Math.round(one.getBoundingClientRect().right)]);
  await expect.poll(async () => (await measure())[0]).toBe(1200);
  expect((await measure())[1]).toBeLessThanOrEqual(375);
  const blocks = [section('Done'), await makeBlock(lab, gap)] as never;
  await lab.web.chat.update({ channel: research, ts, text: 'A run', blocks });
  await expect.poll(() => image.getAttribute('alt')).toBe(describeChart(gap));
  await expect.poll(async () => (await measure())[0]).toBe(1200);
  expect(await row(page, ts).locator('img.picture').count()).toBe(1);
});
