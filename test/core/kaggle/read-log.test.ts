import { describe, expect, it } from 'vitest';
import { readKernelLog, renderLog } from '../../../src/core/kaggle/read-log.ts';
import fc from '../../support/properties.ts';
import { measureGrowth } from '../growth.ts';

const records = [
  { stream_name: 'stdout' as const, time: 0.5, data: 'one, [two]\n' },
  { stream_name: 'stderr' as const, time: 2, data: '{"loss": 1}\n' },
  { stream_name: 'stdout' as const, time: 1, data: 'größe\n' },
];
const write = (all: readonly unknown[]): string => `[${all.map((record) => JSON.stringify(record)).join('\n,')}\n]`;

describe('Kaggle’s log', () => {
  it('is read whole and shown in the order of its times', () => {
    const log = readKernelLog(write(records));
    expect(log).toEqual({ records, whole: true });
    expect(renderLog(log.records)).toBe('one, [two]\ngröße\n{"loss": 1}\n');
  });

  it('is read as far as it goes, wherever it was cut', () => {
    const text = write(records);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length - 1 }), (length) => {
        const { records: read, whole } = readKernelLog(text.slice(0, length));
        expect(whole).toBe(false);
        expect(records.slice(0, read.length)).toEqual(read);
        // At most the record in which it was cut is missing.
        expect(read.length).toBeGreaterThanOrEqual(text.slice(0, length).split('\n,').length - 1);
      }),
    );
  });

  it.each(['', '  ', '[]'])('can be empty: %j', (text) => {
    expect(readKernelLog(text)).toEqual({ records: [], whole: true });
  });

  it('takes no harm from text that is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { records: read } = readKernelLog(text);
        expect(Array.isArray(read)).toBe(true);
      }),
    );
    expect(measureGrowth(readKernelLog, (size) => '[ '.repeat(size / 2), 20_000)).toBeLessThan(28);
    expect(measureGrowth(readKernelLog, (size) => ',{\n'.repeat(size / 3), 20_000)).toBeLessThan(28);
  });
});
