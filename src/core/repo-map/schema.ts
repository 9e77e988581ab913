import { z } from 'zod';

/** Where a statement was read: file within the repository, 1-based line, and the text of that line (at most 300 characters). */
export const Evidence = z.object({ file: z.string(), line: z.number().int().min(1), text: z.string() });
export type Evidence = z.infer<typeof Evidence>;

/** What an argument bounds, when it bounds anything. */
export const ArgumentRole = z.enum([
  'steps',
  'epochs',
  'batch-size',
  'subset',
  'workers',
  'logging',
  'eval',
  'checkpoint',
  'device',
  'precision',
  'seed',
  'data',
  'output',
  'weights',
  'other',
]);

export const EntryArgument = z.object({
  /** As typed on the command line: `--max-steps`, `trainer.max_iters`, or a positional name. */
  name: z.string(),
  aliases: z.array(z.string()).default([]),
  type: z.string().nullable(),
  /** As written in the source, unevaluated. */
  default: z.string().nullable(),
  required: z.boolean(),
  choices: z.array(z.string()).default([]),
  help: z.string().nullable(),
  role: ArgumentRole,
  /** How a value is given: `--name value`, `--name=value`, `name=value` (hydra and dotted configs), a bare flag, or by position. */
  style: z.enum(['space', 'equals', 'assignment', 'flag', 'positional']),
  /** A word that must stand before it, once for all of its kind: `--cfg-options`, `--opts`, sacred's `with`. */
  after: z.string().optional(),
  evidence: Evidence,
});
export type EntryArgument = z.infer<typeof EntryArgument>;

const Launcher = z.enum([
  'python',
  'torchrun',
  'accelerate',
  'deepspeed',
  'lightning',
  'mpi',
  'module',
  'console-script',
  'shell',
  'notebook',
]);

export const Entry = z.object({
  /** As a person would type it from the folder `cwd`. */
  command: z.string(),
  /** The same as words; nothing in it is for a shell. */
  argv: z.array(z.string()).min(1),
  /** Folder within the repository in which it is started; empty for the root. */
  cwd: z.string(),
  file: z.string(),
  line: z.number().int().min(1),
  kind: z.enum(['train', 'evaluate', 'preprocess', 'download', 'demo', 'test', 'notebook', 'other']),
  launcher: Launcher,
  arguments: z.array(EntryArgument),
  evidence: z.array(Evidence),
  /** For a script or an installed command: the Python command behind it, which does the same without it. */
  runs: z.object({ argv: z.array(z.string()).min(1), cwd: z.string(), launcher: Launcher }).optional(),
  /** Higher is better; only the order means anything. The sum of the points of its reasons. */
  score: z.number(),
  /** What speaks for it being the one to begin with (points above 0) and against it, the weightiest first. */
  reasons: z.array(z.object({ says: z.string(), points: z.number() })).optional(),
  /** Files of the repository that it imports, itself first. */
  files: z.array(z.string()).optional(),
  /** Distributions that those files import, with the full module names; optional ones may be missing without harm. */
  needs: z.array(z.object({ name: z.string(), imports: z.array(z.string()), optional: z.boolean() })).optional(),
  /** Folders that must be on PYTHONPATH for this entry. */
  importRoots: z.array(z.string()).optional(),
  /** Numbers in the source that lengthen the work and that no argument sets; `line` and `column` (0-based) count in the Python text. */
  constants: z
    .array(
      z.object({
        name: z.string(),
        value: z.string(),
        role: z.enum(['steps', 'epochs']),
        line: z.number().int(),
        column: z.number().int(),
        evidence: Evidence,
      }),
    )
    .optional(),
  /** Programs of the repository that make files which this entry reads and which are not there; run before it, in its folder. */
  preparations: z.array(z.object({ argv: z.array(z.string()).min(1), cwd: z.string(), why: z.string() })).optional(),
});
export type Entry = z.infer<typeof Entry>;

export const Dependency = z.object({
  /** Normalised distribution name (PEP 503). */
  name: z.string(),
  /** Module names by which the code imports it. */
  imports: z.array(z.string()),
  /** PEP 440 specifier, empty when none was given. */
  specifier: z.string(),
  /** Extras that are asked for: `name[extra]`. */
  extras: z.array(z.string()).optional(),
  /** What is asked for only where a marker of PEP 508 holds. `only`: it is asked for nowhere else. */
  conditions: z
    .object({
      only: z.boolean(),
      variants: z.array(z.object({ marker: z.string(), specifier: z.string(), url: z.string().optional() })),
    })
    .optional(),
  /** Exact version of a lock file, when there is one. */
  locked: z.string().optional(),
  /** Address that it is installed from instead of an index (`git+https://…`), where one is named. */
  url: z.string().optional(),
  /** True where the repository installs it from an address that is never used: a password in it, no HTTPS. The address is not told. */
  unusable: z.boolean().optional(),
  /** False when only an import gave it away. */
  declared: z.boolean(),
  /** True when it is imported only inside try/except or inside functions, or by files that no entry reaches. */
  optional: z.boolean(),
  evidence: z.array(Evidence),
});
export type Dependency = z.infer<typeof Dependency>;

