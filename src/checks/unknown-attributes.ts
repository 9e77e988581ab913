import { defineCheck, type AttributeEvent, type Fault } from '../core/notebook/check.ts';
import { nearest } from '../core/notebook/nearest.ts';
import { FRAME_NAMES, SERIES_NAMES } from '../core/notebook/pandas-names.ts';

const STRING_NAMES = new Set(
  `capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii isdecimal isdigit isidentifier islower
isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition
rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill`.split(/\s+/),
);
const LIST_NAMES = new Set('append clear copy count extend index insert pop remove reverse sort'.split(' '));
const DICT_NAMES = new Set('clear copy fromkeys get items keys pop popitem setdefault update values'.split(' '));
/** Names that packages add to tables. */
const ADDED = new Set([
  'ta',
  'swifter',
  'vbt',
  'progress_apply',
  'progress_map',
  'parallel_apply',
  'interactive',
  'iplot',
  'ww',
  'sk',
  'profile_report',
  'hvplot',
  'style',
  'cx',
]);
/** Methods of strings and tables, in capitals: nothing has those. */
const SHOUTED = new Set(
  [...STRING_NAMES, ...FRAME_NAMES].filter((name) => name.length > 3 && /^[a-z]+$/.test(name)).map((name) => name.toUpperCase()),
);

interface Owner {
  readonly what: string;
  readonly names: ReadonlySet<string>;
}

function findOwner(event: AttributeEvent): Owner | null {
  const { object } = event;
  if (object.k === 'const') return typeof object.value === 'string' ? { what: 'A string', names: STRING_NAMES } : null;
  if (object.k === 'of') return object.type === 'str' ? { what: 'A string', names: STRING_NAMES } : null;
  const thing = event.state.thing(object);
  if (thing === null || (object.k === 'obj' && object.maybe === true)) return null;
  if (thing.t === 'frame' && thing.tickers === null && (event.called || thing.closed))
    return thing.columns.has(event.name) ? null : { what: 'A table', names: FRAME_NAMES };
  if (thing.t === 'series' && event.called && !thing.row) return { what: 'A series', names: SERIES_NAMES };
  if (thing.t === 'dict') return { what: 'A dictionary', names: DICT_NAMES };
  return thing.t === 'list' && thing.kind === 'list' ? { what: 'A list', names: LIST_NAMES } : null;
}

function judge(event: AttributeEvent): Fault | null {
  const { name } = event;
  const owner = findOwner(event);
  if (owner === null) {
    if (!event.called || !SHOUTED.has(name) || event.object.k !== 'unknown') return null;
    return { level: 'error', raises: 'AttributeError', message: `Nothing has a method ${name}.`, fix: `Write ${name.toLowerCase()}.` };
  }
  if (owner.names.has(name) || ADDED.has(name) || name.startsWith('_')) return null;
  const near = nearest(name, owner.names);
  return {
    level: 'error',
    raises: 'AttributeError',
    message: `${owner.what} has no ${event.called ? 'method' : 'attribute'} ${name}.`,
    fix: near === null ? 'Use what it has.' : `Perhaps ${near} is meant.`,
  };
}

export default defineCheck({
  id: 'unknown-attributes',
  title: 'Methods and attributes that the object does not have',
  rules: { attribute: judge },
  examples: [
    { code: "name = 'gold'\nprint(name.UPPER())", line: 2, level: 'error' },
    { code: 'import pandas as pd\nd = pd.DataFrame({"a": [1]})\nd = d.fillNA(0)', line: 3, level: 'error' },
    { code: 'import pandas as pd\nd = pd.DataFrame({"a": [1]})\nd = d.append({"a": 2}, ignore_index=True)', line: 3, level: 'error' },
    {
      code: 'import pandas as pd\nd = pd.read_csv("https://example.org/a.csv")\nfor k, v in d.iteritems():\n    print(k)',
      line: 3,
      level: 'error',
    },
    { code: 'rows = []\nrows.add(3)', line: 2, level: 'error' },
    { code: 'def show(text):\n    return text.UPPER()\nshow(input())', line: 2, level: 'error' },
    { code: 'import pandas as pd\nd = pd.DataFrame({"a": [1]})\nprint(d["a"].append(d["a"]))', line: 3, level: 'error' },
  ],
  nearMisses: [
    {
      code: "import pandas as pd\nd = pd.DataFrame({'a': [1], 'Close': [2]})\nprint(d.a, d.Close, d.T, d['a'].str.upper().to_frame(), d.map(str), d.shape)",
    },
    { code: "rows = []\nrows.append(1)\nseen = set()\nseen.add(2)\nsettings = {'a': 1}\nprint(settings.get('b'), settings.items())" },
    {
      code: 'import torch.nn as nn\nprint(nn.CrossEntropyLoss(), nn.ReLU())\nclass Mode:\n    def UPPER(self):\n        return 1\nprint(Mode().UPPER())',
    },
    {
      code: "import pandas as pd\nd = pd.DataFrame({'a': [1]})\nfor row in d.itertuples():\n    print(row.a)\nprint(d.iloc[0].a, d.loc[0], f'{1}'.upper())",
    },
  ],
});
