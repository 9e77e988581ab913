import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/core/jobs/job.ts';
import { adviseRemedy } from '../../../src/core/run/advise-remedy.ts';
import { listEffects, needsLooks } from '../../../src/core/run/effects.ts';
import { readReply } from '../../../src/core/run/replies.ts';
import { RunState } from '../../../src/core/run/state.ts';
import fc from '../../support/properties.ts';
import { ada, begun, makeFailure, makeLoss, makeProgress } from './builders.ts';
import { draw, end, item, parts, pending, running, Watch } from './watch-walk.ts';

describe('a watch of one job', () => {
  it('says why it waits, when it started, how far it is, and how it ended', () => {
    const watch = new Watch([item('77')]).look(pending);
    expect(watch.slot('status')?.summary).toContain('other jobs are ahead of it (Priority); the scheduler guesses a start at');
    expect(needsLooks(watch.state)).toBe(true);
    watch.look(running, { logs: ['/w/slurm-77.out'], outputAt: begun });
    expect(watch.names).toEqual(['status', 'started:1']);
    expect(watch.slot('started:1')?.summary).toBe('Job 77 has started, after about 1 h 2 min in the queue.');
    const progress = makeProgress({
      current: 40,
      total: 100,
      fraction: 0.4,
      loss: makeLoss([3, 1]),
      eta: { low: 500, likely: 600, high: 700 },
    });
    watch.look(running, { progress });
    expect(draw(watch.slot('status'))).toContain('step 40 of 100');
    expect(draw(watch.slot('status'))).toContain('/w/slurm-77.out');
    watch.look(end('completed'));
    expect(needsLooks(watch.state)).toBe(false);
    watch.examine();
    expect(watch.state.verdict).toEqual({ as: 'ENDED', reason: 'job 77 completed' });
    expect(watch.slot('result:1')?.mention).toEqual([ada]);
  });

  it('does not announce the start of a job that ran already, or that hardly waited', () => {
    expect(new Watch([item('77')]).look(running).names).toEqual(['status']);
    const brief = new Watch([{ ...item('77'), submittedAt: begun + 30_000 }]).look(pending).look(running);
    expect(brief.names).toEqual(['status']);
  });

  it('names the failure with the line that proves it, and shows what was used', () => {
    const watch = new Watch([item('77')]).look(running).look(end('failed'));
    const [effect] = listEffects(watch.state);
    const usage = {
      jobId: '77',
      state: 'FAILED',
      elapsedSeconds: 600,
      limitSeconds: 3_600,
      nodes: 1,
      cpus: 8,
      cpuSeconds: 700,
      memoryAsked: 64e9,
      memoryUsed: 3e9,
      gpus: 1,
      gpuPercent: null,
      gpuMemoryUsed: null,
    };
    const found = {
      token: 'watch-w1',
      looked: [{ id: '77', failure: makeFailure({ culprit: { rank: '2', node: null, place: 'train.py:7' } }) }],
      final: true,
      usage,
      proposal: 'Next time --mem=4G would do.',
    };
    watch.do({ kind: 'result', effectId: effect?.id ?? '', output: { kind: 'watch-examined', found } });
    expect(watch.names).toEqual(['status', 'failure:1', 'result:1']);
    expect(draw(watch.slot('failure:1'))).toContain('CUDA out of memory');
    expect(draw(watch.slot('failure:1'))).toContain('of what I read of the log, from train.py:7, rank 2:');
    expect(draw(watch.slot('result:1'))).toContain(`job 77 failed: ${makeFailure().title}`);
    // The failure has called already.
    expect([watch.slot('failure:1')?.mention, watch.slot('result:1')?.mention]).toEqual([[ada], []]);
    expect(draw(watch.slot('result:1'))).toContain('3.0 GB of 64.0 GB (5 %)');
    expect(draw(watch.slot('result:1'))).toContain('--mem=4G');
  });

  it('that cannot be examined ends all the same, and says why', () => {
    const watch = new Watch([item('77')]).look(end('failed'));
    const [effect] = listEffects(watch.state);
    watch.do({ kind: 'fail', effectId: effect?.id ?? '', failure: makeFailure({ title: 'Stopped while reading' }) });
    expect(watch.state.verdict?.as).toBe('ENDED');
    expect(draw(watch.slot('failure:1'))).toContain('Stopped while reading');
  });

  it('is honest about a cluster that does not answer', () => {
    const lastSeenAt = begun + 120_000;
    const watch = new Watch([item('77')]).look(running).look({ kind: 'no-information', why: 'connection refused', lastSeenAt });
    const status = watch.slot('status');
    expect(status?.summary).toContain('the cluster does not answer (connection refused). Last seen 2026-01-05 09:02 UTC: running.');
    expect(watch.state.watch?.items[0]?.observedAt).toBe(begun + 60_000);
    expect(needsLooks(watch.state)).toBe(true);
  });
});

