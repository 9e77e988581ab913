import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listWatchedKernels } from '../../../src/core/experiment/effects.ts';
import { findHold, findSubmissionNow } from '../../../src/core/experiment/move.ts';
import { MOST_ROUNDS, routeFailure, SEND_BACKS } from '../../../src/core/experiment/stages.ts';
import { listJudged } from '../../../src/core/experiment/stop.ts';
import { isPassed } from '../../../src/core/experiment/verdicts.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { makeFailure } from '../run/builders.ts';
import { ada, chen, digestsOf, ended, LoopWalk, makeProject, mallory, measured, measuredTarget } from './builders.ts';

const stages = (walk: LoopWalk): string[] =>
  walk.events.flatMap((event) => (event.type === 'loop.stage_entered' ? [`${event.part} ${event.attempt} ${event.stage}`] : []));

describe('a project that brings its own', () => {
  test('nothing is asked for before the plan is approved', () => {
    const walk = new LoopWalk();
    expect(walk.effect).toBe('loop-open');
    walk.open();
    expect(walk.effect).toBe('nothing');
    expect(stages(walk)).toEqual([]);
    walk.approve();
    expect(walk.effect).toBe('loop-build-data');
  });

  test('goes straight from data to the push, and through both features to the meta-model', () => {
    const walk = new LoopWalk().begin().attempt(measured(true));
    expect(stages(walk)).toEqual([
      'one 1 builder_data',
      'one 1 datachecker',
      'one 1 check_notebook',
      'one 1 submit',
      'one 1 watch',
      'one 1 fetch',
      'one 1 evaluator',
      'one 1 decide',
      'two 1 check_notebook',
    ]);
    walk.attempt(measured(true)).attempt(measuredTarget(0.6));
    expect(walk.state.verdict).toEqual({ as: 'PASSED', reason: '2 of 2 features passed; the meta-model reached its targets' });
  });

  test('a failed gate costs an attempt; so many may fail as the project says', () => {
    const walk = new LoopWalk(makeProject({ stop: { patience: 9, budget_hours: 1000, worth_hours: 1000 } })).begin();
    walk.attempt(measured(false, 0.01)).attempt(measured(false, 0.03)).attempt(measured(false, 0.05));
    const [one] = walk.exp.parts;
    expect(one).toMatchObject({ status: 'left', reason: '3 of 3 attempts are used' });
    expect(one?.attempts.map(({ decision }) => decision?.next)).toEqual(['again', 'again', 'leave']);
  });

  test('a feature is left when attempts gain nothing, and the meta-model has nothing to join', () => {
    const walk = new LoopWalk().begin();
    for (let round = 0; round < 4; round += 1) walk.attempt(measured(false, -0.01));
    expect(walk.exp.parts.map(({ name, status, reason }) => [name, status, reason])).toEqual([
      ['one', 'left', '2 attempts in a row gained nothing above the noise'],
      ['two', 'left', '2 of 2 attempts are used'],
      ['meta', 'left', 'no feature passed its gates, so there is nothing to join'],
    ]);
    expect(walk.state.verdict?.as).toBe('NOT PASSED');
  });

  test('the first judged attempt is run again unchanged, and a gain within that noise is none', () => {
    const walk = new LoopWalk(makeProject({ noise: { reruns: 2 }, stop: { patience: 1, worth_hours: 1000 } })).begin();
    walk.attempt(measured(false, 0.03));
    expect(walk.place.attempt.submissions.map(({ rerun }) => rerun)).toEqual([0, 1]);
    walk.attempt(measured(false, 0.01)).attempt(measured(false, 0.05));
    expect(walk.exp.parts[0]?.attempts[0]?.reruns).toEqual([0.01, 0.05]);
    expect(walk.exp.parts[0]?.attempts[0]?.decision).toMatchObject({
      next: 'leave',
      reason: '1 attempts in a row gained nothing above the noise (0.0994)',
    });
  });

  test('a baseline is pinned by the first judged attempt', () => {
    const walk = new LoopWalk().begin().attempt(measured(false));
    expect(walk.exp.parts[0]?.baselineSha256).toBe('b'.repeat(64));
  });

  test('an attempt shows its pictures once it is decided, and they never change', () => {
    const walk = new LoopWalk(makeProject({ stop: { worth_hours: 1000 } })).begin().attempt(measured(false));
    const draw = (number: number) =>
      viewRun(walk.state)
        .find(({ name }) => name === `attempt:one:${number}`)
        ?.parts.filter((part) => part.kind === 'picture');
    expect(draw(2)).toEqual([]);
    const first = draw(1);
    walk.attempt(measured(true, 0.03));
    expect(draw(1)).toEqual(first);
    expect(draw(2)?.map((part) => `${part.name} ${part.chart.kind}`)).toEqual(['gap gap', 'metric bars']);
    expect(draw(2)?.[1]?.chart).toMatchObject({
      marks: [
        { name: 'baseline', value: 0.5 },
        { name: 'asked for', value: 0.505 },
      ],
      bars: [
        { name: 'attempt 1', value: 0.52, tone: 'plain' },
        { name: 'attempt 2', value: 0.53, tone: 'chosen' },
      ],
    });
  });

  test('an idea that was tried before is shown with why it failed', () => {
    const walk = new LoopWalk(makeProject({ stop: { worth_hours: 1000 } })).begin().attempt(measured(false)).attempt(measured(false));
    walk.order({ order: 'try', idea: 'smooth the rate with a long window again' });
    walk.order({ order: 'next', part: null });
    expect(walk.place.attempt).toMatchObject({ idea: 'smooth the rate with a long window again', ideaBy: ada });
    expect(walk.place.attempt.similar[0]).toMatchObject({ attempt: 'one 2' });
  });
});

