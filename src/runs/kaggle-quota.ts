/** How the Kaggle account's week stands. Whoever looks, everybody has the newest look. */
import { isDeepStrictEqual } from 'node:util';
import type { Quota, SeenQuota } from '../core/kaggle/quota.ts';
import type { ProjectStore, QuotaStore } from '../ports.ts';

/** The account's week as it was a few minutes ago, or longer where Kaggle does not answer; null while it has never answered. */
export type ReadQuota = () => Promise<SeenQuota | null>;

export interface QuotaLooks {
  readonly recent: ReadQuota;
  /** Asks now, for what must not begin by an older look. Rejects as Kaggle does. */
  readonly fresh: (signal: AbortSignal) => Promise<SeenQuota>;
}

export interface QuotaParts {
  readonly ask: (signal?: AbortSignal) => Promise<Quota>;
  readonly kept: QuotaStore;
  readonly now: () => number;
  readonly onSilence: (error: unknown) => void;
}

const FRESH_MS = 10 * 60_000;
/** Whoever waits for a view or a table does not wait longer for Kaggle. */
const PATIENCE_MS = 8_000;

/** `recent` asks at most once in ten minutes, also where Kaggle does not answer: many people may open their Home at once. */
export function createQuotaLooks({ ask, kept, now, onSilence }: QuotaParts): QuotaLooks {
  let askedAt = -FRESH_MS;
  const fresh = async (signal: AbortSignal): Promise<SeenQuota> => {
    askedAt = now();
    const seen = { quota: await ask(signal), at: now() };
    await kept.save(seen);
    return seen;
  };
  return {
    fresh,
    recent: async () => {
      const last = await kept.load();
      if (now() - Math.max(askedAt, last?.at ?? 0) < FRESH_MS) return last;
      try {
        return await fresh(AbortSignal.timeout(PATIENCE_MS));
      } catch (error) {
        onSilence(error);
        return last;
      }
    },
  };
}

/** A run that waits for hours asks every few minutes; what it is told each time is no news, and while sessions run only slowly becomes one. */
const SAME_MS = 60 * 60_000;
const MOVED_MS = 15 * 60_000;

/** Writes a look into the journal of the project for which somebody looked: one run’s, and what shows nothing new, only now and then. */
export async function tellQuota(
  projects: Pick<ProjectStore, 'append' | 'list'>,
  project: string,
  { quota, at }: SeenQuota,
  { account, run }: { readonly account: string; readonly run: string | null },
): Promise<void> {
  const last = (await projects.list(project)).findLast((event) => event.type === 'quota.seen' && event.account === account);
  if (last?.type === 'quota.seen') {
    const pause = isDeepStrictEqual(last.quota, quota) ? SAME_MS : last.run !== null && last.run === run ? MOVED_MS : 0;
    if (at - last.at < pause) return;
  }
  await projects.append(project, { v: 1, at, id: `${account} ${at}`, type: 'quota.seen', account, run, quota });
}
