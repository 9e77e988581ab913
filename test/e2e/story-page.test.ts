import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/core/diary/entry.ts';
import { tellRun } from '../../src/core/diary/tell.ts';
import { composeStory } from '../../src/core/story/compose.ts';
import { Story } from '../../src/core/story/schema.ts';
import { renderPage } from '../../src/story/render-page.ts';
import { makeJournal } from '../support/story-events.ts';
import { startBrowser } from './console-lab.ts';

const MANY = 10_000;
const HOSTILE = '</script><script>globalThis.hit = 1</script><img src=x onerror="hit=1"> <!-- \u2028 ${hit} $& {{story}} <b>bold</b>';
const names = new Map([['UADA0000001', 'Ada']]);

let browser: Browser;
let folder: string;
let complaints: string[] = [];
let requests: string[] = [];

beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), 'story-'));
  const small = [0, 1, 2].flatMap((number) => tellRun(makeJournal(number, 2)));
  await writeStory('small', small);
  const large = Array.from({ length: 30 }, (_, number) => tellRun(makeJournal(number, 400))).flat();
  await writeStory('large', large.slice(0, MANY));
  await writeStory('hostile', small.map(spoil));
  await writeStory('empty', []);
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(complaints).toEqual([]);
  expect(requests.filter((address) => !address.startsWith('file:'))).toEqual([]);
  [complaints, requests] = [[], []];
});

async function writeStory(name: string, entries: readonly Entry[]): Promise<void> {
  const story = composeStory({ project: name === 'hostile' ? HOSTILE : 'nano', entries, names, workspace: 'https://lab.example/' });
  await writeFile(join(folder, `${name}.html`), await renderPage(story));
}

/** Every word that somebody else can write becomes an attack. */
function spoil(entry: Entry): Entry {
  return {
    ...entry,
    text: HOSTILE,
    about: HOSTILE,
    by: entry.by === null ? null : HOSTILE,
    topic: HOSTILE,
    job: HOSTILE,
    commit: HOSTILE,
    figures: entry.figures.map((figure) => ({ ...figure, name: `${HOSTILE}${figure.name}`, unit: HOSTILE })),
    settings: (entry.settings ?? []).map(({ group, name }) => ({ group, name: HOSTILE + name, value: HOSTILE })),
  };
}

