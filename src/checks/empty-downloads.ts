import { defineCheck, type CallEvent } from '../core/notebook/check.ts';

const DOWNLOADS = /^(yfinance\.download|yfinance\.Ticker\.history|pandas_datareader\.(data\.)?(DataReader|get_data_\w+))$/;

/** Whether the notebook anywhere asks if a download brought anything. */
function isGuarded(event: CallEvent): boolean {
  return /\.empty\b|\blen\(\w{1,60}\)\s{0,3}(==|<|>|<=|>=)|\.shape\[0\]|if not \w{1,60}\.index|raise_errors/.test(event.folder.source);
}

export default defineCheck({
  id: 'empty-downloads',
  title: 'Downloads that may bring nothing',
  rules: {
    call: (event) => {
      if (!DOWNLOADS.test(event.path) || isGuarded(event)) return null;
      return {
        level: 'warning',
        message:
          'When the service refuses, this gives an empty table and no exception, and what follows fails far from here or trains on nothing.',
        fix: 'Stop with a clear message when the table is empty, and try again a few times before.',
      };
    },
  },
  examples: [{ code: "import yfinance as yf\nd = yf.download('GLD')\nprint(d.shape)", line: 2, level: 'warning' }],
  nearMisses: [{ code: "import yfinance as yf\nd = yf.download('GLD')\nif d.empty:\n    raise RuntimeError('nothing came')" }],
});
