import type { CallEvent } from '../check.ts';
import { readHeader } from '../inputs.ts';
import type { Machine } from '../machine.ts';
import { asText } from '../outside.ts';
import { frame, NONE, series, typed, UNKNOWN, type Frame, type Value } from '../values.ts';
import { listNames } from './pandas.ts';

const SAME = new Set(
  `copy dropna fillna ffill bfill pad backfill sort_index sort_values head tail astype shift pct_change diff abs clip round replace interpolate query
sample drop_duplicates cumsum cumprod cummax cummin asfreq truncate between_time applymap map where mask infer_objects rank reindex nlargest nsmallest
add sub mul div truediv pow tz_convert tz_localize filter rename_axis sort convert_dtypes set_flags`.split(/\s+/),
);
/** Of these, the ones that keep every row in its place. */
const ROWS_KEPT = new Set(
  'copy fillna ffill bfill astype shift pct_change diff abs clip round replace interpolate cumsum cumprod map apply rename squeeze'.split(
    ' ',
  ),
);
const INDEX_NAMES = ['Date', 'Datetime', 'date', 'index'];
const TESTS = new Set(['isna', 'isnull', 'notna', 'notnull', 'isin', 'between', 'duplicated', 'gt', 'lt', 'ge', 'le', 'eq', 'ne']);
const REDUCTIONS = new Set([
  'mean',
  'std',
  'var',
  'median',
  'sum',
  'min',
  'max',
  'skew',
  'kurt',
  'count',
  'quantile',
  'sem',
  'prod',
  'nunique',
  'any',
  'all',
]);
const WINDOWS = new Set(['rolling', 'ewm', 'expanding', 'resample']);
const READERS = /^pandas\.read_(csv|parquet|excel|feather|json|pickle|table|hdf|sql\w*)$/;

/** What pandas gives; null for what is not known here. */
export function callPandas(event: CallEvent, machine: Machine): Value | null {
  const { path, self } = event;
  if (!path.startsWith('pandas.')) return null;
  const thing = self === null ? null : machine.state.thing(self);
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (thing?.t === 'frame' && self !== null) return callFrame(event, machine, self, thing, name);
  if (thing?.t === 'series') return callSeries(event, machine, thing, name);
  if (thing?.t === 'columns') return callColumns(event, machine, thing, name);
  if (thing?.t === 'dates') return callDates(event, machine, thing.zone, name);
  if (path.startsWith('pandas.Window.')) return callWindow(machine, self, name);
  return callModule(event, machine, path);
}

function isSet(value: Value | undefined, wanted: boolean | number | string): boolean {
  return value?.k === 'const' && value.value === wanted;
}

function callFrame(event: CallEvent, machine: Machine, self: Value, thing: Frame, name: string): Value {
  const { state } = machine;
  const result = changeFrame(event, machine, thing, name);
  if (result !== null) {
    if (!isSet(event.keywords.get('inplace'), true)) return state.make(result);
    state.put(self, result);
    return NONE;
  }
  if (TESTS.has(name)) return state.make({ ...thing, type: 'bool' });
  if (WINDOWS.has(name))
    return state.make({ t: 'instance', cls: 'pandas.Window', args: new Map([['of', self]]), open: true, line: event.line });
  if (REDUCTIONS.has(name)) {
    const across = isSet(event.keywords.get('axis'), 1) || isSet(event.args[0], 1);
    return state.make(series({ row: !across, zone: across ? thing.zone : null, type: thing.type === 'bool' ? 'int' : null }));
  }
  if (name === 'squeeze') return thing.tickers?.length === 1 ? state.make(series({ zone: thing.zone, from: thing.from })) : UNKNOWN;
  if (name === 'to_numpy') return state.make({ t: 'array', dims: 2, type: thing.type, from: thing.from });
  return name.startsWith('to_') && name !== 'to_period' && event.args.length > 0 ? NONE : UNKNOWN;
}

