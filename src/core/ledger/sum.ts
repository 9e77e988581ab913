import { USE_KINDS, type LedgerRow, type UseKind } from './row.ts';

/** By what the use can be summed; `what` is the model or the cluster, whichever it was. */
export const GROUPINGS = ['what', 'project', 'run', 'person', 'model', 'cluster', 'outcome'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Sum {
  readonly name: string;
  readonly amounts: Readonly<Record<UseKind, number>>;
  /** Tokens read from the cache. */
  readonly cached: number;
  readonly dollars: number;
  /** Different runs among the rows. */
  readonly runs: number;
  readonly soFar: boolean;
}

/** Sums by name, the dearest first, then by hours and tokens. By model or by cluster only what has one is counted; else every row is, once. */
export function sumRows(rows: readonly LedgerRow[], by: Grouping): Sum[] {
  const groups = new Map<string, LedgerRow[]>();
  for (const row of rows.filter(chooseFilter(by))) {
    const name = nameGroup(row, by);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [row]);
    else known.push(row);
  }
  return [...groups].map(([name, members]) => sumGroup(name, members)).sort(compareSums);
}

/** Everything in one sum. */
export function sumGroup(name: string, rows: readonly LedgerRow[]): Sum {
  const amounts = Object.fromEntries(USE_KINDS.map((kind) => [kind, 0])) as Record<UseKind, number>;
  let [dollars, cached] = [0, 0];
  for (const row of rows) {
    amounts[row.kind] += row.amount;
    dollars += row.dollars ?? 0;
    cached += row.cached;
  }
  const runs = new Set(rows.map((row) => row.run).filter((run) => run !== '')).size;
  return { name, amounts, cached, dollars, runs, soFar: rows.some((row) => row.soFar) };
}

function chooseFilter(by: Grouping): (row: LedgerRow) => boolean {
  if (by === 'model') return (row) => row.kind === 'tokens';
  if (by === 'cluster') return (row) => row.kind !== 'tokens';
  return () => true;
}

function nameGroup(row: LedgerRow, by: Grouping): string {
  return by === 'what' || by === 'model' || by === 'cluster' ? row.about : row[by];
}

function compareSums(a: Sum, b: Sum): number {
  for (const kind of ['gpu-hours', 'kaggle-hours', 'watched-gpu-hours', 'cpu-hours', 'watched-cpu-hours', 'tokens'] as const) {
    if (a.dollars !== b.dollars) return b.dollars - a.dollars;
    if (a.amounts[kind] !== b.amounts[kind]) return b.amounts[kind] - a.amounts[kind];
  }
  return a.name < b.name ? -1 : 1;
}
