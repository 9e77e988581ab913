import { describe, expect, it } from 'vitest';
import {
  describeStanding,
  findSpan,
  foldBudgets,
  isBlocked,
  judgeBudget,
  tellLevel,
  type Standing,
} from '../../../src/core/ledger/budget.ts';
import { foldLedger, listRows, type RunLedger } from '../../../src/core/ledger/fold-run.ts';
import { viewBudgetNotice, viewRetiredNotice } from '../../../src/core/ledger/view-budget.ts';
import type { ProjectEvent } from '../../../src/core/project/events.ts';
import fc from '../../support/properties.ts';
import { ask, turn } from './journals.ts';

const DAY = 86_400_000;
/** A Wednesday. */
const wednesday = Date.UTC(2026, 10, 25, 12);
const monday = Date.UTC(2026, 10, 23);
const base = { v: 1 as const };

function set(parts: Partial<Extract<ProjectEvent, { type: 'budget.set' }>> = {}): ProjectEvent {
  return { ...base, type: 'budget.set', at: monday, id: 'set-1', by: 'UCHEN', kind: 'dollars', amount: 10, span: 'week', ...parts };
}
function answer(at: number, goOn: boolean, until?: number): ProjectEvent {
  const end = until === undefined ? {} : { until };
  return { ...base, type: 'budget.answered', at, id: `press:${at}`, by: 'UCHEN', kind: 'dollars', goOn, reason: '', ...end };
}

/** A project that spent so much at those moments. */
function spend(...spent: readonly (readonly [at: number, dollars: number])[]) {
  const events = [ask('r1'), ...spent.map(([at, dollars]) => turn(at, 'm', 1, dollars))];
  return listRows(events.reduce<RunLedger | null>(foldLedger, null) as RunLedger, 'lab', wednesday);
}
function judge(events: readonly ProjectEvent[], dollars: number, now = wednesday): Standing {
  const [budget] = foldBudgets(events).now;
  if (budget === undefined) throw new Error('no budget');
  return judgeBudget(budget, spend([now - 1, dollars]), now);
}

describe('spans', () => {
  it.each([
    ['week', wednesday, monday, monday + 7 * DAY],
    ['week', monday, monday, monday + 7 * DAY],
    ['week', monday - 1, monday - 7 * DAY, monday],
    ['week', Date.UTC(2027, 0, 1), Date.UTC(2026, 11, 28), Date.UTC(2027, 0, 4)],
    ['month', wednesday, Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)],
    ['month', Date.UTC(2026, 11, 31, 23), Date.UTC(2026, 11, 1), Date.UTC(2027, 0, 1)],
    ['total', wednesday, 0, null],
  ] as const)('%s at %d', (span, at, from, to) => {
    expect(findSpan(span, at)).toEqual({ from, to });
  });

  it('of weeks and months hold their moment and follow each other without a gap', () => {
    fc.assert(
      fc.property(fc.constantFrom('week' as const, 'month' as const), fc.integer({ min: 0, max: 4e12 }), (span, at) => {
        const { from, to } = findSpan(span, at);
        expect(from <= at && at < (to ?? 0)).toBe(true);
        expect(findSpan(span, to ?? 0).from).toBe(to);
      }),
    );
  });
});

