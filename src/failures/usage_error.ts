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
        /[Nn]o such (?:option|command)|[Uu]nrecogni[sz]ed (?:option|argument)|[Mm]issing (?:option\b|argument|required (?:flag|option|argument))|unknown (?:option|flag|argument)|Error: Got unexpected extra argument|Error: Invalid value for|invalid option -- |HfArgumentParser.*(?:not used|unused)|Some specified arguments are not used/,
      not: /nvcc|gcc|cc1|clang|ld:|required positional/,
    },
    {
      regex:
        /ConfigAttributeError|ConfigKeyError|MissingMandatoryValue|MissingConfigException|ConfigCompositionException|Could not override '|Key '[^']+' is not in struct|yaml\.(?:scanner|parser|constructor)\.\w+Error|HFValidationError|pydantic\S*ValidationError|validation errors? for \w+/,
    },
    {
      regex:
        /command not found|: not found$|The following module\(s\) are unknown|Unable to locate a modulefile|(?<!cd: \S{1,80}: )No such file or directory$/,
      not: /fatal error|shared object|Errno|tar:|cp:|mv:|cat:|unzip|ls:|Warning|gunzip|import|\w+Error\b|\bcd: |qemu|(?:cmake|gcc|g\+\+|nvcc|ninja|make|rustc|cargo|gfortran): |^tar|scp|find:|grep:|cannot open file|error: command '/,
    },
    // The program names a setting that it lacks.
    {
      regex:
        /^(?:[\w.]+\.)?(?:Value|Runtime|Assertion)Error: (?:Please|You (?:must|need to|have to|should)) (?:specify|provide|set|pass|give)\b/,
    },
    {
      regex: /you must use the 'spawn' start method|invalid literal for int\(\) with base 10: '--/,
    },
    {
      regex:
        /(?:CommandNotFoundError|EnvironmentNameNotFound|Could not find conda environment|EnvironmentLocationNotFound|Not a conda environment|Could not consume arg|Unknown command line flag|flags? provided but not defined|Flags parsing error|is not recognized as an internal or external command|unbound variable|parameter null or not set|[Bb]ad substitution|environment variable \w+ expected, but not set|Check batch related parameters|requires the save and eval strategy|mutually exclusive|Cannot find primary config|No such config|could not find (?:the )?config|[Cc]onfig(?:uration)? file .*(?:not found|does not exist|missing)|bad interpreter|[Ii]nvalid (?:option|argument(?: --?\w|: '|s? for)|flag|choice|value for (?:option|argument|flag|parameter))|Unknown (?:argument|parameter|option|optimizer|model name|dataset name|architecture)\b|[Uu]nexpected argument|too many arguments|No executable found|InterpolationKeyError|ConfigTypeError|InstantiationException|Error locating target|Invalid config(?:uration)?\b|jsonargparse|OmegaConfBaseException|\bArgumentError|argparse\.|UsageError|BadParameter)/,
      weight: 'telling',
      not: /scheduler|sbatch|srun|salloc|SLURM_MEM|wandb\.errors|sqlalchemy|ctypes\.ArgumentError|LoadError|device ordinal|CUDA|HIP|compile error|loss|dtype|[Ww]arning|checkpoint|state_dict|nvcc|gcc|literal/,
    },
    {
      regex:
        /Befehl nicht gefunden|Kommando nicht gefunden|コマンドが見つかりません|未找到命令|commande introuvable|orden no encontrada|command not recognized|no se encontró la orden|команда не найдена/,
    },
    {
      regex:
        /^\s*(?:(?:-?(?:ba|z|da|k|c|tc)?sh|env|srun|slurmstepd|nohup|exec|time|sudo|\/\S*(?:sh|script)|\S+\.sh|\/bin\/\S+)): (?:.*: )?(?:line \d+: |\d+: )?\S+:? (?:No such file or directory|Datei oder Verzeichnis nicht gefunden|そのようなファイルやディレクトリはありません|没有那个文件或目录|Aucun fichier ou dossier de ce (?:type|nom)|No existe el (?:fichero|archivo) o el directorio)|execve\(\): \S+: No such file|couldn't exec|error: can't find '__main__' module/,
      not: /\bcd: |qemu/,
    },
    {
      regex:
        /(?:train_batch_size|global[ _]batch[ _]size|(?:num|number)[ _](?:of )?(?:attention[ _])?heads|hidden[ _]size|embed_dim|world[_ ]size|parallel(?:ism)?(?: world)? size).{0,120}(?:divisible|must be|must divide|does not divide)|\bUnsupported \w+ value\b|-(?:-\w+)+ (?:must|should|is required|requires|cannot)|argument --?\w+/,
    },
    {
      regex:
        /KeyError: '(?:MASTER_ADDR|MASTER_PORT|RANK|WORLD_SIZE|LOCAL_RANK|LOCAL_WORLD_SIZE|SLURM_\w+|CUDA_VISIBLE_DEVICES|HOME|USER|PYTHONPATH|\w+_(?:DIR|PATH|ROOT|HOME))'|OverrideParseException|Error when parsing|invalid (?:literal|value) for (?:flag|option)|Unknown (?:command|subcommand|flag)/,
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
