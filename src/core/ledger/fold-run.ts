/** What a run has used, folded from its journal event by event. Pure. */
import { sumTokens } from '../agent-session/limits.ts';
import type { AgentFact } from '../agent-session/schema.ts';
import type { RunTerms } from '../experiment/schema.ts';
import type { JobSpec, Observation } from '../jobs/job.ts';
import type { KernelRun } from '../kaggle/kernel-run.ts';
import { OWN_JOB } from '../run/choose-watched.ts';
import type { RunEvent } from '../run/events.ts';
import { RunState } from '../run/state.ts';
import type { WatchExamined, WatchItem } from '../run/watch-schema.ts';
import { findHeld } from '../run/watch.ts';
import type { LedgerRow } from './row.ts';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** The event that a row stands on. */
interface Told {
  readonly at: number;
  readonly version: number;
  readonly event: string;
}

interface ModelUse extends Told {
  readonly model: string;
  readonly tokens: number;
  readonly cached: number;
  readonly dollars: number;
}

/** A job as far as it is known; the accounting's own numbers take the place of what was asked for. */
interface JobUse extends Told {
  readonly token: string;
  /** The cluster's or Kaggle's own name; empty before it is known. */
  readonly job: string;
  readonly gpus: number;
  readonly cpus: number;
  readonly limitSeconds: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** As the accounting tells; null where it does not. */
  readonly seconds: number | null;
  /** Set for a session at Kaggle: the accelerator that its quota counts, and when it was pushed. */
  readonly kaggle?: { readonly accelerator: 'gpu' | 'tpu'; readonly pushedAt: number };
}

/** A job that Reprobot did not start, once it is over: what the accounting says that it held. */
interface WatchedUse extends Told {
  readonly job: string;
  readonly gpuHours: number;
  readonly coreHours: number;
}

/** What is known of a run’s use after so many events. */
export interface RunLedger {
  readonly run: string;
  readonly by: string;
  readonly channel: string;
  readonly site: string;
  /** Number of events folded, and the time of the last. */
  readonly version: number;
  readonly updatedAt: number;
  readonly outcome: string;
  /** What an experiment runs with at Kaggle; null before that was read, and for every other run. */
  readonly terms: Pick<RunTerms, 'accelerator' | 'minutes'> | null;
  readonly models: readonly ModelUse[];
  readonly jobs: readonly JobUse[];
  /** What a watch follows, by token, without jobs of ours, which their own runs count. */
  readonly followed: ReadonlyMap<string, Pick<WatchItem, 'jobId' | 'shape'>>;
  readonly watched: readonly WatchedUse[];
}

const GOING_ON = 'going on';
const HOUR_MS = 3_600_000;

/** The ledger after one more event; the first must be one that a journal can begin with. */
export function foldLedger(ledger: RunLedger | null, event: RunEvent): RunLedger {
  if (event.type === 'run.restored') return restoreLedger(event);
  const told: Told = { at: event.at, version: (ledger?.version ?? 0) + 1, event: event.type };
  if (ledger === null) return openLedger(event, told);
  return { ...ledger, ...applyEvent(ledger, event, told), version: told.version, updatedAt: event.at };
}

function openLedger(event: RunEvent, { version }: Told): RunLedger {
  if (!('runId' in event)) throw new Error(`a journal cannot begin with ${event.type}`);
  const { runId, by, channel, site, at } = event;
  const followed = event.type === 'watch.requested' ? follow(event.items) : new Map<string, never>();
  return {
    run: runId,
    by,
    channel,
    site,
    version,
    updatedAt: at,
    outcome: GOING_ON,
    terms: null,
    models: [],
    jobs: [],
    followed,
    watched: [],
  };
}

function follow(items: readonly Pick<WatchItem, 'token' | 'jobId' | 'shape' | 'name'>[]): RunLedger['followed'] {
  return new Map(items.filter(({ name }) => !OWN_JOB.test(name)).map(({ token, jobId, shape }) => [token, { jobId, shape }]));
}

