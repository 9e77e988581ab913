import { pathToFileURL } from 'node:url';
import type { WebClient } from '@slack/web-api';
import { Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { createModel } from '../src/agent/model.ts';
import { listSkillFolders, listSkills } from '../src/agent/skills.ts';
import type { Tool } from '../src/agent/tool.ts';
import { createBackend, createJobBrowser } from '../src/backends/index.ts';
import { createKaggleBackend } from '../src/backends/kaggle/index.ts';
import { drawChart } from '../src/charts/draw.ts';
import { loadSettings, resolveSites, type Settings } from '../src/config.ts';
import type { Chart } from '../src/core/charts/schema.ts';
import type { FailureClass } from '../src/core/diagnosis/failure-class.ts';
import type { RuleFamily } from '../src/core/environment/rule.ts';
import type { SiteProfile } from '../src/core/site.ts';
import { ReprobotError } from '../src/errors.ts';
import { createHost, isSshHost } from '../src/hosts/index.ts';
import { openRemoteLog } from '../src/hosts/remote-log/index.ts';
import { createDigestStore } from '../src/journal/digest-store.ts';
import { createFailureIndex } from '../src/journal/failure-index.ts';
import { createRedisJournal } from '../src/journal/index.ts';
import { createProjectStore } from '../src/journal/project-store.ts';
import { createQuotaStore } from '../src/journal/quota-store.ts';
import { createRuleStore } from '../src/journal/rule-store.ts';
import { createLog } from '../src/log.ts';
import { loadPlugins } from '../src/plugins.ts';
import type { Backend, Host, QuotaStore } from '../src/ports.ts';
import { followParent, sayReady } from '../src/process.ts';
import { createDispatcher, nextLookKey, signalChannel } from '../src/queue/dispatcher.ts';
import { openQueues, QUEUE_NAMES, type QueueName } from '../src/queue/queues.ts';
import { createSlackLinks } from '../src/queue/slack-links.ts';
import { createBudgets } from '../src/runs/budgets.ts';
import { createDiary } from '../src/runs/diary.ts';
import { createQuotaLooks, type QuotaLooks } from '../src/runs/kaggle-quota.ts';
import { createLedger } from '../src/runs/ledger.ts';
import { RunService } from '../src/runs/run-service.ts';
import { createSlackClient } from '../src/slack/client.ts';
import type { ClusterAccess } from '../src/slack/command.ts';
import { createSlackContext } from '../src/slack/context.ts';
import { createHomePublisher } from '../src/slack/home-publisher.ts';
import { createLimiter } from '../src/slack/limiter.ts';
import { createPermalinks } from '../src/slack/permalinks.ts';
import { createThreadStore } from '../src/slack/thread-store.ts';
import { loadVerbs } from '../src/slack/verbs.ts';
import { createWorkspace } from '../src/slack/workspace.ts';
import type { WorkerContext } from './context.ts';
import { listHidden } from './isolation.ts';
import { openLibrary } from './library.ts';
import { createLoginBroker, type LoginBroker } from './login-broker.ts';
import { describeThrown, settleJob, type Outcome } from './outcome.ts';
import type { EffectProcessor, JobProcessor, Processor } from './processor.ts';
import { runEffect } from './run-effect.ts';
import { keepScheduled, schedule } from './schedule.ts';
import { openScratch } from './scratch.ts';

const CONCURRENCY: Readonly<Record<QueueName, number>> = {
  commands: 16,
  steps: 8,
  agent: 4,
  thread: 16,
  record: 2,
  diary: 2,
  'cluster-poll': 4,
  'kaggle-poll': 1,
  digest: 2,
  sweep: 1,
};
/** A worker that was killed loses its jobs to the others after this long; tests of kills set it shorter. */
const LOCK_MS = Number(process.env['REPROBOT_LOCK_MS'] ?? 15_000);

/** Builds the context and starts a worker per queue; resolves with a function that lets running jobs end and closes everything. */
export async function startWorkers(settings: Settings, log: Logger): Promise<() => Promise<void>> {
  const redis = new Redis(settings.redisUrl, { maxRetriesPerRequest: null });
  const signals = new Redis(settings.redisUrl, { maxRetriesPerRequest: null });
  for (const connection of [redis, signals]) connection.on('error', (error) => log.warn({ err: error }, 'talking to Redis'));
  const { context, closeHosts } = await buildContext(settings, redis, log);
  const processors = await loadPlugins<Processor>(new URL('./processors/', import.meta.url), 'name');
  const running = new Map<string, Set<AbortController>>();
  await listenForCancels(signals, settings.prefix, running);
  const served = QUEUE_NAMES.filter((name) => settings.queues?.includes(name) ?? true);
  const workers = served.map((name) => openWorker(context, name, processors, running));
  await schedule(context);
  const guard = keepScheduled(context);
  await context.runs.dispatchAll((runId, error) => log.error({ err: error, runId }, 'reading a run'));
  await context.runs.buildIndex((runId, error) => log.error({ err: error, runId }, 'reading a run'));
  return async () => {
    clearInterval(guard);
    for (const group of running.values()) for (const controller of group) controller.abort();
    await Promise.all(workers.map((worker) => worker.close()));
    await closeHosts();
    await context.queues.close();
    redis.disconnect();
    signals.disconnect();
  };
}

async function buildContext(
  settings: Settings,
  redis: Redis,
  log: Logger,
): Promise<{ context: WorkerContext; closeHosts: () => Promise<void> }> {
  const sites = resolveSites(await loadPlugins<SiteProfile>(new URL('../src/sites/', import.meta.url)), settings);
  const queues = openQueues(redis, settings.prefix);
  const stores = openStores(redis, settings, log);
  const runs = new RunService(stores.journal, createDispatcher(queues, redis, settings.prefix), stores.failures);
  const hosts = new Map<string, Host>();
  const backends = new Map<string, Backend>();
  const hostOf = (id: string): Host =>
    remember(hosts, id, () => createHost(siteOf(sites, id), { log, askSecret: (request) => logins.askSecret(request) }));
  const logins: LoginBroker = await createLoginBroker(redis, settings.prefix, log, async (site) => {
    const host = hostOf(site);
    if (isSshHost(host)) await host.connect();
    await redis.del(nextLookKey(settings.prefix, site));
    await runs.dispatchAll();
  });
  const client = createSlackClient(settings.slack);
  const failureClasses = await loadPlugins<FailureClass>(new URL('../src/failures/', import.meta.url));
  const browserOf = (id: string) => createJobBrowser(id, hostOf(id));
  const clusters = { browse: browserOf, openLog: openLogOf(hostOf), failureClasses };
  const now = (): number => Date.now();
  const scratch = openScratch(settings, { ...stores, workspace: createWorkspace(client) });
  const { knowledge, memory, library } = openLibrary(settings.dataDir, now);
  const listOurs = () => listSkills(listSkillFolders(settings.model.skills));
  const parts = { runs, sites, settings, log, redis, ...stores, listSkills: listOurs, ...createSlackLinks(queues, redis, settings.prefix) };
  const context: WorkerContext = {
    settings,
    sites,
    runs,
    ...stores,
    scratch,
    queues,
    redis,
    log,
    now,
    hostOf,
    browserOf,
    logins,
    written: new Map(),
    here: createHost({ id: 'here', host: { kind: 'local' } }, { log }),
    backendOf: (id) => remember(backends, id, () => createBackend(siteOf(sites, id), hostOf(id), { log, hidden: listHidden(settings) })),
    packageRules: await loadPlugins<RuleFamily>(new URL('../src/core/environment/rules/', import.meta.url)),
    failureClasses,
    knowledge,
    memory,
    agent: await buildAgent(settings, log),
    slack: {
      context: createSlackContext({ ...parts, client, clusters, library, scratch }),
      verbs: await loadVerbs(),
      ...describeSlack(client, redis, settings, now, log),
    },
  };
  return { context, closeHosts: () => closeAll(logins, hosts) };
}

function openStores(redis: Redis, settings: Settings, log: Logger) {
  const { prefix } = settings;
  const journal = createRedisJournal(redis, prefix);
  const projects = createProjectStore(redis, prefix);
  const onCorrupt = (runId: string, error: unknown): void => log.error({ err: error, runId }, 'telling of a run');
  const named = settings.projects;
  const diary = createDiary({ journal, projects, named, onCorrupt });
  const ledger = createLedger({ journal, projects, named, onCorrupt });
  const budgets = createBudgets({ projects, ledger, named, now: () => Date.now() });
  const kaggle = openKaggle(settings);
  const quota = openQuota(kaggle, createQuotaStore(redis, prefix), log);
  const kept = {
    digests: createDigestStore(redis, prefix),
    failures: createFailureIndex(redis, prefix),
    rules: createRuleStore(redis, prefix),
  };
  return { journal, projects, diary, ledger, budgets, kaggle, quota, readQuota: quota?.recent ?? null, ...kept };
}

/** One account for everybody in this process: its pace is kept in it. */
function openKaggle({ kaggle: { credentials, apiUrl } }: Settings): WorkerContext['kaggle'] {
  return credentials === null ? null : createKaggleBackend({ credentials, ...(apiUrl === null ? {} : { apiUrl }) });
}

function openQuota(account: WorkerContext['kaggle'], kept: QuotaStore, log: Logger): QuotaLooks | null {
  if (account === null) return null;
  const onSilence = (error: unknown): void => log.warn({ err: error }, 'asking Kaggle for the quota');
  return createQuotaLooks({ ask: (signal) => account.quota(signal), kept, now: Date.now, onSilence });
}

async function buildAgent(settings: Settings, log: Logger): Promise<WorkerContext['agent']> {
  const { apiKey, baseUrl, skills } = settings.model;
  if (apiKey === null) return null;
  const tools = await loadPlugins<Tool>(new URL('../src/agent/tools/', import.meta.url), 'name');
  return {
    model: createModel({ apiKey, baseUrl }),
    tools: new Map(tools.map((tool) => [tool.name, tool])),
    skillFolders: listSkillFolders(skills),
    here: createHost({ id: 'here', host: { kind: 'local' } }, { log }),
  };
}

function openLogOf(hostOf: (id: string) => Host): ClusterAccess['openLog'] {
  return (id, path) => openRemoteLog(hostOf(id), path);
}

/** What posts and publishes. */
function describeSlack(
  client: WebClient,
  redis: Redis,
  settings: Settings,
  now: () => number,
  log: Logger,
): Pick<WorkerContext['slack'], 'reconciler' | 'home' | 'findPermalink'> {
  const { prefix, slack: rates } = settings;
  const limiter = createLimiter(redis, prefix, now);
  const draw = (chart: Chart) =>
    drawChart(chart).catch((error: unknown) => {
      log.warn({ err: error, title: chart.title }, 'a picture could not be drawn');
      return null;
    });
  const pictures = { draw, paceMs: rates.pictureMinutes * 60_000 };
  return {
    reconciler: { client, store: createThreadStore(redis, prefix), limiter, rates, pictures, now },
    home: createHomePublisher({ client, redis, prefix, limiter, now }),
    findPermalink: createPermalinks(client, redis, prefix),
  };
}

async function closeAll(logins: LoginBroker, hosts: ReadonlyMap<string, Host>): Promise<void> {
  await logins.close();
  await Promise.all([...hosts.values()].map((host) => host.close()));
}

function remember<T>(known: Map<string, T>, id: string, make: () => T): T {
  const found = known.get(id) ?? make();
  known.set(id, found);
  return found;
}

function siteOf(sites: ReadonlyMap<string, SiteProfile>, id: string): SiteProfile {
  const site = sites.get(id);
  if (site !== undefined) return site;
  throw new ReprobotError({
    code: 'config.invalid',
    doing: `working for site ${id}`,
    why: 'there is no such site any more',
    remedy: 'Put it back into reprobot.yaml, or cancel the run.',
  });
}

async function listenForCancels(signals: Redis, prefix: string, running: ReadonlyMap<string, Set<AbortController>>): Promise<void> {
  signals.on('message', (_channel, message) => {
    const { runId, kind } = JSON.parse(message) as { runId: string; kind: 'cancel' | 'stop-agent' };
    for (const controller of running.get(kind === 'cancel' ? runId : nameAgentWork(runId)) ?? []) controller.abort();
  });
  await signals.subscribe(signalChannel(prefix));
}

/** The work of the agent for a run is also known apart from the rest, since it may be stopped alone. */
function nameAgentWork(runId: string): string {
  return `${runId} agent`;
}

function openWorker(
  context: WorkerContext,
  name: QueueName,
  processors: readonly Processor[],
  running: Map<string, Set<AbortController>>,
): Worker {
  const mine = new Map(processors.filter((item) => item.queue === name).map((item) => [item.name, item]));
  const worker = new Worker(
    name,
    async (job, token) => {
      const processor = mine.get(job.name);
      if (processor === undefined) throw new Error(`nobody knows the job ${job.name}`);
      const outcome = 'effect' in processor ? await doEffect(context, processor, job, running) : await doJob(context, processor, job);
      await settleJob(job, token, outcome, context.runs);
    },
    {
      connection: context.redis,
      prefix: `${context.settings.prefix}:bull`,
      concurrency: CONCURRENCY[name],
      lockDuration: LOCK_MS,
      stalledInterval: Math.round(LOCK_MS / 3),
      // A job is repeatable by design; how often its worker was killed says nothing about it.
      maxStalledCount: 1_000,
      drainDelay: 2,
    },
  );
  worker.on('error', (error) => context.log.warn({ err: error, queue: name }, 'working on a queue'));
  worker.on('failed', (job, error) => context.log.error({ err: error, queue: name, job: job?.name, id: job?.id }, 'a job failed'));
  return worker;
}

async function doEffect(
  context: WorkerContext,
  processor: EffectProcessor,
  job: Job,
  running: Map<string, Set<AbortController>>,
): Promise<Outcome> {
  const { runId, effectId } = job.data as { runId: string; effectId: string };
  const controller = new AbortController();
  const names = processor.name === 'run-agent' ? [runId, nameAgentWork(runId)] : [runId];
  for (const name of names) running.set(name, (running.get(name) ?? new Set()).add(controller));
  // Asking for a job's end is what a cancel is for; everything else stops at it.
  const signal = processor.name === 'cancel-job' ? new AbortController().signal : controller.signal;
  try {
    return await runEffect(context, processor, { runId, effectId, starts: job.attemptsStarted }, signal);
  } finally {
    for (const name of names) {
      running.get(name)?.delete(controller);
      if (running.get(name)?.size === 0) running.delete(name);
    }
  }
}

async function doJob(context: WorkerContext, processor: JobProcessor, job: Job): Promise<Outcome> {
  try {
    return await processor.run(context, processor.data.parse(job.data), new AbortController().signal);
  } catch (error) {
    context.log.warn({ err: error, job: job.name, id: job.id }, 'doing a job');
    const outcome = describeThrown(error, job.attemptsStarted);
    // These jobs belong to nobody who could be told; they are tried for as long as they are asked for.
    return outcome.kind === 'failed' ? { kind: 'retry', afterMs: 60_000, why: outcome.failure.explanation } : outcome;
  }
}

async function main(): Promise<void> {
  const settings = loadSettings(process.env, process.cwd());
  const log = createLog('worker', settings.logLevel);
  const starting = startWorkers(settings, log);
  followParent(log, async () => (await starting)());
  await starting;
  sayReady();
  log.info({ sites: settings.enabledSites ?? 'all' }, 'working');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
