/** kill -9 of app and worker wherever it hurts: nothing is lost, nothing is done twice. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { STRAIGHT } from '../e2e/person.ts';
import { makeTraining } from '../e2e/repos.ts';
import { useStack } from '../e2e/use-stack.ts';
import { ada, research, until } from '../support/stack.ts';

vi.setConfig({ testTimeout: 200_000 });

const used = useStack({ lockMs: 1_500 });

/** READY, one job, one start of its payload, every question granted once, every slot posted once, every commit made once. */
async function expectNothingTwice(runId: string): Promise<void> {
  const state = await used.person.awaitVerdict(runId);
  expect(state.verdict?.as).toBe('READY');
  expect(state.jobs).toHaveLength(1);
  const log = await readFile(join(state.jobs[0]?.spec.folder ?? '', 'job.log'), 'utf8');
  expect(log.match(/^step 1\//gm)).toHaveLength(1);
  const events = await used.person.events(runId);
  for (const type of [
    'repo.cloned',
    'repo.mapped',
    'env.planned',
    'env.built',
    'sample.planned',
    'job.submitted',
    'sample.examined',
    'run.finished',
  ]) {
    expect(
      events.filter((event) => event.type === type),
      type,
    ).toHaveLength(1);
  }
  expect(events.filter((event) => event.type === 'approval.granted').map((event) => event.id)).toEqual([1, 2]);
  await used.person.expectTidyThread(runId, STRAIGHT);
  const commits = await until('the last commit', async () => {
    const all = await used.person.commits(runId);
    return all.at(-1)?.startsWith('verdict:') === true && all;
  });
  expect(new Set(commits).size).toBe(commits.length);
  expect(commits).toHaveLength(9);
}

test('the worker dies after every fact that the journal gets', async () => {
  const runId = await used.person.reproduce(await makeTraining(used.stack.folder, 'killed', { pause: 0.04, steps: 5_000 }));
  const carried = used.person.carryThrough(runId, 150);
  let version = 0;
  let kills = 0;
  for (;;) {
    const state = await used.person.awaitState(runId, 'a new fact', (now) => now.version > version || now.verdict !== null);
    // Observations of the running job come every half second; a few of them are enough.
    const watching = state.steps.some((step) => step.phase === 'watch');
    if (state.version > version) await used.stack.killAndStart('worker');
    kills += 1;
    version = (watching ? await used.person.state(runId) : state).version;
    if (state.verdict !== null) break;
  }
  await carried;
  expect(kills).toBeGreaterThan(8);
  await expectNothingTwice(runId);
});

test('the app dies at every word that a person says', async () => {
  const repo = await makeTraining(used.stack.folder, 'deaf');
  const text = `reproduce ${repo}`;
  const typed = used.person.client.post('slash', { user: ada, channel: research, command: '/hpc', text }).catch(() => null);
  await used.stack.killAndStart('app');
  await typed;
  const known = await used.person.journal.listRecent(5);
  const begun = (await Promise.all(known.map((id) => used.person.state(id)))).find((state) => state.request.repo?.url === repo);
  // A command that nobody acknowledged is typed again, as Slack tells the person to.
  const runId = begun?.id ?? (await used.person.reproduce(repo));
  await used.person.slot(runId, 'approval:1');
  const pressed = used.person.press(runId, 'approval:1', 'run.approve').catch(() => null);
  await used.stack.killAndStart('app');
  await pressed;
  if ((await used.person.state(runId)).approvals[0]?.settled === null) await used.person.approve(runId, 1);
  await used.person.slot(runId, 'approval:2');
  const said = used.person.reply(runId, 'approve');
  await used.stack.killAndStart('app');
  await said;
  // Slack delivers an event that nobody acknowledged again, by itself.
  await expectNothingTwice(runId);
});

test('app and worker die again and again under three runs', async () => {
  const repo = await makeTraining(used.stack.folder, 'storm', { pause: 0.05, steps: 5_000 });
  const runs = [await used.person.reproduce(repo), await used.person.reproduce(repo), await used.person.reproduce(repo)];
  const carried = Promise.all(runs.map((runId) => used.person.carryThrough(runId, 150)));
  const over = carried.then(
    () => true,
    () => true,
  );
  for (let round = 0; round < 6; round += 1) {
    if (await Promise.race([over, sleep(300 + round * 350, false)])) break;
    await used.stack.killAndStart(round % 3 === 2 ? 'app' : 'worker');
  }
  await carried;
  for (const runId of runs) await expectNothingTwice(runId);
});

test('one of two workers dies at work and the other takes over; two apps answer once', async () => {
  await Promise.all([used.stack.startPart('worker-2'), used.stack.startPart('app-2')]);
  const repo = await makeTraining(used.stack.folder, 'relay', { pause: 0.05, steps: 5_000 });
  const runs = [await used.person.reproduce(repo), await used.person.reproduce(repo)];
  const carried = Promise.all(runs.map((runId) => used.person.carryThrough(runId, 150)));
  await used.person.awaitPhase(runs[0] ?? '', 'resolve-deps', 'work');
  await used.stack.kill('worker');
  await used.person.awaitPhase(runs[1] ?? '', 'sample-run', 'watch');
  await used.stack.startPart('worker');
  await used.stack.kill('worker-2');
  await carried;
  for (const runId of runs) await expectNothingTwice(runId);
  await used.stack.stopPart('app-2');
});
