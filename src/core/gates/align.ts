import { findDateColumn, readRowDate, type Column, type Table } from '../tables/table.ts';
import { widenSingles } from './widen-singles.ts';

/** One column on the rows that all files share. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** Base, sub-model and target on the dates that all three have, in order, without a missing value. */
export interface Aligned {
  readonly base: readonly Series[];
  readonly sub: readonly Series[];
  readonly target: readonly number[];
  readonly rows: number;
  /** Shared dates that were left out because a value is missing. */
  readonly dropped: number;
}

// As much of a cell as a message shows.
const SHOWN = 40;

interface Keyed {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rowOf: ReadonlyMap<string, number>;
  readonly dated: boolean;
}

/** How a row is found again in another file: its instant, or its text where that is no date. */
export function keyRow(column: Column, row: number): string {
  const date = readRowDate(column, row);
  return date === null ? (column.texts[row] ?? String(column.values[row])) : new Date(date.at).toISOString();
}

function keyTable(table: Table): Keyed {
  if (table.badNames.length > 0)
    throw new Error(`${table.name} has a column name twice or an empty one: ${table.badNames.join(', ') || '""'}`);
  if (table.ragged.length > 0) throw new Error(`${table.name}: row ${table.ragged[0]} has another number of cells than the header`);
  const dates = findDateColumn(table);
  const columns = table.columns.filter((column) => column !== dates).map((column) => ({ ...column, values: widenSingles(column.values) }));
  const rowOf = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) {
    const key = dates === undefined ? String(row) : keyRow(dates, row);
    if (rowOf.has(key)) throw new Error(`${table.name} has two rows for ${key}`);
    rowOf.set(key, row);
  }
  const text = columns.find((column) => column.textCount > 0);
  if (text !== undefined) {
    const example = text.texts.find((cell) => cell !== undefined)?.slice(0, SHOWN);
    throw new Error(`${table.name}: column "${text.name.slice(0, SHOWN)}" holds text ("${example}"); cells are parted by commas`);
  }
  if (columns.length === 0) throw new Error(`${table.name} has no column beside the dates`);
  return { name: table.name, columns, rowOf, dated: dates !== undefined };
}

function isEmpty(column: Column): boolean {
  return column.values.every((value) => Number.isNaN(value));
}

/** The values of a table beside its dates, in time order; what gate 1 looks at. Throws where the table cannot be read so. */
export function listSeries(table: Table): Series[] {
  const keyed = keyTable(table);
  const rows = listRows(keyed).map(([, row]) => row);
  return keyed.columns.map(({ name, values }) => ({ name, values: rows.map((row) => values[row] as number) }));
}

/** Keys with their rows: in time order, or as they stand where there are no dates. */
function listRows({ rowOf, dated }: Keyed): [string, number][] {
  const entries = [...rowOf];
  return dated ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries;
}

/**
 * Joins the three tables on their dates and drops the rows with a missing or infinite value; an empty column of the sub-model is left
 * out instead of taking every row with it. Throws for what makes a join meaningless.
 */
export function alignTables(base: Table, sub: Table, target: Table): Aligned {
  const [b, s, t] = [keyTable(base), keyTable(sub), keyTable(target)];
  if (b.dated !== s.dated || b.dated !== t.dated)
    throw new Error('some of the files have dates and some have none, so their rows cannot be matched');
  if (!b.dated && (base.rows !== sub.rows || base.rows !== target.rows)) {
    throw new Error(`without dates the files need the same number of rows; they have ${base.rows}, ${sub.rows} and ${target.rows}`);
  }
  const [aim, ...others] = t.columns;
  if (aim === undefined || others.length > 0) {
    throw new Error(
      `${target.name} holds ${t.columns.map((column) => `"${column.name}"`).join(', ')}; it needs one column beside the dates`,
    );
  }
  const subColumns = s.columns.filter((column) => !isEmpty(column));
  const twice = subColumns.find((column) => b.columns.some((other) => other.name === column.name));
  if (twice !== undefined) throw new Error(`"${twice.name}" is a column of the base and of the sub-model`);
  let dropped = 0;
  const rows: [number, number, number][] = [];
  for (const [key, row] of listRows(b)) {
    const [subRow, aimRow] = [s.rowOf.get(key), t.rowOf.get(key)];
    if (subRow === undefined || aimRow === undefined) continue;
    const whole =
      Number.isFinite(aim.values[aimRow]) &&
      b.columns.every((column) => Number.isFinite(column.values[row])) &&
      subColumns.every((column) => Number.isFinite(column.values[subRow]));
    if (whole) rows.push([row, subRow, aimRow]);
    else dropped += 1;
  }
  const pick = (column: Column, part: 0 | 1 | 2) => ({ name: column.name, values: rows.map((row) => column.values[row[part]] as number) });
  return {
    base: b.columns.map((column) => pick(column, 0)),
    sub: subColumns.map((column) => pick(column, 1)),
    target: pick(aim, 2).values,
    rows: rows.length,
    dropped,
  };
}
