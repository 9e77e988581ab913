import { parseArgs } from 'node:util';
import type { Progress } from '../core/progress/schema.ts';
import { startProgress, type ProgressState } from '../core/progress/state.ts';
import { summarizeProgress } from '../core/progress/summarize.ts';
import { trackProgress } from '../core/progress/track.ts';
import { defineVerb } from './define-verb.ts';
import { openInput, readText } from './read-lines.ts';

const USAGE = 'progress [FILE|-] [--steps TOTAL] [--epochs TOTAL] [--json]';

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, steps: { type: 'string' }, epochs: { type: 'string' } },
  });
}

function readTotal(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is no total; give a whole number above 0`);
  return value;
}

function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function render(progress: Progress): string {
  const lines: string[] = [];
  const { unit, current, total, epoch, fraction, rate, eta, loss } = progress;
  if (unit === null) lines.push('no position found');
  else
    lines.push(
      `${unit} ${current ?? '?'}${total === null ? '' : ` of ${total}`}${fraction === null ? '' : ` (${(fraction * 100).toFixed(1)}% of the run)`}`,
    );
  if (epoch !== null && unit !== 'epoch') lines.push(`epoch ${epoch.current}${epoch.total === null ? '' : ` of ${epoch.total}`}`);
  if (rate !== null) lines.push(`${rate.toPrecision(3)} ${unit ?? 'unit'}s a second`);
  if (eta !== null) lines.push(`still about ${formatSeconds(eta.likely)} (${formatSeconds(eta.low)} to ${formatSeconds(eta.high)})`);
  if (loss !== null) lines.push(`${loss.name}: ${loss.first} to ${loss.last}, ${loss.trend}`);
  for (const note of progress.shapes) lines.push(`line ${note.line}: ${note.text}`);
  if (progress.warnings.length > 0)
    lines.push(`${progress.warnings.length} different warnings, first at line ${progress.warnings[0]?.line}`);
  return lines.join('\n');
}

export default defineVerb({
  name: 'progress',
  summary: 'say how far a training log is, how fast, and how its loss goes',
  usage: USAGE,
  run: async (args, io) => {
    let parsed: ReturnType<typeof parse>;
    let state: ProgressState;
    try {
      parsed = parse(args);
      const steps = readTotal(parsed.values.steps);
      const epochs = readTotal(parsed.values.epochs);
      state = startProgress({ ...(steps === undefined ? {} : { steps }), ...(epochs === undefined ? {} : { epochs }) });
    } catch (error) {
      io.stderr.write(`${error instanceof Error ? error.message : String(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
    const file = parsed.positionals[0];
    try {
      // A file read in one go tells nothing by when its pieces arrive, so no time is given.
      for await (const text of readText(openInput(file, io))) state = trackProgress(state, text, null);
    } catch (error) {
      io.stderr.write(
        `reading ${file ?? 'standard input'}: ${error instanceof Error ? error.message : String(error)}. Name a file that can be read.\n`,
      );
      return 2;
    }
    const progress = summarizeProgress(state);
    io.stdout.write(`${parsed.values.json === true ? JSON.stringify(progress, null, 2) : render(progress)}\n`);
    return progress.unit === null && progress.loss === null ? 1 : 0;
  },
});
