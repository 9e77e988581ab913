/** What projects used, from the journals. Keeps what it folded of each run, so that asking again costs the new events and nothing else. */
import { foldLedger, listRows, type RunLedger } from '../core/ledger/fold-run.ts';
import { listProjectRows } from '../core/ledger/project-rows.ts';
import type { LedgerRow } from '../core/ledger/row.ts';
import { chooseProject, listChannels, type NamedProject } from '../core/project/choose-project.ts';
import type { Journal, ProjectStore } from '../ports.ts';
import { followRuns } from './follow-runs.ts';

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

/** A ledger over journals; nothing is read before somebody asks. */
export function createLedger({ journal, projects, named, onCorrupt = () => {} }: LedgerParts): Ledger {
  const updateAll = followRuns<RunLedger>({
    journal,
    fold: (last, events) => events.reduce<RunLedger | null>(foldLedger, last),
    onCorrupt,
  });
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
      const runs = await updateAll((run) => project === undefined || chooseProject(run.channel, named) === project);
      const ofRuns = runs.flatMap((run) =>
        listRows(run, chooseProject(run.channel, named), now).map((row) => ({ ...row, channel: run.channel })),
      );
      return [...ofRuns, ...(await readProjects(project))];
    },
  };
}
