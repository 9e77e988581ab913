import { isStandardModule } from './dependencies/stdlib.ts';
/** The Python of a repository, parsed once: files and notebooks, who imports whom, and where the roots of imports are. */
import { folderOf, joinPath, linesOf, MAX_LINE, nameOf, type RepoFile, type RepoInput } from './input.ts';
import { findNotebookLine, readNotebook, type NotebookScript } from './notebook.ts';
import { ModulePool, type Stop } from './outline/lazy-module.ts';
import type { PartialModule, PythonModule } from './python.ts';
import type { Evidence } from './schema.ts';

/** Libraries after which repositories name their own folders; such a folder counts only where the importing file lies below its parent. */
const WELL_KNOWN = new Set(
  'torch torchvision numpy scipy sklearn tensorflow keras jax flax transformers datasets gym pandas matplotlib PIL cv2 tqdm yaml wandb'.split(
    ' ',
  ),
);

export interface Source {
  readonly file: RepoFile;
  readonly module: PartialModule;
  /** Python text: the file's, or the notebook's as a script. */
  readonly text: string;
  readonly notebook: NotebookScript | null;
}

export interface ExternalImport {
  /** Full dotted name, with the imported name where that may be a module: `torch.utils.tensorboard`. */
  readonly module: string;
  readonly where: 'top' | 'guarded' | 'function';
  readonly source: Source;
  readonly line: number;
}

export interface Sources {
  readonly all: readonly Source[];
  readonly byPath: ReadonlyMap<string, Source>;
  /** Python files that were too many or too large to read. */
  readonly unread: number;
  /** Files that the parser gave up, so far: files are parsed when somebody asks. */
  readonly stops: readonly Stop[];
}

const known = new WeakMap<RepoInput, Sources>();

/** The Python files and notebooks, those within the map's folder first. Asked again for the same input, it gives the same answer. */
export function readSources(input: RepoInput): Sources {
  const before = known.get(input);
  if (before !== undefined) return before;
  const inside = (path: string) => input.subfolder === '' || path.startsWith(`${input.subfolder}/`);
  const candidates = input.files
    .filter((file) => file.path.endsWith('.py') || file.path.endsWith('.ipynb') || isPythonScript(file))
    .map((file) => ({ file, isInside: Number(inside(file.path)), depth: depth(file.path) }))
    .sort((a, b) => b.isInside - a.isInside || a.depth - b.depth || (a.file.path < b.file.path ? -1 : 1));
  const byPath = new Map<string, Source>();
  const pool = new ModulePool(input.parse);
  for (const { file } of candidates) {
    if (file.text === null) continue;
    const notebook = file.path.endsWith('.ipynb') ? readNotebook(file.text) : null;
    if (file.path.endsWith('.ipynb') && notebook === null) continue;
    const text = notebook?.source ?? file.text;
    byPath.set(file.path, { file, notebook, text, module: pool.open(file.path, text) });
  }
  const sources = { all: [...byPath.values()], byPath, unread: candidates.length - byPath.size, stops: pool.stops };
  known.set(input, sources);
  return sources;
}

/** A program without an ending whose first line asks for Python. */
export function isPythonScript({ path, text }: RepoFile): boolean {
  return text !== null && text.startsWith('#!') && !nameOf(path).includes('.') && /^#![^\n]{0,80}python[\d.]{0,4}\s/.test(text);
}

/** Cites a line of a source, which the caller may hand over; for a notebook, the line of its file that holds the code. */
export function cite(source: Source, line: number, said = linesOf(source.text)[line - 1] ?? ''): Evidence {
  const code = said.slice(0, MAX_LINE).trim().slice(0, 300);
  const shown = source.notebook === null ? line : findNotebookLine(source.file.text ?? '', code);
  return { file: source.file.path, line: Math.max(1, shown), text: code };
}

function depth(path: string): number {
  return path.split('/').length;
}

export interface ImportGraph {
  /** Files of the repository that a file imports, directly. */
  readonly local: ReadonlyMap<string, readonly string[]>;
  readonly external: ReadonlyMap<string, readonly ExternalImport[]>;
  /** Folders that must be on the path for a file's imports, besides the file's own. */
  readonly roots: ReadonlyMap<string, readonly string[]>;
}

