import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import type { FailureClass } from '../../src/core/diagnosis/failure-class.ts';
import { Failure, Remedy } from '../../src/core/failure.ts';
import { loadPlugins } from '../../src/plugins.ts';

const folder = new URL('../../src/failures/', import.meta.url);
const classes = await loadPlugins<FailureClass>(folder);
const examples = classes.flatMap((one) =>
  one.examples.map((example, index) => ({ ...example, id: one.id, name: `${one.id} ${index + 1}` })),
);
const nearMisses = classes.flatMap((one) => one.nearMisses.map((text, index) => ({ text, id: one.id, name: `${one.id} ${index + 1}` })));

describe('failure classes', () => {
  it('each has at least one example and one near miss', () => {
    for (const one of classes) expect([one.id, one.examples.length > 0, one.nearMisses.length > 0]).toEqual([one.id, true, true]);
  });

  it.each(examples)('claims its example: $name', ({ id, text, line, facts }) => {
    const failure = diagnose({ log: text, schedulerState: null }, classes);
    expect(failure.class).toBe(id);
    expect(failure.evidence).toEqual({ line, text: text.split('\n')[line - 1] });
    expect(failure.facts).toMatchObject(facts ?? {});
    expect(Failure.safeParse(failure).success).toBe(true);
  });

  it.each(nearMisses)('leaves its near miss alone: $name', ({ id, text }) => {
    expect(diagnose({ log: text, schedulerState: null }, classes).class).not.toBe(id);
  });

  it.each(classes)('explains and remedies with no facts at all: $id', (one) => {
    expect(one.explain({})).toMatch(/^[A-Z].*\.$/);
    expect(one.explain({})).not.toContain('undefined');
    const remedy = one.remedy({});
    if (remedy !== null) expect(Remedy.safeParse(remedy).success).toBe(true);
  });

  it('names no scheduler state and no signal twice', () => {
    for (const key of ['schedulerStates', 'signals'] as const) {
      const all = classes.flatMap((one): (string | number)[] => [...(one[key] ?? [])]);
      expect(new Set(all).size).toBe(all.length);
    }
  });
});
