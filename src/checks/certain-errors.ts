import { defineCheck } from '../core/notebook/check.ts';

export default defineCheck({
  id: 'certain-errors',
  title: 'Calls and statements that raise whatever happens',
  rules: {
    certain: ({ kind, detail }) => {
      if (detail === 'raise')
        return {
          level: 'error',
          message: `The notebook raises ${kind} here, whatever it is given.`,
          fix: 'Take the raise out, or let something before it decide.',
        };
      const what = kind === 'ValueError' && detail.includes(' for ') ? `There are ${detail}` : detail;
      return { level: 'error', raises: kind, message: `${what}: Python raises ${kind}.`, fix: 'Make both sides fit.' };
    },
  },
  examples: [
    { code: 'def area(width, height):\n    return width * height\nprint(area(3))', line: 3, level: 'error' },
    { code: 'def area(width):\n    return width\nprint(area(3, 4), area(depth=1))', line: 3, level: 'error' },
    { code: 'def split():\n    return 1, 2, 3\na, b = split()', line: 3, level: 'error' },
    { code: "level = 3\nprint('level ' + level)", line: 2, level: 'error' },
    { code: 'class Net:\n    def __init__(self, size):\n        self.size = size\nn = Net()', line: 4, level: 'error' },
    { code: "def todo():\n    raise NotImplementedError('later')\ntodo()", line: 2, level: 'error' },
    {
      code: "import yfinance as yf\nd = yf.download('GLD', multi_level_index=False)\nd.columns = ['open', 'high', 'low', 'close', 'adj', 'volume']",
      line: 3,
      level: 'error',
    },
  ],
  nearMisses: [
    {
      code: 'def area(width, *rest, height=1, **more):\n    return width * height\nprint(area(3, 4, 5, colour=2), area(*[1, 2]), area(**{"width": 1}))',
    },
    { code: 'def split(n):\n    if n:\n        return 1, 2\n    return 1, 2, 3\na, b = split(1)' },
    { code: 'from functools import lru_cache\n@lru_cache(None)\ndef area(w):\n    return w\nprint(area(2))' },
    {
      code: "class Net:\n    def __init__(self, size=1):\n        self.size = size\n    @staticmethod\n    def make(n):\n        return Net(n)\n    @classmethod\n    def load(cls, path):\n        return cls(1)\nNet.make(2), Net(3), Net.load('x')",
    },
    {
      code: "import os\ndef check(path):\n    if not os.path.exists(path):\n        raise FileNotFoundError(path)\ncheck('x')\ntry:\n    raise ValueError('a')\nexcept ValueError:\n    pass",
    },
    { code: 'best = None\nfor n in range(3):\n    if best is None or n > best:\n        best = n\nprint(best + 1)' },
    { code: "import sys\ndef main():\n    return 0\nif __name__ == '__main__':\n    main()\n    sys.exit(0)" },
  ],
});
