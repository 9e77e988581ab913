import type { Progress } from './schema.ts';

export type Unit = NonNullable<Progress['unit']>;

/** Where one line says the work is. */
export interface Position {
  /** Tells one counter of the log from another. */
  readonly key: string;
  readonly unit: Unit;
  readonly current: number;
  readonly total: number | null;
  /** Seconds for one unit, where the line states it. */
  readonly secondsPerUnit: number | null;
  /** True where the counter starts again with each epoch. */
  readonly perEpoch: boolean;
  /** True for validation, downloads and the like: never the position of the run. */
  readonly aside: boolean;
  /** What is left of the line for metrics. */
  readonly rest: string;
}

export interface EpochMark {
  readonly current: number;
  readonly total: number | null;
}

const ASIDE =
  /\b(?:val|valid|validat\w*|eval\w*|test\w*|sanity|predict\w*|load\w*|download\w*|extract\w*|generat\w*|map|filter|fetch\w*|tokeniz\w*|resolv\w*|sav\w*|shards?|cach\w*|preprocess\w*|collat\w*|warm ?up|checkpoint\w*)\b/i;
const BAR =
  /^(?<name>.*?):?\s*\d+%\s?(?:\|[^|]*\|)?\s*(?<n>[\d.,]+[kKMG]?)\/(?<total>[\d.,]+[kKMG]?)\s*\[(?<elapsed>[\d:]+)<(?<left>[\d:?]+)(?:,\s*(?<rate>[\d.]+|\?)\s?(?<per>[\w ]*\/s|s\/\w+))?,?\s*(?<rest>.*?)\]?\s*$/;
