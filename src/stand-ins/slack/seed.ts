import type { StoredChannel, StoredUser, WorkspaceData } from './state.ts';

export interface Seed {
  readonly team?: { readonly id?: string; readonly name?: string; readonly domain?: string };
  readonly users?: readonly (Partial<StoredUser> & Pick<StoredUser, 'id' | 'name'>)[];
  readonly channels?: readonly (Partial<StoredChannel> & Pick<StoredChannel, 'id' | 'name'>)[];
  readonly usergroups?: WorkspaceData['usergroups'];
}

/** Ids that configurations and tests may name. */
export const ids = {
  team: 'TLAB0000001',
  app: 'AREPROBOT01',
  bot: 'BREPROBOT01',
  botUser: 'UREPROBOT01',
  slackbot: 'USLACKBOT',
  ada: 'UADA0000001',
  ben: 'UBEN0000002',
  chen: 'UCHEN000003',
  mallory: 'UMALLORY004',
  research: 'CRESEARCH01',
  general: 'CGENERAL001',
  random: 'CRANDOM0001',
  ops: 'COPS0000001',
  approvers: 'SAPPROVERS1',
} as const;

const people: NonNullable<Seed['users']> = [
  { id: ids.ada, name: 'ada', real_name: 'Ada Osei', title: 'Approver, admin', color: '#7c5cbf', is_admin: true },
  { id: ids.ben, name: 'ben', real_name: 'Ben Halvorsen', title: 'Runs experiments', color: '#2f7d5b' },
  { id: ids.chen, name: 'chen', real_name: 'Chen Yilin', title: 'Approver', color: '#b3541e' },
  { id: ids.mallory, name: 'mallory', real_name: 'Mallory Quist', title: 'Visitor', color: '#8a3b52' },
];

const everyone = [ids.ada, ids.ben, ids.chen, ids.mallory];

const rooms: NonNullable<Seed['channels']> = [
  { id: ids.research, name: 'research', topic: 'Papers, repositories, runs', members: [...everyone, ids.botUser] },
  { id: ids.general, name: 'general', topic: 'Everybody', members: [...everyone, ids.botUser] },
  { id: ids.random, name: 'random', topic: 'The bot is not here', members: everyone },
  { id: ids.ops, name: 'ops', kind: 'private', topic: 'Cluster operations', members: [ids.ada, ids.chen] },
];

/** A user with everything filled in. */
export function completeUser(user: Partial<StoredUser> & Pick<StoredUser, 'id' | 'name'>): StoredUser {
  return {
    real_name: user.name,
    title: '',
    color: '#4a6785',
    is_bot: false,
    is_admin: false,
    is_restricted: false,
    deleted: false,
    tz: 'Etc/UTC',
    tz_offset: 0,
    ...user,
  };
}

/** A channel with everything filled in. */
export function completeChannel(channel: Partial<StoredChannel> & Pick<StoredChannel, 'id' | 'name'>, now: number): StoredChannel {
  return {
    kind: 'channel',
    topic: '',
    created: Math.floor(now / 1000),
    creator: channel.members?.[0] ?? ids.slackbot,
    archived: false,
    last_ts: 0,
    reads: {},
    pins: [],
    bookmarks: [],
    ...channel,
    members: [...(channel.members ?? [])],
  };
}

/** The id of a user's direct conversation with the bot. */
export function nameDirectChannel(userId: string): string {
  return `D${userId.slice(1)}`;
}

/** The direct conversation of a user and the bot. */
export function buildDirectChannel(userId: string, botUser: string, now: number): StoredChannel {
  return completeChannel({ id: nameDirectChannel(userId), name: userId, kind: 'im', creator: userId, members: [userId, botUser] }, now);
}

/** A fresh workspace: the seed's people and rooms, or the four people and four rooms of the default lab. */
export function buildWorkspace(seed: Seed, botName: string, now: number): WorkspaceData {
  const bot = completeUser({ id: ids.botUser, name: botName, real_name: botName, title: 'App', color: '#1f6f8b', is_bot: true });
  const slackbot = completeUser({ id: ids.slackbot, name: 'slackbot', real_name: 'Slackbot', color: '#555555', is_bot: true });
  const humans = (seed.users ?? people).map(completeUser);
  const channels = (seed.channels ?? rooms).map((channel) => completeChannel(channel, now));
  const directs = humans.filter((user) => !user.is_bot).map((user) => buildDirectChannel(user.id, ids.botUser, now));
  return {
    version: 1,
    team: { id: seed.team?.id ?? ids.team, name: seed.team?.name ?? 'Lab', domain: seed.team?.domain ?? 'lab' },
    app: { app_id: ids.app, bot_id: ids.bot, bot_user: ids.botUser, name: botName },
    serial: 0,
    users: [...humans, bot, slackbot],
    channels: [...channels, ...directs],
    usergroups: seed.usergroups ?? [{ id: ids.approvers, handle: 'approvers', name: 'Approvers', users: [ids.ada, ids.chen] }],
    messages: [],
    files: [],
    homes: {},
    response_urls: [],
    held: [],
  };
}
