import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepoFile } from '../core/repo-map/input.ts';
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
const TEXT = /\.(py|pyx|ipynb|md|rst|txt|toml|cfg|ini|ya?ml|json|sh|bash|slurm|sbatch|cu|cuh|in|env|lock|def|pip|dockerfile)$/i;
const TEXT_NAMES =
  /(^|\/)(readme|license|licence|copying|install|makefile|dockerfile|containerfile|pipfile|requirements?|postbuild|justfile|\.gitmodules)[^/]*$/i;

export interface LoadLimits {
  readonly maxFiles: number;
  readonly maxTextBytes: number;
  readonly maxNotebookBytes: number;
  readonly maxTotalTextBytes: number;
}

const LIMITS: LoadLimits = { maxFiles: 50_000, maxTextBytes: 1_000_000, maxNotebookBytes: 8_000_000, maxTotalTextBytes: 64_000_000 };

/** Lists a folder's files in a stable order, with the text of small text files. Follows no symbolic link and runs nothing. */
export async function loadRepoFiles(folder: string, limits: Partial<LoadLimits> = {}): Promise<RepoFile[]> {
  const { maxFiles, maxTextBytes, maxNotebookBytes, maxTotalTextBytes } = { ...LIMITS, ...limits };
  const paths = await listFiles(folder, maxFiles);
  const files: RepoFile[] = [];
  let total = 0;
  for (const path of paths) {
    const { size } = await stat(join(folder, path));
    const cap = path.endsWith('.ipynb') ? maxNotebookBytes : maxTextBytes;
    const wanted = (TEXT.test(path) || TEXT_NAMES.test(path)) && size <= cap && total + size <= maxTotalTextBytes;
    const text = wanted ? await readText(join(folder, path)) : null;
    total += text === null ? 0 : size;
    files.push({ path, size, text });
  }
  return files;
}

async function listFiles(folder: string, maxFiles: number): Promise<string[]> {
  const found: string[] = [];
  const open = [''];
  while (open.length > 0 && found.length < maxFiles) {
    const current = open.shift() ?? '';
    for (const item of await readFolder(join(folder, current), current === '')) {
      const path = current === '' ? item.name : `${current}/${item.name}`;
      if (item.isDirectory() && !SKIPPED_FOLDERS.has(item.name)) open.push(path);
      else if (item.isFile() && found.length < maxFiles) found.push(path);
    }
  }
  return found.sort();
}

async function readFolder(path: string, isRoot: boolean) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (cause) {
    if (!isRoot) return [];
    throw new ReprobotError({
      code: 'usage.bad-input',
      doing: `reading ${path}`,
      why: 'the folder cannot be opened',
      remedy: 'Give the path of a checked-out repository.',
      cause,
    });
  }
}

/** The text of a file, or null when it is not text. UTF-16 files, as Windows writes requirements.txt, are decoded. */
async function readText(path: string): Promise<string | null> {
  const bytes = await readFile(path);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  if (bytes.subarray(0, 8000).includes(0)) return null;
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
