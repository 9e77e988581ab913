import { describe, expect, it } from 'vitest';
import { applyChoices, LIMITS, listChoices, LoopChoices, readChoices } from '../../../src/core/experiment/choices.ts';
import { Project } from '../../../src/core/experiment/project.ts';
import { GateThresholds } from '../../../src/core/gates/spec.ts';
import fc from '../../support/properties.ts';
import { makeProject } from './builders.ts';

const nothing = { metric: '', gates: '', budget: '' };
const read = (typed: Partial<typeof nothing>) => readChoices({ ...nothing, ...typed });

describe('what a start may say instead of project.yaml', () => {
  it('is nothing where nothing was typed', () => {
    expect(read({ metric: '  ', gates: ' \n', budget: ' ' })).toEqual({ choices: {}, problems: {} });
    expect(applyChoices(makeProject(), {})).toEqual(makeProject());
    expect(listChoices({})).toEqual([]);
  });

  it('takes a metric, limits and hours, and leaves the rest of the project', () => {
    const { choices, problems } = read({ metric: 'sharpe', gates: 'vif=8, mae: -0.02;mi_increase=.1', budget: ' 1.5 ' });
    expect(problems).toEqual({});
    expect(choices).toEqual({ metric: 'sharpe', gates: { vif: 8, mae: -0.02, mi_increase: 0.1 }, budgetHours: 1.5 });
    const before = makeProject();
    const after = applyChoices(before, choices);
    expect(after.gates).toEqual({ ...before.gates, vif: 8, mae: -0.02, mi_increase: 0.1 });
    expect(after.stop).toEqual({ ...before.stop, metric: 'sharpe', budget_hours: 1.5 });
    expect({ ...after, gates: before.gates, stop: before.stop }).toEqual(before);
    expect(listChoices(choices)).toEqual([
      'attempts compared by sharpe',
      'at most 1.5 h of Kaggle a feature',
      'vif 8',
      'mae -0.02',
      'mi_increase 0.1',
    ]);
  });

  it.each([
    [{ metric: 'accuracy' }, { metric: 'Attempts are compared by one of direction_accuracy, sharpe, mae.' }],
    [{ budget: '0' }, { budget: 'A number of hours above 0 and up to 10000, such as 12 or 0.5.' }],
    [{ budget: 'a week' }, { budget: 'A number of hours above 0 and up to 10000, such as 12 or 0.5.' }],
    [{ gates: 'viv=8' }, { gates: `There is no limit “viv”. There are: ${LIMITS.options.join(', ')}.` }],
    [{ gates: 'vif' }, { gates: '“vif” is no limit; write vif=NUMBER.' }],
    [{ gates: 'vif=high' }, { gates: '“vif=high” is no limit; write vif=NUMBER.' }],
    [{ gates: 'vif=8=9' }, { gates: '“vif=8=9” is no limit; write vif=NUMBER.' }],
    [{ gates: 'vif=8 vif=9' }, { gates: 'vif is given twice.' }],
    [{ gates: 'mae=0.5' }, { gates: 'mae is a change: a fall of a hundredth is -0.01.' }],
    [{ gates: '__proto__=1' }, { gates: `There is no limit “__proto__”. There are: ${LIMITS.options.join(', ')}.` }],
    [{ gates: 'x'.repeat(3_000) }, { gates: 'That is too long for a few limits.' }],
  ])('%j is told at its field', (typed, problems) => {
    expect(read(typed)).toEqual({ choices: {}, problems });
  });

  it('tells all that is wrong at once, and keeps what is right', () => {
    const { choices, problems } = read({ metric: 'mae', gates: 'vif', budget: '-1' });
    expect(choices).toEqual({ metric: 'mae' });
    expect(Object.keys(problems).toSorted()).toEqual(['budget', 'gates']);
  });

  it('never lets through what the project itself would refuse', () => {
    const words = fc.constantFrom(...LIMITS.options, 'x', '');
    const numbers = fc.oneof(fc.double().map(String), fc.constantFrom('', 'NaN', 'Infinity', '1e3', '-0.02', '0x10'));
    const pieces = fc
      .array(fc.tuple(words, fc.constantFrom('=', ':', ''), numbers).map((parts) => parts.join('')))
      .map((all) => all.join(', '));
    fc.assert(
      fc.property(pieces, fc.constantFrom('', 'mae', 'sharpe', 'f1'), numbers, (gates, metric, budget) => {
        const { choices } = readChoices({ gates, metric, budget });
        expect(LoopChoices.parse(choices)).toEqual(choices);
        const changed = applyChoices(makeProject(), choices);
        expect(GateThresholds.parse(changed.gates)).toEqual(changed.gates);
        expect(Project.shape.stop.parse(changed.stop)).toEqual(changed.stop);
      }),
    );
  });
});
