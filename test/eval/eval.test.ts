import { describe, expect, it } from 'vitest';
import { answerRow, type RowAnswer } from '../../src/core/diagnosis/answer-row.ts';
import type { FailureClass } from '../../src/core/diagnosis/failure-class.ts';
import { loadPlugins } from '../../src/plugins.ts';
import { CORPUS, parseCorpus, readCorpus } from './read-corpus.ts';
import { EXPECTED_ROUTES } from './routes.ts';
import { listConfusions, measureCalibration, measureRisk, scoreRow, summarize, type LabelledRow } from './score.ts';

const classes = await loadPlugins<FailureClass>(new URL('../../src/failures/', import.meta.url));
const row = (category: string, more: Partial<LabelledRow> = {}): LabelledRow => ({
  id: category,
  category,
  text: 'x',
  evidence: 'x',
  ...more,
});
const answer = (category: string, route: RowAnswer['route'], more: Partial<RowAnswer> = {}): RowAnswer => ({
  category,
  route,
  confidence: 0.9,
  evidence: 'x',
  line: 1,
  remedy: null,
  fingerprint: null,
  ...more,
});

describe('the score', () => {
  it('takes another accepted answer, spaces at the ends, and its route', () => {
    const scored = scoreRow(row('api_compat', { also: ['missing_module'] }), answer('missing_module', 'environment', { evidence: '  x ' }));
    expect(scored).toMatchObject({ right: true, routeRight: true, evidenceHit: true });
  });

  it('counts a false alarm, a false oom and a wrong retry', () => {
    const all = [
      scoreRow(row('none'), answer('oom_gpu', 'resources')),
      scoreRow(row('missing_module'), answer('network_timeout', 'retry')),
      scoreRow(row('oom_host'), answer('oom_gpu', 'resources')),
      scoreRow(row('none'), answer('none', 'none')),
    ];
    const summary = summarize(all);
    expect(summary.falseAlarms).toEqual({ hits: 1, of: 2 });
    expect(summary.falseOom.map((one) => one.row.id)).toEqual(['none']);
    expect(summary.wrongRetry.map((one) => one.row.id)).toEqual(['missing_module']);
    expect(summary.category).toEqual({ hits: 0, of: 2 });
    expect(summary.evidenceOfAll).toEqual({ hits: 0, of: 2 });
    expect(listConfusions(all)).toContainEqual({ actual: 'oom_host', predicted: 'oom_gpu', ids: ['oom_host'] });
  });

  it('measures risk from the surest answer on, and what was said against what was true', () => {
    const all = [0.95, 0.85, 0.45].map((confidence) =>
      scoreRow(row('oom_gpu'), answer(confidence > 0.5 ? 'oom_gpu' : 'unknown', 'ask', { confidence })),
    );
    expect(measureRisk(all, [0.67, 1]).map(({ error }) => error)).toEqual([0, 1 / 3]);
    expect(measureCalibration(all).bins.map(({ from, right }) => [from, right])).toEqual([
      [0.4, 0],
      [0.8, 1],
      [0.9, 1],
    ]);
  });

  it('gives macro-F1 of 1 for all right and counts each category alike', () => {
    const right = [scoreRow(row('oom_gpu'), answer('oom_gpu', 'resources')), scoreRow(row('none'), answer('none', 'none'))];
    expect(summarize(right).macroF1).toBe(1);
    expect(summarize([...right, scoreRow(row('segfault'), answer('none', 'none'))]).macroF1).toBeCloseTo((1 + 2 / 3 + 0) / 3);
  });
});

describe('the corpus', () => {
  it('reads heads, marks and single lines', () => {
    expect(parseCorpus('oom_gpu', '=== [oom_host] state=FAILED is=segfault\nfine\n>> bad␍worse\n+> also\n===\nalone\n')).toMatchObject([
      {
        id: 'oom_gpu-1',
        category: 'segfault',
        also: ['oom_host'],
        scheduler_state: 'FAILED',
        evidence: 'bad\rworse',
        evidence_also: ['also'],
      },
      { id: 'oom_gpu-2', category: 'oom_gpu', scheduler_state: null, evidence: 'alone', text: 'alone' },
    ]);
  });

  it('has every class, and a route for each', async () => {
    const rows = await readCorpus(CORPUS);
    const known = [...classes.map((one) => one.id), 'unknown', 'none'].sort();
    expect([...new Set(rows.map((one) => one.category))].sort()).toEqual(known);
    expect(Object.keys(EXPECTED_ROUTES).sort()).toEqual(known);
  });

  it('is answered well, without a false oom', async () => {
    const all = (await readCorpus(CORPUS)).map((one) => scoreRow(one, answerRow(one, classes)));
    const { category, route, evidenceOfAll, falseAlarms, falseOom } = summarize(all);
    expect(category.hits / category.of).toBeGreaterThan(0.98);
    expect(route.hits / route.of).toBeGreaterThan(0.98);
    expect(evidenceOfAll.hits / evidenceOfAll.of).toBeGreaterThan(0.95);
    expect(falseAlarms.hits).toBeLessThanOrEqual(1);
    expect(falseOom.map((one) => one.row.id)).toEqual([]);
  });
});
