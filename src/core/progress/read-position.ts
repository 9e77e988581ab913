import { readDuration } from './read-duration.ts';
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
  /** Seconds since this counter began, and to its end, where the line states them. */
  readonly elapsed: number | null;
  readonly left: number | null;
  /** The epoch that the counter's own line names. */
  readonly epoch: number | null;
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
  /^(?<name>.*?):?\s{0,8}\d{1,3}%\s?(?:\|[^|]{0,400}\|)?\s{0,8}(?<n>[\d.,]{1,20}[kKMG]?)\/(?<total>[\d.,]{1,20}[kKMG]?)\s{0,8}\[(?<elapsed>[\d:]{1,20})<(?<left>[\d:?]{1,20})(?:,\s{0,8}(?<rate>[\d.]{1,20}|\?)\s?(?<per>[\w ]{0,40}\/s|s\/\w{1,20}))?,?(?<rest>.*)$/;
const EPOCH = /\bepochs?\b(?:\(train\))?[\s:#=([]*(?<n>\d+)(?:\])?(?:\s*(?:\/|of|out of)\s*(?<total>\d+))?(?!\.\d|\d|%)/i;
const INNER = [
  { regex: /\bTrain Epoch: \d+ \[\s*(?<n>\d+)\/(?<total>\d+)/, unit: 'sample' },
  { regex: /\bepoch\S{0,40}\s+\d+ \|\s*(?<n>\d+)\/\s*(?<total>\d+) batches/i, unit: 'batch' },
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
      /(?:^|[^\w-])(?:global[ _])?(?:step|iter|iteration|update)s?\b[\s:=#([]*(?<n>\d+)(?:\])?(?:\s*(?:\/|of|out of)\s*(?<total>\d+))?(?![\d.]{0,20}(?:ms|s)\b)/i,
    unit: 'step',
  },
  { regex: /^Trial (?<n>\d+) (?:finished with|pruned)|\bTrial (?<n2>\d+) finished/, unit: 'trial' },
  { regex: /^\[(?<n>\d+)\]\s+(?=\S.*\d)/, unit: 'round' },
  { regex: /^(?<n>\d+):(?=\tlearn: )/, unit: 'round' },
  { regex: /^\[\s*(?<n>\d+)\/(?<total>\d+)\]\s/, unit: 'step' },
  { regex: /\bround\b[\s:=#]*(?<n>\d+)(?:\s*(?:\/|of)\s*(?<total>\d+))?/i, unit: 'round' },
  { regex: /\bafter (?<n>\d+) batches\b|\bbatch(?:es)?\b[\s:=#([]*(?<n2>\d+)(?:\s*(?:\/|of)\s*(?<total>\d+))?/i, unit: 'batch' },
  {
    regex: /\b(?:progress|done|completed?)\b\W{0,3}(?<n>\d{1,9}(?:\.\d{1,9})?)\s?%|(?<n2>\d{1,9}(?:\.\d{1,9})?)\s?% (?:done|complete)/i,
    unit: 'percent',
  },
];
const STATED = [
  { regex: /elapsed time per iteration \(ms\): (?<n>[\d.]{1,20})/, scale: 0.001 },
  { regex: /\bms\/batch\s+(?<n>[\d.]{1,20})/, scale: 0.001 },
  { regex: /\biter_dt\s+(?<n>[\d.]{1,20})ms/, scale: 0.001 },
  { regex: /\btime:?\s+(?<n>[\d.]{1,20})\s?ms/, scale: 0.001 },
  { regex: /(?<n>[\d.]{1,20})ms\/(?:step|it)/, scale: 0.001 },
  { regex: /(?<n>[\d.]{1,20})s\/(?:step|it)/, scale: 1 },
  { regex: /\btime:?\s+(?<n>\d{0,12}\.\d{1,12})(?:s,|\s+\(|\s+(?:last_time|data_time))/i, scale: 1 },
];
const RATES = /(?<n>[\d.]{1,20})\s?(?:it|step|steps|iter|batch(?:es)?)\/s/;

const NO_TIME = { elapsed: null, left: null, epoch: null } as const;

/** A count that JSON and arithmetic keep exact; null for what is larger, or no count at all. */
function readCount(digits: string | undefined): number | null {
  const value = digits === undefined ? Number.NaN : Number(digits);
  return Number.isSafeInteger(value) ? value : null;
}

/** A number such as `1.2k`; null for what is none, or too large to be a position. */
function readScaled(text: string): number | null {
  const scale = { k: 1e3, K: 1e3, M: 1e6, G: 1e9 }[text.slice(-1)] ?? 1;
  const value = Number(text.replaceAll(/[,kKMG]/g, '')) * scale;
  return Number.isFinite(value) && value <= Number.MAX_SAFE_INTEGER ? value : null;
}

function readFinite(text: string | undefined): number | null {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

function readStated(text: string): number | null {
  for (const { regex, scale } of STATED) {
    const value = readFinite(regex.exec(text)?.groups?.['n']);
    if (value !== null) return value * scale;
  }
  const rate = Number(RATES.exec(text)?.groups?.['n'] ?? 0);
  return rate > 0 ? 1 / rate : null;
}

/** The epoch that a line names, as counted there; a fraction of an epoch is none, nor is a number that no training reaches. */
export function readEpoch(text: string): EpochMark | null {
  const groups = EPOCH.exec(text)?.groups ?? /^Train: (?<n>\d+) \[/.exec(text)?.groups;
  const current = readCount(groups?.['n']);
  return current === null ? null : { current, total: readCount(groups?.['total']) };
}

// Some files hold the bars of one line end to end, without returns.
function takeLastBar(text: string): string {
  const last = text.lastIndexOf('%|');
  if (last === text.indexOf('%|')) return text;
  return text.slice(text.lastIndexOf(']', last) + 1);
}

/** A tqdm bar, with or without its blocks. */
function readBar(text: string): Position | null {
  const groups = text.includes('%') ? BAR.exec(takeLastBar(text))?.groups : undefined;
  if (groups === undefined) return null;
  const { name = '', n = '', total = '', rate, per } = groups;
  const [current, whole] = [readScaled(n), readScaled(total)];
  if (current === null || whole === null) return null;
  const rest = (groups['rest'] ?? '').trim().replace(/\]$/, '');
  const speed = rate === undefined || rate === '?' ? Number.NaN : Number(rate);
  const inverse = per?.startsWith('s/') === true;
  const label = name.replaceAll(/\d+/g, '#').trim().slice(-60);
  const isEpochs = /^\W*epochs?\W*$/i.test(name) && !/\d/.test(name);
  return {
    key: `bar ${label}/${total}`,
    unit: isEpochs ? 'epoch' : 'step',
    current,
    total: whole,
    secondsPerUnit: speed > 0 ? (inverse ? speed : 1 / speed) : null,
    perEpoch: /epoch\W*\d/i.test(name),
    aside: ASIDE.test(name),
    elapsed: readDuration(groups['elapsed'] ?? ''),
    left: readDuration(groups['left'] ?? ''),
    epoch: readEpoch(name)?.current ?? null,
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
    const current = readCount(found?.groups?.['n']);
    if (found === null || current === null) continue;
    return {
      key: `inner ${unit}`,
      unit,
      current,
      total: readCount(found.groups?.['total']),
      secondsPerUnit: readStated(text),
      perEpoch: true,
      aside,
      ...NO_TIME,
      epoch: readEpoch(text)?.current ?? null,
      rest: text.replace(found[0], ' '),
    };
  }
  for (const { regex, unit } of WHOLE) {
    const found = regex.exec(text);
    const digits = found?.groups?.['n'] ?? found?.groups?.['n2'];
    const current = unit === 'percent' ? readFinite(digits) : readCount(digits);
    if (found === null || current === null) continue;
    const total = unit === 'percent' ? 100 : readCount(found.groups?.['total']);
    const epoch = unit === 'step' || unit === 'batch' ? (readEpoch(text)?.current ?? null) : null;
    return {
      key: `line ${unit}`,
      unit,
      current,
      total,
      secondsPerUnit: readStated(text),
      // Beside an epoch a total is that of the epoch, until the counter is seen to run on.
      perEpoch: epoch !== null && total !== null,
      ...NO_TIME,
      epoch,
      aside: aside || (total === null && ASIDE.test(text.slice(0, found.index))),
      rest: text.replace(found[0], ' '),
    };
  }
  return null;
}
