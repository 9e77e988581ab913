import type { Failure } from '../failure.ts';
import { formatCount } from '../run/format.ts';
import type { Line, Part } from '../run/slots.ts';
import type { RunState } from '../run/state.ts';
import { showClock } from '../run/view/job.ts';
import type { HomeFacts } from './facts.ts';
import { linkRun } from './link-run.ts';

const MOST = 6;
const RECENT_MS = 7 * 86_400_000;

interface Seen {
  readonly state: RunState;
  readonly failure: Failure;
  readonly at: number;
}

/** The kinds of failure of the last week in the runs that this person may see, the newest first. */
export function viewFailures({ runs, now, links }: HomeFacts): Part[] {
  const kinds = new Map<string, Seen[]>();
  for (const seen of runs.flatMap(listFailures)) {
    if (seen.at < now - RECENT_MS) continue;
    const key = seen.failure.class === 'unknown' ? seen.failure.title : seen.failure.class;
    kinds.set(
      key,
      [...(kinds.get(key) ?? []), seen].sort((a, b) => b.at - a.at),
    );
  }
  const sorted = [...kinds.values()].sort((a, b) => (b[0]?.at ?? 0) - (a[0]?.at ?? 0));
  if (sorted.length === 0) return [];
  const lines = sorted.slice(0, MOST).flatMap(([newest, ...others]): Line[] => {
    if (newest === undefined) return [];
    const times = others.length === 0 ? '' : ` (${formatCount(others.length + 1, 'time')})`;
    return [
      [
        { text: '• ' },
        { text: newest.failure.title, style: 'bold' },
        { text: `${times} – ` },
        linkRun(newest.state, links),
        { text: ', ' },
        showClock(newest.at),
      ],
    ];
  });
  const left = sorted.length - lines.length;
  return [
    { kind: 'heading', text: 'Failures of the last week' },
    { kind: 'text', lines },
    ...(left > 0 ? [{ kind: 'quiet' as const, lines: [`and ${formatCount(left, 'other kind')}`] }] : []),
  ];
}

function listFailures(state: RunState): Seen[] {
  const own = state.failures.map(({ failure, at }) => ({ state, failure, at }));
  const watched = (state.watch?.failures ?? []).map(({ failure, at }) => ({ state, failure, at }));
  return [...own, ...watched];
}
