/** A failure that comes again is recognised across runs, and told with what changed since the last good one. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { makeTraining, trainScript } from './repos.ts';
import { useStack } from './use-stack.ts';

vi.setConfig({ testTimeout: 240_000 });

const run = promisify(execFile);
const used = useStack();

test('good, broken by a commit, broken again', async () => {
  const repo = await makeTraining(used.stack.folder, 'changing');
  const good = await used.person.reproduce(repo);
  expect((await used.person.carryThrough(good, 120)).verdict?.as).toBe('READY');
  await writeFile(join(repo, 'train.py'), trainScript({ at: { 4: 'raise KeyError("no such key in the optimizer")' } }));
  await run('git', ['-C', repo, '-c', 'user.name=lab', '-c', 'user.email=lab@localhost', 'commit', '--quiet', '-a', '-m', 'broken']);
  const broken = await used.person.reproduce(repo);
  const state = await used.person.carryThrough(broken, 120);
  expect(state.verdict?.as).toBe('NOT READY');
  expect(state.failures[0]?.history).toMatchObject({ seen: 0, since: { runId: good } });
  expect(state.failures[0]?.history?.since?.changes.map(({ what }) => what)).toEqual(['commit', 'time']);
  await used.person.slot(broken, 'failure:1', (message) => JSON.stringify(message).includes('Changed since the last good run'));
  // What is known is in the journals: a worker that starts anew knows it, too.
  await used.stack.redis.del(...(await used.stack.redis.keys('*:failures*')));
  await used.stack.killAndStart('worker');
  const again = await used.person.reproduce(repo);
  const second = await used.person.carryThrough(again, 120);
  expect(second.failures[0]?.history).toMatchObject({ seen: 1, runs: [{ runId: broken }], elsewhere: 0 });
  await used.person.slot(again, 'failure:1', (message) => JSON.stringify(message).includes('Seen once before'));
});
