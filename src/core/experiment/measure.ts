/** From tables to the numbers that decide: what a feature’s attempt measures, ready for the journal. Pure. */
import { z } from 'zod';
import type { Check } from '../gates/checks.ts';
import { judgeFeature, type GateReport, type GateTables } from '../gates/judge.ts';
import type { Project } from './project.ts';
import type { Measured, StoredReport } from './schema.ts';

/** The part of a metrics file that is read; everything else in it is left alone. */
export const Metrics = z.looseObject({
  errors: z.object({ train: z.number().min(0), test: z.number().min(0) }).optional(),
  importance: z.record(z.string(), z.number()).optional(),
});
export type Metrics = z.infer<typeof Metrics>;

/** JSON has no infinity; the largest number fails and passes exactly where it would. */
const LARGEST = Number.MAX_VALUE;
const MOST_IMPORTANCE = 20;

/** The gates of a feature’s attempt. Throws, in words, where the tables cannot be judged. */
export function measureFeature(
  project: Project,
  feature: string,
  tables: GateTables,
  metrics: Metrics,
  baselineSha256: string | null,
): Measured {
  const { errors } = metrics;
  const spec = {
    feature,
    base: project.base,
    sub: project.outputs.sub,
    target: project.target.file,
    predictions: project.outputs.predictions,
    thresholds: project.gates,
    ...(errors === undefined ? {} : { errors }),
    ...(baselineSha256 === null ? {} : { baseline_sha256: baselineSha256 }),
  };
  const report = judgeFeature(spec, tables);
  return {
    report: storeReport(report, errors ?? null, project.stop.metric),
    targets: null,
    gain: readGain(report, project.stop.metric),
    importance: listImportance(metrics),
  };
}

/** The largest importances that the notebook reports. */
export function listImportance({ importance = {} }: Metrics): Measured['importance'] {
  return Object.entries(importance)
    .map(([name, value]) => ({ name: name.slice(0, 80), value }))
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, MOST_IMPORTANCE);
}

function readGain(report: GateReport, metric: Project['stop']['metric']): number | null {
  const { value } = report.gate3.checks[metric];
  if (value === null) return null;
  return metric === 'mae' ? -value : value;
}

function storeReport(report: GateReport, errors: { train: number; test: number } | null, metric: Project['stop']['metric']): StoredReport {
  const [baseline, extended] = [report.gate3.mean?.baseline[metric], report.gate3.mean?.extended[metric]];
  const isCompared = Number.isFinite(baseline) && Number.isFinite(extended);
  return {
    feature: report.feature,
    rows: report.rows,
    dropped: report.rows_dropped,
    gate1: storeGate(report.gate1),
    gate2: storeGate(report.gate2),
    gate3: storeGate(report.gate3),
    baselineSha256: report.gate3.baseline_sha256,
    baselinePinned: report.gate3.baseline_pinned,
    errors,
    compared: isCompared ? { metric, baseline: baseline ?? 0, extended: extended ?? 0 } : null,
  };
}

function storeGate({
  checks,
  verdict,
}: {
  readonly checks: Readonly<Record<string, Check>>;
  readonly verdict: Check['verdict'];
}): StoredReport['gate1'] {
  const stored = Object.entries(checks).map(([name, { value, rule, threshold, verdict, why }]) => [
    name,
    { value: clamp(value), rule, threshold, verdict, why },
  ]);
  return { checks: Object.fromEntries(stored), verdict };
}

function clamp(value: number | null): number | null {
  if (value === null || Number.isNaN(value)) return null;
  return Math.min(LARGEST, Math.max(-LARGEST, value));
}
