/** The best that was measured, against what was aimed at. Pure. */
import type { Chart } from '../charts/schema.ts';
import type { Entry } from '../diary/entry.ts';
import { groupBy } from '../group-by.ts';
import { formatNumber } from '../run/format.ts';
import type { RunState } from '../run/state.ts';
import { joinPieces, nameEntry, nameState, quoteFigure, readState, say } from './pieces.ts';
import type { DigestLine } from './schema.ts';

/** Something that an experiment aims at, and how near it came. */
export interface TargetStand {
  readonly state: RunState;
  readonly about: string;
  readonly metric: string;
  readonly direction: 'above' | 'below';
  readonly threshold: number;
  readonly value: number | null;
}

const MOST_LINES = 4;
const MOST_METRICS = 3;
/** Words in the name of a metric; of what holds none of them nobody knows which way is better. */
const LOWER = /(?<![a-z])(?:loss|error|err|mse|rmse|mae|nll|ppl|fid|wer|cer|perplexity|deviance)(?![a-z])/i;
const HIGHER =
  /(?<![a-z])(?:acc|accuracy|f1|auc|auroc|precision|recall|bleu|rouge|m?ap|m?iou|dice|psnr|ssim|reward|return|r2|correlation)(?![a-z])/i;

interface Score {
  readonly entry: Entry;
  readonly name: string;
  readonly value: number;
}

/** Targets first, then the best of each metric of each thing that was measured. */
export function listResults(entries: readonly Entry[], targets: readonly TargetStand[]): DigestLine[] {
  const aimed = targets.slice(0, MOST_LINES).map(describeTarget);
  const isAimed = ({ entry, name }: Score): boolean => targets.some(({ about, metric }) => about === entry.about && metric === name);
  const free = listScores(entries).filter((score) => !isAimed(score));
  const found = groupBy(free, ({ entry }) => entry.about).map(({ items }) => describeBest(items));
  return [...aimed, ...found.slice(0, Math.max(0, MOST_LINES - aimed.length))];
}

function describeTarget({ state, about, metric, direction, threshold, value }: TargetStand): DigestLine {
  const reached = value !== null && (direction === 'above' ? value > threshold : value < threshold);
  const stand = value === null ? 'not measured yet' : `${formatNumber(value)}, ${reached ? 'reached' : 'not reached'}`;
  return [nameState(state, about), say(': '), readState(state, `${metric} ${stand}; aimed at ${direction} ${formatNumber(threshold)}`)];
}

function describeBest(scores: readonly [Score, ...Score[]]): DigestLine {
  const best = groupBy(scores, ({ name }) => name).map(({ items }) => chooseBest(items));
  const shown = best.slice(0, MOST_METRICS);
  const told = shown.map(({ entry, name, value }) => [
    say(isKnown(name) ? 'best ' : ''),
    quoteFigure(entry, value, (number) => `${name} ${formatNumber(number)}`),
  ]);
  return [nameEntry(scores[0].entry), say(': '), ...joinPieces(told, ', ')];
}

function isKnown(name: string): boolean {
  return LOWER.test(name) || HIGHER.test(name);
}

/** The newest where nobody knows which way is better. */
function chooseBest(scores: readonly [Score, ...Score[]]): Score {
  const { name } = scores[0];
  if (LOWER.test(name)) return scores.reduce((best, one) => (one.value < best.value ? one : best));
  return HIGHER.test(name) ? scores.reduce((best, one) => (one.value > best.value ? one : best)) : (scores.at(-1) ?? scores[0]);
}

/** Numbers without a unit that results measured: scores and losses, no counts of work. */
function listScores(entries: readonly Entry[]): Score[] {
  return entries
    .filter(({ kind }) => kind === 'result')
    .flatMap((entry) =>
      entry.figures
        .filter(({ unit, name, value }) => unit === '' && name !== 'steps' && Number.isFinite(value))
        .map(({ name, value }) => ({ entry, name, value })),
    );
}

/** The metric that is aimed at, else the one that was measured most often, over time; null where nothing was measured twice. */
export function chartResults(entries: readonly Entry[], targets: readonly TargetStand[]): { chart: Chart; from: string[] } | null {
  const groups = groupBy(listScores(entries), ({ entry, name }) => JSON.stringify([entry.about, name])).map(({ items }) => items);
  const measured = groups.filter((group) => group.length > 1).toSorted((a, b) => b.length - a.length);
  const targetOf = ([{ entry, name }]: readonly [Score, ...Score[]]) =>
    targets.find(({ about, metric }) => metric === name && about === entry.about);
  const most = measured.find((group) => targetOf(group) !== undefined) ?? measured[0];
  if (most === undefined) return null;
  const [first] = most;
  const target = targetOf(most);
  return {
    from: most.map(({ entry }) => entry.id),
    chart: {
      kind: 'line',
      title: `${first.entry.about}: ${first.name}`,
      note: '',
      x: { name: 'time', unit: '', scale: 'time' },
      y: { name: first.name, unit: '', scale: 'linear' },
      marks: target === undefined ? [] : [{ name: 'target', value: target.threshold }],
      series: [{ name: first.name, points: most.map(({ entry, value }) => [entry.at, value]) }],
    },
  };
}
