import type { Redis } from 'ioredis';
import { foldRules, RuleEvent } from '../core/permissions/rule-book.ts';
import { ReprobotError } from '../errors.ts';
import type { RuleStore } from '../ports.ts';

/** KEYS: stream, what was told. ARGV: type and id, json. Both or neither, so that a repeated fact is told once. */
const APPEND = `
if redis.call('SADD', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[1], '*', 'e', ARGV[2])
return 1
`;

/** Standing rules in Redis: an append-only stream for each site, folded whenever somebody asks. */
export function createRuleStore(redis: Redis, prefix: string): RuleStore {
  const stream = (site: string): string => `${prefix}:rules:${site}`;
  return {
    append: async (site, event) => {
      const json = JSON.stringify(RuleEvent.parse(event));
      return (await redis.eval(APPEND, 2, stream(site), `${stream(site)}:told`, `${event.type} ${event.id}`, json)) === 1;
    },
    list: async (site) => {
      const entries = await redis.xrange(stream(site), '-', '+');
      return foldRules(entries.map(([id, fields]) => parseEvent(site, id, fields[1])));
    },
  };
}

/** Rejects rather than guess: a revocation that is passed over would be a rule in force. */
function parseEvent(site: string, id: string, json: string | undefined): RuleEvent {
  try {
    return RuleEvent.parse(JSON.parse(json ?? ''));
  } catch (cause) {
    throw new ReprobotError({
      code: 'journal.corrupt',
      doing: `reading standing rule ${id} of ${site}`,
      why: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : 'it has an unknown shape',
      remedy: 'Was it written by a newer version of Reprobot?',
      cause,
    });
  }
}
