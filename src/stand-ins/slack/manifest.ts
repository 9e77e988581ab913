import { z } from 'zod';

const commandSchema = z.looseObject({
  command: z.string().regex(/^\/\S{1,31}$/),
  description: z.string().default(''),
  usage_hint: z.string().default(''),
  should_escape: z.boolean().default(false),
  url: z.string().optional(),
});

const shortcutSchema = z.looseObject({ name: z.string(), type: z.enum(['global', 'message']), callback_id: z.string() });

// The parts of an app manifest (Slack's schema, version 2) that the stand-in acts on.
const manifestSchema = z.looseObject({
  display_information: z.looseObject({ name: z.string() }).optional(),
  features: z
    .looseObject({
      bot_user: z.looseObject({ display_name: z.string() }).optional(),
      slash_commands: z.array(commandSchema).default([]),
      shortcuts: z.array(shortcutSchema).default([]),
      app_home: z.looseObject({ home_tab_enabled: z.boolean().default(false), messages_tab_enabled: z.boolean().default(true) }).optional(),
    })
    .optional(),
  oauth_config: z
    .looseObject({
      scopes: z.looseObject({ bot: z.array(z.string()).default([]), bot_optional: z.array(z.string()).default([]) }).optional(),
    })
    .optional(),
  settings: z
    .looseObject({
      event_subscriptions: z.looseObject({ bot_events: z.array(z.string()).default([]), request_url: z.string().optional() }).optional(),
      interactivity: z.looseObject({ is_enabled: z.boolean().default(false), request_url: z.string().optional() }).optional(),
      socket_mode_enabled: z.boolean().default(true),
    })
    .optional(),
});
/** An app manifest in Slack's format. */
export type Manifest = z.input<typeof manifestSchema>;

/** The manifest as the rest of the stand-in reads it. */
export interface AppConfig {
  readonly botName: string;
  readonly commands: readonly z.output<typeof commandSchema>[];
  readonly shortcuts: readonly z.output<typeof shortcutSchema>[];
  readonly scopes: readonly string[];
  readonly events: ReadonlySet<string>;
  readonly homeTab: boolean;
  readonly messagesTab: boolean;
  /** Where the manifest sends requests when Socket Mode is off. */
  readonly requestUrl: string | undefined;
}

/** The app that the stand-in assumes when it is started without a manifest: everything allowed that it knows. */
export const defaultManifest: Manifest = {
  display_information: { name: 'Reprobot' },
  features: {
    bot_user: { display_name: 'reprobot' },
    app_home: { home_tab_enabled: true, messages_tab_enabled: true },
    slash_commands: [{ command: '/hpc', description: 'Reproduce a repository on a cluster', usage_hint: 'reproduce <repo-url> | help' }],
    shortcuts: [],
  },
  oauth_config: {
    scopes: {
      bot: [
        'app_mentions:read',
        'bookmarks:write',
        'channels:history',
        'channels:join',
        'channels:read',
        'chat:write',
        'chat:write.customize',
        'commands',
        'files:read',
        'files:write',
        'groups:history',
        'groups:read',
        'im:history',
        'im:read',
        'im:write',
        'mpim:history',
        'mpim:read',
        'pins:write',
        'reactions:read',
        'reactions:write',
        'usergroups:read',
        'users:read',
      ],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: [
        'app_home_opened',
        'app_mention',
        'file_shared',
        'member_joined_channel',
        'member_left_channel',
        'message.channels',
        'message.groups',
        'message.im',
        'message.mpim',
        'reaction_added',
        'reaction_removed',
      ],
    },
    interactivity: { is_enabled: true },
    socket_mode_enabled: true,
  },
};

/** Reads a manifest; throws with the offending field when it does not have the shape. */
export function readManifest(manifest: unknown): AppConfig {
  const parsed = manifestSchema.safeParse(manifest);
  if (!parsed.success) throw new Error(`reading the app manifest: ${z.prettifyError(parsed.error)}`);
  const { features, oauth_config: oauth, settings, display_information: display } = parsed.data;
  const home = features?.app_home;
  return {
    botName: features?.bot_user?.display_name ?? display?.name ?? 'app',
    commands: features?.slash_commands ?? [],
    shortcuts: features?.shortcuts ?? [],
    scopes: [...new Set([...(oauth?.scopes?.bot ?? []), ...(oauth?.scopes?.bot_optional ?? [])])],
    events: new Set(settings?.event_subscriptions?.bot_events ?? []),
    homeTab: home?.home_tab_enabled ?? false,
    messagesTab: home?.messages_tab_enabled ?? true,
    requestUrl:
      settings?.socket_mode_enabled === false
        ? (settings.interactivity?.request_url ?? settings.event_subscriptions?.request_url)
        : undefined,
  };
}
