import { describe, expect, it } from 'vitest';
import { splitWords } from '../../src/slack/command.ts';
import { makeRunId } from '../../src/slack/make-run-id.ts';

describe('splitWords', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['   ', []],
    ['reproduce https://x/y', ['reproduce', 'https://x/y']],
    ['  a   b\tc\nd ', ['a', 'b', 'c', 'd']],
    ['a "b c" d', ['a', 'b c', 'd']],
    ["a 'b c' d", ['a', 'b c', 'd']],
    ['a “b c” d', ['a', 'b c', 'd']],
    ['a ‘b c’ d', ['a', 'b c', 'd']],
    ['--path "my folder"', ['--path', 'my folder']],
    ['a "" b', ['a', '', 'b']],
    ['"unclosed word', ['"unclosed', 'word']],
    ["it's fine", ["it's", 'fine']],
    ['"a\'b" c', ["a'b", 'c']],
    ['日本 語', ['日本', '語']],
    ['reproduce　https://x/y', ['reproduce', 'https://x/y']],
    ['<https://x/y|x y> z', ['<https://x/y|x', 'y>', 'z']],
    ['$(touch x) `y`', ['$(touch', 'x)', '`y`']],
  ])('“%s”', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it('keeps an option and its quoted value together', () => {
    expect(splitWords('--path="my folder" x')).toEqual(['--path=my folder', 'x']);
  });
});

it('names a run by the delivery, always the same and safe as a folder and a job name', () => {
  expect(makeRunId('slash:1')).toBe(makeRunId('slash:1'));
  const ids = new Set(Array.from({ length: 2_000 }, (_, index) => makeRunId(`slash:${index}`)));
  expect(ids.size).toBe(2_000);
  for (const id of ids) expect(id).toMatch(/^r[a-z0-9]{7}$/);
});
