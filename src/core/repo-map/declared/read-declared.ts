/** All declarations of a repository, each file by the reader of its format, in the order of trust. */
import { isDistributionName } from '../dependencies/distributions.ts';
import { folderOf, joinPath, linesOf, nameOf, type RepoFile } from '../input.ts';
import { cite, type Sources } from '../sources.ts';
import { readCog } from './cog.ts';
import { isCondaFile, readCondaFile } from './conda.ts';
import { isExport } from './exports.ts';
import { mayInstall, readInstallFile, readInstallTexts } from './install-lines.ts';
import { isLockFile, readLockFile } from './lock-files.ts';
import { readPipfile } from './pipfile.ts';
import { isInDocuments } from './places.ts';
import { listDynamicFiles, readInlineMetadata, readPyproject } from './pyproject.ts';
import type { Declarations, Requirement, UnreadPlace } from './requirement.ts';
import { groupOfFile, isRequirementsFile, readRequirementsFile } from './requirements-file.ts';
import { readSetupCfg, readToxIni } from './setup-cfg.ts';
import { readSetupPy } from './setup-py.ts';
import { joinDeclarations, NOTHING } from './text.ts';

export interface Declared {
  readonly requirements: readonly Requirement[];
  /** Exact versions of lock files, by name. */
  readonly locked: ReadonlyMap<string, string>;
  readonly warnings: readonly UnreadPlace[];
}

/** So many requirements in lists that people wrote make a list that a tool wrote a mere lock. */
const ENOUGH_WRITTEN = 3;
const IMAGE = /^(container|script|cog)$/;
/** What belongs to the whole repository: its root, and the folder that its root keeps its lists in. */
const AT_ROOT = /^(?:(?:requirements?|reqs)\/)?[^/]+$/i;
/** So many parts has the path of a file that is deep inside a repository. */
const DEEP = 4;

/** Reads every declaration, the lists of requirements unless they are foreign, the commands of documents unless they are vendored. */
export function readDeclared(
  files: readonly RepoFile[],
  sources: Sources,
  isVendored: (path: string) => boolean,
  isForeign: (path: string) => boolean,
): Declared {
  const own = files.filter((file) => !isForeign(file.path));
  const byPath = new Map(files.map((file) => [file.path, file]));
  const exported = own.filter((file) => isExport(file, byPath));
  const written = readLists(own, withoutText(byPath, exported));
  const enough = exported.length === 0 || new Set(written.requirements.map((item) => item.name)).size >= ENOUGH_WRITTEN;
  const lists = enough ? written : readLists(own, byPath);
  const loose = joinDeclarations([
    ...readInstallFiles(
      own.filter((file) => !isVendored(file.path)),
      byPath,
    ),
    readNotebooks(sources, byPath, isVendored),
  ]);
  const locks = own.filter((file) => isLockFile(file.path)).map(readLockFile);
  const { requirements, warnings } = demoteImages(demoteDeep(joinDeclarations([lists, loose])));
  return {
    requirements: requirements.filter((item) => isDistributionName(item.name)),
    locked: joinLocked(locks, enough ? readLists(exported, byPath).requirements : []),
    warnings: [...warnings, ...locks.flatMap((lock) => lock.warnings)],
  };
}

/** True for a file that by its name or form says what a project needs. */
export function isManifest(file: RepoFile): boolean {
  return (
    /^(setup\.(py|cfg)|pyproject\.toml|Pipfile|cog\.yaml)$/.test(nameOf(file.path)) ||
    isRequirementsFile(file.path) ||
    isLockFile(file.path) ||
    isCondaFile(file)
  );
}

/** Lists of requirements and the manifests of projects and environments. */
function readLists(own: readonly RepoFile[], byPath: ReadonlyMap<string, RepoFile>): Declarations {
  const included = new Set<string>();
  const manifests = own
    .toSorted((a, b) => depth(a.path) - depth(b.path))
    .map((file) => readManifest(byPath.get(file.path) ?? file, byPath, included));
  const lists = own.filter((file) => isRequirementsFile(file.path) && !included.has(file.path));
  // The list that everybody installs goes first, so that its versions win over those of special lists.
  lists.sort((a, b) => Number(groupOfFile(a.path) !== '') - Number(groupOfFile(b.path) !== '') || depth(a.path) - depth(b.path));
  const seen = new Set<string>();
  const read = lists.map((file) => asGroup(readRequirementsFile(byPath.get(file.path) ?? file, byPath, seen), groupOfFile(file.path)));
  return joinDeclarations([...read, ...manifests]);
}

/** The same files, with nothing in those that a tool wrote, so that what includes them finds them and reads nothing. */
function withoutText(byPath: ReadonlyMap<string, RepoFile>, exported: readonly RepoFile[]): ReadonlyMap<string, RepoFile> {
  const files = new Map(byPath);
  for (const file of exported) files.set(file.path, { ...file, text: '' });
  return files;
}

