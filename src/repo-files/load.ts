import { isAscii, isUtf8 } from 'node:buffer';
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, joinPath, nameOf, type RepoFile } from '../core/repo-map/input.ts';
import type { MapWarning } from '../core/repo-map/schema.ts';
import { ReprobotError } from '../errors.ts';

const SKIPPED_FOLDERS = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '__pycache__',
  '.venv',
  '.tox',
  '.mypy_cache',
  '.ipynb_checkpoints',
]);
const CODE =
  /\.(py|pyx|pyi|lua|md|mdx|markdown|rst|adoc|org|toml|cfg|ini|conf|sh|bash|zsh|slurm|sbatch|sub|pbs|lsf|job|mk|def|dockerfile|pip)$/i;
const CONFIG = /\.(ya?ml|gin|jsonnet|libsonnet|lock|env|in|cff|bat|ps1)$/i;
const DATA = /\.(ipynb|txt|json|cu|cuh)$/i;
const NAMES =
  /(^|\/)((readme|license|licence|copying|install|makefile|gnumakefile|justfile|dockerfile|containerfile|singularity|pipfile|procfile|postbuild)[^/]*|requirements?|\.gitmodules|\.python-version|\.tool-versions|\.env\.example)$/i;
const MANIFEST =
  /(^|\/)(requirements[^/]*\.txt|pyproject\.toml|setup\.(py|cfg)|environment\.ya?ml|pipfile|makefile|dockerfile|readme\.(md|rst|txt))$/i;
const MANIFEST_TXT = /(^|\/)(requirements|constraints|runtime|readme)[^/]*\.txt$/i;
const MAX_WARNINGS = 100;
/** A larger file without an ending is a program for the machine, not for a reader. */
const MAX_SCRIPT_BYTES = 200_000;

export interface LoadLimits {
  readonly maxFiles: number;
  readonly maxTextBytes: number;
  readonly maxNotebookBytes: number;
  readonly maxTotalTextBytes: number;
}

const LIMITS: LoadLimits = { maxFiles: 50_000, maxTextBytes: 1_000_000, maxNotebookBytes: 8_000_000, maxTotalTextBytes: 64_000_000 };

export interface LoadedRepo {
  readonly files: RepoFile[];
  /** Files that are listed without their text although a map would read it, and what was not listed. */
  readonly warnings: MapWarning[];
}

/**
 * Lists a folder's files in a stable order, with the text of small text files. Opens no symbolic link and runs nothing: a link to a listed
 * file of the folder is a second name of that file. Reads without giving way, which takes half the time on a local disk: meant for a thread
 * or a command line.
 */
export function loadRepoFiles(folder: string, limits: Partial<LoadLimits> = {}): RepoFile[] {
  return loadRepository(folder, limits).files;
}

/** The same, with what could not be read. A file that vanishes or is forbidden is a warning; only the folder itself can throw. */
export function loadRepository(folder: string, limits: Partial<LoadLimits> = {}): LoadedRepo {
  const caps = { ...LIMITS, ...limits };
  const warnings: MapWarning[] = [];
  const warn = (file: string, what: string, line: number | null = null): void => {
    if (warnings.length < MAX_WARNINGS) warnings.push({ file, line, what });
  };
  const listed = listFiles(folder, caps.maxFiles, warn);
  const measured = measureFiles(folder, listed.files, warn);
  const texts = new Map<string, string>();
  for (const path of chooseTexts(measured, caps, warn)) {
    const { text, problem, line } = readText(join(folder, path));
    if (problem !== undefined) warn(path, problem, line);
    if (text !== null) texts.set(path, text);
  }
  const files = [...measured].map(([path, { size }]) => ({ path, size, text: texts.get(path) ?? null }));
  files.push(...readLinks(folder, listed.links, files, warn));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, warnings: warnings.sort((a, b) => (a.file < b.file ? -1 : Number(a.file > b.file))) };
}

type Warn = (file: string, what: string, line?: number | null) => void;

interface Listed {
  readonly files: readonly string[];
  /** Symbolic links whose names are those of documents and lists. */
  readonly links: readonly string[];
}

function listFiles(folder: string, maxFiles: number, warn: Warn): Listed {
  const found: string[] = [];
  const links: string[] = [];
  const open = [''];
  let next = 0;
  for (; next < open.length && found.length < maxFiles; next += 1) {
    const current = open[next] ?? '';
    for (const item of readFolder(join(folder, current), current, warn)) {
      const path = current === '' ? item.name : `${current}/${item.name}`;
      if (item.isDirectory() && !SKIPPED_FOLDERS.has(item.name)) open.push(path);
      else if (item.isSymbolicLink() && rankText(path) !== null) links.push(path);
      else if (item.isFile() && found.length < maxFiles) found.push(path);
      if (item.isDirectory() && MANIFEST.test(path)) warn(path, 'a folder with the name of a file');
    }
  }
  if (found.length >= maxFiles && next < open.length) warn('', `more than ${String(maxFiles)} files; the deepest were not listed`);
  return { files: found.sort(), links };
}

