import { describe, expect, it } from 'vitest';
import { keepCalls, keepStatements } from '../../../src/core/repo-map/outline/keep-calls.ts';
import type { PyCall } from '../../../src/core/repo-map/python.ts';
import fc from '../../support/properties.ts';
import { measureGrowth } from '../growth.ts';
import { parse } from './helpers.ts';

/** The calls of a text whose name holds `load`, as the map asks for them. */
function loads(text: string): string | null {
  return keepCalls(
    text,
    [...text.matchAll(/load\b/g)].map((match) => match.index),
  );
}

describe('keepCalls', () => {
  it.each([
    ['np.load("a.npy")', 'np.load("a.npy")'],
    ['x = 1\n\nwith np.load(f(1), mode="r") as f:\n    pass', '\n\nnp.load(f(1), mode="r")'],
    ['a = load(1), load(\n  2)\nload(3)', 'load(1); load(\n  2)\nload(3)'],
    ['load(load(1))', 'load(load(1))'],
    ['# load(1)\n"load(2)"\n"""\nload(3)"""', ''],
    ['load = 3', ''],
    ['def load(self, path):\n    pass\nclass load(Base):\n    pass', ''],
    ['@load(1)\ndef f():\n    pass', ''],
    ['Path(x).load("a")', '_().load("a")'],
    ['x = f"{load(1)}"', 'f"{load(1)}"'],
    ['x = rf"{load(1)}"', 'rf"{load(1)}"'],
    ['x = r"{load(1)}"', ''],
  ])('keeps of %j only the calls', (text, kept) => {
    expect(loads(text)).toBe(kept);
  });

  it('gives up where the characters do not tell', () => {
    for (const odd of ['load(1', 'x = "a\nload(1)', 'f(\n  x\n  .load(1))', 'load(`a`)', 'load\\\n(1)']) expect(loads(odd)).toBeNull();
  });

  it.each(['load.', 'load(', 'load(1);', 'load ', '"load(1)" ', '# load\n', 'x.load(1).', 'f"{load(1)}"'])(
    'takes time that grows with %j and no faster',
    (piece) => {
      expect(measureGrowth(loads, (size) => piece.repeat(size / piece.length), 40_000)).toBeLessThan(28);
    },
  );

  it('keeps calls that the parser reads as it does in the whole file', () => {
    const callee = fc.constantFrom('load', 'np.load', 'a.b.load', 'other');
    const value = fc.constantFrom('1', '"a.npy"', "'load(3)'", 'x + y', '[1, (2, 3)]', 'k=load(1)', 'f"{load(4)}"', '"#"');
    const statement = fc
      .tuple(fc.constantFrom('', 'x = ', 'return ', '# ', 'y = [', 'if z: '), callee, fc.array(value, { maxLength: 3 }))
      .map(([head, name, args]) => `${head}${name}(${args.join(head === '# ' ? ', ' : ',\n  ')})${head === 'y = [' ? ']' : ''}`);
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), (statements) => {
        const text = `${statements.join('\n')}\n`;
        const kept = loads(text);
        if (kept === null) return;
        const wanted = (calls: readonly PyCall[]) => calls.filter((call) => call.name.endsWith('load')).map(describeCall);
        expect(wanted(parse(kept).calls)).toEqual(wanted(parse(text).calls));
      }),
      { numRuns: 200 },
    );
  });
});

const describeCall = ({ name, line, args, keywords }: PyCall) => ({
  name,
  line,
  args: args.map((value) => value.text),
  keywords: [...keywords].map(([key, value]) => `${key}=${value.text}`),
});

describe('keepStatements', () => {
  it('keeps each statement on its line', () => {
    const text = 'a = 1; b = {\n  "c": 2}\n\nclass A:\n    d = [\n      3]\n';
    const starts = ['a = ', 'b = ', 'd = '].map((start) => text.indexOf(start));
    expect(keepStatements(text, starts)).toBe('a = 1; b = {\n  "c": 2}\n\n\nd = [\n      3]');
    expect(keepStatements('a = (1', [0])).toBeNull();
  });
});
