import { setTimeout as sleep } from 'node:timers/promises';
import type { JobUsage } from '../src/core/jobs/usage.ts';
import type { JobBrowser } from '../src/ports.ts';

const TRIES = 4;
const PAUSE_MS = 1_500;

/** What a job and its parts used. The accounting hears of an end a moment after the queue: it is asked again for a few seconds, and no longer. */
export async function readUsage(browser: JobBrowser, jobId: string): Promise<JobUsage[]> {
  for (let left = TRIES; ; left -= 1) {
    const found = await browser.usage({ jobId });
    const isOver = found.every((one) => !/^(RUNNING|PENDING|COMPLETING)/.test(one.state));
    const isWhole = isOver && found.some((one) => one.memoryUsed !== null);
    if (isWhole || left <= 1) return found;
    await sleep(PAUSE_MS);
  }
}
