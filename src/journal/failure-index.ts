import type { Redis } from 'ioredis';
import { Sighting } from '../core/failure-history.ts';
import { hashText } from '../core/hash.ts';
import { isGood, listSightings, nameProject } from '../core/run/failure-history.ts';
import type { FailureIndex } from '../ports.ts';

/** KEYS: hash. ARGV: runId, version, json. What an older state says never replaces what a newer one said. */
const PUT = `
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old and tonumber(string.match(old, '^(%d+) ')) > tonumber(ARGV[2]) then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
`;
/** Changes with the shape of what is kept: an index of another shape is made anew. */
const SHAPE = '1';

/** The index of failures in Redis: a hash for each identity, a run a field; and the good runs of each project. */
export function createFailureIndex(redis: Redis, prefix: string): FailureIndex {
  const failures = (fingerprint: string): string => `${prefix}:failures:${fingerprint}`;
  const goods = (project: string): string => `${prefix}:goods:${hashText(project)}`;
  const built = `${prefix}:failures-built`;
  return {
    record: async (state) => {
      for (const sighting of listSightings(state))
        await redis.eval(PUT, 1, failures(sighting.fingerprint), state.id, String(state.version), JSON.stringify(sighting));
      if (isGood(state)) await redis.zadd(goods(nameProject(state)), state.finishedAt ?? state.updatedAt, state.id);
    },
    find: async (fingerprint) =>
      Object.values(await redis.hgetall(failures(fingerprint))).map((text) =>
        Sighting.parse(JSON.parse(text.slice(text.indexOf(' ') + 1))),
      ),
    findGood: async (project) => (await redis.zrevrange(goods(project), 0, 0))[0] ?? null,
    isBuilt: async () => (await redis.get(built)) === SHAPE,
    markBuilt: async () => void (await redis.set(built, SHAPE)),
  };
}
