import { nameOf } from './model.js';

export const KINDS = ['result', 'failure', 'change', 'decision', 'question', 'idea', 'run', 'cost'];

/** Everything of the page that its address remembers; an id alone is that of a moment. */
export function readAddress(hash) {
  const plain = hash.replace(/^#/, '');
  const words = new URLSearchParams(plain.includes('=') ? plain : `m=${plain}`);
  const kinds = (words.get('kind') ?? '').split(',').filter((kind) => KINDS.includes(kind));
  const get = (key) => words.get(key) ?? '';
  return {
    moment: get('m'),
    kinds,
    run: get('run'),
    person: get('person'),
    text: get('q'),
    a: get('a'),
    b: get('b'),
    metric: get('metric'),
  };
}

/** The address of a state; what is as it is at first is left out. */
export function writeAddress({ moment, kinds, run, person, text, a, b, metric }) {
  const words = new URLSearchParams();
  const pairs = { m: moment, kind: kinds.join(','), run, person, q: text, a, b, metric };
  for (const [key, value] of Object.entries(pairs)) if (value !== '') words.set(key, value);
  return `#${words.toString()}`;
}

/** A function from a state to the places of the moments that it lets through. Texts are made ready at the first search. */
export function createFilter(model) {
  let texts;
  const ready = () => {
    texts ??= model.moments.map((moment) => textOf(model, moment));
    return texts;
  };
  return ({ kinds, run, person, text }) => {
    const wanted = new Set(kinds);
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const all = words.length === 0 ? [] : ready();
    const places = [];
    for (const [place, moment] of model.moments.entries()) {
      if (wanted.size > 0 && !wanted.has(moment.kind)) continue;
      if (run !== '' && moment.run !== run) continue;
      if (person !== '' && moment.by !== person) continue;
      if (words.every((word) => all[place].includes(word))) places.push(place);
    }
    return places;
  };
}

function textOf(model, { id, text, topic = '', run = '', by, job = '', commit = '', event }) {
  const about = model.runs.get(run)?.about ?? '';
  return [id, text, topic, about, by === undefined ? '' : nameOf(model, by), job, commit, event].join('\n').toLowerCase();
}