describe('send-backs', () => {
  test('every class of failure stands in the table, and only measured verdicts cost an attempt', () => {
    const classes = readdirSync('src/failures').map((name) => name.replace('.ts', ''));
    expect(classes.filter((name) => !Object.hasOwn(SEND_BACKS, name))).toEqual([]);
    const costly = Object.entries(SEND_BACKS).filter(([, { consumes }]) => consumes);
    expect(costly.map(([name]) => name)).toEqual(['loop:gate_failed', 'loop:target_missed']);
  });

  test.each([
    ['syntax_error', 'builder_model'],
    ['oom_host', 'builder_model'],
    ['schema_mismatch', 'builder_data'],
    ['time_limit', 'architect'],
    ['kaggle_platform', 'submit'],
    ['secret_missing', 'person'],
    ['nobody_knows_it', 'builder_model'],
  ])('%s goes to %s', (name, to) => {
    expect(routeFailure(name, { internal: 0, platform: 0 }).to).toBe(to);
  });

  test('three rounds, then the architect, then a person; what is Kaggle’s fault is only pushed again', () => {
    const route = (internal: number) => routeFailure('syntax_error', { internal, platform: 0 }).to;
    expect([0, 2, MOST_ROUNDS, MOST_ROUNDS + 1].map(route)).toEqual(['builder_model', 'builder_model', 'architect', 'person']);
    expect(routeFailure('kaggle_platform', { internal: 9, platform: 2 }).to).toBe('submit');
    expect(routeFailure('kaggle_platform', { internal: 0, platform: 3 }).to).toBe('person');
  });

  test('a notebook that died of its code is asked of a person where there is no agent, and no attempt is used', () => {
    const walk = new LoopWalk().begin().run('failed');
    walk.fetch(makeFailure({ class: 'syntax_error', title: 'A syntax error' }));
    expect(walk.effect).toBe('nothing');
    expect(findHold(walk.exp)).toMatchObject({
      kind: 'files',
      stage: 'builder_model',
      title: 'Sent back to builder_model: A syntax error',
    });
    walk.order({ order: 'go-on' });
    expect(walk.effect).toBe('loop-open');
    walk.open();
    expect(walk.stage).toBe('check_notebook');
    walk.check([], digestsOf('project.yaml', 'attempts/one/1/mended.py'));
    expect(walk.state.approvals).toHaveLength(2);
    expect(walk.effect).toBe('nothing');
    walk.approve();
    expect(walk.effect).toBe('loop-submit');
    walk.attempt(measured(true));
    expect(walk.exp.parts[0]).toMatchObject({ status: 'passed', chosen: { attempt: 1 } });
  });

  test('the same is done by the agent where there is one', () => {
    const walk = new LoopWalk(makeProject(), true).begin().run('failed');
    walk.fetch(makeFailure({ class: 'syntax_error' }));
    expect([walk.stage, walk.effect, findHold(walk.exp)]).toEqual(['builder_model', 'run-agent', undefined]);
  });

  test('what Kaggle stopped is pushed again under another token', () => {
    const walk = new LoopWalk().begin().run('cancelled');
    const before = findSubmissionNow(walk.place.attempt)?.token;
    walk.fetch(makeFailure({ class: 'loop:cancelled_on_kaggle' }));
    expect([walk.stage, walk.place.attempt.submissions.length]).toEqual(['submit', 2]);
    expect(findSubmissionNow(walk.place.attempt)?.token).not.toBe(before);
    walk.attempt(measured(true));
    expect(walk.exp.parts[0]?.status).toBe('passed');
  });

  test('rejected data go back to whoever makes them, and are not used by anybody', () => {
    const walk = new LoopWalk().begin();
    walk.data('REJECT');
    expect(findHold(walk.exp)).toMatchObject({ stage: 'builder_data', kind: 'files' });
    walk.order({ order: 'go-on' });
    walk.open();
    expect(walk.effect).toBe('loop-build-data');
  });

  test('data that are new are shown before anything is done with them', () => {
    const walk = new LoopWalk().begin();
    walk.data('REJECT');
    walk.order({ order: 'go-on' });
    const files = [
      ...digestsOf('project.yaml', 'target.csv', 'attempts/one/1/model.py'),
      { path: 'base.csv', sha256: 'mended', bytes: 11 },
    ];
    walk.open({ files });
    expect([walk.effect, walk.state.approvals.length]).toEqual(['nothing', 2]);
    walk.approve();
    expect(walk.effect).toBe('loop-build-data');
  });

  test.each(Object.keys(SEND_BACKS).filter((name) => !name.startsWith('loop:')))('%s of a run goes where the table says', (name) => {
    const walk = new LoopWalk().begin().run('failed');
    walk.fetch(makeFailure({ class: name }));
    const { to } = SEND_BACKS[name] ?? { to: 'nowhere' };
    expect(walk.place.attempt.sentBack.map((item) => item.to)).toEqual([to]);
    expect(listJudged(walk.place.part)).toEqual([]);
    if (to === 'person') expect(findHold(walk.exp)?.stage).toBe('submit');
    else expect([walk.stage, findHold(walk.exp)?.stage]).toEqual([to, to === 'submit' ? undefined : to]);
  });

  test('a conflict at Kaggle is shown with its address and the same push goes on when it is settled', () => {
    const walk = new LoopWalk().begin();
    walk.data();
    walk.check();
    walk.fail({ class: 'kaggle.conflict', explanation: 'The name is taken. Look at https://www.kaggle.com/code/ada/one-1: rename it.' });
    expect(findHold(walk.exp)).toMatchObject({ kind: 'kaggle', link: 'https://www.kaggle.com/code/ada/one-1' });
    const token = findSubmissionNow(walk.place.attempt)?.token;
    walk.order({ order: 'go-on' });
    expect([walk.effect, findSubmissionNow(walk.place.attempt)?.token]).toEqual(['loop-submit', token]);
  });

  test('a re-run that fails takes nothing from the verdict', () => {
    const walk = new LoopWalk(makeProject({ noise: { reruns: 2 } })).begin().attempt(measured(true)).run('failed');
    walk.fetch(makeFailure({ class: 'oom_host' }));
    expect(walk.exp.parts[0]).toMatchObject({ status: 'passed' });
  });
});

