import { describe, expect, it } from 'vitest';
import { readJobWords } from '../../src/slack/clusters.ts';
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

describe('the words of a verb about jobs', () => {
  const known = { values: ['tail'], switches: ['err'] } as const;
  it('are ids, with or without backticks, and options as people type them', () => {
    const typed = readJobWords(['`123_4`', '—err', '--site=lumi', '--tail', '40', 'x'], known);
    expect(typed).toEqual({ words: ['123_4', 'x'], values: { site: 'lumi', tail: '40' }, switches: new Set(['err']) });
    expect(readJobWords(['--site=a=b'])).toMatchObject({ values: { site: 'a=b' } });
  });

  it.each([
    ['--all', 'I do not know the option --all.'],
    ['--<x>=1', 'I do not know the option --&lt;x&gt;.'],
    ['--err=yes', '--err takes no value.'],
    ['--tail', '--tail needs a value.'],
  ])('say what is wrong with %s', (word, why) => {
    expect(readJobWords([word], known)).toBe(why);
  });
});

it('names a run by the delivery, always the same and safe as a folder and a job name', () => {
  expect(makeRunId('slash:1')).toBe(makeRunId('slash:1'));
  const ids = new Set(Array.from({ length: 2_000 }, (_, index) => makeRunId(`slash:${index}`)));
  expect(ids.size).toBe(2_000);
  for (const id of ids) expect(id).toMatch(/^r[a-z0-9]{7}$/);
});
