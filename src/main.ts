import type { Server } from 'node:http';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { listSkillFolders, listSkills } from './agent/skills.ts';
import { loadSettings, resolveSites, type Settings } from './config.ts';
import type { SiteProfile } from './core/site.ts';
import { createRedisJournal } from './journal/index.ts';
import { createProjectStore } from './journal/project-store.ts';
import { createRuleStore } from './journal/rule-store.ts';
import { createLog } from './log.ts';
import { loadPlugins } from './plugins.ts';
import { followParent, sayReady } from './process.ts';
import { createDispatcher } from './queue/dispatcher.ts';
import { openQueues } from './queue/queues.ts';
import { createSlackLinks } from './queue/slack-links.ts';
import { createBudgets } from './runs/budgets.ts';
import { createDiary } from './runs/diary.ts';
import { createLedger } from './runs/ledger.ts';
import { RunService } from './runs/run-service.ts';
import { createSlackApp } from './slack/app.ts';
import { createSlackContext } from './slack/context.ts';
import { type Answer, answerStories, listenForStories } from './story/answer.ts';
import { deriveLinkKey } from './story/link.ts';
import { createStoryTeller } from './story/teller.ts';

/** Builds the Slack app and connects it; resolves with a function that disconnects. Keeps nothing: start as many as you like. */
export async function startApp(settings: Settings, log: Logger): Promise<() => Promise<void>> {
  const redis = new Redis(settings.redisUrl, { maxRetriesPerRequest: null });
  redis.on('error', (error) => log.warn({ err: error }, 'talking to Redis'));
  const sites = resolveSites(await loadPlugins<SiteProfile>(new URL('./sites/', import.meta.url)), settings);
  const queues = openQueues(redis, settings.prefix);
  const journal = createRedisJournal(redis, settings.prefix);
  const runs = new RunService(journal, createDispatcher(queues, redis, settings.prefix));
  const projects = createProjectStore(redis, settings.prefix);
  const named = settings.projects;
  const ledger = createLedger({ journal, projects, named });
  const answerOne = answerPages(settings, log);
  const app = createSlackApp(settings, log, [{ path: '/story/:project', method: 'GET', handler: answerOne }]);
  const links = createSlackLinks(queues, redis, settings.prefix);
  await app.start(
    createSlackContext({
      runs,
      sites,
      settings,
      log,
      redis,
      client: app.client,
      clusters: null,
      library: null,
      scratch: null,
      listSkills: () => listSkills(listSkillFolders(settings.model.skills)),
      rules: createRuleStore(redis, settings.prefix),
      projects,
      diary: createDiary({ journal, projects, named }),
      ledger,
      budgets: createBudgets({ projects, ledger, named, now: () => Date.now() }),
      readQuota: null,
      ...links,
    }),
  );
  const server = await listenForPages(answerOne, settings, log);
  return async () => {
    server?.close();
    server?.closeAllConnections();
    await app.stop();
    await queues.close();
    redis.disconnect();
  };
}

function answerPages(settings: Settings, log: Logger): Answer {
  return answerStories({
    tell: createStoryTeller(settings, () => Date.now()),
    linkKey: deriveLinkKey(settings.slack.botToken),
    pageKey: settings.pages.key,
    now: () => Date.now(),
    onError: (error) => log.error({ err: error }, 'telling a story'),
  });
}

/** Over Socket Mode nobody listens yet. Under `npm start` the console is who asks, on the same machine. */
async function listenForPages(answerOne: Answer, { slack, pages, embedded }: Settings, log: Logger): Promise<Server | null> {
  if (slack.appToken === null || pages.publicUrl === null) return null;
  return listenForStories(answerOne, slack.port, embedded ? '127.0.0.1' : undefined).catch((error: unknown) => {
    // Another app on this machine has the port: one that answers is enough.
    log.warn({ err: error, port: slack.port }, 'listening for pages');
    return null;
  });
}

async function main(): Promise<void> {
  // A Socket Mode reconnect that fails for good ends in a rejection nobody can catch; a fresh process connects again.
  process.on('unhandledRejection', (error) => {
    process.stderr.write(
      `${JSON.stringify({ level: 60, name: 'app', msg: 'ending after an unhandled rejection', error: String(error) })}\n`,
    );
    process.exit(1);
  });
  const settings = loadSettings(process.env, process.cwd());
  const log = createLog('app', settings.logLevel);
  const starting = startApp(settings, log);
  followParent(log, async () => (await starting)());
  await starting;
  sayReady();
  log.info({ over: settings.slack.appToken === null ? `HTTP on port ${settings.slack.port}` : 'Socket Mode' }, 'connected to Slack');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
