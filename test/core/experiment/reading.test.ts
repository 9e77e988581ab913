import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildKernel } from '../../../src/core/experiment/kernel.ts';
import { readProject } from '../../../src/core/experiment/project.ts';
import { measureTargets } from '../../../src/core/experiment/targets.ts';
import { readOrderReply, readOrderWords } from '../../../src/core/experiment/words.ts';
import { buildTable } from '../../../src/core/tables/table.ts';
import { TERMS } from './builders.ts';

const EXAMPLE = readFileSync('test/fixtures/projects/two-features/project.yaml', 'utf8');

const listProblems = (text: string): readonly string[] => {
  const read = readProject(text);
  return read.ok ? [] : read.problems;
};

describe('project.yaml', () => {
  test('the example is read, with its defaults', () => {
    const read = readProject(EXAMPLE);
    expect(read.ok && read.project.gates.vif).toBe(10);
    expect(read.ok && read.project.features.map(({ name, attempts }) => `${name} ${attempts.length}`)).toEqual([
      'momentum 2',
      'calendar 3',
    ]);
  });

  test.each([
    ['what is no YAML', 'name: [', /Flow sequence|Missing|must be/i],
    ['an unknown key, by its line', EXAMPLE.replace('reruns: 1', 'rerun: 1'), /^line 5\d: noise: there is no key rerun$/],
    [
      'a threshold that is no number',
      EXAMPLE.replace('rolling_corr_std: 0.25', 'rolling_corr_std: loose'),
      /^line \d+: gates.rolling_corr_std expected number/,
    ],
    [
      'a path out of the project',
      EXAMPLE.replace('script: data/make.py', 'script: ../make.py'),
      /^line \d+: data.script is a path inside the project/,
    ],
    ['a file of the gates that nobody makes', EXAMPLE.replace('[base.csv, ', '['), /data.files does not name base.csv/],
    ['two features of one name', EXAMPLE.replace('name: calendar', 'name: momentum'), /two features are called momentum/],
    ['a feature that is called like the meta-model', EXAMPLE.replace('name: calendar', 'name: meta'), /cannot be called meta/],
  ])('%s is said in words', (_what, text, said) => {
    expect(listProblems(text).join('\n')).toMatch(said);
  });

  test('aliases cannot make it grow without end', () => {
    const bomb = `a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nname: [*c, *c, *c, *c]`;
    expect(listProblems(bomb)).not.toEqual([]);
  });
});

describe('orders in words', () => {
  test.each([
    ['give up on real_rate, go on', { order: 'next', part: 'real_rate' }],
    ['Give up on real_rate', { order: 'next', part: 'real_rate' }],
    ['make attempt 7 final', { order: 'final', part: null, attempt: 7 }],
    ['take attempt 2 of vix as final', { order: 'final', part: 'vix', attempt: 2 }],
    ['done', { order: 'go-on' }],
    ['<@U012> done, go on.', { order: 'go-on' }],
    ['pause', { order: 'pause' }],
    ['try "a longer window"', { order: 'try', idea: 'a longer window' }],
    ['waive sharpe because the costs are not ours', { order: 'waive', target: 'sharpe', reason: 'the costs are not ours' }],
    [
      'overrule vix attempt 3 because gate 2 was set for levels',
      { order: 'overrule', part: 'vix', attempt: 3, reason: 'gate 2 was set for levels' },
    ],
  ])('“%s” is an order', (text, order) => {
    expect(readOrderReply(text)).toEqual(order);
  });

  test.each([
    'we could give up on real_rate one day',
    'is attempt 7 final?',
    'done? I doubt it',
    'the pause was long',
    'overrule vix',
    '> done',
  ])('“%s” is none', (text) => {
    expect(readOrderReply(text)).toBeNull();
  });

  test('after /hpc loop', () => {
    expect(readOrderWords('final', ['vix', '3'])).toEqual({ ok: true, order: { order: 'final', part: 'vix', attempt: 3 } });
    expect(readOrderWords('overrule', ['vix', 'too', 'strict'])).toEqual({
      ok: true,
      order: { order: 'overrule', part: 'vix', attempt: null, reason: 'too strict' },
    });
    expect(readOrderWords('waive', ['sharpe'])).toMatchObject({ ok: false });
    expect(readOrderWords('dance', [])).toBeNull();
  });
});