/** Methods that give a frame of which the columns are known when those before were. */
function changeFrame(event: CallEvent, machine: Machine, thing: Frame, name: string): Frame | null {
  const { keywords, args } = event;
  if (SAME.has(name)) {
    const zone =
      name === 'tz_localize' || name === 'tz_convert' ? (args[0]?.k === 'const' && args[0].value === null ? 'naive' : 'aware') : thing.zone;
    return {
      ...thing,
      zone,
      closed: thing.closed && !keywords.has('columns') && name !== 'filter',
      type: null,
      from: ROWS_KEPT.has(name) ? thing.from : undefined,
    };
  }
  const across = isSet(keywords.get('axis'), 1) || isSet(keywords.get('axis'), 'columns');
  switch (name) {
    case 'reset_index':
      if (isSet(keywords.get('drop'), true)) return thing;
      // The index comes back under its name, which is not followed, and has no ticker.
      return {
        ...thing,
        closed: false,
        columns: new Set([...thing.columns, ...INDEX_NAMES]),
        added: new Set([...thing.added, ...INDEX_NAMES]),
      };
    case 'set_index':
      return { ...thing, zone: null };
    case 'rename':
      return renameColumns(machine, thing, keywords.get('columns') ?? (across ? args[0] : undefined));
    case 'drop': {
      const gone = listNames(machine, keywords.get('columns') ?? (across ? (keywords.get('labels') ?? args[0]) : undefined)) ?? [];
      return { ...thing, columns: new Set([...thing.columns].filter((one) => !gone.includes(one))) };
    }
    case 'assign':
      return {
        ...thing,
        closed: thing.closed && !event.open,
        columns: new Set([...thing.columns, ...keywords.keys()]),
        added: new Set([...thing.added, ...keywords.keys()]),
      };
    case 'join':
    case 'merge':
      return joinFrames(machine, thing, args[0] ?? keywords.get('right') ?? keywords.get('other'), keywords.get('on'), name);
    case 'droplevel':
    case 'xs':
      return across || isSet(args[1], 1)
        ? { ...thing, levels: 1, tickers: null, added: new Set(), closed: thing.closed && (name === 'xs' || !isSet(args[0], 0)) }
        : { ...thing, levels: 0, closed: false };
    default:
      return null;
  }
}

function renameColumns(machine: Machine, thing: Frame, names: Value | undefined): Frame {
  if (names === undefined) return { ...thing, closed: false };
  const given = machine.state.thing(names);
  if (given?.t !== 'dict' || !given.closed) return { ...thing, closed: false };
  const columns = [...thing.columns].map((one) => {
    const next = given.entries.get(one);
    return next === undefined ? one : next.k === 'const' && typeof next.value === 'string' ? next.value : null;
  });
  const known = columns.filter((one): one is string => one !== null);
  return { ...thing, columns: new Set(known), closed: thing.closed && known.length === columns.length };
}

function joinFrames(machine: Machine, thing: Frame, other: Value | undefined, on: Value | undefined, how: string): Frame {
  const right = other === undefined ? null : machine.state.thing(other);
  if (right?.t !== 'frame') return { ...thing, closed: false };
  const keys = listNames(machine, on) ?? [];
  const shared = [...right.columns].filter((one) => thing.columns.has(one) && !keys.includes(one));
  const closed = thing.closed && right.closed && shared.length === 0 && (how === 'join' || on !== undefined);
  const levels = thing.levels === right.levels ? thing.levels : 0;
  return frame({ columns: new Set([...thing.columns, ...right.columns]), closed, levels, added: thing.added });
}

function callSeries(
  event: CallEvent,
  machine: Machine,
  thing: Extract<ReturnType<Machine['state']['thing']>, { t: 'series' }>,
  name: string,
): Value {
  const { state } = machine;
  if (SAME.has(name) || name === 'apply' || name === 'rename' || name === 'squeeze') {
    const naive = event.args[0]?.k === 'const' && event.args[0].value === null;
    const zone = name === 'tz_localize' || name === 'tz_convert' ? (naive ? 'naive' : 'aware') : thing.zone;
    return isSet(event.keywords.get('inplace'), true)
      ? NONE
      : state.make({ ...thing, zone, type: null, from: ROWS_KEPT.has(name) ? thing.from : undefined });
  }
  if (TESTS.has(name)) return state.make({ ...thing, type: 'bool' });
  if (WINDOWS.has(name) && event.self !== null)
    return state.make({ t: 'instance', cls: 'pandas.Window', args: new Map([['of', event.self]]), open: true, line: event.line });
  if (name === 'to_frame')
    return state.make(
      frame({
        columns: new Set(listNames(machine, event.args[0] ?? event.keywords.get('name')) ?? []),
        closed: event.args.length > 0 || event.keywords.has('name'),
        zone: thing.zone,
      }),
    );
  if (name === 'reset_index') return isSet(event.keywords.get('drop'), true) ? state.make(thing) : state.make(frame());
  if (name === 'to_numpy') return state.make({ t: 'array', dims: 1, type: thing.type, from: thing.from });
  if (name === 'tolist' || name === 'to_list') return state.make({ t: 'list', kind: 'list', items: null });
  if ((thing.type === 'bool' || thing.type === 'int') && name === 'sum') return typed('np.int64');
  if (['mean', 'std', 'var', 'median', 'skew', 'kurt', 'autocorr', 'corr'].includes(name)) return typed('float64');
  return name === 'nunique' ? typed('int') : UNKNOWN;
}

