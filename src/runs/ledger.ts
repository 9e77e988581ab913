/** What projects used, from the journals. Keeps what it folded of each run, so that asking again costs the new events and nothing else. */
import { foldLedger, listRows, type RunLedger } from '../core/ledger/fold-run.ts';
import { listProjectRows } from '../core/ledger/project-rows.ts';
import type { LedgerRow } from '../core/ledger/row.ts';
import { chooseProject, listChannels, type NamedProject } from '../core/project/choose-project.ts';
import type { Journal, ProjectStore } from '../ports.ts';

/** A row and the channel in which its run was asked for, by which people may see it or not. */
export interface ChannelRow extends LedgerRow {
  readonly channel: string;
}

export interface Ledger {
  /** Every row as of a moment, of one project or of all. */
  collectRows(now: number, project?: string): Promise<ChannelRow[]>;
}

export interface LedgerParts {
  readonly journal: Pick<Journal, 'read' | 'listRecent'>;
  readonly projects: Pick<ProjectStore, 'list' | 'names'>;
  readonly named: readonly NamedProject[];
  /** Hears of a run whose journal cannot be read; the others are counted all the same. */
  readonly onCorrupt?: (runId: string, error: unknown) => void;
}

const EVERY_RUN = 1_000_000;
/** Journals that are read side by side. */
const AT_ONCE = 64;

/** A ledger over journals; nothing is read before somebody asks. */
export function createLedger({ journal, projects, named, onCorrupt = () => {} }: LedgerParts): Ledger {
  const known = new Map<string, RunLedger>();
  const update = async (runId: string): Promise<void> => {
    try {
      const next = await readOn(journal, runId, known.get(runId) ?? null);
      if (next === null) known.delete(runId);
      else known.set(runId, next);
    } catch (error) {
      known.delete(runId);
      onCorrupt(runId, error);
    }
  };
  const readProjects = async (wanted: string | undefined): Promise<ChannelRow[]> => {
    const names = (await projects.names()).filter((name) => wanted === undefined || chooseProject(name, named) === wanted);
    const rows = await Promise.all(
      names.map(async (name) => {
        const owner = chooseProject(name, named);
        const channel = listChannels(owner, named)[0] ?? owner;
        return listProjectRows(owner, name, await projects.list(name)).map((row) => ({ ...row, channel }));
      }),
    );
    return rows.flat();
  };
  return {
    collectRows: async (now, project) => {
      // A run stays in its channel: those that are known to be another project’s are not read again.
      const isWanted = (id: string): boolean => {
        const run = known.get(id);
        return run === undefined || project === undefined || chooseProject(run.channel, named) === project;
      };
      const ids = (await journal.listRecent(EVERY_RUN)).filter(isWanted);
      for (let at = 0; at < ids.length; at += AT_ONCE) await Promise.all(ids.slice(at, at + AT_ONCE).map(update));
      const ofRuns = ids.flatMap((id) => {
        const run = known.get(id);
        if (run === undefined) return [];
        const owner = chooseProject(run.channel, named);
        if (project !== undefined && owner !== project) return [];
        return listRows(run, owner, now).map((row) => ({ ...row, channel: run.channel }));
      });
      return [...ofRuns, ...(await readProjects(project))];
    },
  };
}

/** The last known event is read again: when it is not there, the journal was wiped and perhaps begun anew. */
async function readOn(journal: LedgerParts['journal'], runId: string, last: RunLedger | null): Promise<RunLedger | null> {
  if (last !== null) {
    const [first, ...newer] = await journal.read(runId, last.version - 1);
    if (first?.at === last.updatedAt) return newer.reduce<RunLedger>(foldLedger, last);
  }
  return (await journal.read(runId, 0)).reduce<RunLedger | null>(foldLedger, null);
}
