import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'missing_module',
  title: 'A Python module is not installed',
  fault: 'environment',
  route: 'environment',
  patterns: [
    {
      regex: /No module named '?(?<module>[\w.-]+)'?(?!.*torchvision\.transforms\._)/,
      weight: 'telling',
      not: /No module named '?(?:numpy\.(?:lib|core|_core|compat)|pandas\.(?:core|util|io))/,
    },
    {
      regex:
        /The '(?<module>[\w.-]+)(?:[<>=!~][^']*)?' distribution was not found|DistributionNotFound.*'(?<module2>[\w.-]+)|PackageNotFoundError:.*?(?:for )?'?(?<module3>[\w.-]+)'?$/,
    },
    {
      regex:
        /(?:requires|need(?:s)?) the (?<module>[\w.-]+) (?:library|package).*(?:not (?:found|installed)|pip install)|(?:[Pp]lease|[Tt]ry|need to) (?:run )?[`'"]?(?:conda|pip3?) install (?:-U )?(?<module2>[\w.-]+)/,
    },
    {
      regex:
        /ImportError: (?:(?:Missing optional dependency|Using .* requires (?!an? GPU)|.* is required(?! for a normal)).*|`?(?<module>[\w-]+)`? (?:is not installed|not installed|must be installed).*)/,
    },
    { regex: /there is no package called .(?<module>[\w.]+).|Cannot find (?:module|package) '(?<module2>[^']+)'/ },
    {
      regex:
        /packages that were not found in your environment: (?<module>[\w.-]+)|Package (?<module2>\w+) not found in current path|Can't find model '(?<module3>\w+)'\. It doesn't seem/,
      weight: 'decisive',
    },
    {
      regex:
        /(?:Error|Exception)\b.*?(?:[`'\x22]?(?<module>[\w.-]+)[`'\x22]? (?:package |library |module )?(?:is|was|are) not (?:installed|found\. (?:Please )?(?:[Ii]nstall|[Rr]un pip)|available\. (?:Please )?[Ii]nstall)|(?:[Pp]lease |you (?:need|have|must) to )(?:first )?install [`'\x22]?(?<module2>[\w.-]+)|requires? [`'\x22](?<module3>[\w.-]+)[^`'\x22]{0,40}[`'\x22](?: to be installed|: [Pp]lease| but it is not))/,
      weight: 'telling',
      not: /FileNotFound|driver|requires a GPU|weights|checkpoint|not a valid/,
    },
    // A program of its own that Python was to start.
    {
      regex: /FileNotFoundError: \[Errno 2\] No such file or directory: '(?<program>[A-Za-z][\w+-]{1,30})'$/,
      near: /subprocess\.py|_execute_child/,
    },
    { regex: /Unable to import required dependenc|ImportError: No module named (?<module>[\w.]+)/ },
    {
      regex: /^\s*(?:E: )?ModuleNotFoundError\b(?!.*numpy\.(?:lib|core|_core)|.*pandas\.(?:core|util|io))/,
      weight: 'telling',
      not: /ModuleNotFoundError +Traceback/,
    },
    {
      regex:
        /Unable to find a usable engine|is not installed,? (?:please )?(?:run|try|use|install)|(?:Optional|Missing)?Dependenc(?:y|ies)(?:NotInstalled|Missing|NotFound)\w*|pip install [`'\x22]?(?<module>[\w.-]+)(?:\[[\w,.-]*\])?[\w.=<>-]*[`'\x22]?\.?$/,
      not: /Warning|notice|To update|WARN|upgrade/,
    },
  ],
  remedy: ({ module, module2, module3, program }) => {
    // Under the name of a program an index of Python packages may hold anything.
    if (program !== undefined) return { kind: 'ask', question: `Which module or package of this machine brings ${program}?` };
    const name = (module ?? module2 ?? module3)?.split('.')[0];
    return name === undefined || name === '' ? null : { kind: 'install', packages: [{ name, specifier: '' }] };
  },
  explain: ({ module, module2, module3, program }) =>
    program !== undefined
      ? `The program ${program} that the code starts is not installed here.`
      : `The Python module ${module ?? module2 ?? module3 ?? 'that the program imports'} is not installed in this environment.`,
  examples: [
    {
      text: 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    import einops\nModuleNotFoundError: No module named \'einops\'',
      line: 4,
      facts: { module: 'einops' },
    },
    { text: 'ImportError: This loader requires the webdataset library but it was not found. Run pip install webdataset', line: 1 },
  ],
  nearMisses: [
    "ModuleNotFoundError: No module named 'numpy.lib.arraypad'",
    'WARNING: No module named flash_attn, going on without it\nstep 1 loss 2.0\nstep 2 loss 1.0',
  ],
});
