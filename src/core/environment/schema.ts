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
  /** Compilers and installers on PATH, such as `gcc` and `nvcc`; absent where nobody looked. */
  tools: z.array(z.string()).optional(),
});
export type SiteFacts = z.infer<typeof SiteFacts>;

export const PlannedPackage = z.object({
  name: z.string(),
  imports: z.array(z.string()),
  specifier: z.string(),
  /** Extras that are installed with it: `name[extra]`. */
  extras: z.array(z.string()).optional(),
  /** present: already there, or the image brings it; pip: a wheel will be installed; source: pip will build it here; apt: Debian's package
   *  will be installed; replaced: another package takes its place; no-op: a stand-in of ours that does nothing (logging services only);
   *  left-out: not needed for the sample run; unavailable: needed and cannot be had. */
  how: z.enum(['present', 'pip', 'source', 'apt', 'replaced', 'no-op', 'left-out', 'unavailable']),
  version: z.string().nullable(),
  why: z.string(),
  /** What decided it and where that is written; absent in plans from before rules had names. */
  rule: z.object({ id: z.string(), source: z.string() }).nullable().optional(),
  /** The package that takes its place. */
  replacement: z.string().optional(),
  /** The address that it is installed from instead of the index. */
  url: z.string().optional(),
  /** What building it takes. */
  buildNeeds: z.array(z.string()).optional(),
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

export const Lines = z.object({
  python: z.object({ version: z.string(), why: z.string() }),
  torch: z.object({
    /** Version that is there, or a specifier of what will be installed; null where the code does not use torch. */
    version: z.string().nullable(),
    /** `cu128`, `rocm6.3`, `cpu`; null where the image or the index decides. */
    build: z.string().nullable(),
    /** Index that has this build; null for the usual one. */
    index: z.string().nullable(),
    why: z.string(),
  }),
});
export type Lines = z.infer<typeof Lines>;

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
  /** Whether the site was looked at, or only its profile was read. */
  basis: z.enum(['probe', 'profile']).optional(),
  /** The Python and the torch build that everything else has to fit. */
  lines: Lines.optional(),
  /** Wishes that cannot all be met, each in a sentence. */
  conflicts: z.array(z.string()).optional(),
  /** Where versions come from that no requirement names: a lock file, or the time of the last commit. */
  versions: z.array(z.string()).optional(),
  /** What takes back a build that broke off, in order. Nothing else is removed. */
  undo: z.array(PlannedCommand).optional(),
});
export type EnvPlan = z.infer<typeof EnvPlan>;
