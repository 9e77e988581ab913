/** Numbers that tables of READMEs and documents claim, each with the command that is said to give it. */
import { readGrid } from './html-table.ts';
import { cutLine, linesOf, makeLineFinder, nameOf, type RepoFile } from './input.ts';
import type { Claim } from './schema.ts';

const MAX_CLAIMS = 300;
const MAX_DISTANCE = 40;
const MAX_HTML_TABLE = 60_000;
const MAX_HTML_TABLES = 300;
const COMMAND =
  /(?:^|[\s`$>|(])((?:[A-Z_]+=\S+\s+)*(?:python[\d.]*|torchrun|accelerate\s+launch|deepspeed|bash|sh|\.\/\S+\.sh)\s[^`|]{0,600})/;
/** Columns that describe a run and claim nothing of its result. */
const NOT_A_RESULT =
  /^#$|^(id|no\.?|seed|epochs?|iter\w*|steps?|batch\w*|lr|learning rate|input|resolution|image size|img size|crop\w*|size|link|download|url|config|log|date|year|version|gpus?|schd|lr schd|task|notes?|python|pytorch|torch|cuda|default\w*|(num\w* )?threads?|(spatial )?crops?|frames|clips|views)\b/i;
/** Tables that list what a program takes, which claim nothing at all. */
const OPTIONS = /^(defaults?|options?|arguments?|flags?)( (name|value)s?)?$/i;
/** The same where they head the first column; elsewhere they count the weights of a model. */
const PARAMETERS = /^(hyper-?)?parameters?( (name|value)s?)?$/i;
/** Columns that lead elsewhere and say nothing of the row. */
const LINKS = /download|link|url|config|\blogs?\b|demo|weights?|ckpt|checkpoint|colab|paper|\bcode\b|script|^model file/i;
/** Headings under which every number is a result. */
const PLAIN_HEADING =
  /^(main |our |final |experimental )?(results?|performance|benchmarks?|evaluation|experiments?|model zoo|models?|pre-?trained models?)\b/i;

/** Tables of markdown documents, READMEs first. */
export function findClaims(files: readonly RepoFile[]): Claim[] {
  const documents = files
    .filter(
      (file) => file.text !== null && /\.(md|mdx|markdown)$/i.test(file.path) && !/(^|\/)(third_party|vendor|external)\//.test(file.path),
    )
    .sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1))
    .slice(0, 80);
  const found: Claim[] = [];
  for (const file of documents) {
    if (found.length >= MAX_CLAIMS) break;
    const lines = linesOf(file.text ?? '').map(cutLine);
    const document = { file, lines, commands: readCommandLines(lines) };
    found.push(...readTables(document), ...readHtmlTables(document));
  }
  return found.slice(0, MAX_CLAIMS);
}

function rank(path: string): number {
  return (/^readme/i.test(nameOf(path)) ? 0 : 10) + path.split('/').length;
}

interface Document {
  readonly file: RepoFile;
  readonly lines: readonly string[];
  /** By the index of the line where each begins. */
  readonly commands: ReadonlyMap<number, string>;
}

/** What holds for every row of a table. */
interface Table {
  readonly file: RepoFile;
  readonly heads: readonly string[];
  /** The heading that stands above it, where it tells the table from others. */
  readonly heading: string;
}

function readTables({ file, lines, commands }: Document): Claim[] {
  const found: Claim[] = [];
  for (let index = 1; index < lines.length && found.length < MAX_CLAIMS; index += 1) {
    if (!isRule(lines[index] ?? '') || !(lines[index - 1] ?? '').includes('|')) continue;
    const heads = splitRow(lines[index - 1] ?? '').map(plainCell);
    let last = index;
    while ((lines[last + 1] ?? '').includes('|') && (lines[last + 1] ?? '').trim() !== '') last += 1;
    const table = { file, heads, heading: findHeading(lines, index - 1) };
    for (let row = index + 1; row <= last && !listsOptions(heads); row += 1) {
      const command = findCommand(commands, lines, index, last, row);
      const line = lines[row] ?? '';
      found.push(...readCells(table, splitRow(line), { row, command, line: line.trim() }));
    }
    index = last;
  }
  return found;
}

