import { readFile } from 'node:fs/promises';
import { answerRow, type RowAnswer } from '../../src/core/diagnosis/answer-row.ts';
import type { FailureClass } from '../../src/core/diagnosis/failure-class.ts';
import { loadPlugins } from '../../src/plugins.ts';
import { CORPUS, readCorpus } from './read-corpus.ts';
import { LabelledRow, listConfusions, measureCalibration, measureRisk, scoreRow, summarize, type Scored, type Share } from './score.ts';

const COVERAGES = [0.5, 0.6, 0.7, 0.8, 0.9, 1];
const out = (line: string): void => void process.stdout.write(`${line}\n`);
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const show = ({ hits, of }: Share): string => `${hits} of ${of}${of === 0 ? '' : ` (${percent(hits / of)})`}`;

async function readRows(file: string): Promise<LabelledRow[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const parsed = LabelledRow.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
    throw new Error(`reading ${file}: row ${index + 1} is no labelled row: ${parsed.error.message}`);
  });
}

function printSummary(all: readonly Scored[], seconds: number): void {
  const sum = summarize(all);
  out(`rows                  ${all.length}, ${seconds.toFixed(1)} s`);
  out(`category              ${show(sum.category)}`);
  out(`route                 ${show(sum.route)}`);
  out(`evidence, right rows  ${show(sum.evidenceWhereRight)}`);
  out(`evidence, all rows    ${show(sum.evidenceOfAll)}`);
  out(`false alarms          ${show(sum.falseAlarms)}`);
  out(`"unknown" answered    ${show(sum.unknown)}`);
  out(`false oom             ${list(sum.falseOom)}`);
  out(`wrong "retry as is"   ${list(sum.wrongRetry)}`);
  out(`macro-F1              ${sum.macroF1.toFixed(3)}`);
}

const list = (rows: readonly Scored[]): string =>
  rows.length === 0 ? '0' : `${rows.length}: ${rows.map(({ row, answer }) => `${row.id} (${answer.category})`).join(', ')}`;

function printTables(all: readonly Scored[]): void {
  out('\ncoverage  confidence  error');
  for (const { coverage, confidence, error } of measureRisk(all, COVERAGES)) {
    out(`${percent(coverage).padStart(8)}  ${confidence.toFixed(3).padStart(10)}  ${percent(error).padStart(6)}`);
  }
  const { bins, error } = measureCalibration(all);
  out(`\nconfidence  rows   said  right   (expected calibration error ${error.toFixed(3)})`);
  for (const bin of bins) {
    out(`${bin.from.toFixed(1).padStart(10)} ${String(bin.rows).padStart(5)}  ${bin.said.toFixed(3)}  ${bin.right.toFixed(3)}`);
  }
  const confusions = listConfusions(all);
  if (confusions.length > 0) out('\nactual -> answered');
  for (const { actual, predicted, ids } of confusions) {
    out(`  ${actual} -> ${predicted}: ${ids.length} (${ids.slice(0, 8).join(', ')})`);
  }
}

function printDetails(all: readonly Scored[]): void {
  out('\nmisses');
  for (const { row, answer, right, routeRight, evidenceHit } of all) {
    if (right && evidenceHit !== false && (routeRight || row.category === 'none')) continue;
    const kind = right ? (evidenceHit === false ? 'evidence' : 'route') : 'category';
    out(
      `  ${row.id} ${kind}: ${row.category}${row.also?.length ? ` (or ${row.also.join(', ')})` : ''} -> ${answer.category} ${answer.confidence.toFixed(2)}`,
    );
    if (row.evidence) out(`    wanted: ${row.evidence.trim().slice(0, 200)}`);
    out(`    given:  ${(answer.evidence ?? '(no line)').trim().slice(0, 200)}`);
  }
}

async function main(): Promise<number> {
  const file = process.argv.slice(2).find((arg) => !arg.startsWith('--'));
  if (file === undefined) {
    process.stderr.write('usage: npm run eval:failures -- FILE.jsonl|corpus [--misses]\n');
    return 2;
  }
  const classes = await loadPlugins<FailureClass>(new URL('../../src/failures/', import.meta.url));
  const rows = file === 'corpus' ? await readCorpus(CORPUS) : await readRows(file);
  const started = performance.now();
  const answers: RowAnswer[] = rows.map((row) => answerRow(row, classes));
  const all = rows.map((row, index) => scoreRow(row, answers[index] as RowAnswer));
  printSummary(all, (performance.now() - started) / 1000);
  printTables(all);
  if (process.argv.includes('--misses')) printDetails(all);
  return 0;
}

process.exitCode = await main();
