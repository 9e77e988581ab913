import { describe, expect, it } from 'vitest';
import { blankStrings, codeLines, createCodeFinder } from '../../../src/core/environment/code-lines.ts';
import fc from '../../support/properties.ts';
import { repoFiles } from '../repo-map/helpers.ts';

describe('blankStrings', () => {
  it.each([
    ["x = 'a' # b", "x = ' '    "],
    ['x = "it\'s"', 'x = "    "'],
    ['"""a\n# b\n""" + c', '""" \n   \n""" + c'],
    ["'open\nnext", "'    \nnext"],
    [String.raw`'a\'b' + c`, "'    ' + c"],
    ['', ''],
  ])('%j becomes %j', (source, expected) => {
    expect(blankStrings(source)).toBe(expected);
  });

  it('keeps length and lines of any text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('"', "'", '#', '\n', '\\', '"""', 'a', '('), { maxLength: 60 }), (pieces) => {
        const source = pieces.join('');
        const blanked = blankStrings(source);
        expect(blanked.length).toBe(source.length);
        expect(blanked.split('\n').length).toBe(source.split('\n').length);
      }),
    );
  });
});

describe('codeLines', () => {
  it('joins what brackets hold together', () => {
    expect(codeLines('f(a,\n  b)\ng()')).toEqual([
      { line: 1, text: 'f(a, b)' },
      { line: 3, text: 'g()' },
    ]);
  });

  it('goes on after a bracket that never closes', () => {
    const source = `x = (\n${'    1,\n'.repeat(3000)}y = np.float(3)\n`;
    expect(codeLines(source).some((line) => line.text.includes('y = np.float(3)') && line.text.length <= 4000)).toBe(true);
  });
});

describe('createCodeFinder', () => {
  it('names the place and looks only where the entry goes', () => {
    const files = repoFiles({ 'a.py': 'x = 1\n# np.float\ny = np.float(2)\n', 'b.py': 'z = np.int(1)\n' });
    const find = createCodeFinder(files, ['a.py']);
    expect(find(/\bnp\.float\b/)).toBe('a.py:3');
    expect(find(/\bnp\.int\b/)).toBeNull();
  });
});
