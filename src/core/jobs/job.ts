import { z } from 'zod';

/** Names a submission before it is made; safe as a Slurm job name, a folder name and an unquoted shell word. */
export const JobToken = z.string().regex(/^[A-Za-z0-9_-]{4,64}$/);

export const Resources = z.object({
  cpus: z.number().int().min(1),
  memoryMb: z.number().int().min(1),
  gpus: z.number().int().min(0),
  nodes: z.number().int().min(1),
  timeLimitSeconds: z.number().int().min(1),
});
export type Resources = z.infer<typeof Resources>;

/** What stands between a payload and the account that runs it; part of what a person approves. */
export const Isolation = z.object({
  /** `bubblewrap`: the job does not start without it. `none`: the payload can do what the account can. */
  sandbox: z.enum(['bubblewrap', 'none']),
  /** False cuts the network; means nothing without a sandbox. */
  network: z.boolean(),
  /** Folders that stay readable although they lie in a hidden one, such as the interpreter's. */
  readable: z.array(z.string()),
});
export type Isolation = z.infer<typeof Isolation>;

/** What is true of a job about which nothing else was said. */
export const NO_ISOLATION: Isolation = { sandbox: 'none', network: true, readable: [] };

/** Everything a backend needs to run one payload; the same spec always renders to the same script. */
export const JobSpec = z.object({
  token: JobToken,
  /** Short and readable, for squeue; the backend may shorten it further. */
  title: z.string(),
  /** Absolute folder of this job on the host: script, log and records go here. Made by the backend. */
  folder: z.string(),
  /** Absolute folder in which the payload starts. */
  workdir: z.string(),
  /** Absolute folder of the run, whose checkout is `repo`. In a sandbox it is read-only but for this job's own copies. */
  runFolder: z.string(),
  /** The payload, one word an element; quoted by the backend, never by the caller. */
  argv: z.array(z.string()).min(1),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()),
  resources: Resources,
  isolation: Isolation.default(NO_ISOLATION),
  /** Further sbatch settings from the site's profile. */
  slurm: z
    .object({
      partition: z.string().optional(),
      account: z.string().optional(),
      qos: z.string().optional(),
      constraint: z.string().optional(),
      /** Nodes that an earlier try failed on. */
      exclude: z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/)).optional(),
    })
    .default({}),
});
export type JobSpec = z.infer<typeof JobSpec>;

export const JobRef = z.object({
  token: JobToken,
  /** Slurm job id, or the process group id of a local job. */
  jobId: z.string(),
  cluster: z.string().optional(),
  folder: z.string(),
  /** Epoch milliseconds, the host's clock where it is known. */
  submittedAt: z.number(),
});
export type JobRef = z.infer<typeof JobRef>;

/** States of a job that is not over. */
export const ActiveState = z.enum(['pending', 'starting', 'running', 'suspended', 'completing', 'held']);
export type ActiveState = z.infer<typeof ActiveState>;

export const JobOutcome = z.enum(['completed', 'failed', 'cancelled', 'timeout', 'out-of-memory', 'node-failure', 'preempted', 'lost']);
export type JobOutcome = z.infer<typeof JobOutcome>;

/**
 * What one look at a job told. `missing` says the queue answered and the job was not in it, and nothing proves an ending yet;
 * `no-information` says that the look itself did not work. Neither is ever an ending.
 */
export const Observation = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('active'),
    state: ActiveState,
    schedulerState: z.string(),
    /** The scheduler's own word for why it waits, verbatim. */
    reason: z.string().optional(),
    /** Epoch milliseconds. */
    startEstimate: z.number().optional(),
    startedAt: z.number().optional(),
    limitAt: z.number().optional(),
    heartbeatAt: z.number().optional(),
    node: z.string().optional(),
  }),
  z.object({
    kind: z.literal('ended'),
    outcome: JobOutcome,
    exitCode: z.number().nullable(),
    signal: z.number().nullable(),
    startedAt: z.number().optional(),
    endedAt: z.number().optional(),
    maxRssBytes: z.number().optional(),
    node: z.string().optional(),
    /** Which of the three told: the queue, the accounting, or the job's own exit record. */
    evidence: z.enum(['queue', 'accounting', 'exit-record', 'silence']),
    schedulerState: z.string(),
  }),
  z.object({ kind: z.literal('missing'), why: z.string() }),
  z.object({
    kind: z.literal('no-information'),
    why: z.string(),
    needs: z.enum(['login']).optional(),
    /** When a look last told something, in epoch milliseconds. */
    lastSeenAt: z.number().optional(),
  }),
]);
export type Observation = z.infer<typeof Observation>;
