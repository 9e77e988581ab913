/** What an entry does. */
import type { WrittenCommand } from '../commands/commands.ts';
import { readNameKind, readWordsPurpose, type Purpose } from '../commands/purpose.ts';
import { isStandardModule } from '../dependencies/stdlib.ts';
import { nameOf } from '../input.ts';
import type { Entry } from '../schema.ts';
import { defineSign, holdsSign } from '../signs/signs.ts';
import type { Source } from '../sources.ts';

/** A full stop is rarer than most letters: the owner of a method is looked at only behind it. */
const TRAINS = defineSign(
  /\.(?:(?:backward|fit|fit_generator|train_on_batch|partial_fit|minimize|zero_grad|learn)\(|step\((?<=optimi[sz]er\.step\()|(?:train|run|fit)\((?<=[tT]rainer\.\w{3,5}\()|fit(?<=trainer\.fit)|(?:train|run)\((?<=runner\.\w{3,5}\()|train\((?<=(?:estimator|lgb|xgb|lightgbm|xgboost)\.train\()|run\((?<=sess(?:ion)?\.run\()\[?\s*\w*train|grad\((?<=jax\.grad\())|apply_gradients\(|GradientTape|value_and_grad\(|LightningCLI\(|train_and_evaluate\(/,
);

/** True for source that trains something itself. */
export function trainsItself(source: Source): boolean {
  return holdsSign(source, TRAINS);
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
  // A section about training tells how its result is measured, too.
  if (named !== null) return trains && told === 'train' && mayTrainAlthough(name, source) ? 'train' : named;
  // Speed is measured with training loops too.
  if (told === null && /(^|\/)benchmarks?\//.test(path)) return 'evaluate';
  if (told !== 'train' && /(^|\/)(apps?|gui|webui|gradio)\//.test(path) && named === null && !trainsItself(source)) return 'demo';
  if (told !== null && told !== 'train') return trainsItself(source) && told === 'preprocess' ? 'train' : told;
  if (told === 'train') return trains || !isPlain(source) ? 'train' : 'other';
  return trains && startsTraining(source) ? 'train' : 'other';
}

/** Whether a section about training means this program by it, whose name says something else. */
function mayTrainAlthough(name: string, source: Source): boolean {
  if (/^(eval|plot|vis|show|draw|setup)/.test(name)) return false;
  return !/^(make|create|build|prepare|generate|convert|extract)_/.test(name) || trainsItself(source);
}

/** Imports that do nothing but move data about. */
const DATA_ONLY = /^(numpy|pandas|tqdm|PIL|cv2|yaml|scipy|matplotlib|h5py|requests|click|absl|__future__)(\.|$)/;

/** True for a program that neither learns nor starts anything that could. */
function isPlain({ module, text }: Source): boolean {
  const isData = ({ module: name, level }: (typeof module.imports)[number]) =>
    level === 0 && (DATA_ONLY.test(name) || isStandardModule(name.split('.')[0] ?? ''));
  const mayStart = /subprocess|Popen|runpy|importlib/.test(text) || (text.includes('os.system') && /python|\.sh\b/.test(text));
  return module.imports.length > 0 && module.imports.every(isData) && !mayStart;
}

/** True when the program's own code trains or calls something that by its name does. What it imports may train without its help. */
function startsTraining(source: Source): boolean {
  return (
    trainsItself(source) ||
    /^(main|run)/.test(nameOf(source.file.path)) ||
    source.module.calls.some((call) =>
      /(^|[._])(\w*train\w*|fit|learn|finetune|optimi[sz]e|solve|run_experiment|main_worker|launch|spawn|run)$/i.test(call.name),
    )
  );
}

/** A program that fits a model on a task and is called `task_test.py`: nothing of it is a unit test. */
function isMisnamed(source: Source): boolean {
  const { file, text, module } = source;
  const isPlaced = /(^|\/)(tests?|testing|unittests?)\//.test(file.path);
  const asserts =
    module.imports.some((item) => /^(pytest|unittest|absl\.testing)/.test(item.module)) || /\.test\.TestCase|^def test_/m.test(text);
  return (
    !isPlaced && !asserts && trainsItself(source) && module.imports.some((item) => /^(argparse|click|fire|tyro|hydra)/.test(item.module))
  );
}

/** `test.py` beside a `train.py` measures a model; a `test_x.py` is a unit test unless a document runs it. */
function isTestProgram(name: string, command: WrittenCommand | undefined): boolean {
  return command?.via === 'readme' && name.startsWith('test');
}

/** The kind of an entry that a text's purpose tells; installing, using and asides tell none. */
export function asKind(purpose: Purpose | null): Entry['kind'] | null {
  return purpose === 'install' || purpose === 'usage' || purpose === 'aside' ? null : purpose;
}

/** True for work after which the actual work is still to be done. */
export function isPreparation(kind: Entry['kind']): boolean {
  return kind === 'preprocess' || kind === 'download' || kind === 'test';
}