async function open(name: string, hash = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => complaints.push(line.text()));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${pathToFileURL(join(folder, `${name}.html`)).href}${hash}`);
  await page.locator('html[data-ready]').waitFor();
  return page;
}

const rows = (page: Page) => page.locator('#timeline article');
const countOf = (page: Page) => page.locator('#count').textContent();
const focused = (page: Page, attribute: string) => page.evaluate((name) => document.activeElement?.getAttribute(name), attribute);

describe('the page of a story', () => {
  it('opens ten thousand moments from a file, and holds the few that are in view', async () => {
    const page = await open('large');
    expect(await countOf(page)).toBe('10,000 of 10,000 moments');
    expect(await rows(page).count()).toBeLessThan(60);
    await page.locator('#timeline').evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await expect.poll(() => rows(page).last().getAttribute('aria-posinset')).toBe('10000');
    expect(await rows(page).count()).toBeLessThan(60);
  });

  it('is driven by keys alone: skip link, arrows, Home and End, Enter', async () => {
    const page = await open('large');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the timeline');
    await page.keyboard.press('Enter');
    expect(await focused(page, 'aria-posinset')).toBe('1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('PageDown');
    expect(await focused(page, 'aria-posinset')).toBe('12');
    await page.keyboard.press('End');
    expect(await focused(page, 'aria-posinset')).toBe('10000');
    await page.keyboard.press('ArrowUp');
    const id = await focused(page, 'data-id');
    await page.keyboard.press('Enter');
    expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get('m')).toBe(id);
    expect(await page.locator('#detail').textContent()).toContain(String(id));
    expect(await page.locator('#timeline article[tabindex="0"]').count()).toBe(1);
  });

  it('filters by kind, run, person and words, and its address brings the same page back', async () => {
    const page = await open('small');
    await page.getByRole('checkbox', { name: 'failure' }).check();
    expect(await countOf(page)).toBe('3 of 90 moments');
    await page.getByRole('checkbox', { name: 'idea' }).check();
    await page.getByRole('combobox', { name: 'Run', exact: true }).selectOption('rlab00001');
    await page.getByRole('combobox', { name: 'Person', exact: true }).selectOption({ label: 'Ada' });
    expect(await countOf(page)).toBe('1 of 90 moments');
    await page.getByRole('combobox', { name: 'Person', exact: true }).selectOption('');
    await page.getByRole('searchbox', { name: 'Search' }).fill('HALF batch');
    expect(await countOf(page)).toBe('2 of 90 moments');
    await rows(page).last().click();
    const said = await page.locator('#detail').textContent();
    const again = await open('small', new URL(page.url()).hash);
    expect(await countOf(again)).toBe('2 of 90 moments');
    expect(await again.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('HALF batch');
    expect(await again.getByRole('combobox', { name: 'Run', exact: true }).inputValue()).toBe('rlab00001');
    expect(await again.getByRole('checkbox', { name: 'idea' }).isChecked()).toBe(true);
    expect(await again.locator('#detail').textContent()).toBe(said);
    await again.getByRole('button', { name: 'Show all' }).click();
    expect(await countOf(again)).toBe('90 of 90 moments');
    await again.getByRole('searchbox', { name: 'Search' }).fill('nothing is called so');
    await again.getByText('No moment matches these filters.').waitFor();
  });

  it('brings the moment of its address into view, and says what became of the try', async () => {
    const page = await open('large', '#rlab00021.32.0');
    const row = page.locator('#timeline article.chosen');
    expect(await row.getAttribute('data-id')).toBe('rlab00021.32.0');
    expect(
      await row.evaluate((one) => one.getBoundingClientRect().top > document.querySelector('#timeline')!.getBoundingClientRect().top),
    ).toBe(true);
    expect(await row.textContent()).toContain('dead end');
    expect(await page.locator('#detail').textContent()).toContain('sample-run 1, a dead end');
  });

  it('compares any two moments', async () => {
    const page = await open('small', '#m=rlab00000.48.0');
    await page.getByRole('button', { name: 'Compare from here' }).click();
    await page.evaluate(() => (location.hash += '&b=rlab00001.48.0'));
    const diff = page.locator('#diff');
    const settings = diff.getByRole('group', { name: 'Settings that differ' });
    await settings.getByRole('row', { name: 'plan: --batch-size 8 4' }).waitFor();
    expect(await diff.getByRole('row', { name: /^loss/ }).textContent()).toBe('loss2.22.19−0.01');
    expect(await diff.textContent()).toContain('failure: sample-run failed, attempt 1: The GPU ran out of memory');
    await diff.getByRole('button', { name: 'Turn around' }).click();
    await settings.getByRole('row', { name: 'plan: --batch-size 4 8' }).waitFor();
    await diff.getByRole('button', { name: 'Take To away' }).click();
    await diff.getByText('not chosen yet').waitFor();
  });

  it('reads the curve out under the pointer and under the arrow keys', async () => {
    const page = await open('small');
    const curve = page.getByRole('img', { name: /^loss over time: 3 values from 2\.18 to 2\.2; first 2\.2, last 2\.18$/ });
    await curve.hover();
    expect(await page.locator('#readout').textContent()).toMatch(
      /^2\.19 · 2026-01-05 10:1\d · karpathy\/minGPT · rlab00001 · rlab00001\.48\.0$/,
    );
    await curve.focus();
    await page.keyboard.press('End');
    expect(await page.locator('#readout').textContent()).toMatch(/^2\.18 /);
    await page.keyboard.press('Enter');
    expect(await page.locator('#detail').textContent()).toContain('rlab00002.48.0');
    await page.getByRole('combobox', { name: 'Metric', exact: true }).selectOption({ label: 'accuracy · result' });
    await page.getByRole('img', { name: /^accuracy over time/ }).waitFor();
  });

  it('prints what the filters let through, without what only a screen can use', async () => {
    const page = await open('small', '#kind=failure');
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => page.locator('#printed li').count()).toBe(3);
    expect(await page.locator('#printed li').first().textContent()).toContain('failure, dead end · sample-run failed');
    for (const hidden of ['#timeline', '#filters', '#print']) expect(await page.locator(hidden).isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    await expect.poll(() => page.locator('#printed li').count()).toBe(0);
  });

  it('shows hostile words as words', async () => {
    const page = await open('hostile', '#m=rlab00000.32.0&a=rlab00000.46.0&b=rlab00001.46.0');
    await rows(page).first().click();
    await page.getByRole('img').hover();
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => page.locator('#printed li').count()).toBeGreaterThan(60);
    expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
    expect(await page.locator('img, b b, iframe, body script:not(#story):not([type=module])').count()).toBe(0);
    expect(await page.locator('.detail-text').textContent()).toBe(HOSTILE);
    expect(await page.title()).toBe(`The story of ${HOSTILE}`);
  });

  it('links to nothing but the web', async () => {
    const entry = tellRun(makeJournal(0))[0];
    if (entry === undefined) throw new Error('nothing is told');
    const story = composeStory({
      project: 'x',
      entries: [{ ...entry, thread: { channel: 'C1', ts: '1.2' } }],
      workspace: 'javascript:alert(1)//',
    });
    await writeFile(join(folder, 'script.html'), await renderPage(story));
    const page = await open('script', `#m=${entry.id}`);
    expect(await page.locator('a[target]').count()).toBe(0);
  });

  it('gives back its data as a story by the schema', async () => {
    const page = await open('small');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as JSON' }).click()]);
    const saved = await download
      .createReadStream()
      .then(async (stream) => JSON.parse(Buffer.concat(await stream.toArray()).toString()) as unknown);
    const entries = [0, 1, 2].flatMap((number) => tellRun(makeJournal(number, 2)));
    expect(Story.parse(saved)).toEqual(composeStory({ project: 'nano', entries, names, workspace: 'https://lab.example/' }));
    requests = requests.filter((address) => !address.startsWith('blob:'));
  });

  it('is still a page when nothing has happened', async () => {
    const page = await open('empty');
    expect(await page.locator('#summary').textContent()).toBe('Nothing has happened yet.');
    await page.getByText('Nothing was measured.').waitFor();
  });

  it.each(['light', 'dark'] as const)('can be read and named in every part, %s', async (colorScheme) => {
    const page = await open('small', '#m=rlab00000.32.0&a=rlab00000.46.0&b=rlab00001.46.0', {
      colorScheme,
      viewport: { width: 375, height: 800 },
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    const found = await page.evaluate(examine);
    expect(found.faint).toEqual([]);
    expect(found.nameless).toEqual([]);
    expect(found.seen).toBeGreaterThan(60);
    const tree = await page.locator('body').ariaSnapshot();
    for (const part of [
      'search "Filter the moments"',
      'feed "Moments, oldest first"',
      'heading "Compare two moments"',
      'region "Timeline"',
      'status',
    ])
      expect(tree).toContain(part);
  });
});

