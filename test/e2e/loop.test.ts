import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startKaggleStandIn, type KaggleStandIn } from '../../src/stand-ins/kaggle/server.ts';
import { findSciencePython } from '../lab/science-python.ts';
import { Stack } from '../support/stack.ts';
import { Person } from './person.ts';

let kaggle: KaggleStandIn;
let stack: Stack;
let person: Person;
let folder: string;

beforeAll(async () => {
  const python = await findSciencePython();
  folder = await mkdtemp(join(tmpdir(), 'loop-'));
  await cp('test/fixtures/projects/two-features', join(folder, 'project'), { recursive: true });
  kaggle = await startKaggleStandIn({ python, folder: join(folder, 'kaggle') });
  stack = await Stack.start({
    settings: { kaggle: { pollSeconds: 0.5 } },
    env: { KAGGLE_API_URL: `${kaggle.url}/v1`, KAGGLE_API_TOKEN: kaggle.account.token },
  });
  person = new Person(stack);
}, 700_000);

afterAll(async () => {
  await person.close();
  await stack.stop();
  await kaggle.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(project = join(folder, 'project', 'project.yaml')): Promise<string> {
  const answer = await person.type(`loop start ${project}`);
  const runId = /Experiment `(r[a-z0-9]+)` begins/.exec(answer)?.[1];
  if (runId === undefined) throw new Error(`no experiment began: ${answer}`);
  return runId;
}

test('two features from the plan to the meta-model', async () => {
  const runId = await start();
  await person.approve(runId, 1);
  const state = await person.awaitVerdict(runId, 170);
  expect(state.verdict).toEqual({ as: 'PASSED', reason: '1 of 2 features passed; the meta-model reached its targets' });
  expect(await person.commits(runId)).toEqual([]);
}, 200_000);
