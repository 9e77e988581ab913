/**
 * How far off the estimated end is: `npm run bench:eta -- FOLDER` cuts each log at 20 points and prints the median absolute percentage
 * error and the coverage of the interval, beside what tqdm would say and elapsed/fraction. Logs of files are timed by what they state.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { judgeStall } from '../../src/core/progress/judge-stall.ts';
import { startProgress, type ProgressState } from '../../src/core/progress/state.ts';
import { summarizeProgress } from '../../src/core/progress/summarize.ts';
import { feedProgress, trackProgress } from '../../src/core/progress/track.ts';
import { makeCorpus, type TimedLine, type TimedLog } from './eta-corpus.ts';

const CUTS = 20;
const POLL = 30;
const LOOK = 60;
const MEGATRON = /iteration\s+(\d+)\/\s*(\d+) \|.{0,200}?elapsed time per iteration \(ms\): ([\d.]+)/;
const BAR = /\|\s*(\d+)\/(\d+) \[([\d:]+)</;

interface Cut {
  readonly truth: number;
  readonly ours: number | null;
  readonly low: number;
  readonly high: number;
  readonly tqdm: number;
  readonly naive: number;
}

function readClock(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** Gives every line of a file the time at which it was printed, from the durations that the log states. */
function readTimedLog(path: string): TimedLog | null {
  const pieces = readFileSync(path, 'utf8').split(/(?<=[\n\r])/);
  const lines: TimedLine[] = [];
  const seen: { at: number; n: number }[] = [];
  let at = 0;
  let total = 0;
  for (const text of pieces) {
    const stated = MEGATRON.exec(text);
    const bar = BAR.exec(text);
    const n = Number(stated?.[1] ?? bar?.[1] ?? 0);
    const newest = seen.at(-1)?.n ?? 0;
    // Other ranks repeat what one has said; a repeat takes no time.
    if (n > newest) {
      at = stated === null ? readClock(bar?.[3] ?? '0') : at + ((n - newest) * Number(stated[3])) / 1000;
      total = Number(stated?.[2] ?? bar?.[2]);
      seen.push({ at, n });
    }
    lines.push({ at, text });
  }
  const last = seen.at(-1);
  if (last === undefined || seen.length < 3) return null;
  // A run that was stopped is measured against the step that it reached: that is the only end whose time is known.
  const replaced = lines.map((line) => ({
    ...line,
    text: line.text.replace(new RegExp(String.raw`(iteration\s+\d+\/\s*|\|\s*\d+\/)${total}\b`), `$1${last.n}`),
  }));
  const short = path.split('/').at(-1) ?? path;
  return {
    name: short,
    lines: replaced,
    end: last.at,
    hasClock: true,
    done: seen.map(({ at: time, n }) => ({ at: time, share: n / last.n })),
  };
}

/** What tqdm would show: exponentially smoothed steps and seconds, at 0.3. */
function guessLikeTqdm(done: TimedLog['done'], until: number): number {
  let [steps, seconds, weight] = [0, 0, 0];
  let before = done[0] ?? { at: 0, share: 0 };
  for (const point of done.slice(1)) {
    if (point.at > until) break;
    const moved = point.share - before.share;
    if (moved > 0) {
      steps = 0.3 * moved + 0.7 * steps;
      seconds = 0.3 * (point.at - before.at) + 0.7 * seconds;
      weight = 0.3 + 0.7 * weight;
    }
    before = point;
  }
  return weight === 0 || steps === 0 ? Number.NaN : ((1 - before.share) * seconds) / steps;
}

function guessNaively(done: TimedLog['done'], until: number): number {
  const now = done.findLast((point) => point.at <= until);
  return now === undefined ? Number.NaN : (until * (1 - now.share)) / now.share;
}

/** Reads a log up to each of its cuts, and compares what is said there with what came. */
function measureLog(log: TimedLog): Cut[] {
  const cuts: Cut[] = [];
  let state: ProgressState = startProgress();
  let next = 0;
  const first = log.done[0]?.at ?? 0;
  const feedUntil = (time: number) => {
    let text = '';
    while (next < log.lines.length && (log.lines[next]?.at ?? 0) <= time) text += log.lines[next++]?.text ?? '';
    state = trackProgress(state, text, log.hasClock ? null : time * 1000);
  };
  let polled = 0;
  let seenAt = -1;
  for (let index = 1; index <= CUTS; index++) {
    const time = first + ((log.end - first) * index) / (CUTS + 1);
    if (log.hasClock) feedUntil(time);
    else for (; polled + POLL <= time; polled += POLL) feedUntil(polled + POLL);
    const asOf = log.hasClock ? (log.lines[next - 1]?.at ?? 0) : polled;
    if (asOf === seenAt || asOf >= log.end || asOf < first) continue;
    seenAt = asOf;
    const { eta } = summarizeProgress(state);
    cuts.push({
      truth: log.end - asOf,
      ours: eta?.likely ?? null,
      low: eta?.low ?? Number.NaN,
      high: eta?.high ?? Number.NaN,
      tqdm: guessLikeTqdm(log.done, asOf),
      naive: guessNaively(log.done, asOf),
    });
  }
  return cuts;
}