/** Tables written as HTML. */
function readHtmlTables({ file, lines, commands }: Document): Claim[] {
  const text = file.text ?? '';
  const found: Claim[] = [];
  const starts = Array.from(text.matchAll(/<table/g), (match) => match.index).slice(0, MAX_HTML_TABLES);
  if (starts.length === 0) return found;
  const findLine = makeLineFinder(text);
  for (const start of starts) {
    const end = text.indexOf('</table', start);
    if (end < 0 || found.length >= MAX_CLAIMS) break;
    if (end - start > MAX_HTML_TABLE) continue;
    const [first, last] = [findLine(start) - 1, findLine(end) - 1];
    const command = findCommand(commands, lines, first, last, first);
    const grid = readGrid(text.slice(start, end));
    const heads = grid.heads.map((column) => [...new Set(column.map(plainCell))].filter((word) => word !== '').join(' '));
    if (listsOptions(heads)) continue;
    const table = { file, heads, heading: findHeading(lines, first) };
    for (const { cells, at } of grid.rows)
      found.push(...readCells(table, cells, { row: findLine(start + at) - 1, command, line: cells.map(plainCell).join(' | ') }));
  }
  return found;
}

function listsOptions(heads: readonly string[]): boolean {
  return PARAMETERS.test(heads[0] ?? '') || heads.some((head) => OPTIONS.test(head));
}

