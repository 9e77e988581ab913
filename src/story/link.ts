import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a link opens its page. */
const OPEN_MS = 24 * 60 * 60_000;

/** The key of this deployment's links: it follows from the bot's token, so that all processes have it and a new token ends every link. */
export function deriveLinkKey(botToken: string): string {
  return createHmac('sha256', botToken).update('reprobot: links to stories').digest('hex');
}

/** The address of a project's story, good for a day for whoever holds it. */
export function signLink(publicUrl: string, project: string, now: number, key: string): string {
  const until = now + OPEN_MS;
  const query = new URLSearchParams({ until: String(until), sig: sign(project, String(until), key) });
  return `${publicUrl.replace(/\/$/, '')}/story/${encodeURIComponent(project)}?${query.toString()}`;
}

/** What a link is worth. */
export function checkLink(project: string, query: URLSearchParams, now: number, key: string): 'good' | 'expired' | 'wrong' {
  const until = query.get('until') ?? '';
  const given = query.get('sig') ?? '';
  if (!/^\d{1,16}$/.test(until) || !isSame(given, sign(project, until, key))) return 'wrong';
  return Number(until) > now ? 'good' : 'expired';
}

/** Compares without telling by its time how much is alike. */
export function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

// The length keeps a project and a time from being read as another project and another time.
function sign(project: string, until: string, key: string): string {
  return createHmac('sha256', key).update(`${project.length}:${project}:${until}`).digest('base64url');
}
