import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeLoopFailure } from '../../src/core/experiment/failure.ts';
import { findMadeScript, isCovered } from '../../src/core/experiment/files.ts';
import type { LoopOutput } from '../../src/core/experiment/outputs.ts';
import type { ExperimentAction, FileDigest } from '../../src/core/experiment/schema.ts';
import { wrapInSandbox } from '../../src/core/jobs/sandbox.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { ReprobotError } from '../../src/errors.ts';
import type { WorkerContext } from '../context.ts';
import {
  dataFolder,
  digestBytes,
  digestFiles,
  digestProject,
  findDataFolder,
  madeScriptPath,
  projectFolder,
  requireOpen,
} from '../experiment/folders.ts';
import { requireCovered } from '../experiment/kernel.ts';
import { askAboutScript } from '../experiment/question.ts';
import { probeHere } from '../isolation.ts';
import { defineEffect, type EffectFailure } from '../processor.ts';

const OUTPUT_BYTES = 200_000;

type DataScript = NonNullable<ExperimentAction['dataScript']>;

/** A script as it was approved: where it lies, and how it may run. */
interface Script {
  readonly path: string;
  /** What it may read. */
  readonly folder: string;
  readonly approved: DataScript | null;
}

/** Runs the data script, the project’s own or one that an agent wrote and a person approved, in a folder of its own; then says what lies there. */
export default defineEffect('loop-build-data', async ({ context, state, signal }) => {
  const exp = requireOpen(state);
  const startedAt = context.now();
  const made = findMadeScript(exp);
  const script = made === null ? await findOwnScript(context, state) : await layOutScript(context, state, made, signal);
  if (script !== null && 'kind' in script) return script;
  const failed = script === null ? null : await runScript(context, state, script, signal);
  if (failed !== null) return fail('The data script failed', failed);
  const built = await digestFiles(findDataFolder(context, state), exp.project.data.files).catch((error: unknown) => {
    if (error instanceof ReprobotError) return error.message;
    throw error;
  });
  if (typeof built === 'string') return fail('The data are not there', built);
  return { kind: 'loop-data-built', files: built, seconds: (context.now() - startedAt) / 1000 };
});

function fail(title: string, why: string): EffectFailure {
  return { kind: 'failure', failure: describeLoopFailure('loop:data_script_failed', title, why, 'data') };
}

/** Null where the data lie in the project as they are. */
async function findOwnScript(context: WorkerContext, state: RunState): Promise<Script | null> {
  const { script } = requireOpen(state).project.data;
  if (script === undefined) return null;
  const folder = projectFolder(context, state);
  // A script can read the whole project, so all of it has to be what was approved.
  requireCovered(state, await digestProject(folder), 'running the data script');
  return { path: join(folder, script), folder, approved: findApproved(state, null) };
}

/** Writes down the script of an agent where it was approved to the letter; the question about it where it was not. */
async function layOutScript(
  context: WorkerContext,
  state: RunState,
  made: string,
  signal: AbortSignal,
): Promise<Script | Extract<LoopOutput, { kind: 'loop-script-shown' }>> {
  const { project, terms } = requireOpen(state);
  const content = state.documents[made] ?? '';
  const bytes = new TextEncoder().encode(content);
  const file: FileDigest = { path: made, sha256: digestBytes(bytes), bytes: bytes.byteLength };
  if (!isCovered(state, terms, [file])) {
    const { python } = context.settings.kaggle;
    const { works, readable } = await probeHere(context, python, signal);
    const { internet, minutes } = project.data;
    const dataScript = { command: [python, made], sandbox: works, internet, minutes, readable: [...readable] };
    const question = askAboutScript(project, { site: state.request.site, terms, files: [file], dataScript });
    return { kind: 'loop-script-shown', question };
  }
  const path = madeScriptPath(context, state, made);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return { path, folder: dirname(path), approved: findApproved(state, file) };
}

/** How the newest approval of a script lets it run; of this very file, where one is given. */
function findApproved({ approvals }: RunState, file: FileDigest | null): DataScript | null {
  const action = approvals.findLast(
    ({ action, settled }) =>
      settled?.as === 'granted' &&
      action.kind === 'run-experiment' &&
      action.dataScript !== null &&
      (file === null || action.files.some(({ path, sha256 }) => path === file.path && sha256 === file.sha256)),
  )?.action;
  return action?.kind === 'run-experiment' ? action.dataScript : null;
}

/** What went wrong in words; null when it ended well. */
async function runScript(context: WorkerContext, state: RunState, { path, folder: read, approved }: Script, signal: AbortSignal) {
  const { here, settings } = context;
  const { data } = requireOpen(state).project;
  const folder = dataFolder(context, state);
  await here.exec(['rm', '-rf', folder]);
  await here.makeFolder(join(folder, '.home'));
  const probe = await probeHere(context, settings.kaggle.python, signal);
  const words = [settings.kaggle.python, path];
  if (approved === null || approved.sandbox !== probe.works || approved.internet !== data.internet || approved.command[0] !== words[0])
    return 'it would run in another way than was approved; say “go on”, and it is shown again';
  const argv = probe.works
    ? wrapInSandbox(words, {
        network: data.internet,
        hidden: probe.hidden,
        readable: [...approved.readable, read],
        writable: [folder],
        fixed: [],
        workdir: folder,
      })
    : words;
  const result = await here.exec(argv, {
    cwd: folder,
    signal,
    timeoutMs: data.minutes * 60_000,
    maxOutputBytes: OUTPUT_BYTES,
    env: { HOME: join(folder, '.home'), PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (result.timedOut) return `it did not end within ${data.minutes} minutes`;
  if (result.code === 0) return null;
  return `exit code ${result.code}: ${result.stderr.trim().split('\n').slice(-3).join(' | ').slice(0, 600)}`;
}
