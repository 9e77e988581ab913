import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { attemptFolder, findOwnFiles, isCovered, titleKernel } from '../../src/core/experiment/files.ts';
import { buildKernel, type BuiltKernel } from '../../src/core/experiment/kernel.ts';
import type { Place } from '../../src/core/experiment/move.ts';
import { META, type Project } from '../../src/core/experiment/project.ts';
import type { FileDigest } from '../../src/core/experiment/schema.ts';
import { formatKernelId } from '../../src/core/kaggle/kernel-id.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { ReprobotError } from '../../src/errors.ts';
import type { WorkerContext } from '../context.ts';
import { attemptPath, digestBytes, findDataFolder, projectFolder, requireOpen } from './folders.ts';

const MOST_FILE_BYTES = 4 * 1024 * 1024;

export interface PreparedKernel extends BuiltKernel {
  /** What it was made from, by the names under which people approve it. */
  readonly files: FileDigest[];
}

interface FoundFile {
  /** In the folder of the attempt. */
  readonly path: string;
  /** In the project or the record. */
  readonly name: string;
  readonly content: string;
}

/** The kernel of an attempt, made from the project’s files or from those that an agent handed over. Rejects where it cannot be one. */
export async function prepareKernel(context: WorkerContext, state: RunState, { part, attempt }: Place): Promise<PreparedKernel> {
  const exp = requireOpen(state);
  const project = projectFolder(context, state);
  const own = findOwnFiles(exp.project, part.name, attempt.number);
  const made = attempt.handedOver.findLast(({ stage, files }) => stage === 'builder_model' && files.length > 0);
  const found =
    made !== undefined ? readMade(state, attemptFolder(part.name, attempt.number), made.files) : await readOwn(project, own?.folder ?? '');
  const params = made === undefined && own?.params !== undefined ? await readText(join(project, own.params)) : null;
  const kernels = part.kind === 'meta' ? listPassedKernels(exp) : [];
  const built = buildKernel({
    files: found,
    params,
    title: titleKernel(state.id, part.name, attempt.number),
    terms: exp.terms,
    machine: exp.project.kaggle.machine,
    kernels,
  });
  if (!built.ok)
    throw new ReprobotError({ code: 'kaggle.refused', doing: `putting the notebook of ${part.name} together`, why: built.why });
  const config: FoundFile = { path: '', name: 'project.yaml', content: await readText(join(project, 'project.yaml')) };
  const numbers = params === null || own?.params === undefined ? [] : [{ path: '', name: own.params, content: params }];
  return { ...built.kernel, files: [config, ...numbers, ...found].map(digestFile) };
}

function digestFile({ name, content }: FoundFile): FileDigest {
  const bytes = new TextEncoder().encode(content);
  return { path: name, sha256: digestBytes(bytes), bytes: bytes.byteLength };
}

/** What the meta-model joins: the kernels of the attempts that passed. */
export function listPassedKernels({ parts }: ReturnType<typeof requireOpen>): string[] {
  return parts.flatMap((part) => {
    if (part.kind !== 'feature' || part.status !== 'passed') return [];
    const chosen = part.attempts.find(({ number }) => number === part.chosen?.attempt);
    const kernel = chosen?.submissions.findLast(({ rerun, observation }) => rerun === 0 && observation?.kind === 'ended')?.kernel;
    return kernel === null || kernel === undefined ? [] : [formatKernelId(kernel.id)];
  });
}

function readMade(state: RunState, folder: string, names: readonly string[]): FoundFile[] {
  return names.flatMap((name) => {
    const content = state.documents[name];
    return content === undefined || !name.startsWith(`${folder}/`) ? [] : [{ path: name.slice(folder.length + 1), name, content }];
  });
}

async function readOwn(project: string, folder: string): Promise<FoundFile[]> {
  if (folder === '') throw notThere('its folder');
  const entries = await readdir(join(project, folder), { withFileTypes: true }).catch(() => {
    throw notThere(folder);
  });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return Promise.all(
    names.toSorted().map(async (path) => ({ path, name: `${folder}/${path}`, content: await readText(join(project, folder, path)) })),
  );
}

function notThere(what: string): ReprobotError {
  return new ReprobotError({ code: 'kaggle.refused', doing: 'reading the notebook', why: `the project has no ${what}` });
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (bytes.byteLength > MOST_FILE_BYTES)
    throw new ReprobotError({ code: 'kaggle.refused', doing: `reading ${path}`, why: `it has more than ${MOST_FILE_BYTES} bytes` });
  return bytes.toString('utf8');
}

/** Files that the evaluator will read of a part. */
export function listOutputs({ outputs }: Project, part: string): string[] {
  return part === META ? [outputs.predictions] : Object.values(outputs);
}

/** The tables of the run’s own data set as a kernel finds them, with where they lie here. */
export function listInputs(context: WorkerContext, state: RunState): { readonly path: string; readonly from: string }[] {
  const data = findDataFolder(context, state);
  const tables = requireOpen(state).project.data.files.filter((file) => file.endsWith('.csv'));
  return tables.map((file) => ({ path: `inputs/${state.id}-data/${file}`, from: join(data, file) }));
}

/** Lays the kernel out as the notebook check reads it: with what is expected of it, and with its inputs below `inputs/`. */
export async function layOutKernel(
  context: WorkerContext,
  state: RunState,
  { part, attempt }: Place,
  kernel: PreparedKernel,
  inputs: readonly { readonly path: string; readonly from: string }[],
): Promise<string> {
  const { project } = requireOpen(state);
  const folder = join(attemptPath(context, state, part.name, attempt.number), 'kernel');
  await rm(folder, { recursive: true, force: true });
  const outputs = listOutputs(project, part.name);
  const files = [
    { path: 'kernel-metadata.json', content: kernel.metadataText },
    { path: kernel.codeFile, content: kernel.source },
    { path: 'expected-outputs.json', content: JSON.stringify(outputs) },
  ];
  for (const { path, content } of files) await writeInside(folder, path, content);
  for (const { path, from } of inputs) await writeInside(folder, path, await readFile(from));
  return folder;
}

async function writeInside(folder: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** Rejects unless people approved exactly these files under exactly these terms. */
export function requireCovered(state: RunState, files: readonly FileDigest[], doing: string): void {
  if (isCovered(state, requireOpen(state).terms, files)) return;
  throw new ReprobotError({
    code: 'usage.bad-input',
    doing,
    why: 'nobody has approved exactly these files',
    remedy: 'Say “go on”; what is new is shown again.',
  });
}
