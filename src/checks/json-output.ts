import { defineCheck, type CallEvent, type Fault } from '../core/notebook/check.ts';
import type { Value } from '../core/notebook/values.ts';

const REFUSED: Readonly<Record<string, string>> = {
  'np.bool_': 'a numpy bool, as comparing a numpy number gives it',
  'np.int64': 'a numpy integer',
  'np.float32': 'a numpy float32',
  Timestamp: 'a Timestamp',
  datetime: 'a datetime',
};

/** The first part of a value that json cannot write, with the way to it. */
function findRefused(event: CallEvent, value: Value, way: string, depth = 0): { what: string; way: string } | null {
  if (value.k === 'of') return REFUSED[value.type] === undefined ? null : { what: REFUSED[value.type] ?? '', way };
  const thing = event.state.thing(value);
  if (thing === null || depth > 6 || (value.k === 'obj' && value.maybe === true)) return null;
  if (thing.t === 'frame') return { what: 'a table', way };
  if (thing.t === 'series') return { what: 'a series', way };
  if (thing.t === 'array') return { what: 'an array', way };
  const parts =
    thing.t === 'dict' ? [...thing.entries] : thing.t === 'list' ? (thing.items ?? []).map((item, index) => [index, item] as const) : [];
  if (thing.t === 'list' && thing.kind === 'set') return { what: 'a set', way };
  for (const [key, item] of parts) {
    const found = findRefused(event, item, way === '' ? String(key) : `${way}.${String(key)}`, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function judge(event: CallEvent): Fault | null {
  if (!/^json\.dumps?$/.test(event.path) || event.open || event.keywords.has('default') || event.keywords.has('cls')) return null;
  const found = event.args[0] === undefined ? null : findRefused(event, event.args[0], '');
  if (found === null) return null;
  const what = found.way === '' ? 'What is written is' : `The entry ${found.way} is`;
  return {
    level: 'error',
    raises: 'TypeError',
    message: `${what} ${found.what}, and json cannot write it.`,
    fix: 'Turn it into a plain value with bool(), int(), float(), str() or .tolist(), or give json.dump default=str.',
  };
}

export default defineCheck({
  id: 'json-output',
  title: 'Results that json cannot write',
  rules: { call: judge },
  examples: [
    {
      code: "import json\nimport numpy as np\nda = np.mean([1.0, 0.0])\nresult = {'da': da, 'passed': da > 0.56}\nwith open('r.json', 'w') as f:\n    json.dump(result, f)",
      line: 6,
      level: 'error',
    },
    {
      code: "import json\nimport pandas as pd\nd = pd.DataFrame({'a': [1, None]})\nout = {'missing': d.isna().sum().sum(), 'rows': len(d)}\nprint(json.dumps(out, indent=2))",
      line: 5,
      level: 'error',
    },
    { code: "import json\nfrom datetime import datetime\nprint(json.dumps({'at': datetime.now()}))", line: 3, level: 'error' },
    {
      code: "import json\nimport numpy as np\nx = np.zeros(3)\nprint(json.dumps({'best': np.argmax(x), 'all': [1, 2]}))",
      line: 4,
      level: 'error',
    },
  ],
  nearMisses: [
    {
      code: "import json\nimport numpy as np\nda = np.mean([1.0, 0.0])\nprint(json.dumps({'da': da, 'passed': bool(da > 0.56), 'best': int(np.argmax([1, 2])), 'r': round(float(da), 3)}))",
    },
    {
      code: "import json\nfrom datetime import datetime\nprint(json.dumps({'at': datetime.now().isoformat(), 'raw': datetime.now()}, default=str))",
    },
    {
      code: "import json\nimport numpy as np\nclass Enc(json.JSONEncoder):\n    def default(self, o):\n        return float(o)\nprint(json.dumps({'a': np.float32(1)}, cls=Enc))",
    },
    {
      code: "import json\nimport numpy as np\nx = np.zeros(3)\nprint(json.dumps({'x': x.tolist(), 'm': float(x.mean()), 's': np.sqrt(2.0)}))",
    },
  ],
});
