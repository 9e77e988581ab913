import { defineCheck, type CallEvent } from '../core/notebook/check.ts';
import type { Value } from '../core/notebook/values.ts';

function zonesOf(event: CallEvent): readonly (string | null)[] {
  const list = event.path === 'pandas.concat' && event.args[0] !== undefined ? event.state.thing(event.args[0]) : null;
  const parts: readonly (Value | null | undefined)[] = list?.t === 'list' ? (list.items ?? []) : [event.self, ...event.args.slice(0, 2)];
  return parts.flatMap((part) => {
    const thing = part === null || part === undefined ? null : event.state.thing(part);
    return thing?.t === 'frame' || thing?.t === 'series' ? [thing.zone] : [];
  });
}

export default defineCheck({
  id: 'time-zones',
  title: 'Days with a time zone joined to days without',
  rules: {
    call: (event) => {
      if (!/^pandas\.(concat|merge|DataFrame\.(join|merge))$/.test(event.path)) return null;
      const zones = zonesOf(event);
      if (!zones.includes('aware') || !zones.includes('naive')) return null;
      return {
        level: 'warning',
        message: 'One index has a time zone (Ticker.history gives one) and the other has none (yf.download gives none): no day matches.',
        fix: 'Take the zone off with index = index.tz_localize(None) before joining.',
      };
    },
  },
  examples: [
    {
      code: "import pandas as pd\nimport yfinance as yf\na = yf.Ticker('GLD').history()\nb = yf.download('SLV', multi_level_index=False)\nc = a.join(b, lsuffix='_g')",
      line: 5,
      level: 'warning',
    },
    {
      code: "import pandas as pd\nimport yfinance as yf\na = yf.Ticker('GLD').history()\nb = yf.download('SLV', multi_level_index=False)\nc = pd.concat([a['Close'], b['Close']], axis=1)",
      line: 5,
      level: 'warning',
    },
  ],
  nearMisses: [
    {
      code: "import pandas as pd\nimport yfinance as yf\na = yf.Ticker('GLD').history()\na.index = a.index.tz_localize(None)\nb = yf.download('SLV', multi_level_index=False)\nc = pd.concat([a['Close'], b['Close']], axis=1)",
    },
    {
      code: "import pandas as pd\nimport yfinance as yf\na = yf.Ticker('GLD').history()\nb = yf.Ticker('SLV').history()\nprint(a.join(b, lsuffix='_g'), a[a.index >= '2015-01-01'])",
    },
  ],
});
