import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/runs/digest.ts';
import fc from '../support/properties.ts';

function shuffleKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffleKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, shuffleKeys(item)]),
  );
}

describe('digestOf', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => digestOf(shuffleKeys(value)) === digestOf(value)));
  });

  it('is the same after a way through JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => digestOf(JSON.parse(JSON.stringify(value))) === digestOf(value)));
  });

  it.each([
    ['order of a list', [1, 2], [2, 1]],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['words and a sentence', ['a b'], ['a', 'b']],
    ['null and nothing', { a: null }, {}],
    ['composed and decomposed é', 'é', 'e\u0301'],
    ['nesting', { a: { b: 1 } }, { a: 1, b: 1 }],
    ['a text that looks like JSON', { a: '","b":"' }, { a: '', b: '' }],
    ['look-alike letters', 'python', 'pуthon'],
  ])('tells apart: %s', (_what, one, other) => {
    expect(digestOf(one)).not.toBe(digestOf(other));
  });

  it('leaves out what is undefined, as JSON does', () => {
    expect(digestOf({ a: 1, b: undefined })).toBe(digestOf({ a: 1 }));
    expect(digestOf([undefined])).toBe(digestOf([null]));
  });

  it('stays what it was: digests lie in journals and in buttons', () => {
    const action = { kind: 'submit-job', command: ['sbatch', 'ジョブ.sh'], n: 1.5, none: null, yes: true };
    const canonical = '{"command":["sbatch","ジョブ.sh"],"kind":"submit-job","n":1.5,"none":null,"yes":true}';
    expect(digestOf(action)).toBe(createHash('sha256').update(canonical).digest('hex'));
    expect(digestOf(action)).toBe('2203b93a326513a0d57f3a5f4aa5b50c825a8415ca08600df7e67ac37a104daa');
  });
});
