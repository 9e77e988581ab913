import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { ReprobotError } from '../errors.ts';

/** KEYS: stream, what was told. ARGV: type and id, json. Both or neither, so that a repeated fact is told once. */
const APPEND = `
if redis.call('SADD', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[1], '*', 'e', ARGV[2])
return 1
`;

/** An append-only list of facts in Redis. */
export interface FactStream<F> {
  /** Atomic. False when a fact of this type with this id was told before. */
  append(fact: F): Promise<boolean>;
  /** Oldest first. Rejects with journal.corrupt. */
  list(): Promise<F[]>;
}

/** The stream under a key; `name` says in errors what it holds. */
export function openFactStream<F extends { type: string; id: string }>(
  redis: Redis,
  key: string,
  schema: z.ZodType<F>,
  name: string,
): FactStream<F> {
  return {
    append: async (fact) => {
      const json = JSON.stringify(schema.parse(fact));
      return (await redis.eval(APPEND, 2, key, `${key}:told`, `${fact.type} ${fact.id}`, json)) === 1;
    },
    list: async () => (await redis.xrange(key, '-', '+')).map(([id, fields]) => parseFact(schema, `${name} ${id}`, fields[1])),
  };
}

/** Rejects rather than guess: a fact that is passed over, a revocation say, would leave standing what no longer stands. */
function parseFact<F>(schema: z.ZodType<F>, which: string, json: string | undefined): F {
  try {
    return schema.parse(JSON.parse(json ?? ''));
  } catch (cause) {
    throw new ReprobotError({
      code: 'journal.corrupt',
      doing: `reading ${which}`,
      why: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : 'it has an unknown shape',
      remedy: 'Was it written by a newer version of Reprobot?',
      cause,
    });
  }
}
