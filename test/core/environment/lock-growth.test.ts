/** Lock files that are made to take long: each need is looked at once, however many ways lead to it. */
import { describe, expect, it } from 'vitest';
import { choosePinned } from '../../../src/core/environment/pinned.ts';
import { measureGrowth } from '../growth.ts';
import { repoFiles } from '../repo-map/helpers.ts';
import { RULES } from './helpers.ts';

// Eight times the text may take eight times as long; the rest of the factor is for a busy machine. Quadratic work would take 64 times.
const LIMIT = 28;
const repeat = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('');

function choose(path: string, text: string) {
  return choosePinned({
    files: repoFiles({ [path]: text }),
    packages: [{ name: 'einops', imports: ['einops'], specifier: '', how: 'pip', version: null, why: '' }],
    conflicts: [],
    families: RULES,
    situation: { python: '3.11.7', arch: 'x86_64', committedAt: null },
    versionOf: () => null,
    torchApart: false,
    hasHorizon: false,
  });
}

describe('the time that a hostile lock file takes', () => {
  it.each<[string, string, (count: number) => string]>([
    [
      'one package wanted with ever other extras',
      'uv.lock',
      (count) =>
        `version = 1\n[[package]]\nname = "einops"\nversion = "1"\ndependencies = [\n${repeat(count, (i) => `{ name = "a", extra = ["x${i}"] },\n`)}]\n[[package]]\nname = "a"\nversion = "1"\ndependencies = [\n${repeat(count, (i) => `{ name = "d${i}" },\n`)}]\n`,
    ],
    [
      'as many extras as needs',
      'poetry.lock',
      (count) =>
        `[[package]]\nname = "einops"\nversion = "1"\n[package.dependencies]\n${repeat(count, (i) => `d${i} = "*"\n`)}[package.extras]\n${repeat(count, (i) => `e${i} = ["d1"]\n`)}`,
    ],
    [
      'hashes in lines that look like one',
      'requirements.txt',
      (count) => `--hash=sha256:\n${repeat(count / 20, () => `einops==1 ${`\\\n${' --hash'.repeat(500)}`.repeat(9)}\u2028\n`)}`,
    ],
  ])('grows with its size: %s', (_what, path, make) => {
    expect(
      measureGrowth(
        (size) => choose(path, make(size.length)),
        (size) => ' '.repeat(size),
        1500,
      ),
    ).toBeLessThan(LIMIT);
  });

  it('has room for a package with very many needs', () => {
    const text = `version = 1\n[[package]]\nname = "einops"\nversion = "1"\ndependencies = [\n${repeat(150_000, (i) => `{name="d${i}"},\n`)}]\n`;
    expect(choose('uv.lock', text).constraints).toEqual(['einops==1']);
  });
});
