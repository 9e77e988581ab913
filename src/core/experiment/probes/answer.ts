import { correlate } from '../../gates/correlation.ts';
import { CHANGED_CALLS } from '../../notebook/changed-calls.ts';
import { ABSENT, IMAGE } from '../../notebook/image.ts';
import { findRemoved } from '../../notebook/removed-names.ts';
import { readDate, showDate } from '../../tables/read-date.ts';
import { findColumn, findDateColumn, readRowDate, type Column, type Table } from '../../tables/table.ts';
import type { Probe, ProbeAnswer } from './schema.ts';

/** What was read for probes; what a probe asks of and is not here is unknown. */
export interface ProbeGround {
  /** Path → table; null where there is no such file. */
  readonly tables: ReadonlyMap<string, Table | null>;
  /** owner/slug → Kaggle's word for its state; null where the account sees no such data set. */
  readonly datasets: ReadonlyMap<string, string | null>;
  /** The first day of the test: no probe measures what lies on it or after it. */
  readonly testFrom: string | null;
}

type ProbeOf<K extends Probe['kind']> = Extract<Probe, { kind: K }>;

const SHOWN_COLUMNS = 30;
/** Pairs of values below which a correlation says nothing. */
const LEAST_PAIRS = 30;

/** Answers one question from what was read. Pure; the same ground gives the same answer. */
export function answerProbe(probe: Probe, ground: ProbeGround): ProbeAnswer {
  switch (probe.kind) {
    case 'column':
      return answerColumn(probe, ground);
    case 'coverage':
      return answerCoverage(probe, ground);
    case 'correlation':
      return answerCorrelation(probe, ground);
    case 'argument':
      return answerArgument(probe);
    case 'name':
      return answerName(probe);
    case 'package':
      return answerPackage(probe);
    case 'dataset':
      return answerDataset(probe, ground);
  }
}

/** The files of the data folder that a probe has to read. */
export function listProbedFiles(probe: Probe): string[] {
  if (probe.kind === 'column' || probe.kind === 'coverage') return [probe.file];
  return probe.kind === 'correlation' ? [...new Set([probe.left.file, probe.right.file])] : [];
}

/** A probe in a few words. */
export function describeProbe(probe: Probe): string {
  switch (probe.kind) {
    case 'column':
      return `${probe.file} has a column ${probe.column}`;
    case 'coverage': {
      const { file, column, rows, from, to, missing } = probe;
      const parts = [
        rows === undefined ? '' : `at least ${rows} values`,
        from === undefined ? '' : `from ${from}`,
        to === undefined ? '' : `to ${to}`,
        missing === undefined ? '' : `at most ${(missing * 100).toFixed(1)} % missing`,
      ];
      return `${column} of ${file} has ${parts.filter((part) => part !== '').join(', ') || 'values'}`;
    }
    case 'correlation': {
      const { left, right, lag, atLeast } = probe;
      return `|correlation| of ${left.column} with ${right.column} ${lag} rows later is at least ${atLeast}`;
    }
    case 'argument':
      return `${probe.call} takes ${probe.argument}`;
    case 'name':
      return `${probe.name} exists`;
    case 'package':
      return `the image has ${probe.module}`;
    case 'dataset':
      return `Kaggle has ${probe.dataset}`;
  }
}

const holds = (found: string): ProbeAnswer => ({ as: 'holds', found });
const fails = (found: string): ProbeAnswer => ({ as: 'fails', found });
const unknown = (found: string): ProbeAnswer => ({ as: 'unknown', found });

function findPlace(place: { readonly file: string; readonly column: string }, ground: ProbeGround): Column | ProbeAnswer {
  const table = ground.tables.get(place.file);
  if (table === undefined) return unknown(`${place.file} was not read.`);
  if (table === null) return unknown(`There is no ${place.file} among the data yet.`);
  const names = table.columns.map((column) => column.name);
  const more = names.length > SHOWN_COLUMNS ? ` and ${names.length - SHOWN_COLUMNS} more` : '';
  const shown = names.slice(0, SHOWN_COLUMNS).map((name) => name.slice(0, 40));
  return (
    findColumn(table, place.column) ??
    fails(`${place.file} has no column ${place.column}; it has ${shown.join(', ')}${more}.`.slice(0, 600))
  );
}

function answerColumn(probe: ProbeOf<'column'>, ground: ProbeGround): ProbeAnswer {
  const found = findPlace(probe, ground);
  return 'as' in found ? found : holds(`${probe.file} has ${found.name}, ${found.values.length} rows, ${found.missing} of them missing.`);
}

function answerCoverage(probe: ProbeOf<'coverage'>, ground: ProbeGround): ProbeAnswer {
  const column = findPlace(probe, ground);
  if ('as' in column) return column;
  const rows = listValueRows(column);
  const times = listTimes(probe.file, ground, rows);
  const share = column.values.length === 0 ? 1 : column.missing / column.values.length;
  const [first, last] = [times?.[0], times?.at(-1)];
  const span = first === undefined || last === undefined ? 'no dates' : `${showDate(first)} to ${showDate(last)}`;
  const seen = `${rows.length} values, ${span}, ${(share * 100).toFixed(1)} % missing`;
  if (probe.rows !== undefined && rows.length < probe.rows) return fails(`${seen}; ${probe.rows} were claimed.`);
  if (probe.missing !== undefined && share > probe.missing) return fails(`${seen}; at most ${probe.missing * 100} % were claimed.`);
  if (probe.from === undefined && probe.to === undefined) return holds(`${seen}.`);
  if (first === undefined || last === undefined) return unknown(`${seen}: the file has no column of dates that can be read.`);
  if (probe.from !== undefined && first > dayOf(probe.from)) return fails(`${seen}; values from ${probe.from} on were claimed.`);
  if (probe.to !== undefined && last < dayOf(probe.to)) return fails(`${seen}; values up to ${probe.to} were claimed.`);
  return holds(`${seen}.`);
}

