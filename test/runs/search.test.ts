import { expect, it } from 'vitest';
import { searchTexts } from '../../src/runs/search.ts';

const lines = ['the GPU ran out of memory', 'batch size 8', 'cosine schedule', 'batch size 4 and a cosine schedule', 'batch size 8 again'];
const search = (question: string): string[] => searchTexts(lines, (line) => line, question);

it('finds what shares words with the question, best first, the newer of equals before the older', () => {
  expect(search('did we try a cosine schedule?')).toEqual(['cosine schedule', 'batch size 4 and a cosine schedule']);
  expect(search('memory')).toEqual(['the GPU ran out of memory']);
  expect(searchTexts(['same words', 'same words'], (line) => line, 'words')).toHaveLength(2);
});

it('forgives a slip of the pen, and finds nothing for words that say nothing', () => {
  expect(search('cosnie schedule')[0]).toContain('schedule');
  expect(search('what did we do about it?')).toEqual([]);
  expect(search('zebra')).toEqual([]);
});
