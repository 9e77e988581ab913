/** A failure that comes again is recognised across runs, and told with what changed since the last good one. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Stack } from '../support/stack.ts';
import { Person } from './person.ts';
import { makeTraining, trainScript } from './repos.ts';

vi.setConfig({ testTimeout: 240_000 });

const run = promisify(execFile);
let stack: Stack;
let person: Person;

beforeAll(async () => {
  stack = await Stack.start();
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
});

test('good, broken by a commit, broken again', async () => {
  const repo = await makeTraining(stack.folder, 'changing');
  const good = await person.reproduce(repo);
  expect((await person.carryThrough(good, 120)).verdict?.as).toBe('READY');
  await writeFile(join(repo, 'train.py'), trainScript({ at: { 4: 'raise KeyError("no such key in the optimizer")' } }));
  await run('git', ['-C', repo, '-c', 'user.name=lab', '-c', 'user.email=lab@localhost', 'commit', '--quiet', '-a', '-m', 'broken']);
  const broken = await person.reproduce(repo);
  const state = await person.carryThrough(broken, 120);
  expect(state.verdict?.as).toBe('NOT READY');
  expect(state.failures[0]?.history).toMatchObject({ seen: 0, since: { runId: good } });
  expect(state.failures[0]?.history?.since?.changes.map(({ what }) => what)).toEqual(['commit', 'time']);
  await person.slot(broken, 'failure:1', (message) => JSON.stringify(message).includes('Changed since the last good run'));
  // What is known is in the journals: a worker that starts anew knows it, too.
  await stack.redis.del(...(await stack.redis.keys('*:failures*')));
  await stack.killAndStart('worker');
  const again = await person.reproduce(repo);
  const second = await person.carryThrough(again, 120);
  expect(second.failures[0]?.history).toMatchObject({ seen: 1, runs: [{ runId: broken }], elsewhere: 0 });
  await person.slot(again, 'failure:1', (message) => JSON.stringify(message).includes('Seen once before'));
});
