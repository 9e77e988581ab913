import { describe, expect, it } from 'vitest';
import { listNeededWords } from '../../../src/core/repo-map/signs/needed-words.ts';
import { WordFinder } from '../../../src/core/repo-map/signs/word-finder.ts';
import fc from '../../support/properties.ts';
import { measureGrowth } from '../growth.ts';

describe('listNeededWords', () => {
  it.each([
    [/foo(bar|baz)\(/, ['foobar(', 'foobaz(']],
    [/\.fit\(|optimi[sz]er\.step\(/, ['.fit(', 'optimiser.step(', 'optimizer.step(']],
    [/['"= ](\/(home|data\d*)\/\w+|[A-Z]:\\)/, ['/home', '/data', ':\\']],
    [/(?<!\w)parse[\s\\]*\(/, ['parse']],
    [/x{0,3}abc|x{2}de+/, ['abc', 'de']],
    [/(?:ab)+c/, ['ab']],
    [/(?=never)abc(?!no)/, ['abc']],
    [/a?b?c?/, null],
    [/abc|\w+/, null],
    [/abc/i, null],
    [/(abc)\1/, null],
    [/héllo/, null],
  ])('reads %s', (pattern, words) => {
    expect(listNeededWords(pattern)).toEqual(words);
  });

  it('names words of which every match holds one', () => {
    const piece = fc.constantFrom(
      'ab',
      '(?:cd|e)',
      '[xy]',
      String.raw`\.`,
      String.raw`\w`,
      '(f|gh)+',
      'i?',
      'j{0,2}',
      'k{2,3}',
      '[^a]',
      '(?:l(?:m|no)?|p)',
      '.',
    );
    const sequence = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
    const pattern = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((parts) => new RegExp(parts.join('|')));
    const matched = pattern.chain((wanted) => fc.tuple(fc.constant(wanted), fc.stringMatching(wanted)));
    fc.assert(
      fc.property(matched, ([wanted, text]) => {
        const found = wanted.exec(text)?.[0] ?? '';
        const words = listNeededWords(wanted);
        if (words !== null) expect(words.filter((word) => found.includes(word))).not.toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('WordFinder', () => {
  it('finds the words that stand in a text, and no others', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '('), minLength: 1, maxLength: 4 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '(', 'é', '\u0000'), maxLength: 40 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), text, (words, searched) => {
        const found = new Set<string | undefined>();
        new WordFinder(words).find(searched, (number) => found.add(words[number]));
        expect(found).toEqual(new Set(words.filter((item) => searched.includes(item))));
      }),
      { numRuns: 500 },
    );
  });

  it('takes time that grows with the text and no faster', () => {
    const finder = new WordFinder(['aaaaaaab', 'aaab', 'ab']);
    const walk = (text: string) => finder.find(text, () => undefined);
    expect(measureGrowth(walk, (size) => 'a'.repeat(size), 100_000)).toBeLessThan(28);
  });
});
