import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { readKaggleCredentials, type KaggleCredentials } from './backends/kaggle/credentials.ts';
import { DigestChanges, DigestSettings } from './core/digest/settings.ts';
import { SiteProfile } from './core/site.ts';
import { ReprobotError } from './errors.ts';

const Rule = z
  .strictObject({
    users: z.array(z.string()).default([]),
    groups: z.array(z.string()).default([]),
    channels: z.array(z.string()).default([]),
  })
  .prefault({});

/** Who may do what. A role holds the rights of the roles before it. A channel in a rule means: whoever writes in that channel. */
export const AccessRules = z.strictObject({ viewer: Rule, runner: Rule, approver: Rule, admin: Rule }).prefault({});
export type AccessRules = z.infer<typeof AccessRules>;

const FileSettings = z.strictObject({
  access: AccessRules,
  defaultSite: z.string().default('local'),
  /** Sites that are offered; all known ones when absent. */
  enabledSites: z.array(z.string()).optional(),
  sites: z.array(z.looseObject({ id: z.string(), extends: z.string().optional() })).default([]),
  /** Channels that belong together, under a name; every other channel is a project of its own. */
  projects: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/),
        channels: z.array(z.string()).min(1),
        /** Where its diary is pushed to; nowhere when absent. */
        remote: z.string().optional(),
        /** When its digest comes, where that is another time than for the others. */
        digest: DigestChanges.optional(),
      }),
    )
    .default([]),
  /** When the digest of each project comes; people change it with `/hpc digest`. */
  digest: DigestSettings.prefault({}),
  git: z
    .strictObject({
      allowedHosts: z.array(z.string()).default(['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org', 'huggingface.co']),
      maxMegabytes: z.number().min(1).default(2048),
      timeoutSeconds: z.number().min(5).default(600),
    })
    .prefault({}),
  /** Which models the agent uses; it works only with a key (ANTHROPIC_API_KEY). */
  model: z
    .strictObject({
      fast: z.string().default('claude-haiku-5-5'),
      strong: z.string().default('claude-opus-5-5'),
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).default('medium'),
      /** Folder with skills of the lab's own; one with the name of ours takes its place. A CLAUDE.md in it is told to every session. */
      skills: z.string().optional(),
    })
    .prefault({}),
  slack: z
    .strictObject({
      /** Edits a minute over the whole workspace; Slack's tier 3 begins at 50. */
      updatesPerMinute: z.number().min(1).default(48),
      /** Posts a minute in one channel; Slack tolerates about one a second. */
      postsPerMinutePerChannel: z.number().min(1).default(55),
      /** Posts a minute over the whole workspace; Slack says “a few hundred”. */
      postsPerMinute: z.number().min(1).default(200),
      /** Minutes between two pictures of a curve that goes on; the last one comes at once. */
      pictureMinutes: z.number().min(0).default(10),
      /** Reaction, without colons, that makes a note of the message it is put on; empty for none. */
      noteEmoji: z
        .string()
        .regex(/^[a-z0-9_+'-]{0,100}$/)
        .default('memo'),
    })
    .prefault({}),
});
type FileSettings = z.infer<typeof FileSettings>;

export interface Settings extends FileSettings {
  readonly redisUrl: string;
  /** First part of every key in Redis. */
  readonly prefix: string;
  /** Folder for clones and records. */
  readonly dataDir: string;
  /** True under `npm start`: local paths and loopback URLs may be reproduced, because whoever types them owns the machine. */
  readonly embedded: boolean;
  readonly model: FileSettings['model'] & {
    /** Null: rules alone. */
    readonly apiKey: string | null;
    /** Another endpoint that speaks the Messages API. */
    readonly baseUrl: string | null;
  };
  readonly slack: FileSettings['slack'] & {
    readonly botToken: string;
    readonly appToken: string | null;
    readonly signingSecret: string | null;
    readonly apiUrl: string | null;
    readonly port: number;
  };
  readonly kaggle: {
    /** Null: no account. */
    readonly credentials: KaggleCredentials | null;
    /** Address of the API; the real one when null. */
    readonly apiUrl: string | null;
  };
  readonly pages: {
    /** Where people reach the app's HTTP port; null: nowhere, and pages are uploaded. */
    readonly publicUrl: string | null;
    /** Opens every page to the console of `npm start`; null elsewhere. */
    readonly key: string | null;
  };
  readonly logLevel: string;
  /** Queues that this worker serves; all of them unless told, so that a lab can give threads or polling a process of their own. */
  readonly queues: readonly string[] | null;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Settings of this process: secrets and addresses from the environment (and `.env`), everything a lab writes down from
 * reprobot.yaml. Rejects with config.invalid, naming the key.
 */
export function loadSettings(given: Env, folder: string): Settings {
  // A line without a value in .env means the same as no line.
  const env: Env = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const file = readFileSettings(env['REPROBOT_CONFIG'] ?? resolve(folder, 'reprobot.yaml'), env['REPROBOT_CONFIG'] !== undefined);
  const botToken = env['SLACK_BOT_TOKEN'];
  if (botToken === undefined) {
    throw new ReprobotError({
      code: 'config.invalid',
      doing: 'reading the settings',
      why: 'SLACK_BOT_TOKEN is not set',
      remedy: 'Put it into .env (README, “Connect the real Slack”), or use `npm start`, which brings a Slack of its own.',
    });
  }
  return {
    ...file,
    access: chooseAccess(file.access, env['REPROBOT_ACCESS']),
    redisUrl: env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
    prefix: env['REPROBOT_PREFIX'] ?? 'reprobot',
    dataDir: resolve(folder, env['REPROBOT_DATA'] ?? '.reprobot/data'),
    embedded: env['REPROBOT_EMBEDDED'] === '1',
    model: { ...file.model, apiKey: env['ANTHROPIC_API_KEY'] ?? null, baseUrl: env['ANTHROPIC_BASE_URL'] ?? null },
    slack: {
      ...file.slack,
      botToken,
      appToken: env['SLACK_APP_TOKEN'] ?? null,
      signingSecret: env['SLACK_SIGNING_SECRET'] ?? null,
      apiUrl: env['SLACK_API_URL'] ?? null,
      port: Number(env['PORT'] ?? 3000),
    },
    kaggle: { credentials: readKaggleCredentials(env), apiUrl: env['KAGGLE_API_URL'] ?? null },
    pages: { publicUrl: readPublicUrl(env['REPROBOT_PUBLIC_URL']), key: env['REPROBOT_PAGE_KEY'] ?? null },
    logLevel: env['LOG_LEVEL'] ?? 'info',
    queues: env['REPROBOT_QUEUES']?.split(',').map((name) => name.trim()) ?? null,
  };
}

function readPublicUrl(given: string | undefined): string | null {
  if (given === undefined || (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol))) return given ?? null;
  throw new ReprobotError({
    code: 'config.invalid',
    doing: 'reading the settings',
    why: `REPROBOT_PUBLIC_URL is “${given}”, which is no address`,
    remedy: 'Write it as https://reprobot.lab.example.',
  });
}

