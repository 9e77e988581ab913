import { describe, expect, it } from 'vitest';
import { compareAttempts, readFacts } from '../../../src/core/run/compare-attempts.ts';
import { describeHistory, listSightings, nameProject } from '../../../src/core/run/failure-history.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { ended, makeFailure, Walk } from './builders.ts';

const good = Walk.begin().toJob().toEnd().state;
const broken = makeFailure({ fingerprint: 'oom_gpu-1' });

/** The good run, with its job and environment changed. */
function change(parts: {
  argv?: string[];
  env?: Record<string, string>;
  node?: string;
  memoryMb?: number;
  built?: Record<string, string>;
}): RunState {
  const [job] = good.jobs;
  if (job === undefined || good.env === null) throw new Error('no job');
  const folder = '/work/another';
  const spec = {
    ...job.spec,
    runFolder: folder,
    argv: parts.argv ?? job.spec.argv,
    env: { HOME: `${folder}/home`, ...parts.env },
    resources: { ...job.spec.resources, memoryMb: parts.memoryMb ?? 4000 },
  };
  return {
    ...good,
    id: 'ranother',
    updatedAt: good.updatedAt + 3 * 86_400_000,
    clone: { commit: 'c4fe00000', committedAt: '', sizeBytes: 1, files: 1 },
    env: { ...good.env, built: parts.built ?? good.env.built },
    jobs: [{ ...job, spec, observation: { ...ended, node: parts.node ?? 'n1' } }],
  };
}

const first = (): RunState => ({
  ...good,
  jobs: good.jobs.map((job) => ({
    ...job,
    observation: { ...ended, node: 'n1' },
    spec: { ...job.spec, env: { HOME: `${job.spec.runFolder}/home` } },
  })),
});

describe('compareAttempts', () => {
  it('names commit, environment, node, data, arguments, resources and time', () => {
    const argv = ['python', 'train.py', '--max-iters=40', '--data-dir', '/data/other', '--fp16', 'more'];
    const later = change({
      argv,
      env: { TOKEN: 'secret' },
      node: 'n7',
      memoryMb: 8000,
      built: { torch: '2.5.0', python: '3.11.2', einops: '0.8' },
    });
    const changes = compareAttempts(readFacts(first()), readFacts(later));
    expect(changes.map(({ what, text }) => `${what}: ${text}`)).toEqual([
      'commit: 37baab7 → c4fe000',
      'environment: einops 0.8 is new',
      'environment: torch 2.4.0 → 2.5.0',
      'arguments: --max-iters 20 → 40',
      'data: --data-dir /data/other is new',
      'arguments: --fp16 more is new',
      'environment: variable TOKEN differs',
      'resources: memory 4.2 GB → 8.4 GB',
      'node: n1 → n7',
      'time: 3 d 0 h later',
    ]);
    expect(JSON.stringify(changes)).not.toContain('secret');
  });

  it('says nothing but the time where nothing else changed, whatever the folders of the runs are called', () => {
    expect(compareAttempts(readFacts(first()), readFacts({ ...change({}), clone: good.clone }))).toMatchObject([{ what: 'time' }]);
  });

  it('counts what it has no room for', () => {
    const built = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`package-${index}`, '1']));
    const texts = compareAttempts(readFacts(first()), readFacts(change({ built }))).filter(({ what }) => what === 'environment');
    expect(texts).toHaveLength(6);
    expect(texts.at(-1)?.text).toBe('and 17 more');
  });
});

describe('the history of a failure', () => {
  it('tells how often, and what got over it', () => {
    const walk = Walk.begin().toJob().observe(ended).fail(broken);
    expect(listSightings(walk.state)).toMatchObject([{ fingerprint: 'oom_gpu-1', runId: walk.state.id, count: 1, fixedBy: null }]);
    walk.work().approve().work().toEnd();
    expect(listSightings(walk.state)).toMatchObject([{ count: 1, fixedBy: '--batch-size 8' }]);
  });

  it('says that trying again was enough', () => {
    const walk = Walk.begin().toJob().observe(ended);
    walk
      .fail(makeFailure({ class: 'preempted', fingerprint: 'preempted-1' }))
      .work()
      .work()
      .toEnd();
    expect(listSightings(walk.state)).toMatchObject([{ fixedBy: 'the same again' }]);
  });

  it('takes numbers only from other channels', () => {
    const now = Walk.begin().toJob().observe(ended).state;
    const seen = { fingerprint: 'oom_gpu-1', by: 'UBEN0000002', at: 5, count: 2 };
    const history = describeHistory(
      now,
      broken,
      [
        { ...seen, runId: 'rprivate', channel: 'CPRIVATE', fixedBy: 'a secret of theirs' },
        { ...seen, runId: 'rhere', channel: now.request.channel, fixedBy: null },
      ],
      null,
    );
    expect(history).toEqual({ seen: 4, runs: [{ runId: 'rhere', by: 'UBEN0000002', at: 5 }], elsewhere: 1, fixed: null, since: null });
    expect(nameProject(now)).not.toBe(nameProject({ ...now, request: { ...now.request, channel: 'CPRIVATE' } }));
  });

  it('stands in the message of the failure', () => {
    const walk = Walk.begin().toJob().observe(ended);
    const history = {
      seen: 3,
      runs: [{ runId: 'rhere', by: 'UBEN0000002', at: 5 }],
      elsewhere: 1,
      fixed: { runId: 'rhere', how: 'install einops' },
      since: { runId: 'rgood', at: 7, changes: [{ what: 'commit' as const, text: 'a → b' }] },
    };
    walk.do({ ...walk.next(), kind: 'fail', effectId: `${walk.state.id}.sample-run.1.examine`, failure: broken, history });
    const shown = JSON.stringify(viewRun(walk.state).find((slot) => slot.name === 'failure:1'));
    expect(shown).toContain('Seen 3 times before');
    expect(shown).toContain('1 run of other channels');
    expect(shown).toContain('last time fixed by: install einops (rhere)');
    expect(shown).toContain('commit a → b');
  });

  it('compares with the last good run', () => {
    const { since } = describeHistory(change({ node: 'n9' }), broken, [], first());
    expect(since).toMatchObject({ runId: good.id, changes: expect.arrayContaining([{ what: 'node', text: 'n1 → n9' }]) });
  });
});
