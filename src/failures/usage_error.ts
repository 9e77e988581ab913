import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'usage_error',
  title: 'The command line or a setting is wrong',
  fault: 'code',
  route: 'code',
  patterns: [
    { regex: /^\s*\S*python[\d.]*: can't open file '(?<path>[^']+)'/, weight: 'decisive' },
    {
      regex:
        /^\s*\S+: error: (?:(?:the following )?arguments? (?:are required: |--?)?(?<argument>-{0,2}[\w-]+)?|unrecognized arguments: (?<argument2>\S+)|invalid choice|ambiguous option|too few arguments|one of the arguments)/,
      weight: 'decisive',
    },
    {
      regex:
        /[Nn]o such (?:option|command)|[Uu]nrecogni[sz]ed (?:option|argument)|[Mm]issing (?:option|argument|required (?:flag|option|argument))|unknown (?:option|flag|argument)|Error: Got unexpected extra argument|Error: Invalid value for|invalid option -- |HfArgumentParser.*(?:not used|unused)|Some specified arguments are not used/,
      not: /nvcc|gcc|cc1|clang|ld:|required positional/,
    },
    {
      regex:
        /ConfigAttributeError|ConfigKeyError|MissingMandatoryValue|MissingConfigException|ConfigCompositionException|Could not override '|Key '[^']+' is not in struct|yaml\.(?:scanner|parser|constructor)\.\w+Error|HFValidationError|pydantic\S*ValidationError|validation errors? for \w+/,
    },
    {
      regex:
        /command not found|: not found$|The following module\(s\) are unknown|Unable to locate a modulefile|(?<!cd: \S+: )No such file or directory$/,
      not: /fatal error|shared object|Errno|tar:|cp:|mv:|cat:|unzip|ls:|Warning|gunzip|import/,
    },
    {
      regex: /you must use the 'spawn' start method|invalid literal for int\(\) with base 10: '--/,
    },
  ],
  remedy: ({ argument, argument2 }) => {
    const name = argument ?? argument2;
    return name === undefined ? null : { kind: 'ask', question: `What shall ${name} be?` };
  },
  explain: ({ argument, argument2, path }) =>
    `The program was called or configured in a way it does not accept${(argument ?? argument2 ?? path) === undefined ? '' : ` (${argument ?? argument2 ?? path})`}.`,
  examples: [
    {
      text: 'usage: fit.py [-h] --data DATA\nfit.py: error: the following arguments are required: --data',
      line: 2,
      facts: { argument: '--data' },
    },
    { text: '/tmp/job: line 3: trainer: command not found', line: 1 },
  ],
  nearMisses: ['usage: fit.py [-h] --data DATA', "TypeError: f() missing 1 required positional argument: 'x'"],
});
