import { describe, expect, it } from 'vitest';
import { startProgress } from '../../../src/core/progress/state.ts';
import { feedProgress } from '../../../src/core/progress/track.ts';
import { measureGrowth } from '../growth.ts';

// A line eight times as long may take eight times the time; the rest of the factor is for a busy machine.
const LIMIT = 28;
const LINES = 150;

const repeat =
  (piece: string, before = '', after = '') =>
  (size: number) =>
    before + piece.repeat(Math.ceil(size / piece.length)) + after;
const shapes: [string, (size: number) => string][] = [
  ['boxes of blanks', repeat(' ', '| epoch', '|')],
  ['rows of numbers', repeat('1.5 ', '3 ')],
  ['columns', repeat('a  ', 'epoch  ')],
  ['dots after a setting', repeat('.', 'epochs ')],
  ['words of saving', repeat('save ')],
  ['words of loading', repeat('loading a ')],
  ['digits', repeat('1')],
  ['digits and blanks', repeat('1 ')],
  ['digits and colons', repeat('1:2')],
  ['durations', repeat('1h ', 'eta: ')],
  ['a bar that never ends', repeat('10% 1/2 [', 'x')],
  ['an open bar that never ends', repeat('1it [')],
  ['Japanese', repeat('損失')],
  ['Japanese digits', repeat('1エ')],
  ['names of loggers', repeat('a.')],
  ['epochs', repeat('epoch 1 ')],
  ['brackets of numbers', repeat('[1/2]')],
  ['JSON', repeat('"a":', '{')],
  ['months', repeat('May ')],
  ['percent', repeat('1% (')],
];

describe('the time that one hostile line takes', () => {
  it.each(shapes)('grows with its length: %s', (_what, make) => {
    const work = (line: string) => feedProgress(startProgress(), `${line}\n`.repeat(LINES), null);
    expect(measureGrowth(work, make, 240)).toBeLessThan(LIMIT);
  });
});
