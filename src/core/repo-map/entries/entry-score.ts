/** What an entry does, and how likely it is the one that its authors would name first. */
import type { WrittenCommand } from '../commands/commands.ts';
import { readNameKind, readWordsPurpose, type Purpose } from '../commands/purpose.ts';
import { nameOf } from '../input.ts';
import type { Entry } from '../schema.ts';
import type { Source } from '../sources.ts';

/** A full stop is rarer than most letters: the owner of a method is looked at only behind it. */
const TRAINS =
  /\.(?:(?:backward|fit|fit_generator|train_on_batch|partial_fit|minimize|zero_grad|learn)\(|step\((?<=optimi[sz]er\.step\()|(?:train|run|fit)\((?<=[tT]rainer\.\w{3,5}\()|fit(?<=trainer\.fit)|(?:train|run)\((?<=runner\.\w{3,5}\()|train\((?<=(?:estimator|lgb|xgb|lightgbm|xgboost)\.train\()|run\((?<=sess(?:ion)?\.run\()\[?\s*\w*train|grad\((?<=jax\.grad\())|apply_gradients\(|GradientTape|value_and_grad\(|LightningCLI\(|train_and_evaluate\(/;

/** True for source that trains something itself. */
export function trainsItself(text: string): boolean {
  return TRAINS.test(text);
}

/** The kind of work: the arguments of the command speak first, then the program's name, then the text around, then its code. */
export function kindOf(source: Source, command: WrittenCommand | undefined, trains: boolean): Entry['kind'] {
  const { path } = source.file;
  const name = nameOf(path);
  const words = command?.argv.slice(1).join(' ') ?? '';
  if (/(^|\/)(tests?|testing|unittests?)\//.test(path) || /^test_.*\.py$|_test\.py$/.test(name))
    return isTestProgram(name, command) ? 'evaluate' : isMisnamed(source) ? 'train' : 'test';
  const said = readWordsPurpose(words);
  const named = readNameKind(name);
  if (said === 'evaluate') return 'evaluate';
  if (said === 'train' && (trains || named === null || named === 'train')) return 'train';
  if (named === 'train') return 'train';
  const told = command === undefined ? null : asKind(command.purpose);
  if (named !== null) return trains && told === 'train' ? 'train' : named;
  // Speed is measured with training loops too.
  if (told === null && /(^|\/)benchmarks?\//.test(path)) return 'evaluate';
  if (told !== 'train' && /(^|\/)(apps?|gui|webui|gradio)\//.test(path) && named === null && !trainsItself(source.text)) return 'demo';
  if (told !== null && told !== 'train') return trainsItself(source.text) && told === 'preprocess' ? 'train' : told;
  return told === 'train' || (trains && startsTraining(source)) ? 'train' : 'other';
}

/** True when the program's own code trains or calls something that by its name does. What it imports may train without its help. */
function startsTraining(source: Source): boolean {
  return (
    trainsItself(source.text) ||
    /^(main|run)/.test(nameOf(source.file.path)) ||
    source.module.calls.some((call) =>
      /(^|[._])(\w*train\w*|fit|learn|finetune|optimi[sz]e|solve|run_experiment|main_worker|launch|spawn|run)$/i.test(call.name),
    )
  );
}

/** A program that fits a model on a task and is called `task_test.py`: nothing of it is a unit test. */
function isMisnamed({ file, text, module }: Source): boolean {
  const isPlaced = /(^|\/)(tests?|testing|unittests?)\//.test(file.path);
  const asserts =
    module.imports.some((item) => /^(pytest|unittest|absl\.testing)/.test(item.module)) || /\.test\.TestCase|^def test_/m.test(text);
  return (
    !isPlaced && !asserts && trainsItself(text) && module.imports.some((item) => /^(argparse|click|fire|tyro|hydra)/.test(item.module))
  );
}

/** `test.py` beside a `train.py` measures a model; a `test_x.py` is a unit test unless a document runs it. */
function isTestProgram(name: string, command: WrittenCommand | undefined): boolean {
  return command?.via === 'readme' && name.startsWith('test');
}

/** The kind of an entry that a text's purpose tells; installing and using tell none. */
export function asKind(purpose: Purpose | null): Entry['kind'] | null {
  return purpose === 'install' || purpose === 'usage' ? null : purpose;
}

const KIND_SCORE: Readonly<Record<Entry['kind'], number>> = {
  train: 40,
  notebook: 25,
  other: 8,
  demo: 6,
  evaluate: 6,
  preprocess: -10,
  download: -25,
  test: -60,
};
const VIA_SCORE: Readonly<Record<WrittenCommand['via'], number>> = {
  readme: 25,
  document: 15,
  script: 12,
  build: 8,
  notebook: 8,
  package: 4,
};

const MANY_RUNS = 6;

export interface ScoreFacts {
  readonly command: WrittenCommand | undefined;
  /** How many commands name the file. */
  readonly mentions: number;
  readonly trains: boolean;
  /** True when the file itself, not only what it imports, trains. */
  readonly trainsItself: boolean;
  readonly isGuarded: boolean;
  /** True when other files of the repository import it. */
  readonly isImported: boolean;
  /** True when the README of the repository or of its folder speaks of it. */
  readonly isNamed: boolean;
  /** True when the command names a configuration that is not there, in a folder that is. */
  readonly lacksSetting: boolean;
  /** True when it lies among the modules of a package. */
  readonly isPackaged: boolean;
  /** How many other folders the root's README speaks of before that of the command's README; null where it speaks of none or not of this one. */
  readonly toldAs: number | null;
  /** True when its name holds a word of the repository's own name or title. */
  readonly isNamesake: boolean;
}

/** So much can the arguments of an entry add to its score. */
export const MOST_FOR_ARGUMENTS = 8;

/** Higher is better; only the order means anything. */
export function scoreEntry(entry: Pick<Entry, 'file' | 'kind' | 'arguments'>, facts: ScoreFacts): number {
  const name = nameOf(entry.file);
  let score = KIND_SCORE[entry.kind] + scoreCommand(facts.command, entry.kind);
  // Of several programs the one that is spoken of again and again is the main one.
  if (facts.mentions > 1) score += Math.min(6, facts.mentions) + Math.min(6, Math.max(0, 2 * Math.log2(facts.mentions / 6)));
  if (/^train(ing)?\.py$/.test(name) || isTrainCommand(facts.command)) score += 12;
  else if (/^(main|run)\.py$/.test(name)) score += 8;
  else if (/pretrain(?!ed)\w*\.py$/.test(name)) score += 8;
  else if (/^(main|run|train)[_-]?\w*\.py$/.test(name)) score += 5;
  if (facts.isGuarded) score += 6;
  if (facts.isNamed && facts.command === undefined) score += 10;
  if (facts.lacksSetting) score -= 8;
  // Of parts with a README each, the first that the whole names is the one to begin with.
  if (facts.toldAs !== null) score += Math.max(0, 6 - 3 * facts.toldAs);
  if (facts.isNamesake && entry.kind === 'train' && !(facts.isPackaged && facts.command === undefined)) score += 8;
  if (entry.kind === 'train') score += (facts.trains ? 8 : 0) + (facts.trainsItself ? 4 : 0);
  if (entry.arguments.some((argument) => argument.role === 'steps' || argument.role === 'epochs')) score += MOST_FOR_ARGUMENTS;
  if (facts.command === undefined && entry.arguments.some((argument) => argument.required)) score -= 6;
  // A module that others import shows how it is used when it is started; that is seldom the main program.
  if (facts.isImported && facts.command === undefined && !facts.isNamed) score -= /^(train|main|run)/.test(name) ? 10 : 25;
  else if (facts.isPackaged && facts.command === undefined && !/^(train|main|run|pretrain|finetune)/.test(name)) score -= 15;
  if (isAside(entry.file)) score -= 25;
  return score - 2 * (entry.file.split('/').length - 1);
}

/** An installed command that somebody writes down and that is called `x_train` is to its package what `train.py` is to a folder. */
function isTrainCommand(command: WrittenCommand | undefined): boolean {
  return command?.launcher === 'console-script' && command.via !== 'package' && /(^|[a-z\d]_|-)train(ing)?$/i.test(command.argv[0] ?? '');
}

function isAside(file: string): boolean {
  return /(^|\/)(legacy|old|deprecated|archived?|third[_-]?party|external|externals|vendor|submodules|baselines?|scripts\/data|data_?sets?|benchmarks?|docs?|docker|evaluation|utils|SentEval|tests?|contrib|misc|appendix|ablations?|toy|unused|backup|debug)\//i.test(
    file,
  );
}

/** What the place of a command says: a README first, what it says about training, and the order in which it says it. */
function scoreCommand(command: WrittenCommand | undefined, kind: Entry['kind']): number {
  if (command === undefined) return 0;
  const depth = command.evidence.file.split('/').length - 1;
  const isDocument = command.via === 'readme' || command.via === 'document';
  let score = VIA_SCORE[command.via] - (isDocument ? Math.min(30, 8 * depth) : command.via === 'script' ? Math.min(9, 3 * depth) : 0);
  // How developers check their work and how data were made is seldom told in the words that the authors would use first.
  if (/(^|\/)(dev|tests?|ci|data|data_?sets?)\//.test(command.evidence.file)) score -= 15;
  if (command.via === 'script' && /(^|\/|_)(train|run|main|pretrain|finetune)[^/]*$/.test(command.evidence.file)) score += 3;
  if (command.purpose === 'train') score += kind === 'train' ? 8 : 0;
  else if (command.purpose === 'usage') score += 4;
  else if (command.purpose === 'install') score -= 8;
  else if (command.purpose === 'preprocess') score -= kind === 'train' ? 10 : 0;
  else if (command.purpose !== null) score -= kind === 'train' ? 5 : 0;
  // The command that an installation makes is there to be typed.
  if (command.launcher === 'console-script' && isDocument) score += 6;
  if (command.isInline) score -= 8;
  else if (isDocument) score += Math.max(0, 8 - 1.5 * command.order);
  if (command.hasPlaceholder) score -= 3;
  // A script with so many runs in it is a list of a paper's experiments; one of them is what to start.
  if ((command.starts ?? 0) >= MANY_RUNS) score -= 18;
  return score;
}
