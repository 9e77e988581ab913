import type { ActiveState, JobOutcome } from './job.ts';

/** What a state word of Slurm means. `interrupted` endings may still be undone by a requeue under the same id. */
export type StateMeaning =
  | { readonly kind: 'active'; readonly state: ActiveState }
  | { readonly kind: 'ended'; readonly outcome: JobOutcome; readonly interrupted: boolean }
  | { readonly kind: 'unknown' };

const ACTIVE: Readonly<Record<string, ActiveState>> = {
  PENDING: 'pending',
  REQUEUED: 'pending',
  EXPEDITING: 'pending',
  REQUEUE_FED: 'pending',
  REVOKED: 'pending',
  CONFIGURING: 'starting',
  RUNNING: 'running',
  RESIZING: 'running',
  SIGNALING: 'running',
  SUSPENDED: 'suspended',
  STOPPED: 'suspended',
  COMPLETING: 'completing',
  STAGE_OUT: 'completing',
  REQUEUE_HOLD: 'held',
  SPECIAL_EXIT: 'held',
  RESV_DEL_HOLD: 'held',
};

const ENDED: Readonly<Record<string, readonly [JobOutcome, interrupted: boolean]>> = {
  COMPLETED: ['completed', false],
  FAILED: ['failed', false],
  CANCELLED: ['cancelled', false],
  TIMEOUT: ['timeout', false],
  DEADLINE: ['timeout', false],
  OUT_OF_MEMORY: ['out-of-memory', false],
  NODE_FAIL: ['node-failure', true],
  BOOT_FAIL: ['node-failure', true],
  PREEMPTED: ['preempted', true],
};

/** The words of jobs that are not over. */
export const ACTIVE_WORDS: readonly string[] = Object.keys(ACTIVE);

/** The words of jobs whose script does not run now, so that their folder holds nothing new. */
export const WAITING_WORDS: readonly string[] = ACTIVE_WORDS.filter((word) => ['pending', 'starting', 'held'].includes(ACTIVE[word] ?? ''));

/** Reads a long state word as squeue and sacct print it (`CANCELLED by 1000` included); `reason` tells a held job from a waiting one. */
export function readState(text: string, reason = ''): StateMeaning {
  const word = text.trim().split(/[ +]/, 1)[0] ?? '';
  const active = ACTIVE[word];
  if (active !== undefined) return { kind: 'active', state: active === 'pending' && isHold(reason) ? 'held' : active };
  const ended = ENDED[word];
  return ended === undefined ? { kind: 'unknown' } : { kind: 'ended', outcome: ended[0], interrupted: ended[1] };
}

/** True for the pending reasons that somebody has to lift. */
function isHold(reason: string): boolean {
  return /^(JobHeldUser|JobHeldAdmin|JobHoldMaxRequeue|ReservationDeleted)$|\bheld\b/i.test(reason);
}
