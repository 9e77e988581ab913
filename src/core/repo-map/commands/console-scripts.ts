/** Commands that an installation of the repository puts on the path. */
import { parse as parseToml } from 'smol-toml';
import { citeLine, folderOf, joinPath, lineAt, nameOf, type RepoFile } from '../input.ts';
import type { PyCall } from '../python.ts';
import type { Evidence } from '../schema.ts';
import type { Sources } from '../sources.ts';

export interface ConsoleScript {
  readonly name: string;
  /** File of the repository that holds the function, or is the script itself. */
  readonly file: string;
  /** What is called; null where the script is put on the path as it is. */
  readonly calls: { readonly module: string; readonly function: string } | null;
  readonly evidence: Evidence;
}

/** Every console script that setup.py, setup.cfg or pyproject.toml declares and whose module is in the repository. */
export function readConsoleScripts(files: readonly RepoFile[], sources: Sources): ConsoleScript[] {
  const known = new Set(files.map((file) => file.path));
  return files.flatMap((file) => {
    const name = nameOf(file.path);
    const lines =
      name === 'setup.py'
        ? readSetupPy(file, sources)
        : name === 'setup.cfg'
          ? readSetupCfg(file)
          : name === 'pyproject.toml'
            ? readPyproject(file)
            : [];
    const paths = name === 'setup.py' ? listSetupScripts(file, sources) : name === 'pyproject.toml' ? listScriptFiles(file) : [];
    const copied = paths.flatMap((path) => locateFile(path, file, known) ?? []);
    return [...lines.flatMap((line) => locate(line, file, sources) ?? []), ...copied];
  });
}

/** A file that is copied to where programs lie, under its own name. */
function locateFile(path: string, file: RepoFile, known: ReadonlySet<string>): ConsoleScript | null {
  const found = joinPath(folderOf(file.path), path);
  if (found === null || !known.has(found)) return null;
  const at = (file.text ?? '').indexOf(path);
  return { name: nameOf(found), file: found, calls: null, evidence: citeLine(file.path, file.text, lineAt(file.text ?? '', at + 1)) };
}

/** The call of `setup`, where it can install a command. */
function findSetup(file: RepoFile, sources: Sources): PyCall | undefined {
  const isPlain = !/\b(?:scripts|entry_points)\b/.test(file.text ?? '');
  return isPlain ? undefined : sources.byPath.get(file.path)?.module.calls.find((item) => /(^|\.)setup$/.test(item.name));
}

/** `scripts=['bin/x-train']` of a setup.py. */
function listSetupScripts(file: RepoFile, sources: Sources): string[] {
  const call = findSetup(file, sources);
  return call?.keywords.get('scripts')?.items.flatMap((item) => item.string ?? []) ?? [];
}

/** The same of a pyproject.toml: `script-files` of setuptools. */
function listScriptFiles(file: RepoFile): string[] {
  const listed = tableAt(readToml(file), ['tool', 'setuptools'])['script-files'];
  return Array.isArray(listed) ? listed.filter((item) => typeof item === 'string') : [];
}

function locate(line: string, file: RepoFile, sources: Sources): ConsoleScript | null {
  const [, name = '', module = '', attribute = 'main'] = /^\s*([\w.-]+)\s*=\s*([\w.]+)(?::([\w.]+))?/.exec(line) ?? [];
  if (name === '') return null;
  const path = module.replaceAll('.', '/');
  for (const folder of ['', 'src', 'python', 'lib']) {
    const root = joinPath(folderOf(file.path), folder);
    if (root === null) continue;
    for (const candidate of [`${path}.py`, `${path}/__init__.py`, `${path}/__main__.py`]) {
      const found = joinPath(root, candidate);
      if (found === null || !sources.byPath.has(found)) continue;
      const at = (file.text ?? '').search(
        new RegExp(`["']?${name.replaceAll(/\W/g, '.')}["']?\\s*=\\s*["']?${module.replaceAll('.', '\\.')}`),
      );
      const evidence = citeLine(file.path, file.text, at < 0 ? 1 : lineAt(file.text ?? '', at + 1));
      return { name, file: followInit(found, attribute, sources), calls: { module, function: attribute }, evidence };
    }
  }
  return null;
}

/** A package that only re-exports its main function: the file from which it imports that. */
function followInit(path: string, attribute: string, sources: Sources): string {
  if (nameOf(path) !== '__init__.py') return path;
  const from = sources.byPath.get(path)?.module.imports.find((item) => item.level === 1 && item.names.includes(attribute));
  const target = from === undefined ? null : joinPath(folderOf(path), `${from.module.replaceAll('.', '/')}.py`);
  return target !== null && sources.byPath.has(target) ? target : path;
}

function readSetupPy(file: RepoFile, sources: Sources): string[] {
  const call = findSetup(file, sources);
  const value = call?.keywords.get('entry_points');
  if (value === undefined && call?.keywords.get('scripts') === undefined) return [];
  // The summary of a dictionary is its text, cut; the source has all of it.
  const text = file.text ?? '';
  const at = text.indexOf('console_scripts');
  const body = at < 0 ? '' : text.slice(at, at + 8000).replaceAll(/(['"])\s{1,40}\1(?=[\w ])/g, '');
  const end = /\]\s*[,}]|'''|"""/g;
  end.lastIndex = body.startsWith('console_scripts]') ? 'console_scripts]'.length : body.indexOf('[') + 1;
  const stop = end.exec(body)?.index ?? body.length;
  return [...body.slice(0, stop).matchAll(/([\w.-]{1,80})\s{0,9}=\s{0,9}([\w.]{1,120}(?::[\w.]{1,80})?)(?=\s{0,9}(?:['"\n]|$))/g)].map(
    (match) => `${match[1] ?? ''} = ${match[2] ?? ''}`,
  );
}

function readSetupCfg(file: RepoFile): string[] {
  const found: string[] = [];
  let isInside = false;
  for (const line of (file.text ?? '').split('\n')) {
    if (/^console_scripts\s*=/.test(line.trim())) isInside = true;
    else if (isInside && /^\s+\S/.test(line)) found.push(line.trim());
    else if (line.trim() !== '') isInside = false;
  }
  return found;
}

function readPyproject(file: RepoFile): string[] {
  const data = readToml(file);
  return [
    ['project', 'scripts'],
    ['tool', 'poetry', 'scripts'],
    ['tool', 'flit', 'scripts'],
    ['tool', 'pdm', 'scripts'],
  ].flatMap((keys) =>
    Object.entries(tableAt(data, keys)).flatMap(([name, value]) => (typeof value === 'string' ? [`${name} = ${value}`] : [])),
  );
}

function readToml(file: RepoFile): unknown {
  try {
    return parseToml(file.text ?? '');
  } catch {
    return null;
  }
}

function tableAt(data: unknown, keys: readonly string[]): Record<string, unknown> {
  const table = keys.reduce<unknown>((node, key) => (isTable(node) ? node[key] : undefined), data);
  return isTable(table) ? table : {};
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
