import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeLoopFailure } from '../../src/core/experiment/failure.ts';
import { attemptFolder } from '../../src/core/experiment/files.ts';
import { META } from '../../src/core/experiment/project.ts';
import type { Measured } from '../../src/core/experiment/schema.ts';
import { drawGates } from '../../src/core/experiment/view/attempt.ts';
import { runInThread } from '../../src/threads/run-in-thread.ts';
import { requireKaggle } from '../experiment/account.ts';
import { attemptPath, findDataFolder, requireOpen } from '../experiment/folders.ts';
import { requireKernel, requirePlace, requireSubmission } from '../experiment/place.ts';
import { defineEffect } from '../processor.ts';
import type { JudgeAnswer, JudgeJob } from '../threads/judge-attempt.ts';

const LIMIT_MS = 600_000;

/** Measures; what the numbers mean is worked out from them by the core, and no text of the notebook is asked. */
export default defineEffect('loop-evaluate', async ({ context, state, signal }) => {
  const place = requirePlace(state);
  const { project } = requireOpen(state);
  const { rerun } = requireSubmission(place);
  const { name, kind, baselineSha256 } = place.part;
  const { number } = place.attempt;
  const folder = join(attemptPath(context, state, name, number), `run-${rerun}`);
  const { outputs } = project;
  const wanted = kind === 'meta' ? [outputs.predictions] : [outputs.sub, outputs.predictions];
  // Another worker may have fetched it elsewhere.
  if ((await listMissing(join(folder, 'outputs'), wanted)).length > 0)
    await requireKaggle(context).fetchOutputs(requireKernel(place), folder, { signal });
  const missing = await listMissing(join(folder, 'outputs'), wanted);
  if (missing.length > 0) {
    const why = `The run ended well and left no ${missing.join(', ')} in /kaggle/working.`;
    return { kind: 'failure', failure: describeLoopFailure('loop:output_missing', 'An output is missing', why, 'code') };
  }
  const data = findDataFolder(context, state);
  const output = (file: string): string => join(folder, 'outputs', file);
  const paths = {
    base: join(data, project.base),
    target: join(data, project.target.file),
    sub: output(outputs.sub),
    predictions: output(outputs.predictions),
    metrics: output(outputs.metrics),
  };
  const job: JudgeJob = { project, part: name, kind: name === META ? 'meta' : 'feature', paths, baselineSha256 };
  const limits = { signal, timeoutMs: LIMIT_MS, doing: 'measuring the gates' };
  const answer = await runInThread<JudgeAnswer>(new URL('../threads/judge-attempt.ts', import.meta.url), job, limits);
  if (!answer.ok) {
    const isBaseline = answer.problem === 'baseline';
    const title = isBaseline ? 'The baseline is not the pinned one' : 'The outputs cannot be judged';
    return {
      kind: 'failure',
      failure: describeLoopFailure(isBaseline ? 'loop:baseline_changed' : 'loop:output_missing', title, answer.why, 'code'),
    };
  }
  const { measured } = answer;
  const value = measured.gain;
  const look =
    value === null ? [] : [{ at: new Date(context.now()).toISOString(), attempt: `${name} ${number}`, metric: project.stop.metric, value }];
  const record = attemptFolder(name, number);
  const documents = [
    {
      path: `${record}/${rerun === 0 ? 'measured.json' : `measured-rerun-${rerun}.json`}`,
      content: `${JSON.stringify(measured, null, 2)}\n`,
    },
  ];
  return { kind: 'loop-judged', measured, value, looks: look, documents: [...documents, ...describeGates(record, measured, rerun)] };
});

function describeGates(record: string, { report }: Measured, rerun: number): { path: string; content: string }[] {
  return report === null || rerun > 0 ? [] : [{ path: `${record}/gates.txt`, content: `${drawGates(report).join('\n')}\n` }];
}

async function listMissing(folder: string, names: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const name of names) {
    const found = await lstat(join(folder, name)).catch(() => null);
    if (found?.isFile() !== true) missing.push(name);
  }
  return missing;
}