/** The heading of the section, unless it is the document's title or says no more than that there are results. */
function findHeading(lines: readonly string[], from: number): string {
  for (let at = from - 1; at >= Math.max(0, from - MAX_DISTANCE); at -= 1) {
    const found = /^#{1,6}\s+(\S.{0,80})$/.exec(lines[at] ?? '');
    if (found === null) continue;
    const words = plainCell(found[1] ?? '').replace(/[\s#:]+$/, '');
    return /^#\s/.test(lines[at] ?? '') || PLAIN_HEADING.test(words) ? '' : words;
  }
  return '';
}

interface Row {
  readonly row: number;
  readonly command: string | null;
  readonly line: string;
}

/** A row's numbers. Where its cells hold several of them, one below the other, each stands for a row of its own. */
function readCells(table: Table, cells: readonly string[], { row, command, line }: Row): Claim[] {
  return splitStacked(cells).flatMap((single) => {
    const label = single.map(plainCell).filter((cell, column) => isLabel(cell) && isTelling(table, column));
    return single.flatMap((cell, column): Claim[] => {
      const head = nameColumn(table.heads, column);
      const value = readNumber(plainCell(cell));
      if (value === null || head === '' || readNumber(head) !== null || NOT_A_RESULT.test(table.heads[column] ?? '')) return [];
      const about = [...(table.heading === '' ? [] : [table.heading]), ...label.slice(0, 3)].join(', ');
      const text = `${about === '' ? '' : `${about}: `}${plainCell(cell)}`.slice(0, 200);
      const evidence = { file: table.file.path, line: row + 1, text: line.slice(0, 300) };
      return [{ metric: head.slice(0, 80), value, text, command, evidence }];
    });
  });
}

/** The head of a column; one that is a number itself belongs to what the first head says. */
function nameColumn(heads: readonly string[], column: number): string {
  const head = heads[column] ?? '';
  const first = heads[0] ?? '';
  const isBare = head !== '' && readNumber(head) !== null && first !== '' && readNumber(first) === null;
  return isBare ? `${first} ${head}` : head;
}

function isTelling({ heads }: Table, column: number): boolean {
  return column === 0 || ((heads[column] ?? '') !== '' && !LINKS.test(heads[column] ?? ''));
}

function splitStacked(cells: readonly string[]): string[][] {
  const parts = cells.map((cell) => cell.split(/<br\s?\/?>/i));
  const numbers = parts.filter((pieces) => pieces.length > 1 && pieces.every((piece) => readNumber(plainCell(piece)) !== null));
  const count = numbers[0]?.length ?? 1;
  if (count < 2) return [[...cells]];
  return Array.from({ length: Math.min(count, 20) }, (_, index) =>
    parts.map((pieces, column) => (pieces.length === count ? (pieces[index] ?? '') : (cells[column] ?? ''))),
  );
}

function isLabel(cell: string): boolean {
  return (
    cell !== '' && readNumber(cell) === null && !/^(https?:.*|link|download|config|log|model|ckpt|n\/?a|tbd|[-–—\\/✓✗✔✘]+)$/i.test(cell)
  );
}

/** The row of dashes between a table's heads and its body. */
function isRule(line: string): boolean {
  return line.includes('-') && splitRow(line).every((cell) => /^:?-+:?$/.test(cell.trim()));
}

function splitRow(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split('|').slice(0, 40);
}

function plainCell(cell: string): string {
  return cell
    .slice(0, 2000)
    .replaceAll(/!\[[^\]]{0,200}\]\([^)]{0,500}\)|<[^>]{0,300}>/g, ' ')
    .replaceAll(/\[((?:[^[\]]|\[[^[\]]{0,80}\]){0,200})\]\([^)]{0,500}\)/g, '$1')
    .replaceAll(/[*`~$]/g, '')
    .replaceAll(/(^|\s)_{1,2}([^_\s][^_]{0,100})_{1,2}(?=\s|$)/g, '$1$2')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** `76.1`, `76.1%`, `3.4M`, `27.3 ± 0.2`; null for dates, versions and words. */
function readNumber(cell: string): number | null {
  const match =
    /^[~≈<>]?\s?(-?\d{1,9}(?:,\d{3}){0,4}(?:\.\d{1,8})?(?:e-?\d{1,2})?)\s?(%|x|×|[kKMGBT]B?|ms|s|h|hours?|dB|FPS|points?)?\s?(?:(?:±|\+\/-|\+-|\(±?)\s?[\d.]{1,10}%?\)?)?$/.exec(
      cell,
    );
  return match === null ? null : Number((match[1] ?? '').replaceAll(',', ''));
}

function readCommandLines(lines: readonly string[]): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (let index = 0; index < lines.length; index += 1) {
    const first = index;
    const parts = [lines[index] ?? ''];
    while ((parts.at(-1) ?? '').trimEnd().endsWith('\\') && parts.length < 40 && index + 1 < lines.length) {
      index += 1;
      parts.push(lines[index] ?? '');
    }
    const whole = parts
      .map((part) => part.trimEnd().replace(/\\$/, '').trim())
      .join(' ')
      .slice(0, 1500);
    const command = COMMAND.exec(whole)?.[1]?.trim();
    if (command !== undefined && /\.py\b|\.sh\b|\s-m\s/.test(command)) found.set(first, command.slice(0, 500));
  }
  return found;
}

/** The command in the row itself, else the nearest one below the table's heading or above it within its section. */
function findCommand(
  commands: ReadonlyMap<number, string>,
  lines: readonly string[],
  start: number,
  last: number,
  row: number,
): string | null {
  const own = commands.get(row);
  if (own !== undefined) return own;
  const above = nearest(commands, lines, start - 1, -1);
  const below = nearest(commands, lines, last + 1, 1);
  if (above === null || below === null) return above?.command ?? below?.command ?? null;
  return above.distance <= below.distance ? above.command : below.command;
}

function nearest(commands: ReadonlyMap<number, string>, lines: readonly string[], from: number, step: 1 | -1) {
  for (let distance = 0; distance < MAX_DISTANCE; distance += 1) {
    const at = from + step * distance;
    const line = lines[at];
    if (line === undefined) return null;
    const command = commands.get(at);
    if (command !== undefined) return { command, distance };
    // Another section speaks of something else; its heading still belongs to what lies below it.
    if (/^#{1,6}\s/.test(line)) return null;
  }
  return null;
}
