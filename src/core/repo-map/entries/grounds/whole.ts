/** How an entry stands among the others. */
import { whether, type Candidate, type Ground, type Whole } from './ground.ts';
import { isDocumented, placeOf } from './place.ts';

/** What is seen only when all entries are looked at together. */
export function readWhole(candidates: readonly Candidate[]): Whole {
  const shown = candidates.filter((it) => placeOf(it) === 'main README' && !['download', 'test', 'preprocess'].includes(it.entry.kind));
  const orders = shown.flatMap((it) => (it.entry.kind === 'train' && it.command !== undefined ? [it.command.order] : []));
  return {
    shows: shown.length > 0,
    trains: orders.length > 0,
    firstTraining: orders.length === 0 ? null : Math.min(...orders),
    isTold: candidates.some(isDocumented),
    mostMentions: Math.max(0, ...candidates.map((it) => it.mentions)),
  };
}

const isMain = (it: Candidate) => placeOf(it) === 'main README';
const isUntold = (it: Candidate) => ['name only', 'nowhere'].includes(placeOf(it));

export const WHOLE: readonly Ground[] = [
  whether(
    'it is the first training that the main README shows',
    (it, whole) => isMain(it) && it.entry.kind === 'train' && it.command?.order === whole.firstTraining,
  ),
  whether('the main README shows other work', (it, whole) => !isMain(it) && whole.shows),
  whether(
    'it belongs to a part, and the main README shows other work',
    (it, whole) => ['README of a part', 'README deep inside'].includes(placeOf(it)) && whole.shows,
  ),
  whether(
    'no text tells this training, and the main README shows other work',
    (it, whole) => it.entry.kind === 'train' && isUntold(it) && whole.shows,
  ),
  whether('no text tells any command, and a script runs it', (it, whole) => placeOf(it) === 'script' && !whole.isTold),
  { says: 'several commands name it', measure: ({ mentions }) => Math.min(Math.log2(1 + mentions), 6) / 6 },
  whether('more than one command names it', ({ mentions }) => mentions > 1),
  whether('no other is named as often', ({ mentions }, whole) => mentions > 1 && mentions === whole.mostMentions),
];
