/** How the work of a project evolved: what `reprobot story --json` prints. Moments in order of time, and what is read from them. */
import { z } from 'zod';
import { EntryKind, Figure, Setting } from '../diary/entry.ts';

/** Id of a moment; the same whenever the journals are told again: `<run or project>.<number of the event>.<n>`. */
const MomentId = z.string();
/** Epoch milliseconds. */
const Time = z.number();

export const SettingChange = z.object({
  group: Setting.shape.group,
  name: z.string(),
  /** Null where there was none before, or where it is gone. */
  before: z.string().nullable().default(null),
  after: z.string().nullable().default(null),
});
export type SettingChange = z.infer<typeof SettingChange>;

export const Moment = z.object({
  id: MomentId,
  at: Time,
  kind: EntryKind,
  /** Null for what happened to the project outside of any run. */
  run: z.string().nullable().default(null),
  /** The branch that it belongs to; null for what is of the whole run. */
  branch: z.string().nullable().default(null),
  /** Id of the person who did it; null for the bot. */
  by: z.string().nullable().default(null),
  text: z.string(),
  /** Of failures: the class. Of costs: the model or the resource. Of runs and results: the step. Else empty. */
  topic: z.string().default(''),
  figures: z.array(Figure).default([]),
  /** What the run is done with otherwise than before. */
  settings: z.array(SettingChange).default([]),
  commit: z.string().nullable().default(null),
  job: z.string().nullable().default(null),
  /** Address of the message or of its thread. */
  link: z.string().nullable().default(null),
  /** Type of the event in the journal. */
  event: z.string(),
});
export type Moment = z.infer<typeof Moment>;

/** One try at a part of a run. */
export const Branch = z.object({
  /** `<run>/<part>/<number of the try>`. */
  id: z.string(),
  of: z.string(),
  number: z.number().int(),
  first: MomentId,
  last: MomentId,
  /** `led`: what follows builds on it. `dead end`: nothing does. `open`: it goes on. */
  as: z.enum(['led', 'dead end', 'open']),
  /** The moment that ended it so. */
  because: MomentId.nullable().default(null),
});
export type Branch = z.infer<typeof Branch>;

export const StoryRun = z.object({
  id: z.string(),
  about: z.string(),
  began: Time,
  last: Time,
  /** What it came to, and the moment that says so; null while it goes on. */
  verdict: z.object({ as: z.string(), moment: MomentId }).nullable().default(null),
  link: z.string().nullable().default(null),
  branches: z.array(Branch).default([]),
});
export type StoryRun = z.infer<typeof StoryRun>;

/** A figure over time. */
export const Series = z.object({
  name: z.string(),
  unit: z.string(),
  /** What kind of moments tell it. */
  of: EntryKind,
  points: z.array(z.object({ moment: MomentId, at: Time, value: z.number() })),
});
export type Series = z.infer<typeof Series>;

/** What was learned: what was changed, why, and what came of it. */
export const Lesson = z.object({
  id: z.string(),
  run: z.string(),
  at: Time,
  /** The failure that called for the change; null where something worked before. */
  failure: MomentId.nullable().default(null),
  changes: z.array(MomentId).default([]),
  settings: z.array(SettingChange).default([]),
  outcome: MomentId,
  /** `measured`: something was measured after it, as before. */
  as: z.enum(['fixed', 'same failure', 'another failure', 'measured']),
  /** Figures of the same work that were told before and after the change, and differ. */
  effects: z
    .array(
      z.object({
        name: z.string(),
        unit: z.string(),
        before: z.number(),
        after: z.number(),
        beforeMoment: MomentId,
        afterMoment: MomentId,
      }),
    )
    .default([]),
});
export type Lesson = z.infer<typeof Lesson>;

export const Story = z.object({
  schemaVersion: z.literal(1),
  project: z.string(),
  /** Times of the first and the last moment; null without any. */
  from: Time.nullable().default(null),
  to: Time.nullable().default(null),
  /** Names of the people whose names are known. */
  people: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
  /** In the order in which they began. */
  runs: z.array(StoryRun).default([]),
  /** Oldest first. */
  moments: z.array(Moment).default([]),
  /** Results first, then by name: the same places in every story. */
  series: z.array(Series).default([]),
  lessons: z.array(Lesson).default([]),
});
export type Story = z.infer<typeof Story>;

/** The published schema of `reprobot story --json`; docs/story.schema.json holds the same. Fields that hold nothing may be left out. */
export function describeStory(): Record<string, unknown> {
  const schema = z.toJSONSchema(Story, { io: 'input', reused: 'ref' });
  return { $schema: schema.$schema, title: 'Story', description: 'What `reprobot story --json` prints about a project.', ...schema };
}
