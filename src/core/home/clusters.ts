import type { Observation } from '../jobs/job.ts';
import { formatCount } from '../run/format.ts';
import type { Line, Part, Span } from '../run/slots.ts';
import { findLastJob, type RunState } from '../run/state.ts';
import { showClock } from '../run/view/job.ts';
import { isItemAlive } from '../run/watch.ts';
import type { HomeFacts, SeenSite } from './facts.ts';

/** Looks come every few seconds; what is shown changes only this often, so that a Home is not sent anew for each of them. */
const COARSE_MS = 5 * 60_000;

/** The clusters as the poller knows them: no cluster is asked for it. */
export function viewClusters(facts: HomeFacts): Part[] {
  const lines = facts.sites.map((site) => describeSite(site, facts));
  return lines.length === 0
    ? []
    : [
        { kind: 'heading', text: 'Clusters' },
        { kind: 'text', lines },
      ];
}

function describeSite(site: SeenSite, { runs, user }: HomeFacts): Line {
  const jobs = runs.filter((state) => state.request.site === site.id && state.verdict === null).flatMap((state) => listJobs(state, user));
  const mine = jobs.filter((job) => job.isMine);
  const all = describeJobs(jobs);
  const own = jobs.length === mine.length ? 'all mine' : mine.length === 0 ? 'none mine' : `mine: ${describeJobs(mine)}`;
  const counted = jobs.length === 0 ? 'no jobs that I follow' : `${all} (${own})`;
  return [{ text: '• ' }, { text: site.id, style: 'bold' }, { text: ` – ${counted}` }, ...describeSeen(site)];
}

interface FollowedJob {
  readonly isMine: boolean;
  readonly state: 'waiting' | 'running' | 'unknown';
}

/** Jobs of runs and of watches that are not over. */
function listJobs(state: RunState, user: string): FollowedJob[] {
  const isMine = state.request.by === user;
  if (state.watch !== null)
    return state.watch.items.filter(isItemAlive).map((item) => ({ isMine, state: readState(item.observation, item.lastActive) }));
  const job = findLastJob(state);
  if (job === undefined || job.ref === null || job.observation?.kind === 'ended') return [];
  return [{ isMine, state: readState(job.observation, job.lastActive ?? null) }];
}

/** Of a job that a look missed, what was last seen of it. */
function readState(observation: Observation | null, lastActive: Observation | null): FollowedJob['state'] {
  const seen = observation?.kind === 'active' ? observation : lastActive;
  if (seen?.kind !== 'active') return 'unknown';
  return seen.state === 'pending' || seen.state === 'held' ? 'waiting' : 'running';
}

function describeJobs(jobs: readonly FollowedJob[]): string {
  const count = (state: FollowedJob['state']): number => jobs.filter((job) => job.state === state).length;
  const parts = [
    { count: count('running'), word: 'running' },
    { count: count('waiting'), word: 'waiting' },
    { count: count('unknown'), word: 'not seen yet' },
  ].filter((part) => part.count > 0);
  return parts.map((part) => `${part.count} ${part.word}`).join(', ');
}

function describeSeen({ seenAt, silences }: SeenSite): Span[] {
  if (seenAt === null) return [{ text: silences === 0 ? '' : `, has not answered yet (${formatCount(silences, 'look')})` }];
  const when = showClock(Math.floor(seenAt / COARSE_MS) * COARSE_MS);
  return silences === 0 ? [{ text: ', last seen about ' }, when] : [{ text: ', does not answer; last seen about ' }, when];
}