function callColumns(event: CallEvent, machine: Machine, thing: { of: Value; levels: 0 | 1 | 2 }, name: string): Value {
  const level = event.args[0] ?? event.keywords.get('level');
  const first = isSet(level, 0) || isSet(level, 'Price');
  const last = isSet(level, 1) || isSet(level, -1) || isSet(level, 'Ticker');
  if ((name === 'get_level_values' && first) || (name === 'droplevel' && last))
    return machine.state.make({ t: 'columns', of: thing.of, levels: 1 });
  return name === 'tolist' || name === 'to_list' || name === 'map' ? machine.state.make({ t: 'list', kind: 'list', items: null }) : UNKNOWN;
}

function callDates(event: CallEvent, machine: Machine, zone: Frame['zone'], name: string): Value {
  const naive = event.args[0]?.k === 'const' && event.args[0].value === null;
  if (name === 'tz_localize' || name === 'tz_convert') return machine.state.make({ t: 'dates', zone: naive ? 'naive' : 'aware' });
  if (name === 'normalize' || name === 'shift' || name === 'sort_values') return machine.state.make({ t: 'dates', zone });
  return UNKNOWN;
}

function callWindow(machine: Machine, self: Value | null, name: string): Value {
  const thing = self === null ? null : machine.state.thing(self);
  const of = thing?.t === 'instance' ? thing.args.get('of') : undefined;
  const inner = of === undefined ? null : machine.state.thing(of);
  if (inner === null || ['agg', 'aggregate', 'cov', 'ohlc', 'corr'].includes(name)) return UNKNOWN;
  return machine.state.make(inner.t === 'frame' ? { ...inner, type: null } : inner);
}

function callModule(event: CallEvent, machine: Machine, path: string): Value | null {
  const { state } = machine;
  const { args, keywords } = event;
  if (path === 'pandas.DataFrame') {
    const data = args[0] ?? keywords.get('data');
    const given = data === undefined ? null : state.thing(data);
    if (given?.t === 'dict')
      return state.make(
        frame({ columns: new Set([...given.entries.keys()].map(String)), closed: given.closed && !keywords.has('columns') }),
      );
    const named = listNames(machine, keywords.get('columns'));
    return state.make(
      frame({
        columns: new Set(named ?? []),
        closed:
          (named !== null && given?.t !== 'frame' && named.length > 0) || (data === undefined && !keywords.has('columns') && !event.open),
      }),
    );
  }
  if (READERS.test(path)) {
    const header = readHeader(machine.folder, asText(args[0] ?? keywords.get('filepath_or_buffer')));
    const plain =
      header !== null && !['names', 'header', 'usecols', 'squeeze', 'skiprows', 'chunksize', 'index_col'].some((key) => keywords.has(key));
    const chunks = keywords.has('chunksize') || keywords.has('iterator') || keywords.has('sheet_name');
    return chunks
      ? UNKNOWN
      : state.make(
          frame({
            columns: new Set(header ?? []),
            closed: plain || (header !== null && keywords.has('index_col') && !keywords.has('usecols') && !keywords.has('names')),
            levels: keywords.has('header') ? 0 : 1,
          }),
        );
  }
  if (path === 'pandas.Series') return state.make(series());
  if (path === 'pandas.date_range' || path === 'pandas.bdate_range')
    return state.make({ t: 'dates', zone: keywords.has('tz') ? 'aware' : null });
  if (path === 'pandas.Timestamp' || path === 'pandas.Timestamp.now' || path === 'pandas.Timestamp.today')
    return keywords.has('tz') ? typed('ZonedTimestamp') : typed('Timestamp');
  if (path === 'pandas.merge') {
    const left = args[0] === undefined ? null : state.thing(args[0]);
    return state.make(
      left?.t === 'frame' ? joinFrames(machine, left, args[1] ?? keywords.get('right'), keywords.get('on'), 'merge') : frame({ levels: 0 }),
    );
  }
  if (path === 'pandas.concat') {
    const given = args[0] === undefined ? null : state.thing(args[0]);
    const parts = given?.t === 'list' && given.items !== null ? given.items.map((item) => state.thing(item)) : null;
    const flat =
      parts?.every((part) => part?.t === 'series' || (part?.t === 'frame' && part.levels === 1)) === true && !keywords.has('keys');
    const across = isSet(keywords.get('axis'), 1) || isSet(keywords.get('axis'), 'columns') || isSet(args[1], 1);
    return across || parts?.some((part) => part?.t === 'frame') === true ? state.make(frame({ levels: flat ? 1 : 0 })) : UNKNOWN;
  }
  return null;
}
