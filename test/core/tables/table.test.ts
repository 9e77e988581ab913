import { describe, expect, it } from 'vitest';
import { checkCode } from '../../../src/core/data-check/check-code.ts';
import { DataSpec } from '../../../src/core/data-check/spec.ts';
import { readCell } from '../../../src/core/tables/read-cell.ts';
import { readDate, showDate } from '../../../src/core/tables/read-date.ts';
import { findColumn, findDateColumn, parseTable } from '../../../src/core/tables/table.ts';
import { measureGrowth } from '../growth.ts';

describe('a cell', () => {
  it.each([
    ['1.5', 1.5],
    [' -2e-3 ', -0.002],
    ['.5', 0.5],
    ['7.', 7],
    ['True', 1],
    ['FALSE', 0],
    ['-Infinity', -Infinity],
    ['inf', Infinity],
    ['1e999', Infinity],
    ['', null],
    ['NaN', null],
    ['#N/A', null],
    ['None', null],
    ['0x10', '0x10'],
    ['1,234', '1,234'],
    ['5%', '5%'],
    ['1e', '1e'],
  ])('%j is %j', (cell, value) => expect(readCell(cell)).toBe(value));
});

describe('a date', () => {
  it.each([
    ['2024-02-29', '2024-02-29'],
    ['2024/2/9', '2024-02-09'],
    ['20240131', '2024-01-31'],
    ['2024-01-31 00:00:00', '2024-01-31'],
    ['2024-01-31T15:30', '2024-01-31 15:30'],
    ['2024-01-31T15:30:05.250Z', '2024-01-31 15:30:05.250Z'],
    ['2024-01-31 00:30:00+09:00', '2024-01-30 15:30'],
    ['2024-01-31 20:00-0500', '2024-02-01 01:00'],
  ])('%s', (cell, shown) => {
    const date = readDate(cell);
    expect(date === null ? null : showDate(date.at)).toBe(shown);
  });

  it.each(['2024-02-30', '2024-13-01', '2023-02-29', '3/4/2024', '12345678', '2024', 'soon', '', '2024-01-31 25:00', '2024-01/31'])(
    '%j is none',
    (cell) => expect(readDate(cell)).toBeNull(),
  );
});

describe('a table', () => {
  it('keeps numbers, gaps and text apart', () => {
    const table = parseTable('t.csv', '\uFEFFDate, a ,"b, c"\r\n2024-01-01,1,x\r\n\r\n2024-01-02,,"2"\r\n');
    expect(table.columns.map(({ name }) => name)).toEqual(['Date', 'a', 'b, c']);
    expect(findColumn(table, 'B, C')).toMatchObject({ values: [Number.NaN, 2], textCount: 1, missing: 0 });
    expect(findColumn(table, 'a')).toMatchObject({ values: [1, Number.NaN], textCount: 0, missing: 1 });
    expect(findDateColumn(table)?.name).toBe('Date');
    expect(table).toMatchObject({ rows: 2, ragged: [], badNames: [] });
  });

  it.each([
    ['an index without a name', ',a\n2024-01-01,1\n', ''],
    ['days as numbers', 'x,a\n20240101,1\n', 'x'],
    ['dates that are not first', 'a,Timestamp\n1,2024-01-01\n', 'Timestamp'],
    ['no dates', 'a,b\n1,2\n', undefined],
  ])('finds the dates: %s', (_what, text, name) => expect(findDateColumn(parseTable('t', text))?.name).toBe(name));

  it.each([
    ['digits', '1'],
    ['dots', '1.'],
    ['dashes', '2024-'],
    ['blanks', ' '],
  ])('reads a hostile cell of %s in time that grows with it', (_what, piece) => {
    const read = (cell: string) => [readCell(cell), readDate(cell)];
    expect(measureGrowth(read, (size) => piece.repeat(Math.ceil(size / piece.length)), 40_000)).toBeLessThan(28);
  });

  it.each(['df.mean().', 'train, ', 'x = ', 'target ', 'KFold(', "'#"])('reads hostile code of %j in time that grows with it', (piece) => {
    const spec = DataSpec.parse({ files: [{ path: 'a' }] });
    const line = `${piece.repeat(200)}\n`;
    const read = (text: string) => checkCode({ spec, files: [], code: [{ name: 'a.py', text }] });
    expect(measureGrowth(read, (size) => line.repeat(Math.ceil(size / line.length)), 40_000)).toBeLessThan(28);
  });
});
