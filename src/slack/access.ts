import type { WebClient } from '@slack/web-api';
import type { AccessRules } from '../config.ts';

export const ROLES = ['viewer', 'runner', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const GROUP_CACHE_MS = 5 * 60_000;

export interface Access {
  /** The highest role of a person in a channel, or null for a stranger. Never trusts anything but Slack's own user id. */
  roleOf(user: string, channel: string): Promise<Role | null>;
  allows(user: string, channel: string, needed: Role): Promise<boolean>;
  /** Everybody who is named for a role or a higher one, by id or by group; rights of a channel name nobody. */
  listNamed(needed: Role): Promise<readonly string[]>;
}

/** Reads the allow-lists. Members of user groups are asked of Slack and remembered for five minutes; when Slack cannot be asked,
 *  a group grants nothing. */
export function createAccess(rules: AccessRules, client: WebClient, now: () => number): Access {
  const groups = new Map<string, { members: readonly string[]; at: number }>();
  const listMembers = async (group: string): Promise<readonly string[]> => {
    const known = groups.get(group);
    if (known !== undefined && now() - known.at < GROUP_CACHE_MS) return known.members;
    try {
      const answer = await client.usergroups.users.list({ usergroup: group });
      const members = answer.users ?? [];
      groups.set(group, { members, at: now() });
      return members;
    } catch {
      return known?.members ?? [];
    }
  };
  const roleOf = async (user: string, channel: string): Promise<Role | null> => {
    for (const role of ROLES.toReversed()) {
      const rule = rules[role];
      if (rule.users.includes(user) || rule.channels.includes(channel)) return role;
      for (const group of rule.groups) {
        if ((await listMembers(group)).includes(user)) return role;
      }
    }
    return null;
  };
  const listNamed = async (needed: Role): Promise<readonly string[]> => {
    const named = new Set<string>();
    for (const role of ROLES.slice(ROLES.indexOf(needed))) {
      for (const user of rules[role].users) named.add(user);
      for (const group of rules[role].groups) for (const user of await listMembers(group)) named.add(user);
    }
    return [...named];
  };
  return {
    roleOf,
    listNamed,
    allows: async (user, channel, needed) => {
      const role = await roleOf(user, channel);
      return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);
    },
  };
}

/** A polite no that says which list is missing. */
export function describeRefusal(needed: Role): string {
  return `Sorry, that is for people on this bot’s \`${needed}\` list. Whoever runs Reprobot here can add you under \`access:\` in reprobot.yaml.`;
}
