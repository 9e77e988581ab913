import { resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMount, listMounts, type InputSource } from '../../../src/core/kaggle/mounts.ts';
import { splitOutputName } from '../../../src/core/kaggle/output-path.ts';
import { classifyRefusal } from '../../../src/core/kaggle/refusals.ts';
import fc from '../../support/properties.ts';

describe('where an input is mounted', () => {
  it.each<[InputSource, string[]]>([
    [{ kind: 'dataset', ref: 'ada/numbers/2' }, ['/kaggle/input/datasets/ada/numbers', '/kaggle/input/numbers']],
    [{ kind: 'kernel', ref: 'ada/first-kernel' }, ['/kaggle/input/notebooks/ada/first-kernel', '/kaggle/input/first-kernel']],
    [{ kind: 'competition', ref: 'titanic' }, ['/kaggle/input/competitions/titanic', '/kaggle/input/titanic']],
    [
      { kind: 'model', ref: 'google/gemma/PyTorch/2b/1' },
      ['/kaggle/input/models/google/gemma/PyTorch/2b/1', '/kaggle/input/gemma/pytorch/2b/1'],
    ],
  ])('%j', (source, mounts) => {
    expect(listMounts(source)).toEqual(mounts);
  });

  it('is found from a path in either layout', () => {
    const sources: InputSource[] = [{ kind: 'dataset', ref: 'ada/numbers' }];
    expect(findMount('/kaggle/input/numbers/a.csv', sources)).toBe(sources[0]);
    expect(findMount('/kaggle/input/datasets/ada/numbers', sources)).toBe(sources[0]);
    expect(findMount('/kaggle/input/numbers-2/a.csv', sources)).toBeNull();
  });
});

describe('the name of an output file', () => {
  it.each(['../x', '/etc/passwd', 'a/../../x', 'a//b', '', '.', 'a\\b', 'C:x', 'a\u0000b', 'x/', 'trailing.', 'a/..', 'x'.repeat(201)])(
    'is refused: %j',
    (name) => {
      expect(splitOutputName(name)).toBeNull();
    },
  );

  it('never leads out of the folder', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', 'a', '', '/', '\\', 'b c', '~'), { maxLength: 8 }), (parts) => {
        const split = splitOutputName(parts.join('/'));
        if (split !== null) expect(resolve('/base', ...split).startsWith(`/base${sep}`)).toBe(true);
      }),
    );
    expect(splitOutputName('plots/größe 1.png')).toEqual(['plots', 'größe 1.png']);
  });
});

it.each([
  ['Maximum batch GPU session count of 2 reached.', 'capacity', true],
  ['maximum batch cpu session count of 5 reached', 'capacity', true],
  ['Maximum weekly GPU quota of 30.00 hours reached.', 'quota', true],
  ['Notebook not found', 'not-found', false],
  ['The kernel source must be less than 1 megabytes.', 'too-large', false],
  ['You must accept this competition’s rules before you can continue.', 'rules', false],
  ['The requested title "x" is already in use by a dataset.', 'title-taken', false],
  ['Something new', 'other', false],
])('a refusal: %s', (text, kind, transient) => {
  expect(classifyRefusal(text)).toMatchObject({ kind, transient });
});
