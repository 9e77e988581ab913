/**
 * npm run bench:thread – many running threads, each with a progress event a second, under Slack's real limits (the console enforces them).
 * Prints the Slack calls made, the 429s and the age of what the threads show; beside it the naive way, an edit per event.
 * Arguments: [threads = 200] [channels = 20] [seconds = 120].
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebClient } from '@slack/web-api';
import { Redis } from 'ioredis';
import { startChild } from '../../src/embedded/child.ts';
import { startPrivateRedis } from '../../src/embedded/redis.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createDispatcher } from '../../src/queue/dispatcher.ts';
import { openQueues } from '../../src/queue/queues.ts';
import { RunService } from '../../src/runs/run-service.ts';
import { startSlackStandIn, type SlackStandIn } from '../../src/stand-ins/slack/server.ts';
import { makeWatchedRun } from './watched-run.ts';

const THREADS = Number(process.argv[2] ?? 200);
const CHANNELS = Number(process.argv[3] ?? 20);
const SECONDS = Number(process.argv[4] ?? 120);
const NAIVE_SECONDS = 10;
const TOTAL = 100_000;

const channels = Array.from({ length: CHANNELS }, (_, index) => ({
  id: `CBENCH${String(index).padStart(5, '0')}`,
  name: `bench-${index}`,
  members: ['UADA0000001', 'UREPROBOT01'],
}));
const out = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reprobot-thread-'));
  const redis = await startPrivateRedis(join(folder, 'redis'));
  out(`${THREADS} threads in ${CHANNELS} channels, one progress event a second each, ${SECONDS} s`);
  await benchNaive();
  await benchReconciler(folder, redis.url);
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
}

function countCalls(slack: SlackStandIn): Promise<{ calls: number; refused: number }> {
  return fetch(`${slack.url}/control/traffic?since=0&limit=1000000`)
    .then((answer) => answer.json() as Promise<{ entries: { direction: string; status: number | string }[] }>)
    .then(({ entries }) => {
      const api = entries.filter((entry) => entry.direction === 'api-call');
      return { calls: api.length, refused: api.filter((entry) => String(entry.status) === '429').length };
    });
}

/** An edit for every event, as a bot without a reconciler would do. */
async function benchNaive(): Promise<void> {
  const slack = await startSlackStandIn({ seed: { channels } });
  const client = new WebClient(slack.credentials.botToken, {
    slackApiUrl: slack.apiUrl,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
  });
  let calls = 0;
  let refused = 0;
  const call = async (work: () => Promise<unknown>): Promise<void> => {
    calls += 1;
    await work().catch(() => (refused += 1));
  };
  const posted: { channel: string; ts: string }[] = [];
  for (let index = 0; index < THREADS; index += 1) {
    const channel = channels[index % CHANNELS]?.id ?? '';
    await call(async () => {
      const answer = await client.chat.postMessage({ channel, text: 'begin' });
      posted.push({ channel, ts: answer.ts ?? '' });
    });
  }
  for (let second = 0; second < NAIVE_SECONDS; second += 1) {
    await Promise.all([sleep(1000), ...posted.map((message) => call(() => client.chat.update({ ...message, text: `step ${second}` })))]);
  }
  out(
    `naive, ${NAIVE_SECONDS} s:  ${calls} calls, ${refused} refused with 429 (${Math.round((refused / calls) * 100)} %), ${THREADS - posted.length} threads never opened`,
  );
  await slack.close();
}