/** Resolves every import to a file of the repository or to the outside world. */
export function buildImportGraph(input: RepoInput, sources: Sources): ImportGraph {
  const packages = listPackageRoots(input.files);
  const local = new Map<string, string[]>();
  const external = new Map<string, ExternalImport[]>();
  const roots = new Map<string, string[]>();
  for (const source of sources.all) {
    const files = new Set<string>();
    const needed = new Set<string>();
    const outside: ExternalImport[] = [];
    for (const item of source.module.imports) {
      const found = resolveImport(item, source.file.path, sources, packages);
      for (const file of found.files) files.add(file);
      if (found.root !== null) needed.add(found.root);
      if (found.files.length > 0 || item.level > 0 || found.root !== null) continue;
      if (isStandardModule(item.module.split('.')[0] ?? '')) continue;
      for (const module of fullNames(item)) outside.push({ module, where: item.where, source, line: item.line });
    }
    files.delete(source.file.path);
    local.set(source.file.path, [...files]);
    external.set(source.file.path, outside);
    roots.set(source.file.path, [...needed]);
  }
  return { local, external, roots };
}

/** The file itself and everything of the repository that it imports, nearest first. */
export function listReached(graph: ImportGraph, path: string): string[] {
  const reached = new Set([path]);
  for (const file of reached) for (const next of graph.local.get(file) ?? []) reached.add(next);
  return [...reached];
}

function fullNames(item: PythonModule['imports'][number]): string[] {
  // Submodules decide the distribution only for these namespaces; elsewhere the module itself is enough.
  if (!/^(google|google\.cloud|torch\.utils|ruamel|lightning|azure|nvidia)$/.test(item.module) || item.names.length === 0)
    return [item.module];
  return item.names.map((name) => (/^[a-z_]+$/.test(name) ? `${item.module}.${name}` : item.module));
}

/** Every folder that directly holds a Python file or package, by the name under which it can be imported. */
function listPackageRoots(files: readonly RepoFile[]): ReadonlyMap<string, readonly string[]> {
  const roots = new Map<string, Set<string>>();
  const add = (name: string, root: string) => roots.set(name, (roots.get(name) ?? new Set()).add(root));
  for (const file of files) {
    if (!file.path.endsWith('.py')) continue;
    const folder = folderOf(file.path);
    add(nameOf(file.path).slice(0, -3), folder);
    if (folder !== '') add(nameOf(folder), folderOf(folder));
  }
  return new Map([...roots].map(([name, found]) => [name, [...found].sort((a, b) => depth(a) - depth(b) || a.length - b.length)]));
}

interface Resolved {
  readonly files: readonly string[];
  readonly root: string | null;
}

function resolveImport(
  item: PythonModule['imports'][number],
  from: string,
  sources: Sources,
  packages: ReadonlyMap<string, readonly string[]>,
): Resolved {
  const own = folderOf(from);
  if (item.level > 0) {
    const base = joinPath(own, ...Array.from({ length: item.level - 1 }, () => '..'));
    return { files: base === null ? [] : findModule(base, item, sources), root: null };
  }
  const inOwn = findModule(own, item, sources);
  if (inOwn.length > 0) return { files: inOwn, root: null };
  const top = item.module.split('.')[0] ?? '';
  if (isStandardModule(top)) return { files: [], root: null };
  for (const root of packages.get(top) ?? []) {
    // A test folder's helper must not pass for a library of the same name.
    if (/(^|\/)(tests?|docs?)(\/|$)/.test(root) && !root.startsWith(own)) continue;
    if (WELL_KNOWN.has(top) && root !== '' && !own.startsWith(root)) continue;
    const files = findModule(root, item, sources);
    if (files.length > 0) return { files, root };
  }
  return { files: [], root: null };
}

function findModule(root: string, item: PythonModule['imports'][number], { byPath }: Sources): string[] {
  const module = item.module.replaceAll('.', '/');
  const base = root === '' || module === '' ? root + module : `${root}/${module}`;
  const found: string[] = [];
  if (base !== '') addFile(found, `${base}.py`, byPath);
  addFile(found, `${base}/__init__.py`, byPath);
  for (const name of item.names) if (!addFile(found, `${base}/${name}.py`, byPath)) addFile(found, `${base}/${name}/__init__.py`, byPath);
  return found;
}

/** Adds the path of a file that is there; false when it is not. */
function addFile(found: string[], path: string, byPath: Sources['byPath']): boolean {
  const isThere = byPath.has(path);
  if (isThere) found.push(path);
  return isThere;
}
