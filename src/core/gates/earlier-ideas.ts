import { z } from 'zod';

/** An idea that was tried and failed, and why it did. */
export const FailedIdea = z.object({ attempt: z.string(), idea: z.string(), why: z.string() });
export type FailedIdea = z.infer<typeof FailedIdea>;

export interface SimilarIdea extends FailedIdea {
  /** 0 to 1: share of weighted words in common. */
  readonly similarity: number;
}

const SIMILAR = 0.5;
const WORD = /[\p{L}\p{N}]{1,40}/gu;
const EMPTY = new Set('a an and as at be by for from in into is it its of on or over per the to try use used using we with'.split(' '));

/** Words in their plain form; a plural and its singular are one, so are "20-day" and "20 days". */
function listWords(text: string): Set<string> {
  const words = text.slice(0, 20_000).toLowerCase().match(WORD) ?? [];
  return new Set(words.filter((word) => !EMPTY.has(word)).map((word) => (word.length > 3 ? word.replace(/(?:ies|y|es|e|s)$/, '') : word)));
}

/**
 * The earlier failures that a new idea resembles, most similar first: cosine of the sets of words, each word weighted by how rare it is
 * among the ideas (log inverse document frequency). A matter of words, not of meaning: it finds the idea said again, not the idea
 * thought again, and asks for the difference instead of forbidding anything.
 */
export function findSimilarIdeas(idea: string, failures: readonly FailedIdea[]): SimilarIdea[] {
  const wanted = listWords(idea);
  const known = failures.map((failure) => listWords(failure.idea));
  const texts = [wanted, ...known];
  const weights = new Map<string, number>();
  const weigh = (word: string) => {
    const seen = weights.get(word);
    if (seen !== undefined) return seen;
    const weight = Math.log(1 + texts.length / texts.filter((words) => words.has(word)).length) ** 2;
    weights.set(word, weight);
    return weight;
  };
  const size = (words: Set<string>) => Math.sqrt([...words].reduce((sum, word) => sum + weigh(word), 0));
  const similar = failures.map((failure, index) => {
    const words = known[index] ?? new Set<string>();
    const shared = [...wanted].filter((word) => words.has(word)).reduce((sum, word) => sum + weigh(word), 0);
    const similarity = shared === 0 ? 0 : shared / (size(wanted) * size(words));
    return { ...failure, similarity };
  });
  return similar.filter((item) => item.similarity >= SIMILAR).sort((a, b) => b.similarity - a.similarity);
}
