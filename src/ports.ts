/** The interfaces that adapters fulfil. Nothing here does anything; nothing here knows an adapter. */
import type { ModelRequest } from './core/agent-session/request.ts';
import type { SaidBlock, Usage } from './core/agent-session/schema.ts';
import type { Digest } from './core/digest/schema.ts';
import type { Sighting } from './core/failure-history.ts';
import type { ClusterJob, ClusterJobDetails } from './core/jobs/cluster-job.ts';
import type { JobRef, JobSpec, Observation } from './core/jobs/job.ts';
import type { JobParts } from './core/jobs/parts.ts';
import type { JobUsage } from './core/jobs/usage.ts';
import type { SeenQuota } from './core/kaggle/quota.ts';
import type { KeptRule, RuleEvent } from './core/permissions/rule-book.ts';
import type { ProjectEvent } from './core/project/events.ts';
import type { RunEvent } from './core/run/events.ts';
import type { RunState } from './core/run/state.ts';

export interface ExecOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Milliseconds; 60 000 unless told. At the end the command is stopped and `timedOut` is true. */
  readonly timeoutMs?: number;
  /** Stops the command (TERM, then KILL after 2 s); the call then rejects with code `cancelled`. */
  readonly signal?: AbortSignal;
  /** Bytes kept of each stream, 8 MiB unless told; what comes later is dropped and `truncated` is true. */
  readonly maxOutputBytes?: number;
  /** Called with each piece as it arrives, for progress of long commands. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', text: string) => void;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly truncated: boolean;
}

export interface FileChunk {
  readonly bytes: Uint8Array;
  /** Offset of the first byte of `bytes`; smaller than asked when the file was truncated or replaced. */
  readonly offset: number;
  readonly size: number;
  readonly inode: string;
}

