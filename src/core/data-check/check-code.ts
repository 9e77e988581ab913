import type { DataInput, Finding } from './finding.ts';

interface CodeRule {
  readonly rule: string;
  readonly matches: (line: string, place: { readonly split: number; readonly at: number }) => boolean;
  readonly message: string;
  readonly fix: string;
}

const LINE_CAP = 2000;
const SPLIT =
  /train_test_split\s?\(|TimeSeriesSplit\s?\(|\b(?:x_|df_|y_)?train\w{0,20}\s?(?:,[^=]{0,80})?=[^=]|\[\s?:\s?(?:n_|train|split|cut)/i;
const FIT = /\.fit(?:_transform)?\s?\(/;
const TRAIN = /train|fold|\btr\b|\bidx\b/i;
const FUTURE_SHIFT = /\.shift\s?\(\s?(?:periods\s?=\s?)?-\s?\d/;
const TARGET = /^[^=]{0,80}(?:target|label|next|future|\by\b)[^=]{0,40}=/i;
const WHOLE_SCALE = /\.mean\s?\(\s?\).{0,200}\.std\s?\(|\.std\s?\(\s?\).{0,200}\.mean\s?\(/;
const MOVING = /rolling|expanding|ewm|groupby|train/;

const RULES: readonly CodeRule[] = [
  {
    rule: 'fit-before-split',
    matches: (line, { split, at }) => FIT.test(line) && at < split && !TRAIN.test(line),
    message: 'something is fitted before the data is split, so it has seen the test days',
    fix: 'Split first, fit on the training rows, transform both.',
  },
  {
    rule: 'future-shift',
    matches: (line) => FUTURE_SHIFT.test(line) && !TARGET.test(line),
    message: 'a column is shifted backwards in time, so a row knows a later one',
    fix: 'Shift by a positive number; only the target may look ahead.',
  },
  {
    rule: 'filled-from-later',
    matches: (line) => /\b(?:bfill|backfill)\b/.test(line) || (/\.interpolate\s?\(/.test(line) && !/pad|ffill/.test(line)),
    message: 'gaps are filled from later days',
    fix: 'Fill forward (ffill) or leave them missing.',
  },
  {
    rule: 'centred-window',
    matches: (line) => /center\s?=\s?True/.test(line),
    message: 'a moving window is centred, so half of it lies in the future',
    fix: 'Drop center=True.',
  },
  {
    rule: 'shuffled-split',
    matches: (line) =>
      (/train_test_split\s?\(/.test(line) && !/shuffle\s?=\s?False|\bimport\b/.test(line)) ||
      /\bKFold\s?\(.{0,100}shuffle\s?=\s?True/.test(line),
    message: 'days are split at random, so the model trains on days after those it is tested on',
    fix: 'Split by date, or use TimeSeriesSplit.',
  },
  {
    rule: 'scaled-on-everything',
    matches: (line, { split, at }) => WHOLE_SCALE.test(line) && !MOVING.test(line) && at < split,
    message: 'a column is scaled with the mean and deviation of all days, the test days included',
    fix: 'Take both from the training rows, or from a moving window.',
  },
];

/** The line without its comment; a # inside quotes stays. */
function dropComment(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] as string;
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '#') return line.slice(0, at);
  }
  return line;
}

/** Reads data scripts line by line for what lets the future in. Words, not a parser: it can miss, and a person decides. */
export function checkCode({ code }: DataInput): Finding[] {
  return code.flatMap(({ name, text }) => {
    const lines = text.split('\n').map((line) => dropComment(line.slice(0, LINE_CAP)).trim());
    const found = lines.findIndex((line) => SPLIT.test(line) && !/^\s*(?:import|from)\b/.test(line));
    const split = found === -1 ? lines.length : found;
    return RULES.flatMap(({ rule, matches, message, fix }) => {
      const hits = lines.flatMap((line, at) => (matches(line, { split, at }) ? [at + 1] : []));
      const where = hits.slice(0, 5).map((line) => `line ${line}`);
      const parts = { rule, severity: 'condition' as const, file: name, column: null, value: hits.length, threshold: 0, message, fix };
      return hits.length === 0 ? [] : [{ ...parts, count: hits.length, where }];
    });
  });
}
