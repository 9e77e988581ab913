import MiniSearch from 'minisearch';

/** The items whose text shares words with the question, best first; of equals, the newer. `items` are in the order of time. */
export function searchTexts<T>(items: readonly T[], textOf: (item: T) => string, question: string): T[] {
  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ['text'],
    searchOptions: { prefix: (term) => term.length > 2, fuzzy: (term) => (term.length > 5 ? 0.2 : false), combineWith: 'OR' },
    processTerm: (term) => (STOP.has(term.toLowerCase()) ? null : term.toLowerCase()),
  });
  index.addAll(items.map((item, id) => ({ id, text: textOf(item) })));
  return index
    .search(question)
    .sort((a, b) => b.score - a.score || Number(b.id) - Number(a.id))
    .flatMap(({ id }) => items[Number(id)] ?? []);
}

/** Words of questions that say nothing about what is looked for. */
const STOP = new Set(
  'a an the is are was were be been do does did we i you it our my of to in on at for with by and or not what when where which who why how this that these those there has have had from about against'.split(
    ' ',
  ),
);
