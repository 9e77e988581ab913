import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../core/notebook/check.ts';
import { readFolder, type FolderFile, type NotebookFolder } from '../core/notebook/folder.ts';
import { loadPlugins } from '../plugins.ts';
import { createTreeParser } from '../python/parser.ts';
import { createLinter } from '../python/ruff.ts';

const MAX_READ = 4_000_000;
const MAX_FILES = 500;
const CHECKS = new URL('../checks/', import.meta.url);

/** All checks, by reading their folder. */
export function loadChecks(): Promise<Check[]> {
  return loadPlugins<Check>(CHECKS);
}

/** Returns what reads the folder of a kernel: its own files, and below `inputs/` samples of what it will find in /kaggle/input. */
export async function createFolderReader(): Promise<(path: string) => Promise<NotebookFolder>> {
  const tools = { parse: await createTreeParser(), lint: createLinter() };
  return async (path) => {
    const files = await listFiles(path);
    const code = await readNamed(path, files);
    return readFolder(code === null ? files : [...files, code], tools);
  };
}

/** The code file, where the metadata names one in a folder below; never one outside. */
async function readNamed(root: string, files: readonly FolderFile[]): Promise<FolderFile | null> {
  const metadata = files.find((file) => file.path === 'kernel-metadata.json')?.text ?? '';
  const named = /"code_file"\s{0,20}:\s{0,20}"(?:\.\/)?([^"\\]{1,300})"/.exec(metadata)?.[1];
  if (named === undefined || !named.includes('/') || named.startsWith('/') || named.split('/').includes('..')) return null;
  if (files.some((file) => file.path === named)) return null;
  const [base, found] = await Promise.all([realpath(root), realpath(join(root, named)).catch(() => null)]);
  return found === null || !found.startsWith(`${base}/`) ? null : readOne(root, named);
}

/** Links are not followed: a folder is what lies in it. */
async function listFiles(root: string, below = '', depth = 0): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory() && depth < 6 && (below !== '' || entry.name === 'inputs'))
      files.push(...(await listFiles(root, path, depth + 1)));
    if (entry.isFile() && files.length < MAX_FILES) files.push(await readOne(root, path));
  }
  return files.slice(0, MAX_FILES);
}

async function readOne(root: string, path: string): Promise<FolderFile> {
  const { size } = await stat(join(root, path));
  if (size > MAX_READ || !/\.(json|ipynb|py|csv|txt|md|r|rmd)$/i.test(path)) return { path, size, text: null };
  try {
    return { path, size, text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(join(root, path))) };
  } catch (error) {
    if (error instanceof TypeError) return { path, size, text: null };
    throw error;
  }
}