/** Runs in the page: text whose contrast is below 4.5, and controls that have no name. */
function examine(): { faint: string[]; nameless: string[]; seen: number } {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const toRgb = (color: string, under: readonly number[]): number[] => {
    if (canvas === null) return [];
    canvas.fillStyle = `rgb(${under.join(' ')})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const ground = (element: Element): number[] => {
    const under = element.parentElement === null ? [255, 255, 255] : ground(element.parentElement);
    return toRgb(getComputedStyle(element).backgroundColor, under);
  };
  const light = (rgb: readonly number[]): number => {
    const [r = 0, g = 0, b = 0] = rgb.map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint: string[] = [];
  let seen = 0;
  for (const element of document.querySelectorAll('body *')) {
    const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '');
    if (!says || ['SCRIPT', 'STYLE', 'OPTION', 'NOSCRIPT'].includes(element.tagName) || element.closest('.unseen') !== null) continue;
    seen += 1;
    const style = getComputedStyle(element);
    const back = ground(element);
    const [one, other] = [
      light(toRgb(element.namespaceURI?.endsWith('svg') === true ? style.fill : style.color, back)),
      light(back),
    ].toSorted((a, b) => b - a);
    const contrast = ((one ?? 0) + 0.05) / ((other ?? 0) + 0.05);
    if (contrast < 4.5)
      faint.push(`${element.tagName} ${element.getAttribute('class') ?? ''} ${contrast.toFixed(2)} ${element.textContent}`);
  }
  const nameless = [...document.querySelectorAll('button, input, select, a, [tabindex="0"]')]
    .filter((element) => {
      const labelled = element
        .getAttribute('aria-labelledby')
        ?.split(' ')
        .map((id) => document.getElementById(id)?.textContent)
        .join('');
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLSelectElement
          ? [...(element.labels ?? [])].map((label) => label.textContent).join('')
          : '';
      return [element.getAttribute('aria-label'), labelled, labels, element.textContent].every((name) => (name ?? '').trim() === '');
    })
    .map((element) => element.outerHTML.slice(0, 120));
  return { faint, nameless, seen };
}
