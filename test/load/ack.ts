/**
 * npm run bench:ack – slash commands at a fixed rate against our app and against a bare Bolt app, over signed HTTP, in one run. Prints the
 * time from sending a command to having its acknowledgement. Arguments: [commands per second = 300] [seconds = 30].
 */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { startChild, type Child } from '../../src/embedded/child.ts';
import { startPrivateRedis } from '../../src/embedded/redis.ts';
import { startSlackStandIn } from '../../src/stand-ins/slack/server.ts';

const RATE = Number(process.argv[2] ?? 300);
const SECONDS = Number(process.argv[3] ?? 30);
const SECRET = 'bench-signing-secret';
const ACCESS = { admin: { users: ['UADA0000001'] } };
/** What a lab types, weighted: mostly looking, some starting. */
const TEXTS = [
  'status',
  'runs',
  'help',
  'sites',
  'runs all',
  'status',
  'runs',
  'help',
  'sites',
  'reproduce https://github.com/karpathy/minGPT',
];

interface Measured {
  readonly sent: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reprobot-ack-'));
  const redis = await startPrivateRedis(join(folder, 'redis'));
  const slack = await startSlackStandIn({});
  const sink = await startSink();
  const shared = {
    SLACK_BOT_TOKEN: slack.credentials.botToken,
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_API_URL: slack.apiUrl,
    LOG_LEVEL: 'warn',
  };
  const ours = await startServer(
    'src/main.ts',
    43_117,
    {
      ...shared,
      REDIS_URL: redis.url,
      REPROBOT_DATA: folder,
      REPROBOT_ACCESS: JSON.stringify(ACCESS),
    },
    folder,
  );
  const bare = await startServer('test/load/bare-bolt.ts', 43_118, shared, folder);
  try {
    process.stdout.write(`${RATE} slash commands a second for ${SECONDS} s each, ${TEXTS.length} kinds; one app after the other\n`);
    for (const port of [43_118, 43_117]) await drive(port, sink.url, Math.min(RATE, 100), 3);
    const baseline = await drive(43_118, sink.url, RATE, SECONDS);
    const measured = await drive(43_117, sink.url, RATE, SECONDS);
    print([
      ['bare Bolt', baseline],
      ['Reprobot', measured],
    ]);
    process.stdout.write(`p99 ratio: ${(measured.p99 / baseline.p99).toFixed(2)} (aim: at most 1.30)\n`);
  } finally {
    await ours.stop();
    await bare.stop();
    sink.server.close();
    await slack.close();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function startSink(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    response.end('ok');
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/respond` });
    });
  });
}

async function startServer(file: string, port: number, env: Record<string, string>, folder: string): Promise<Child> {
  const name = file.replaceAll(/\W/g, '-');
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  return startChild({ name, file, env: { SLACK_APP_TOKEN: '', ...env, PORT: String(port) }, logFile: join(folder, `${name}.log`), say });
}

/** Sends at a fixed rate, whether answers come or not, and measures each from the moment it was due. */
async function drive(port: number, responseUrl: string, rate: number, seconds: number): Promise<Measured> {
  const dispatcher = new Agent({ connections: 64, pipelining: 1 });
  const times: number[] = [];
  let failed = 0;
  const waiting: Promise<void>[] = [];
  const begin = performance.now();
  for (let index = 0; index < rate * seconds; index += 1) {
    const due = begin + (index * 1000) / rate;
    const ahead = due - performance.now();
    if (ahead > 1) await sleep(ahead);
    const from = Math.min(due, performance.now());
    waiting.push(
      send(dispatcher, port, TEXTS[index % TEXTS.length] ?? 'help', responseUrl).then((ok) => {
        times.push(performance.now() - from);
        if (!ok) failed += 1;
      }),
    );
  }
  await Promise.all(waiting);
  await dispatcher.close();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { sent: times.length, failed, p50: at(0.5), p99: at(0.99), max: times.at(-1) ?? Number.NaN };
}

async function send(dispatcher: Agent, port: number, text: string, responseUrl: string): Promise<boolean> {
  const fields = {
    token: 'x',
    team_id: 'TLAB0000001',
    team_domain: 'lab',
    channel_id: 'CRESEARCH01',
    channel_name: 'research',
    user_id: 'UADA0000001',
    user_name: 'ada',
    command: '/hpc',
    text,
    api_app_id: 'AREPROBOT01',
    response_url: responseUrl,
    trigger_id: randomUUID(),
  };
  const body = new URLSearchParams(fields).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const answer = await dispatcher
    .request({
      origin: `http://127.0.0.1:${port}`,
      path: '/slack/events',
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-signature': signature,
        'x-slack-request-timestamp': timestamp,
      },
      body,
    })
    .catch(() => null);
  if (answer === null) return false;
  await answer.body.dump();
  return answer.statusCode === 200;
}

function print(rows: readonly (readonly [string, Measured])[]): void {
  process.stdout.write('                sent  failed   p50 ms   p99 ms   max ms\n');
  for (const [name, row] of rows) {
    const cells = [
      String(row.sent).padStart(8),
      String(row.failed).padStart(8),
      row.p50.toFixed(2).padStart(9),
      row.p99.toFixed(2).padStart(9),
      row.max.toFixed(2).padStart(9),
    ];
    process.stdout.write(`${name.padEnd(12)}${cells.join('')}\n`);
  }
}

await main();
process.exit(0);
