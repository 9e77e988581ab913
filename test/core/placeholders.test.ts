import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fillPlaces, keepLiteral, PYTHON, quotePlaces, RUN, showPlaces } from '../../src/core/placeholders.ts';
import { quoteWord } from '../../src/core/repo-map/commands/shell-words.ts';
import { fill } from '../../workers/placeholders.ts';
import fc from '../support/properties.ts';

const text = fc
  .array(fc.constantFrom('{', '}', 'run', 'python', '{run}', '{python}', '{{}', '/', "'", '"', '$', 'x', ' '), { maxLength: 12 })
  .map((pieces) => pieces.join(''));
const values = { run: '/site/{python}/run', python: '/usr/bin/{run}/python' };

describe('places in the words of a plan', () => {
  it('are never made by text from outside, wherever our own words stand beside it', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(fillPlaces(keepLiteral(before), values)).toBe(before);
        expect(showPlaces(keepLiteral(before))).toBe(before);
        expect(fillPlaces(`${RUN}/${keepLiteral(before)}:${PYTHON}:${keepLiteral(after)}`, values)).toBe(
          `${values.run}/${before}:${values.python}:${after}`,
        );
      }),
    );
  });

  it('fills as the workers do: the interpreter may lie in the run', () => {
    expect(fill(`${PYTHON} ${RUN}/x ${keepLiteral('{run}{python}')}`, { run: '/r', python: '{run}/env/bin/python' })).toBe(
      '/r/env/bin/python /r/x {run}{python}',
    );
    expect(fill('{python} {run}', { run: '/r' })).toBe('{python} /r');
  });

  it('becomes shell words that a shell reads back to the letter', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const word = quotePlaces(`${keepLiteral(before)}${RUN}/${keepLiteral(after)}`, quoteWord);
        const out = execFileSync('sh', ['-c', `run='/a "b"'; python=py; printf %s ${word}`], { encoding: 'utf8' });
        expect(out).toBe(`${before}/a "b"/${after}`);
      }),
      { numRuns: 60 },
    );
  });
});
