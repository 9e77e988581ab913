import { formatDuration } from '../run/format.ts';
import type { Progress } from './schema.ts';

export interface LimitQuestion {
  readonly eta: Progress['eta'];
  /** Seconds until the scheduler ends the job. */
  readonly left: number;
  /** Seconds that the job has run; null where that is not known. */
  readonly elapsed: number | null;
  readonly checkpoint: Progress['checkpoint'] | null;
}

export interface LimitVerdict {
  readonly verdict: 'fits' | 'tight' | 'exceeds' | 'unknown';
  /** Seconds by which the limit is likely missed; 0 where it is not. */
  readonly short: number;
  /** A limit that would do for the whole run, and one for what is left after the last checkpoint, as Slurm writes them. */
  readonly fullLimit: string | null;
  readonly resumeLimit: string | null;
  /** For people, with numbers; empty where the run fits or nothing is known. */
  readonly words: string;
}

/** A proposed limit is this much longer than the upper end of the estimate, and a multiple of a quarter of an hour. */
const RESERVE = 1.1;
const QUARTER = 900;
/** Start, imports and reading of a checkpoint. */
const START_UP = 600;

/** A limit that people would write: a multiple of a quarter of an hour. */
export function roundLimit(seconds: number): number {
  return Math.ceil(seconds / QUARTER) * QUARTER;
}

/** A limit as `--time` takes it: `HH:MM:SS`, with days before it from one day on. */
export function writeLimit(seconds: number): string {
  const whole = roundLimit(seconds);
  const [days, rest] = [Math.floor(whole / 86_400), whole % 86_400];
  const clock = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60), 0].map((part) => String(part).padStart(2, '0')).join(':');
  return days === 0 ? clock : `${days}-${clock}`;
}

/** Says early whether the run clashes with its time limit: `exceeds` when even the lower end of the estimate does, `tight` when the upper one does. */
export function judgeLimit({ eta, left, elapsed, checkpoint }: LimitQuestion): LimitVerdict {
  if (eta === null || !Number.isFinite(left)) return { verdict: 'unknown', short: 0, fullLimit: null, resumeLimit: null, words: '' };
  const short = Math.max(0, eta.likely - left);
  if (eta.high <= left) return { verdict: 'fits', short: 0, fullLimit: null, resumeLimit: null, words: '' };
  const verdict = eta.low > left ? 'exceeds' : 'tight';
  const every = checkpoint?.every ?? null;
  const fullLimit = elapsed === null ? null : writeLimit((elapsed + eta.high) * RESERVE);
  const resumeLimit = checkpoint == null ? null : writeLimit((Math.max(0, eta.high - left) + (every ?? 0) + START_UP) * RESERVE);
  return {
    verdict,
    short,
    fullLimit,
    resumeLimit,
    words: describe({ eta, left, verdict, checkpoint: checkpoint ?? null, fullLimit, resumeLimit }),
  };
}

interface Facts {
  readonly eta: NonNullable<Progress['eta']>;
  readonly left: number;
  readonly verdict: 'tight' | 'exceeds';
  readonly checkpoint: NonNullable<Progress['checkpoint']> | null;
  readonly fullLimit: string | null;
  readonly resumeLimit: string | null;
}

function describe({ eta, left, verdict, checkpoint, fullLimit, resumeLimit }: Facts): string {
  const over = (seconds: number) => formatDuration(Math.max(0, seconds - left));
  const need =
    verdict === 'exceeds'
      ? `Will need about ${over(eta.likely)} more than the limit (${over(eta.low)} to ${over(eta.high)}).`
      : `May not end within the limit: about ${formatDuration(eta.likely)} to go (up to ${formatDuration(eta.high)}), and ${formatDuration(left)} are left.`;
  const full = fullLimit === null ? '' : `with --time=${fullLimit}`;
  if (checkpoint === null) {
    return `${need} No checkpoint was seen: what is done by then is lost.${full === '' ? '' : ` Resubmit ${full}.`}`;
  }
  const rhythm = checkpoint.every === null ? 'a checkpoint was saved' : `checkpoints come every ${formatDuration(checkpoint.every)}`;
  const last = checkpoint.ago === null ? '' : `, the last ${formatDuration(checkpoint.ago)} ago`;
  const whole = full === '' ? '' : `, or the whole run ${full}`;
  return `${need} ${rhythm.charAt(0).toUpperCase()}${rhythm.slice(1)}${last}: resubmit from the last one with --time=${resumeLimit ?? '?'}${whole}.`;
}
