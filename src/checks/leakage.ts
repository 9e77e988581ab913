import { defineCheck, type CallEvent, type Fault } from '../core/notebook/check.ts';
import { asText } from '../core/notebook/outside.ts';
import { walkExpressions } from '../core/notebook/walk.ts';

const FITTED = /^sklearn\.(preprocessing|decomposition|impute|feature_selection)\.\w+\.(fit|fit_transform)$/;
const SPLITS = /train_test_split\s*\(|\btrain_(end|size|idx|index|mask|df|data)\b|\bX_train\b|TimeSeriesSplit/;

/** A scaler that sees everything, before the split. */
function judgeFit(event: CallEvent): Fault | null {
  const argument = event.written[0]?.value;
  if (argument === undefined || !FITTED.test(event.path)) return null;
  const names = [...walkExpressions(argument)].flatMap((e) => (e.t === 'name' ? [e.id] : e.t === 'attr' ? [e.name] : []));
  const after = event.folder.source.split('\n').slice(event.line).join('\n');
  const narrowed =
    [...walkExpressions(argument)].some((e) => e.t === 'slice') ||
    names.some((name) => /train|fold|tr$|_tr_|hist|window|past|fit/i.test(name));
  if (narrowed || !SPLITS.test(after) || names.length === 0) return null;
  return {
    level: 'warning',
    message: 'This is fitted on all rows before they are split: the test rows shape what the model is given.',
    fix: 'Split first, fit on the training rows, and only transform the others.',
  };
}

function judgeSplit(event: CallEvent): Fault | null {
  if (event.path !== 'sklearn.model_selection.train_test_split' || event.open) return null;
  const shuffle = event.keywords.get('shuffle');
  const daily = /yfinance|fredapi|pandas_datareader|DatetimeIndex|parse_dates|to_datetime/.test(event.folder.source);
  if (!daily || (shuffle?.k === 'const' && shuffle.value === false)) return null;
  return {
    level: 'warning',
    message: 'The rows are of a time series and are shuffled before the split: the model trains on days after those it is tested on.',
    fix: 'Give shuffle=False, or split by date.',
  };
}

function judgeFill(event: CallEvent): Fault | null {
  const back =
    /^pandas\.(DataFrame|Series)\.(bfill|backfill)$/.test(event.path) ||
    (event.path.endsWith('.fillna') && asText(event.keywords.get('method')) === 'bfill');
  if (!back || !event.path.startsWith('pandas.')) return null;
  return {
    level: 'warning',
    message: 'Filling backwards gives a day the value of a later one.',
    fix: 'Fill forwards, and drop what is missing at the start.',
  };
}

export default defineCheck({
  id: 'leakage',
  title: 'Test rows and later days that reach the training',
  rules: { call: (event) => judgeFit(event) ?? judgeSplit(event) ?? judgeFill(event) },
  examples: [
    {
      code: 'from sklearn.preprocessing import StandardScaler\nfrom sklearn.model_selection import train_test_split\nimport numpy as np\nX = np.zeros((9, 2))\nX = StandardScaler().fit_transform(X)\nX_train, X_test = train_test_split(X, shuffle=False)',
      line: 5,
      level: 'warning',
    },
    {
      code: "import pandas as pd\nfrom sklearn.model_selection import train_test_split\nd = pd.read_csv('https://example.org/a.csv', parse_dates=['date'])\na, b = train_test_split(d, test_size=0.2)",
      line: 4,
      level: 'warning',
    },
    { code: "import pandas as pd\nd = pd.DataFrame({'a': [None, 1]}).bfill()", line: 2, level: 'warning' },
  ],
  nearMisses: [
    {
      code: 'from sklearn.preprocessing import StandardScaler\nimport numpy as np\nX = np.zeros((9, 2))\nX_train, X_test = X[:6], X[6:]\ns = StandardScaler().fit(X_train)\nX_test = s.transform(X_test)',
    },
    { code: "import pandas as pd\nd = pd.DataFrame({'a': [None, 1]}).ffill()\nd['next'] = d['a'].shift(-1)" },
  ],
});
