/** Slack's own limits are on: several runs at once stay below them, and every thread is complete. */
import { expect, test, vi } from 'vitest';
import { STRAIGHT } from '../e2e/person.ts';
import { makeTraining } from '../e2e/repos.ts';
import { useStack } from '../e2e/use-stack.ts';

vi.setConfig({ testTimeout: 150_000 });

const used = useStack({ limits: true });

test('four runs in one channel: nothing is refused, nothing is left out', async () => {
  const repo = await makeTraining(used.stack.folder, 'crowd', { pause: 0.05, steps: 5_000 });
  const runs: string[] = [];
  for (let count = 0; count < 4; count += 1) runs.push(await used.person.reproduce(repo));
  const states = await Promise.all(runs.map((runId) => used.person.carryThrough(runId, 120)));
  expect(states.map((state) => state.verdict?.as)).toEqual(['READY', 'READY', 'READY', 'READY']);
  for (const runId of runs) await used.person.expectTidyThread(runId, STRAIGHT);
  const { refusals } = (await (await fetch(`${used.stack.url}control/limits`)).json()) as { refusals: Record<string, number> };
  expect(refusals).toEqual({});
});
