import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/core/jobs/job.ts';
import { decide } from '../../../src/core/run/decide.ts';
import { findWatchedJob, listEffects } from '../../../src/core/run/effects.ts';
import { cutDocument, DOCUMENT_LIMIT } from '../../../src/core/run/events.ts';
import { applyRemedy } from '../../../src/core/run/reproduce.ts';
import { findCurrentStep, MAX_ATTEMPTS } from '../../../src/core/run/state.ts';
import { ada, ended, makeFailure, makeRequest, makeSpec, running, runId, Walk } from './builders.ts';

const refusalOf = (walk: Walk, command: Parameters<typeof decide>[1]) => decide(walk.state, command).refusal?.code;

describe('the way of a run', () => {
  it('goes from a request to READY with two questions', () => {
    const walk = Walk.begin();
    const seen: (string | undefined)[] = [];
    const note = (): void => void seen.push(listEffects(walk.state)[0]?.id.replace(`${runId}.`, ''));
    for (let index = 0; index < 3; index += 1) {
      note();
      walk.work();
    }
    expect(listEffects(walk.state)).toEqual([]);
    walk.approve();
    for (let index = 0; index < 2; index += 1) {
      note();
      walk.work();
    }
    walk.approve();
    note();
    walk.work();
    expect(listEffects(walk.state)).toEqual([]);
    expect(findWatchedJob(walk.state)).toMatchObject({ site: 'local', ref: { token: makeSpec(1).token } });
    walk.observe(running).observe(ended);
    note();
    expect(walk.work().state.verdict).toEqual({ as: 'READY', reason: 'sample run: 20 steps, loss 4.1 → 2.2' });
    expect(seen).toEqual([
      'clone.1.work',
      'navigate-repo.1.work',
      'resolve-deps.1.work',
      'build-env.1.work',
      'sample-run.1.work',
      'sample-run.1.submit',
      'sample-run.1.examine',
    ]);
    expect(listEffects(walk.state)).toEqual([]);
  });

  it('asks again before every attempt, with a token of its own', () => {
    const walk = Walk.begin().toJob().observe(ended).fail(makeFailure());
    expect(walk.state.adjustment.arguments).toEqual({ '--batch-size': '8' });
    walk.work();
    expect(walk.state.approvals.at(-1)).toMatchObject({ id: 3, step: 'sample-run', attempt: 2, settled: null });
    expect(listEffects(walk.state)).toEqual([]);
    walk.approve().work();
    expect(walk.state.jobs.map((job) => job.ref?.token)).toEqual([`${runId}-1`, `${runId}-2`]);
  });

  it.each([
    ['retry', { kind: 'retry', waitSeconds: 0, elsewhere: false } as const],
    ['more resources', { kind: 'more-resources', memoryFactor: 2, timeFactor: 1 } as const],
  ])('gives up after %s was tried often enough', (_what, remedy) => {
    const walk = Walk.begin().toFirstQuestion().approve().work();
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
      walk.fail(makeFailure({ remedy }));
      expect(walk.state.verdict).toBeNull();
    }
    walk.fail(makeFailure({ remedy }));
    expect(walk.state.verdict).toMatchObject({ as: 'NOT READY', reason: expect.stringContaining('attempt 5 of 5') as string });
  });

  it('does not try the same remedy twice', () => {
    const walk = Walk.begin().toFirstQuestion().approve().work().fail(makeFailure()).fail(makeFailure());
    expect(walk.state.verdict?.as).toBe('NOT READY');
  });
});

describe('answers to questions', () => {
  const approve = (digest: string | null, approvalId: number | null = null) =>
    ({ id: 'x', at: 9e12, kind: 'approve', by: ada, via: 'button', approvalId, digest }) as const;

  it.each([
    ['nothing is asked', () => Walk.begin(), approve(null), 'nothing-to-approve'],
    ['no such question', () => Walk.begin().toFirstQuestion(), approve(null, 7), 'nothing-to-approve'],
    ['answered already', () => Walk.begin().toFirstQuestion().approve(), approve(null, 1), 'already-settled'],
    ['another plan', () => Walk.begin().toFirstQuestion(), approve('of an older plan', 1), 'changed'],
    ['the run is over', () => Walk.begin().fail(makeFailure({ remedy: null })), approve(null), 'nothing-to-approve'],
  ])('are refused when %s', (_what, walk, command, code) => {
    expect(refusalOf(walk(), command)).toBe(code);
  });

  it('reject with a reason ends the run, and resume asks anew with a new plan', () => {
    const walk = Walk.begin().toFirstQuestion();
    walk.do({ ...walk.next(), kind: 'reject', by: ada, via: 'reply', approvalId: 1, reason: '  too dear ' });
    expect(walk.state.verdict).toEqual({ as: 'NOT READY', reason: 'Build the environment on local was rejected: too dear' });
    walk.do({ ...walk.next(), kind: 'resume', by: ada });
    expect(findCurrentStep(walk.state)).toMatchObject({ name: 'resolve-deps', status: 'running', attempt: 2 });
    expect(walk.work().state.approvals.map((item) => item.settled?.as)).toEqual(['rejected', undefined]);
  });
});

const stopped: Observation = {
  kind: 'ended',
  outcome: 'cancelled',
  exitCode: null,
  signal: 15,
  evidence: 'queue',
  schedulerState: 'CANCELLED',
};

