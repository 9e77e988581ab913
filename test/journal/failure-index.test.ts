import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nameProject } from '../../src/core/run/failure-history.ts';
import { createFailureIndex } from '../../src/journal/failure-index.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { RunService } from '../../src/runs/run-service.ts';
import { ended, makeFailure, runId, Walk } from '../core/run/builders.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const failure = makeFailure({ fingerprint: 'oom_gpu-1' });
let server: TestRedis;

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());
beforeEach(() => server.redis.flushall());

const open = () => createFailureIndex(server.connect(), 'test');
const failed = () => Walk.begin().toJob().observe(ended).fail(failure);

describe('the index of failures', () => {
  it('holds what the newest state of a run tells, whoever tells it last', async () => {
    const walk = failed();
    const older = walk.state;
    await open().record(older);
    expect(await open().find('oom_gpu-1')).toMatchObject([{ runId, count: 1, fixedBy: null }]);
    expect(await open().findGood(nameProject(older))).toBeNull();
    const { state } = walk.work().approve().work().toEnd();
    await open().record(state);
    await open().record(older);
    await open().record(state);
    expect(await open().find('oom_gpu-1')).toMatchObject([{ runId, count: 1, fixedBy: expect.stringContaining('--batch-size 8') }]);
    expect(await open().findGood(nameProject(state))).toBe(runId);
    expect(await open().find('oom_gpu-2')).toEqual([]);
  });

  it('is made anew from the journals where it is lost', async () => {
    const journal = createRedisJournal(server.redis, 'test');
    const { events, state } = failed().work().approve().work().toEnd();
    await journal.append({ runId, expectedVersion: 0, events, commandId: null, active: false, thread: null });
    const runs = new RunService(journal, { dispatch: () => Promise.resolve() }, open());
    await runs.buildIndex();
    const known = await open().find('oom_gpu-1');
    expect(known).toMatchObject([{ runId, count: 1 }]);
    expect(await open().findGood(nameProject(state))).toBe(runId);
    await server.redis.del('test:failures:oom_gpu-1');
    // It is built once; a further start looks and does nothing.
    await runs.buildIndex();
    expect(await open().find('oom_gpu-1')).toEqual([]);
    await server.redis.del('test:failures-built');
    await runs.buildIndex();
    expect(await open().find('oom_gpu-1')).toEqual(known);
  });

  it('follows every run that is applied', async () => {
    const runs = new RunService(createRedisJournal(server.redis, 'test'), { dispatch: () => Promise.resolve() }, open());
    const walk = failed();
    await runs.journal.append({ runId, expectedVersion: 0, events: walk.events, commandId: null, active: true, thread: null });
    expect(await open().find('oom_gpu-1')).toEqual([]);
    await runs.dispatchAll();
    expect(await open().find('oom_gpu-1')).toMatchObject([{ runId, count: 1 }]);
  });
});
