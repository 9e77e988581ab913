import { parseArgs } from 'node:util';
import { z } from 'zod';
import { diagnose } from '../core/diagnosis/diagnose.ts';
import type { FailureClass } from '../core/diagnosis/failure-class.ts';
import type { Failure } from '../core/failure.ts';
import { loadPlugins } from '../plugins.ts';
import { defineVerb, type VerbIo } from './define-verb.ts';
import { openInput, readLines } from './read-lines.ts';

const USAGE = 'classify [FILE|-] [--state STATE] [--json] | classify [FILE|-] --jsonl';
const FAILURES = new URL('../failures/', import.meta.url);
// A failure is judged by the end of its log; this much of it is kept.
const KEPT_LINES = 5000;
const LINE_CAP = 64 * 1024;
const ROW_CAP = 64 * 1024 * 1024;

const Row = z.object({ id: z.unknown().optional(), text: z.string(), scheduler_state: z.string().nullish() });

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { state: { type: 'string' }, json: { type: 'boolean' }, jsonl: { type: 'boolean' } },
  });
}

async function readEnd(file: string | undefined, io: VerbIo): Promise<{ log: string; firstLine: number }> {
  const kept: string[] = [];
  let dropped = 0;
  for await (const line of readLines(openInput(file, io), LINE_CAP)) {
    kept.push(line);
    if (kept.length < KEPT_LINES * 2) continue;
    kept.splice(0, KEPT_LINES);
    dropped += KEPT_LINES;
  }
  return { log: kept.join('\n'), firstLine: dropped + 1 };
}

function render(failure: Failure): string {
  const proof = failure.evidence === null ? [] : [`  line ${failure.evidence.line}: ${failure.evidence.text.trim()}`];
  const remedy = failure.remedy !== null && 'question' in failure.remedy ? [`  ${failure.remedy.question}`] : [];
  const route = failure.class === 'none' ? [] : [`  route: ${failure.route}, confidence ${failure.confidence.toFixed(2)}`];
  return [`${failure.class}: ${failure.explanation}`, ...proof, ...route, ...remedy].join('\n');
}

async function classifyRows(file: string | undefined, io: VerbIo, classes: readonly FailureClass[]): Promise<number> {
  let number = 0;
  for await (const line of readLines(openInput(file, io), ROW_CAP)) {
    number += 1;
    if (line.trim() === '') continue;
    const row = readRow(line);
    if (row === null) {
      io.stderr.write(`classifying: row ${number} is not JSON with a "text". Give one object a line.\n`);
      return 2;
    }
    const failure = diagnose({ log: row.text, schedulerState: row.scheduler_state ?? null }, classes);
    io.stdout.write(`${JSON.stringify({ ...(row.id === undefined ? {} : { id: row.id }), ...failure })}\n`);
  }
  return 0;
}

function readRow(line: string): z.infer<typeof Row> | null {
  try {
    return Row.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

export default defineVerb({
  name: 'classify',
  summary: 'name the failure that a log shows, with the line that proves it',
  usage: USAGE,
  run: async (args, io) => {
    let parsed: ReturnType<typeof parse>;
    try {
      parsed = parse(args);
    } catch (error) {
      io.stderr.write(`${error instanceof Error ? error.message : String(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
    const { values, positionals } = parsed;
    const classes = await loadPlugins<FailureClass>(FAILURES);
    try {
      if (values.jsonl === true) return await classifyRows(positionals[0], io, classes);
      const end = await readEnd(positionals[0], io);
      const failure = diagnose({ ...end, schedulerState: values.state ?? null }, classes);
      io.stdout.write(`${values.json === true ? JSON.stringify(failure, null, 2) : render(failure)}\n`);
      return failure.class === 'none' ? 0 : 1;
    } catch (error) {
      io.stderr.write(
        `reading ${positionals[0] ?? 'standard input'}: ${error instanceof Error ? error.message : String(error)}. Name a file that can be read.\n`,
      );
      return 2;
    }
  },
});