export const Asset = z.object({
  kind: z.enum(['dataset', 'weights', 'other']),
  /** A path within the repository or as the code names it, a URL, or an id of a hub. */
  reference: z.string(),
  source: z.enum([
    'in-repository',
    'path',
    'url',
    'huggingface',
    'kaggle',
    'google-drive',
    'torchvision',
    /** A data set or model that a library of the code downloads by name: Keras, scikit-learn, TensorFlow Datasets, torchaudio. */
    'library',
    'torch-hub',
    'cloud-storage',
    'other',
  ]),
  /** Path at which the code expects it, when that can be read. */
  expectedAt: z.string().nullable(),
  present: z.boolean(),
  /** File of the repository that writes it, when one does. */
  madeBy: z.string().optional(),
  /** As the document states it, such as `3.4 GB`. */
  size: z.string().optional(),
  /** Why it cannot be had without an account or a signed licence; absent where nothing of the kind is known. */
  gated: z.string().optional(),
  evidence: z.array(Evidence),
});
export type Asset = z.infer<typeof Asset>;

/** A number that a table of a document gives, with the command that is said to give it. */
export const Claim = z.object({
  /** Head of its column. */
  metric: z.string(),
  value: z.number(),
  /** What the row is about, and the number as it is written there. */
  text: z.string(),
  command: z.string().nullable(),
  evidence: Evidence,
});
export type Claim = z.infer<typeof Claim>;

export const ModuleRole = z.enum(['model', 'data', 'training', 'evaluation', 'config', 'utility', 'kernel']);
export type ModuleRole = z.infer<typeof ModuleRole>;

/** Something a person should know before the code runs elsewhere, with its places. */
export const Finding = z.object({
  kind: z.enum(['hard-coded-path', 'device-id', 'host-name', 'experiment-tracking', 'tests']),
  what: z.string(),
  evidence: z.array(Evidence),
});
export type Finding = z.infer<typeof Finding>;

/** A version that some file of the repository hints at, such as a badge, an image or a manifest. */
export const VersionHint = z.object({
  of: z.enum(['python', 'torch', 'tensorflow', 'jax', 'cuda', 'rocm']),
  /** As written: `3.8`, `>=3.7`, `11.3`. */
  version: z.string(),
  evidence: Evidence,
});
export type VersionHint = z.infer<typeof VersionHint>;

/** A place that could not be read as it should be; the map goes on without it. */
export const MapWarning = z.object({ file: z.string(), line: z.number().int().min(1).nullable(), what: z.string() });
export type MapWarning = z.infer<typeof MapWarning>;

export const Hardware = z.object({
  /** What the main training command uses as it is documented. */
  class: z.enum(['cpu', 'single-gpu', 'multi-gpu']),
  needsGpu: z.boolean(),
  /** Each ends with the place where it was read. */
  reasons: z.array(z.string()),
  /** GPUs of the documented training command, all nodes together; null when it does not say. */
  gpus: z.number().int().nullable(),
  nodes: z.number().int().nullable(),
  /** nccl, gloo, mpi, horovod, deepspeed …; null when the code starts no processes of its own. */
  backend: z.string().nullable(),
  /** Accelerators that documents name, such as V100 or TPU v3. */
  devices: z.array(z.string()),
  /** Sentences about memory, as written. */
  memory: z.array(Evidence),
  /** Sources and build calls of the repository's own CUDA or C++ extensions. */
  extensions: z.array(Evidence),
  evidence: z.array(Evidence),
});
export type Hardware = z.infer<typeof Hardware>;

export const RepoMap = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  commit: z.string().nullable(),
  /** ISO date of that commit. */
  committedAt: z.string().nullable(),
  /** Folder within the repository to which the map was narrowed; empty for all of it. */
  subfolder: z.string(),
  about: z.string(),
  license: z.string().nullable(),
  files: z.object({ total: z.number(), python: z.number(), notebooks: z.number(), bytes: z.number() }),
  frameworks: z.array(z.string()),
  /** Best first. */
  entries: z.array(Entry),
  hardware: Hardware,
  /** Newest hints are not better: each says where it was read. */
  versions: z.array(VersionHint),
  dependencies: z.array(Dependency),
  /** Folders of the repository that must be on PYTHONPATH (or installed) for its own imports to work. */
  importRoots: z.array(z.string()),
  assets: z.array(Asset),
  /** Worth reading first. */
  documents: z.array(z.object({ file: z.string(), why: z.string() })),
  claims: z.array(Claim),
  /** What each part of the code is for. */
  modules: z.array(z.object({ file: z.string(), role: ModuleRole, why: z.string() })),
  configs: z.array(z.object({ file: z.string(), format: z.string(), usedBy: z.array(z.string()) })),
  /** The ten files that matter most. */
  keyFiles: z.array(z.object({ file: z.string(), why: z.string() })),
  importGraph: z.array(z.object({ file: z.string(), imports: z.array(z.string()) })),
  findings: z.array(Finding),
  redFlags: z.array(z.object({ what: z.string(), evidence: z.array(Evidence) })),
  /** What could not be told, and why. */
  gaps: z.array(z.object({ what: z.string(), why: z.string() })),
  warnings: z.array(MapWarning),
});
export type RepoMap = z.infer<typeof RepoMap>;
