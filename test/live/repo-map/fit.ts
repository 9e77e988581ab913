/**
 * npx tsx test/live/repo-map/fit.ts FOLDER [--write] – learns the points of the grounds on which entries are ranked from the labelled
 * repositories in FOLDER (checkouts named owner__name): a conditional logit over the entries of each repository, held back a little from large
 * points. Prints how often the first entry is right on lists that were left out, so that the number is no praise of itself. With --write the points
 * go to grounds/weights.ts.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openRepository } from '../../../src/cli/open-repository.ts';
import { GROUNDS } from '../../../src/core/repo-map/entries/grounds/grounds.ts';
import { WEIGHTS } from '../../../src/core/repo-map/entries/grounds/weights.ts';
import { mapRepository } from '../../../src/core/repo-map/map.ts';
import { isRightCommand, readLabels } from './scoring.ts';

const NAMES: readonly string[] = GROUNDS.map(({ says }) => says);
const HELD_BACK = 0.003;
const ROUNDS = 300;
const STEP = 0.1;

/** The entries of one repository: how far each ground holds of each, and which of them a person accepts. */
interface Choice {
  readonly list: number;
  readonly repository: string;
  readonly amounts: readonly (readonly number[])[];
  /** Points of each that rules give and nobody learns. */
  readonly fixed: readonly number[];
  readonly isRight: readonly boolean[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean' } } });
  const choices = await readChoices(positionals[0] ?? '');
  const lists = [...new Set(choices.map(({ list }) => list))].toSorted((a, b) => a - b);
  let right = 0;
  for (const list of lists) {
    const left = choices.filter((choice) => choice.list === list);
    const weights = learn(choices.filter((choice) => choice.list !== list));
    const found = left.filter((choice) => isFirstRight(choice, weights)).length;
    right += found;
    print(`list ${String(list)} left out: ${String(found)} of ${String(left.length)}`);
  }
  const weights = learn(choices);
  print(`all lists left out in turn: ${String(right)} of ${String(choices.length)}`);
  print(
    `with the points of today: ${String(
      choices.filter((it) =>
        isFirstRight(
          it,
          NAMES.map((name) => WEIGHTS[name] ?? 0),
        ),
      ).length,
    )}`,
  );
  print(`learnt from all and asked of all: ${String(choices.filter((it) => isFirstRight(it, weights)).length)}`);
  print(`right entry among those found: ${String(choices.filter((it) => it.isRight.includes(true)).length)}`);
  for (const [index, name] of NAMES.entries()) print(`${(weights[index] ?? 0).toFixed(2).padStart(6)}  ${name}`);
  if (values.write === true) await writeFile(WEIGHTS_FILE, renderWeights(weights));
}

async function readChoices(folder: string): Promise<Choice[]> {
  const choices: Choice[] = [];
  for (const label of await readLabels()) {
    const path = join(folder, label.repository.replace('/', '__'));
    if (!existsSync(path)) throw new Error(`${path} is not there: run score.ts first, which clones what is missing`);
    const { entries } = mapRepository(await openRepository({ typed: path, cwd: folder }));
    choices.push({
      list: label.list,
      repository: label.repository,
      amounts: entries.map(({ reasons = [] }) => {
        const points = new Map(reasons.map((reason) => [reason.says, reason.points]));
        return NAMES.map((name) => (points.get(name) ?? 0) / (WEIGHTS[name] ?? 1));
      }),
      fixed: entries.map(({ reasons = [] }) => reasons.reduce((sum, { says, points }) => sum + (NAMES.includes(says) ? 0 : points), 0)),
      isRight: entries.map((entry) => isRightCommand(label, entry)),
    });
  }
  return choices;
}

function listSums({ amounts, fixed }: Choice, weights: readonly number[]): number[] {
  return amounts.map((item, at) => item.reduce((sum, amount, index) => sum + amount * (weights[index] ?? 0), fixed[at] ?? 0));
}

function isFirstRight(choice: Choice, weights: readonly number[]): boolean {
  const { isRight } = choice;
  const sums = listSums(choice, weights);
  return isRight[sums.indexOf(Math.max(...sums))] === true;
}

/** Gradient ascent (Adam) on the chance that the first entry is a right one; repositories of which all or no entries are right teach nothing. */
function learn(choices: readonly Choice[]): number[] {
  const telling = choices.filter(({ isRight }) => isRight.includes(true) && isRight.includes(false));
  const weights = NAMES.map(() => 0);
  const mean = NAMES.map(() => 0);
  const spread = NAMES.map(() => 0);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const slope = NAMES.map((_, index) => -HELD_BACK * telling.length * (weights[index] ?? 0));
    for (const choice of telling) addSlope(slope, choice, weights);
    for (const index of NAMES.keys()) {
      const now = (slope[index] ?? 0) / telling.length;
      mean[index] = 0.9 * (mean[index] ?? 0) + 0.1 * now;
      spread[index] = 0.99 * (spread[index] ?? 0) + 0.01 * now * now;
      const pace = Math.sqrt((spread[index] ?? 0) / (1 - 0.99 ** round)) + 1e-8;
      weights[index] = (weights[index] ?? 0) + (STEP * ((mean[index] ?? 0) / (1 - 0.9 ** round))) / pace;
    }
  }
  return weights;
}

function addSlope(slope: number[], choice: Choice, weights: readonly number[]): void {
  const { amounts, isRight } = choice;
  const sums = listSums(choice, weights);
  const most = Math.max(...sums);
  const shares = sums.map((sum) => Math.exp(sum - most));
  const all = shares.reduce((sum, share) => sum + share, 0);
  const right = shares.reduce((sum, share, at) => sum + (isRight[at] === true ? share : 0), 0) + 1e-12;
  for (const [at, share] of shares.entries()) {
    const pull = (isRight[at] === true ? share / right : 0) - share / all;
    if (pull === 0) continue;
    for (const [index, amount] of (amounts[at] ?? []).entries()) if (amount !== 0) slope[index] = (slope[index] ?? 0) + pull * amount;
  }
}

const WEIGHTS_FILE = new URL('../../../src/core/repo-map/entries/grounds/weights.ts', import.meta.url);

function renderWeights(weights: readonly number[]): string {
  // A weight of nothing could not be learnt anew from maps: a ground that says nothing is better taken away.
  const lines = NAMES.map((name, index) => `  '${name}': ${(Math.round((weights[index] ?? 0) * 100) / 100 || 0.01).toString()},`);
  return [
    '/** Points of the grounds, made by test/live/repo-map/fit.ts from labelled repositories; not edited by hand. */',
    'export const WEIGHTS: Readonly<Record<string, number>> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
