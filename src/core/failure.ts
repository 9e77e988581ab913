import { z } from 'zod';

export const FailureRoute = z.enum(['retry', 'code', 'environment', 'data', 'resources', 'ask']);

/** What the bot can propose to do about a failure. Each is an action that a person approves before it happens. */
export const Remedy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('retry'), waitSeconds: z.number().min(0), elsewhere: z.boolean() }),
  z.object({ kind: z.literal('install'), packages: z.array(z.object({ name: z.string(), specifier: z.string() })) }),
  z.object({ kind: z.literal('set-argument'), argument: z.string(), value: z.string() }),
  z.object({ kind: z.literal('set-env'), name: z.string(), value: z.string() }),
  z.object({ kind: z.literal('more-resources'), memoryFactor: z.number(), timeFactor: z.number() }),
  z.object({ kind: z.literal('ask'), question: z.string() }),
  z.object({ kind: z.literal('provide-path'), path: z.string(), question: z.string() }),
]);
export type Remedy = z.infer<typeof Remedy>;

/** Who or what failed first, as far as the log says. */
export const Culprit = z.object({
  rank: z.string().nullable(),
  node: z.string().nullable(),
  /** `path:line` of the innermost frame of the program's own code. */
  place: z.string().nullable(),
});
export type Culprit = z.infer<typeof Culprit>;

export const Failure = z.object({
  /** A class of src/failures, or `unknown`. */
  class: z.string(),
  title: z.string(),
  /** The line that proves it, exactly as it stands in the log, and its 1-based number. */
  evidence: z.object({ text: z.string(), line: z.number().int().min(1) }).nullable(),
  /** 0 to 1. */
  confidence: z.number().min(0).max(1),
  fault: z.enum(['code', 'environment', 'data', 'request', 'cluster', 'network', 'unknown']),
  route: FailureRoute,
  remedy: Remedy.nullable(),
  /** One sentence for a person. */
  explanation: z.string(),
  /** Paths, names or numbers read from the evidence, such as `path` or `module`. */
  facts: z.record(z.string(), z.string()),
  /** Equal for the same failure across attempts, runs and users. Older journals have none. */
  fingerprint: z.string().optional(),
  /** From the first cause to what ended the program. */
  chain: z.array(z.object({ text: z.string(), line: z.number().int().min(1) })).optional(),
  culprit: Culprit.optional(),
});
export type Failure = z.infer<typeof Failure>;
