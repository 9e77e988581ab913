import { describe, expect, it } from 'vitest';
import type { Part } from '../../../src/core/run/slots.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { viewWatchCurves } from '../../../src/core/run/view/curves.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { ended, makeLoss, makeProgress, makeResult, running, Walk } from './builders.ts';

const loss = (values: readonly number[]) => makeProgress({ current: values.length, loss: makeLoss(values) });

function findPictures(state: RunState): [string, Extract<Part, { kind: 'picture' }>][] {
  return viewRun(state).flatMap(({ name, parts }) => parts.flatMap((part) => (part.kind === 'picture' ? [[name, part] as const] : [])));
}

describe('curves in a thread', () => {
  it('stand in the status while a job runs, as something that still changes', () => {
    const walk = Walk.begin()
      .toJob()
      .observe(running, loss([3, 2, 1]));
    const found = findPictures(walk.state);
    expect(found.map(([slot, { name, isFinal }]) => [slot, name, isFinal])).toEqual([['status', 'loss', false]]);
    expect(found[0]?.[1].chart).toMatchObject({
      title: 'Loss of karpathy/minGPT on local',
      series: [
        {
          name: 'loss',
          points: [
            [0, 3],
            [1, 2],
            [2, 1],
          ],
        },
      ],
    });
  });

  it('are not drawn for two values, which words tell better', () => {
    expect(
      findPictures(
        Walk.begin()
          .toJob()
          .observe(running, loss([3, 2])).state,
      ),
    ).toEqual([]);
  });

  it('stand in the last word at the end, and nowhere else', () => {
    const result = makeResult(loss([3, 2, 1, 0.5]));
    const walk = Walk.begin()
      .toJob()
      .observe(running, loss([3, 2, 1]));
    walk.observe(ended).work({ kind: 'examined', result, failure: null, documents: [] });
    const found = findPictures(walk.state);
    expect(found.map(([slot, { isFinal }]) => [slot, isFinal])).toEqual([['result:1', true]]);
    expect(found[0]?.[1].chart).toMatchObject({
      series: [
        {
          points: [
            [0, 3],
            [1, 2],
            [2, 1],
            [3, 0.5],
          ],
        },
      ],
    });
  });

  it('of several attempts lie over each other', () => {
    const { state } = Walk.begin()
      .toJob()
      .observe(running, loss([3, 2, 1]));
    const [job] = state.jobs;
    if (job === undefined) throw new Error('no job');
    const again = { ...job, attempt: 2, progress: loss([4, 2, 0.5]) };
    const [[, picture] = []] = findPictures({ ...state, jobs: [job, again] });
    expect(picture?.chart).toMatchObject({ series: [{ name: 'attempt 1' }, { name: 'attempt 2' }] });
  });

  it('of watched jobs are named by them', () => {
    const { state } = Walk.begin().toJob();
    const item = { jobId: '41', name: 'vit', progress: loss([3, 2, 1]) };
    const watch = { items: [item, { ...item, jobId: '42', progress: null }, { ...item, jobId: '43' }] } as unknown as NonNullable<
      RunState['watch']
    >;
    expect(viewWatchCurves(state, watch, false)).toMatchObject([{ chart: { series: [{ name: '41 vit' }, { name: '43 vit' }] } }]);
  });
});