/** Links to files that are listed, as second names of them; a module that is linked stays one module. */
function readLinks(folder: string, links: readonly string[], files: readonly RepoFile[], warn: Warn): RepoFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return links.flatMap((path) => {
    const target = attempt(() => readlinkSync(join(folder, path)));
    const file = target === null || target.startsWith('/') ? undefined : byPath.get(joinPath(folderOf(path), target) ?? '');
    if (file !== undefined && !path.endsWith('.py')) return [{ ...file, path }];
    if (file === undefined && (rankText(path) ?? 9) < 2) warn(path, 'a symbolic link, which is not followed');
    return [];
  });
}

function readFolder(path: string, name: string, warn: Warn) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    if (name !== '') {
      warn(name, 'the folder cannot be opened');
      return [];
    }
    throw new ReprobotError({
      code: 'usage.bad-input',
      doing: `reading ${path}`,
      why: 'the folder cannot be opened',
      remedy: 'Give the path of a checked-out repository.',
      cause,
    });
  }
}

interface Measured {
  readonly size: number;
  readonly isExecutable: boolean;
}

function measureFiles(folder: string, paths: readonly string[], warn: Warn): Map<string, Measured> {
  const measured = new Map<string, Measured>();
  for (const path of paths) {
    const found = attempt(() => statSync(`${folder}/${path}`));
    if (found === null) warn(path, 'it cannot be looked at');
    else measured.set(path, { size: found.size, isExecutable: (found.mode & 0o111) !== 0 });
  }
  return measured;
}

/** Null for what cannot be had. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** How early a file's text is read, so that data cannot use up the room of code; null for what is no text. */
function rankText(path: string): number | null {
  if (CODE.test(path) || NAMES.test(path) || MANIFEST_TXT.test(path)) return 0;
  if (CONFIG.test(path)) return 1;
  return DATA.test(path) ? 2 : null;
}

/** A program that is started by its name alone. */
function isScript(path: string, { size, isExecutable }: Measured): boolean {
  return isExecutable && size <= MAX_SCRIPT_BYTES && !nameOf(path).includes('.');
}

function chooseTexts(measured: ReadonlyMap<string, Measured>, caps: LoadLimits, warn: Warn): string[] {
  const ranked = [...measured].flatMap(([path, found]) => {
    const rank = rankText(path) ?? (isScript(path, found) ? 1 : null);
    return rank === null ? [] : [{ path, rank, size: found.size }];
  });
  ranked.sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1));
  const chosen: string[] = [];
  let total = 0;
  let left = 0;
  for (const { path, rank, size } of ranked) {
    const isNotebook = path.endsWith('.ipynb');
    const cap = isNotebook ? caps.maxNotebookBytes : caps.maxTextBytes;
    if (size > cap) {
      if (rank < 2 || isNotebook) warn(path, `${(size / 1_000_000).toFixed(1)} MB, too large to be read`);
    } else if (total + size > caps.maxTotalTextBytes) {
      left += 1;
    } else {
      chosen.push(path);
      total += size;
    }
  }
  if (left > 0)
    warn('', `${String(left)} text files beyond ${String(Math.round(caps.maxTotalTextBytes / 1_000_000))} MB in all were not read`);
  return chosen;
}

interface ReadText {
  readonly text: string | null;
  readonly problem?: string;
  readonly line?: number;
}

/** The text of a file, or null when it is not text. UTF-16 files, as Windows writes requirements.txt, are decoded. */
function readText(path: string): ReadText {
  const bytes = attempt(() => readFileSync(path));
  if (bytes === null) return { text: null, problem: 'it cannot be opened' };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: bytes.subarray(2).toString('utf16le') };
  if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0) return { text: bytes.subarray(2).swap16().toString('utf16le') };
  if (bytes.subarray(0, 8000).includes(0)) return { text: null, problem: 'no text, in spite of its name' };
  // Most files; copying bytes takes a fraction of decoding them.
  if (isAscii(bytes)) return { text: bytes.toString('latin1') };
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8');
    return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
  }
  const before = bytes.toString('utf8').split('\uFFFD', 1)[0] ?? '';
  return { text: bytes.toString('latin1'), problem: 'not UTF-8; read as Latin-1', line: before.split('\n').length };
}
