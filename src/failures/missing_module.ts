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
        /ImportError: (?:(?:Missing optional dependency|Using .* requires|.* is required(?! for a normal)).*|`?(?<module>[\w-]+)`? (?:is not installed|not installed|must be installed).*)/,
    },
    { regex: /there is no package called .(?<module>[\w.]+).|Cannot find (?:module|package) '(?<module2>[^']+)'/ },
  ],
  remedy: ({ module, module2, module3 }) => {
    const name = (module ?? module2 ?? module3)?.split('.')[0];
    return name === undefined || name === '' ? null : { kind: 'install', packages: [{ name, specifier: '' }] };
  },
  explain: ({ module, module2, module3 }) =>
    `The Python module ${module ?? module2 ?? module3 ?? 'that the program imports'} is not installed in this environment.`,
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