function findMedian(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}

const percent = (value: number) => (Number.isFinite(value) ? `${(value * 100).toFixed(1)}%` : '-');

/** One row of the table; every error is taken on the cuts that we answered. */
function describe(name: string, cuts: readonly Cut[]): string {
  const answered = cuts.filter((cut) => cut.ours !== null);
  const errorOf = (pick: (cut: Cut) => number) => findMedian(answered.map((cut) => Math.abs(pick(cut) - cut.truth) / cut.truth));
  const covered = answered.filter((cut) => cut.low <= cut.truth && cut.truth <= cut.high).length / answered.length;
  const width = findMedian(answered.map((cut) => (cut.high - cut.low) / cut.truth));
  const cells = [errorOf((cut) => cut.ours ?? Number.NaN), covered, width, errorOf((cut) => cut.tqdm), errorOf((cut) => cut.naive)];
  return `${name.padEnd(44)} ${`${answered.length}/${cuts.length}`.padStart(9)} ${cells.map((cell) => percent(cell).padStart(8)).join(' ')}`;
}

interface Alarms {
  readonly looks: number;
  readonly falseAlarms: number;
  /** Seconds from the last line to the alarm, for a job that hangs before half-way. */
  readonly delay: number;
}

/** Reads a log each minute as a poller does, looks for a stall at each read, and then lets the job hang before half-way. */
function countAlarms(log: TimedLog): Alarms {
  const state = startProgress();
  let [next, looks, falseAlarms, delay] = [0, 0, 0, Number.NaN];
  for (let now = LOOK; now < log.end; now += LOOK) {
    const before = judgeStall(state, now * 1000);
    let text = '';
    while (next < log.lines.length && (log.lines[next]?.at ?? 0) <= now) text += log.lines[next++]?.text ?? '';
    feedProgress(state, text, now * 1000);
    looks += 1;
    if (before?.stalled === true) falseAlarms += 1;
    if (!Number.isNaN(delay) || now < log.end * 0.42) continue;
    const heard = log.lines[next - 1]?.at ?? 0;
    let hung = now;
    while (judgeStall(state, hung * 1000)?.stalled === false) hung += LOOK;
    delay = hung - heard;
  }
  return { looks, falseAlarms, delay };
}

function listLogs(paths: readonly string[]): string[] {
  return paths.flatMap((path) => (statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path])).sort();
}

function main(): void {
  const verbose = process.argv.includes('--each');
  const paths = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const header = `${'log'.padEnd(44)}  answered    error  covered    width     tqdm    naive`;
  const given: Cut[] = [];
  if (paths.length > 0) process.stdout.write(`given logs\n${header}\n`);
  for (const path of listLogs(paths)) {
    const log = readTimedLog(path);
    const cuts = log === null ? [] : measureLog(log);
    given.push(...cuts);
    process.stdout.write(log === null ? `${path}: no timed steps\n` : `${describe(log.name, cuts)}\n`);
  }
  if (given.length > 0) process.stdout.write(`${describe('all given logs', given)}\n\n`);
  const groups = new Map<string, Cut[]>();
  const all: Cut[] = [];
  const alarms: Alarms[] = [];
  for (const log of makeCorpus(Number(process.env['SEED'] ?? 1))) {
    const cuts = measureLog(log);
    alarms.push(countAlarms(log));
    all.push(...cuts);
    if (verbose) process.stdout.write(`${describe(log.name, cuts)}\n`);
    for (const part of log.name.split(', ')) groups.set(part, [...(groups.get(part) ?? []), ...cuts]);
  }
  process.stdout.write(`own logs\n${header}\n`);
  for (const [name, cuts] of groups) process.stdout.write(`${describe(name, cuts)}\n`);
  process.stdout.write(`${describe('all own logs', all)}\n`);
  const sum = (pick: (each: Alarms) => number) => alarms.reduce((total, each) => total + pick(each), 0);
  const delay = findMedian(alarms.map((each) => each.delay)) / 60;
  process.stdout.write(
    `stalls: ${sum((each) => each.falseAlarms)} false alarms in ${sum((each) => each.looks)} looks at healthy jobs; a job that hangs before half-way is noticed after ${delay.toFixed(0)} min (median)\n`,
  );
}

main();
