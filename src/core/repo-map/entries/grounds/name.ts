/** What an entry and its place are called. */
import { depthOf, nameOf } from '../../input.ts';
import { whether, type Candidate, type Ground } from './ground.ts';

const isCalled = (pattern: RegExp) => (candidate: Candidate) => pattern.test(nameOf(candidate.entry.file));
const words = ({ entry }: Candidate) => entry.argv.join(' ').toLowerCase();
/** The file that is started, as it is typed. */
const program = ({ entry }: Candidate) => (entry.argv.find((word) => /\.(py|sh|ipynb)$/.test(word)) ?? entry.argv[0] ?? '').toLowerCase();

const ASIDE =
  /(^|\/)(legacy|old|deprecated|archived?|third[_-]?party|external|externals|vendor|submodules|baselines?|scripts\/data|data_?sets?|benchmarks?|docs?|docker|evaluation|utils|SentEval|tests?|contrib|misc|appendix|ablations?|toy|unused|backup|debug)\//i;

export const NAME: readonly Ground[] = [
  whether('its program is called train.py', isCalled(/^train(ing)?\.py$/i)),
  whether('its program is called main.py or run.py', isCalled(/^(main|run)\.py$/i)),
  whether('its program is named for pre-training', isCalled(/pretrain(?!ed)\w*\.py$/)),
  whether('it is called like the method', ({ isNamesake }) => isNamesake),
  whether('it trains and is called like the method', ({ entry, isNamesake }) => isNamesake && entry.kind === 'train'),
  whether('its command names a main, training or base file', (it) =>
    /(base|default|main|train)\w*\.(ya?ml|json|toml|py|gin|cfg)/.test(words(it)),
  ),
  whether('its command is about fine-tuning', (it) => /fine_?-?tun/.test(words(it))),
  whether('its command is about a check, a baseline or an ablation', (it) =>
    /debug|toy|ablat|baseline|_test|smoke|dummy|tiny|example_project|resume/.test(words(it)),
  ),
  whether('its name is that of measuring, showing or converting', (it) =>
    /eval|test|infer|sampl|predict|demo|generate|visuali|plot|convert|merge|export|diagnos|profil/.test(program(it)),
  ),
  whether('it lies in a folder for side matters', ({ entry }) => ASIDE.test(entry.file)),
  whether('it lies in a folder with a licence of its own', ({ isForeign }) => isForeign),
  { says: 'it lies deep', measure: ({ entry }) => Math.min(depthOf(entry.file), 6) / 6 },
];