const EPOCH = /\bepochs?\b(?:\(train\))?[\s:#=([]*(?<n>\d+)(?:\])?(?:\s*(?:\/|of|out of)\s*(?<total>\d+))?(?!\.\d|\d|%)/i;
const INNER = [
  { regex: /\bTrain Epoch: \d+ \[\s*(?<n>\d+)\/(?<total>\d+)/, unit: 'sample' },
  { regex: /\bepoch\S*\s+\d+ \|\s*(?<n>\d+)\/\s*(?<total>\d+) batches/i, unit: 'batch' },
  { regex: /\bEpoch:? ?(?:\(train\)\s*)?\[\d+(?:\/\d+)?\]\s?\[\s*(?<n>\d+)\s?\/\s*(?<total>\d+)/, unit: 'batch' },
  { regex: /^Train: \d+ \[\s*(?<n>\d+)\/(?<total>\d+)/, unit: 'batch' },
  { regex: /\bepoch \d+:\s+(?<n>\d+) \/ (?<total>\d+) (?=loss=)/, unit: 'batch' },
  { regex: /^\s*(?<n>\d+)\/(?<total>\d+|Unknown) (?:[[━=>.]|- \d+m?s)/, unit: 'batch' },
] as const;
const WHOLE: readonly { readonly regex: RegExp; readonly unit: Unit }[] = [
  { regex: /\biteration\s+(?<n>\d+)\s*\/\s*(?<total>\d+)/i, unit: 'step' },
  { regex: /\b(?:global_step|num_updates)\s*[=:]\s*(?<n>\d+)/i, unit: 'step' },
  {
    regex:
      /(?:^|[^\w-])(?:global[ _])?(?:step|iter|iteration|update)s?\b[\s:=#([]*(?<n>\d+)(?:\])?(?:\s*(?:\/|of|out of)\s*(?<total>\d+))?(?![\d.]*(?:ms|s)\b)/i,
    unit: 'step',
  },
  { regex: /^Trial (?<n>\d+) (?:finished with|pruned)|\bTrial (?<n2>\d+) finished/, unit: 'trial' },
  { regex: /^\[(?<n>\d+)\]\s+(?=\S.*\d)/, unit: 'round' },
  { regex: /^(?<n>\d+):(?=\tlearn: )/, unit: 'round' },
  { regex: /^\[\s*(?<n>\d+)\/(?<total>\d+)\]\s/, unit: 'step' },
  { regex: /\bround\b[\s:=#]*(?<n>\d+)(?:\s*(?:\/|of)\s*(?<total>\d+))?/i, unit: 'round' },
  { regex: /\bafter (?<n>\d+) batches\b|\bbatch(?:es)?\b[\s:=#([]*(?<n2>\d+)(?:\s*(?:\/|of)\s*(?<total>\d+))?/i, unit: 'batch' },
  { regex: /\b(?:progress|done|completed?)\b\W{0,3}(?<n>\d+(?:\.\d+)?)\s?%|(?<n2>\d+(?:\.\d+)?)\s?% (?:done|complete)/i, unit: 'percent' },
];
const STATED = [
  { regex: /elapsed time per iteration \(ms\): (?<n>[\d.]+)/, scale: 0.001 },
  { regex: /\bms\/batch\s+(?<n>[\d.]+)/, scale: 0.001 },
  { regex: /\biter_dt\s+(?<n>[\d.]+)ms/, scale: 0.001 },
  { regex: /\btime:?\s+(?<n>[\d.]+)\s?ms/, scale: 0.001 },
  { regex: /(?<n>[\d.]+)ms\/(?:step|it)/, scale: 0.001 },
  { regex: /(?<n>[\d.]+)s\/(?:step|it)/, scale: 1 },
  { regex: /\btime:?\s+(?<n>\d*\.\d+)(?:s,|\s+\(|\s+(?:last_time|data_time))/i, scale: 1 },
];
const RATES = /(?<n>[\d.]+)\s?(?:it|step|steps|iter|batch(?:es)?)\/s/;

function readScaled(text: string): number {
  const scale = { k: 1e3, K: 1e3, M: 1e6, G: 1e9 }[text.slice(-1)] ?? 1;
  return Number(text.replaceAll(/[,kKMG]/g, '')) * scale;
}

function readStated(text: string): number | null {
  for (const { regex, scale } of STATED) {
    const value = regex.exec(text)?.groups?.['n'];
    if (value !== undefined) return Number(value) * scale;
  }
  const rate = Number(RATES.exec(text)?.groups?.['n'] ?? 0);
  return rate > 0 ? 1 / rate : null;
}

/** The epoch that a line names, as counted there; a fraction of an epoch is none. */
export function readEpoch(text: string): EpochMark | null {
  const groups = EPOCH.exec(text)?.groups;
  if (groups?.['n'] === undefined) return /^Train: (\d+) \[/.test(text) ? { current: Number(/\d+/.exec(text)?.[0]), total: null } : null;
  return { current: Number(groups['n']), total: groups['total'] === undefined ? null : Number(groups['total']) };
}

// Some files hold the bars of one line end to end, without returns.
function takeLastBar(text: string): string {
  const last = text.lastIndexOf('%|');
  if (last === text.indexOf('%|')) return text;
  return text.slice(text.lastIndexOf(']', last) + 1);
}

/** A tqdm bar, with or without its blocks. */
function readBar(text: string): Position | null {
  const groups = BAR.exec(takeLastBar(text))?.groups;
  if (groups === undefined) return null;
  const { name = '', n = '', total = '', rate, per, rest = '' } = groups;
  const speed = rate === undefined || rate === '?' ? Number.NaN : Number(rate);
  const inverse = per?.startsWith('s/') === true;
  const label = name.replaceAll(/\d+/g, '#').trim().slice(-60);
  const isEpochs = /^\W*epochs?\W*$/i.test(name) && !/\d/.test(name);
  return {
    key: `bar ${label}/${total}`,
    unit: isEpochs ? 'epoch' : 'step',
    current: readScaled(n),
    total: readScaled(total),
    secondsPerUnit: speed > 0 ? (inverse ? speed : 1 / speed) : null,
    perEpoch: /epoch\W*\d/i.test(name),
    aside: ASIDE.test(name),
    rest,
  };
}

/** The counter that a line shows, or null. Never takes a fraction in a metric, a date or a version for a position. */
export function readPosition(text: string): Position | null {
  const bar = readBar(text);
  if (bar !== null) return bar;
  const aside = /^\W*(?:val\w*|eval\w*|test\w*|validation|sanity)\b/i.test(text);
  for (const { regex, unit } of INNER) {
    const found = regex.exec(text);
    const { n, total } = found?.groups ?? {};
    if (found === null || n === undefined) continue;
    const known = total === undefined || total === 'Unknown' ? null : Number(total);
    return {
      key: `inner ${unit}`,
      unit,
      current: Number(n),
      total: known,
      secondsPerUnit: readStated(text),
      perEpoch: true,
      aside,
      rest: text.replace(found[0], ' '),
    };
  }
  for (const { regex, unit } of WHOLE) {
    const found = regex.exec(text);
    const n = found?.groups?.['n'] ?? found?.groups?.['n2'];
    if (found === null || n === undefined) continue;
    const total = unit === 'percent' ? '100' : found.groups?.['total'];
    return {
      key: `line ${unit}`,
      unit,
      current: Number(n),
      total: total === undefined ? null : Number(total),
      secondsPerUnit: readStated(text),
      perEpoch: false,
      aside: aside || (total === undefined && ASIDE.test(text.slice(0, found.index))),
      rest: text.replace(found[0], ' '),
    };
  }
  return null;
}
