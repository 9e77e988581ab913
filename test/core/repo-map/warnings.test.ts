import { describe, expect, it } from 'vitest';
import { mapRepository } from '../../../src/core/repo-map/map.ts';
import { mapFiles, repository } from './helpers.ts';

const cases: Record<string, [Record<string, string>, unknown[]]> = {
  'broken TOML': [{ 'pyproject.toml': '[project]\nname = \n' }, [{ file: 'pyproject.toml', line: 2, what: 'broken TOML' }]],
  'broken YAML': [{ 'conf/a.yaml': 'a: 1\nb: [1, 2\nc: 3\n' }, [{ file: 'conf/a.yaml', line: 3, what: 'broken YAML' }]],
  'broken settings in JSON': [{ 'config.json': '{\n "a": 1,\n}\n' }, [{ file: 'config.json', line: 3, what: 'broken JSON' }]],
  'a broken notebook': [{ 'a.ipynb': '{"cells": [' }, [{ file: 'a.ipynb', line: 1, what: 'broken JSON, so no notebook' }]],
  'what is no notebook': [{ 'a.ipynb': '{"x": 1}' }, [{ file: 'a.ipynb', line: 1, what: 'no notebook' }]],
  'a Windows path': [
    { 'sub\\train.py': 'x = 1\n' },
    [{ file: 'sub\\train.py', line: null, what: 'a backslash in its name, as Windows separates folders' }],
  ],
  'nothing for templates, tags, repeated keys and data': [
    { 'a.yaml': 'a: {{ x }}\n', 'b.yaml': 'a: !!python/name:x.y\na: 2\n---\nb: 1\n', 'data.json': '{,}', 'tests/bad.toml': '=' },
    [],
  ],
};

describe('warnings', () => {
  it.each(Object.entries(cases))('%s', (_name, [files, expected]) => {
    expect(mapFiles(files).warnings).toEqual(expected);
  });

  it('keeps those of whoever loaded the files, and turns what was not read into a gap', () => {
    const warning = { file: 'big.ipynb', line: null, what: '200.0 MB, too large to be read' };
    const map = mapRepository({ ...repository({ 'a.py': 'x = 1\n' }), warnings: [warning] });
    expect(map.warnings).toEqual([warning]);
    expect(map.gaps).toContainEqual({ what: 'What 1 files hold', why: 'they were not read, among them big.ipynb' });
  });
});
