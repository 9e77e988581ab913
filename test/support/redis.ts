/** A Redis of a test's own: a Unix socket in a temporary folder, gone with everything in it at stop(). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startPrivateRedis } from '../../src/embedded/redis.ts';

export interface TestRedis {
  /** What REDIS_URL would be. */
  readonly url: string;
  /** A connection for the test; further ones come from connect(). */
  readonly redis: Redis;
  /** Another connection as BullMQ wants it; closed by stop(). */
  connect(): Redis;
  stop(): Promise<void>;
}

/** Starts a real redis-server; call stop() in afterAll. */
export async function startTestRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'rb-redis-'));
  const server = await startPrivateRedis(folder);
  const clients: Redis[] = [];
  const connect = (): Redis => {
    const client = new Redis(server.url, { maxRetriesPerRequest: null });
    client.on('error', () => {});
    clients.push(client);
    return client;
  };
  return {
    url: server.url,
    redis: connect(),
    connect,
    stop: async () => {
      for (const client of clients) client.disconnect();
      await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
