import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Knowledge } from '../src/agent/knowledge.ts';
import type { Memory } from '../src/agent/memory.ts';
import type { Tool } from '../src/agent/tool.ts';
import type { KaggleBackend } from '../src/backends/kaggle/index.ts';
import type { Settings } from '../src/config.ts';
import type { FailureClass } from '../src/core/diagnosis/failure-class.ts';
import type { RuleFamily } from '../src/core/environment/rule.ts';
import type { RunState } from '../src/core/run/state.ts';
import type { SiteProfile } from '../src/core/site.ts';
import type { Backend, DigestStore, FailureIndex, Host, JobBrowser, Model, ProjectStore, RuleStore } from '../src/ports.ts';
import type { Queues } from '../src/queue/queues.ts';
import type { Budgets } from '../src/runs/budgets.ts';
import type { Diary } from '../src/runs/diary.ts';
import type { QuotaLooks } from '../src/runs/kaggle-quota.ts';
import type { Ledger } from '../src/runs/ledger.ts';
import type { RunService } from '../src/runs/run-service.ts';
import type { SlackContext, Verb } from '../src/slack/command.ts';
import type { HomePublisher } from '../src/slack/home-publisher.ts';
import type { FindPermalink } from '../src/slack/permalinks.ts';
import type { ReconcilerDeps } from '../src/slack/thread-run.ts';
import type { LoginBroker } from './login-broker.ts';
import type { Scratch } from './scratch.ts';

/** Everything a processor may use, built once by workers/main.ts. */
export interface WorkerContext {
  readonly settings: Settings;
  readonly sites: ReadonlyMap<string, SiteProfile>;
  readonly runs: RunService;
  readonly failures: FailureIndex;
  /** What people allowed for good. */
  readonly rules: RuleStore;
  /** What happened to projects outside of any run, and everything that happened to them in words. */
  readonly projects: ProjectStore;
  readonly diary: Diary;
  readonly digests: DigestStore;
  /** What projects may use; asked before anything begins that costs. */
  readonly budgets: Budgets;
  readonly ledger: Ledger;
  readonly scratch: Scratch;
  readonly queues: Queues;
  readonly redis: Redis;
  readonly log: Logger;
  readonly now: () => number;
  readonly hostOf: (siteId: string) => Host;
  readonly backendOf: (siteId: string) => Backend;
  readonly browserOf: (siteId: string) => JobBrowser;
  readonly logins: LoginBroker;
  /** The account at Kaggle; null where no credentials are set. */
  readonly kaggle: KaggleBackend | null;
  /** Looks at the week of that account; null where there is none. */
  readonly quota: QuotaLooks | null;
  /** The machine of this worker, on which clones and projects lie. */
  readonly here: Host;
  /** What this worker wrote last into the record of a run, so that a tick of progress costs one event and not the whole journal; oldest
   *  first. Never the truth. */
  readonly written: Map<string, RunState>;
  /** Families of rules about packages, from src/core/environment/rules. */
  readonly packageRules: readonly RuleFamily[];
  readonly failureClasses: readonly FailureClass[];
  /** What the lab has learned: notes, and the rules that every prompt carries. */
  readonly knowledge: Knowledge;
  readonly memory: Memory;
  /** Null without a key for a model. */
  readonly agent: {
    readonly model: Model;
    readonly tools: ReadonlyMap<string, Tool>;
    /** Folders of skills, ours first. */
    readonly skillFolders: readonly string[];
    /** The machine on which the clones lie. */
    readonly here: Host;
  } | null;
  readonly slack: {
    readonly context: SlackContext;
    readonly verbs: readonly Verb[];
    readonly reconciler: ReconcilerDeps;
    readonly home: HomePublisher;
    readonly findPermalink: FindPermalink;
  };
}