/** Where commands run and files live. All paths are absolute on the host; a leading `~/` means the account's home. */
export interface Host {
  readonly id: string;
  /** Runs one program with its arguments; no shell sees them. Resolves for every command that ran, whatever its exit code.
   *  Rejects with host.unreachable, host.auth-needed, host.auth-refused, host.key-unknown, host.key-changed or cancelled. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Runs a POSIX sh script of ours with arguments ($1 …); the script never contains text from outside. */
  script(source: string, args: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Up to maxBytes from offset; an offset beyond the file's end starts again at 0 (the file was replaced). Rejects with host.no-such-file. */
  readFrom(path: string, offset: number, maxBytes: number): Promise<FileChunk>;
  /** Writes beside the target and renames, so that a reader sees the old or the new content, never half. Makes parent folders. */
  writeFile(path: string, data: string | Uint8Array, options?: { readonly mode?: number }): Promise<void>;
  exists(path: string): Promise<boolean>;
  makeFolder(path: string): Promise<void>;
  /** Copies a local folder's content into a folder of the host; a repeated call ends in the same state. `exclude`: names left out at any depth. */
  uploadFolder(
    localPath: string,
    path: string,
    options?: { readonly exclude?: readonly string[]; readonly signal?: AbortSignal },
  ): Promise<void>;
  downloadFolder(path: string, localPath: string, options?: { readonly maxBytes?: number; readonly signal?: AbortSignal }): Promise<void>;
  /** Makes `~`, `$USER` and the like absolute, once, with the host's own environment. */
  expand(path: string): Promise<string>;
  close(): Promise<void>;
}

/** Asks a person for what a login needs; the answers are used once and never stored. */
export type AskSecret = (request: {
  readonly hostId: string;
  readonly instructions: string;
  readonly prompts: readonly { readonly text: string; readonly echo: boolean }[];
  readonly signal?: AbortSignal;
}) => Promise<readonly string[]>;

export interface TrackedJob {
  readonly ref: JobRef;
  /** Byte offset up to which the log is known. */
  readonly logOffset: number;
  readonly logInode?: string;
  /** Set for a job that somebody else started, which has no folder of ours. */
  readonly foreign?: {
    /** The file to read; `find`: say where it writes, once it runs; `none`: neither. */
    readonly log: { readonly path: string } | 'find' | 'none';
    /** Set where the id stands for an array or a heterogeneous job, whose parts are counted: how many there are and how many of them are
     *  thought not to be over, or nulls when nobody has counted yet. */
    readonly parts?: { readonly size: number | null; readonly open: number | null };
  };
}

export interface JobReport {
  readonly token: string;
  readonly observation: Observation;
  /** New bytes of the log, when there are any; none of them, but a size, where it grew and it was not its turn. */
  readonly log?: FileChunk;
  /** Where a foreign job writes, when that was asked and is known: standard output, and standard error where it is apart. */
  readonly paths?: readonly string[];
  /** What was counted of its parts; `over` is null where nothing had changed, or the accounting did not tell. */
  readonly parts?: { readonly active: JobParts['active']; readonly over: Pick<JobParts, 'ended' | 'bad'> | null };
}

export interface RenderedJob {
  /** Files that submit() writes into the job's folder; shown to the person who approves. */
  readonly files: readonly { readonly name: string; readonly content: string }[];
  /** The command that hands the job over, as it would be typed. */
  readonly command: readonly string[];
}

/** What runs work. */
export interface Backend {
  readonly id: string;
  readonly host: Host;
  /** Pure: the script and the command that submit() will use for this spec. */
  render(spec: JobSpec): RenderedJob;
  /** Looks the token up first and returns the job that exists; else submits. Safe to repeat after any crash.
   *  Rejects with backend.rejected (the scheduler said no), backend.unavailable (surely not submitted, try later),
   *  backend.outcome-unknown (call again: the look-up decides) or a host.* code. */
  submit(spec: JobSpec, options?: { readonly signal?: AbortSignal }): Promise<JobRef>;
  /** The job that carries this token, or null when every place that could know it answered and none does. Rejects with a
   *  host.* code, backend.unavailable or backend.outcome-unknown while that cannot be said. Never submits. */
  find(spec: JobSpec): Promise<JobRef | null>;
  /** One remote command whatever the number of jobs. Never rejects for a failed query: those jobs are `no-information`. */
  poll(jobs: readonly TrackedJob[]): Promise<readonly JobReport[]>;
  tail(ref: JobRef, offset: number, maxBytes: number): Promise<FileChunk>;
  /** Asks for the end; repeated calls and ended jobs are fine. The end itself is seen by poll(). */
  cancel(ref: JobRef): Promise<void>;
  fetchOutputs(ref: JobRef, localPath: string, options?: { readonly maxBytes?: number }): Promise<void>;
}

/** Looks at the account's jobs on a cluster, also those that the bot did not start. Reads only. Rejects with backend.unavailable, usage.bad-input
 *  or a host.* code. */
export interface JobBrowser {
  /** What waits, runs, or ended in the last two days; newest first. */
  list(): Promise<ClusterJob[]>;
  /** Null when neither controller nor accounting know the id. */
  find(jobId: string): Promise<ClusterJobDetails | null>;
  /** What a job and its parts, or the newest jobs of a name, asked for and used; empty where the accounting does not tell. */
  usage(of: { readonly jobId: string } | { readonly name: string }): Promise<JobUsage[]>;
  /** The last bytes of a log as text, six million at most; null when there is no such file. */
  tail(path: string, bytes: number): Promise<string | null>;
}

export interface ModelAnswer {
  readonly content: readonly SaidBlock[];
  /** `end_turn`, `tool_use`, `max_tokens`, `refusal` …, as the API says it. */
  readonly stopReason: string;
  readonly usage: Usage;
}

/** A language model behind the Messages API. */
export interface Model {
  /** One answer. Rejects with model.unavailable (try later), model.refused (key, permission or request: not again), or cancelled. Nothing
   *  is kept of an answer that broke off; its tokens are billed all the same. */
  ask(
    request: ModelRequest,
    options: { readonly model: string; readonly maxTokens: number; readonly effort: Effort; readonly signal?: AbortSignal | undefined },
  ): Promise<ModelAnswer>;
}

export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface AppendRequest {
  readonly runId: string;
  /** The version that was decided on; anything else in the journal makes the answer `conflict`. */
  readonly expectedVersion: number;
  readonly events: readonly RunEvent[];
  /** Null for what may come again and again, such as observations. */
  readonly commandId: string | null;
  /** Whether the run still goes on after these events. */
  readonly active: boolean;
  /** Set when the run's thread became known, so that replies find their run. */
  readonly thread: { readonly channel: string; readonly ts: string } | null;
}

/** Append-only facts, one list per run, and the indexes that can be rebuilt from them. */
export interface Journal {
  /** Atomic. `duplicate`: this command was applied before. `conflict`: read again, decide again. */
  append(request: AppendRequest): Promise<'appended' | 'conflict' | 'duplicate'>;
  /** Events after the given version, in order. */
  read(runId: string, afterVersion: number): Promise<RunEvent[]>;
  wasApplied(runId: string, commandId: string): Promise<boolean>;
  listActive(): Promise<string[]>;
  /** Newest first. */
  listRecent(limit: number): Promise<string[]>;
  findByThread(channel: string, ts: string): Promise<string | null>;
  /** Runs whose newest events nobody has handed to the queues yet. */
  listUndispatched(): Promise<{ runId: string; version: number }[]>;
  markDispatched(runId: string, version: number): Promise<void>;
}

/** Which failures were seen where, and which runs came out well: a projection of the journals that can be made anew from them. */
export interface FailureIndex {
  /** Keeps what a state tells, in the place of what an older state of the same run told. */
  record(state: RunState): Promise<void>;
  /** What every run tells of a failure with this identity. */
  find(fingerprint: string): Promise<Sighting[]>;
  /** The newest good run of a project, see nameProject. */
  findGood(project: string): Promise<string | null>;
  isBuilt(): Promise<boolean>;
  markBuilt(): Promise<void>;
}

/** What people allowed for good, site by site; append-only. */
export interface RuleStore {
  /** Atomic. False when this was told before: a rule is made once and revoked once. */
  append(site: string, event: RuleEvent): Promise<boolean>;
  /** Oldest first, those that were revoked included. Rejects with journal.corrupt. */
  list(site: string): Promise<KeptRule[]>;
}

/** What happened to projects outside of any run; append-only. */
export interface ProjectStore {
  /** Atomic. False when this was told before. */
  append(project: string, event: ProjectEvent): Promise<boolean>;
  /** Oldest first. Rejects with journal.corrupt. */
  list(project: string): Promise<ProjectEvent[]>;
  /** Every project of which something was told. */
  names(): Promise<string[]>;
}

/** Digests as they were composed. */
export interface DigestStore {
  save(digest: Digest): Promise<void>;
  /** Null for one that was never composed, or so long ago that its questions are over. */
  load(project: string, edition: string): Promise<Digest | null>;
}

/** The newest look at the Kaggle account's week, shared by all workers. What was seen for a project stands in its journal. */
export interface QuotaStore {
  save(seen: SeenQuota): Promise<void>;
  /** Null before the first one. */
  load(): Promise<SeenQuota | null>;
}

/** Hands what a state calls for to the queues. Repeating it changes nothing. */
export interface Dispatcher {
  /** `events` are those that led here; none when somebody only makes sure. */
  dispatch(state: RunState, events: readonly RunEvent[]): Promise<void>;
}
