/** Alarms and honest silence in the thread of a run of our own. */
import { describe, expect, it } from 'vitest';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { judgeWarnings, type Judged } from '../../../src/core/run/warnings.ts';
import fc from '../../support/properties.ts';
import { makeProgress, makeResult, running, Walk } from './builders.ts';

const silent: Judged = { stall: { stalled: true, words: 'No output for 47 min; this job usually moves every 12 s.' }, limit: null };
const moving: Judged = { stall: { stalled: false, words: '' }, limit: null };
const late: Judged = { stall: null, limit: { verdict: 'exceeds', words: 'Will need about 2 h 10 min more than the limit.' } };

function observe(walk: Walk, judged: Judged): Walk {
  const token = walk.state.jobs.at(-1)?.spec.token ?? '';
  return walk.do({ ...walk.next(), kind: 'observe', token, observation: running, progress: null, judged });
}

const listSlots = (walk: Walk): string[] => viewRun(walk.state).map((slot) => slot.name);

describe('a job of our own', () => {
  it('that falls silent raises one alarm, which is taken back in place', () => {
    const walk = observe(observe(Walk.begin().toJob().observe(running), silent), silent);
    expect(listSlots(walk).filter((name) => name.startsWith('warning'))).toEqual(['warning:1']);
    const [alarm] = viewRun(walk.state).filter((slot) => slot.name === 'warning:1');
    expect([alarm?.summary, alarm?.mention]).toEqual([
      'Is it stuck? No output for 47 min; this job usually moves every 12 s.',
      ['UADA0000001'],
    ]);
    expect(walk.events.filter((event) => event.type === 'job.warned')).toHaveLength(1);
    observe(walk, moving);
    expect(JSON.stringify(viewRun(walk.state))).toContain('It goes on: new output since');
  });

  it('that will not end in time is told of early, beside the alarm about silence', () => {
    const walk = observe(observe(Walk.begin().toJob().observe(running), silent), late);
    expect(walk.state.warnings.map((one) => [one.kind, one.over])).toEqual([
      ['stall', null],
      ['limit', null],
    ]);
  });

  it('on a cluster that does not answer was last seen when it was last seen', () => {
    const walk = Walk.begin()
      .toJob()
      .observe(running, makeProgress({ current: 3 }));
    const { at } = walk.next();
    const before = walk.state.jobs[0]?.observedAt;
    walk.observe({ kind: 'no-information', why: 'connection refused', lastSeenAt: at });
    expect(walk.state.jobs[0]?.observedAt).toBe(before);
    const status = viewRun(walk.state)[0]?.summary ?? '';
    expect(status).toContain(
      `the cluster does not answer (connection refused). Last seen ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC: running.`,
    );
  });

  it('is told of at its end as requested against used, with a better request', () => {
    const usage = {
      jobId: '1',
      state: 'COMPLETED',
      elapsedSeconds: 120,
      limitSeconds: 600,
      nodes: 1,
      cpus: 4,
      cpuSeconds: 120,
      memoryAsked: 8e9,
      memoryUsed: 1e9,
      gpus: 0,
      gpuPercent: null,
      gpuMemoryUsed: null,
    };
    const result = {
      ...makeResult(makeProgress({ current: 20, total: 20, fraction: 1 })),
      usage,
      proposal: 'Next time --mem=2G would do.',
    };
    const walk = Walk.begin().toJob().toEnd({ kind: 'examined', result, failure: null, documents: [] });
    const shown = JSON.stringify(viewRun(walk.state).at(-1)?.parts);
    expect(shown).toContain('1 of 4 cores busy (25 %)');
    expect(shown).toContain('1.0 GB of 8.0 GB (13 %)');
    expect(shown).toContain('Next time --mem=2G would do.');
  });
});

it('a verdict that was told is not told again, whatever comes between', () => {
  const Verdict = fc.constantFrom(silent, moving, late);
  fc.assert(
    fc.property(fc.array(Verdict, { maxLength: 20 }), (verdicts) => {
      const walk = Walk.begin().toJob().observe(running);
      for (const judged of verdicts) observe(walk, judged);
      const { warnings } = walk.state;
      const token = walk.state.jobs.at(-1)?.spec.token ?? '';
      for (const kind of ['stall', 'limit'] as const) {
        expect(warnings.filter((one) => one.kind === kind && one.over === null).length).toBeLessThanOrEqual(1);
      }
      const last = verdicts.at(-1);
      if (last !== undefined) expect(judgeWarnings(warnings, token, last)).toEqual([]);
    }),
  );
});
