import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bringsData } from '../../src/core/experiment/files.ts';
import type { Project } from '../../src/core/experiment/project.ts';
import type { ExperimentState, FileDigest } from '../../src/core/experiment/schema.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { ReprobotError } from '../../src/errors.ts';
import { runFolder } from '../../src/git/record.ts';
import type { WorkerContext } from '../context.ts';
import { cloneFolder, requireRepo } from '../workspace.ts';

const MOST_FILES = 400;
const MOST_BYTES = 200 * 1024 * 1024;

/** The experiment of a run, its project and its terms; every effect of a loop but the first has them. */
export function requireOpen(state: RunState): ExperimentState & { project: Project; terms: NonNullable<ExperimentState['terms']> } {
  const exp = state.experiment;
  if (exp === null || exp.project === null || exp.terms === null) throw new Error(`run ${state.id} has no project yet`);
  return { ...exp, project: exp.project, terms: exp.terms };
}

/** Folder of the project as it was read. */
export function projectFolder(context: WorkerContext, state: RunState): string {
  return join(cloneFolder(context, state), requireRepo(state).subfolder);
}

/** Folder in which the data script works and which holds what it wrote. */
export function dataFolder(context: WorkerContext, state: RunState): string {
  return join(runFolder(context.settings.dataDir, state.id), 'data');
}

/** Folder of the data files: where the script wrote them, else in the project. */
export function findDataFolder(context: WorkerContext, state: RunState): string {
  const exp = requireOpen(state);
  return exp.project.data.script === undefined && bringsData(exp) ? projectFolder(context, state) : dataFolder(context, state);
}

/** Where the script of an agent is written down before it runs. */
export function madeScriptPath(context: WorkerContext, state: RunState, made: string): string {
  return join(runFolder(context.settings.dataDir, state.id), 'scripts', made);
}

/** Folder of what belongs to an attempt: the kernel as it was checked and what each of its runs left. */
export function attemptPath(context: WorkerContext, state: RunState, part: string, attempt: number): string {
  return join(runFolder(context.settings.dataDir, state.id), 'attempts', `${part}-${attempt}`);
}

export function digestBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Digests of the named files of a folder; rejects where one is not a plain file. */
export async function digestFiles(folder: string, names: readonly string[]): Promise<FileDigest[]> {
  return Promise.all(
    names.map(async (path) => {
      const found = await lstat(join(folder, path)).catch(() => null);
      if (found?.isFile() !== true) throw missing(path);
      const bytes = await readFile(join(folder, path));
      return { path, sha256: digestBytes(bytes), bytes: bytes.byteLength };
    }),
  );
}

function missing(path: string): ReprobotError {
  return new ReprobotError({
    code: 'usage.bad-input',
    doing: `reading ${path}`,
    why: 'there is no such file',
    remedy: 'Correct its name in project.yaml, or write it.',
  });
}

/** Every file of the project in the order of their names; links and git’s own are left out. Rejects a project that nobody could read through. */
export async function digestProject(folder: string): Promise<FileDigest[]> {
  const names = await listNames(folder);
  const files: FileDigest[] = [];
  let bytes = 0;
  for (const name of names.toSorted()) {
    const [digest] = await digestFiles(folder, [name]);
    if (digest === undefined) continue;
    bytes += digest.bytes;
    files.push(digest);
    if (files.length <= MOST_FILES && bytes <= MOST_BYTES) continue;
    const why = `it holds more than ${MOST_FILES} files or ${MOST_BYTES / 1024 / 1024} MB`;
    throw new ReprobotError({
      code: 'usage.bad-input',
      doing: 'reading the project',
      why,
      remedy: 'Give the folder of the experiment alone.',
    });
  }
  return files;
}

async function listNames(root: string, below = ''): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.name === '.git' || entry.name === '__pycache__') continue;
    if (entry.isDirectory()) names.push(...(await listNames(root, path)));
    if (entry.isFile()) names.push(path);
    if (names.length > MOST_FILES * 2) break;
  }
  return names;
}