describe('pushes', () => {
  test('are announced before they are made, and only the one that is asked for now', () => {
    const walk = new LoopWalk().begin();
    walk.data();
    walk.check();
    const token = findSubmissionNow(walk.place.attempt)?.token ?? '';
    expect(walk.send({ kind: 'loop-announce', token: 'another' }).refusal?.code).toBe('stale');
    const { effect } = walk;
    walk.send({ kind: 'loop-announce', token });
    expect([walk.effect, findSubmissionNow(walk.place.attempt)?.announcedAt]).toEqual([effect, expect.any(Number)]);
    walk.send({ kind: 'loop-withdraw', token, why: 'no room' });
    expect(findSubmissionNow(walk.place.attempt)?.announcedAt).toBeNull();
  });

  test('are watched, also while the loop is paused, and nothing follows until it is resumed', () => {
    const walk = new LoopWalk().begin();
    walk.data();
    walk.check();
    walk.push();
    walk.order({ order: 'pause' });
    expect(listWatchedKernels(walk.state, walk.exp)).toHaveLength(1);
    walk.look(ended());
    expect([walk.stage, walk.effect]).toEqual(['watch', 'nothing']);
    walk.order({ order: 'resume' });
    expect(walk.effect).toBe('loop-fetch');
  });

  test('files that nobody approved are asked about, and a no ends the loop until somebody resumes it', () => {
    const walk = new LoopWalk().begin();
    walk.data();
    walk.check([], digestsOf('project.yaml', 'attempts/one/1/other.py'));
    expect(walk.effect).toBe('nothing');
    walk.send({ kind: 'reject', by: ada, via: 'reply', approvalId: 2, reason: 'who wrote that?' });
    expect(walk.state.verdict?.as).toBe('STOPPED');
    walk.send({ kind: 'resume', by: ada });
    expect(walk.effect).toBe('loop-open');
    walk.open();
    expect([walk.stage, walk.effect]).toEqual(['check_notebook', 'loop-check-notebook']);
  });

  test('a stop says what goes on at Kaggle', () => {
    const walk = new LoopWalk().begin();
    walk.data();
    walk.check();
    walk.push();
    walk.send({ kind: 'cancel', by: ada, reason: 'enough' });
    expect(walk.state.verdict?.reason).toBe(
      'enough; https://www.kaggle.com/code/ada/one-1 goes on at Kaggle until it ends or somebody presses “Cancel run” there',
    );
  });
});

