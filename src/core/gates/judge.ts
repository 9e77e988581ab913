import type { Table } from '../tables/table.ts';
import { judgeAblation, measureAblation, type Ablation } from './ablation.ts';
import { alignTables, listSeries } from './align.ts';
import { combineAll, judgeGate, type Check, type CheckId, type Checks, type GateId, type Verdict } from './checks.ts';
import { judgeInformation, measureInformation, type Information } from './information.ts';
import type { GateSpec, GateThresholds } from './spec.ts';
import { judgeStandAlone, measureStandAlone, type StandAlone } from './stand-alone.ts';

/** The files of a spec, read. */
export interface GateTables {
  readonly base: Table;
  readonly sub: Table;
  readonly target: Table;
  readonly predictions: Table | null;
  /** SHA-256 of the baseline's part of the predictions; `null` without predictions. */
  readonly baselineSha256: string | null;
}

interface Judged<G extends GateId> {
  readonly checks: Checks<G>;
  readonly verdict: Verdict;
  readonly passed: boolean;
}

/** All numbers of a feature and what they amount to. `passed` is true only where everything that must be measured was, and held. */
export interface GateReport {
  readonly feature: string;
  readonly rows: number;
  /** Shared dates left out because a value is missing. */
  readonly rows_dropped: number;
  readonly gate1: StandAlone & Judged<'gate1'>;
  readonly gate2: Information & Judged<'gate2'>;
  readonly gate3: Partial<Ablation> & Judged<'gate3'> & { readonly baseline_sha256: string | null; readonly baseline_pinned: boolean };
  readonly verdict: Verdict;
  readonly passed: boolean;
}

function settle<G extends GateId>(gate: G, checks: Checks<G>, thresholds: GateThresholds): Judged<G> {
  const verdict = judgeGate(gate, (id) => (checks as Partial<Record<CheckId, Check>>)[id]?.value, thresholds);
  return { checks, verdict, passed: verdict === 'passed' };
}

function insistOnBaseline(spec: GateSpec, found: string | null): void {
  if (spec.baseline_sha256 === undefined || spec.baseline_sha256 === found) return;
  if (found === null) throw new Error('the spec pins a baseline and names no predictions');
  throw new Error(`the baseline has changed: the spec pins ${spec.baseline_sha256}, the predictions hold ${found}`);
}

/**
 * Measures and judges the three gates. Throws, with a sentence for a person, where the tables cannot be judged at all: no shared rows,
 * text among numbers, two rows for one day, another baseline than the pinned one.
 */
export function judgeFeature(spec: GateSpec, tables: GateTables): GateReport {
  insistOnBaseline(spec, tables.baselineSha256);
  const aligned = alignTables(tables.base, tables.sub, tables.target);
  if (aligned.rows === 0) throw new Error('base, sub-model and target share no row without a missing value');
  const standAlone = measureStandAlone(listSeries(tables.sub), aligned, spec.errors);
  const information = measureInformation(aligned);
  const ablation = tables.predictions === null ? null : measureAblation(tables.predictions);
  const { thresholds } = spec;
  const gate1 = settle('gate1', judgeStandAlone(standAlone, thresholds), thresholds);
  const gate2 = settle('gate2', judgeInformation(information, thresholds), thresholds);
  const gate3 = settle('gate3', judgeAblation(ablation, thresholds), thresholds);
  const verdict = combineAll([gate1.verdict, gate2.verdict, gate3.verdict]);
  return {
    feature: spec.feature,
    rows: aligned.rows,
    rows_dropped: aligned.dropped,
    gate1: { ...standAlone, ...gate1 },
    gate2: { ...information, ...gate2 },
    gate3: { ...ablation, ...gate3, baseline_sha256: tables.baselineSha256, baseline_pinned: spec.baseline_sha256 !== undefined },
    verdict,
    passed: verdict === 'passed',
  };
}
