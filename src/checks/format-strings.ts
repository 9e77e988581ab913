import { defineCheck } from '../core/notebook/check.ts';

const NUMERIC = /[.\d,+]*[dfegn%]$/;

export default defineCheck({
  id: 'format-strings',
  title: 'Number formats for things that are no numbers',
  rules: {
    format: ({ value, spec, state }) => {
      if (!NUMERIC.test(spec) || spec.includes('{')) return null;
      const thing = state.thing(value);
      const none = value.k === 'const' && value.value === null;
      const text = (value.k === 'const' && typeof value.value === 'string') || (value.k === 'of' && value.type === 'str');
      const what = none
        ? 'None'
        : text
          ? 'a string'
          : thing?.t === 'frame'
            ? 'a table'
            : thing?.t === 'series'
              ? 'a series'
              : thing?.t === 'list'
                ? `a ${thing.kind}`
                : thing?.t === 'dict'
                  ? 'a dictionary'
                  : null;
      if (what === null || (value.k === 'obj' && value.maybe === true)) return null;
      return {
        level: 'error',
        raises: text ? 'ValueError' : 'TypeError',
        message: `“${spec}” formats a number, and this is ${what}.`,
        fix:
          thing?.t === 'series' || thing?.t === 'frame'
            ? 'Take one value: a download has a column for each ticker, so flatten its columns first, or use .item().'
            : 'Give it a number.',
      };
    },
  },
  examples: [
    { code: "import yfinance as yf\nd = yf.download('GLD')\nprint(f\"latest {d['Close'].iloc[-1]:.2f}\")", line: 3, level: 'error' },
    {
      code: "import yfinance as yf\nd = yf.download('GLD')\nprint(f\"{d['Close'].min():.2f} to {d['Close'].max():.2f}\")",
      line: 3,
      level: 'error',
    },
    { code: "best = None\nprint(f'{best:.3f}')", line: 2, level: 'error' },
    { code: "import pandas as pd\nd = pd.DataFrame({'a': [1.0], 'b': [2.0]})\nprint(f'{d.mean():.2f}')", line: 3, level: 'error' },
  ],
  nearMisses: [
    {
      code: "import yfinance as yf\nd = yf.download('GLD', multi_level_index=False)\nprint(f\"{d['Close'].iloc[-1]:.2f} {d['Close'].min():.2f} {float(d['Close'].mean()):.3f} {len(d):,}\")",
    },
    {
      code: "import yfinance as yf\nd = yf.download('GLD')\nprint(f\"{d['Close'].iloc[-1].item():.2f} {d['Close'].squeeze().iloc[-1]:.2f} {d.index[0]:%Y-%m-%d} {d.shape[0]:d} {str(d):>10}\")",
    },
    { code: "best = None\nfor n in range(3):\n    if best is None or n > best:\n        best = n\nprint(f'{best:.3f}')" },
  ],
});
