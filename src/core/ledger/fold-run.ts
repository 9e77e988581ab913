/** What a run has used, folded from its journal event by event. Pure. */
import { sumTokens } from '../agent-session/limits.ts';
import type { AgentFact } from '../agent-session/schema.ts';
import type { JobSpec, Observation } from '../jobs/job.ts';
import type { RunEvent } from '../run/events.ts';
import { RunState } from '../run/state.ts';
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
  readonly gpus: number;
  readonly cpus: number;
  readonly limitSeconds: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** As the accounting tells; null where it does not. */
  readonly seconds: number | null;
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
  readonly models: readonly ModelUse[];
  readonly jobs: readonly JobUse[];
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
  return { run: runId, by, channel, site, version, updatedAt: at, outcome: GOING_ON, models: [], jobs: [] };
}

function applyEvent(ledger: RunLedger, event: RunEvent, told: Told): Partial<RunLedger> {
  switch (event.type) {
    case 'agent.fact':
      return event.fact.kind === 'turned' ? { models: [...ledger.models, readTurn(event.fact, told)] } : {};
    case 'sample.planned':
      return { jobs: [...ledger.jobs, openJob(event.spec, told)] };
    case 'job.observed':
      return { jobs: ledger.jobs.map((job) => (job.token === event.token ? observeJob(job, event.observation, told) : job)) };
    case 'sample.examined':
      return { jobs: ledger.jobs.map((job, index) => (index === ledger.jobs.length - 1 ? measureJob(job, event.result, told) : job)) };
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
  return { ...told, token, gpus: gpus * nodes, cpus: cpus * nodes, limitSeconds: timeLimitSeconds, ...unknown };
}

/** A start that only the look tells is the look’s own time; a job that nobody saw running has used nothing that anybody knows of. */
function observeJob(job: JobUse, observation: Observation, told: Told): JobUse {
  if (observation.kind === 'active') {
    const runs = observation.state === 'running' || observation.state === 'completing' || observation.state === 'suspended';
    return runs ? { ...job, ...told, startedAt: observation.startedAt ?? job.startedAt ?? told.at } : job;
  }
  if (observation.kind !== 'ended') return job;
  const startedAt = observation.startedAt ?? job.startedAt;
  return { ...job, ...told, startedAt, endedAt: observation.endedAt ?? told.at };
}

function measureJob(job: JobUse, { usage, wallSeconds }: EventOf<'sample.examined'>['result'], told: Told): JobUse {
  if (usage !== undefined) return { ...job, ...told, gpus: usage.gpus, cpus: usage.cpus, seconds: usage.elapsedSeconds };
  return job.startedAt === null && wallSeconds !== null ? { ...job, ...told, seconds: wallSeconds } : job;
}

/** The journal was gone; its record still knows the sums of each session and every job. */
function restoreLedger(event: EventOf<'run.restored'>): RunLedger {
  const state = RunState.parse(event.state);
  const told: Told = { at: event.at, version: 1, event: event.type };
  const { request, verdict, agents, jobs, sample } = state;
  const models = agents.map(({ turns, spent }) => ({
    ...told,
    model: [...new Set(turns.map((turn) => turn.model))].join(', '),
    tokens: sumTokens(spent.usage),
    cached: spent.usage.cacheRead,
    dollars: spent.dollars,
  }));
  const used = jobs.map(({ spec, observation, lastActive }, index) => {
    const seen = [lastActive ?? null, observation].reduce(
      (job: JobUse, one) => (one === null ? job : observeJob(job, one, told)),
      openJob(spec, told),
    );
    const result = index === jobs.length - 1 ? (sample?.result ?? null) : null;
    return result === null ? seen : measureJob(seen, result, told);
  });
  return {
    run: state.id,
    by: request.by,
    channel: request.channel,
    site: request.site,
    version: 1,
    updatedAt: event.at,
    outcome: verdict?.as ?? GOING_ON,
    models: models.filter(({ tokens }) => tokens > 0),
    jobs: used,
  };
}

/** The rows of a run as of a moment; a job that still runs is counted up to then, at most to its time limit. */
export function listRows(ledger: RunLedger, project: string, now: number): LedgerRow[] {
  const { run, by, site, outcome } = ledger;
  const row = (
    { version, event }: Told,
    part: Pick<LedgerRow, 'at' | 'kind' | 'about' | 'amount' | 'cached' | 'dollars' | 'soFar'>,
  ): LedgerRow => ({
    ...part,
    project,
    run,
    person: by,
    outcome,
    source: { of: 'run', id: run, version, event },
  });
  const models = ledger.models.map((use) =>
    row(use, { at: use.at, kind: 'tokens', about: use.model, amount: use.tokens, cached: use.cached, dollars: use.dollars, soFar: false }),
  );
  const jobs = ledger.jobs.flatMap((job) => {
    const { hours, soFar } = measureHours(job, now);
    const part = { at: soFar ? now : job.at, about: site, cached: 0, dollars: null, soFar };
    return [
      { ...part, kind: 'gpu-hours' as const, amount: job.gpus * hours },
      { ...part, kind: 'cpu-hours' as const, amount: job.cpus * hours },
    ].flatMap((one) => (one.amount > 0 ? [row(job, one)] : []));
  });
  return [...models, ...jobs];
}

function measureHours({ startedAt, endedAt, seconds, limitSeconds }: JobUse, now: number): { hours: number; soFar: boolean } {
  if (seconds !== null) return { hours: seconds / 3600, soFar: false };
  if (startedAt === null) return { hours: 0, soFar: false };
  const end = endedAt ?? Math.min(now, startedAt + limitSeconds * 1000);
  return { hours: Math.max(0, end - startedAt) / HOUR_MS, soFar: endedAt === null };
}
