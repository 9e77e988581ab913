import { z } from 'zod';
import { neutraliseCell } from '../repo-map/notebook.ts';
import type { ParseTree, PythonTree } from './syntax.ts';

export interface FolderFile {
  readonly path: string;
  readonly size: number;
  /** Null for what is no UTF-8 text or too large to read. */
  readonly text: string | null;
}

export interface Lint {
  readonly code: string | null;
  readonly message: string;
  readonly line: number;
}

/** What turns text into something to check; adapters make them. */
export interface NotebookTools {
  readonly parse: ParseTree;
  /** Finds what is wrong in Python by ruff's rules; syntax errors have no code, or `invalid-syntax`. */
  readonly lint: (source: string) => readonly Lint[];
}

export interface Cell {
  /** Counts all cells of the notebook from 1; null for a script. */
  readonly number: number | null;
  /** As written. */
  readonly source: string;
  /** With magics taken out, of as many lines. */
  readonly python: string;
  /** First line in `source` of the folder. */
  readonly firstLine: number;
}

export interface NotebookFolder {
  readonly files: readonly FolderFile[];
  /** Null when it is missing or no object. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly codeFile: FolderFile | null;
  /** The notebook's JSON, when it is one. */
  readonly notebook: Readonly<Record<string, unknown>> | null;
  readonly cells: readonly Cell[];
  /** All code cells in order as one Python file. */
  readonly source: string;
  readonly shellLines: readonly string[];
  readonly tree: PythonTree | null;
  readonly lints: readonly Lint[];
}

const AnyObject = z.record(z.string(), z.unknown());
const CodeCell = z.object({ cell_type: z.literal('code'), source: z.union([z.string(), z.array(z.string())]).default('') });

/** Reads a folder as Kaggle would: metadata, code file, cells. What is missing is null, and the checks say so. */
export function readFolder(files: readonly FolderFile[], tools: NotebookTools): NotebookFolder {
  const metadata = readObject(files.find((file) => file.path === 'kernel-metadata.json')?.text ?? null);
  const codeFile = findCodeFile(files, metadata);
  const text = codeFile?.text?.replace(/^\uFEFF/, '') ?? null;
  const isNotebook = codeFile?.path.endsWith('.ipynb') === true || metadata?.['kernel_type'] === 'notebook';
  const notebook = isNotebook ? readObject(text) : null;
  const shellLines: string[] = [];
  const cells = notebook !== null ? readCells(notebook, shellLines) : text === null || isNotebook ? [] : [readScript(text)];
  const source = cells.map((cell) => cell.python).join('\n');
  return { files, metadata, codeFile, notebook, cells, source, shellLines, tree: tools.parse(source), lints: tools.lint(source) };
}

/** The cell and the line in it of a line of `source`. */
export function locate(folder: NotebookFolder, line: number): { cell: number | null; line: number | null } {
  const cell = folder.cells.findLast((one) => one.firstLine <= line);
  return cell === undefined ? { cell: null, line: null } : { cell: cell.number, line: line - cell.firstLine + 1 };
}

/** A list of strings in the metadata; whatever else stands there is left out. */
export function listSources(folder: NotebookFolder, key: string): string[] {
  const value = folder.metadata?.[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** A switch of the metadata, which may be written as text. */
export function readSwitch(folder: NotebookFolder, key: string, unset: boolean): boolean {
  const value = folder.metadata?.[key];
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? value.toLowerCase() === 'true' : unset;
}

/** Whether the kernel asks for a GPU. */
export function hasGpu(folder: NotebookFolder): boolean {
  const shape = folder.metadata?.['machine_shape'];
  return readSwitch(folder, 'enable_gpu', false) || (typeof shape === 'string' && shape.startsWith('Nvidia'));
}

function findCodeFile(files: readonly FolderFile[], metadata: NotebookFolder['metadata']): FolderFile | null {
  const named = metadata?.['code_file'];
  if (typeof named === 'string') return files.find((file) => file.path === named.replace(/^\.\//, '')) ?? null;
  const candidates = files.filter((file) => /^[^/]+\.(py|ipynb)$/.test(file.path));
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

function readObject(text: string | null): Readonly<Record<string, unknown>> | null {
  if (text === null) return null;
  try {
    return AnyObject.safeParse(JSON.parse(text.replace(/^\uFEFF/, ''))).data ?? null;
  } catch {
    return null;
  }
}

function readCells(notebook: Readonly<Record<string, unknown>>, shellLines: string[]): Cell[] {
  const raw = Array.isArray(notebook['cells']) ? notebook['cells'] : [];
  const cells: Cell[] = [];
  let firstLine = 1;
  for (const [index, item] of raw.entries()) {
    const parsed = CodeCell.safeParse(item);
    if (!parsed.success) continue;
    const source = (typeof parsed.data.source === 'string' ? parsed.data.source : parsed.data.source.join('')).replaceAll('\r\n', '\n');
    const python = neutraliseCell(source, shellLines);
    cells.push({ number: index + 1, source, python, firstLine });
    firstLine += python.split('\n').length;
  }
  return cells;
}

function readScript(text: string): Cell {
  const source = text.replaceAll('\r\n', '\n');
  return { number: null, source, python: source, firstLine: 1 };
}
