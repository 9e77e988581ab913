import type { CallEvent } from '../check.ts';
import { hasGpu } from '../folder.ts';
import type { Machine } from '../machine.ts';
import { constant, frame, typed, UNKNOWN, type Value } from '../values.ts';
import { listNames } from './pandas.ts';

const PRICES = ['Open', 'High', 'Low', 'Close', 'Volume'];

/** What further libraries give; null for what is not known here. */
export function callLibrary(event: CallEvent, machine: Machine): Value | null {
  const { path, self } = event;
  if (path === 'yfinance.download') return download(event, machine);
  if (path === 'yfinance.Ticker.history')
    return machine.state.make(
      frame({ columns: new Set([...PRICES, 'Dividends', 'Stock Splits', 'Capital Gains', 'Adj Close']), closed: true, zone: 'aware' }),
    );
  if (/^sklearn\.metrics\.(mean_absolute_error|mean_squared_error|accuracy_score|f1_score|r2_score|root_mean_squared_error)$/.test(path))
    return typed('float');
  if (/\.(fit|partial_fit|eval|train|to|cuda|cpu|set_params)$/.test(path) && self !== null && machine.state.thing(self)?.t === 'instance') {
    const thing = machine.state.thing(self);
    if (thing?.t === 'instance' && path.endsWith('.fit'))
      machine.state.put(self, {
        ...thing,
        args: new Map(thing.args).set('.fit()', typed(event.keywords.has('callbacks') || event.open ? 'open' : 'plain')),
      });
    return self;
  }
  // Modules of torch give themselves back.
  if (self !== null && machine.state.thing(self)?.t === 'object' && /\.(to|cuda|cpu|eval|train|float|half|double)$/.test(path)) return self;
  if (path === 'torch.cuda.is_available') return constant(hasGpu(machine.folder));
  if (path === 'xgboost.train')
    return machine.state.make({ t: 'instance', cls: 'xgboost.Booster', args: new Map(event.keywords), open: true, line: event.line });
  if (path === 'optuna.create_study')
    return machine.state.make({ t: 'instance', cls: 'optuna.Study', args: new Map(event.keywords), open: event.open, line: event.line });
  if (/^optuna\.Trial\.suggest_(int)$/.test(path)) return typed('int');
  if (/^optuna\.Trial\.suggest_(float|uniform|loguniform)$/.test(path)) return typed('float');
  return null;
}

/** Two levels of columns whatever the ticker, unless it is told otherwise. */
function download(event: CallEvent, machine: Machine): Value {
  const { keywords, args } = event;
  const wanted = args[0] ?? keywords.get('tickers');
  const names = listNames(machine, wanted);
  const tickers =
    names === null
      ? wanted?.k === 'of' && wanted.type === 'str'
        ? ['?']
        : ['?', '?']
      : names.flatMap((name) => name.trim().split(/[\s,]+/));
  const flat = keywords.get('multi_level_index');
  const adjusted = keywords.get('auto_adjust');
  const columns = new Set(PRICES);
  if (adjusted !== undefined && !(adjusted.k === 'const' && adjusted.value === true)) columns.add('Adj Close');
  if (keywords.has('actions') || event.open)
    for (const name of ['Dividends', 'Stock Splits', 'Capital Gains', 'Adj Close']) columns.add(name);
  if (keywords.has('group_by') || event.open) return machine.state.make(frame({ levels: 0 }));
  const single = flat?.k === 'const' && flat.value === false;
  if (flat !== undefined && !single && !(flat.k === 'const' && flat.value === true)) return UNKNOWN;
  const intraday = keywords.has('interval') || keywords.has('ignore_tz');
  return machine.state.make(
    frame({
      columns,
      closed: true,
      levels: single ? (tickers.length === 1 ? 1 : 0) : 2,
      tickers: single ? null : tickers,
      from: tickers.length === 1 && tickers[0] !== '?' ? `${tickers[0] ?? ''} of line ${String(event.line)}` : undefined,
      zone: intraday ? null : 'naive',
    }),
  );
}
