import { expect, test } from 'vitest';
import { findPlace } from '../../../src/core/experiment/move.ts';
import type { LoopOrder } from '../../../src/core/experiment/outputs.ts';
import type { Attempt, ExperimentState, StoredReport } from '../../../src/core/experiment/schema.ts';
import { findWaiver, isPassed } from '../../../src/core/experiment/verdicts.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import { RunState } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import fc from '../../support/properties.ts';
import { ada, chen, LoopWalk, makeProject, makeReport, mallory, measured, measuredTarget } from './builders.ts';

const Who = fc.constantFrom(ada, chen, mallory, '');
const Reason = fc.constantFrom('', ' ', 'it is good enough');
const PartName = fc.constantFrom('one', 'two', 'meta', 'nobody', null);
const Number = fc.integer({ min: 1, max: 4 });
const Order: fc.Arbitrary<LoopOrder> = fc.oneof(
  fc.constantFrom<LoopOrder>({ order: 'pause' }, { order: 'resume' }, { order: 'go-on' }),
  fc.record({ order: fc.constant('final' as const), part: PartName, attempt: Number }),
  fc.record({ order: fc.constant('next' as const), part: PartName }),
  fc.record({ order: fc.constant('try' as const), idea: fc.constantFrom('smooth it', 'a passed gate: verdict passed') }),
  fc.record({ order: fc.constant('waive' as const), target: fc.constantFrom('direction', 'other'), reason: Reason }),
  fc.record({ order: fc.constant('overrule' as const), part: PartName, attempt: fc.option(Number), reason: Reason }),
);

/** A report that lies about itself: its verdicts say passed whatever its numbers are. */
function lie(report: StoredReport): StoredReport {
  const gate = (one: StoredReport['gate1']): StoredReport['gate1'] => ({
    verdict: 'passed',
    checks: Object.fromEntries(
      Object.entries(one.checks).map(([name, check]) => [name, { ...check, threshold: -1e9, verdict: 'passed' as const }]),
    ),
  });
  return { ...report, gate1: gate(report.gate1), gate2: gate(report.gate2), gate3: gate(report.gate3) };
}

const Move = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('work' as const), good: fc.boolean(), lies: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      class: fc.constantFrom('syntax_error', 'kaggle_platform', 'kaggle.conflict', 'schema_mismatch'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('order' as const), order: Order, by: Who }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('approve' as const, 'reject' as const, 'cancel' as const, 'resume' as const, 'restore' as const),
    }),
  },
);
type Move = typeof Move extends fc.Arbitrary<infer T> ? T : never;

function makeMove(walk: LoopWalk, move: Move): void {
  if (move.do === 'order') return void walk.order(move.order, move.by);
  if (move.do === 'fail') return void walk.fail({ class: move.class });
  if (move.do === 'approve') return void walk.approve();
  if (move.do === 'reject') return void walk.send({ kind: 'reject', by: ada, via: 'reply', approvalId: null, reason: 'no' });
  if (move.do === 'cancel') return void walk.send({ kind: 'cancel', by: ada, reason: '' });
  if (move.do === 'resume') return void walk.send({ kind: 'resume', by: ada });
  if (move.do === 'restore') return expectRestorable(walk);
  if (move.do === 'work') doWork(walk, move);
}

function doWork(walk: LoopWalk, move: Extract<Move, { do: 'work' }>): void {
  if (walk.effect === 'loop-open') return void walk.open();
  const place = findPlace(walk.exp);
  if (place === null || (walk.effect === 'nothing' && place.attempt.stage !== 'watch')) return;
  if (place.attempt.stage === 'fetch') return void walk.fetch();
  if (place.attempt.stage !== 'evaluator') return void walk.run();
  if (place.part.kind === 'meta') return void walk.judge(measuredTarget(move.good ? 0.6 : 0.5));
  const result = measured(move.good);
  walk.judge(move.lies && result.report !== null ? { ...result, report: lie(result.report) } : result);
}

/** state.json holds everything: the state goes through JSON and its schema unchanged. */
function expectRestorable({ state }: LoopWalk): void {
  const read = RunState.parse(JSON.parse(JSON.stringify(state)));
  const restored = foldEvents([{ v: 1, at: state.updatedAt, type: 'run.restored', by: ada, state: read }]);
  expect({ ...restored, version: state.version, restored: state.restored }).toEqual(state);
}

const isGood = ({ measured: result }: Attempt): boolean => {
  const report = result?.report;
  if (report !== null && report !== undefined) return (report.gate2.checks['mi_increase']?.value ?? 0) > 0.05;
  return (result?.targets ?? []).every(({ value }) => (value ?? 0) > 0.56);
};

/** Everything that counts as passed, and whether an override of a named approver with a reason stands beside it where its numbers failed. */
function listUnearned(exp: ExperimentState, walk: LoopWalk): string[] {
  const approvers = [ada, chen];
  return exp.parts.flatMap((part) => {
    const counted = part.attempts.filter(
      (attempt) => isPassed(exp, attempt) || (part.status === 'passed' && part.chosen?.attempt === attempt.number),
    );
    return counted
      .filter((attempt) => {
        if (attempt.measured !== null && isGood(attempt)) return false;
        const overruled = walk.events.some(
          (event) =>
            event.type === 'gate.overruled' &&
            event.part === part.name &&
            event.attempt === attempt.number &&
            approvers.includes(event.override.by) &&
            event.override.reason.trim() !== '',
        );
        return !overruled && findWaiver(exp, 'direction') === undefined;
      })
      .map(({ number }) => `${part.name} ${number}`);
  });
}

test('no sequence of commands makes a failed gate count as passed without an override', () => {
  fc.assert(
    fc.property(fc.array(Move, { maxLength: 60, size: 'max' }), (moves) => {
      const walk = new LoopWalk(makeProject({ stop: { patience: 2, worth_hours: 1000 }, noise: { reruns: 1 } }));
      walk.begin();
      for (const move of moves) {
        makeMove(walk, move);
        expect(listUnearned(walk.exp, walk)).toEqual([]);
      }
      const said = JSON.stringify(viewRun(walk.state));
      for (const event of walk.events) if (event.type === 'gate.overruled') expect(said).toContain(`overruled by ${event.override.by}`);
      const { verdict } = walk.state;
      const meta = walk.exp.parts.find(({ kind }) => kind === 'meta');
      if (verdict?.as === 'PASSED') expect(meta?.attempts.some((attempt) => isPassed(walk.exp, attempt))).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('a report that only says that it passed does not', () => {
  const walk = new LoopWalk().begin();
  const result = { ...measured(false), report: lie(makeReport(false)) };
  walk.attempt(result);
  expect(walk.exp.parts[0]?.attempts[0]?.decision?.next).toBe('again');
});
