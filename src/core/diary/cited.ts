/** What a model says about the diary, sentence by sentence, held against the entries that each sentence cites. Pure. */
import { FALLING, holdsName, isSaid, NUMBERS, readNumbers, RISING } from '../agent-session/audit.ts';
import { findClaims } from '../agent-session/claims.ts';
import type { Entry } from './entry.ts';

/** An entry as the model was shown it. */
export interface Fact {
  /** What a sentence cites it by. */
  readonly number: number;
  readonly entry: Entry;
  /** The line, with day, time and names. */
  readonly line: string;
}

export interface CitedSentence {
  readonly text: string;
  readonly cited: readonly Fact[];
  /** Why the cited facts do not say this; null where they do. */
  readonly doubt: string | null;
}

/** Characters of an answer; nothing that is asked for here is longer. */
const LONGEST = 20_000;
const CITES = /\s*\[\s*(\d{1,5}(?:\s*,\s*\d{1,5}){0,20})\s*\]/g;
const SUCCESS = /\b(?:READY|completed|got over|done|verified)\b/;
/** Capitalised for other reasons than being a name. */
const NO_NAME =
  /^(?:I|GPU|GPUs|CPU|CPUs|OK|The|A|An|On|In|At|By|After|Before|Then|No|It|This|That|These|Mon|Tue|Wed|Thu|Fri|Sat|Sun|\w{3,6}day)$/;

/** Reads an answer of the form `… sentence. [3][7]`; `people` are all names that a sentence might drag in. */
export function checkAnswer(answer: string, facts: readonly Fact[], people: readonly string[]): CitedSentence[] {
  const byNumber = new Map(facts.map((fact) => [fact.number, fact]));
  return splitSentences(answer).map((raw) => {
    const numbers = [...raw.matchAll(CITES)].flatMap((match) => (match[1] ?? '').split(',').map(Number));
    const text = raw
      .replaceAll(CITES, '')
      .replace(/\s+([.!?])/g, '$1')
      .trim();
    const cited = [...new Set(numbers)].flatMap((number) => byNumber.get(number) ?? []);
    const doubt = cited.length < new Set(numbers).size ? 'it cites what was not shown' : findDoubt(text, cited, people);
    return { text, cited, doubt };
  });
}

/** Sentences with the citations that follow their full stop. */
function splitSentences(answer: string): string[] {
  const flat = answer.slice(0, LONGEST).replaceAll(/\s+/g, ' ').trim();
  const found = flat.match(/[^\s](?:[^.!?]|[.!?](?![\s[]|$)){0,2000}(?:[.!?]|$)(?:\s{0,2}\[[\d\s,]{1,120}\][.]?){0,20}/g) ?? [];
  return found.filter((sentence) => sentence.replaceAll(CITES, '').trim().length > 1);
}

function findDoubt(text: string, cited: readonly Fact[], people: readonly string[]): string | null {
  if (cited.length === 0) return 'it cites nothing';
  const pool = cited
    .map(({ line, entry }) => `${line} ${entry.job ?? ''} ${entry.commit ?? ''} ${entry.topic} ${entry.source.id}`)
    .join('\n');
  const values = [...readNumbers(pool), ...cited.flatMap(({ entry }) => entry.figures.map(({ value }) => value)), cited.length];
  const strange = (text.match(NUMBERS) ?? []).find((said) => !values.some((value) => isSaid(Math.abs(value), said)));
  if (strange !== undefined) return `${strange} is in none of them`;
  const name = [...listNames(text), ...people.filter((one) => holdsName(text, one))].find((one) => !holdsAnyCase(pool, one));
  if (name !== undefined) return `${name} is in none of them`;
  return findWrongClaim(text, cited, pool);
}

/** Words that name something: written like code, or with a capital where no sentence begins. */
function listNames(text: string): string[] {
  return [...text.matchAll(/[\p{L}\p{N}_@#][\p{L}\p{N}_@#./:=-]{0,120}/gu)].flatMap((match) => {
    const word = match[0].replace(/[.:/=-]+$/, '');
    if (/^[\d.,:]+$/.test(word) || NO_NAME.test(word)) return [];
    const isCode = /[_@#/=]|\.\p{L}|\p{L}\d|\d\p{L}|\p{Ll}\p{Lu}|\p{Lu}{2}/u.test(word);
    return isCode || (match.index > 0 && /^\p{Lu}/u.test(word)) ? [word] : [];
  });
}

function holdsAnyCase(pool: string, name: string): boolean {
  return holdsName(` ${pool.toLowerCase().replaceAll(/[-.]/g, ' ')} `, name.toLowerCase().replaceAll(/[-.]/g, ' '));
}

function findWrongClaim(text: string, cited: readonly Fact[], pool: string): string | null {
  for (const claim of findClaims(text)) {
    if (claim.kind === 'trend') {
      const [from, to] = [Number(claim.from.replaceAll(',', '')), Number(claim.to.replaceAll(',', ''))];
      if ((FALLING.test(claim.verb) && to >= from) || (RISING.test(claim.verb) && to <= from)) return 'the direction is wrong';
    }
    if (['works', 'tests-pass', 'did', 'looked'].includes(claim.kind) && !SUCCESS.test(pool))
      return 'none of them says that it came out well';
  }
  const changes = cited.flatMap(({ entry }) => entry.figures.filter(({ name }) => name.endsWith(' change')));
  const [only] = changes;
  if (changes.length !== 1 || only === undefined || !text.includes(only.name.replace(/ change$/, ''))) return null;
  const wrong = only.value > 0 ? FALLING.test(text) && !RISING.test(text) : RISING.test(text) && !FALLING.test(text);
  return wrong ? 'the direction is wrong' : null;
}
