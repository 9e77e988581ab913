import { defineCheck, type AttributeEvent, type CallEvent, type Fault } from '../core/notebook/check.ts';
import type { Frame, State, Value } from '../core/notebook/values.ts';

const FIX =
  'Flatten the columns right after the download (df.columns = df.columns.get_level_values(0)), or download with multi_level_index=False, or take the column with .squeeze().';

/** A frame with a column for each ticker, which is taken for a series. */
function asWide(state: State, value: Value | undefined): Frame | null {
  const thing = value === undefined ? null : state.thing(value);
  return thing?.t === 'frame' && thing.levels === 1 && (thing.tickers !== null || thing.closed) && thing.added.size === 0 ? thing : null;
}

/** Methods and attributes that only a series has. */
const SERIES_ONLY = new Set([
  'to_frame',
  'tolist',
  'to_list',
  'name',
  'str',
  'dt',
  'cat',
  'unique',
  'between',
  'is_monotonic_increasing',
  'item',
  'argmax',
  'argmin',
  'autocorr',
  'hasnans',
]);

function isDownloaded(thing: Frame | null): thing is Frame {
  return thing !== null && thing.tickers !== null;
}

function judgeConstructor(event: CallEvent): Fault | null {
  const data = event.args[0] ?? event.keywords.get('data');
  const given = data === undefined ? null : event.state.thing(data);
  const values =
    event.path === 'pandas.Series' && data !== undefined ? [['', data] as const] : given?.t === 'dict' ? [...given.entries] : [];
  for (const [key, value] of values) {
    const thing = event.state.thing(value);
    const wide = asWide(event.state, value);
    if (!(isDownloaded(wide) || (thing?.t === 'array' && thing.dims === 2))) continue;
    const what = key === '' ? 'The series is made of' : `The column ${String(key)} is made of`;
    return {
      level: 'error',
      raises: 'ValueError',
      message: `${what} a table with two dimensions: a download has a column for each ticker below each field.`,
      fix: FIX,
    };
  }
  return judgeRows(
    event,
    values.map(([, value]) => value),
  );
}

/** Arrays are put side by side by position, and two downloads seldom have the same days. */
function judgeRows(event: CallEvent, values: readonly Value[]): Fault | null {
  const index = event.keywords.get('index');
  const origins = [...values, ...(index === undefined ? [] : [index])].flatMap((value) => {
    const thing = event.state.thing(value);
    return (thing?.t === 'array' || thing?.t === 'dates') && thing.from !== undefined ? [thing.from] : [];
  });
  const [first] = origins;
  const other = origins.find((one) => one !== first);
  if (first === undefined || other === undefined) return null;
  return {
    level: 'warning',
    message: `Values of different downloads (${first}, ${other}) are put side by side by position: they seldom have as many days, and never surely the same.`,
    fix: 'Join the series by their days: pd.concat([a, b], axis=1, join="inner").',
  };
}

function isText(value: Value | undefined): boolean {
  return (value?.k === 'const' && typeof value.value === 'string') || (value?.k === 'of' && value.type === 'str');
}

function judgeMethod(event: CallEvent): Fault | null {
  const wide = event.self === null ? null : asWide(event.state, event.self);
  const name = event.path.slice('pandas.DataFrame.'.length);
  const [first] = event.args;
  if (isDownloaded(wide) && name === 'rename' && isText(first))
    return {
      level: 'error',
      raises: 'TypeError',
      message: 'rename with a name works on a series, and this is a table with a column for each ticker.',
      fix: FIX,
    };
  if (isDownloaded(wide) && name === 'corr' && first !== undefined && first.k === 'obj')
    return {
      level: 'error',
      raises: 'ValueError',
      message: 'corr with another column works on a series, and this is a table with a column for each ticker.',
      fix: FIX,
    };
  return name === 'merge' || name === 'join'
    ? judgeLevels(event, event.self ?? undefined, first ?? event.keywords.get('right') ?? event.keywords.get('other'))
    : null;
}

/** pandas refuses to merge tables whose columns have different numbers of levels. */
function judgeLevels(event: CallEvent, left: Value | undefined, right: Value | undefined): Fault | null {
  const [a, b] = [left, right].map((value) => (value === undefined ? null : event.state.thing(value)));
  if (a?.t !== 'frame' || b?.t !== 'frame' || a.levels * b.levels !== 2) return null;
  return {
    level: 'error',
    raises: 'MergeError',
    message: 'One of the tables has two levels of columns, as a download gives it, and the other has one: pandas does not merge them.',
    fix: FIX,
  };
}

function judgeAttribute(event: AttributeEvent): Fault | null {
  if (!isDownloaded(asWide(event.state, event.object)) || !SERIES_ONLY.has(event.name)) return null;
  return {
    level: 'error',
    raises: 'AttributeError',
    message: `.${event.name} belongs to a series, and this is a table with a column for each ticker.`,
    fix: FIX,
  };
}

const START =
  "import numpy as np\nimport pandas as pd\nimport yfinance as yf\ngold = yf.download('GC=F', start='2015-01-01', progress=False)\n";

