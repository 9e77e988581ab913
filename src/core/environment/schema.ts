import { z } from 'zod';

/** What one look at a site told about Python there; every field is read by a fixed command of ours. */
export const SiteFacts = z.object({
  pythons: z.array(
    z.object({
      path: z.string(),
      version: z.string(),
      /** Normalised distribution name → version. */
      packages: z.record(z.string(), z.string()),
      /** Top-level modules that can be found although no distribution claims them. */
      canMakeVenv: z.boolean(),
    }),
  ),
  /** Whether pip's configured index answered a HEAD request within a few seconds. */
  indexReachable: z.boolean(),
  apt: z.object({ available: z.boolean(), packages: z.record(z.string(), z.string()) }),
  arch: z.string(),
  gpus: z.number().int().min(0),
  cpus: z.number().int().min(1),
  memoryMb: z.number().int().min(1),
});
export type SiteFacts = z.infer<typeof SiteFacts>;

export const PlannedPackage = z.object({
  name: z.string(),
  imports: z.array(z.string()),
  specifier: z.string(),
  /** present: already there; pip, apt: will be installed; no-op: a stand-in of ours that does nothing (logging services only);
   *  left-out: not needed for the sample run; unavailable: needed and cannot be had. */
  how: z.enum(['present', 'pip', 'apt', 'no-op', 'left-out', 'unavailable']),
  version: z.string().nullable(),
  why: z.string(),
});
export type PlannedPackage = z.infer<typeof PlannedPackage>;

export const PlannedCommand = z.object({
  /** Words; paths inside the run's folder start with `{run}/`, which the processor replaces by the absolute folder on the site. */
  argv: z.array(z.string()).min(1),
  why: z.string(),
  /** True for what looks and changes nothing. */
  readOnly: z.boolean(),
  timeoutSeconds: z.number().int().min(1),
});
export type PlannedCommand = z.infer<typeof PlannedCommand>;

export const EnvPlan = z.object({
  schemaVersion: z.literal(1),
  site: z.string(),
  strategy: z.string(),
  /** Interpreter from which the environment is made. */
  basePython: z.object({ path: z.string(), version: z.string() }),
  /** Interpreter that runs the payload; starts with `{run}/` or is absolute. */
  python: z.string(),
  packages: z.array(PlannedPackage),
  /** In order. Nothing else is run to build the environment. */
  commands: z.array(PlannedCommand),
  /** Files that the bot writes before the commands: constraints, stand-in modules. Paths are relative to the run's folder. */
  files: z.array(z.object({ path: z.string(), content: z.string(), why: z.string() })),
  /** Last command: imports everything that the entry needs and prints a line `name version` each. */
  verify: PlannedCommand,
  /** Environment of the payload; values may hold `{run}`. */
  env: z.record(z.string(), z.string()),
  overrides: z.array(z.object({ what: z.string(), why: z.string() })),
  gaps: z.array(z.string()),
});
export type EnvPlan = z.infer<typeof EnvPlan>;
