import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { isPlainYaml } from '../../../src/core/repo-map/plain-yaml.ts';
import fc from '../../support/properties.ts';
import { measureGrowth } from '../growth.ts';

const PIECES = [
  '  ',
  '    ',
  '- ',
  'a:',
  'a b: ',
  '"c": ',
  'x',
  ' 1',
  '-1',
  ' "d\\n"',
  "'e'",
  ' [1, f]',
  ' [',
  ']',
  ' # g',
  '#h',
  ':',
  ': ',
  '?',
  '\\',
];

/** Errors of the library that the map reports; what it cannot read at all counts as one. */
function hasErrors(text: string): boolean {
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
  return 'empty' in documents ? false : documents.some((document) => document.errors.length > 0);
}

describe('isPlainYaml', () => {
  it.each([
    'lr: 1e-3\nbatch_size: 32  # for one GPU\n',
    '---\nmodel:\n  layers: [64, 128]\n  name: "wide \\"net\\""\n\n# data\ndata:\n- a/b.csv\n- c d\nseed:\n',
    'steps:\n  - run: python train.py --x=1\n    url: https://a.example/b#c\n  - name: ???\nend: true',
  ])('knows settings as people write them', (text) => {
    expect(isPlainYaml(text)).toBe(true);
    expect(hasErrors(text)).toBe(false);
  });

  it.each(['a: 1\n  b: 2\n', 'a: [1, 2\n', 'a:\n  b: 1\n c: 2\n', 'a: b: c\n', '- a\nb: 1\n', 'a: "b\n', '\ta: 1\n', 'a: 1\n- b\n'])(
    'leaves %j to the parser',
    (text) => {
      expect(isPlainYaml(text)).toBe(false);
    },
  );

  it('never lets pass what the parser refuses', () => {
    const line = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((pieces) => pieces.join(''));
    let passed = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const text = lines.join('\n');
        if (!isPlainYaml(text)) return;
        passed += 1;
        expect(hasErrors(text)).toBe(false);
      }),
      { numRuns: 20_000 },
    );
    expect(passed).toBeGreaterThan(500);
  });

  it.each(['a: x ', 'a: [1, ', '"', ' ', 'a b: c #d: ', '-', ':'])('takes time that grows with the text: %j', (piece) => {
    const make = (size: number) => `k: v${piece.repeat(size / piece.length)}: `;
    expect(measureGrowth(isPlainYaml, make, 20_000)).toBeLessThan(28);
  });
});
