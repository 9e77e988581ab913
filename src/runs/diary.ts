/** What happened to a project, told from the journals of its runs and from its own. Keeps what it told of each run, so that asking again
 *  costs the new events and nothing else. */
import type { Entry } from '../core/diary/entry.ts';
import { tellProject } from '../core/diary/tell-project.ts';
import { tellRun } from '../core/diary/tell.ts';
import { chooseProject, listChannels, type NamedProject } from '../core/project/choose-project.ts';
import type { RunEvent } from '../core/run/events.ts';
import { foldEvents } from '../core/run/fold.ts';
import type { RunState } from '../core/run/state.ts';
import type { Journal, ProjectStore } from '../ports.ts';
import { followRuns, type Followed } from './follow-runs.ts';

/** Epoch milliseconds; `to` is the first moment that no longer belongs to it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Diary {
  /** Everything that happened to a project in that time, oldest first; the same journals always give the same order. */
  collectEntries(project: string, span: Span): Promise<Entry[]>;
  /** Every project of which anything is told. */
  projectsOf(): Promise<string[]>;
}

export interface DiaryParts {
  readonly journal: Pick<Journal, 'read' | 'listRecent'>;
  readonly projects: ProjectStore;
  readonly named: readonly NamedProject[];
  /** Hears of a run whose journal cannot be read; the others are told all the same. */
  readonly onCorrupt?: (runId: string, error: unknown) => void;
}

/** What is known of a run. `state` only while it goes on: what is over is read anew when somebody resumes it. */
interface Known extends Followed {
  readonly channel: string;
  readonly entries: readonly Entry[];
  readonly state: RunState | null;
}

/** A diary over journals and stores; nothing is read before somebody asks. */
export function createDiary({ journal, projects, named, onCorrupt = () => {} }: DiaryParts): Diary {
  const updateAll = followRuns<Known>({ journal, fold: tellOn, onCorrupt });
  return {
    collectEntries: async (project, span) => {
      const runs = await updateAll((run) => chooseProject(run.channel, named) === project);
      // What was told of a channel before it got a name belongs to the project that has it now.
      const names = [...new Set([project, ...listChannels(project, named)])];
      const own = await Promise.all(names.map(async (name) => tellProject(name, await projects.list(name))));
      const entries = [...own, ...runs.map((run) => run.entries)].flat();
      return entries.filter((entry) => entry.at >= span.from && entry.at < span.to).sort(compareEntries);
    },
    projectsOf: async () => {
      const channels = [...(await updateAll()).map((run) => run.channel), ...(await projects.names())];
      return [...new Set(channels.map((channel) => chooseProject(channel, named)))].sort();
    },
  };
}

/** By time; of one moment, by journal and by place in it. */
function compareEntries(a: Entry, b: Entry): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.source.id !== b.source.id) return a.source.id < b.source.id ? -1 : 1;
  return a.source.version - b.source.version || (a.id < b.id ? -1 : 1);
}

function tellOn(last: Known | null, events: readonly RunEvent[]): Known | null {
  const from = last?.state ?? null;
  if (last !== null && from === null) return null;
  const state = foldEvents(events, from);
  if (state === null) return null;
  return {
    version: state.version,
    updatedAt: state.updatedAt,
    channel: state.request.channel,
    entries: [...(last?.entries ?? []), ...tellRun(events, from)],
    state: state.verdict === null ? state : null,
  };
}
