import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import type { FailureClass } from '../core/diagnosis/failure-class.ts';
import type { LogSource } from '../core/diagnosis/scan-log.ts';
import type { Entry } from '../core/diary/entry.ts';
import type { Shown } from '../core/scratch/show.ts';
import type { SiteProfile } from '../core/site.ts';
import type { JobBrowser, ProjectStore, RuleStore } from '../ports.ts';
import type { Budgets } from '../runs/budgets.ts';
import type { Diary } from '../runs/diary.ts';
import type { ReadQuota } from '../runs/kaggle-quota.ts';
import type { Ledger } from '../runs/ledger.ts';
import type { RunService } from '../runs/run-service.ts';
import type { Access, Role } from './access.ts';
import type { ChannelCheck } from './channel.ts';
import type { Limiter } from './limiter.ts';
import type { TypedCommand } from './slash.ts';
import type { ThreadStore } from './thread-store.ts';

/** Everything the Slack side needs, handed in by main. */
export interface SlackContext {
  readonly runs: RunService;
  readonly sites: ReadonlyMap<string, SiteProfile>;
  readonly settings: Settings;
  readonly access: Access;
  readonly checkChannel: ChannelCheck;
  /** What was posted of each run. */
  readonly threads: Pick<ThreadStore, 'load'>;
  readonly client: WebClient;
  /** Places in line at Slack, shared by all processes. */
  readonly limiter: Limiter;
  readonly log: Logger;
  readonly now: () => number;
  /** Hands a password or code to the workers, once; resolves with how many heard it. */
  readonly sendSecret: (secret: { site: string; by: string; password: string; code: string }) => Promise<number>;
  /** Ways to the clusters; null in the app, which talks to none: workers answer slash commands. */
  readonly clusters: ClusterAccess | null;
  /** What the lab has learned; null in the app: workers answer slash commands. */
  readonly library: Library | null;
  /** The skills of the agent: ours, and those of the lab. */
  readonly listSkills: () => Promise<readonly SkillName[]>;
  /** What people allowed for good, site by site. */
  readonly rules: RuleStore;
  /** What happened to projects outside of any run, and everything that happened to them in words. */
  readonly projects: ProjectStore;
  readonly diary: Diary;
  /** What projects used, and what they may use. */
  readonly ledger: Ledger;
  readonly budgets: Budgets;
  /** The Kaggle account's week; null in the app: workers ask. */
  readonly readQuota: ReadQuota | null;
  /** Has workers look at the digests of a project; with `now`, post one out of turn. */
  readonly requestDigest: (project: string, now?: { id: string; channel: string }) => Promise<void>;
  /** Has workers look at the budgets of a project, or show a person's Home; null means all of them. */
  readonly requestBudgets: (project: string | null) => Promise<void>;
  readonly requestHome: (user: string | null) => Promise<void>;
  /** SCRATCH.md as people read it; null in the app: workers answer slash commands. */
  readonly scratch: ScratchReader | null;
  /** Has SCRATCH.md of a project written a moment from now. */
  readonly requestScratch: (project: string) => Promise<void>;
  readonly asks: Asks;
  /** Hands a slash command to a worker. */
  readonly requestAnswer: (typed: TypedCommand) => Promise<void>;
  /** Asks a worker to read runs back from their records; the answer comes as a thread that moves again. */
  readonly requestRestore: (request: { runId: string | null; channel: string; by: string }) => Promise<void>;
}

export interface ClusterAccess {
  /** The jobs of the account at a site of kind slurm. */
  readonly browse: (siteId: string) => JobBrowser;
  /** A log of a site, to be searched where it lies; null where there is no such file. */
  readonly openLog: (siteId: string, path: string) => Promise<LogSource | null>;
  readonly failureClasses: readonly FailureClass[];
}

export interface SkillName {
  readonly name: string;
  readonly description: string;
}

export interface Library {
  readonly search: (question: string) => Promise<string>;
  /** What was wrong with the rule, or null. */
  readonly remember: (rule: string, by: string) => Promise<string | null>;
}

export interface ScratchReader {
  /** SCRATCH.md with everything that happened until now, and what people wrote into it. */
  readonly read: (project: string) => Promise<string>;
  /** The clock by which the project's days begin. */
  readonly zoneOf: (project: string) => Promise<string>;
  /** Names and addresses for what the entries mention. */
  readonly findShown: (entries: readonly Entry[]) => Promise<Shown>;
}

/** Threads in which people ask about the diary. */
export interface Asks {
  /** False when this press of Enter began one already. */
  readonly claim: (deliveryId: string) => Promise<boolean>;
  readonly open: (channel: string, ts: string) => Promise<void>;
  readonly isOpen: (channel: string, ts: string) => Promise<boolean>;
  /** Has a message of such a thread answered, once. */
  readonly request: (asked: { channel: string; threadTs: string; ts: string; user: string }) => Promise<void>;
}

export interface CommandRequest {
  readonly context: SlackContext;
  /** Words after the verb. */
  readonly args: readonly string[];
  readonly user: string;
  readonly channel: string;
  /** Unique for one press of Enter; the same for its repeated delivery. */
  readonly deliveryId: string;
  /** Name of the slash command, for usage lines. */
  readonly name: string;
  readonly verbs: readonly Verb[];
}

/** What only the person who typed sees: mrkdwn. */
export interface CommandReply {
  readonly text: string;
}

export type FormRequest = Pick<CommandRequest, 'context' | 'user' | 'channel' | 'deliveryId' | 'name'>;
/** What stands in each field, by its name. */
export type FormValues = Readonly<Record<string, string>>;
export type FormAnswer =
  | { readonly ok: true; readonly text: string }
  /** What is wrong, by the names of fields. */
  | { readonly ok: false; readonly problems: Readonly<Record<string, string>> };

/** A modal of a verb. */
export interface Form {
  /** Whether these words are so few that the modal asks for the rest. */
  readonly asks: (args: readonly string[]) => boolean;
  /** The modal, or why this person gets none. */
  readonly build: (request: FormRequest) => Promise<Pick<ModalView, 'title' | 'submit' | 'blocks'> | string>;
  readonly submit: (request: FormRequest, values: FormValues) => Promise<FormAnswer>;
  /** How to type it instead. */
  readonly instead: (name: string) => string;
}

export interface Verb {
  /** The word after /hpc; equal to the file name. */
  readonly id: string;
  readonly usage: string;
  readonly summary: string;
  readonly role: Role;
  /** Asks for what its words leave out; see forms.ts. */
  readonly form?: Form;
  readonly run: (request: CommandRequest) => Promise<CommandReply>;
}

/** Declares a slash verb; a file in src/slack/commands is all that it takes. */
export function defineCommand(verb: Verb): Verb {
  return verb;
}

/** Splits what was typed into words; quotes keep words together, smart quotes count as quotes. */
export function splitWords(text: string): string[] {
  const plain = text.replaceAll(/[“”]/g, '"').replaceAll(/[‘’]/g, "'");
  const words = plain.match(/(?:--[\w-]+=)?(?:"[^"]*"|'[^']*')|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(--[\w-]+=)?(["'])(.*)\2$/s, '$1$3'));
}
