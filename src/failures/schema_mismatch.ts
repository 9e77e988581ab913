import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'schema_mismatch',
  title: 'A column or field is not there',
  fault: 'data',
  route: 'data',
  patterns: [
    {
      regex:
        /KeyError: ["'].*\['?(?<column>[^'\]]+)'?.*\] not (?:found in axis|in index)|KeyError: "None of \[.*\] are in the \[(?:columns|index)\]"|Usecols do not match columns|Missing column provided to 'parse_dates'|ColumnNotFoundError|columns? (?:are|is) missing from the (?:frame|data)/,
      weight: 'decisive',
    },
    { regex: /KeyError: (?<quote>['"]?)(?<column>[^'"]+)\k<quote>$/, near: /pandas[\\/]core|\.get_loc\(|pandas[\\/]_libs|get_item\(key\)/ },
    {
      regex:
        /feature_names mismatch|The feature names should match those that were passed during fit|no such column: (?<column>\S+)|UndefinedColumn|Column\S* (?<column2>['"]?\w+['"]?) (?:not (?:found|in)|does not exist)|does not contain (?:the )?(?:label )?columns?/i,
      not: /label column/,
    },
    {
      regex:
        /columns? (?:\S+ ){0,4}?(?:are|is|were|was) (?:missing|not (?:found|present|in))|[Mm]issing (?:required )?columns?|column names don't match|Couldn't cast|(?:SchemaError|SchemaFieldNotFoundError|InvalidIndexError|UndefinedColumn|ColumnNotFound\w*|AnalysisException: .*cannot resolve)|columns? (?:expected but )?not found|[Ff]eature names (?:unseen|seen|must|should|mismatch)|required columns?|[Uu]nknown columns?|do(?:es)? not (?:contain|have) (?:the )?columns?|Wrong number of (?:columns|features)|Expected \d+ (?:columns|features)|not in (?:the )?(?:columns|DataFrame)|KeyError: .{1,200}(?:not (?:found )?in (?:axis|index|columns))|no such table|has no column named|binder error: referenced column/i,
      weight: 'telling',
      not: /Warning|label column|is not recommended|multiprocessing/i,
    },
    {
      regex: /KeyError: (?<quote>['\x22])(?<column>[^'\x22]+)\k<quote>$/,
      weight: 'telling',
      near: /pandas\._libs|pandas[\\/]core|IndexEngine|get_loc|hashtable_class_helper/,
    },
    {
      regex:
        /[Ff]ield .{1,80} (?:does not exist in schema|not found)|does not exist in schema|[Ss]chema (?:mismatch|at index|does not match)|(?:key|field|column|feature)s? .{1,80} not (?:found|present) in (?:the )?(?:data|frame|file|header|batch|sample|record|schema)/,
      not: /Warning|Dockerfile|state_dict/,
    },
  ],
  remedy: () => ({
    kind: 'ask',
    question: 'The data has other columns than the code expects. Which version of the data belongs to this code?',
  }),
  explain: ({ column, column2 }) =>
    `The data lacks a column or field that the code uses${(column ?? column2) === undefined ? '' : ` (${column ?? column2})`}.`,
  examples: [
    {
      text: 'Traceback (most recent call last):\n  File "/env/lib/python3.11/site-packages/pandas/core/indexes/base.py", line 3805, in get_loc\n    return self._engine.get_loc(key)\nKeyError: \'price\'',
      line: 4,
      facts: { column: 'price' },
    },
    { text: `KeyError: "['label'] not found in axis"`, line: 1 },
  ],
  nearMisses: ["Traceback (most recent call last):\n  File \"a.py\", line 3, in <module>\n    cfg['lr']\nKeyError: 'lr'"],
});
