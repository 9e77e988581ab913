/** Who tells of an entry, and in which words. */
import { depthOf } from '../../input.ts';
import { whether, type Candidate, type Ground } from './ground.ts';
import { isDocumented, placeOf, type Place } from './place.ts';

const isAt =
  (...places: readonly Place[]) =>
  (candidate: Candidate) =>
    places.includes(placeOf(candidate));
const isFor = (purpose: string) => (candidate: Candidate) => candidate.command?.purpose === purpose;
const scriptPath = ({ command }: Candidate) => (command?.via === 'script' ? command.evidence.file : '');

export const TELLING: readonly Ground[] = [
  whether('the main README shows it', isAt('main README')),
  whether('the main README shows it and it trains', (it) => placeOf(it) === 'main README' && it.entry.kind === 'train'),
  whether('the main README shows it and it measures', (it) => placeOf(it) === 'main README' && it.entry.kind === 'evaluate'),
  whether('only a sentence of the main README tells it', isAt('main README, in a sentence')),
  whether('a document shows it', isAt('document')),
  whether('a document shows it and it trains', (it) => placeOf(it) === 'document' && it.entry.kind === 'train'),
  whether('a document deep inside shows it', isAt('document deep inside')),
  whether('a README deep inside shows it', isAt('README deep inside')),
  whether('its first lines show how to start it', isAt('its own head')),
  whether('no text tells how to start it', isAt('nowhere')),
  whether('the main README names the folder that tells it', ({ toldAs }) => toldAs !== null),
  whether('the main README names the folder that tells it first', ({ toldAs }) => toldAs === 0),
  whether('the text says that it trains', isFor('train')),
  whether('the text says that this is how to use it', isFor('usage')),
  whether('the text says that it prepares', isFor('preprocess')),
  whether('the text says that it measures', isFor('evaluate')),
  whether('the text says that it shows', isFor('demo')),
  whether('it is told among tests or data', ({ command }) => /(^|\/)(dev|tests?|ci|data|data_?sets?)\//.test(command?.evidence.file ?? '')),
  whether('the script that runs it is named for training', (it) => /(^|\/|_)(train|run|main|pretrain|finetune)[^/]*$/.test(scriptPath(it))),
  { says: 'the script that runs it lies deep', measure: (it) => Math.min(depthOf(scriptPath(it)), 3) / 3 },
  {
    says: 'other commands are told before it',
    measure: (it) => (isDocumented(it) && it.command?.isInline === false ? Math.min(it.command.order, 10) / 10 : 0),
  },
];
