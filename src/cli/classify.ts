import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { answerRow, FailureRow } from '../core/diagnosis/answer-row.ts';
import { describeCulprit } from '../core/diagnosis/describe-culprit.ts';
import { diagnose } from '../core/diagnosis/diagnose.ts';
import type { FailureClass } from '../core/diagnosis/failure-class.ts';
import type { Failure } from '../core/failure.ts';
import { loadPlugins } from '../plugins.ts';
import { defineVerb, type VerbIo } from './define-verb.ts';
import { openInput, readLines } from './read-lines.ts';
import { classifyFile } from './scan/classify-file.ts';

const USAGE = 'classify [FILE|-] [--state STATE] [--json] | classify [FILE|-] --jsonl';
const FAILURES = new URL('../failures/', import.meta.url);
// A failure is judged by the end of its log; this much of it is kept.
const KEPT_LINES = 5000;
const KEPT_CHARACTERS = 4 * 1024 * 1024;
const LINE_CAP = 64 * 1024;
const ROW_CAP = 64 * 1024 * 1024;

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { state: { type: 'string' }, json: { type: 'boolean' }, jsonl: { type: 'boolean' } },
  });
}

/** The end of a stream: it cannot be read twice, so what lies before is only counted. */
async function readEnd(input: Readable): Promise<{ log: string; firstLine: number }> {
  const kept: string[] = [];
  let dropped = 0;
  let size = 0;
  for await (const line of readLines(input, LINE_CAP)) {
    kept.push(line);
    size += line.length;
    if (kept.length < KEPT_LINES * 2 && size < KEPT_CHARACTERS * 2) continue;
    let cut = 0;
    while (cut < kept.length - 1 && (kept.length - cut > KEPT_LINES || size > KEPT_CHARACTERS)) {
      size -= kept[cut]?.length ?? 0;
      cut += 1;
    }
    kept.splice(0, cut);
    dropped += cut;
  }
  return { log: kept.join('\n'), firstLine: dropped + 1 };
}

async function classifyOne(file: string | undefined, state: string | null, io: VerbIo, classes: readonly FailureClass[]): Promise<Failure> {
  const path = file === undefined || file === '-' ? null : resolve(io.cwd, file);
  // Pipes have names too, and no size.
  if (path !== null && (await stat(path)).isFile()) return classifyFile(path, state, classes);
  return diagnose({ ...(await readEnd(openInput(file, io))), schedulerState: state }, classes);
}

function render(failure: Failure): string {
  const proof = failure.evidence === null ? [] : [`  line ${failure.evidence.line}: ${failure.evidence.text.trim()}`];
  const remedy = failure.remedy !== null && 'question' in failure.remedy ? [`  ${failure.remedy.question}`] : [];
  const route = failure.class === 'none' ? [] : [`  route: ${failure.route}, confidence ${failure.confidence.toFixed(2)}`];
  const where = describeCulprit(failure);
  const culprit = where === '' ? [] : [`  at: ${where}`];
  const chain = (failure.chain ?? []).map((link) => `  chain, line ${link.line}: ${link.text}`);
  return [`${failure.class}: ${failure.explanation}`, ...proof, ...culprit, ...chain, ...route, ...remedy].join('\n');
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
    io.stdout.write(`${JSON.stringify(answerRow(row, classes))}\n`);
  }
  return 0;
}

function readRow(line: string): FailureRow | null {
  try {
    return FailureRow.safeParse(JSON.parse(line)).data ?? null;
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
      const failure = await classifyOne(positionals[0], values.state ?? null, io, classes);
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
