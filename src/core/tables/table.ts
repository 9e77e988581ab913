import { parse } from 'csv-parse/sync';
import { readCell } from './read-cell.ts';
import { readDate, type TableDate } from './read-date.ts';

/** One column: a number for each row (NaN where there is none), and the cells that are neither a number nor missing. */
export interface Column {
  readonly name: string;
  readonly values: readonly number[];
  /** Row → text; holes elsewhere. */
  readonly texts: readonly (string | undefined)[];
  readonly textCount: number;
  readonly missing: number;
}

export interface Table {
  /** The file's name, for messages. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Rows (from 1, below the header) with more or fewer cells than the header. */
  readonly ragged: readonly number[];
  /** Header names that stand there twice, or are empty. */
  readonly badNames: readonly string[];
}

/** How CSV is read here; one place for the parser that streams and the one that does not. */
export const CSV_OPTIONS = {
  bom: true,
  relax_column_count: true,
  skip_empty_lines: true,
  trim: true,
  max_record_size: 4 * 1024 * 1024,
} as const;

interface MutableColumn {
  name: string;
  values: number[];
  texts: (string | undefined)[];
  textCount: number;
  missing: number;
}

/** Grows a table row by row, so that a file never has to be in memory as text. */
export interface TableBuilder {
  readonly feed: (cells: readonly string[]) => void;
  readonly finish: () => Table;
}

function addCell(column: MutableColumn, row: number, cell: string): void {
  const value = readCell(cell);
  if (typeof value === 'string') {
    column.texts[row] = value;
    column.textCount += 1;
  } else if (value === null) {
    column.missing += 1;
  }
  column.values.push(typeof value === 'number' ? value : Number.NaN);
}

/** Starts a table; the first row fed is its header. */
export function buildTable(name: string): TableBuilder {
  const columns: MutableColumn[] = [];
  const badNames: string[] = [];
  const ragged: number[] = [];
  let rows = -1;
  const feed = (cells: readonly string[]) => {
    rows += 1;
    if (rows === 0) {
      for (const cell of cells) {
        const title = cell.trim();
        // A nameless first column is pandas' index and no mistake.
        if ((title === '' && columns.length > 0) || columns.some((column) => column.name === title)) badNames.push(title);
        columns.push({ name: title, values: [], texts: [], textCount: 0, missing: 0 });
      }
      return;
    }
    if (cells.length !== columns.length) ragged.push(rows);
    columns.forEach((column, index) => addCell(column, rows - 1, cells[index] ?? ''));
  };
  return { feed, finish: () => ({ name, columns, rows: Math.max(rows, 0), ragged, badNames }) };
}

/** Reads a whole CSV text. Throws where the text is no CSV (an open quote). */
export function parseTable(name: string, text: string): Table {
  const builder = buildTable(name);
  for (const cells of parse(text, CSV_OPTIONS)) builder.feed(cells);
  return builder.finish();
}

/** The column of that name; case and spaces around it do not matter. */
export function findColumn(table: Table, name: string): Column | undefined {
  const wanted = name.trim().toLowerCase();
  return table.columns.find((column) => column.name === name) ?? table.columns.find((column) => column.name.toLowerCase() === wanted);
}

/** The date of a row of a column, read from text or from a number such as 20240131. */
export function readRowDate(column: Column, row: number): TableDate | null {
  const text = column.texts[row];
  if (text !== undefined) return readDate(text);
  const value = column.values[row];
  return value === undefined || Number.isNaN(value) ? null : readDate(String(value));
}

const DATE_NAMES = new Set(['date', 'datetime', 'time', 'timestamp', 'day', 'ds', 'dt', 'trade_date']);

/** The column that holds the dates: by its name, or the first one, when most of its first cells are dates. */
export function findDateColumn(table: Table): Column | undefined {
  const named = table.columns.find((column) => DATE_NAMES.has(column.name.toLowerCase()));
  const column = named ?? table.columns[0];
  if (column === undefined) return undefined;
  const looked = Math.min(table.rows, 50);
  let dates = 0;
  for (let row = 0; row < looked; row++) if (readRowDate(column, row) !== null) dates += 1;
  return dates * 2 > looked ? column : undefined;
}
