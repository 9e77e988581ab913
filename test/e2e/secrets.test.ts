/** A key that a repository has written down: what runs holds it, and nothing that people or git see does. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readRecordedState } from '../../src/git/record.ts';
import { chen, Stack, until } from '../support/stack.ts';
import { Person } from './person.ts';
import { makeRepo } from './repos.ts';

vi.setConfig({ testTimeout: 150_000 });

// Put together at run time, so that no scanner takes this file for a leak.
const KEY = ['sk', 'aB3dE5gH7jK9mN1pQ3sT5vX7zA2c'].join('-');
const MARK = createHash('sha256').update(KEY).digest('hex').slice(0, 12);
const CELLS = [
  `import hashlib\nkey = "${KEY}"\nprint("mark", hashlib.sha256(key.encode()).hexdigest()[:12])`,
  'weight = 0.0\nfor step in range(1, 21):\n    loss = (weight - 3.0) ** 2 + 0.5\n    weight -= 0.2 * (weight - 3.0)\n    print(f"step {step}/20 loss {loss:.4f}")',
];

let stack: Stack;
let person: Person;
let repo: string;

beforeAll(async () => {
  stack = await Stack.start();
  person = new Person(stack);
  const cells = CELLS.map((source) => ({ cell_type: 'code', metadata: {}, outputs: [], execution_count: null, source }));
  const notebook = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
  repo = await makeRepo(stack.folder, 'keyed', { 'train.ipynb': notebook, 'README.md': '# keyed\n\nOpen the notebook and run it.\n' });
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
});

const toSecondQuestion = async (): Promise<string> => {
  const runId = await person.reproduce(repo);
  await person.slot(runId, 'approval:1');
  await person.approve(runId, 1, chen);
  const question = await person.slot(runId, 'approval:2');
  expect(JSON.stringify(question)).toContain('holds secrets');
  return runId;
};

/** Everything of a run that leaves the journal and the run's own folders. */
async function collectWhatIsSeen(runId: string): Promise<string> {
  const record = join(stack.dataDir, 'runs', runId, 'record');
  const snapshot = await (await fetch(`${stack.url}control/snapshot`)).text();
  const logs = await Promise.all((['app', 'worker'] as const).map((name) => stack.readLog(name)));
  const history = execFileSync('git', ['-C', record, 'log', '-p', '--all'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const names = await readdir(record, { recursive: true, withFileTypes: true });
  const files = names.filter((item) => item.isFile() && !item.parentPath.includes('.git'));
  const texts = await Promise.all(files.map((item) => readFile(join(item.parentPath, item.name), 'utf8')));
  return [snapshot, history, ...logs, ...texts].join('\n');
}

test('a key in a notebook reaches the job, and neither Slack, record, commits nor logs', async () => {
  const runId = await toSecondQuestion();
  await person.approve(runId, 2, chen);
  const state = await person.awaitVerdict(runId);
  expect(state.verdict).toMatchObject({ as: 'READY' });
  await person.settled(runId);
  const seen = await collectWhatIsSeen(runId);
  expect(seen).toContain('[API key]');
  expect(seen).not.toContain(KEY);
  const log = await readFile(join(stack.workFolder(runId), 'jobs', state.jobs.at(-1)?.spec.token ?? '', 'job.log'), 'utf8');
  expect(log).toContain(`mark ${MARK}`);
});

test('after Redis was wiped, the question is planned and asked anew', async () => {
  const runId = await toSecondQuestion();
  await until('the question in the record', async () => (await readRecordedState(stack.dataDir, runId))?.approvals.length === 2);
  await stack.redis.flushall();
  await person.type(`resume ${runId}`);
  await person.awaitState(runId, 'the third question', (state) => state.approvals.some((item) => item.id === 3 && item.settled === null));
  await person.slot(runId, 'approval:3');
  await person.approve(runId, 3, chen);
  expect((await person.awaitVerdict(runId)).verdict).toMatchObject({ as: 'READY' });
  expect(await collectWhatIsSeen(runId)).not.toContain(KEY);
});