describe('a budget', () => {
  it('counts what was used in its span alone', () => {
    const [budget] = foldBudgets([set()]).now;
    if (budget === undefined) throw new Error('no budget');
    const rows = spend([monday - 1, 100], [monday, 2], [wednesday, 3]);
    expect(judgeBudget(budget, rows, wednesday)).toMatchObject({ used: 5, share: 0.5, state: 'free', from: monday });
    expect(judgeBudget({ ...budget, span: 'total' }, rows, wednesday)).toMatchObject({ used: 105, state: 'asked', to: null });
  });

  it('is the last one that was set, without memory of the one before, and gone when it is taken away', () => {
    const reached: ProjectEvent = {
      ...base,
      type: 'budget.reached',
      at: wednesday,
      id: 'x',
      kind: 'dollars',
      percent: 100,
      used: 10,
      amount: 10,
    };
    const grown = foldBudgets([set(), reached, set({ id: 'set-2', amount: 50 })]);
    expect(grown.now).toMatchObject([{ id: 'set-2', amount: 50, reached: [] }]);
    expect(grown.before).toMatchObject([{ id: 'set-1', reached: [reached] }]);
    expect(foldBudgets([set(), set({ id: 'set-2', amount: null })])).toMatchObject({ now: [], before: [{ id: 'set-1' }] });
    expect(foldBudgets([reached])).toEqual({ now: [], before: [] });
  });

  it('lets new work begin below 100 %, and above it as somebody answered', () => {
    expect(isBlocked(judge([set()], 9.99))).toBe(false);
    expect(judge([set()], 10).state).toBe('asked');
    expect(judge([set(), answer(wednesday - 5, false)], 10).state).toBe('stopped');
    expect(judge([set(), answer(wednesday - 5, true, wednesday + 5)], 10).state).toBe('going-on');
    expect(judge([set(), answer(wednesday - 5, true, wednesday)], 10).state).toBe('asked');
    // What was said last week does not count in this one.
    expect(judge([set(), answer(monday - 5, false)], 10).state).toBe('asked');
  });

  it('is told of once a level and span, whoever looks and however often', () => {
    const events: ProjectEvent[] = [set()];
    const look = (dollars: number, now = wednesday): string | null => {
      const fact = tellLevel(judge(events, dollars, now), now);
      if (fact !== null) events.push(fact);
      return fact === null ? null : `${fact.percent}`;
    };
    expect([look(7.9), look(8), look(9), look(10), look(11)]).toEqual([null, '80', null, '100', null]);
    // The next week begins anew.
    const next = wednesday + 7 * DAY;
    expect([look(1, next), look(8.5, next), look(8.6, next), look(12, next)]).toEqual([null, '80', null, '100']);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  });

  it('asks again when the time is over for which it was allowed to go on, and not before', () => {
    const first = tellLevel(judge([set()], 10), wednesday);
    if (first === null) throw new Error('nothing told');
    const events = [set(), first, answer(wednesday + 1, true, wednesday + DAY)];
    expect(tellLevel(judge(events, 11, wednesday + 2), wednesday + 2)).toBeNull();
    const again = tellLevel(judge(events, 11, wednesday + DAY), wednesday + DAY);
    expect(again).toMatchObject({ percent: 100 });
    expect(again?.id).not.toBe(first.id);
    expect(tellLevel(judge([...events, ...(again === null ? [] : [again])], 12, wednesday + DAY + 1), wednesday + DAY + 1)).toBeNull();
    // Whoever said that nothing new begins is not asked again.
    expect(tellLevel(judge([set(), first, answer(wednesday + 1, false)], 12, wednesday + DAY), wednesday + DAY)).toBeNull();
  });

  it('has one id for one level, so that two workers who see it at once tell it once', () => {
    const ids = [wednesday, wednesday + 70].map((now) => tellLevel(judge([set()], 10, now), now)?.id);
    expect(ids[0]).toBe(ids[1]);
  });
});

describe('its message', () => {
  const reached = tellLevel(judge([set()], 10), wednesday);
  if (reached === null) throw new Error('nothing told');
  const view = (...more: ProjectEvent[]) => viewBudgetNotice('lab', judge([set(), reached, ...more], 10, wednesday + 9), reached);
  const buttons = (slot: ReturnType<typeof view>) =>
    slot.parts.flatMap((part) => (part.kind === 'buttons' ? part.items.map((item) => item.label) : []));

  it('asks while nobody has answered, and calls whoever set the budget', () => {
    const slot = view();
    expect(buttons(slot)).toEqual(['Go on for a day', 'Go on until Monday', 'Stop new work']);
    expect(slot).toMatchObject({ mention: ['UCHEN'], summary: 'The budget for models is used up: $10.00 of $10.00 this week.' });
  });

  it('says what was answered; a no can still become a yes', () => {
    expect(buttons(view(answer(wednesday + 1, true, wednesday + DAY)))).toEqual([]);
    expect(JSON.stringify(view(answer(wednesday + 1, true, wednesday + DAY)).parts)).toContain('go on until');
    expect(buttons(view(answer(wednesday + 1, false)))).toEqual(['Go on for a day', 'Go on until Monday']);
  });

  it('asks no more when the span is over', () => {
    const later = judge([set(), reached], 10, wednesday + 7 * DAY);
    expect(buttons(viewBudgetNotice('lab', later, reached))).toEqual([]);
  });

  it('asks no more when its budget was changed', () => {
    const [old] = foldBudgets([set(), reached, set({ id: 'set-2', amount: 50 })]).before;
    if (old === undefined) throw new Error('no old budget');
    expect(buttons(viewRetiredNotice(old, reached))).toEqual([]);
    expect(viewRetiredNotice(old, reached).summary).toBe(view().summary);
  });

  it('is plain at 80 %', () => {
    const warned = tellLevel(judge([set()], 8.5), wednesday);
    if (warned === null) throw new Error('nothing told');
    const slot = viewBudgetNotice('lab', judge([set(), warned], 8.5), warned);
    expect(buttons(slot)).toEqual([]);
    expect(slot.summary).toBe('80 % of the budget for models is used: $8.50 of $10.00 this week.');
    expect(describeStanding(judge([set({ kind: 'gpu-hours', amount: 4, span: 'month' })], 1))).toBe('0 of 4 GPU hours this month');
  });
});
