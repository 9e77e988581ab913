import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/core/run/decide.ts';
import { readReply } from '../../../src/core/run/replies.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { ada, makeOutput, Walk } from './builders.ts';

/** A run that asks about a job while its project has used its budget up. */
function overBudget(): Walk {
  const walk = Walk.begin();
  walk.toFirstQuestion().approve().work();
  const planned = makeOutput(walk.state, 'plan-sample');
  if (planned?.kind !== 'sample-planned') throw new Error('no plan');
  return walk.work({ ...planned, question: { ...planned.question, overBudget: 'the project’s budget is used up (4 of 4 GPU hours)' } });
}

describe('a question about a job for which no budget is left', () => {
  const walk = overBudget();
  const yes = (overBudget?: boolean) =>
    decide(walk.state, {
      ...walk.next(),
      kind: 'approve',
      by: ada,
      via: 'reply',
      approvalId: null,
      digest: null,
      ...(overBudget === undefined ? {} : { overBudget }),
    });

  it('takes no plain yes', () => {
    expect(yes().refusal).toMatchObject({ code: 'over-budget' });
    expect(yes().refusal?.message).toContain('4 of 4 GPU hours');
  });

  it('takes a yes that says so, and remembers that it did', () => {
    expect(yes(true).events?.[0]).toMatchObject({ type: 'approval.granted', overBudget: true });
  });

  it('says what is the matter, and its button means what it says', () => {
    const slot = viewRun(walk.state).find((one) => one.name === 'approval:2');
    const button = slot?.parts.flatMap((part) => (part.kind === 'buttons' ? part.items : []))[0];
    expect(button).toMatchObject({ action: 'approve', label: 'Approve over budget' });
    expect(JSON.parse(button?.value ?? '')).toMatchObject({ approval: 2, overBudget: true });
    expect(JSON.stringify(slot?.parts)).toContain('A plain yes does not start it');
  });
});

it('a yes to any other question goes over no budget', () => {
  const walk = Walk.begin().toFirstQuestion();
  walk.do({ ...walk.next(), kind: 'approve', by: ada, via: 'button', approvalId: null, digest: null, overBudget: true });
  expect(walk.state.approvals[0]?.settled).not.toHaveProperty('overBudget');
});

it.each(['approve over budget', 'Approved over the budget, please.', 'I approve this beyond budget!'])('“%s” is such a yes', (text) => {
  expect(readReply(text)).toEqual({ kind: 'approve', overBudget: true });
});
it.each(['approve', 'are we over budget?', 'approve the budget', 'we should approve over budget jobs rarely'])('“%s” is not', (text) => {
  expect(readReply(text)).not.toHaveProperty('overBudget');
});
