import { Redis } from 'ioredis';
import { findOnPath } from '../embedded/redis.ts';
import { bad, good, warning, type Finding } from './finding.ts';

const AREA = 'Redis';
const CONNECT_MS = 4_000;

/** Whether Redis keeps what it is given: reachable, new enough, append-only file on, nothing evicted. */
export async function checkRedis(url: string | undefined): Promise<Finding[]> {
  if (url === undefined) {
    const program = findOnPath('redis-server') ?? findOnPath('valkey-server');
    if (program === undefined)
      return [
        bad(
          AREA,
          'REDIS_URL is not set and no redis-server is on PATH',
          'Install redis-server (npm start does it with apt), or set REDIS_URL.',
        ),
      ];
    return [good(AREA, `npm start brings a private one (${program}), with every write on disk before it is answered`)];
  }
  const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null, connectTimeout: CONNECT_MS, lazyConnect: true });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await readSettings(redis);
  } catch (error) {
    return [
      bad(
        AREA,
        `no answer at REDIS_URL (${error instanceof Error ? error.message : String(error)})`,
        'Is it running, and may this machine reach it?',
      ),
    ];
  } finally {
    redis.disconnect();
  }
}

async function readSettings(redis: Redis): Promise<Finding[]> {
  const server = await redis.info('server');
  const version = /(?:redis|valkey)_version:(\S+)/.exec(server)?.[1] ?? 'unknown';
  const findings: Finding[] = [
    Number(version.split('.')[0]) >= 6 ? good(AREA, `version ${version}`) : bad(AREA, `version ${version}`, 'BullMQ needs 6.2 or newer.'),
  ];
  const setting = async (name: string): Promise<string | null> => {
    const answer = await redis.config('GET', name).catch(() => null);
    return Array.isArray(answer) ? (answer[1] ?? '') : null;
  };
  const [aof, fsync, eviction] = await Promise.all([setting('appendonly'), setting('appendfsync'), setting('maxmemory-policy')]);
  if (aof === null)
    return [
      ...findings,
      warning(
        AREA,
        'it does not tell its settings (a managed service?)',
        'Make sure that it has an append-only file and maxmemory-policy noeviction.',
      ),
    ];
  findings.push(
    aof === 'yes'
      ? good(AREA, `append-only file on, fsync ${fsync ?? 'unknown'}`)
      : bad(AREA, 'no append-only file: a restart would forget runs', 'CONFIG SET appendonly yes, and in redis.conf.'),
  );
  if (aof === 'yes' && fsync !== 'always')
    findings.push(warning(AREA, `fsync ${fsync ?? 'unknown'}: a power cut can lose a second`, 'CONFIG SET appendfsync always.'));
  findings.push(
    eviction === 'noeviction'
      ? good(AREA, 'nothing is ever evicted')
      : bad(AREA, `maxmemory-policy ${eviction ?? 'unknown'}: it may drop runs`, 'CONFIG SET maxmemory-policy noeviction.'),
  );
  return findings;
}
