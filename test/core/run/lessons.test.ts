import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/core/run/decide.ts';
import { listLessons } from '../../../src/core/run/lessons.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { describeCommit } from '../../../src/git/record.ts';
import { ada, makeFailure, Walk } from './builders.ts';

const OOM = makeFailure({ fingerprint: 'oom' });

/** Two memory failures, a missing module, and an end that is well. */
function learned(): Walk {
  const walk = Walk.begin().toFirstQuestion().approve();
  walk.work().fail(OOM);
  walk.fail(makeFailure({ ...OOM, remedy: { kind: 'set-argument', argument: '--batch-size', value: '4' } }));
  walk.fail(
    makeFailure({
      class: 'secret_missing',
      title: 'No token=sk-ant-abcdefghijklmnopqrstuvwxyz',
      fingerprint: 'other',
      evidence: null,
      remedy: { kind: 'set-env', name: 'WANDB_MODE', value: 'offline' },
    }),
  );
  walk.work().approve().work();
  return walk.toEnd();
}

describe('what a run teaches', () => {
  it('is each change that got over a failure, with its proof; not one after which the same came again', () => {
    const lessons = listLessons(learned().state);
    expect(lessons).toEqual([
      {
        question: 'karpathy/minGPT: “torch.OutOfMemoryError: CUDA out of memory.” (oom_gpu), sample-run on local',
        answer: '--batch-size 4',
        source: 'run rtestrun, sample-run: attempt 2 failed, line 812 of its log; attempt 4 went well',
      },
      expect.objectContaining({ question: expect.stringContaining('No token=[API key]') as string, answer: 'WANDB_MODE=offline' }),
    ]);
    expect(JSON.stringify(lessons)).not.toContain('sk-ant');
    expect(listLessons(Walk.begin().toJob().toEnd().state)).toEqual([]);
  });

  it('stands in ENV.md once, in the last message, and in a commit of its own', () => {
    const walk = learned();
    walk.do({ ...walk.next(), kind: 'note', by: ada, text: 'thanks', ts: '1' });
    const text = walk.state.documents['ENV.md'] ?? '';
    expect(text.match(/## Learned here/g)).toHaveLength(1);
    expect(text).toMatch(/^# Environment\n\n## Learned here\n/);
    expect(text).toContain('  - what got over it: --batch-size 4\n  - proof: run rtestrun, sample-run: attempt 2 failed');
    const written = walk.events.findLast((event) => event.type === 'document.written');
    expect(written === undefined ? null : describeCommit(walk.state, written)).toBe('learned: karpathy/minGPT - ENV.md');
    expect(JSON.stringify(viewRun(walk.state).at(-1))).toContain('Learned here');
    const late = { id: 'late', at: 9e12, kind: 'note' as const, by: ada, text: 'again', ts: '2' };
    expect(decide(walk.state, late).events?.map((event) => event.type)).toEqual(['note.added']);
  });

  it('is nothing while the step has not come out well', () => {
    const walk = Walk.begin().toFirstQuestion().approve();
    walk.work().fail(OOM);
    walk.fail(makeFailure({ class: 'segfault', remedy: null, fingerprint: 'end' }));
    expect(walk.state.verdict?.as).toBe('NOT READY');
    expect(walk.state.documents['ENV.md']).toBe('# Environment\n');
  });
});
