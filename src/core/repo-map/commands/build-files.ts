/** Commands that are written where machines read them: Makefiles, Dockerfiles, CI and the shell lines of notebooks. */
import { folderOf, lineAt, type RepoFile } from '../input.ts';
import { readNotebook } from '../notebook.ts';
import { parseYaml } from '../yaml-text.ts';
import { readShellScript, type RunLine } from './shell-script.ts';

const ROOT = { folder: '', home: '', args: [] } as const;
const MAX_NODES = 2000;

/** The commands of each target of a Makefile; `given` are the words behind the target, of which `name=value` sets a variable. */
export function readMakefile(file: RepoFile, folder: string, given: readonly string[] = []): Map<string, RunLine[]> {
  const text = file.text ?? '';
  const lines = text.split('\n').map((line) => line.slice(0, 4000));
  const settings = lines.flatMap((line) => {
    const found = /^(?:export\s+)?([A-Za-z_]\w*)\s*[:?]?=\s*(.*)$/.exec(line);
    return found === null ? [] : [`${found[1] ?? ''}="${(found[2] ?? '').trim().replaceAll('"', '')}"`];
  });
  const targets = new Map<string, { line: number; body: string[] }>();
  let current: { line: number; body: string[] } | null = null;
  for (const [index, line] of lines.entries()) {
    const name = /^([A-Za-z][\w./-]*)(?:\s+[\w./-]+)*\s*:(?!=)/.exec(line)?.[1];
    if (name !== undefined) {
      current = { line: index + 1, body: [] };
      targets.set(name, current);
    } else if (current !== null && (line.startsWith('\t') || current.body.at(-1)?.endsWith('\\') === true)) {
      const plain = line
        .trim()
        .replace(/^[@-]+/, '')
        .replaceAll(/\$\(([A-Za-z_]\w*)\)/g, '${$1}');
      current.body.push(fillGiven(plain, given).replaceAll('$$', '$'));
    } else if (line.trim() !== '') current = null;
  }
  return new Map(
    [...targets].map(([name, { line, body }]) => {
      const found = readShellScript([...settings, ...body].join('\n'), { ...ROOT, folder, home: folder });
      return [
        name,
        found.filter((item) => item.line > settings.length).map((item) => ({ ...item, line: line + item.line - settings.length })),
      ];
    }),
  );
}

/** A recipe's line with the variables that the command line sets, and with `$(dir path)` worked out. */
function fillGiven(line: string, given: readonly string[]): string {
  const values = new Map(
    given.flatMap((word) => [/^([A-Za-z_]\w*)=(.+)$/.exec(word)?.slice(1, 3) ?? []]).map(([name = '', value = '']) => [name, value]),
  );
  return line
    .replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (whole, name: string) => values.get(name) ?? whole)
    .replaceAll(/\$\(dir ([\w./-]{1,300})\)/g, (_, path: string) => `${folderOf(path) || '.'}/`);
}

/** What a Dockerfile starts, then what it runs while it is built. */
export function readDockerfile(file: RepoFile): RunLine[] {
  const found: RunLine[] = [];
  const lines = (file.text ?? '').replaceAll(/\\\n/g, ' ').split('\n');
  let entry: readonly string[] = [];
  for (const [index, line] of lines.entries()) {
    const [, keyword = '', rest = ''] = /^\s*(CMD|ENTRYPOINT|RUN)\s+(.{0,2000})/i.exec(line) ?? [];
    if (keyword === '') continue;
    const list = rest.startsWith('[') ? readWordList(rest) : null;
    const start = { line: lineAt(file.text ?? '', (file.text ?? '').indexOf(line.trim().slice(0, 40))), folder: '' };
    if (list === null) found.push(...readShellScript(rest, ROOT).map((item) => ({ ...item, line: start.line || index + 1 })));
    else if (keyword.toUpperCase() === 'ENTRYPOINT') found.push({ ...start, words: (entry = list) });
    else found.push({ ...start, words: [...entry, ...list] });
  }
  return found;
}

/** The `run:`, `script:`, `command:` and `cmd:` lines of a YAML file of CI, compose, DVC or a platform. */
export function readYamlCommands(file: RepoFile): RunLine[] {
  const text = file.text ?? '';
  const found: RunLine[] = [];
  // Nobody writes such a file by hand, and the parser takes minutes over nested brackets.
  if (text.length > 100_000 || text.split(/[[{]/, 2001).length > 2000) return [];
  let data: unknown;
  try {
    data = parseYaml(text);
  } catch {
    return [];
  }
  let left = MAX_NODES;
  const visit = (node: unknown, depth: number): void => {
    if (typeof node !== 'object' || node === null || depth > 10 || left-- <= 0) return;
    for (const [key, value] of Object.entries(node)) {
      const scripts = /^(run|script|command|cmd|entrypoint)$/.test(key) ? [value].flat(2).filter((item) => typeof item === 'string') : [];
      for (const script of scripts) found.push(...readPiece(text, script));
      if (scripts.length === 0) visit(value, depth + 1);
    }
  };
  visit(data, 0);
  return found;
}

function readPiece(text: string, script: string): RunLine[] {
  const first = script.split('\n')[0]?.trim().slice(0, 60) ?? '';
  const line = first === '' ? 1 : Math.max(1, lineAt(text, text.indexOf(first)));
  return readShellScript(script, ROOT).map((item) => ({ ...item, line: line + item.line - 1 }));
}

/** The lines of a notebook that start with `!`. */
export function readNotebookCommands(file: RepoFile): RunLine[] {
  const lines = readNotebook(file.text ?? '')?.shellLines ?? [];
  return readShellScript(lines.join('\n'), ROOT).map((item) => ({ ...item, line: 1 }));
}

function readWordList(text: string): string[] | null {
  try {
    const data: unknown = JSON.parse(text.slice(0, text.lastIndexOf(']') + 1));
    return Array.isArray(data) ? data.filter((word) => typeof word === 'string') : null;
  } catch {
    return null;
  }
}