function listValueRows(column: Column): number[] {
  return column.values.flatMap((value, row) => (Number.isNaN(value) && column.texts[row] === undefined ? [] : [row]));
}

/** Instants of these rows in order of time; null where the file has no dates. */
function listTimes(file: string, ground: ProbeGround, rows: readonly number[]): number[] | null {
  const table = ground.tables.get(file);
  const dates = table === null || table === undefined ? undefined : findDateColumn(table);
  if (dates === undefined) return null;
  return rows.flatMap((row) => readRowDate(dates, row)?.at ?? []).sort((a, b) => a - b);
}

function dayOf(date: string): number {
  return readDate(date)?.at ?? Number.NaN;
}

/** Measured before the test only: what was looked at there is spent, and no claim is worth that. */
function answerCorrelation(probe: ProbeOf<'correlation'>, ground: ProbeGround): ProbeAnswer {
  const [left, right] = [findPlace(probe.left, ground), findPlace(probe.right, ground)];
  if ('as' in left) return left;
  if ('as' in right) return right;
  const [first, second] = [readSeries(probe.left.file, left, ground), readSeries(probe.right.file, right, ground)];
  if (first === null || second === null) return unknown('A file has no column of dates by which its rows could be joined.');
  const times = [...first.keys()].filter((time) => second.has(time)).sort((a, b) => a - b);
  const earlier = times.slice(0, times.length - probe.lag).map((time) => first.get(time) ?? Number.NaN);
  const later = times.slice(probe.lag).map((time) => second.get(time) ?? Number.NaN);
  const pairs = earlier.filter((value, index) => Number.isFinite(value) && Number.isFinite(later[index])).length;
  const until = ground.testFrom === null ? '' : ` before ${ground.testFrom}`;
  if (pairs < LEAST_PAIRS) return unknown(`Only ${pairs} pairs of values${until}; fewer than ${LEAST_PAIRS} say nothing.`);
  const value = correlate(earlier, later);
  const seen = `The correlation is ${value.toFixed(3)} over ${pairs} pairs${until}`;
  if (Number.isNaN(value)) return unknown(`One of the two stands still over ${pairs} pairs${until}.`);
  return Math.abs(value) >= probe.atLeast ? holds(`${seen}.`) : fails(`${seen}; ${probe.atLeast} was claimed.`);
}

function readSeries(file: string, column: Column, ground: ProbeGround): Map<number, number> | null {
  const table = ground.tables.get(file);
  const dates = table === null || table === undefined ? undefined : findDateColumn(table);
  if (dates === undefined) return null;
  const end = ground.testFrom === null ? Number.POSITIVE_INFINITY : dayOf(ground.testFrom);
  const rows = column.values.flatMap((value, row): [number, number][] => {
    const at = readRowDate(dates, row)?.at;
    return at === undefined || at >= end ? [] : [[at, value]];
  });
  return new Map(rows);
}

/** The table knows what libraries no longer take, and nothing else of them: it refutes, and never confirms. */
function answerArgument({ call, argument }: ProbeOf<'argument'>): ProbeAnswer {
  const removed = findRemoved(call);
  if (removed !== null && removed.level === 'error') return fails(`${call} is gone since ${removed.since}. ${removed.instead}`);
  const changed = CHANGED_CALLS.find(({ calls, gone, soon }) => soon !== true && calls.test(call) && Object.hasOwn(gone, argument));
  if (changed === undefined) return unknown(`The table of changed calls says nothing against ${argument} of ${call}.`);
  const since = changed.since === 'ever' ? '' : ` since ${changed.since}`;
  return fails(`${call} takes no ${argument}${since}. ${changed.gone[argument] ?? ''}`.trim());
}

function answerName({ name }: ProbeOf<'name'>): ProbeAnswer {
  const removed = findRemoved(name);
  if (removed === null) return unknown(`The table of removed names says nothing against ${name}.`);
  const found = `${name} is gone since ${removed.since}. ${removed.instead}`;
  return removed.level === 'error' ? fails(found) : holds(`${found} It still works.`);
}

/** Import names that differ from the names of their packages. */
const PACKAGES: Readonly<Record<string, string>> = { sklearn: 'scikit-learn' };

function answerPackage({ module }: ProbeOf<'package'>): ProbeAnswer {
  const installs = ABSENT.get(module);
  if (installs !== undefined) return fails(`${IMAGE.name} has no ${module}; pip install ${installs}, with internet on.`);
  const name = PACKAGES[module] ?? module;
  const versions: Readonly<Record<string, string>> = IMAGE.versions;
  const version = Object.hasOwn(versions, name) ? versions[name] : undefined;
  return version === undefined
    ? unknown(`It is not known whether ${IMAGE.name} has ${module}.`)
    : holds(`${IMAGE.name} has ${name} ${version}.`);
}

function answerDataset({ dataset }: ProbeOf<'dataset'>, { datasets }: ProbeGround): ProbeAnswer {
  const state = datasets.get(dataset);
  if (state === undefined) return unknown(`Kaggle was not asked for ${dataset}.`);
  if (state === null) return fails(`The account sees no data set ${dataset}.`);
  return state === 'READY' ? holds(`${dataset} is ready.`) : unknown(`${dataset} is there and not ready yet: ${state}.`);
}
