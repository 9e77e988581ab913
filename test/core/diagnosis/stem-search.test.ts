import { describe, expect, it } from 'vitest';
import { createStemSearch, STEMS } from '../../../src/core/diagnosis/stem-search.ts';
import fc from '../../support/properties.ts';

const encode = (text: string) => Buffer.from(text, 'latin1');

describe('createStemSearch', () => {
  const search = createStemSearch(STEMS);
  const first = (text: string) => search.next(encode(text), 0, text.length);

  it.each([
    ['RuntimeError', 7],
    ['srun: KILLED', 6],
    ['step 1 loss 2.0 lr 1e-3', -1],
    ['err or', -1],
    ['', -1],
    ['Out Of Memory', 0],
  ])('reads %j', (text, index) => expect(first(text)).toBe(index));

  it('stops at the end that it is given', () => {
    expect(search.next(encode('an error'), 0, 7)).toBe(-1);
    expect(search.next(encode('error error'), 1, 11)).toBe(6);
  });

  it('finds what a plain search finds, in any text', () => {
    const piece = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom(...STEMS, ...STEMS.map((stem) => stem.toUpperCase())));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = encode(pieces.join('')).toString('latin1');
        const folded = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
        const starts = STEMS.map((stem) => folded.indexOf(stem)).filter((at) => at !== -1);
        expect(first(text)).toBe(starts.length === 0 ? -1 : Math.min(...starts));
      }),
      { numRuns: 500 },
    );
  });
});