function readManifest(file: RepoFile, byPath: ReadonlyMap<string, RepoFile>, included: Set<string>): Declarations {
  const name = nameOf(file.path);
  if (isInDocuments(file.path)) return NOTHING;
  if (name === 'setup.py') return nested(file, byPath, readSetupPy(file, byPath));
  if (name === 'pyproject.toml') {
    const dynamic = listDynamicFiles(file).flatMap(({ path, group }) => {
      const target = byPath.get(joinPath(folderOf(file.path), path) ?? '');
      if (target !== undefined) included.add(target.path);
      return target === undefined ? [] : [asGroup(readRequirementsFile(target, byPath), group)];
    });
    return nested(file, byPath, joinDeclarations([readPyproject(file), ...dynamic]));
  }
  if (name === 'setup.cfg') return { requirements: readSetupCfg(file), warnings: [] };
  if (name === 'tox.ini') return { requirements: readToxIni(file), warnings: [] };
  if (name === 'Pipfile') return readPipfile(file);
  if (name === 'cog.yaml') return readCog(file, byPath);
  if (name.endsWith('.py')) return readInlineMetadata(file);
  if (isLockFile(file.path)) return NOTHING;
  return isCondaFile(file) ? readCondaFile(file, byPath) : NOTHING;
}

/** A project below the root is a part or an example: what its own extras offer concerns nobody where the root is a project too. */
function nested(file: RepoFile, byPath: ReadonlyMap<string, RepoFile>, read: Declarations): Declarations {
  if (!file.path.includes('/') || !(byPath.has('pyproject.toml') || byPath.has('setup.py'))) return read;
  return { ...read, requirements: read.requirements.filter((item) => item.group === '') };
}

/** Deep inside a repository that says at its root what it needs, further lists tell versions of what the code imports, and no more. */
function demoteDeep(read: Declarations): Declarations {
  if (countFirm(read.requirements.filter((item) => AT_ROOT.test(item.evidence.file))) < ENOUGH_WRITTEN) return read;
  return demote(read, (item) => depth(item.evidence.file) >= DEEP);
}

/** An image or a script installs much for its own sake: beside a list, or in a folder of its own, it tells versions of what the code imports. */
function demoteImages(read: Declarations): Declarations {
  const listed = countFirm(read.requirements.filter((item) => !IMAGE.test(item.group))) >= ENOUGH_WRITTEN;
  return demote(read, (item) => IMAGE.test(item.group) && (listed || item.evidence.file.includes('/')));
}

function demote(read: Declarations, isWeak: (item: Requirement) => boolean): Declarations {
  return { ...read, requirements: read.requirements.map((item) => (isWeak(item) ? { ...item, constraint: true } : item)) };
}

function countFirm(requirements: readonly Requirement[]): number {
  return new Set(requirements.filter((item) => !item.constraint).map((item) => item.name)).size;
}

function readInstallFiles(files: readonly RepoFile[], byPath: ReadonlyMap<string, RepoFile>): Declarations[] {
  const order = ['container', 'script', 'document', 'ci'] as const;
  const groups = { container: 'container', script: 'script', document: 'readme', ci: 'ci' } as const;
  return order.flatMap((kind) =>
    files
      .filter((file) => mayInstall(file.path) === kind)
      .map((file) => {
        const read = readInstallFile(file, byPath, groups[kind]);
        // CI installs what checks the code; only versions are learned from it.
        return kind === 'ci' ? { ...read, requirements: read.requirements.map((item) => ({ ...item, constraint: true })) } : read;
      }),
  );
}

function readNotebooks(sources: Sources, byPath: ReadonlyMap<string, RepoFile>, isVendored: (path: string) => boolean): Declarations {
  const parts = sources.all.flatMap((source) => {
    const { notebook, file } = source;
    if (notebook === null || isVendored(file.path)) return [];
    const lines = linesOf(file.text ?? '');
    const texts = notebook.shellLines.map((text) => {
      const line = lines.findIndex((candidate) => candidate.includes(JSON.stringify(text).slice(1, -1)));
      return { text, evidence: line < 0 ? cite(source, 1) : { file: file.path, line: line + 1, text: text.slice(0, 300) } };
    });
    return [readInstallTexts(texts, folderOf(file.path), byPath, 'notebook')];
  });
  return joinDeclarations(parts);
}

function joinLocked(
  locks: readonly { readonly versions: ReadonlyMap<string, string> }[],
  exported: readonly Requirement[],
): ReadonlyMap<string, string> {
  const locked = new Map<string, string>();
  for (const lock of locks) for (const [name, version] of lock.versions) if (!locked.has(name)) locked.set(name, version);
  for (const item of exported)
    if (/^==[\w.+!]+(\.\*)?$/.test(item.specifier) && !locked.has(item.name))
      locked.set(item.name, item.specifier.slice(2).replace(/\.\*$/, ''));
  return locked;
}

function asGroup(read: Declarations, group: string): Declarations {
  return group === ''
    ? read
    : { ...read, requirements: read.requirements.map((item) => ({ ...item, group: item.group === '' ? group : item.group })) };
}

function depth(path: string): number {
  return path.split('/').length;
}
