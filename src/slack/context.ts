import type { WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import type { SiteProfile } from '../core/site.ts';
import type { RunService } from '../runs/run-service.ts';
import { createAccess } from './access.ts';
import { createChannelCheck } from './channel.ts';
import type { SlackContext } from './command.ts';
import { createLimiter } from './limiter.ts';
import { createThreadStore } from './thread-store.ts';

export interface ContextParts extends Pick<
  SlackContext,
  | 'requestRestore'
  | 'requestAnswer'
  | 'requestBudgets'
  | 'requestDigest'
  | 'requestHome'
  | 'requestScratch'
  | 'sendSecret'
  | 'clusters'
  | 'library'
  | 'listSkills'
  | 'rules'
  | 'projects'
  | 'diary'
  | 'ledger'
  | 'budgets'
  | 'readQuota'
  | 'scratch'
  | 'asks'
> {
  readonly settings: Settings;
  readonly sites: ReadonlyMap<string, SiteProfile>;
  readonly runs: RunService;
  readonly client: WebClient;
  readonly redis: Redis;
  readonly log: Logger;
}

/** What verbs, buttons and replies need; the same in the app and in a worker. */
export function createSlackContext(parts: ContextParts): SlackContext {
  const now = (): number => Date.now();
  return {
    ...parts,
    now,
    access: createAccess(parts.settings.access, parts.client, now),
    limiter: createLimiter(parts.redis, parts.settings.prefix, now),
    checkChannel: createChannelCheck(parts.client, now),
    threads: createThreadStore(parts.redis, parts.settings.prefix),
  };
}
