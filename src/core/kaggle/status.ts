import type { Observation } from '../jobs/job.ts';

/** Kaggle's words for a session, by their numbers on the wire. */
export const SESSION_STATES = ['QUEUED', 'RUNNING', 'COMPLETE', 'ERROR', 'CANCEL_REQUESTED', 'CANCEL_ACKNOWLEDGED', 'NEW_SCRIPT'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** What GetKernelSessionStatus answered. */
export interface SessionLook {
  readonly state: SessionState;
  readonly failureMessage: string | null;
}

/** What is known of a run besides the look. */
export interface RunKnown {
  readonly versionNumber: number;
  /** Epoch milliseconds. */
  readonly pushedAt: number;
  /** True once a look showed this run waiting or running. */
  readonly sawActive: boolean;
}

/** For so long after a push an ending may still be that of the version before. */
export const STALE_MS = 120_000;

/** For so long after a push "there is no such session" means that it is being made. */
export const CREATION_MS = 600_000;

const ACTIVE = { QUEUED: 'pending', RUNNING: 'running', CANCEL_REQUESTED: 'completing' } as const;

/** What a look says of the run. An ending that may be the previous version's is not believed. */
export function interpretSession(look: SessionLook, known: RunKnown, now: number): Observation {
  const { state } = look;
  if (state === 'QUEUED' || state === 'RUNNING' || state === 'CANCEL_REQUESTED') {
    return { kind: 'active', state: ACTIVE[state], schedulerState: state };
  }
  if (state === 'NEW_SCRIPT') return { kind: 'missing', why: 'Kaggle says that this version has not been run yet' };
  if (mayBeStale(known, now)) {
    return { kind: 'active', state: 'pending', schedulerState: state, reason: 'this may still be the ending of the version before' };
  }
  return {
    kind: 'ended',
    outcome: readOutcome(state, look.failureMessage ?? ''),
    exitCode: null,
    signal: null,
    evidence: 'queue',
    schedulerState: state,
  };
}

/** What it means that Kaggle knows no such session. */
export function interpretAbsence(known: RunKnown, now: number): Observation {
  if (now - known.pushedAt < CREATION_MS) {
    return { kind: 'active', state: 'pending', schedulerState: 'none', reason: 'Kaggle is still making the session' };
  }
  return { kind: 'missing', why: 'Kaggle knows no session of this version' };
}

function mayBeStale({ versionNumber, pushedAt, sawActive }: RunKnown, now: number): boolean {
  return versionNumber > 1 && !sawActive && now - pushedAt < STALE_MS;
}

// A run that met its time limit is reported as cancelled; only the message tells it from one that a person stopped.
function readOutcome(state: 'COMPLETE' | 'ERROR' | 'CANCEL_ACKNOWLEDGED', message: string) {
  if (state === 'COMPLETE') return 'completed' as const;
  if (/exceeded the max(?:imum)? allowed execution duration|execution time/i.test(message)) return 'timeout' as const;
  if (state === 'CANCEL_ACKNOWLEDGED') return 'cancelled' as const;
  return /tried to allocate more memory than is available/i.test(message) ? ('out-of-memory' as const) : ('failed' as const);
}
