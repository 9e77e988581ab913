/** A table of HTML as a grid: cells that span columns or rows stand in each of their places. Pure; broken markup gives fewer rows. */

const MAX_COLUMNS = 40;
const MAX_SPAN = 40;

export interface Grid {
  /** For each column the heads above it, outermost first. */
  readonly heads: readonly (readonly string[])[];
  /** `at` is where the row begins in the text. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly at: number }[];
}

interface Row {
  readonly cells: readonly string[];
  readonly at: number;
  readonly isHead: boolean;
}

/** Reads the text between `<table` and its end. Rows of `<th>` at the top are heads; without any the first row is. */
export function readGrid(text: string): Grid {
  const rows = readRows(text);
  const firstBody = rows.findIndex((row) => !row.isHead);
  const count = Math.max(1, firstBody < 0 ? 1 : firstBody);
  const top = rows.slice(0, count);
  const width = Math.max(0, ...top.map((row) => row.cells.length));
  const heads = Array.from({ length: width }, (_, column) => top.map((row) => row.cells[column] ?? ''));
  return { heads, rows: rows.slice(count).map(({ cells, at }) => ({ cells, at })) };
}

function readRows(text: string): Row[] {
  const rows: Row[] = [];
  // What cells of earlier rows still cover, by column.
  const covered = new Map<number, { text: string; left: number }>();
  let at = 0;
  for (const part of text.split(/(?=<tr)/i)) {
    const written = [...part.matchAll(/<t([hd])\b([^>]{0,200})>/gi)].slice(0, MAX_COLUMNS);
    const cells: string[] = [];
    const fill = (): void => {
      for (let above = covered.get(cells.length); above !== undefined && cells.length < MAX_COLUMNS; above = covered.get(cells.length)) {
        if (above.left <= 1) covered.delete(cells.length);
        else covered.set(cells.length, { ...above, left: above.left - 1 });
        cells.push(above.text);
      }
    };
    for (const [index, match] of written.entries()) {
      fill();
      const content = part.slice(match.index + match[0].length, written[index + 1]?.index ?? part.length);
      const down = readSpan(match[2] ?? '', 'rowspan');
      for (let column = 0; column < readSpan(match[2] ?? '', 'colspan') && cells.length < MAX_COLUMNS; column += 1) {
        if (down > 1) covered.set(cells.length, { text: content, left: down - 1 });
        cells.push(content);
      }
    }
    if (written.length > 0) {
      fill();
      rows.push({ cells, at, isHead: written.every((match) => match[1]?.toLowerCase() === 'h') });
    }
    at += part.length;
  }
  return rows;
}

function readSpan(attributes: string, name: 'rowspan' | 'colspan'): number {
  const found = Number(new RegExp(String.raw`\b${name}\s{0,3}=\s{0,3}["']?(\d{1,3})`, 'i').exec(attributes)?.[1] ?? 1);
  return Math.min(MAX_SPAN, Math.max(1, found));
}
