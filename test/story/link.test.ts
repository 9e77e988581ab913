import { describe, expect, it } from 'vitest';
import { checkLink, deriveLinkKey, signLink } from '../../src/story/link.ts';

const key = deriveLinkKey('xoxb-one');
const now = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;

/** What a link of ours says to whoever checks it for another project, at another time, with another key, or changed. */
function check(change: { project?: string; at?: number; key?: string; query?: (query: URLSearchParams) => void } = {}): string {
  const query = new URL(signLink('https://bot.example/', 'lab/nano', now, key)).searchParams;
  change.query?.(query);
  return checkLink(change.project ?? 'lab/nano', query, change.at ?? now, change.key ?? key);
}

describe('a link to a story', () => {
  it('names the project below the public address', () => {
    const { origin, pathname } = new URL(signLink('https://bot.example/', 'lab/nano', now, key));
    expect([origin, pathname]).toEqual(['https://bot.example', '/story/lab%2Fnano']);
  });

  it.each([
    ['good at once and for a day', {}, 'good'],
    ['good shortly before the day is over', { at: now + 24 * HOUR - 1 }, 'good'],
    ['expired after it', { at: now + 24 * HOUR }, 'expired'],
    ['wrong for another project', { project: 'lab/other' }, 'wrong'],
    ['wrong with the token of another bot', { key: deriveLinkKey('xoxb-two') }, 'wrong'],
    ['wrong when made to last longer', { query: (query: URLSearchParams) => query.set('until', String(now + 48 * HOUR)) }, 'wrong'],
    ['wrong without its signature', { query: (query: URLSearchParams) => query.delete('sig') }, 'wrong'],
    ['wrong without its end', { query: (query: URLSearchParams) => query.delete('until') }, 'wrong'],
    ['wrong with an end that is no time', { query: (query: URLSearchParams) => query.set('until', '9'.repeat(40)) }, 'wrong'],
  ])('is %s', (_what, change, verdict) => {
    expect(check(change)).toBe(verdict);
  });
});
