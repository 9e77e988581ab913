/** What a used-up budget keeps from beginning, at the last place where it could. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBackend } from '../../src/backends/index.ts';
import { listEffects } from '../../src/core/run/effects.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { createHost } from '../../src/hosts/index.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createBudgets } from '../../src/runs/budgets.ts';
import { digestOf } from '../../src/runs/digest.ts';
import { createLedger } from '../../src/runs/ledger.ts';
import local from '../../src/sites/local.ts';
import type { WorkerContext } from '../../workers/context.ts';
import { describeThrown } from '../../workers/outcome.ts';
import submitJob from '../../workers/processors/submit-job.ts';
import { ask, ends, plan, see } from '../core/ledger/journals.ts';
import { makeOutput, research, Walk } from '../core/run/builders.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let folder: string;

beforeAll(async () => {
  [server, folder] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), 'rb-gate-'))]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => void (await server.redis.flushall()));

/** What submitting needs of the context, all of it real, and nothing else. */
function open() {
  const projects = createProjectStore(server.redis, 'test');
  const journal = createRedisJournal(server.redis, 'test');
  const budgets = createBudgets({ projects, ledger: createLedger({ journal, projects, named: [] }), named: [], now: () => Date.now() });
  const host = createHost({ id: 'local', host: { kind: 'local' } }, {});
  const backend = createBackend({ ...local, workRoot: folder }, host);
  const context = { budgets, hostOf: () => host, backendOf: () => backend } as unknown as WorkerContext;
  return { context, backend, projects, journal };
}

async function useUp(): Promise<void> {
  const { projects, journal } = open();
  const now = Date.now();
  const base = { v: 1, at: now - 10, id: 'set', by: 'UCHEN', kind: 'gpu-hours', span: 'total' } as const;
  await projects.append(research, { ...base, type: 'budget.set', amount: 2 });
  const events = [
    ask('rold', { channel: research }),
    plan(now, 1, { gpus: 4 }),
    see(now, 1, ends({ startedAt: now - 3_600_000, endedAt: now })),
  ];
  await journal.append({ runId: 'rold', expectedVersion: 0, events, commandId: null, active: false, thread: null });
}

/** A run whose job asks for so many GPUs and was approved, plainly or over the budget. */
function approved(gpus: number, overBudget: boolean): RunState {
  const walk = Walk.begin().toFirstQuestion().approve().work();
  const planned = makeOutput(walk.state, 'plan-sample');
  if (planned?.kind !== 'sample-planned' || planned.question.action.kind !== 'submit-job') throw new Error('no plan');
  const spec = {
    ...planned.spec,
    folder: join(folder, 'job'),
    workdir: folder,
    runFolder: folder,
    argv: ['true'],
    resources: { ...planned.spec.resources, gpus },
  };
  const rendered = open().backend.render(spec);
  const files = rendered.files.map((file) => ({ path: file.name, content: file.content }));
  const action = { ...planned.question.action, spec, command: [...rendered.command], files };
  walk.work({
    ...planned,
    spec,
    question: { title: 'Run', action, digest: digestOf(action), ...(overBudget ? { overBudget: 'used up' } : {}) },
  });
  const yes = { kind: 'approve' as const, by: 'UCHEN', via: 'button' as const, approvalId: null, digest: null };
  return walk.do({ ...walk.next(), ...yes, ...(overBudget ? { overBudget } : {}) }).state;
}

async function submit(state: RunState): Promise<unknown> {
  const effect = listEffects(state)[0];
  if (effect === undefined || !('effect' in submitJob)) throw new Error('nothing to submit');
  return submitJob.effect({ context: open().context, state, effect, signal: new AbortController().signal });
}

describe('a GPU job that was approved before the budget was used up', () => {
  it('waits, and does not fail', async () => {
    await useUp();
    const error: unknown = await submit(approved(1, false)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'budget.used-up' });
    expect(describeThrown(error, 1)).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('budget of GPU hours is used up') as string,
    });
  });

  it('begins once somebody lets new work go on', async () => {
    await useUp();
    const at = Date.now();
    const base = { v: 1, at, id: 'a', by: 'UCHEN', kind: 'gpu-hours', goOn: true, reason: '', until: at + 60_000 } as const;
    await open().projects.append(research, { ...base, type: 'budget.answered' });
    expect(await submit(approved(1, false))).toMatchObject({ kind: 'submitted' });
  });
});

it('a job that was approved over the budget begins', async () => {
  await useUp();
  expect(await submit(approved(1, true))).toMatchObject({ kind: 'submitted' });
});

it('a job without a GPU uses no GPU hours and begins', async () => {
  await useUp();
  expect(await submit(approved(0, false))).toMatchObject({ kind: 'submitted' });
});
