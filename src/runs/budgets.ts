/** The budgets of projects: from their journals and from the ledger. */
import { foldBudgets, isBlocked, judgeBudget, tellLevel, type Budgets as FoldedBudgets, type Standing } from '../core/ledger/budget.ts';
import { chooseProject, listChannels, type NamedProject } from '../core/project/choose-project.ts';
import type { BudgetKind, ProjectEvent } from '../core/project/events.ts';
import type { ProjectStore } from '../ports.ts';
import type { Ledger } from './ledger.ts';

export interface Budgets {
  /** What is set; the ledger is not asked. */
  readBudgets(project: string): Promise<FoldedBudgets>;
  /** How each budget of a project stands now; the ledger is asked only where there is one. */
  listStandings(project: string): Promise<Standing[]>;
  /** Why no new work of a kind may begin for a channel; null where it may. What has begun goes on in any case. */
  findBlock(channel: string, kind: BudgetKind): Promise<Standing | null>;
  /** Tells the project’s journal of levels that were reached, each once, whoever notices it first; resolves with how the budgets stand then. */
  tellLevels(project: string): Promise<Standing[]>;
  /** Every project that has ever had a budget. */
  listProjects(): Promise<string[]>;
}

export interface BudgetParts {
  readonly projects: ProjectStore;
  readonly ledger: Ledger;
  readonly named: readonly NamedProject[];
  readonly now: () => number;
}

/** Budgets over stores; nothing is kept. */
export function createBudgets({ projects, ledger, named, now }: BudgetParts): Budgets {
  // What was told of a channel before it got a name belongs to the project that has it now.
  const read = async (project: string): Promise<ProjectEvent[]> => {
    const names = [...new Set([project, ...listChannels(project, named)])];
    const journals = await Promise.all(names.map((name) => projects.list(name)));
    return journals.flat().sort((a, b) => a.at - b.at);
  };
  const readBudgets = async (project: string): Promise<FoldedBudgets> => foldBudgets(await read(project));
  const listStandings = async (project: string): Promise<Standing[]> => {
    const budgets = (await readBudgets(project)).now;
    if (budgets.length === 0) return [];
    const at = now();
    const rows = await ledger.collectRows(at, project);
    return budgets.map((budget) => judgeBudget(budget, rows, at));
  };
  return {
    readBudgets,
    listStandings,
    findBlock: async (channel, kind) => {
      const all = await listStandings(chooseProject(channel, named));
      return all.find((one) => one.budget.kind === kind && isBlocked(one)) ?? null;
    },
    tellLevels: async (project) => {
      const due = (await listStandings(project)).map((one) => tellLevel(one, now())).filter((one) => one !== null);
      for (const fact of due) await projects.append(project, fact);
      return listStandings(project);
    },
    listProjects: async () => {
      const names = await projects.names();
      const known = await Promise.all(
        names.map(async (name) => ((await projects.list(name)).some((event) => event.type === 'budget.set') ? name : '')),
      );
      return [...new Set(known.filter((name) => name !== '').map((name) => chooseProject(name, named)))];
    },
  };
}
