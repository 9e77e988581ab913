import { z } from 'zod';
import type { Failure, Remedy } from '../failure.ts';
import { diagnose } from './diagnose.ts';
import type { FailureClass } from './failure-class.ts';

/** One line of `classify --jsonl` input. */
export const FailureRow = z.object({
  id: z.unknown().optional(),
  text: z.string(),
  scheduler_state: z.string().nullish(),
  context: z.string().nullish(),
});
export type FailureRow = z.infer<typeof FailureRow>;

/** One line of `classify --jsonl` output. `none` and `unknown` are categories; a healthy job has the route `none`. */
export interface RowAnswer {
  readonly id?: unknown;
  readonly category: string;
  readonly confidence: number;
  readonly evidence: string | null;
  /** 1-based line of the evidence in `text`. */
  readonly line: number | null;
  readonly route: Failure['route'] | 'none';
  readonly remedy: Remedy | null;
  readonly fingerprint: string | null;
}

/** Diagnoses one row and answers in the flat form that a program reads. */
export function answerRow(row: FailureRow, classes: readonly FailureClass[]): RowAnswer {
  const failure = diagnose({ log: row.text, schedulerState: row.scheduler_state ?? null }, classes);
  return {
    ...(row.id === undefined ? {} : { id: row.id }),
    category: failure.class,
    confidence: failure.confidence,
    evidence: failure.evidence?.text ?? null,
    line: failure.evidence?.line ?? null,
    route: failure.class === 'none' ? 'none' : failure.route,
    remedy: failure.remedy,
    fingerprint: failure.fingerprint ?? null,
  };
}
