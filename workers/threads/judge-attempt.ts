import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { listImportance, measureFeature, Metrics } from '../../src/core/experiment/measure.ts';
import type { Project } from '../../src/core/experiment/project.ts';
import type { Measured } from '../../src/core/experiment/schema.ts';
import { measureTargets } from '../../src/core/experiment/targets.ts';
import { renderBaseline } from '../../src/core/gates/ablation.ts';
import { loadTable } from '../../src/tables/load-table.ts';

export interface JudgeJob {
  readonly project: Project;
  readonly part: string;
  readonly kind: 'feature' | 'meta';
  /** Absolute paths; `sub` means nothing for a meta-model. */
  readonly paths: {
    readonly base: string;
    readonly target: string;
    readonly sub: string;
    readonly predictions: string;
    readonly metrics: string;
  };
  readonly baselineSha256: string | null;
}

export type JudgeAnswer =
  | { readonly ok: true; readonly measured: Measured }
  /** The files cannot be judged, and why. */
  | { readonly ok: false; readonly problem: 'output' | 'baseline'; readonly why: string };

const MOST_METRICS = 2_000_000;

/** Measures what an attempt left; meant for a thread, since the estimators take seconds and the files are a notebook’s. */
export default async function judgeAttempt(job: JudgeJob): Promise<JudgeAnswer> {
  try {
    return { ok: true, measured: job.kind === 'meta' ? await judgeMeta(job) : await judgeOne(job) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: why.startsWith('the baseline has changed') ? 'baseline' : 'output', why };
  }
}

async function judgeOne({ project, part, paths, baselineSha256 }: JudgeJob): Promise<Measured> {
  const predictions = await loadTable(paths.predictions);
  const tables = {
    base: await loadTable(paths.base),
    sub: await loadTable(paths.sub),
    target: await loadTable(paths.target),
    predictions,
    baselineSha256: createHash('sha256').update(renderBaseline(predictions)).digest('hex'),
  };
  return measureFeature(project, part, tables, await readMetrics(paths.metrics), baselineSha256);
}

async function judgeMeta({ project, paths }: JudgeJob): Promise<Measured> {
  const metrics = await readMetrics(paths.metrics);
  const targets = measureTargets(project.meta?.targets ?? [], await loadTable(paths.predictions), metrics);
  return { report: null, targets, gain: null, importance: listImportance(metrics) };
}

async function readMetrics(path: string): Promise<Metrics> {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  if (text.length > MOST_METRICS) throw new Error('the metrics file is too large');
  // Python writes NaN and Infinity, which are no JSON; what cannot be read was not measured.
  const value: unknown = JSON.parse(text.replaceAll(/(?<=[\s:[,])-?(?:NaN|Infinity)(?=\s{0,9}[,}\]])/g, 'null'));
  const parsed = Metrics.safeParse(value);
  if (!parsed.success)
    throw new Error(
      `the metrics file does not fit: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}`,
    );
  return parsed.data;
}