export default defineCheck({
  id: 'yfinance-columns',
  title: 'Downloads whose columns have two levels, used as if they had one',
  rules: {
    call: (event) => {
      if (event.path === 'pandas.DataFrame' || event.path === 'pandas.Series') return judgeConstructor(event);
      if (event.path === 'pandas.merge')
        return judgeLevels(event, event.args[0] ?? event.keywords.get('left'), event.args[1] ?? event.keywords.get('right'));
      return event.path.startsWith('pandas.DataFrame.') ? judgeMethod(event) : null;
    },
    attribute: judgeAttribute,
    assign: (event) => {
      const wide = asWide(event.state, event.value);
      const target = event.state.thing(event.object);
      if (
        target?.t !== 'frame' ||
        !isDownloaded(wide) ||
        (wide.tickers?.length ?? 0) < 2 ||
        wide.tickers?.includes('?') === true ||
        event.index.k !== 'const'
      )
        return null;
      return {
        level: 'error',
        raises: 'ValueError',
        message: `One column is set to a table with the columns ${wide.tickers?.slice(0, 4).join(', ') ?? ''}.`,
        fix: FIX,
      };
    },
  },
  examples: [
    {
      code: `${START}silver = yf.download('SI=F', start='2015-01-01')\ng = gold['Close'].squeeze().pct_change()\nframe = pd.DataFrame({'g': g.values, 's': silver['Close'].values.flatten()}, index=gold.index)`,
      line: 7,
      level: 'warning',
    },
    {
      code: `${START}ret = gold['Close'].pct_change() * 100\nframe = pd.DataFrame({'next': ret.shift(-1)}, index=gold.index)`,
      line: 6,
      level: 'error',
    },
    {
      code: `${START}def load():\n    return pd.DataFrame({'a': np.log(gold['Close'] / gold['Close'].shift(1)), 'b': 1})\nload()`,
      line: 6,
      level: 'error',
    },
    { code: `${START}parts = {}\nparts['gold'] = gold['Close'].rename('gold')`, line: 6, level: 'error' },
    { code: `${START}frame = pd.DataFrame({'date': gold.index, 'price': gold['Close'].values})`, line: 5, level: 'error' },
    { code: `${START}frame = gold['Close'].to_frame('gold')`, line: 5, level: 'error' },
    {
      code: `${START}macro = pd.read_csv('https://example.org/m.csv')\nboth = macro.merge(gold, left_index=True, right_index=True)`,
      line: 6,
      level: 'error',
    },
    { code: `${START}oil = yf.download('CL=F')\ngold['ratio'] = gold['Close'] / oil['Close']`, line: 6, level: 'error' },
    { code: `${START}s = pd.Series(gold['Close'], name='gold')`, line: 5, level: 'error' },
  ],
  nearMisses: [
    { code: `${START}gold = gold.reset_index()\nframe = pd.DataFrame({'date': gold['Date'], 'c': gold['Close'].squeeze()})` },
    {
      code: `${START}gold.columns = gold.columns.get_level_values(0) if isinstance(gold.columns, pd.MultiIndex) else gold.columns\nc = gold['Close'].values[:, 0] if gold['Close'].ndim > 1 else gold['Close'].values\nframe = pd.DataFrame({'c': c, 'd': gold['Open']})`,
    },
    {
      code: `${START}silver = yf.download('SI=F')\nboth = pd.concat([gold['Close'].squeeze(), silver['Close'].squeeze()], axis=1).dropna()\nboth.columns = ['g', 's']\nframe = pd.DataFrame({'g': both['g'].values, 's': np.log(both['s']).values}, index=both.index)`,
    },
    {
      code: `${START}frame = pd.DataFrame({'a': gold['Close'].values.ravel(), 'b': gold['Open'].squeeze().diff().values}, index=gold.index)`,
    },
    {
      code: `${START}if isinstance(gold.columns, pd.MultiIndex):\n    gold.columns = gold.columns.get_level_values(0)\nframe = pd.DataFrame({'next': gold['Close'].pct_change()})\nprint(gold['Close'].rename('gold'))`,
    },
    { code: `${START}close = gold['Close'].squeeze()\nframe = pd.DataFrame({'c': close, 'r': np.log(close).diff()})` },
    {
      code: `${START}close = gold['Close']\nif isinstance(close, pd.DataFrame):\n    close = close.iloc[:, 0]\nframe = close.to_frame('gold')`,
    },
    {
      code: "import pandas as pd\nimport yfinance as yf\ndf = yf.Ticker('GLD').history(start='2015-01-01')\nprint(pd.DataFrame({'c': df['Close']}), df['Close'].rename('x'))",
    },
    {
      code: "import pandas as pd\nimport yfinance as yf\ndf = yf.download('GLD', multi_level_index=False)\nprint(pd.DataFrame({'c': df['Close']}))",
    },
    {
      code: `${START}gold['ret'] = gold['Close'].pct_change()\nout = pd.DataFrame({'r': gold['ret']})\nprint(gold['Close'].dropna().values.flatten())`,
    },
    {
      code: "import pandas as pd\nimport yfinance as yf\nboth = yf.download(['GLD', 'SLV'])['Close']\nboth.columns = ['gold', 'silver']\nprint(pd.DataFrame({'g': both['gold']}), both['gold'].to_frame())",
    },
    { code: `${START}gold.columns = ['_'.join(c) for c in gold.columns]\nprint(pd.DataFrame({'c': gold['Close_GC=F']}))` },
    { code: `${START}gold = gold.droplevel(1, axis=1)\nprint(pd.DataFrame({'c': gold['Close']}))` },
    { code: `${START}close = gold['Close']['GC=F']\nprint(pd.DataFrame({'c': close, 'd': gold[('Close', 'GC=F')]}))` },
    {
      code: `${START}try:\n    f = pd.DataFrame({'c': gold['Close']})\nexcept ValueError:\n    f = pd.DataFrame({'c': gold['Close'].iloc[:, 0]})`,
    },
  ],
});
