/**
 * npx tsx test/live/repo-map/score.ts [FOLDER] [--only TEXT] [--list N] [--details] [--markdown] – maps the real repositories of labels.json with
 * `reprobot map --json` and compares the answers with what a person found by reading them. FOLDER holds checkouts named owner__name;
 * those that are missing are cloned at their commit. Nothing of them is run.
 */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findCheckout, mapCheckout } from './checkouts.ts';
import { readLabels, scoreMap, sumScores, type Score } from './scoring.ts';

const mark = (right: boolean): string => (right ? 'yes' : 'NO');
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' }, list: { type: 'string' }, details: { type: 'boolean' }, markdown: { type: 'boolean' } },
  });
  const folder = positionals[0] ?? join(tmpdir(), 'reprobot-repositories');
  await mkdir(folder, { recursive: true });
  const wanted = (await readLabels()).filter(
    (label) => label.repository.includes(values.only ?? '') && (values.list === undefined || label.list === Number(values.list)),
  );
  const scores: Score[] = [];
  const startedAt = performance.now();
  for (const label of wanted) {
    try {
      const score = scoreMap(label, await mapCheckout(await findCheckout(folder, label)));
      scores.push(score);
      print(row(score, values.markdown === true));
      if (values.details === true) print(describe(score));
    } catch (error) {
      print(`${label.repository}: not scored: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
  }
  print(summary(scores, (performance.now() - startedAt) / 1000));
}

function row(score: Score, markdown: boolean): string {
  const cells = [
    score.label.repository,
    mark(score.entry),
    mark(score.command),
    mark(score.hardware),
    percent(score.recall),
    percent(score.precision),
    percent(score.documents),
  ];
  if (markdown) return `| ${cells.join(' | ')} |`;
  return `${cells[0]?.padEnd(46)} ${cells
    .slice(1)
    .map((cell) => cell.padStart(8))
    .join('')}`;
}

function describe(score: Score): string {
  const lines = [
    score.command
      ? null
      : `command: ${score.said.command ?? 'none'}; expected ${score.label.entries.map((entry) => entry.command).join(' or ')}`,
    score.hardware ? null : `hardware: ${score.said.hardware}; expected ${score.label.hardware.join(' or ')}`,
    score.missing.length === 0 ? null : `dependencies missing: ${score.missing.join(' ')}`,
    score.extra.length === 0 ? null : `dependencies too many: ${score.extra.join(' ')}`,
    score.unread.length === 0 ? null : `documents missing: ${score.unread.join(' ')}`,
  ];
  return lines.flatMap((line) => (line === null ? [] : [`    ${line}`])).join('\n');
}

function summary(scores: readonly Score[], seconds: number): string {
  const total = sumScores(scores);
  return [
    '',
    `${scores.length} repositories in ${seconds.toFixed(0)} s`,
    `entry ${percent(total.entry)}, command ${percent(total.command)}, hardware ${percent(total.hardware)}`,
    `dependencies: recall ${percent(total.recall)}, precision ${percent(total.precision)} (all names together)`,
    `documents: recall ${percent(total.documents)}`,
  ].join('\n');
}

function print(text: string): void {
  if (text !== '') process.stdout.write(`${text}\n`);
}

await main();
