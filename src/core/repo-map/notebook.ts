import { z } from 'zod';
import { lineAt } from './input.ts';

const Cell = z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]).default('') });
const Notebook = z.object({ cells: z.array(z.unknown()) });

export interface NotebookScript {
  /** The code cells as one Python file; shell lines and magics are comments. */
  readonly source: string;
  /** Shell lines that were commented out, without the mark. */
  readonly shellLines: readonly string[];
  /** First markdown cell, for "what is it about". */
  readonly intro: string;
}

const HEADER = [
  '# Made by Reprobot from a notebook: the code cells in order; magics and shell lines are comments.',
  'def display(*things, **options): print(*things)',
  'class _NoShell:\n    def __getattr__(self, name): return lambda *a, **k: None',
  'def get_ipython(): return _NoShell()',
];

/** Reads a notebook as a script; null when the text is no notebook. */
export function readNotebook(text: string): NotebookScript | null {
  const parsed = Notebook.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const shellLines: string[] = [];
  const parts = [...HEADER];
  let intro = '';
  let number = 0;
  for (const raw of parsed.data.cells) {
    const cell = Cell.safeParse(raw);
    if (!cell.success) continue;
    const source = typeof cell.data.source === 'string' ? cell.data.source : cell.data.source.join('');
    if (cell.data.cell_type === 'markdown' && intro === '') intro = source;
    if (cell.data.cell_type !== 'code') continue;
    number += 1;
    parts.push('', `# --- code cell ${String(number)}`, neutraliseCell(source, shellLines));
  }
  return { source: `${parts.join('\n')}\n`, shellLines, intro };
}

/** The line of the notebook's file that holds a line of code; 1 when it cannot be found. */
export function findNotebookLine(notebookText: string, codeLine: string): number {
  const wanted = JSON.stringify(codeLine.trim()).slice(1, -1);
  const at = wanted === '' ? -1 : notebookText.indexOf(wanted);
  return at < 0 ? 1 : lineAt(notebookText, at);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Lines that IPython takes for a magic without its mark; an assignment or a call of such a name is Python. */
const AUTOMAGIC = /^(?:(?:cd|ls|pwd)\s*$|(?:cd|pip|conda|ls|mkdir|cp|mv|rm)\s+(?!(?:=|in|is|if|and|or|not)\b|=)[\w./~"'-])/;

/** Turns a code cell into Python of as many lines: magics and shell lines become comments, and the shell lines are collected. */
export function neutraliseCell(source: string, shellLines: string[]): string {
  const lines = source.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const opening = first < 0 ? '' : (lines[first] ?? '').trim();
  // A cell magic that runs another language makes the whole cell foreign; one that only measures is dropped alone.
  if (opening.startsWith('%%') && !/^%%(time|timeit|capture|prun|memit)\b/.test(opening)) {
    if (/^%%(bash|sh|!)/.test(opening)) shellLines.push(...lines.slice(first + 1).map((line) => line.trim()));
    return lines.map((line) => `# ${line}`).join('\n');
  }
  const result: string[] = [];
  let continued = false;
  let open: OpenText = { brackets: 0, quote: null };
  for (const line of lines) {
    // Within brackets or a long string nothing is a magic: `% x` there is a remainder.
    const inside = open.brackets > 0 || open.quote !== null;
    const shell: boolean =
      !inside && (continued || AUTOMAGIC.test(line) || /^\s*[!%]/.test(line) || /^\s*(\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$/.test(line));
    if (shell && continued && shellLines.length > 0) shellLines.push(`${(shellLines.pop() ?? '').replace(/\\\s*$/, '')} ${line.trim()}`);
    const python = shell ? '' : inside ? line : replaceShellValue(line, shellLines);
    result.push(!shell ? python : continued ? `# ${line.trim()}` : commentOut(line, shellLines));
    if (!shell) open = followOpen(python, open);
    continued = shell && line.trimEnd().endsWith('\\');
  }
  return result.join('\n');
}

interface OpenText {
  readonly brackets: number;
  readonly quote: string | null;
}

/** Which brackets and long strings are open after a line. */
function followOpen(line: string, before: OpenText): OpenText {
  let { brackets, quote } = before;
  for (const [token] of line.matchAll(/\\.|"""|'''|["'#()[\]{}]/g)) {
    if (quote !== null) quote = token === quote ? null : quote;
    else if (token === '#') break;
    else if (/^["']/.test(token)) quote = token;
    else if (/[([{]/.test(token)) brackets += 1;
    else if (/[)\]}]/.test(token)) brackets = Math.max(0, brackets - 1);
  }
  return { brackets, quote: quote?.length === 3 ? quote : null };
}

function commentOut(line: string, shellLines: string[]): string {
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const code = line.trim();
  const command = code.replace(/^(!|%%?(sx|system|pip|conda)\b)\s*/, (mark) =>
    mark.includes('pip') ? 'pip ' : mark.includes('conda') ? 'conda ' : '',
  );
  if (/^(!|%(pip|conda|sx|system)\b)/.test(code) || AUTOMAGIC.test(code)) shellLines.push(command.trim());
  // `pass` keeps a block that held nothing else valid.
  return indent === '' ? `# ${code}` : `${indent}pass  # ${code}`;
}

function replaceShellValue(line: string, shellLines: string[]): string {
  const value = /^(\s*[\w, ]+=\s*)([!%].*)$/.exec(line);
  if (value === null) return line.replace(/^(\s*from|\s*import) tqdm\.notebook\b/, '$1 tqdm');
  shellLines.push((value[2] ?? '').replace(/^[!%]/, ''));
  return `${value[1] ?? ''}[]  # ${value[2] ?? ''}`;
}
