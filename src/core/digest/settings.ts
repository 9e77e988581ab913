import { z } from 'zod';
import type { ProjectEvent } from '../project/events.ts';
import { isZone } from './clock.ts';

/** `HH:MM` as clocks show it. */
export const Hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM, 18:00 say');

/** `18:00` from what people type: `18`, `7:30`, `6pm`; null for anything else. */
export function readHour(typed: string): string | null {
  const [, hours = '', minutes = '00', half] = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$/i.exec(typed) ?? [];
  if (hours === '' || (half !== undefined && (Number(hours) < 1 || Number(hours) > 12))) return null;
  const shift = half === undefined ? 0 : (half.toLowerCase() === 'pm' ? 12 : 0) - (Number(hours) === 12 ? 12 : 0);
  const hour = `${String(Number(hours) + shift).padStart(2, '0')}:${minutes}`;
  return Hour.safeParse(hour).success ? hour : null;
}

const Zone = z.string().refine(isZone, 'is no time zone that I know, such as Europe/Berlin or UTC');

/** When a project's digest comes, and what comes where nothing happened. */
export const DigestSettings = z.strictObject({
  on: z.boolean().default(true),
  hour: Hour.default('18:00'),
  zone: Zone.default('UTC'),
  /** Whether the one of Sunday tells the whole week. */
  weekly: z.boolean().default(true),
  quiet: z.enum(['line', 'silence']).default('silence'),
});
export type DigestSettings = z.infer<typeof DigestSettings>;

/** What a project may say otherwise than the lab. */
export const DigestChanges = z.strictObject({
  on: z.boolean().optional(),
  hour: Hour.optional(),
  zone: Zone.optional(),
  weekly: z.boolean().optional(),
  quiet: z.enum(['line', 'silence']).optional(),
});

/** The settings as people left them. */
export interface DigestPlan extends DigestSettings {
  /** Null: the project's own. */
  readonly channel: string | null;
  /** When it was last switched on; null where it never was off. */
  readonly onSince: number | null;
  /** When its hour, its zone or whether it comes was last changed, or the project began. Hours before that are not caught up. */
  readonly since: number | null;
}

/** What reprobot.yaml says of a project: its own word, else the lab's. */
export function settingsOf(
  project: string,
  lab: {
    readonly digest: DigestSettings;
    readonly projects: readonly { readonly name: string; readonly digest?: z.infer<typeof DigestChanges> | undefined }[];
  },
): DigestSettings {
  return DigestSettings.parse({ ...lab.digest, ...lab.projects.find(({ name }) => name === project)?.digest });
}

/** The settings of reprobot.yaml with everything that people changed since. `began`: when the first thing happened in the project; no hour
 *  before that is caught up. */
export function foldDigestSettings(defaults: DigestSettings, events: readonly ProjectEvent[], began: number | null = null): DigestPlan {
  let plan: DigestPlan = { ...defaults, channel: null, onSince: null, since: began };
  for (const event of events) {
    if (event.type !== 'digest.set') continue;
    const next: DigestPlan = {
      ...plan,
      on: event.on ?? plan.on,
      hour: event.hour ?? plan.hour,
      zone: event.zone ?? plan.zone,
      weekly: event.weekly ?? plan.weekly,
      quiet: event.quiet ?? plan.quiet,
      channel: event.channel ?? plan.channel,
    };
    const moved = next.on !== plan.on || next.hour !== plan.hour || next.zone !== plan.zone;
    plan = { ...next, onSince: next.on && !plan.on ? event.at : plan.onSince, since: moved ? event.at : plan.since };
  }
  return plan;
}