describe('what people decide against the numbers', () => {
  test('only a named approver overrules, with a reason, and the thread says so for ever', () => {
    const walk = new LoopWalk(makeProject({ stop: { worth_hours: 1000 } })).begin().attempt(measured(false));
    const overrule = (by: string, reason: string) => walk.order({ order: 'overrule', part: 'one', attempt: 1, reason }, by);
    expect(overrule(mallory, 'I say so').refusal?.message).toContain('no approver');
    expect(overrule(chen, '').refusal?.message).toContain('needs a reason');
    overrule(chen, 'the limit was for daily data');
    expect(walk.exp.parts[0]).toMatchObject({ status: 'passed', chosen: { attempt: 1 } });
    const slot = viewRun(walk.state).find(({ name }) => name === 'attempt:one:1');
    expect(slot?.parts[0]).toEqual({ kind: 'heading', text: 'one, attempt 1 – failed, and allowed by a person' });
    expect(JSON.stringify(slot)).toContain('the limit was for daily data');
    expect(JSON.stringify(slot)).toContain('FAILED');
  });

  test('an attempt that failed cannot be made final; one that passed can', () => {
    const walk = new LoopWalk(makeProject({ stop: { worth_hours: 1000 } })).begin().attempt(measured(false));
    expect(walk.order({ order: 'final', part: null, attempt: 1 }).refusal?.message).toContain('did not pass');
    walk.attempt(measured(true));
    expect(walk.order({ order: 'final', part: 'one', attempt: 2 }).refusal).toBeUndefined();
    expect(walk.exp.parts[0]?.chosen).toEqual({ attempt: 2, by: ada });
  });

  test('a target is waived with a reason, also after the end', () => {
    const walk = new LoopWalk().begin().attempt(measured(true)).attempt(measured(true)).attempt(measuredTarget(0.5));
    expect(walk.state.verdict?.as).toBe('NOT PASSED');
    expect(walk.order({ order: 'waive', target: 'direction', reason: '' }).refusal?.message).toContain('needs a reason');
    expect(walk.order({ order: 'waive', target: 'direction', reason: 'x' }, mallory).refusal?.message).toContain('Only an approver');
    walk.order({ order: 'waive', target: 'direction', reason: 'too few days to tell' });
    expect(walk.state.verdict?.as).toBe('PASSED');
    expect(JSON.stringify(viewRun(walk.state).at(-1))).toContain('too few days to tell');
  });

  test('overruling after the end gives the meta-model something to join', () => {
    const walk = new LoopWalk(makeProject({ stop: { patience: 1 } })).begin().attempt(measured(false, 0)).attempt(measured(false, 0));
    expect(walk.state.verdict?.as).toBe('NOT PASSED');
    walk.order({ order: 'overrule', part: 'one', attempt: null, reason: 'good enough for us' });
    expect([walk.state.verdict, walk.place.part.name]).toEqual([null, 'meta']);
  });

  test('a word of somebody who is no approver changes nothing, whatever the journal holds', () => {
    const walk = new LoopWalk().begin().attempt(measured(false));
    const override = { by: mallory, reason: 'because', at: '2026-01-05' };
    walk.events.push({ v: 1, at: 1, type: 'gate.overruled', part: 'one', attempt: 1, override });
    const attempt = walk.exp.parts[0]?.attempts[0];
    expect(attempt !== undefined && isPassed(walk.exp, attempt)).toBe(false);
  });
});
