import { join } from 'node:path';
import { describeLoopFailure } from '../../src/core/experiment/decide.ts';
import { wrapInSandbox } from '../../src/core/jobs/sandbox.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { ReprobotError } from '../../src/errors.ts';
import type { WorkerContext } from '../context.ts';
import { dataFolder, digestFiles, digestProject, findDataFolder, projectFolder, requireOpen } from '../experiment/folders.ts';
import { requireCovered } from '../experiment/kernel.ts';
import { probeHere } from '../isolation.ts';
import { defineEffect } from '../processor.ts';

const OUTPUT_BYTES = 200_000;

/** Runs the project’s own data script, where it has one, in a folder of its own; then says what lies there. */
export default defineEffect('loop-build-data', async ({ context, state, signal }) => {
  const { project } = requireOpen(state);
  const startedAt = context.now();
  const { script, files } = project.data;
  if (script !== undefined) {
    // A script can read the whole project, so all of it has to be what was approved.
    requireCovered(state, await digestProject(projectFolder(context, state)), 'running the data script');
    const failed = await runScript(context, state, script, signal);
    if (failed !== null)
      return { kind: 'failure', failure: describeLoopFailure('loop:data_script_failed', 'The data script failed', failed, 'data') };
  }
  const built = await digestFiles(findDataFolder(context, state), files).catch((error: unknown) => {
    if (error instanceof ReprobotError) return error.message;
    throw error;
  });
  if (typeof built === 'string')
    return { kind: 'failure', failure: describeLoopFailure('loop:data_script_failed', 'The data are not there', built, 'data') };
  return { kind: 'loop-data-built', files: built, seconds: (context.now() - startedAt) / 1000 };
});

/** What went wrong in words; null when it ended well. */
async function runScript(context: WorkerContext, state: RunState, script: string, signal: AbortSignal): Promise<string | null> {
  const { here, settings } = context;
  const { data } = requireOpen(state).project;
  const action = state.approvals.findLast(
    ({ action, settled }) => settled?.as === 'granted' && action.kind === 'run-experiment' && action.dataScript !== null,
  )?.action;
  const approved = action?.kind === 'run-experiment' ? action.dataScript : null;
  const [folder, project] = [dataFolder(context, state), projectFolder(context, state)];
  await here.exec(['rm', '-rf', folder]);
  await here.makeFolder(join(folder, '.home'));
  const probe = await probeHere(context, settings.kaggle.python, signal);
  const words = [settings.kaggle.python, join(project, script)];
  if (approved === null || approved.sandbox !== probe.works || approved.internet !== data.internet || approved.command[0] !== words[0])
    return 'it would run in another way than was approved; say “go on”, and it is shown again';
  const argv = probe.works
    ? wrapInSandbox(words, {
        network: data.internet,
        hidden: probe.hidden,
        readable: [...probe.readable, project],
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
