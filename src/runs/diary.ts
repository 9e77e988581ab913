/** What happened to a project, told from the journals of its runs and from its own. Keeps what it told of each run, so that asking again
 *  costs the new events and nothing else. */
import type { Entry } from '../core/diary/entry.ts';
import { tellProject } from '../core/diary/tell-project.ts';
import { tellRun } from '../core/diary/tell.ts';
import { chooseProject, listChannels, type NamedProject } from '../core/project/choose-project.ts';
import { foldEvents } from '../core/run/fold.ts';
import type { RunState } from '../core/run/state.ts';
import type { Journal, ProjectStore } from '../ports.ts';

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
interface Known {
  readonly version: number;
  readonly updatedAt: number;
  readonly channel: string;
  readonly entries: readonly Entry[];
  readonly state: RunState | null;
}

const EVERY_RUN = 1_000_000;
/** Journals that are read side by side. */
const AT_ONCE = 64;

/** A diary over journals and stores; nothing is read before somebody asks. */
export function createDiary({ journal, projects, named, onCorrupt = () => {} }: DiaryParts): Diary {
  const told = new Map<string, Known>();
  const reading = new Map<string, Promise<Known | null>>();
  const update = (runId: string): Promise<Known | null> => {
    const begun = reading.get(runId) ?? readOn(journal, runId, told).finally(() => reading.delete(runId));
    reading.set(runId, begun);
    return begun.catch((error: unknown) => {
      onCorrupt(runId, error);
      return null;
    });
  };
  const updateAll = async (): Promise<Known[]> => {
    const ids = await journal.listRecent(EVERY_RUN);
    const all: Known[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE)
      for (const one of await Promise.all(ids.slice(at, at + AT_ONCE).map(update))) if (one !== null) all.push(one);
    return all;
  };
  return {
    collectEntries: async (project, span) => {
      const runs = (await updateAll()).filter((run) => chooseProject(run.channel, named) === project);
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

async function readOn(journal: DiaryParts['journal'], runId: string, told: Map<string, Known>): Promise<Known | null> {
  const last = told.get(runId);
  if (last !== undefined) {
    // The last known event is read again: when it is not there, the journal was wiped and perhaps begun anew.
    const [known, ...newer] = await journal.read(runId, last.version - 1);
    const goesOn = known?.at === last.updatedAt;
    if (goesOn && newer.length === 0) return last;
    if (goesOn && last.state !== null) return keep(told, runId, last.entries, newer, last.state);
    told.delete(runId);
  }
  return keep(told, runId, [], await journal.read(runId, 0), null);
}

function keep(
  told: Map<string, Known>,
  runId: string,
  entries: readonly Entry[],
  events: Awaited<ReturnType<Journal['read']>>,
  from: RunState | null,
): Known | null {
  const state = foldEvents(events, from);
  if (state === null) return null;
  const known: Known = {
    version: state.version,
    updatedAt: state.updatedAt,
    channel: state.request.channel,
    entries: [...entries, ...tellRun(events, from)],
    state: state.verdict === null ? state : null,
  };
  told.set(runId, known);
  return known;
}
