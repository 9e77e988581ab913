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

function neutraliseCell(source: string, shellLines: string[]): string {
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
  for (const line of lines) {
    const shell: boolean = continued || /^\s*[!%]/.test(line) || /^\s*\?|\w\?{1,2}\s*$/.test(line);
    if (continued && shellLines.length > 0) shellLines.push(`${(shellLines.pop() ?? '').replace(/\\\s*$/, '')} ${line.trim()}`);
    result.push(continued ? `# ${line.trim()}` : shell ? commentOut(line, shellLines) : replaceShellValue(line, shellLines));
    continued = shell && line.trimEnd().endsWith('\\');
  }
  return result.join('\n');
}

function commentOut(line: string, shellLines: string[]): string {
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const code = line.trim();
  const command = code.replace(/^(!|%%?(sx|system|pip|conda)\b)\s*/, (mark) =>
    mark.includes('pip') ? 'pip ' : mark.includes('conda') ? 'conda ' : '',
  );
  if (/^(!|%(pip|conda|sx|system)\b)/.test(code)) shellLines.push(command.trim());
  // `pass` keeps a block that held nothing else valid.
  return indent === '' ? `# ${code}` : `${indent}pass  # ${code}`;
}

function replaceShellValue(line: string, shellLines: string[]): string {
  const value = /^(\s*[\w, ]+=\s*)([!%].*)$/.exec(line);
  if (value === null) return line.replace(/^(\s*from|\s*import) tqdm\.notebook\b/, '$1 tqdm');
  shellLines.push((value[2] ?? '').replace(/^[!%]/, ''));
  return `${value[1] ?? ''}[]  # ${value[2] ?? ''}`;
}
