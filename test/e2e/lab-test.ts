import type { Browser } from 'playwright-core';
import { expect, test as base } from 'vitest';
import { Lab, startBrowser } from './console-lab.ts';

/** A test with a lab of its own, whose pages may complain of nothing. */
export const test = base.extend<{ readonly browser: Browser; readonly lab: Lab }>({
  browser: [
    // oxlint-disable-next-line no-empty-pattern -- Vitest reads there what a fixture needs
    async ({}, use) => {
      const browser = await startBrowser();
      await use(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  lab: async ({ browser }, use) => {
    const lab = await Lab.start(browser);
    await use(lab);
    await lab.close();
    expect(lab.complaints).toEqual([]);
  },
});
