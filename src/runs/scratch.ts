/** Composes SCRATCH.md of a project from everything that happened, and says what is new in it. */
import type { Entry } from '../core/diary/entry.ts';
import { DigestSettings, foldDigestSettings } from '../core/digest/settings.ts';
import { mergeScratch } from '../core/scratch/merge.ts';
import { listProse } from '../core/scratch/prose.ts';
import { listLines, type ScratchLine } from '../core/scratch/sections.ts';
import type { Shown } from '../core/scratch/show.ts';
import type { ProjectStore } from '../ports.ts';
import type { Diary } from './diary.ts';

export interface ScratchParts {
  readonly diary: Diary;
  readonly projects: ProjectStore;
  /** Names and addresses for what the entries mention. */
  readonly findShown: (entries: readonly Entry[]) => Promise<Shown>;
}

export interface Composer {
  /** The clock by which a project's days begin. */
  zoneOf(project: string): Promise<string>;
  /** Names and addresses for what the entries mention. */
  readonly findShown: ScratchParts['findShown'];
  /** The file as it would be written now; see mergeScratch. */
  compose(project: string): Promise<Compose>;
}

type Compose = (before: { readonly current: string; readonly written: string; readonly deleted: readonly string[] }) => {
  text: string;
  deleted: string[];
};

const ALWAYS = { from: 0, to: Number.MAX_SAFE_INTEGER };

export function createComposer({ diary, projects, findShown }: ScratchParts): Composer {
  const zoneOf = async (project: string): Promise<string> =>
    foldDigestSettings(DigestSettings.parse({}), await projects.list(project)).zone;
  const list = async (project: string): Promise<ScratchLine[]> => {
    const [entries, events, zone] = [await diary.collectEntries(project, ALWAYS), await projects.list(project), await zoneOf(project)];
    const shown = await findShown(entries);
    return [...listProse(events, entries), ...listLines(entries, zone, shown)];
  };
  return {
    zoneOf,
    findShown,
    compose: async (project) => {
      const lines = await list(project);
      return (before) => mergeScratch({ ...before, lines, title: `What happened in ${project}` });
    },
  };
}

/** Names and addresses of a workspace, for the people and threads of these entries. */
export function showBy(workspace: {
  findNames(users: readonly string[]): Promise<Shown['nameOf']>;
  findLinks(known: { channel: string; ts: string } | null): Promise<Shown['linkTo']>;
}): ScratchParts['findShown'] {
  return async (entries) => {
    const mentioned = entries.flatMap(({ by, text }) => [
      ...(by === null ? [] : [by]),
      ...[...text.matchAll(/<@([A-Z0-9]{2,20})/g)].map((match) => match[1] ?? ''),
    ]);
    return {
      nameOf: await workspace.findNames(mentioned),
      linkTo: await workspace.findLinks(entries.find((entry) => entry.thread !== null)?.thread ?? null),
    };
  };
}
