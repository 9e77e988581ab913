import { readDuration } from './read-duration.ts';
import type { Position } from './read-position.ts';

const BAR =
  /^(?<name>.*?):?\s{0,8}\d{1,3}%\s?(?:\|[^|]{0,400}\|)?\s{0,8}(?<n>[\d.,]{1,20}[kKMG]?)\/(?<total>[\d.,]{1,20}[kKMG]?)\s{0,8}\[(?<elapsed>[\d:]{1,20})<(?<left>[\d:?]{1,20})(?:,\s{0,8}(?<rate>[\d.]{1,20}|\?)\s?(?<per>[\w ]{0,40}\/s|s\/\w{1,20}))?,?(?<rest>.*)$/;
const OPEN_BAR =
  /^(?<name>(?:\D.{0,200}?)?):?\s{0,8}(?<![\d./])(?<n>\d[\d.,]{0,19}[kKMG]?)\s?[A-Za-z]{1,20} \[(?<elapsed>\d[\d:]{1,20}), {1,8}(?<rate>[\d.]{1,20}|\?)\s?(?<per>[A-Za-z]{1,20}\/s|s\/[A-Za-z]{1,20}),?(?<rest>.*)$/;
/** The row of Ultralytics before its bar: epoch of epochs, then the memory. */
const ROW = /^\s{0,12}(?<n>\d{1,6})\/(?<total>\d{1,6})\s{1,12}\d{1,6}(?:\.\d{1,6})?[GM]B?\s/;

export const ASIDE =
  /(?<![A-Za-z])(?:val|valid|validat\w*|eval\w*|test\w*|sanity|predict\w*|load\w*|download\w*|upload\w*|extract\w*|generat\w*|map|filter|fetch\w*|tokeniz\w*|resolv\w*|sav\w*|shards?|cach\w*|preprocess\w*|collat\w*|warm ?up|checkpoint\w*|scanning|unzip\w*|encod\w*|compil\w*|captur\w*|写|検証|評価|読み込み)(?![A-Za-z])/i;

/** A number such as `1.2k`; null for what is none, or too large to be a position. */
function readScaled(text: string): number | null {
  const scale = { k: 1e3, K: 1e3, M: 1e6, G: 1e9 }[text.slice(-1)] ?? 1;
  const value = Number(text.replaceAll(/[,kKMG]/g, '')) * scale;
  return Number.isFinite(value) && value <= Number.MAX_SAFE_INTEGER ? value : null;
}

// Some files hold the bars of one line end to end, without returns.
function takeLastBar(text: string): string {
  const last = text.lastIndexOf('%|');
  if (last === text.indexOf('%|')) return text;
  return text.slice(text.lastIndexOf(']', last) + 1);
}

/** The epoch and the rest of what stands before a bar in the logs of Ultralytics; null elsewhere. */
export function readRow(name: string): { current: number; total: number } | null {
  const groups = ROW.exec(name)?.groups;
  return groups === undefined ? null : { current: Number(groups['n']), total: Number(groups['total']) };
}

/** A tqdm bar, with or without its blocks, and without a total. */
export function readBar(text: string): Position | null {
  if (!text.includes('[')) return null;
  const last = text.includes('%') ? takeLastBar(text) : text;
  const groups = (text.includes('%') ? BAR.exec(last) : null)?.groups ?? (last.length < 600 ? OPEN_BAR.exec(last) : null)?.groups;
  if (groups === undefined) return null;
  const { name = '', n = '', total, rate, per } = groups;
  const [current, whole] = [readScaled(n), total === undefined ? null : readScaled(total)];
  if (current === null || (total !== undefined && whole === null)) return null;
  const speed = rate === undefined || rate === '?' ? Number.NaN : Number(rate);
  const row = readRow(name);
  const isEpochs = /^\W*(?:epochs?|エポック)\W*$/i.test(name) && !/\d/.test(name);
  const label = row === null ? name.replaceAll(/\d+/g, '#').trim().slice(-60) : 'row';
  const numbered = /(?:epochs?|エポック)\W*(?<n>\d{1,9})|^\s*(?<n2>\d{1,6})\|\d{1,9}\|/i.exec(name)?.groups;
  return {
    key: `bar ${label.replace(/[-+]?#[\d.e#+-]*/g, '#')}/${total ?? ''}`,
    unit: isEpochs ? 'epoch' : 'step',
    current,
    total: whole,
    secondsPerUnit: speed > 0 ? (per?.startsWith('s/') === true ? speed : 1 / speed) : null,
    perEpoch: row !== null || /(?:epoch|エポック)\W*\d/i.test(name),
    // Metrics stand in some labels; what a bar is for is its first words.
    aside: row === null && ASIDE.test(name.slice(0, 60)) && !/^\W*(?:epoch|train)/i.test(name),
    elapsed: readDuration(groups['elapsed'] ?? ''),
    left: null,
    sure: true,
    epoch: row?.current ?? (numbered === undefined ? null : Number(numbered['n'] ?? numbered['n2'])),
    rest: `${row === null ? name : ''} | ${(groups['rest'] ?? '').trim().replace(/\]$/, '')}`,
  };
}
