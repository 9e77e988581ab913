import type { Entry } from '../../../src/core/diary/entry.ts';
import { composeDigest } from '../../../src/core/digest/compose.ts';
import { askOpening, keepOpening } from '../../../src/core/digest/opening.ts';
import type { Digest } from '../../../src/core/digest/schema.ts';
import type { Lab } from './week.ts';

/** A digest whose model says one thing that is so, one that is not, and one without a source. */
export function checkedOpening(lab: Lab, entries: readonly Entry[]): { digest: Digest; said: string[] } {
  const run = entries.filter(({ source }) => source.id === 'rrunax');
  const asked = askOpening(run, 'UTC', { nameOf: (user) => user, linkTo: () => null });
  if (asked === null) throw new Error('nothing to ask');
  const question = asked.facts.find(({ entry }) => entry.kind === 'question')?.number ?? 0;
  const answer = `Question 1 about the environment of lab/runax is open. [${question}] It reached an accuracy of 0.97. [${question}] All is well.`;
  const opening = keepOpening(answer, asked.facts, []);
  const input = {
    edition: '2026-01-05',
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    project: 'CGOLD',
    title: 'gold',
    zone: 'UTC',
    before: [],
    targets: [],
    budgets: [],
    quota: null,
  };
  const digest = composeDigest({ ...input, entries: run, states: lab.statesOf('CGOLD', Number.MAX_SAFE_INTEGER) });
  return { digest: { ...digest, opening, openedBy: 'fast-1' }, said: opening.map((line) => line.map(({ text }) => text).join('')) };
}
