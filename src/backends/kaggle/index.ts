import { formatKernelId, linkKernel, type KernelId } from '../../core/kaggle/kernel-id.ts';
import type { KernelRun } from '../../core/kaggle/kernel-run.ts';
import type { Quota } from '../../core/kaggle/quota.ts';
import { readKernelLog, type LogRecord, type ReadLog } from '../../core/kaggle/read-log.ts';
import type { SessionLook } from '../../core/kaggle/status.ts';
import { ReprobotError } from '../../errors.ts';
import { enterCompetition, readEntry, type Entered, type EntryRequest } from './competitions.ts';
import { publishDataset, readDatasetState, type DatasetState, type Published, type PublishRequest } from './datasets.ts';
import { askPerson } from './failures.ts';
import { checkCredentials, lookAtSession, pullKernel, readQuota } from './kernels.ts';
import { followLog } from './logs.ts';
import { fetchOutputs, type Fetched, type FetchOptions } from './output.ts';
import { createKernelPoller, type KernelReport, type PollOptions, type TrackedKernel } from './poll.ts';
import { IntrospectAnswer, OutputAnswer, type PullAnswer } from './schema.ts';
import { submitAndFind, type SubmitRequest } from './submit.ts';
import { Transport, type TransportOptions } from './transport.ts';

export interface FollowOptions {
  /** Records that are known already. */
  readonly known?: number;
  readonly signal: AbortSignal;
  readonly onRecord: (record: LogRecord) => void;
}

/**
 * One account on Kaggle. Every call takes its turn in the account's pace; every failure is a ReprobotError of the family `kaggle.*` (or
 * `cancelled`) without a secret in it. One of these per account and process: the pace is kept here.
 */
export interface KaggleBackend {
  /** Who the credentials belong to; the cheap way to check them. */
  readonly whoAmI: (signal?: AbortSignal) => Promise<string>;
  /** The run of this submission, found or pushed; safe to repeat after any crash. */
  readonly submitAndFind: (request: SubmitRequest, signal?: AbortSignal) => Promise<KernelRun>;
  /** Looks at all tracked kernels; call it from one place per account. */
  readonly pollMany: (tracked: readonly TrackedKernel[], options?: PollOptions) => Promise<KernelReport[]>;
  /** One look, without judgement; pollMany knows about endings that are not this run's. */
  readonly status: (id: KernelId, version: number | null, signal?: AbortSignal) => Promise<SessionLook>;
  /** The log of an ended run. */
  readonly log: (run: KernelRun, signal?: AbortSignal) => Promise<ReadLog>;
  /** The live log of the kernel's newest version, until its end. */
  readonly followLog: (id: KernelId, options: FollowOptions) => Promise<void>;
  readonly fetchOutputs: (run: KernelRun, folder: string, options?: FetchOptions) => Promise<Fetched>;
  /** Source and metadata; null when the account has no such kernel. */
  readonly pull: (id: KernelId, version?: number, signal?: AbortSignal) => Promise<PullAnswer | null>;
  readonly quota: (signal?: AbortSignal) => Promise<Quota>;
  readonly publishDataset: (request: PublishRequest) => Promise<Published>;
  readonly datasetState: (id: KernelId, signal?: AbortSignal) => Promise<DatasetState | null>;
  readonly enterCompetition: (request: EntryRequest) => Promise<Entered>;
  readonly readEntry: (ref: number, signal?: AbortSignal) => Promise<Entered>;
  /** Always rejects with kaggle.needs-person: no call of Kaggle's API stops a session. */
  readonly stop: (id: KernelId) => Promise<never>;
}

/** An account's backend; nothing is sent before the first call. */
export function createKaggleBackend(options: TransportOptions): KaggleBackend {
  const transport = new Transport(options);
  const poller = createKernelPoller(transport);
  return {
    whoAmI: (signal) => introspect(transport, signal),
    submitAndFind: (request, signal) => submitAndFind(transport, request, signal),
    pollMany: poller.pollMany,
    status: (id, version, signal) => lookAtSession(transport, id, version, signal),
    log: (run, signal) => readLog(transport, run, signal),
    followLog: (id, follow) => followLog(transport, id, follow),
    fetchOutputs: (run, folder, fetch) => fetchOutputs(transport, run, folder, fetch),
    pull: (id, version, signal) => pullKernel(transport, id, version, signal),
    quota: (signal) => readQuota(transport, signal),
    publishDataset: (request) => publishDataset(transport, request),
    datasetState: (id, signal) => readDatasetState(transport, id, signal),
    enterCompetition: (request) => enterCompetition(transport, request),
    readEntry: (ref, signal) => readEntry(transport, ref, signal),
    stop: (id) => Promise.reject(explainStop(id)),
  };
}

function explainStop(id: KernelId): ReprobotError {
  return askPerson(
    `stopping ${formatKernelId(id)}`,
    'Kaggle’s API cannot stop a session',
    `Press “Cancel run” at ${linkKernel(id)}; the end is seen from here. Otherwise it ends at its time limit.`,
  );
}

/** The request to a person to attach secrets to a kernel, which no call of the API can; a push may detach them again. */
export function askForSecrets(id: KernelId, names: readonly string[]): ReprobotError {
  return askPerson(
    `attaching the secrets ${names.join(', ')} to ${formatKernelId(id)}`,
    'Kaggle’s API cannot attach secrets',
    `Open ${linkKernel(id, 'editor')}, choose Add-ons → Secrets, switch them on, and say so here; or put what is not secret into a private data set.`,
  );
}

async function introspect(transport: Transport, signal: AbortSignal | undefined): Promise<string> {
  const { credentials } = transport;
  const doing = 'asking Kaggle whose credentials these are';
  if (credentials.kind === 'key') {
    await checkCredentials(transport, signal);
    return credentials.username;
  }
  const { active, username } = await transport.call({
    service: 'security.OAuthService',
    method: 'IntrospectToken',
    body: { token: credentials.token },
    answer: IntrospectAnswer,
    doing,
    signal,
  });
  if (active && username !== '') return username;
  throw new ReprobotError({
    code: 'kaggle.auth-refused',
    doing,
    why: 'Kaggle does not take this token',
    remedy: 'Make a new one at https://www.kaggle.com/settings and put it into .env as KAGGLE_API_TOKEN.',
  });
}

async function readLog(transport: Transport, run: KernelRun, signal: AbortSignal | undefined): Promise<ReadLog> {
  const { log } = await transport.call({
    service: 'kernels.KernelsApiService',
    method: 'ListKernelSessionOutput',
    body: { userName: run.id.owner, kernelSlug: run.id.slug, versionLabel: `v${run.versionNumber}`, pageSize: 1 },
    answer: OutputAnswer,
    doing: `reading the log of ${formatKernelId(run.id)}`,
    named: true,
    signal,
  });
  return readKernelLog(log);
}
