import { defineCheck, type CallEvent, type Fault } from '../core/notebook/check.ts';
import { listNames } from '../core/notebook/models/pandas.ts';
import type { Frame } from '../core/notebook/values.ts';

function describe(frame: Frame): string {
  const names = [...frame.columns];
  return names.length === 0 ? 'It has none.' : `It has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}.`;
}

function missing(frame: Frame, name: string): Fault {
  const adjusted = name === 'Adj Close' && frame.columns.has('Close');
  return {
    level: 'error',
    raises: 'KeyError',
    message: adjusted
      ? 'yfinance gives no Adj Close any more unless it is asked for: Close is adjusted.'
      : `There is no column ${JSON.stringify(name)} in this table. ${describe(frame)}`,
    fix: adjusted ? 'Use Close, or download with auto_adjust=False.' : 'Make the column first, or use one that is there.',
  };
}

function judgeDrop(event: CallEvent, frame: Frame): Fault | null {
  const quiet = event.keywords.get('errors');
  const names = listNames({ state: event.state } as Parameters<typeof listNames>[0], event.keywords.get('columns')) ?? [];
  const gone = names.find((name) => !frame.columns.has(name));
  return quiet !== undefined || gone === undefined || frame.levels !== 1 ? null : missing(frame, gone);
}

export default defineCheck({
  id: 'missing-columns',
  title: 'Columns that the table does not have',
  rules: {
    index: (event) => {
      const thing = event.state.thing(event.object);
      if (event.index.k !== 'const') return null;
      if (event.index.value === null && thing?.t === 'frame')
        return {
          level: 'error',
          raises: 'KeyError',
          message: 'The column is chosen by a name that is None here.',
          fix: 'Set the name of the column before it is used, or skip this part when there is none.',
        };
      if (typeof event.index.value !== 'string') return null;
      if (thing?.t === 'dict' && thing.closed && thing.entries.size > 0 && !thing.entries.has(event.index.value)) {
        return {
          level: 'error',
          raises: 'KeyError',
          message: `There is no ${JSON.stringify(event.index.value)} in this dictionary. It has ${[...thing.entries.keys()].slice(0, 8).join(', ')}.`,
          fix: 'Use a key that is there, or get() with a default.',
        };
      }
      return thing?.t === 'frame' && thing.closed && thing.levels !== 0 && !thing.columns.has(event.index.value)
        ? missing(thing, event.index.value)
        : null;
    },
    call: (event) => {
      const thing = event.self === null ? null : event.state.thing(event.self);
      return event.path === 'pandas.DataFrame.drop' && thing?.t === 'frame' && thing.closed ? judgeDrop(event, thing) : null;
    },
  },
  examples: [
    { code: "import pandas as pd\nd = pd.DataFrame({'a': [1], 'b': [2]})\nd['c'] = d['a'] + d['x']", line: 3, level: 'error' },
    { code: "import yfinance as yf\nd = yf.download('GLD', start='2015-01-01')\nprint(d['Adj Close'])", line: 3, level: 'error' },
    {
      code: "import pandas as pd\nd = pd.read_csv('/kaggle/input/datasets/ann/tides/train.csv', index_col=0)\nx = d.drop(columns=['target'])",
      line: 3,
      level: 'error',
      metadata: { dataset_sources: ['ann/tides'] },
      files: { 'inputs/tides/train.csv': 'date,level,next_level\n2020-01-01,1,2\n' },
    },
    { code: "import pandas as pd\ncol = None\nd = pd.DataFrame({'a': [1]})\ny = d[col].values", line: 4, level: 'error' },
    { code: "settings = {'rate': 0.1}\nprint(settings['depth'])", line: 2, level: 'error' },
  ],
  nearMisses: [
    {
      code: "import pandas as pd\nd = pd.DataFrame({'a': [1]})\nfor n in [5, 10]:\n    d[f'a_{n}'] = d['a'].rolling(n).mean()\nprint(d['a_10'], d[['a', 'a_5']])",
    },
    {
      code: "import yfinance as yf\nd = yf.download('GLD', auto_adjust=False)\nprint(d['Adj Close'])\ne = yf.download('SLV')\ncol = 'Adj Close' if 'Adj Close' in e.columns else 'Close'\nprint(e[col])",
    },
    {
      code: "import pandas as pd\nd = pd.DataFrame({'a': [1]})\nd.columns = [c.upper() for c in d.columns]\nprint(d['A'])\nd = d.rename(columns=str.lower).reset_index()\nprint(d['a'], d['index'])",
    },
    {
      code: "import pandas as pd\nd = pd.DataFrame({'a': [1], 'k': ['x']})\ne = pd.get_dummies(d, columns=['k'])\nprint(e['k_x'])\nd = d.assign(b=2).rename(columns={'b': 'c'})\nprint(d['c'])\nprint(d.drop(columns=['zzz'], errors='ignore'))",
    },
    {
      code: "import pandas as pd\nd = pd.DataFrame({'date': ['2020-01-01'], 'a': [1]})\nd = d.set_index('date')\nd = d.resample('W').mean().reset_index()\nprint(d['date'])",
    },
    { code: "cache = {}\ncache['a'] = 1\nprint(cache['a'])\nbest = {'score': 0}\nbest.update(model=1)\nprint(best['model'])" },
  ],
});
