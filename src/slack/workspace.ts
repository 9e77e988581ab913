import type { WebClient } from '@slack/web-api';

/** What only the workspace knows: the names of people and the addresses of messages. */
export interface Workspace {
  /** Names of these people; whoever cannot be asked about keeps the id. Asked once a process. */
  findNames(users: readonly string[]): Promise<(user: string) => string>;
  /** Makes addresses of messages; `known` is one that exists, which Slack is asked about once a process. */
  findLinks(known: { channel: string; ts: string } | null): Promise<(channel: string, ts: string, thread: string) => string | null>;
}

export function createWorkspace(client: WebClient): Workspace {
  const names = new Map<string, string>();
  let base: string | null = null;
  const findBase = async (channel: string, ts: string): Promise<string | null> => {
    const { permalink = '' } = await client.chat.getPermalink({ channel, message_ts: ts });
    return /^(https?:\/\/[^\s<>|()]{1,200})\/archives\//.exec(permalink)?.[1] ?? null;
  };
  return {
    findNames: async (users) => {
      for (const user of new Set(users)) {
        if (names.has(user) || !/^[UW][A-Z0-9]{2,20}$/.test(user)) continue;
        const found = await client.users.info({ user }).catch(() => null);
        const { profile, real_name: real, name } = found?.user ?? {};
        const shown = [profile?.display_name, real, name].find((one) => one !== undefined && one.trim() !== '');
        if (shown !== undefined) names.set(user, shown.trim().slice(0, 80));
      }
      return (user) => names.get(user) ?? user;
    },
    findLinks: async (known) => {
      if (base === null && known !== null) base = await findBase(known.channel, known.ts).catch(() => null);
      return (channel, ts, thread) => {
        if (base === null || !/^[A-Z0-9]{2,20}$/.test(channel) || !/^\d{1,12}\.\d{1,8}$/.test(ts)) return null;
        const place = `${base}/archives/${channel}/p${ts.replace('.', '')}`;
        return thread === ts ? place : `${place}?thread_ts=${thread}&cid=${channel}`;
      };
    },
  };
}