describe('alarms', () => {
  const stalled = (yes: boolean) => ({ judged: { stall: { stalled: yes, words: yes ? 'No output for 40 min.' : '' }, limit: null } });
  const limit = (verdict: 'fits' | 'tight' | 'exceeds') => ({
    judged: { stall: null, limit: { verdict, words: verdict === 'fits' ? '' : `It ${verdict}: resubmit with --time=12:00:00.` } },
  });

  it('are raised once per change of verdict and taken back in place', () => {
    const watch = new Watch([item('77')]).look(running);
    for (const yes of [false, true, true, true]) watch.look(running, stalled(yes));
    expect(watch.names).toEqual(['status', 'warning:1']);
    expect(watch.slot('warning:1')?.mention).toEqual([ada]);
    watch.look(running, stalled(false));
    expect(watch.names).toEqual(['status', 'warning:1']);
    expect(draw(watch.slot('warning:1'))).toContain('It goes on');
    watch.look(running, stalled(true));
    expect(watch.names).toEqual(['status', 'warning:1', 'warning:2']);
  });

  it('about the limit are not raised by an estimate on the edge, nor taken back by one', () => {
    const watch = new Watch([item('77')]).look(running);
    watch.look(running, limit('tight'));
    expect(watch.names).toEqual(['status']);
    for (const verdict of ['exceeds', 'tight', 'exceeds', 'tight'] as const) watch.look(running, limit(verdict));
    expect(watch.names).toEqual(['status', 'warning:1']);
    expect(draw(watch.slot('warning:1'))).toContain('resubmit with --time=12:00:00');
    watch.look(running, limit('fits'));
    expect(draw(watch.slot('warning:1'))).toContain('It fits again');
  });
});

describe('a watch of many', () => {
  it('gives equal failures of an array one message, and examines few of them', () => {
    const watch = new Watch([item('9', 'watch-w1', 'array')]);
    const bad = Array.from({ length: 24 }, (_, index) => `9_${index}`);
    watch.look(running, { parts: parts(10, 100, bad) });
    for (let round = 0; round < 10; round += 1) watch.examine(makeFailure({ fingerprint: 'same' }));
    expect(watch.state.watch?.items[0]?.looked).toHaveLength(12);
    expect(watch.names).toEqual(['status', 'failure:1']);
    expect(watch.slot('failure:1')?.summary).toContain('and 2 more');
    expect(draw(watch.slot('status'))).toContain('124 of 134 ended (100 completed, 24 failed), 10 running');
    watch.look(end('failed'), { parts: parts(0, 110, bad) }).examine();
    expect(watch.state.verdict).toMatchObject({ as: 'ENDED', reason: 'job 9 failed' });
  });

  it('lists each job in one message and ends with the last of them', () => {
    const watch = new Watch([item('1'), item('2', 'watch-w2')], true).look(running).look(end('completed'), {}, 'watch-w2').examine();
    expect(watch.state.verdict).toBeNull();
    expect(watch.slot('status')?.summary).toContain('1 of 2 jobs ended');
    watch.look(end('timeout')).examine(makeFailure());
    expect(watch.state.verdict?.reason).toBe('1 of 2 jobs completed; job 1 timeout');
  });
});

it('reads the logs of all parts that died, a few at a time, before it is over', () => {
  const bad = ['9_1', '9_2', '9_3', '9_4', '9_5', '9_6'];
  const watch = new Watch([item('9', 'watch-w1', 'array')]).look(end('failed'), { parts: parts(0, 2, bad) });
  const failure = makeFailure({ fingerprint: 'f1' });
  expect(watch.examine(failure).state.verdict).toBeNull();
  expect(watch.examine(failure).state.verdict).toEqual({ as: 'ENDED', reason: 'job 9 failed' });
  expect(watch.state.watch?.failures).toMatchObject([{ count: 6, jobs: bad }]);
});

it.each([
  [{ kind: 'ask', question: 'Shall I halve the batch?' }, 'If this were a run of mine I would ask: Shall I halve the batch?'],
  [{ kind: 'install', packages: [{ name: 'einops', specifier: '>=0.7' }] }, 'What would help: install einops>=0.7.'],
  [{ kind: 'more-resources', memoryFactor: 2, timeFactor: 1 }, 'What would help: ask for 2 times the memory.'],
  [null, null],
] as const)('advises what it may not do itself: %j', (remedy, words) => {
  const copy = structuredClone(remedy) as Parameters<typeof adviseRemedy>[0]['remedy'];
  expect(adviseRemedy({ remedy: copy })).toBe(words);
});

it('says of a job that was cancelled while it waited that there is nothing to measure', () => {
  const watch = new Watch([item('77')]).look(pending).look(end('cancelled')).examine();
  expect(draw(watch.slot('result:1'))).toContain('It was not seen running');
});