describe('cancel', () => {
  const cancel = (walk: Walk): Walk => walk.do({ ...walk.next(), kind: 'cancel', by: ada, reason: 'wrong branch' });

  it.each([
    ['while it works', () => Walk.begin()],
    ['while it asks', () => Walk.begin().toFirstQuestion()],
    ['before a submission', () => Walk.begin().toFirstQuestion().approve().work().work()],
  ])('ends the run at once %s', (_what, walk) => {
    const { state } = cancel(walk());
    expect(state.verdict).toEqual({ as: 'CANCELLED', reason: 'wrong branch' });
    expect(state.approvals.every((item) => item.settled !== null)).toBe(true);
    expect(listEffects(state)).toEqual([]);
  });

  it('waits for the end of a job that runs', () => {
    const walk = cancel(Walk.begin().toJob().observe(running));
    expect(walk.state.verdict).toBeNull();
    expect(listEffects(walk.state)).toMatchObject([{ kind: 'cancel-job' }]);
    expect(walk.observe(stopped).state.verdict?.as).toBe('CANCELLED');
  });

  it('looks whether a submission that had begun made a job', () => {
    const begun = (): Walk => cancel(Walk.begin().toFirstQuestion().approve().work().work().approve());
    expect(begun().state.verdict).toBeNull();
    expect(listEffects(begun().state)).toMatchObject([{ kind: 'submit-job' }]);
    expect(begun().work({ kind: 'not-submitted' }).state.verdict?.as).toBe('CANCELLED');
    expect(listEffects(begun().work().state)).toMatchObject([{ kind: 'cancel-job' }]);
  });

  it.each([
    ['twice', (): Walk => cancel(Walk.begin().toJob()), 'already-settled'],
    ['after the end', (): Walk => Walk.begin().toJob().toEnd(), 'finished'],
  ])('is refused %s', (_what, walk, code) => {
    expect(refusalOf(walk(), { id: 'x', at: 9e12, kind: 'cancel', by: ada, reason: '' })).toBe(code);
  });
});

describe('documents', () => {
  it('are cut with a mark where they are too long', () => {
    const cut = cutDocument('x'.repeat(DOCUMENT_LIMIT + 50));
    expect(cut.length).toBeLessThanOrEqual(DOCUMENT_LIMIT);
    expect(cut).toMatch(/x\n\n\[… 150 characters left out\]\n$/);
    expect(cutDocument('x'.repeat(DOCUMENT_LIMIT))).toHaveLength(DOCUMENT_LIMIT);
  });
});

describe('what comes too late', () => {
  it('is refused as stale: results of earlier work, observations of other or ended jobs', () => {
    const walk = Walk.begin().toJob();
    const base = { id: 'x', at: 9e12 };
    expect(refusalOf(walk, { ...base, kind: 'fail', effectId: `${runId}.clone.1.work`, failure: makeFailure() })).toBe('stale');
    expect(refusalOf(walk, { ...base, kind: 'observe', token: 'other', observation: running, progress: null })).toBe('stale');
    walk.observe(ended);
    expect(refusalOf(walk, { ...base, kind: 'observe', token: `${runId}-1`, observation: running, progress: null })).toBe('stale');
  });

  it('is refused in a run that nobody knows, and a second request for one that is there', () => {
    expect(decide(null, { id: 'x', at: 1, kind: 'note', by: ada, text: '', ts: null }).refusal?.code).toBe('unknown-run');
    expect(refusalOf(Walk.begin(), makeRequest('another'))).toBe('exists');
    expect(decide(null, { id: 'x', at: 1, kind: 'restore', by: ada, state: { id: 'r' } }).refusal?.code).toBe('bad-state');
  });

  it('tells a delay once', () => {
    const walk = Walk.begin();
    const delay = () =>
      ({ ...walk.next(), kind: 'delay', effectId: `${runId}.clone.1.work`, why: 'GitHub is away', until: 1, needs: null }) as const;
    const before = walk.do(delay()).events.length;
    expect(walk.do(delay()).events.length).toBe(before);
    expect(walk.work().state.steps[0]?.delay).toBeNull();
  });
});

it.each([
  ['install', { kind: 'install', packages: [{ name: 'a', specifier: '==1' }] }, 'install a==1'],
  ['set-env', { kind: 'set-env', name: 'A', value: '1' }, 'A=1'],
  ['set-argument', { kind: 'set-argument', argument: '--lr', value: '0.1' }, '--lr 0.1'],
  ['more-resources', { kind: 'more-resources', memoryFactor: 2, timeFactor: 1.5 }, 'ask for 2 times the memory and 1.5 times the time'],
  ['retry', { kind: 'retry', waitSeconds: 0, elsewhere: false }, 'try once more'],
  ['ask', { kind: 'ask', question: '?' }, undefined],
  ['provide-path', { kind: 'provide-path', path: '/x', question: '?' }, undefined],
] as const)('a remedy in words: %s', (_kind, remedy, why) => {
  const none = { packages: [], arguments: {}, env: {}, memoryFactor: 1, timeFactor: 1, patches: [] };
  expect(applyRemedy(none, structuredClone(remedy) as Parameters<typeof applyRemedy>[1])?.why).toBe(why);
});
