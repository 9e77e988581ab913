import { defineCheck, type Fault } from '../core/notebook/check.ts';

/** What ruff finds and Python would not run: text that does not parse, and formats that do not fit what they are given. */
const RAISING: Readonly<Record<string, string>> = {
  F501: 'a % format that cannot be read',
  F507: 'a % format with another number of values',
  F509: 'a % format with an unknown letter',
  F521: 'a format string that cannot be read',
  F524: 'a format string that lacks a value',
  F701: 'a break outside of a loop',
  F702: 'a continue outside of a loop',
  F706: 'a return outside of a function',
  F707: 'a bare except that is not last',
};

export default defineCheck({
  id: 'python-syntax',
  title: 'Python that does not parse',
  folder: (folder) => {
    const faults: Fault[] = [];
    for (const { code, message, line } of folder.lints) {
      const syntax = code === null || code === 'invalid-syntax';
      if (!syntax && RAISING[code] === undefined) continue;
      faults.push({
        level: 'error',
        line,
        message: syntax ? `Python cannot read this: ${message}.` : `This is ${RAISING[code] ?? ''}: ${message}.`,
        fix: 'Correct the line; in a notebook see that the cell before it is complete.',
      });
      // One broken spot makes many messages.
      if (faults.length === 5) break;
    }
    if (folder.source !== '' && folder.tree === null)
      faults.push({
        level: 'warning',
        message: 'The code took too long to read, and most checks were left out.',
        fix: 'Split the code file.',
      });
    return faults;
  },
  examples: [
    { code: 'def area(:\n    return 1', line: 1, level: 'error' },
    { code: ['x = 1', 'if x\n    print(x)'], cell: 2, line: 1, level: 'error' },
    { code: "print('a'\nx = 2", level: 'error' },
    { code: "'%d %d' % (1,)", line: 1, level: 'error' },
    { code: 'for x in [1]:\nprint(x)', level: 'error' },
  ],
  nearMisses: [
    { code: ['cd /kaggle/working\npip install -q ruptures\nls', 'ls = 3\nrm = ls - 1\nprint(ls, rm)'] },
    {
      code: [
        '%matplotlib inline\n!pip install -q ruptures\n%%capture',
        '%%bash\nls -la | head\nfor x in a b; do echo $x; done',
        'total = (7\n  % 4)\ntext = """\n! not a command\n% nor this\n"""\nprint(total, text)  # all right?',
      ],
    },
    { code: ['import asyncio\nawait asyncio.sleep(0)'] },
    { code: ['files = !ls /kaggle\nprint?\n?print\nx = 3  # why?\nprint(x)'] },
    { code: "name = 'a'\nprint(f'{name!r:>10} {name:{5}}')\nmatch name:\n    case 'a':\n        print(1)\n    case _:\n        pass" },
  ],
});