function applyEvent(ledger: RunLedger, event: RunEvent, told: Told): Partial<RunLedger> {
  switch (event.type) {
    case 'agent.fact':
      return event.fact.kind === 'turned' ? { models: [...ledger.models, readTurn(event.fact, told)] } : {};
    case 'sample.planned':
      return { jobs: [...ledger.jobs, openJob(event.spec, told)] };
    case 'job.submitted':
      return { jobs: ledger.jobs.map((job) => (job.token === event.ref.token ? { ...job, job: event.ref.jobId } : job)) };
    case 'job.observed':
      return { jobs: ledger.jobs.map((job) => (job.token === event.token ? observeJob(job, event.observation, told) : job)) };
    case 'sample.examined':
      return { jobs: ledger.jobs.map((job, index) => (index === ledger.jobs.length - 1 ? measureJob(job, event.result, told) : job)) };
    case 'watch.examined':
      return event.found.final ? countWatched(ledger, event.found, told) : {};
    case 'loop.opened':
      return { terms: event.terms };
    case 'loop.submitted':
      return { jobs: [...ledger.jobs, ...openSession(ledger.terms, event.kernel, told)] };
    case 'loop.observed':
      return { jobs: ledger.jobs.map((job) => (job.token === event.token ? observeJob(job, event.observation, told) : job)) };
    case 'run.finished':
      return { outcome: event.verdict.as };
    case 'run.resumed':
      return { outcome: GOING_ON };
    default:
      return {};
  }
}

function readTurn({ model, usage, dollars }: Extract<AgentFact, { kind: 'turned' }>, told: Told): ModelUse {
  return { ...told, model, tokens: sumTokens(usage), cached: usage.cacheRead, dollars };
}

function openJob({ token, resources }: JobSpec, told: Told): JobUse {
  const { gpus, cpus, nodes, timeLimitSeconds } = resources;
  const unknown = { startedAt: null, endedAt: null, seconds: null };
  return { ...told, token, job: '', gpus: gpus * nodes, cpus: cpus * nodes, limitSeconds: timeLimitSeconds, ...unknown };
}

/** A session without an accelerator uses up nothing that anybody counts. */
function openSession(terms: RunLedger['terms'], { token, pushedAt, id, versionNumber }: KernelRun, told: Told): JobUse[] {
  if (terms === null || terms.accelerator === 'none') return [];
  const { accelerator, minutes } = terms;
  const unknown = { startedAt: null, endedAt: null, seconds: null };
  const job = `${id.owner}/${id.slug} v${versionNumber}`;
  return [{ ...told, token, job, gpus: 0, cpus: 0, limitSeconds: minutes * 60, ...unknown, kaggle: { accelerator, pushedAt } }];
}

/** A start that only the look tells is the look’s own time; a job that nobody saw running has used nothing that anybody knows of. */
function observeJob(job: JobUse, observation: Observation, told: Told): JobUse {
  if (observation.kind === 'active') {
    const runs = observation.state === 'running' || observation.state === 'completing' || observation.state === 'suspended';
    return runs ? { ...job, ...told, startedAt: observation.startedAt ?? job.startedAt ?? told.at } : job;
  }
  if (observation.kind !== 'ended') return job;
  const startedAt = observation.startedAt ?? job.startedAt ?? job.kaggle?.pushedAt ?? null;
  return { ...job, ...told, startedAt, endedAt: observation.endedAt ?? told.at };
}

/** Nothing that nobody measured: a watch knows of no request before the accounting tells. */
function countWatched(
  { followed, watched }: RunLedger,
  found: Pick<WatchExamined, 'token' | 'usage' | 'held'>,
  told: Told,
): Partial<RunLedger> {
  const item = followed.get(found.token);
  const held = item === undefined ? null : findHeld(found, item.shape);
  if (item === undefined || held === null || watched.some(({ job }) => job === item.jobId)) return {};
  return { watched: [...watched, { ...told, job: item.jobId, gpuHours: held.gpuSeconds / 3600, coreHours: held.coreSeconds / 3600 }] };
}

function measureJob(job: JobUse, { usage, wallSeconds }: EventOf<'sample.examined'>['result'], told: Told): JobUse {
  if (usage !== undefined) return { ...job, ...told, gpus: usage.gpus, cpus: usage.cpus, seconds: usage.elapsedSeconds };
  return job.startedAt === null && wallSeconds !== null ? { ...job, ...told, seconds: wallSeconds } : job;
}

