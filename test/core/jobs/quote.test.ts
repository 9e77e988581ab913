import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteWord, quoteWords } from '../../../src/core/jobs/quote.ts';
import fc from '../../support/properties.ts';

describe('quoteWord', () => {
  it.each([
    ['train.py', 'train.py'],
    ['--lr=0.1', '--lr=0.1'],
    ['A=b', `'A=b'`],
    ['', `''`],
    [`it's`, `'it'\\''s'`],
    ['~', `'~'`],
    ['$(id)', `'$(id)'`],
  ])('%j becomes %s', (word, quoted) => {
    expect(quoteWord(word)).toBe(quoted);
  });

  it('comes back from a real shell as it went in', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((word) => !word.includes('\0') && word.isWellFormed());
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (words) => {
        const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${quoteWords(words)}`], { encoding: 'utf8' });
        expect(printed.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a NUL byte', () => {
    expect(() => quoteWord('a\0b')).toThrow(RangeError);
  });
});
