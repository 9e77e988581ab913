import { z } from 'zod';
import { chooseInterval } from '../../src/core/jobs/choose-interval.ts';
import type { RunState } from '../../src/core/run/state.ts';
import type { JobReport, TrackedJob } from '../../src/ports.ts';
import { looksKey, nextLookKey, watchedKey } from '../../src/queue/dispatcher.ts';
import type { WorkerContext } from '../context.ts';
import { withLock } from '../lock.ts';
import { loginNeeded } from '../login-broker.ts';
import { done } from '../outcome.ts';
import { pollOwnJob } from '../polling/own-job.ts';
import type { PolledRun } from '../polling/polled-run.ts';
import { pollWatchedJobs } from '../polling/watched-jobs.ts';
import { defineProcessor } from '../processor.ts';

/** One look at all jobs of a site that anybody follows, with one remote command, unless it is too early for another. */
export default defineProcessor({
  name: 'poll-cluster',
  queue: 'cluster-poll',
  data: z.object({ site: z.string() }),
  run: async (context, { site }) => {
    const { redis, settings } = context;
    const runIds = await redis.smembers(watchedKey(settings.prefix, site));
    if (runIds.length === 0 || (await redis.exists(nextLookKey(settings.prefix, site))) === 1) return done();
    await withLock(redis, `${settings.prefix}:polling:${site}`, () => pollSite(context, site, runIds));
    return done();
  },
});

async function pollSite(context: WorkerContext, site: string, runIds: readonly string[]): Promise<void> {
  const polled: PolledRun[] = [];
  for (const runId of runIds) {
    const state = await loadQuietly(context, runId);
    const one =
      state === null ? null : state.watch === null ? await pollOwnJob(context, state, site) : await pollWatchedJobs(context, state, site);
    if (one !== null) polled.push(one);
  }
  const jobs = polled.flatMap((one) => one.jobs);
  if (jobs.length === 0) return;
  const needsLogin = context.logins.needsLogin(site);
  const reports = needsLogin ? refuse(jobs, site) : await context.backendOf(site).poll(jobs);
  const { answeredAt, failures } = await noteAnswer(context, site, reports);
  const byToken = new Map(reports.map((report) => [report.token, report]));
  const etas: number[] = [];
  for (const one of polled) etas.push(...(await takeQuietly(context, one, byToken, answeredAt)));
  if (!needsLogin) await planNextLook(context, site, { reports, etas, failures });
}

/** A run whose journal cannot be read does not keep the others from being looked at. */
async function loadQuietly(context: WorkerContext, runId: string): Promise<RunState | null> {
  try {
    return await context.runs.load(runId);
  } catch (error) {
    context.log.warn({ err: error, run: runId }, 'reading a watched run');
    return null;
  }
}

function refuse(jobs: readonly TrackedJob[], site: string): JobReport[] {
  return jobs.map(({ ref }) => ({
    token: ref.token,
    observation: { kind: 'no-information', why: loginNeeded(site).why, needs: 'login' },
  }));
}

/** What one log says must not keep the ending of its job, or any other job, from being seen. */
async function takeQuietly(context: WorkerContext, polled: PolledRun, reports: ReadonlyMap<string, JobReport>, answeredAt: number | null) {
  try {
    return await polled.take(reports, answeredAt);
  } catch (error) {
    context.log.warn({ err: error, run: polled.runId }, 'taking in what a job printed');
    const withoutLogs = new Map([...reports].map(([token, { log: _log, ...report }]) => [token, report]));
    return polled.take(withoutLogs, answeredAt);
  }
}

/** Remembers when the site last told something, and how often in a row it has not. */
async function noteAnswer(
  { redis, settings, now }: WorkerContext,
  site: string,
  reports: readonly JobReport[],
): Promise<{ answeredAt: number | null; failures: number }> {
  const key = looksKey(settings.prefix, site);
  if (reports.some(({ observation }) => observation.kind !== 'no-information')) {
    const answeredAt = now();
    await redis.hset(key, { answeredAt, failures: 0 });
    return { answeredAt, failures: 0 };
  }
  const failures = await redis.hincrby(key, 'failures', 1);
  const known = await redis.hget(key, 'answeredAt');
  return { answeredAt: known === null ? null : Number(known), failures };
}

async function planNextLook(
  { redis, settings, sites, now }: WorkerContext,
  site: string,
  { reports, etas, failures }: { reports: readonly JobReport[]; etas: readonly number[]; failures: number },
): Promise<void> {
  const seconds = sites.get(site)?.polling.seconds ?? 60;
  const observations = reports.map(({ observation }) => observation);
  const wait = chooseInterval({ seconds, failures, observations, etas, now: now(), jitter: Math.random() });
  // Ticks come at the site's floor; half a tick is left out, so that one that comes a little early is not lost.
  const pause = Math.round((wait - seconds / 2) * 1000);
  if (wait > seconds) await redis.set(nextLookKey(settings.prefix, site), '1', 'PX', pause);
}
