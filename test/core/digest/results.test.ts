import { describe, expect, it } from 'vitest';
import { Chart } from '../../../src/core/charts/schema.ts';
import type { Entry } from '../../../src/core/diary/entry.ts';
import { chartResults, listResults, type TargetStand } from '../../../src/core/digest/results.ts';
import { Walk } from '../run/builders.ts';

function makeResult(version: number, figures: Readonly<Record<string, number>>, about = 'lab/net'): Entry {
  return {
    id: `rnet.${version}.0`,
    at: version * 1_000,
    kind: 'result',
    about,
    by: null,
    text: 'Sample measured.',
    figures: Object.entries(figures).map(([name, value]) => ({ name, value, unit: name === 'wall time' ? 's' : '' })),
    source: { of: 'run', id: 'rnet', version, event: 'sample.examined' },
    thread: null,
    message: null,
    commit: null,
    job: null,
    topic: 'sample-run',
  };
}

const read = (lines: ReturnType<typeof listResults>): string[] => lines.map((line) => line.map(({ text }) => text).join(''));
const state = Walk.begin().state;
const target: TargetStand = { state, about: 'lab/net', metric: 'val_acc', direction: 'above', threshold: 0.9, value: 0.88 };

describe('the best results', () => {
  it.each([
    ['loss', [3, 1, 2], 'best loss 1'],
    ['val_acc', [0.7, 0.9, 0.8], 'best val_acc 0.9'],
    ['eval/rmse', [3, 1, 2], 'best eval/rmse 1'],
    ['test_f1', [0.1, 0.3, 0.2], 'best test_f1 0.3'],
    ['f1', [0.1, 0.3, 0.2], 'best f1 0.3'],
    // Nobody knows which way is better: the newest, and no word of “best”.
    ['temperature', [3, 1, 2], 'temperature 2'],
  ])('of %s %j: %s', (name, values, told) => {
    expect(
      read(
        listResults(
          values.map((value, index) => makeResult(index + 1, { [name]: value })),
          [],
        ),
      ),
    ).toEqual([`lab/net: ${told}`]);
  });

  it('leave out counts of work and what has a unit', () => {
    expect(listResults([makeResult(1, { steps: 20, 'wall time': 61 })], [])).toEqual([]);
  });

  it('say first what was aimed at, and that only once', () => {
    const lines = read(listResults([makeResult(1, { val_acc: 0.88, loss: 2 })], [target, { ...target, metric: 'auc', value: null }]));
    expect(lines).toEqual([
      'lab/net: val_acc 0.88, not reached; aimed at above 0.9',
      'lab/net: auc not measured yet; aimed at above 0.9',
      'lab/net: best loss 2',
    ]);
    expect(read(listResults([], [{ ...target, direction: 'below' }]))[0]).toContain('val_acc 0.88, reached');
  });

  it('are drawn where something was measured twice, with the target as a line', () => {
    const entries = [makeResult(1, { loss: 3, val_acc: 0.8 }), makeResult(2, { loss: 2, val_acc: 0.88 }), makeResult(3, { loss: 1 })];
    expect(chartResults(entries.slice(0, 1), [])).toBeNull();
    const free = chartResults(entries, []);
    expect(free?.from).toEqual(['rnet.1.0', 'rnet.2.0', 'rnet.3.0']);
    const aimed = chartResults(entries, [target]);
    expect(Chart.parse(aimed?.chart)).toMatchObject({
      title: 'lab/net: val_acc',
      marks: [{ name: 'target', value: 0.9 }],
      series: [
        {
          points: [
            [1_000, 0.8],
            [2_000, 0.88],
          ],
        },
      ],
    });
  });
});
