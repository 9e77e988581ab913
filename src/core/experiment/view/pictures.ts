/** Pictures of an attempt, once its numbers are known: they show what was measured until then, and never change again. */
import { chartAttempts } from '../../charts/attempts.ts';
import { chartImportance } from '../../charts/measures.ts';
import { MOST_BARS, type BarChart, type Chart } from '../../charts/schema.ts';
import type { Part as ViewPart } from '../../run/slots.ts';
import type { Attempt, ExperimentState, Part } from '../schema.ts';
import { findNoise, listJudged } from '../stop.ts';
import { isPassed } from '../verdicts.ts';

export function viewPictures(exp: ExperimentState, part: Part, attempt: Attempt): ViewPart[] {
  if (attempt.decision === null || attempt.measured === null) return [];
  const until = listJudged(part).filter(({ number }) => number <= attempt.number);
  const pictures: readonly (readonly [string, Chart | null])[] = [
    ['gap', drawGap(exp, part, until)],
    ['metric', drawMetric(exp, part, until)],
    ['importance', chartImportance(`What counts in ${part.name}, attempt ${attempt.number}`, 'importance', attempt.measured.importance)],
  ];
  return pictures.flatMap(([name, chart]) => (chart === null ? [] : [{ kind: 'picture' as const, name, chart, isFinal: true }]));
}

/** Error on training and on held-out data, attempt by attempt; a single attempt has a gap that the table tells. */
function drawGap(exp: ExperimentState, part: Part, attempts: readonly Attempt[]): Chart | null {
  const scores = attempts.flatMap((attempt) => {
    const errors = attempt.measured?.report?.errors;
    return errors === null || errors === undefined
      ? []
      : [{ name: String(attempt.number), train: errors.train, test: errors.test, isFinal: isPassed(exp, attempt) }];
  });
  if (scores.length < 2) return null;
  return chartAttempts({ title: `Training and test error of ${part.name}`, metric: 'error', attempts: scores, baseline: null });
}

/** The metric by which attempts are compared, beside the baseline and what the gate asks for. */
function drawMetric(exp: ExperimentState, part: Part, attempts: readonly Attempt[]): BarChart | null {
  const { project } = exp;
  const compared = attempts.flatMap((attempt) => {
    const found = attempt.measured?.report?.compared;
    return found === null || found === undefined ? [] : [{ attempt, ...found }];
  });
  const [first] = compared;
  if (first === undefined || project === null) return null;
  const metric = project.stop.metric;
  const floor = findNoise(part)?.floor ?? null;
  const bars = compared.map(({ attempt, extended }) => {
    const tone = isPassed(exp, attempt) ? ('chosen' as const) : ('plain' as const);
    return { name: `attempt ${attempt.number}`, value: extended, error: floor === null || floor === 0 ? null : floor, tone };
  });
  return {
    kind: 'bars',
    title: `${metric.replaceAll('_', ' ')} of ${part.name} against the baseline`,
    note: floor === null ? '' : 'The error bars are the noise of unchanged runs.',
    value: { name: metric.replaceAll('_', ' '), unit: '', scale: 'linear' },
    marks: [
      { name: 'baseline', value: first.baseline },
      { name: 'asked for', value: first.baseline + project.gates[metric] },
    ],
    bars: bars.slice(-MOST_BARS),
  };
}