async function benchReconciler(folder: string, redisUrl: string): Promise<void> {
  const slack = await startSlackStandIn({ seed: { channels } });
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queues = openQueues(redis, 'bench');
  const runs = new RunService(createRedisJournal(redis, 'bench'), createDispatcher(queues, redis, 'bench'));
  const env = {
    REDIS_URL: redisUrl,
    REPROBOT_PREFIX: 'bench',
    REPROBOT_QUEUES: 'thread',
    REPROBOT_DATA: folder,
    SLACK_BOT_TOKEN: slack.credentials.botToken,
    SLACK_API_URL: slack.apiUrl,
    LOG_LEVEL: 'warn',
  };
  const worker = await startChild({ name: 'worker', file: 'workers/main.ts', env, logFile: join(folder, 'worker.log'), say: out });
  const all: { runId: string; token: string; channel: string; startedAt: number }[] = [];
  for (let index = 0; index < THREADS; index += 1) {
    const runId = `rbench${String(index).padStart(4, '0')}`;
    const channel = channels[index % CHANNELS]?.id ?? '';
    all.push({ runId, channel, startedAt: 0, ...(await makeWatchedRun(runs, runId, channel)) });
  }
  await waitForThreads(runs, all);
  const before = await countCalls(slack);
  const ages = await feed(slack, runs, all);
  const after = await countCalls(slack);
  ages.sort((a, b) => a - b);
  const at = (share: number): string => ((ages[Math.min(ages.length - 1, Math.floor(ages.length * share))] ?? 0) / 1000).toFixed(1);
  out(`Reprobot, opening:  ${before.calls} calls, ${before.refused} refused with 429`);
  out(
    `Reprobot, ${SECONDS} s:   ${after.calls - before.calls} calls, ${after.refused - before.refused} refused with 429; age of what is shown: p50 ${at(0.5)} s, p99 ${at(0.99)} s`,
  );
  out(`Slack's own bound:  50 edits a minute for ${THREADS} threads give each its turn every ${Math.round((THREADS / 50) * 60)} s`);
  await worker.stop();
  await queues.close();
  redis.disconnect();
  await slack.close();
}

async function waitForThreads(runs: RunService, all: readonly { runId: string }[]): Promise<void> {
  const deadline = Date.now() + 600_000;
  for (const { runId } of all) {
    while ((await runs.load(runId))?.thread === null) {
      if (Date.now() > deadline) throw new Error(`the thread of ${runId} did not open`);
      await sleep(200);
    }
  }
}

/** One event a second for every run; once a second, how old each shown step is. Resolves with all ages in milliseconds. */
async function feed(
  slack: SlackStandIn,
  runs: RunService,
  all: readonly { runId: string; token: string; channel: string }[],
): Promise<number[]> {
  const ages: number[] = [];
  const begin = Date.now();
  for (let second = 1; second <= SECONDS; second += 1) {
    await Promise.all(all.map(({ runId, token }) => observe(runs, runId, token, second)));
    const wait = begin + second * 1000 - Date.now();
    if (wait > 0) await sleep(wait);
    ages.push(...(await measureAges(slack, all, second)));
  }
  return ages;
}

async function observe(runs: RunService, runId: string, token: string, second: number): Promise<void> {
  const at = Date.now();
  const progress = {
    unit: 'step',
    current: second,
    total: TOTAL,
    epoch: null,
    fraction: second / TOTAL,
    rate: 1,
    eta: null,
    metrics: { loss: 1 / second },
    loss: null,
    warnings: [],
    shapes: [],
  } as const;
  await runs.apply(runId, {
    kind: 'observe',
    id: `o${second}`,
    at,
    token,
    observation: { kind: 'active', state: 'running', schedulerState: 'RUNNING' },
    progress: { ...progress, warnings: [], shapes: [] },
  });
}

async function measureAges(slack: SlackStandIn, all: readonly { channel: string }[], second: number): Promise<number[]> {
  const found: number[] = [];
  for (const channel of new Set(all.map((item) => item.channel))) {
    const answer = await fetch(`${slack.url}/control/messages?user=UADA0000001&channel=${channel}&limit=200`);
    const { messages } = (await answer.json()) as { messages: { is_bot: boolean; blocks: unknown[] }[] };
    for (const message of messages) {
      const shown = / step (\d+) of/.exec(JSON.stringify(message.blocks))?.[1];
      if (message.is_bot) found.push((second - Number(shown ?? 0)) * 1000);
    }
  }
  return found;
}

await main();
process.exit(0);
