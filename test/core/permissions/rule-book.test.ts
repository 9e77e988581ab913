import { expect, it } from 'vitest';
import { foldRules, listInForce, type RuleEvent } from '../../../src/core/permissions/rule-book.ts';
import fc from '../../support/properties.ts';

const offer = {
  rule: { site: 'local', where: 'compute' as const, folder: '', words: [{ text: 'make', number: false }] },
  pattern: 'make',
  examples: [],
};
const made = (id: string, project = 'C https://a/b '): RuleEvent => ({
  v: 1,
  type: 'rule.made',
  at: 1,
  id,
  by: 'UCHEN',
  run: 'r',
  question: 3,
  channel: 'C',
  project,
  offer,
});
const revoked = (id: string): RuleEvent => ({ v: 1, type: 'rule.revoked', at: 2, id, by: 'UADA' });

it('a rule holds for its own project until it is revoked', () => {
  const rules = foldRules([made('r.3'), made('r.4', 'C https://a/c '), made('r.5'), revoked('r.5')]);
  expect(listInForce(rules, 'C https://a/b ').map((rule) => rule.id)).toEqual(['r.3']);
  expect(rules.find((rule) => rule.id === 'r.5')?.revoked).toEqual({ by: 'UADA', at: 2 });
});

it('what is revoked is never in force again, whatever is told of it', () => {
  const facts = fc.array(fc.constantFrom(made('r.3'), made('r.4'), revoked('r.3'), revoked('r.4')), { maxLength: 12 });
  fc.assert(
    fc.property(facts, facts, (before, after) => {
      const rules = foldRules([...before, made('r.3'), revoked('r.3'), ...after]);
      expect(listInForce(rules, 'C https://a/b ').map((rule) => rule.id)).not.toContain('r.3');
    }),
  );
});
