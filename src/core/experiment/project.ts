/** project.yaml: what an experiment loop works on. Nothing here is invented during a run; what gates need is fixed before it. */
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { DataSpec } from '../data-check/spec.ts';
import { GateThresholds } from '../gates/spec.ts';

/** A path inside the project, without tricks. */
export const ProjectPath = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._/-]+$/,
    'is a path inside the project: letters, digits, dot, hyphen, underscore, slash',
  );

const Name = z.string().regex(/^[a-z][a-z0-9_-]{1,23}$/, 'has 2 to 24 characters: a-z first, then a-z, 0-9, hyphen, underscore');

/** What one attempt is made of: the folder of its notebook or script, and numbers that it is run with. */
export const AttemptFiles = z.union([
  ProjectPath.transform((folder) => ({ folder })),
  z.strictObject({
    folder: ProjectPath,
    /** A JSON file; the notebook finds it as the variable PARAMS. */
    params: ProjectPath.optional(),
    /** What is tried, in a sentence; compared with what failed before. */
    idea: z.string().trim().min(1).max(500).optional(),
  }),
]);
export type AttemptFiles = { readonly folder: string; readonly params?: string | undefined; readonly idea?: string | undefined };

export const Feature = z.strictObject({
  name: Name,
  about: z.string().trim().max(500).default(''),
  attempts: z.array(AttemptFiles).default([]),
  /** Attempts that may be judged before the loop gives the feature up. */
  most: z.number().int().min(1).max(20).default(6),
  /** Fingerprint of the baseline’s part of the predictions; the first judged attempt pins it where none is given. */
  baseline_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is 64 hexadecimal digits in lower case')
    .optional(),
});
export type Feature = z.infer<typeof Feature>;

export const MetaTarget = z.strictObject({
  name: Name,
  /** direction_accuracy, high_confidence_direction_accuracy, mae and sharpe are computed from the predictions; others are read from the metrics file. */
  metric: Name.or(z.literal('high_confidence_direction_accuracy')),
  direction: z.enum(['above', 'below']),
  threshold: z.number(),
  /** Whether an approver may let it go, with a reason. */
  waivable: z.boolean().default(true),
});
export type MetaTarget = z.infer<typeof MetaTarget>;

export const MetaModel = z.strictObject({
  attempts: z.array(AttemptFiles).default([]),
  most: z.number().int().min(1).max(20).default(3),
  targets: z.array(MetaTarget).min(1),
});

const Data = z.strictObject({
  /** A Python script of the project that writes the files into its working folder; without one they lie in the project. */
  script: ProjectPath.optional(),
  files: z.array(ProjectPath).min(1),
  internet: z.boolean().default(false),
  minutes: z.number().min(1).max(720).default(10),
  /** As in the data check; the target is the project’s own. */
  check: DataSpec.omit({ files: true, code: true, target: true }).prefault({}),
});

/** By what attempts can be compared. */
export const StopMetric = z.enum(['direction_accuracy', 'sharpe', 'mae']);

