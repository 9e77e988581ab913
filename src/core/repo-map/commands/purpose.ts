/** What the words of a heading, a sentence or a command say that it is for. */
import type { Entry } from '../schema.ts';

export type Purpose = 'train' | 'evaluate' | 'demo' | 'preprocess' | 'install' | 'usage' | 'aside';

const NOT_TRAINING =
  /train(ing)?[ _-](set|sets|data|dataset|images|split|logs?|curves?|code is|time)\b|\b(be|was|were|are|been|is|already|our|of the) (pre-?)?trained/gi;
const RULES: readonly (readonly [Purpose, RegExp])[] = [
  [
    'preprocess',
    /\b(prepar\w+|pre-?process\w*|convert\w*|download\w*|extract\w*|generate (the |your )?(training )?data\w*|(build|create|make) (the |your )?(data|dataset|vocab)\w*|data ?sets?$|^(the )?data$)/i,
  ],
  ['evaluate', /\b(evaluat\w+|inference|infer|predict\w*|validat(e|ion|ing)|benchmark\w*)\b|\btest(s|ing)?\b/i],
  [
    'demo',
    /\b(demos?|sampl(e|es|ing) (from|images|new)|sampling|visuali[sz]\w+|interactive\w*|gradio|web ?ui|chat|serv(e|ing|er)|deploy\w*|export\w*|onnx)\b/i,
  ],
  ['install', /\b(install\w*|set-?up|requirements|dependenc\w+|prerequisites|environment|compil\w+|docker)\b/i],
  ['usage', /\b(usage|quick ?-?start|getting started|how to (run|use)|run(ning)?|examples?|reproduc\w+|experiments?|results?|main)\b/i],
];
const TRAIN = /\b(re-?|pre-?)?train(ing)?\b|\bfine-?tun(e|es|ing)\b|\blearn (a|the)\b/i;

const NEWS =
  /^\W{0,12}(?:\w{1,12} ){0,2}(?:news|updates?|what.?s new|change ?logs?|release notes?|announcements?)\b\W{0,4}(?:\w{1,12}\W{0,3}){0,2}$/i;

const GOING_ON = /\b(?:restart|resum(?:e|ing)|continu(?:e|ing))\b/i;

/** True for the heading of a section in which nobody begins: what came to a project in which order, or how to go on after an interruption. */
export function isAsideHeading(text: string): boolean {
  const said = text.slice(0, 100);
  return NEWS.test(said) || GOING_ON.test(said);
}

/** The purpose that a text names; null when it names none. Training wins where several are named, unless it is only what data are for. */
export function readPurpose(text: string): Purpose | null {
  const plain = text
    .slice(0, 400)
    .replaceAll(/\]\([^)\s]{0,300}\)?|`[^`]{0,200}`|https?:\/\/\S{1,200}/g, ' ')
    .replaceAll(NOT_TRAINING, ' ');
  const trains = TRAIN.exec(plain);
  const other = RULES.map(([purpose, pattern]) => ({ purpose, at: pattern.exec(plain)?.index ?? -1 })).find((item) => item.at >= 0);
  if (trains === null) return other?.purpose ?? null;
  const isPreparation = other?.purpose === 'preprocess' && other.at < trains.index;
  return isPreparation ? 'preprocess' : 'train';
}

const TRAINING_WORDS =
  /(^|(?<!--?[\w-]{0,30}(?:split|set|data|dir|path|prefix|name))\s)(train|fit|training)(\s|$)|--(do_)?train(ing)?(=true|\s|$)|\b(mode|do|phase|stage|action|task|job)[= ]'?(train|fit)\b/i;
const OTHER_WORDS =
  /\.py (eval|evaluate|test|sample|predict|infer|generate)\b|--(do_)?(eval|evaluate|eval[_-]only|eval[_-]checkpoint|evaluate[_-]only|test|test[_-]only|sample|sample[_-]only|infer|inference|predict|generate|demo|validate|visuali[sz]e|render_only|play)(\s|=true|$)|(?:\b|_)(mode|do|phase|stage|action|split|job)[= ]'?(test|eval|eval_\w{1,20}|evaluate|sample|infer|inference|predict|demo)\b|\b(do|is_training|train)[= ]'?(0|false)\b|\+?eval_only=|\/(test|eval)\.(ya?ml|json)\b/i;

/** What the arguments of a command say: `train` words win over those of other work. */
export function readWordsPurpose(words: string): 'train' | 'evaluate' | null {
  if (TRAINING_WORDS.test(words)) return 'train';
  return OTHER_WORDS.test(words) ? 'evaluate' : null;
}

const NAME_KINDS: readonly (readonly [Entry['kind'], RegExp])[] = [
  ['preprocess', /^(create|make|build|prep|prepare|generate|extract|split|convert)_(\w+_)?(train|training)(_|$)/],
  [
    'train',
    /(^|_)(train(er|ers|ing|val|s|net|model)?|finetun(e|er|ing)|fine_tun(e|er|ing)|pretrain(er|ing)?|fit|learn|sft|dpo|grpo|rlhf|trainval)(_|\d|$)/,
  ],
  ['download', /(^|_)(download|downloader|fetch|get_data)(_|$)/],
  [
    'preprocess',
    /(^|_)(pre_?process\w*|prepare|preparation|prepro|setup|convert\w*|\w+2(?!\d|vec)\w+|make|build|create|extract|tokenize|split|merge|(gen|generate)_(\w*_)?(data|dataset|wave|sine\w*|config\w*|yaml|json|list|lmdb)|to|dataset_tool|parse)(_|$)/,
  ],
  [
    'evaluate',
    /(^|_)(eval|evaluate|evaluation|evaluator|test|tester|infer|inference|predict|prediction|validate|benchmark|bench|score|metrics?|fid|compute|calc|calculate|analy[sz]e|diagnose|inspect|profile|summari[sz]e)(_|\d|$)/,
  ],
  [
    'demo',
    /(^|_)(demo|app|gradio|streamlit|sampl(?:es?|ers?|ing)|generate|generation|gen|visuali[sz]e\w*|vis|plot\w*|interact|interactive|chat|cli|webui|serve|server|worker|controller|api|export|txt2img|img2img|enjoy|play|render|project|projector|synthesi[sz]e|interpolate|show|view\w*|legacy|inpaint\w*|detect|translate|webcam)(_|\d|$)/,
  ],
];

/** What the name of a program says it does; null when it says nothing. */
export function readNameKind(name: string): Entry['kind'] | null {
  const plain = name
    .replace(/\.\w+$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll(/[-.]/g, '_')
    .toLowerCase();
  return NAME_KINDS.find(([, pattern]) => pattern.test(plain))?.[0] ?? null;
}
