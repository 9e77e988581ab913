import type { Observation } from '../../core/jobs/job.ts';
import type { KernelRun } from '../../core/kaggle/kernel-run.ts';
import type { LogRecord } from '../../core/kaggle/read-log.ts';
import { CREATION_MS, interpretAbsence, interpretSession, type SessionLook } from '../../core/kaggle/status.ts';
import { ReprobotError, hasCode } from '../../errors.ts';
import { checkCredentials, lookAtSession, pullKernel } from './kernels.ts';
import { peekLog } from './logs.ts';
import type { Transport } from './transport.ts';

export interface TrackedKernel {
  readonly run: KernelRun;
  /** True once a look showed this run waiting or running. */
  readonly sawActive: boolean;
  /** Records of its live log that are known. */
  readonly logRecords: number;
}

export interface KernelReport {
  readonly token: string;
  readonly observation: Observation;
  /** Kaggle's own words for why it failed. */
  readonly failureMessage: string | null;
  /** New records of the live log. */
  readonly log: readonly LogRecord[];
}

export interface PollOptions {
  /** Kernels that one look asks about at most; the others have their turn in the next looks. */
  readonly mostKernels?: number;
  /** False leaves the live logs alone. */
  readonly logs?: boolean;
  readonly signal?: AbortSignal;
}

const MOST_KERNELS = 30;
const PEEK = { idleMs: 1500, mostMs: 15_000 };

/** One poller of an account: looks at its kernels one after the other, within the account's pace. Remembers only whose turn it is. */
export function createKernelPoller(transport: Transport) {
  let turn = 0;

  /** Never rejects for Kaggle's sake: what could not be seen is `no-information`. At the first sign of trouble the rest is left alone. */
  const pollMany = async (tracked: readonly TrackedKernel[], options: PollOptions = {}): Promise<KernelReport[]> => {
    const most = Math.min(options.mostKernels ?? MOST_KERNELS, tracked.length);
    const first = tracked.length === 0 ? 0 : turn % tracked.length;
    turn = first + most;
    const order = [...tracked.slice(first), ...tracked.slice(0, first)];
    let trouble: string | null = null;
    const reports: KernelReport[] = [];
    for (const [index, kernel] of order.entries()) {
      const why: string | null = trouble ?? (index >= most ? 'it has its turn in the next look' : null);
      const report: KernelReport = why === null ? await lookAtOne(transport, kernel, options) : blind(kernel, why);
      if (why === null && report.observation.kind === 'no-information') {
        trouble = report.observation.why;
        // The next look begins behind it, so that one bad kernel does not hide the others for ever.
        turn = first + index + 1;
      }
      reports.push(report);
    }
    const places = new Map(tracked.map(({ run }, index) => [run.token, index]));
    return reports.toSorted((one, other) => (places.get(one.token) ?? 0) - (places.get(other.token) ?? 0));
  };
  return { pollMany };
}

function blind({ run }: TrackedKernel, why: string): KernelReport {
  return { token: run.token, observation: { kind: 'no-information', why }, failureMessage: null, log: [] };
}

async function lookAtOne(transport: Transport, kernel: TrackedKernel, options: PollOptions): Promise<KernelReport> {
  const { run, sawActive } = kernel;
  const known = { versionNumber: run.versionNumber, pushedAt: run.pushedAt, sawActive };
  let look: SessionLook | null;
  try {
    look = await lookAtRun(transport, run, options.signal);
  } catch (error) {
    if (!(error instanceof ReprobotError) || error.code === 'cancelled') throw error;
    const login = error.code === 'kaggle.auth-refused' ? { needs: 'login' as const } : {};
    return { token: run.token, observation: { kind: 'no-information', why: error.why, ...login }, failureMessage: null, log: [] };
  }
  const observation = look === null ? interpretAbsence(known, transport.now()) : interpretSession(look, known, transport.now());
  const isRunning = observation.kind === 'active' && observation.state === 'running';
  const log = isRunning && options.logs !== false ? await readNews(transport, kernel) : [];
  return { token: run.token, observation, failureMessage: observation.kind === 'ended' ? (look?.failureMessage ?? null) : null, log };
}

/** The session of exactly this version; null where Kaggle knows none. */
async function lookAtRun(transport: Transport, run: KernelRun, signal: AbortSignal | undefined): Promise<SessionLook | null> {
  try {
    return await lookAtSession(transport, run.id, run.versionNumber, signal);
  } catch (error) {
    if (!hasCode(error, 'kaggle.not-found')) throw error;
    // 401 is said of a kernel that is not there, too.
    if (error.details['status'] === 401) await checkCredentials(transport, signal);
    if (transport.now() - run.pushedAt < CREATION_MS) return null;
  }
  // Not every server takes the label. Without it the newest version answers, which has to be ours.
  const newest = await pullKernel(transport, run.id, undefined, signal);
  if (newest?.metadata.currentVersionNumber !== run.versionNumber) return null;
  return lookAtSession(transport, run.id, null, signal).catch((error: unknown) => {
    if (hasCode(error, 'kaggle.not-found')) return null;
    throw error;
  });
}

/** A log that cannot be read now is no reason to doubt the status. */
async function readNews(transport: Transport, { run, logRecords }: TrackedKernel): Promise<readonly LogRecord[]> {
  try {
    return (await peekLog(transport, run.id, { known: logRecords, ...PEEK })).records;
  } catch (error) {
    if (error instanceof ReprobotError) return [];
    throw error;
  }
}