/** The journal was gone; its record still knows the sums of each session and every job. */
function restoreLedger(event: EventOf<'run.restored'>): RunLedger {
  const state = RunState.parse(event.state);
  const told: Told = { at: event.at, version: 1, event: event.type };
  const { request, verdict, agents, jobs, sample, experiment, watch } = state;
  const models = agents.map(({ turns, spent }) => ({
    ...told,
    model: [...new Set(turns.map((turn) => turn.model))].join(', '),
    tokens: sumTokens(spent.usage),
    cached: spent.usage.cacheRead,
    dollars: spent.dollars,
  }));
  const used = jobs.map(({ spec, ref, observation, lastActive }, index) => {
    const seen = [lastActive ?? null, observation].reduce((job: JobUse, one) => (one === null ? job : observeJob(job, one, told)), {
      ...openJob(spec, told),
      job: ref?.jobId ?? '',
    });
    const result = index === jobs.length - 1 ? (sample?.result ?? null) : null;
    return result === null ? seen : measureJob(seen, result, told);
  });
  const ledger: RunLedger = {
    run: state.id,
    by: request.by,
    channel: request.channel,
    site: request.site,
    version: 1,
    updatedAt: event.at,
    outcome: verdict?.as ?? GOING_ON,
    terms: experiment?.terms ?? null,
    models: models.filter(({ tokens }) => tokens > 0),
    jobs: [...used, ...restoreSessions(experiment, told)],
    followed: follow(watch?.items ?? []),
    watched: [],
  };
  const over = (watch?.items ?? []).filter(({ examined }) => examined);
  return over.reduce((known, item) => ({ ...known, ...countWatched(known, item, told) }), ledger);
}

function restoreSessions(experiment: RunState['experiment'], told: Told): JobUse[] {
  const attempts = (experiment?.parts ?? []).flatMap((part) => part.attempts);
  return attempts.flatMap(({ submissions }) =>
    submissions.flatMap(({ kernel, seconds }) =>
      kernel === null ? [] : openSession(experiment?.terms ?? null, kernel, told).map((job) => ({ ...job, seconds })),
    ),
  );
}

/** The rows of a run as of a moment; a job that still runs is counted up to then, at most to its time limit. */
export function listRows(ledger: RunLedger, project: string, now: number): LedgerRow[] {
  const { run, by, site, outcome } = ledger;
  const row = (
    { version, event }: Told,
    part: Pick<LedgerRow, 'at' | 'kind' | 'about' | 'amount' | 'job' | 'cached' | 'dollars' | 'soFar'>,
  ): LedgerRow => ({
    ...part,
    project,
    run,
    person: by,
    outcome,
    source: { of: 'run', id: run, version, event },
  });
  const models = ledger.models.map((use) =>
    row(use, {
      at: use.at,
      kind: 'tokens',
      about: use.model,
      amount: use.tokens,
      job: '',
      cached: use.cached,
      dollars: use.dollars,
      soFar: false,
    }),
  );
  const jobs = ledger.jobs.flatMap((job) => {
    const { hours, soFar } = measureHours(job, now);
    const part = { at: soFar ? now : job.at, about: site, job: job.job, cached: 0, dollars: null, soFar };
    if (job.kaggle !== undefined) {
      const about = `Kaggle ${job.kaggle.accelerator.toUpperCase()}`;
      return hours > 0 ? [row(job, { ...part, about, kind: 'kaggle-hours', amount: hours })] : [];
    }
    return [
      { ...part, kind: 'gpu-hours' as const, amount: job.gpus * hours },
      { ...part, kind: 'cpu-hours' as const, amount: job.cpus * hours },
    ].flatMap((one) => (one.amount > 0 ? [row(job, one)] : []));
  });
  return [...models, ...jobs, ...ledger.watched.flatMap((use) => listWatched(use, site).map((part) => row(use, part)))];
}

function listWatched({ at, job, gpuHours, coreHours }: WatchedUse, site: string) {
  const part = { at, about: site, job, cached: 0, dollars: null, soFar: false };
  return [
    { ...part, kind: 'watched-gpu-hours' as const, amount: gpuHours },
    { ...part, kind: 'watched-cpu-hours' as const, amount: coreHours },
  ].filter(({ amount }) => amount > 0);
}

function measureHours({ startedAt, endedAt, seconds, limitSeconds }: JobUse, now: number): { hours: number; soFar: boolean } {
  if (seconds !== null) return { hours: seconds / 3600, soFar: false };
  if (startedAt === null) return { hours: 0, soFar: false };
  const end = endedAt ?? Math.min(now, startedAt + limitSeconds * 1000);
  return { hours: Math.max(0, end - startedAt) / HOUR_MS, soFar: endedAt === null };
}
