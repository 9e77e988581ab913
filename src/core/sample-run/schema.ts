import { z } from 'zod';
import { Resources } from '../jobs/job.ts';

/** One thing that makes the sample shorter than the full run, or lets it run where it is. */
export const Bound = z.object({
  argument: z.string(),
  value: z.string(),
  fullValue: z.string().nullable(),
  why: z.string(),
  /** Where it is set; an argument unless told. */
  by: z.enum(['argument', 'environment', 'config', 'source']).optional(),
});

export const SamplePlan = z.object({
  schemaVersion: z.literal(1),
  /** What it proves: that the code trains (when left out), or only that it can be imported and makes one forward pass. */
  mode: z.enum(['train', 'probe']).optional(),
  /** Words of the payload; `{run}` stands for the run's folder, `{python}` for the interpreter of the EnvPlan, `{{}` for a brace of the
   *  repository's that must not be taken for either (core/placeholders.ts). */
  argv: z.array(z.string()).min(1),
  /** As a person would type it in `cwd`. */
  command: z.string(),
  /** Folder within the repository. */
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  /** Files that the bot writes first, relative to the run's folder (a notebook turned into a script, say). */
  files: z.array(z.object({ path: z.string(), content: z.string(), why: z.string() })),
  bounds: z.array(Bound),
  /** Places tied to one machine that are changed in the run's copy; absent where there are none. */
  patches: z.array(z.object({ file: z.string(), line: z.number().int(), from: z.string(), to: z.string(), why: z.string() })).optional(),
  /** Total the log should reach, when an argument sets it. */
  expected: z.object({ unit: z.enum(['step', 'epoch']), total: z.number() }).nullable(),
  /** True when nothing bounds the work but the clock, or epochs alone, of which one may be longer than the sample (the notes say so): being
   *  stopped by the time limit is then no failure. */
  stopsByClock: z.boolean(),
  resources: Resources,
  full: z.object({
    command: z.string(),
    unit: z.enum(['step', 'epoch']).nullable(),
    total: z.number().nullable(),
    /** True where the sample reads a part of the data only: its epochs say nothing about those of a full run. */
    isPart: z.boolean().optional(),
  }),
  notes: z.array(z.string()),
});
export type SamplePlan = z.infer<typeof SamplePlan>;

/** What a probe says about one model class, factory or data set of a repository. */
export const ProbeItem = z.object({
  /** Where it was imported from: `package.module:Name`. */
  target: z.string(),
  kind: z.enum(['model', 'data']),
  /** How far it came. */
  reached: z.enum(['nothing', 'imported', 'made', 'forward']),
  parameters: z.number().nullable(),
  /** The values that it was made with beyond its own defaults. */
  arguments: z.record(z.string(), z.string()),
  input: z.string().nullable(),
  output: z.string().nullable(),
  dtype: z.string().nullable(),
  seconds: z.number().nullable(),
  /** Why it came no further. */
  why: z.string().nullable(),
});
export type ProbeItem = z.infer<typeof ProbeItem>;

/** What a probe says about a repository: nothing of it is training. */
export const ProbeReport = z.object({ items: z.array(ProbeItem).max(60) });
export type ProbeReport = z.infer<typeof ProbeReport>;
