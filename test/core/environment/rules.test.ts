import { describe, expect, it } from 'vitest';
import { codeLines } from '../../../src/core/environment/code-lines.ts';
import { checkPair, judgePackage } from '../../../src/core/environment/judge.ts';
import type { Example, Situation } from '../../../src/core/environment/rule.ts';
import { RULES } from './helpers.ts';

function situationOf({ on = {} }: Example): Situation {
  const { code, ...rest } = on;
  const lines = code === undefined ? [] : codeLines(code);
  return {
    gpu: 'nvidia',
    arch: 'x86_64',
    python: '3.11.7',
    torch: null,
    committedAt: null,
    findCode: (pattern) => (lines.some((line) => pattern.test(line.text)) ? 'train.py:1' : null),
    ...rest,
  };
}

/** Ids of the rules that speak about an example. */
function idsOf(example: Example): string[] {
  const [, name = '', specifier = ''] = /^([\w-]+)(.*)$/.exec(example.asks) ?? [];
  const { decision, bounds } = judgePackage(RULES, { name, specifier }, situationOf(example));
  return [...(decision === null ? [] : [decision.id]), ...bounds.map((hit) => hit.id)];
}

const rules = RULES.flatMap((family) => (family.rules ?? []).map((rule) => ({ id: `${family.id}/${rule.id}`, rule })));
const tables = RULES.flatMap((family) => (family.pairs ?? []).map((table) => ({ id: `${table.package} with ${table.with}`, table })));

describe('every rule', () => {
  it('has an id of its own, a sentence, a source, and examples for and against', () => {
    expect(new Set(rules.map((item) => item.id)).size).toBe(rules.length);
    for (const { id, rule } of rules) {
      expect(rule.packages.length, id).toBeGreaterThan(0);
      for (const name of rule.packages) expect(name, id).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?-?\*?$/);
      expect(rule.why, id).toMatch(/^[^.]{12,}[^.]$|^[^.].*[^.]$/);
      expect(rule.source, id).toMatch(/^https:\/\//);
      expect(rule.examples.length, id).toBeGreaterThan(0);
      expect(rule.nearMisses.length, id).toBeGreaterThan(0);
    }
    expect(rules.length).toBeGreaterThan(90);
  });

  it.each(rules.flatMap(({ id, rule }) => rule.examples.map((example) => ({ id, example }))))(
    '$id speaks about $example.asks',
    ({ id, example }) => {
      expect(idsOf(example)).toContain(id);
    },
  );

  it.each(rules.flatMap(({ id, rule }) => rule.nearMisses.map((example) => ({ id, example }))))(
    '$id leaves $example.asks alone',
    ({ id, example }) => {
      expect(idsOf(example)).not.toContain(id);
    },
  );

  it('reads hostile code in a time that grows with its length', () => {
    const patterns = rules.flatMap(({ rule }) => (rule.when?.code === undefined ? [] : [rule.when.code]));
    const shapes = [
      'a',
      'a.',
      '(',
      ' ',
      'env.',
      'librosa.resample(a,',
      'from scipy.misc import a,',
      'Word2Vec(',
      'Trainer(a,',
      'x, x, x, x = ',
    ];
    for (const shape of shapes) {
      const line = shape.repeat(Math.ceil(4000 / shape.length)).slice(0, 4000);
      const start = performance.now();
      for (const pattern of patterns) pattern.test(line);
      expect(performance.now() - start, shape).toBeLessThan(1500);
    }
  });
});

describe('every table of pairs', () => {
  it('goes upwards without holes', () => {
    for (const { id, table } of tables) {
      expect(table.rows.length, id).toBeGreaterThan(0);
      table.rows.forEach((row, index) => {
        const next = table.rows[index + 1];
        if (next !== undefined) expect(row.to, id).toBe(next.from);
      });
      expect(table.examples.length, id).toBeGreaterThan(0);
    }
  });

  it.each(tables.flatMap(({ id, table }) => table.examples.map((example) => ({ id, table, example }))))(
    '$id: “$example.asks” beside $example.has',
    ({ table, example }) => {
      expect(checkPair(table, example.asks, example.has).conflict).toBe(example.says);
    },
  );

  it('offers the versions that would go', () => {
    const numpy = tables.find((item) => item.id === 'numpy with python')?.table;
    const text = tables.find((item) => item.id === 'torchtext with torch')?.table;
    if (numpy === undefined || text === undefined) throw new Error('no table');
    expect(checkPair(numpy, '==1.19.5', '3.11.7').range).toBe('>=1.23.2,<1.26');
    expect(checkPair(text, '==0.9.0', '2.1.2').range).toBe('>=0.16,<0.17');
    expect(checkPair(text, '', '2.10.0').range).toBeNull();
  });
});
