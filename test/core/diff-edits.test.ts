import { describe, expect, it } from 'vitest';
import { readDiffs } from '../../src/core/diff-edits.ts';
import { makeEdits, renderEdits } from '../../src/core/line-edits.ts';
import { renderDiff } from '../../src/core/unified-diff.ts';
import fc from '../support/properties.ts';

const file = (text: string, path = 'train.py') => ({ path, size: text.length, text }) as never;
const TEXT = 'import os\n\nx = 7\ny = 8\nz = 9\nprint(x)\n';

function apply(diffs: readonly string[], text = TEXT): string {
  const files = [file(text)];
  const read = readDiffs(diffs, files);
  if ('problem' in read) return read.problem;
  return makeEdits(read.edits, files)[0]?.text ?? '';
}

describe('a diff as edits of lines', () => {
  it.each([
    ['a changed line', '--- a/train.py\n+++ b/train.py\n@@ -3,1 +3,1 @@\n-x = 7\n+x = 70\n', TEXT.replace('x = 7', 'x = 70')],
    ['a line more', '--- a/train.py\n+++ b/train.py\n@@ -3,2 +3,3 @@\n x = 7\n+w = 1\n y = 8\n', TEXT.replace('x = 7\n', 'x = 7\nw = 1\n')],
    ['a line less', '--- a/train.py\n+++ b/train.py\n@@ -3,3 +3,2 @@\n x = 7\n-y = 8\n z = 9\n', TEXT.replace('y = 8\n', '')],
    ['lines before the first', '--- a/train.py\n+++ b/train.py\n@@ -1,1 +1,2 @@\n+import sys\n import os\n', `import sys\n${TEXT}`],
    [
      'a hunk whose line number is wrong',
      '--- a/train.py\n+++ b/train.py\n@@ -90,1 +90,1 @@\n-x = 7\n+x = 70\n',
      TEXT.replace('x = 7', 'x = 70'),
    ],
    [
      'an editor that took away the blank of an empty line',
      '--- a/train.py\n+++ b/train.py\n@@ -1,3 +1,3 @@\n import os\n\n-x = 7\n+x = 70\n',
      TEXT.replace('x = 7', 'x = 70'),
    ],
    ['without the letters a and b', '--- train.py\n+++ train.py\n@@ -3 +3 @@\n-x = 7\n+x = 70\n', TEXT.replace('x = 7', 'x = 70')],
  ])('%s', (_name, diff, expected) => {
    expect(apply([diff])).toBe(expected);
  });

  it('several diffs follow one another, in terms of the file as it was', () => {
    const first = '--- a/train.py\n+++ b/train.py\n@@ -3,1 +3,2 @@\n x = 7\n+w = 1\n';
    const second = '--- a/train.py\n+++ b/train.py\n@@ -4,1 +4,1 @@\n-w = 1\n+w = 2\n';
    expect(apply([first, second])).toBe(TEXT.replace('x = 7\n', 'x = 7\nw = 2\n'));
  });

  it('Windows line ends stay', () => {
    const text = TEXT.replaceAll('\n', '\r\n');
    expect(apply(['--- a/train.py\n+++ b/train.py\n@@ -3,1 +3,2 @@\n-x = 7\n+x = 70\n+w = 1\n'], text)).toBe(
      text.replace('x = 7', 'x = 70\r\nw = 1'),
    );
  });

  it.each([
    ['no diff', 'please change x', 'no unified diff'],
    ['another file', '--- a/other.py\n+++ b/other.py\n@@ -1 +1 @@\n-x\n+y\n', 'no text file other.py'],
    ['a new file', '--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+x\n', 'no text file new.py'],
    ['lines that are not there', '--- a/train.py\n+++ b/train.py\n@@ -3 +3 @@\n-x = 8\n+x = 9\n', 'does not fit'],
    ['nothing to hold on to', '--- a/train.py\n+++ b/train.py\n@@ -3,0 +3,1 @@\n+x = 9\n', 'does not fit'],
  ])('says what is wrong with %s', (_name, diff, words) => {
    expect(apply([diff])).toContain(words);
  });

  it('is what git shows, there and back', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c = 1', '', '  d'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.array(fc.tuple(fc.nat(11), fc.constantFrom('x', 'y\nz', ''))), (old, changes) => {
        const text = `${old.join('\n')}\n`;
        const edits = [...new Map(changes.filter(([at]) => at < old.length)).entries()].map(([at, to]) => ({
          line: at + 1,
          to: to.split('\n'),
        }));
        const diff = renderDiff('train.py', text, edits);
        if (diff === '') return;
        const wanted: string[] = [...old];
        for (const { line, to } of edits) wanted[line - 1] = to.join('\n');
        expect(apply([diff], text)).toBe(`${wanted.join('\n')}\n`);
        const read = readDiffs([diff], [file(text)]);
        if ('problem' in read) throw new Error(read.problem);
        if (read.edits.length > 0) expect(apply([renderEdits(read.edits, [file(text)])], text)).toBe(`${wanted.join('\n')}\n`);
      }),
    );
  });
});
