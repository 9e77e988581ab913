import { describe, expect, it } from 'vitest';
import { checkTitle, formatKernelId, parseKernelId, readKernelRef, slugifyTitle } from '../../../src/core/kaggle/kernel-id.ts';
import fc from '../../support/properties.ts';

describe('the slug of a title', () => {
  it.each([
    ['My_Title v2.1', 'my-title-v2-1'],
    ['C++ & Rust', 'c-rust'],
    ['  1,000 Zeilen!  ', '1000-zeilen'],
    ['Café déjà vu', 'cafe-deja-vu'],
    ['gold — next day', 'gold-next-day'],
    ["Tom's cat", 'tom-s-cat'],
    ['Tom’s cat', 'toms-cat'],
    ['---', ''],
  ])('%s', (title, slug) => {
    expect(slugifyTitle(title)).toBe(slug);
  });

  it.each(['Привет мир', '黄金 prediction', 'Tom &amp; Jerry', 'Größe', 'x² model', '10€', 'ﬁt a line'])(
    'is not guessed where it is not certain: %s',
    (title) => {
      expect(slugifyTitle(title)).toBeNull();
    },
  );

  it('is its own slug, and always one that can stand in an id', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: 'grapheme' }), (title) => {
        const slug = slugifyTitle(title);
        if (slug === null || slug === '') return;
        expect(slugifyTitle(slug)).toBe(slug);
        expect(parseKernelId(`ada/${slug}`)).toEqual({ owner: 'ada', slug });
      }),
    );
  });
});

describe('a kernel’s id', () => {
  it.each(['ada/first-kernel/2', 'first-kernel', 'ada/', '/x', 'ada/First Kernel', '', 'ada/../x', 'a b/first-kernel'])(
    'is not %s',
    (text) => {
      expect(parseKernelId(text)).toBeNull();
    },
  );

  it.each([
    '/code/ada/first-kernel',
    'ada/first-kernel',
    'https://www.kaggle.com/code/ada/first-kernel',
    'https://www.kaggle.com/code/ada/first-kernel?scriptVersionId=3',
    '/code/ada/first-kernel/version/3',
    'https://www.kaggle.com/ada/first-kernel',
  ])('is read from %s', (text) => {
    const id = readKernelRef(text);
    expect(id === null ? null : formatKernelId(id)).toBe('ada/first-kernel');
  });
});

describe('title and id', () => {
  it.each([
    ['First kernel', 'first-kernel', null],
    ['Another kernel', 'first-kernel', 'files the title “Another kernel” under another-kernel'],
    ['Abc', 'abc', 'the title has 3 characters'],
    ['x'.repeat(51), 'x'.repeat(51), 'the title has 51 characters'],
    ['A ? b', 'a-b', 'shorter than 5'],
    ['Прогноз', 'prognoz', 'not certain'],
  ])('%s as %s', (title, slug, why) => {
    const said = checkTitle(title, slug);
    if (why === null) expect(said).toBeNull();
    else expect(said).toContain(why);
  });
});
