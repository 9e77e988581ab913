import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/run/events.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createBudgets, type Budgets } from '../../src/runs/budgets.ts';
import { createLedger } from '../../src/runs/ledger.ts';
import { ask, ends, finish, plan, runs, see, turn } from '../core/ledger/journals.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const HOUR = 3_600_000;
/** A Wednesday. */
const noon = Date.UTC(2026, 10, 25, 12);
const named = [{ name: 'vision', channels: ['C1', 'C2'] }];
let server: TestRedis;
let now = noon;

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(async () => server.stop());
beforeEach(async () => {
  await server.redis.flushall();
  now = noon;
});

/** What one process knows; another one begins with nothing. */
function open() {
  const redis = server.connect();
  const journal = createRedisJournal(redis, 'test');
  const projects = createProjectStore(redis, 'test');
  const ledger = createLedger({ journal, projects, named });
  return { journal, projects, ledger, budgets: createBudgets({ projects, ledger, named, now: () => now }) };
}

async function write(run: string, events: readonly RunEvent[], from = 0): Promise<void> {
  const answer = await open().journal.append({ runId: run, expectedVersion: from, events, commandId: null, active: true, thread: null });
  if (answer !== 'appended') throw new Error(answer);
}

async function setBudget(amount: number | null, kind: 'dollars' | 'gpu-hours' = 'dollars', id = 'set-1'): Promise<void> {
  const base = { v: 1, at: now, id, by: 'UCHEN', span: 'week', channel: 'C1' } as const;
  await open().projects.append('vision', { ...base, type: 'budget.set', kind, amount });
}

const told = async (): Promise<string[]> =>
  (await open().projects.list('vision')).flatMap((event) => (event.type === 'budget.reached' ? [`${event.kind} ${event.percent}`] : []));
const look = async ({ budgets }: { budgets: Budgets } = open()): Promise<void> => void (await budgets.tellLevels('vision'));

it('sums the runs of all channels of a project, and reads only what is new when it is asked again', async () => {
  await write('ra', [ask('ra', { channel: 'C1' }), turn(noon, 'm', 10, 1)]);
  await write('rb', [ask('rb', { channel: 'C2' }), turn(noon, 'm', 10, 2)]);
  await write('rc', [ask('rc', { channel: 'C9' }), turn(noon, 'm', 10, 4)]);
  const one = open();
  const sum = async (project?: string) => (await one.ledger.collectRows(now, project)).reduce((all, row) => all + (row.dollars ?? 0), 0);
  expect([await sum('vision'), await sum('C9'), await sum()]).toEqual([3, 4, 7]);
  await write('ra', [turn(noon, 'm', 10, 8), finish(noon)], 2);
  expect(await sum('vision')).toBe(11);
  const outcomes = new Set((await one.ledger.collectRows(now, 'vision')).map((row) => `${row.run} ${row.outcome}`));
  expect([...outcomes].sort()).toEqual(['ra READY', 'rb going on']);
  // A journal that was wiped and begun anew is read anew.
  await server.redis.flushall();
  await write('ra', [ask('ra', { channel: 'C1', at: noon + 5 }), turn(noon, 'm', 10, 0.5)]);
  expect(await sum()).toBe(0.5);
});

it('counts what was asked of a model for the project itself', async () => {
  const { projects, ledger } = open();
  const usage = { input: 5, cacheRead: 3, cacheWrite: 0, output: 2 };
  await projects.append('C2', {
    v: 1,
    at: noon,
    id: 'q',
    type: 'model.asked',
    by: 'UBEN',
    what: 'question',
    model: 'm',
    usage,
    dollars: 0.5,
  });
  expect(await ledger.collectRows(now, 'vision')).toMatchObject([
    { project: 'vision', run: '', person: 'UBEN', amount: 10, cached: 3, dollars: 0.5, source: { of: 'project', id: 'C2', version: 1 } },
  ]);
});

it('tells each level once, also when two workers see it at once, and again after a crash', async () => {
  await setBudget(10);
  await write('ra', [ask('ra', { channel: 'C1' }), turn(noon, 'm', 10, 8)]);
  await Promise.all([look(), look(), look()]);
  expect(await told()).toEqual(['dollars 80']);
  await write('ra', [turn(noon, 'm', 10, 3)], 2);
  await Promise.all([look(), look()]);
  // Whoever died after telling has told.
  await look();
  expect(await told()).toEqual(['dollars 80', 'dollars 100']);
});

it('blocks new work of that kind alone until somebody answers, the budget grows or the week is over', async () => {
  await setBudget(10);
  await write('ra', [ask('ra', { channel: 'C2' }), turn(noon, 'm', 10, 12)]);
  const { budgets, projects } = open();
  expect(await budgets.findBlock('C1', 'dollars')).toMatchObject({ state: 'asked', used: 12 });
  expect(await budgets.findBlock('C1', 'gpu-hours')).toBeNull();
  expect(await budgets.findBlock('C9', 'dollars')).toBeNull();
  const base = { v: 1, at: now, type: 'budget.answered', by: 'UCHEN', kind: 'dollars', reason: '' } as const;
  await projects.append('vision', { ...base, id: 'a1', goOn: true, until: noon + HOUR });
  expect(await budgets.findBlock('C1', 'dollars')).toBeNull();
  now = noon + HOUR;
  expect(await budgets.findBlock('C1', 'dollars')).toMatchObject({ state: 'asked' });
  await projects.append('vision', { ...base, at: now, id: 'a2', goOn: false });
  expect(await budgets.findBlock('C1', 'dollars')).toMatchObject({ state: 'stopped' });
  await setBudget(100, 'dollars', 'set-2');
  expect(await budgets.findBlock('C1', 'dollars')).toBeNull();
  await setBudget(5, 'dollars', 'set-3');
  expect(await budgets.findBlock('C1', 'dollars')).not.toBeNull();
  now = noon + 7 * 24 * HOUR;
  expect(await budgets.findBlock('C1', 'dollars')).toBeNull();
});

it('uses a budget of GPU hours up while a job runs, by time alone', async () => {
  await setBudget(1, 'gpu-hours');
  const long = { gpus: 4, timeLimitSeconds: 7_200 };
  await write('ra', [ask('ra', { channel: 'C1' }), plan(noon, 1, long), see(noon, 1, runs(noon))]);
  const one = open();
  now = noon + HOUR / 10;
  await look(one);
  now = noon + HOUR / 5;
  await look(one);
  now = noon + HOUR / 2;
  await look(one);
  expect(await told()).toEqual(['gpu-hours 80', 'gpu-hours 100']);
  await write('ra', [see(now, 1, ends({ startedAt: noon, endedAt: now }))], 3);
  expect((await one.budgets.listStandings('vision'))[0]).toMatchObject({ used: 2, state: 'asked' });
});
