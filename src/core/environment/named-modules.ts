/**
 * Modules that a config names for the program to import (`_target_: package.module.Class`, `target:`, `class_path:`): those of the
 * repository bring along what they import, those from elsewhere are dependencies that no import statement gives away. Pure.
 */
import { alignNeeds, type Need } from '../repo-map/dependencies/dependencies.ts';
import { distributionOf, isDistributionName } from '../repo-map/dependencies/distributions.ts';
import { isStandardModule } from '../repo-map/dependencies/stdlib.ts';
import { cutLine, folderOf, joinPath, linesOf, type RepoFile } from '../repo-map/input.ts';
import type { Entry, RepoMap } from '../repo-map/schema.ts';
import { codeLines } from './code-lines.ts';

export interface NamedModules {
  /** The entry's needs with these among them. */
  readonly needs: readonly Need[];
  /** Files of the repository that are imported by name, and what they import. */
  readonly files: readonly string[];
  /** A sentence for each package that only a config names. */
  readonly notes: readonly string[];
}

interface Request {
  readonly map: Pick<RepoMap, 'configs' | 'dependencies' | 'importRoots'>;
  readonly entry: Entry;
  readonly files: readonly RepoFile[];
}

const MAX_CONFIGS = 60;
const MAX_FILES = 300;
const MAX_NAMES = 400;
const MAX_NOTES = 12;
const CONFIG = /\.(?:ya?ml|json|toml)$/i;
const NAMED =
  /(?:^|[\s{,-])["']?(?:_target_|target|class_path|_component_|network_type|cls_path)["']?\s{0,8}[:=]\s{0,8}["']?([A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){1,8})/;

/** What the configs of an entry name; the needs as they were where they name nothing. */
export function readNamedModules({ map, entry, files }: Request): NamedModules {
  const needs = entry.needs ?? [];
  const byPath = new Map(files.map((file) => [file.path, file]));
  const roots = [...new Set(['', entry.cwd, ...map.importRoots, ...(entry.importRoots ?? [])])];
  const named = listConfigs(map, entry, byPath).flatMap(({ path, isChosen }) => readConfig(byPath.get(path), isChosen));
  const known = new Set(entry.files ?? [entry.file]);
  const start = named.flatMap((item) => findModule(item.module, roots, byPath) ?? []).filter((path) => !known.has(path));
  const local = followImports(start, roots, byPath, known);
  const isOwn = (module: string): boolean => findModule(module, roots, byPath) !== null || isFolder(module, roots, files);
  const foreign = named.filter((item) => !isOwn(item.module));
  const found = [
    ...foreign.map((item) => ({ module: item.module, isOptional: !item.isChosen })),
    ...local.imports.filter((item) => !isOwn(item.module)),
  ];
  const added = alignNeeds(toNeeds(found), map.dependencies);
  const merged = mergeNeeds(needs, added);
  const before = new Set([...needs, ...map.dependencies.filter((item) => item.declared)].map((item) => item.name));
  const only = alignNeeds(toNeeds(foreign.map((item) => ({ module: item.module, isOptional: false }))), map.dependencies)
    .filter((need) => !before.has(need.name))
    .slice(0, MAX_NOTES);
  return { needs: merged, files: local.files, notes: only.map((need) => describeNeed(need, foreign)) };
}

interface Named {
  readonly module: string;
  readonly place: string;
  readonly isChosen: boolean;
}

function describeNeed(need: Need, foreign: readonly Named[]): string {
  const first = foreign.find((item) => need.imports.some((module) => item.module === module || item.module.startsWith(`${module}.`)));
  return `${first?.place ?? 'A config'} names ${first?.module ?? need.imports.join(', ')}, which no file of the repository holds: ${need.name} is needed for it.`;
}

/** The configs that the command names; else those that the files of the entry read, of which a run takes some. */
function listConfigs(map: Request['map'], entry: Entry, byPath: ReadonlyMap<string, RepoFile>): { path: string; isChosen: boolean }[] {
  const reached = new Set(entry.files ?? [entry.file]);
  const typed = entry.argv.flatMap((word) => joinPath(entry.cwd, word.split('=').at(-1) ?? '') ?? []);
  const chosen = typed.filter((path) => CONFIG.test(path) && byPath.has(path));
  if (chosen.length > 0) return chosen.map((path) => ({ path, isChosen: true }));
  const used = map.configs.filter((config) => CONFIG.test(config.file) && config.usedBy.some((user) => reached.has(user)));
  return used.slice(0, MAX_CONFIGS).map((config) => ({ path: config.file, isChosen: used.length === 1 }));
}

function readConfig(file: RepoFile | undefined, isChosen: boolean): Named[] {
  if (file === undefined || file.text === null) return [];
  return linesOf(file.text)
    .flatMap((line, index) => {
      const text = cutLine(line);
      const module = /^\s*(?:#|\/\/)/.test(text) ? undefined : NAMED.exec(text)?.[1];
      return module === undefined ? [] : [{ module, place: `${file.path}:${index + 1}`, isChosen }];
    })
    .slice(0, MAX_NAMES);
}

/** The file that a dotted name leads to, its last parts being names inside it; null where the repository has none. */
function findModule(module: string, roots: readonly string[], byPath: ReadonlyMap<string, RepoFile>): string | null {
  const parts = module.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const path = parts.slice(0, length).join('/');
    for (const root of roots) {
      const found = [`${path}.py`, `${path}/__init__.py`]
        .map((end) => (root === '' ? end : `${root}/${end}`))
        .find((name) => byPath.has(name));
      if (found !== undefined) return found;
    }
  }
  return null;
}

/** A package without `__init__.py`. */
function isFolder(module: string, roots: readonly string[], files: readonly RepoFile[]): boolean {
  const top = module.split('.')[0] ?? module;
  const starts = roots.map((root) => (root === '' ? `${top}/` : `${root}/${top}/`));
  return files.some((file) => file.path.endsWith('.py') && starts.some((start) => file.path.startsWith(start)));
}

interface Imported {
  readonly module: string;
  readonly isOptional: boolean;
}

/** The files and everything of the repository that they import, and what those import from elsewhere. */
function followImports(
  start: readonly string[],
  roots: readonly string[],
  byPath: ReadonlyMap<string, RepoFile>,
  known: ReadonlySet<string>,
): { files: string[]; imports: Imported[] } {
  const files = [...new Set(start)];
  const seen = new Set([...known, ...files]);
  const imports: Imported[] = [];
  for (let at = 0; at < Math.min(files.length, MAX_FILES); at += 1) {
    const path = files[at] ?? '';
    for (const item of listImports(path, byPath.get(path)?.text ?? '')) {
      imports.push(item);
      const own = findModule(item.module, roots, byPath);
      if (own === null || seen.has(own)) continue;
      seen.add(own);
      files.push(own);
    }
  }
  return { files, imports };
}

const IMPORT =
  /^(\s*)(?:import\s+([\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?){0,30})|from\s+(\.{0,6})([\w.]*)\s+import\b\s*\(?\s*(\w*))/;

/** What one file imports, relative names made whole; what is indented may be missing without harm. */
function listImports(path: string, text: string): Imported[] {
  return codeLines(text).flatMap((line) => {
    const match = IMPORT.exec(line.text);
    if (match === null) return [];
    const [, indent = '', plain, dots = '', from = '', first = ''] = match;
    const isOptional = indent !== '';
    if (plain !== undefined) return plain.split(',').map((part) => ({ module: part.trim().split(/\s/)[0] ?? '', isOptional }));
    if (dots === '') return [{ module: [from, first].filter((part) => part !== '').join('.'), isOptional }];
    const base = dots.length === 1 ? folderOf(path) : joinPath(folderOf(path), '../'.repeat(dots.length - 1));
    return base === null ? [] : [{ module: [...base.split('/'), from, first].filter((part) => part !== '').join('.'), isOptional }];
  });
}

function toNeeds(found: readonly Imported[]): Need[] {
  const needs = new Map<string, Need>();
  for (const { module, isOptional } of found) {
    const top = module.split('.')[0] ?? '';
    const name = distributionOf(module);
    if (top === '' || isStandardModule(top) || top.startsWith('_') || !isDistributionName(name)) continue;
    const known = needs.get(name);
    const imports = [...new Set([...(known?.imports ?? []), top])];
    needs.set(name, { name, imports, optional: (known?.optional ?? true) && isOptional });
  }
  return [...needs.values()];
}

function mergeNeeds(needs: readonly Need[], added: readonly Need[]): Need[] {
  const merged = new Map(needs.map((need) => [need.name, need]));
  for (const need of added) {
    const known = merged.get(need.name);
    const imports = known === undefined ? need.imports : known.imports;
    merged.set(need.name, { name: need.name, imports, optional: (known?.optional ?? true) && need.optional });
  }
  return [...merged.values()];
}
