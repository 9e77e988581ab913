import { describe, expect, it } from 'vitest';
import { connect, HandClock, startKaggle, submission } from './harness.ts';

const SLEEPY = 'import time\nprint("begun", flush=True)\ntime.sleep(60)\n';

describe('looking at many runs', () => {
  it('does not believe the ending of the version before', async () => {
    const clock = new HandClock();
    const kaggle = await startKaggle({ now: clock.now, timings: { staleMs: 20_000 } });
    const backend = connect(kaggle, { now: clock.now });
    const look = async (run: Awaited<ReturnType<typeof backend.submitAndFind>>) =>
      (await backend.pollMany([{ run, sawActive: false, logRecords: 0 }]))[0]?.observation;
    const first = await backend.submitAndFind(submission('print(1)\n'));
    // Nothing is to be seen of a session that is being made.
    expect(await look(first)).toMatchObject({ kind: 'active', state: 'pending', reason: expect.stringMatching(/making the session/) });
    clock.move(21);
    await expect.poll(async () => (await look(first))?.kind).toBe('ended');
    const second = await backend.submitAndFind(submission(SLEEPY, {}, 'tok-2'));
    expect(await look(second)).toMatchObject({ kind: 'active', state: 'pending' });
    expect(await backend.status(second.id, null)).toMatchObject({ state: 'COMPLETE' });
    clock.move(21);
    await expect.poll(() => look(second)).toMatchObject({ kind: 'active', state: 'running' });
  });

  it('takes a missing status for what it is', async () => {
    const kaggle = await startKaggle({ timings: { queueMs: 60_000 } });
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(submission(SLEEPY));
    kaggle.fail({ kind: 'omit-status' });
    expect(await backend.status(run.id, 1)).toEqual({ state: 'QUEUED', failureMessage: null });
  });

  it('brings the new lines of a running log', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(submission(SLEEPY));
    const news = async (logRecords: number) =>
      (await backend.pollMany([{ run, sawActive: true, logRecords }]))[0]?.log.map(({ data }) => data);
    await expect.poll(() => news(0)).toEqual(['begun\n']);
    expect(await news(1)).toEqual([]);
  });

  it('leaves Kaggle alone at the first sign of trouble', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(submission(SLEEPY));
    const tracked = Array.from({ length: 4 }, (_, index) => ({ run: { ...run, token: `tok-${index}` }, sawActive: true, logRecords: 0 }));
    const before = kaggle.calls.length;
    kaggle.fail({ kind: 'status', status: 503, shape: 'page' }, 9);
    const reports = await backend.pollMany(tracked, { logs: false });
    expect(reports.map(({ observation }) => observation.kind)).toEqual(Array.from({ length: 4 }, () => 'no-information'));
    expect(kaggle.calls.length - before).toBe(1);
  });

  it('does not let one bad kernel hide the others', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(submission(SLEEPY));
    const tracked = ['tok-0', 'tok-1'].map((token) => ({ run: { ...run, token }, sawActive: true, logRecords: 0 }));
    const look = async () => (await backend.pollMany(tracked, { logs: false })).map(({ observation }) => observation.kind);
    kaggle.fail({ kind: 'status', status: 500 });
    expect(await look()).toEqual(['no-information', 'no-information']);
    const before = kaggle.calls.length;
    kaggle.fail({ kind: 'status', status: 500 });
    await look();
    // The second look began with the other one.
    expect(kaggle.calls.length).toBe(before + 1);
    expect(await look()).toEqual(['active', 'active']);
  });

  it('says when a login is needed', async () => {
    const kaggle = await startKaggle({ unknownKernelStatus: 401 });
    const run = await connect(kaggle).submitAndFind(submission(SLEEPY));
    const stranger = connect(kaggle, { credentials: { kind: 'token', token: 'KGAT_old' } });
    const [report] = await stranger.pollMany([{ run, sawActive: true, logRecords: 0 }]);
    expect(report?.observation).toMatchObject({ kind: 'no-information', needs: 'login' });
  });

  it('gives every run its turn when there are more than one look takes', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(submission(SLEEPY));
    const tracked = Array.from({ length: 5 }, (_, index) => ({ run: { ...run, token: `tok-${index}` }, sawActive: true, logRecords: 0 }));
    const seen = new Set<string>();
    for (let look = 0; look < 3; look += 1) {
      const reports = await backend.pollMany(tracked, { mostKernels: 2, logs: false });
      expect(reports.map(({ token }) => token)).toEqual(tracked.map((one) => one.run.token));
      for (const { token, observation } of reports) if (observation.kind === 'active') seen.add(token);
    }
    expect(seen.size).toBe(5);
  });

  it('does not take a kernel that is gone for a token that is bad', async () => {
    const kaggle = await startKaggle({ unknownKernelStatus: 401 });
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(submission(SLEEPY));
    const gone = { ...run, id: { owner: 'ada', slug: 'not-there' }, pushedAt: 0 };
    const [report] = await backend.pollMany([{ run: gone, sawActive: true, logRecords: 0 }]);
    // Of a kernel that is not there Kaggle says 401, which is not the end of a token.
    expect(report?.observation).toEqual({ kind: 'missing', why: 'Kaggle knows no session of this version' });
  });
});

describe('following the live log', () => {
  it('hands over each record once, over broken connections, to the end', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const code = 'import time\nfor i in range(6):\n    print("line", i, flush=True)\n    time.sleep(0.1)\n';
    const run = await backend.submitAndFind(submission(code));
    kaggle.fail({ kind: 'cut-stream', records: 2 });
    kaggle.fail({ kind: 'cut-stream', records: 4 });
    const lines: string[] = [];
    await backend.followLog(run.id, { signal: AbortSignal.timeout(20_000), onRecord: ({ data }) => lines.push(data) });
    expect(lines).toEqual([0, 1, 2, 3, 4, 5].map((i) => `line ${i}\n`));
    const after: string[] = [];
    await backend.followLog(run.id, { known: 4, signal: AbortSignal.timeout(20_000), onRecord: ({ data }) => after.push(data) });
    expect(after).toEqual(['line 4\n', 'line 5\n']);
  });

  it('ends when it is told to', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(submission(SLEEPY));
    const stop = new AbortController();
    const following = backend.followLog(run.id, { signal: stop.signal, onRecord: () => stop.abort() });
    await expect(following).rejects.toMatchObject({ code: 'cancelled' });
  });
});