describe('a cancel', () => {
  it('ends the watching, says that the job goes on, and asks for no work', () => {
    const watch = new Watch([item('77')]).look(running).do({ kind: 'cancel', by: ada, reason: '' });
    expect(watch.state.verdict).toEqual({
      as: 'STOPPED',
      reason: 'no longer watched; job 77 itself goes on; only scancel or its owner ends it',
    });
    expect([listEffects(watch.state), needsLooks(watch.state)]).toEqual([[], false]);
    expect(watch.names).toEqual(['status', 'result:1']);
    watch.do({ kind: 'resume', by: ada });
    expect([watch.state.verdict, needsLooks(watch.state)]).toEqual([null, true]);
  });

  it.each(['stop watching', 'unwatch', 'Stop watching it, please', 'stop following the job'])('is what “%s” means', (text) => {
    expect(readReply(text).kind).toBe('cancel');
  });
});

const AnyLook = fc.record({
  token: fc.constantFrom('watch-w1', 'watch-w2', 'nobody'),
  observation: fc.constantFrom<Observation>(
    pending,
    running,
    end('completed'),
    end('failed'),
    end('cancelled'),
    { kind: 'missing', why: 'gone' },
    { kind: 'no-information', why: 'no answer' },
  ),
  progress: fc.constantFrom(null, makeProgress({ current: 3, total: 9, fraction: 1 / 3 })),
  parts: fc.constantFrom(null, parts(3, 2, []), parts(1, 2, ['9_1', '9_2'])),
  logs: fc.constantFrom<string[] | null>(null, ['/a'], ['/a', '/b']),
  outputAt: fc.constantFrom(null, begun),
  judged: fc.constantFrom(null, {
    stall: { stalled: true, words: 'silent' },
    limit: { verdict: 'exceeds' as const, words: 'too long' },
  }),
});
const AnyMove = fc.oneof(
  { weight: 5, arbitrary: fc.array(AnyLook, { maxLength: 3 }).map((looks) => ({ kind: 'observe-watch' as const, looks })) },
  { weight: 3, arbitrary: fc.constant('examine' as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const, by: ada, reason: 'kill the job' }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'resume' as const, by: ada }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'approve' as const, by: ada, via: 'reply' as const, approvalId: null, digest: null }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reject' as const, by: ada, via: 'reply' as const, approvalId: null, reason: 'no' }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'note' as const, by: ada, text: 'cancel the job', ts: null }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('monitor-slurm', 'diagnose-failure', 'sample-run')
      .map((skill) => ({ kind: 'skill' as const, by: ada, skill, words: 'cancel the job' })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'stop-agent' as const, by: ada }) },
  { weight: 1, arbitrary: fc.constant('answer' as const) },
);

it('no sequence of events makes a watch touch a job, repeat itself, or come to a stop while something is left to see', () => {
  fc.assert(
    fc.property(fc.array(AnyMove, { maxLength: 25 }), (moves) => {
      const watch = new Watch([item('77'), item('9', 'watch-w2', 'array')], true);
      for (const move of moves) {
        if (move === 'answer') watch.answer();
        else if (move === 'examine') watch.examine(makeFailure({ fingerprint: 'one' }));
        else watch.do(move);
        const effects = listEffects(watch.state);
        expect(effects.map((effect) => effect.kind).filter((kind) => kind !== 'examine-watched' && kind !== 'run-agent')).toEqual([]);
        expect(new Set(effects.map((effect) => effect.id)).size).toBe(effects.length);
        expect(watch.state.verdict !== null || effects.length > 0 || needsLooks(watch.state)).toBe(true);
        expect(RunState.parse(JSON.parse(JSON.stringify(watch.state)))).toEqual(JSON.parse(JSON.stringify(watch.state)));
        const { names } = watch;
        expect(new Set(names).size).toBe(names.length);
      }
    }),
  );
});

it('the same look twice is told once', () => {
  fc.assert(
    fc.property(fc.array(AnyLook, { minLength: 1, maxLength: 3 }), (looks) => {
      const unique = looks.filter((look, index) => looks.findIndex((one) => one.token === look.token) === index);
      const watch = new Watch([item('77'), item('9', 'watch-w2', 'array')], true).do({ kind: 'observe-watch', looks: unique });
      const { version } = watch.state;
      expect(watch.do({ kind: 'observe-watch', looks: unique }).state.version).toBe(version);
    }),
  );
});

it('the same trouble of many jobs at once does not flood the thread, and each is named', () => {
  const items = Array.from({ length: 30 }, (_, index) => item(String(100 + index), `watch-w${index}`));
  const watch = new Watch(items, true);
  const judged = { stall: { stalled: true, words: 'No output for 40 min.' }, limit: null };
  for (const one of items) watch.look(running, { judged }, one.token);
  expect(watch.state.warnings).toHaveLength(30);
  expect(watch.names.filter((name) => name.startsWith('warning'))).toHaveLength(8);
  expect(draw(watch.slot('status')).match(/silent for too long/g)).toHaveLength(20);
});

it('a guessed start is told anew when it has moved by as much as people plan by', () => {
  const watch = new Watch([item('77')]).look(pending);
  const { version } = watch.state;
  const move = (minutes: number) => ({ ...pending, startEstimate: begun + 7_200_000 + minutes * 60_000 }) as Observation;
  expect(watch.look(move(10)).state.version).toBe(version);
  expect(watch.look(move(20)).state.version).toBe(version + 1);
});
