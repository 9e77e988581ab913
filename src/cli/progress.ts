import { parseArgs } from 'node:util';
import { judgeLimit } from '../core/progress/judge-limit.ts';
import { readDuration } from '../core/progress/read-duration.ts';
import { renderProgress } from '../core/progress/render.ts';
import { startProgress, type ProgressState } from '../core/progress/state.ts';
import { summarizeProgress } from '../core/progress/summarize.ts';
import { feedProgress } from '../core/progress/track.ts';
import { defineVerb } from './define-verb.ts';
import { openInput, readText } from './read-lines.ts';

const USAGE = 'progress [FILE|-] [--steps TOTAL] [--epochs TOTAL] [--left TIME] [--json]';

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, steps: { type: 'string' }, epochs: { type: 'string' }, left: { type: 'string' } },
  });
}

function readTotal(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is no total; give a whole number above 0`);
  return value;
}

function readLeft(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = readDuration(text);
  if (seconds === null) throw new Error(`"${text}" is no time; write HH:MM:SS, D-HH:MM:SS or 90min`);
  return seconds;
}

export default defineVerb({
  name: 'progress',
  summary: 'say how far a training log is, how fast, and how its loss goes',
  usage: USAGE,
  run: async (args, io) => {
    let parsed: ReturnType<typeof parse>;
    let state: ProgressState;
    let left: number | null;
    try {
      parsed = parse(args);
      const steps = readTotal(parsed.values.steps);
      const epochs = readTotal(parsed.values.epochs);
      left = readLeft(parsed.values.left);
      state = startProgress({ ...(steps === undefined ? {} : { steps }), ...(epochs === undefined ? {} : { epochs }) });
    } catch (error) {
      io.stderr.write(`${error instanceof Error ? error.message : String(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
    const file = parsed.positionals[0];
    try {
      // A file read in one go tells nothing by when its pieces arrive, so no time is given.
      for await (const text of readText(openInput(file, io))) feedProgress(state, text, null);
    } catch (error) {
      io.stderr.write(
        `reading ${file ?? 'standard input'}: ${error instanceof Error ? error.message : String(error)}. Name a file that can be read.\n`,
      );
      return 2;
    }
    const progress = summarizeProgress(state);
    const limit = left === null ? null : judgeLimit({ eta: progress.eta, left, elapsed: null, checkpoint: progress.checkpoint ?? null });
    const json = () => JSON.stringify(limit === null ? progress : { ...progress, limit }, null, 2);
    io.stdout.write(`${parsed.values.json === true ? json() : renderProgress(progress, limit)}\n`);
    return progress.unit === null && progress.loss === null ? 1 : 0;
  },
});