export const Project = z.strictObject({
  name: Name,
  goal: z.string().trim().min(1).max(1000),
  target: z.strictObject({ about: z.string().trim().min(1).max(300), file: ProjectPath, column: z.string().min(1).max(100) }),
  /** The file of what is known without the features. */
  base: ProjectPath,
  data: Data,
  features: z.array(Feature).min(1).max(40),
  meta: MetaModel.optional(),
  gates: GateThresholds.prefault({}),
  stop: z
    .strictObject({
      /** The gain of gate 3 by which attempts are compared. */
      metric: StopMetric.default('direction_accuracy'),
      /** Judged attempts in a row without a gain above the noise after which a feature is left. */
      patience: z.number().int().min(1).max(20).default(2),
      /** What reaching the limit of that metric is worth, in hours of Kaggle. */
      worth_hours: z.number().gt(0).default(24),
      /** Hours that one feature may cost. */
      budget_hours: z.number().gt(0).default(30),
    })
    .prefault({}),
  /** Unchanged re-runs of a feature’s first judged attempt, from which the noise is measured; fewer than two measure none. */
  noise: z.strictObject({ reruns: z.number().int().min(0).max(10).default(2) }).prefault({}),
  kaggle: z
    .strictObject({
      accelerator: z.enum(['none', 'gpu', 'tpu']).default('none'),
      machine: z.string().max(40).optional(),
      internet: z.boolean().default(false),
      /** Further data sets, `owner/slug`. */
      datasets: z.array(z.string().regex(/^[\w-]{1,60}\/[\w-]{1,60}$/, 'is owner/slug')).default([]),
      /** Longest time of one run. */
      minutes: z.number().min(1).max(720).default(60),
    })
    .prefault({}),
  /** Files that a notebook writes into /kaggle/working for the evaluator. */
  outputs: z
    .strictObject({
      sub: ProjectPath.default('sub.csv'),
      predictions: ProjectPath.default('predictions.csv'),
      metrics: ProjectPath.default('metrics.json'),
    })
    .prefault({}),
  /** Slack ids of those who may overrule a gate here; everybody on the approver list unless told. */
  approvers: z.array(z.string().regex(/^[UW][A-Z0-9]{2,20}$/, 'is a Slack user id such as U012AB3CD')).optional(),
});
export type Project = z.infer<typeof Project>;

export type ReadProject = { readonly ok: true; readonly project: Project } | { readonly ok: false; readonly problems: readonly string[] };

const MOST_PROBLEMS = 12;

/** Reads project.yaml; what does not fit is told with its line. */
export function readProject(text: string): ReadProject {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    return { ok: false, problems: document.errors.map((error) => firstLine(error.message)).slice(0, MOST_PROBLEMS) };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    // Aliases that would grow without end.
    return { ok: false, problems: [error instanceof Error ? firstLine(error.message) : 'its aliases cannot be resolved'] };
  }
  const parsed = Project.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const path = issue.path.map((key) => (typeof key === 'symbol' ? '' : key));
      return `${showPlace(document, lines, path)}${describeIssue(issue, path)}`;
    });
    return { ok: false, problems: problems.slice(0, MOST_PROBLEMS) };
  }
  const problems = listContradictions(parsed.data);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, project: parsed.data };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

type Path = readonly (string | number)[];

/** The line of what is wrong, or of the nearest thing around it that is written down. */
function showPlace(document: ReturnType<typeof parseDocument>, lines: LineCounter, path: Path): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return `line ${lines.linePos(node.range[0]).line}: `;
  }
  return '';
}

function describeIssue(issue: z.core.$ZodIssue, path: Path): string {
  const name = path.join('.');
  if (issue.code === 'unrecognized_keys') return `${name === '' ? '' : `${name}: `}there is no key ${issue.keys.join(', ')}`;
  return `${name === '' ? 'the project' : name} ${issue.message.replace(/^Invalid input: /, '')}`;
}

/** What fits the form and cannot be meant. */
function listContradictions(project: Project): string[] {
  const names = project.features.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const targets = project.meta?.targets.map(({ name }) => name) ?? [];
  const targetTwice = targets.find((name, index) => targets.indexOf(name) !== index);
  const missing = [project.base, project.target.file].filter((file) => !project.data.files.includes(file));
  return [
    ...(twice === undefined ? [] : [`two features are called ${twice}`]),
    ...(names.includes(META) ? [`a feature cannot be called ${META}; that is the meta-model`] : []),
    ...(targetTwice === undefined ? [] : [`two targets of the meta-model are called ${targetTwice}`]),
    ...missing.map((file) => `data.files does not name ${file}, which the gates read`),
  ];
}

/** The part of a project that joins the features. */
export const META = 'meta';

/** What of a project decides about passing; its fingerprint goes into the first event. */
export function pickRules({ gates, meta, stop, noise, features }: Project): object {
  return {
    gates,
    stop,
    noise,
    targets: meta?.targets ?? [],
    features: features.map(({ name, most, baseline_sha256 }) => ({ name, most, baseline_sha256 })),
  };
}