describe('the kernel of an attempt', () => {
  const parts = {
    params: null,
    title: 'one 1 rloop234',
    terms: { ...TERMS, datasets: [...TERMS.datasets] },
    machine: undefined,
    kernels: ['ada/one-2'],
  };
  const build = (files: Record<string, string>, changes: Partial<Parameters<typeof buildKernel>[0]> = {}) => {
    const result = buildKernel({ ...parts, files: Object.entries(files).map(([path, content]) => ({ path, content })), ...changes });
    if (!result.ok) return result.why;
    return result.kernel;
  };

  test('is private, without internet and under our name, whatever its metadata say', () => {
    const own = JSON.stringify({
      id: 'eve/other',
      id_no: 7,
      title: 'Other',
      is_private: false,
      enable_internet: true,
      enable_gpu: true,
      dataset_sources: ['eve/data'],
      code_file: 'b.py',
    });
    expect(build({ 'kernel-metadata.json': own, 'a.py': 'a = 1', 'b.py': 'b = 1' })).toMatchObject({
      codeFile: 'b.py',
      metadata: {
        id: 'ada/one-1-rloop234',
        is_private: true,
        enable_internet: false,
        enable_gpu: false,
        dataset_sources: ['ada/rloop234-data'],
        kernel_sources: ['ada/one-2'],
      },
    });
  });

  test('finds its numbers as PARAMS before everything else', () => {
    expect(build({ 'a.py': 'print(PARAMS)\n' }, { params: '{ "window": 5 }' })).toMatchObject({
      source: 'import json\nPARAMS = json.loads("{\\"window\\":5}")\nprint(PARAMS)\n',
    });
    expect(build({ 'a.ipynb': '{"cells": []}' }, { params: '{}' })).toMatchObject({
      source: expect.stringContaining('PARAMS = json.loads'),
    });
  });

  test.each([
    ['no code', {}, 'there is no notebook or script'],
    ['two candidates', { 'a.py': '', 'b.py': '' }, 'name one as code_file'],
    ['metadata that are none', { 'kernel-metadata.json': '[]', 'a.py': '' }, 'no JSON object'],
  ])('%s is said', (_what, files, why) => {
    expect(build(files)).toContain(why);
  });
});

describe('targets of the meta-model', () => {
  const table = (rows: string[][]) => {
    const builder = buildTable('predictions.csv');
    for (const row of [['date', 'actual', 'prediction'], ...rows]) builder.feed(row);
    return builder.finish();
  };
  const days = Array.from({ length: 10 }, (_, index) => [
    `2026-01-${String(index + 1).padStart(2, '0')}`,
    index % 2 === 0 ? '1' : '-1',
    index < 8 ? '1' : '-1',
  ]);
  const target = (metric: string, threshold: number, direction: 'above' | 'below' = 'above') => ({
    name: 'goal',
    metric,
    direction,
    threshold,
    waivable: true,
  });

  test('are computed from the predictions, and what the notebook says of them is not asked', () => {
    // Right on days 1, 3, 5, 7 and 10.
    expect(measureTargets([target('direction_accuracy', 0.49)], table(days), { direction_accuracy: 0.99 })).toMatchObject([
      { value: 0.5, passed: true, source: 'computed' },
    ]);
    expect(measureTargets([target('mae', 1, 'below')], table(days), {})).toMatchObject([{ value: 1, passed: false }]);
  });

  test('are reported only where nobody can compute them, and not measured is not met', () => {
    expect(measureTargets([target('calmar', 1)], table(days), { calmar: 2 })).toMatchObject([
      { value: 2, passed: true, source: 'reported' },
    ]);
    expect(measureTargets([target('calmar', 1)], table(days), { calmar: Number.NaN })).toMatchObject([{ value: null, passed: false }]);
  });

  test('a model that skips days, or says a day twice, is not judged', () => {
    expect(() => measureTargets([], table([...days, ['2026-02-01', '1', '']]), {})).toThrow('no number on 1 days');
    expect(() => measureTargets([], table([...days, days[0] ?? []]), {})).toThrow('1 days twice');
  });
});
