import type { Redis } from 'ioredis';
import { foldRules, RuleEvent } from '../core/permissions/rule-book.ts';
import type { RuleStore } from '../ports.ts';
import { openFactStream, type FactStream } from './fact-stream.ts';

/** Standing rules in Redis: an append-only stream for each site, folded whenever somebody asks. */
export function createRuleStore(redis: Redis, prefix: string): RuleStore {
  const open = (site: string): FactStream<RuleEvent> =>
    openFactStream(redis, `${prefix}:rules:${site}`, RuleEvent, `the rules of ${site},`);
  return {
    append: (site, event) => open(site).append(event),
    list: async (site) => foldRules(await open(site).list()),
  };
}
