import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'api_compat',
  title: 'A library changed what the code uses',
  fault: 'code',
  route: 'code',
  patterns: [
    {
      regex:
        /Weights only load failed|Legacy autograd function|is deprecated and (?:will not|cannot) be used|was deprecated in .* and removed/,
      weight: 'decisive',
      not: /Warning/,
    },
    {
      regex: /Descriptors cannot (?:not )?be created directly|does not recognize this architecture|Dataset scripts are no longer supported/,
      weight: 'decisive',
    },
    {
      regex: /cannot import name '?(?<name>\w+)'? from (?:partially initialized module )?'(?<module>[\w.]+)'/,
      not: /from '(?:numpy|pandas)|partially initialized/,
    },
    {
      regex: /got an unexpected keyword argument '(?<argument>\w+)'|got (?:some )?unexpected keyword arguments/,
      not: /(?:NDFrame|DataFrame|Series|read_csv|read_excel|pivot_table)\w*(?:\.\w+)?\(\)/,
    },
    { regex: /(?:__init__|__new__)\(\) missing \d+ required (?:positional|keyword-only) argument/, weight: 'telling' },
    { regex: /module '(?<module>(?!numpy|pandas)[\w.]+)' has no attribute '(?<attribute>\w+)'/, not: /partially initialized/ },
    { regex: /type object '(?<module>\w+)' has no attribute '(?<attribute>\w+)'/ },
    {
      regex:
        /'(?<module>(?!DataFrame|Series|NoneType|str|list|dict|tuple|int|float|bool|set|function|method|module|builtin|numpy|Index|StringMethods)\w+)' object has no attribute '(?<attribute>\w+)'/,
      raisedIn: 'library',
    },
    {
      regex:
        /'(?<module>\w*(?:Config|Tokenizer\w*|Writer|Trainer|Scheduler|Processor|Cache|Args|Arguments|FreeTypeFont|ImageDraw))' object has no attribute '(?<attribute>\w+)'/,
    },
    {
      regex: /(?:has been|was|were) removed (?:in|from|since)|is no longer (?:supported|available)|is not supported anymore/i,
      not: /Warning|numpy|np\.|file|director/i,
    },
    {
      regex:
        /Unrecognized configuration class|Unrecognized model in|got multiple values for (?:keyword )?argument '(?<argument>\w+)'|takes \d+ positional arguments? but \d+ (?:was|were) given/,
      raisedIn: 'library',
    },
  ],
  remedy: () => ({
    kind: 'ask',
    question: 'The code was written for another version of this library. Shall I pin the version of that time, or change the call?',
  }),
  explain: ({ name, module, attribute, argument }) => {
    const what = name ?? attribute ?? argument;
    const where = module === undefined ? '' : ` in ${module}`;
    return `The code uses what the installed version of a library does not have${what === undefined ? '' : ` (${what}${where})`}.`;
  },
  examples: [
    {
      text: "ImportError: cannot import name 'AdamQ' from 'optimlib' (/env/lib/python3.11/site-packages/optimlib/__init__.py)",
      line: 1,
      facts: { name: 'AdamQ', module: 'optimlib' },
    },
    {
      text: 'Traceback (most recent call last):\n  File "t.py", line 2, in <module>\n    Trainer(gpus=1)\nTypeError: Trainer.__init__() got an unexpected keyword argument \'gpus\'',
      line: 4,
      facts: { argument: 'gpus' },
    },
    { text: "AttributeError: module 'PIL.Image' has no attribute 'ANTIALIAS'", line: 1 },
  ],
  nearMisses: [
    "Traceback (most recent call last):\n  File \"t.py\", line 2, in f\n    x.shape\nAttributeError: 'NoneType' object has no attribute 'shape'",
    'FutureWarning: this argument was removed in version 2\nstep 1 loss 1.0\nstep 2 loss 0.9',
  ],
});
