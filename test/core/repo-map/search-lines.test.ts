import { describe, expect, it } from 'vitest';
import { listMatchingLines } from '../../../src/core/repo-map/search-lines.ts';
import fc from '../../support/properties.ts';

const PATTERNS = [/ab/, /^a/, /b$/, /(^|[\s;])b\s+c/, /a[^\n]{0,3}c/, /\bab\b|c\s*=/, /b(?!c)/];

describe('listMatchingLines', () => {
  it('finds the lines that match by themselves, with their numbers', () => {
    const line = fc.array(fc.constantFrom('a', 'b', 'c', ' ', ';', '='), { maxLength: 6 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom(...PATTERNS), (lines, pattern) => {
        const expected = lines.flatMap((text, index) => (pattern.test(text) ? [{ number: index + 1, text }] : []));
        expect([...listMatchingLines(lines.join('\n'), pattern)]).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no match over the end of a line', () => {
    expect([...listMatchingLines('a =\n1\na = 1', /a =\s1/)]).toEqual([{ number: 3, text: 'a = 1' }]);
  });
});
