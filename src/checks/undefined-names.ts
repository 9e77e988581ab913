import { defineCheck } from '../core/notebook/check.ts';

export default defineCheck({
  id: 'undefined-names',
  title: 'Names that nothing has defined by the time they are used',
  rules: {
    name: ({ name, reason }) => ({
      level: 'error',
      raises: reason === 'local' ? 'UnboundLocalError' : 'NameError',
      message:
        reason === 'local'
          ? `${name} is used in its function before anything is put in it.`
          : `${name} is not defined by the time it is used.`,
      fix: `Define or import ${name} in this cell or in one above.`,
    }),
  },
  examples: [
    { code: ['import numpy as np', 'level = np.log(tides)'], cell: 2, line: 1, level: 'error' },
    {
      code: [
        'def objective(trial):\n    return score(depths)',
        'import optuna\nstudy = optuna.create_study()\nstudy.optimize(objective, n_trials=3)',
        'def score(x):\n    return 1',
      ],
      cell: 1,
      line: 2,
      level: 'error',
    },
    { code: ['print(total)', 'total = 3'], cell: 1, line: 1, level: 'error' },
    { code: 'total = 1\ndef grow():\n    total = total + 1\n    return total\ngrow()', line: 3, level: 'error' },
    { code: 'rows = [width for width in range(3)]\nprint(width)', line: 2, level: 'error' },
    { code: 'for n in range(3):\n    if n > limit:\n        print(n)', line: 2, level: 'error' },
  ],
  nearMisses: [
    { code: ['def area():\n    return width * 2', 'width = 3\nprint(area())'] },
    { code: 'try:\n    import cupy as xp\nexcept ImportError:\n    import numpy as xp\nprint(xp.zeros(3))' },
    { code: 'from math import *\nprint(sqrt(2))' },
    { code: "import os\nif os.environ.get('X'):\n    mode = 1\nelse:\n    mode = 2\nprint(mode)" },
    { code: 'class Net:\n    size = 3\n    def grow(self):\n        return [self.size for _ in range(2)]\nprint(Net().grow(), __name__)' },
    {
      code: 'def outer():\n    count = 0\n    def inner():\n        nonlocal count\n        count += 1\n        return count\n    return inner()\nprint(outer())',
    },
    {
      code: 'with open("x.txt", "w") as handle:\n    handle.write("a")\nfor i, (a, b) in enumerate([(1, 2)]):\n    pass\nprint(i, a, b)\ndel a\nif (n := 3) > 2:\n    print(n)',
    },
    {
      code: [
        '%%time\nimport numpy as np\nx = np.ones(3)\n!pip install -q ruptures\nfiles = !ls\nx?',
        'print(x, files)\ndisplay(x)\nawait_me = 1',
      ],
    },
    { code: 'try:\n    unicode\nexcept NameError:\n    unicode = str\nprint(unicode)' },
    { code: 'def train():\n    for epoch in range(3):\n        loss = epoch\n    print(loss)\n    return lambda x: x + loss\ntrain()' },
  ],
});
