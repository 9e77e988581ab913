import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startNormals } from '../../../src/core/gates/random-state.ts';
import { judgeFixture } from './judge-fixture.ts';

const FIXTURES = new URL('../../fixtures/gates/', import.meta.url);
// One or two units in the last place of R²: 9e15 and infinity are the same answer.
const PERFECT = 1e14;

function isSame(expected: unknown, got: unknown): boolean {
  if (typeof expected !== 'number') return expected === got;
  if (typeof got !== 'number') return false;
  if (Math.abs(expected) > PERFECT) return Math.sign(got) === Math.sign(expected) && Math.abs(got) > PERFECT;
  return Math.abs(got - expected) <= 1e-6 * Math.max(1, Math.abs(expected));
}

/** Every leaf of `expected` that is not the same in `got`. */
function listDifferences(expected: unknown, got: unknown, path = ''): string[] {
  if (typeof expected === 'object' && expected !== null) {
    return Object.entries(expected).flatMap(([key, value]) =>
      listDifferences(value, typeof got === 'object' && got !== null ? Reflect.get(got, key) : undefined, `${path}.${key}`),
    );
  }
  const plain = typeof got === 'number' && Number.isNaN(got) ? null : got;
  return isSame(expected, plain) ? [] : [`${path}: ${String(got)} instead of ${String(expected)}`];
}

describe('the numbers of scikit-learn, statsmodels and pandas', () => {
  const names = readdirSync(FIXTURES);

  it('has sets of many shapes', () => expect(names.length).toBeGreaterThanOrEqual(8));

  // Made by test/eval/gates-reference.py. Mutual information is deterministic here too, since the noise is numpy's own.
  it.each(names)('agrees on %s', (name) => {
    const expected: unknown = JSON.parse(readFileSync(new URL(`${name}/expected.json`, FIXTURES), 'utf8'));
    expect(listDifferences(expected, judgeFixture(name))).toEqual([]);
  });
});

describe("numpy's RandomState", () => {
  it('draws the same normals, far into the stream', () => {
    const normal = startNormals(42);
    const drawn = Array.from({ length: 100_005 }, normal);
    expect(drawn.slice(0, 5)).toEqual([
      0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254, -0.23415337472333597,
    ]);
    expect([drawn[1005], drawn[100_004]]).toEqual([0.3934853854217496, -0.3274028063709526]);
  });
});