/** The lists of reprobot.yaml; where it has none, those that `npm start` hands over for the people of its local Slack. */
function chooseAccess(written: AccessRules, given: string | undefined): AccessRules {
  const empty = Object.values(written).every((rule) => rule.users.length + rule.groups.length + rule.channels.length === 0);
  return empty && given !== undefined ? AccessRules.parse(JSON.parse(given)) : written;
}

function readFileSettings(path: string, mustExist: boolean): FileSettings {
  const doing = `reading ${path}`;
  if (!existsSync(path)) {
    if (!mustExist) return FileSettings.parse({});
    throw new ReprobotError({
      code: 'config.invalid',
      doing,
      why: 'there is no such file',
      remedy: 'REPROBOT_CONFIG names it; correct the path.',
    });
  }
  let value: unknown;
  try {
    value = parseYaml(readFileSync(path, 'utf8')) ?? {};
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? 'not YAML') : 'not YAML';
    throw new ReprobotError({ code: 'config.invalid', doing, why, remedy: 'Correct the YAML at that place.', cause });
  }
  const parsed = FileSettings.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined ? '' : issue.path.join('.');
  throw new ReprobotError({
    code: 'config.invalid',
    doing,
    why: `${where}: ${issue?.message ?? 'unknown'}`,
    remedy: 'reprobot.example.yaml shows every key.',
  });
}

/** The sites a lab may use: those that ship, changed and joined by reprobot.yaml (`extends` takes another site as the base). */
export function resolveSites(
  shipped: readonly SiteProfile[],
  settings: Pick<Settings, 'sites' | 'enabledSites'>,
): Map<string, SiteProfile> {
  const sites = new Map(shipped.map((site) => [site.id, site]));
  for (const own of settings.sites) {
    const { extends: baseId, ...changes } = own;
    const base = sites.get(baseId ?? own.id);
    if (baseId !== undefined && base === undefined) throw wrongSite(own.id, `it extends ${baseId}, which is not a site`);
    const parsed = SiteProfile.safeParse(mergeDeep(base ?? {}, changes));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw wrongSite(own.id, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}`);
    }
    sites.set(own.id, parsed.data);
  }
  const enabled = settings.enabledSites;
  if (enabled === undefined) return sites;
  const unknown = enabled.find((id) => !sites.has(id));
  if (unknown !== undefined) throw wrongSite(unknown, 'enabledSites names it, and there is no such site');
  return new Map([...sites].filter(([id]) => enabled.includes(id)));
}

/** Ids of the sites that this lab has set up, the default first; profiles that merely ship are strangers' clusters. */
export function listSitesInUse(settings: Pick<Settings, 'defaultSite' | 'sites' | 'enabledSites'>): string[] {
  return [...new Set([settings.defaultSite, ...settings.sites.map((site) => site.id), ...(settings.enabledSites ?? [])])];
}

function wrongSite(id: string, why: string): ReprobotError {
  return new ReprobotError({
    code: 'config.invalid',
    doing: `reading site ${id}`,
    why,
    remedy: 'Correct it in reprobot.yaml; `reprobot doctor` checks it.',
  });
}

function mergeDeep(base: unknown, changes: unknown): unknown {
  if (!isPlain(base) || !isPlain(changes)) return changes;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(changes)) merged[key] = key in base ? mergeDeep(base[key], value) : value;
  return merged;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
