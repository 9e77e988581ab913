import { z } from 'zod';
import type { RowAnswer } from '../../src/core/diagnosis/answer-row.ts';
import { EXPECTED_ROUTES, RETRIABLE } from './routes.ts';

/** A row with the answer beside it. Both forms of file have these; `evidence` is missing where nobody marked a line. */
export const LabelledRow = z.object({
  id: z.string(),
  category: z.string(),
  also: z.array(z.string()).nullish(),
  evidence: z.string().nullish(),
  evidence_also: z.array(z.string()).nullish(),
  scheduler_state: z.string().nullish(),
  context: z.string().nullish(),
  text: z.string(),
});
export type LabelledRow = z.infer<typeof LabelledRow>;

export interface Scored {
  readonly row: LabelledRow;
  readonly answer: RowAnswer;
  readonly right: boolean;
  readonly routeRight: boolean;
  /** Null where the row has no marked line. */
  readonly evidenceHit: boolean | null;
}

export interface Share {
  readonly hits: number;
  readonly of: number;
}

/** Judges one answer by the row's labels. */
export function scoreRow(row: LabelledRow, answer: RowAnswer): Scored {
  const accepted = [row.category, ...(row.also ?? [])];
  const lines = [row.evidence, ...(row.evidence_also ?? [])]
    .filter((line) => line !== undefined && line !== null)
    .map((line) => line.trim());
  return {
    row,
    answer,
    right: accepted.includes(answer.category),
    routeRight: accepted.some((category) => EXPECTED_ROUTES[category]?.includes(answer.route) === true),
    evidenceHit: lines.length === 0 || row.category === 'none' ? null : lines.includes((answer.evidence ?? '').trim()),
  };
}

const isFailure = ({ row }: Scored): boolean => row.category !== 'none';
const count = (all: readonly Scored[], test: (one: Scored) => boolean): Share => ({ hits: all.filter(test).length, of: all.length });

export interface Summary {
  readonly category: Share;
  readonly route: Share;
  readonly evidenceWhereRight: Share;
  readonly evidenceOfAll: Share;
  readonly falseAlarms: Share;
  readonly unknown: Share;
  readonly falseOom: readonly Scored[];
  readonly wrongRetry: readonly Scored[];
  readonly macroF1: number;
}

/** The figures of a whole file. */
export function summarize(all: readonly Scored[]): Summary {
  const failures = all.filter(isFailure);
  const marked = failures.filter((one) => one.evidenceHit !== null);
  const accepts = ({ row }: Scored, test: (category: string) => boolean) => [row.category, ...(row.also ?? [])].some(test);
  return {
    category: count(failures, (one) => one.right),
    route: count(failures, (one) => one.routeRight),
    evidenceWhereRight: count(
      marked.filter((one) => one.right),
      (one) => one.evidenceHit === true,
    ),
    evidenceOfAll: count(marked, (one) => one.evidenceHit === true && one.right),
    falseAlarms: count(
      all.filter((one) => !isFailure(one)),
      (one) => !one.right,
    ),
    unknown: count(failures, (one) => one.answer.category === 'unknown'),
    falseOom: all.filter((one) => one.answer.category.startsWith('oom_') && !accepts(one, (category) => category.startsWith('oom_'))),
    wrongRetry: all.filter((one) => one.answer.route === 'retry' && !accepts(one, (category) => RETRIABLE.includes(category))),
    macroF1: measureMacroF1(all),
  };
}

/** Mean F1 over the categories that the rows have; an accepted other answer counts as the row's own category. */
function measureMacroF1(all: readonly Scored[]): number {
  const pairs = all.map(({ row, answer, right }) => ({ actual: row.category, predicted: right ? row.category : answer.category }));
  const categories = [...new Set(pairs.map((pair) => pair.actual))];
  const scores = categories.map((category) => {
    const hits = pairs.filter((pair) => pair.actual === category && pair.predicted === category).length;
    const total = pairs.filter((pair) => pair.actual === category).length + pairs.filter((pair) => pair.predicted === category).length;
    return (2 * hits) / total;
  });
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

export interface RiskPoint {
  readonly coverage: number;
  readonly confidence: number;
  readonly error: number;
}

/** Error among the most confident share of the answers, for each share asked for. */
export function measureRisk(all: readonly Scored[], coverages: readonly number[]): RiskPoint[] {
  const sorted = [...all].sort((one, other) => other.answer.confidence - one.answer.confidence);
  return coverages.map((coverage) => {
    const taken = sorted.slice(0, Math.max(1, Math.round(coverage * sorted.length)));
    const wrong = taken.filter((one) => !one.right).length;
    return { coverage, confidence: taken.at(-1)?.answer.confidence ?? 0, error: taken.length === 0 ? 0 : wrong / taken.length };
  });
}

export interface CalibrationBin {
  readonly from: number;
  readonly rows: number;
  readonly said: number;
  readonly right: number;
}

/** What was said against what was true, by tenths of confidence; with the expected calibration error. */
export function measureCalibration(all: readonly Scored[]): { bins: CalibrationBin[]; error: number } {
  const bins: CalibrationBin[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    const inside = all.filter(({ answer }) => Math.min(9, Math.floor(answer.confidence * 10)) === tenth);
    if (inside.length === 0) continue;
    const said = inside.reduce((sum, { answer }) => sum + answer.confidence, 0) / inside.length;
    bins.push({ from: tenth / 10, rows: inside.length, said, right: inside.filter((one) => one.right).length / inside.length });
  }
  const error = bins.reduce((sum, bin) => sum + (bin.rows / Math.max(1, all.length)) * Math.abs(bin.said - bin.right), 0);
  return { bins, error };
}

/** Which category was taken for which other one, most frequent first. */
export function listConfusions(all: readonly Scored[]): { actual: string; predicted: string; ids: string[] }[] {
  const table = new Map<string, string[]>();
  for (const { row, answer, right } of all) {
    if (right) continue;
    const key = `${row.category}\t${answer.category}`;
    table.set(key, [...(table.get(key) ?? []), row.id]);
  }
  return [...table]
    .map(([key, ids]) => ({ actual: key.split('\t')[0] ?? '', predicted: key.split('\t')[1] ?? '', ids }))
    .sort((one, other) => other.ids.length - one.ids.length);
}
