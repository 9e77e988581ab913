/** What a digest says, and where each of its numbers comes from. */
import { z } from 'zod';
import { Chart } from '../charts/schema.ts';

const Thread = z.object({ channel: z.string(), ts: z.string() });

/** A piece of a line. What holds a number says how it was come by, and from which entries of the diary or states of runs. */
export const Piece = z.object({
  text: z.string(),
  style: z.enum(['bold', 'code']).optional(),
  user: z.string().optional(),
  /** Epoch milliseconds. */
  time: z.number().optional(),
  thread: Thread.optional(),
  /**
   * `count`: of the entries in `from`. `sum`: of their figures with one of the `names`. `quote`: words of the entry, or of one of its figures.
   * `state`: read from a state. `share`: `value` percent of a budget. `said`: by a model, and held against the entries.
   */
  how: z.enum(['words', 'count', 'sum', 'quote', 'state', 'share', 'said']),
  /** Ids of entries; `<run>@<version>` of states; `<journal>.<version>` of events that a budget counted, and the id of the fact that set it. */
  from: z.array(z.string()),
  /** States that say of those in `from` what makes them count. */
  seenIn: z.array(z.string()).optional(),
  names: z.array(z.string()).optional(),
  value: z.number().optional(),
});
export type Piece = z.infer<typeof Piece>;

export const DigestLine = z.array(Piece);
export type DigestLine = z.infer<typeof DigestLine>;

export const SectionName = z.enum(['moved', 'results', 'failures', 'ideas', 'costs', 'trends', 'ahead']);
export type SectionName = z.infer<typeof SectionName>;

/** A question of a run that can be answered in the digest itself. */
export const Ask = z.object({ run: z.string(), approval: z.number().int(), line: DigestLine });
export type Ask = z.infer<typeof Ask>;

export const Digest = z.object({
  schemaVersion: z.literal(1),
  project: z.string(),
  /** What people call it. */
  title: z.string(),
  edition: z.string(),
  zone: z.string(),
  from: z.number(),
  to: z.number(),
  headline: DigestLine,
  /** By a model, checked sentence by sentence; empty without one. */
  opening: z.array(DigestLine),
  openedBy: z.string().nullable(),
  asks: z.array(Ask),
  /** Who or what else is waited for; answered in the thread. */
  waits: z.array(DigestLine),
  sections: z.array(z.object({ name: SectionName, lines: z.array(DigestLine) })),
  /** Addresses of the threads that it names, by channel and time stamp with a blank between. */
  links: z.record(z.string(), z.string()),
  chart: Chart.nullable(),
  /** Entries that no line stands for; they are counted in the last one. */
  further: z.array(z.string()),
  /** True where nothing happened and nobody is waited for. */
  quiet: z.boolean(),
});
export type Digest = z.infer<typeof Digest>;
