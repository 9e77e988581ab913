import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/core/jobs/job.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import { permitSpec } from '../../../src/core/run/retry.ts';
import { findCurrentStep, findOpenApproval, type RunState } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { requireGranted } from '../../../workers/approved.ts';
import { makeFailure, runId, Walk } from './builders.ts';

const lost: Observation = {
  kind: 'ended',
  outcome: 'node-failure',
  exitCode: null,
  signal: null,
  node: 'n7',
  evidence: 'accounting',
  schedulerState: 'NODE_FAIL',
};
const nodeFailure = makeFailure({ class: 'node_failure', fault: 'cluster', remedy: { kind: 'retry', waitSeconds: 60, elsewhere: true } });

/** The job of a run ends in this way, and is examined. */
const fail = (walk: Walk, failure = nodeFailure, observation = lost): Walk => walk.observe(observation).fail(failure);

function textOf(state: RunState, name: string): string {
  return JSON.stringify(viewRun(state).find((slot) => slot.name === name));
}

describe('a failure that goes away by itself', () => {
  it('waits, and hands over the approved job again, elsewhere and under another name', () => {
    const walk = fail(Walk.begin().toJob());
    const first = walk.state.jobs[0]?.spec;
    expect(findCurrentStep(walk.state)).toMatchObject({ name: 'sample-run', phase: 'retry', attempt: 1 });
    const { until = 0 } = walk.state.failures[0]?.retry ?? {};
    expect(until - (walk.state.failures[0]?.at ?? 0)).toBeGreaterThanOrEqual(60_000);
    expect(listEffects(walk.state)).toEqual([{ id: `${runId}.sample-run.1.retry`, runId, kind: 'retry-step', notBefore: until }]);
    walk.work();
    expect(findOpenApproval(walk.state)).toBeUndefined();
    expect(listEffects(walk.state)).toMatchObject([{ id: `${runId}.sample-run.2.submit`, kind: 'submit-job' }]);
    const again = walk.state.jobs[1]?.spec;
    expect(again).toEqual({ ...first, token: `${first?.token}-r1`, folder: `${first?.folder}-r1`, slurm: { exclude: ['n7'] } });
    const action = requireGranted(walk.state, 'sample-run');
    expect(action.kind === 'submit-job' && permitSpec(walk.state, action.spec)).toEqual(again);
    expect(walk.work().toEnd().state.verdict?.as).toBe('READY');
  });

  it('says in the thread when it goes on, how often, and where not', () => {
    const { state } = fail(Walk.begin().toJob());
    expect(textOf(state, 'failure:1')).toMatch(/the same again, without asking, in 1 min \d+ s/);
    expect(textOf(state, 'failure:1')).toContain('attempt 2 of 3; node n7 excluded.');
    expect(textOf(state, 'status')).toContain('Trying again');
  });

  it('asks a person once the policy is exhausted, and then begins to count anew', () => {
    const walk = fail(fail(fail(Walk.begin().toJob()).work().work()).work().work());
    expect(walk.state.failures.map((item) => item.retry?.number)).toEqual([2, 3, undefined]);
    expect(walk.work().state.approvals.at(-1)).toMatchObject({ step: 'sample-run', attempt: 4, settled: null });
    expect(fail(walk.approve().work()).state.failures.at(-1)?.retry).toMatchObject({ number: 2, of: 3 });
  });

  it('repeats what was approved of a build, too', () => {
    const walk = Walk.begin().toFirstQuestion().approve();
    walk.fail(makeFailure({ class: 'network_timeout', fault: 'network' })).work();
    expect(listEffects(walk.state)).toMatchObject([{ id: `${runId}.build-env.2.work`, kind: 'build-env' }]);
    expect(requireGranted(walk.state, 'build-env')).toEqual(walk.state.approvals[0]?.action);
  });

  it('stops waiting on a cancel, and asks again after it', () => {
    const walk = fail(Walk.begin().toJob());
    walk.do({ ...walk.next(), kind: 'cancel', by: 'UADA0000001', reason: '' });
    expect(walk.state.verdict?.as).toBe('CANCELLED');
    expect(listEffects(walk.state)).toEqual([]);
    walk.do({ ...walk.next(), kind: 'resume', by: 'UADA0000001' }).work();
    expect(findOpenApproval(walk.state)).toMatchObject({ step: 'sample-run', attempt: 2 });
    expect(() => requireGranted(walk.state, 'sample-run')).toThrow('nobody has approved');
  });

  it.for([
    ['the diagnosis is not sure', makeFailure({ class: 'node_failure', confidence: 0.6 }), lost],
    ['it is of another class', makeFailure({ class: 'oom_gpu' }), lost],
  ] as const)('asks where %s', ([, failure, observation]) => {
    expect(fail(Walk.begin().toJob(), failure, observation).state.failures[0]?.retry).toBeUndefined();
  });

  it.for([
    ['only the log names a node', { ...lost, evidence: 'exit-record' as const }],
    ['several nodes are named', { ...lost, node: 'n[1-4]' }],
  ] as const)('excludes no node where %s', ([, observation]) => {
    expect(fail(Walk.begin().toJob(), nodeFailure, observation).state.failures[0]?.retry).toMatchObject({ exclude: null });
  });

  it('asks where a sandbox has no network: the same again would lack it, too', () => {
    const walk = Walk.begin().toFirstQuestion().approve().work();
    const [effect] = listEffects(walk.state);
    expect(effect?.kind).toBe('plan-sample');
    walk.work();
    const isolation = { sandbox: 'bubblewrap' as const, network: false, readable: [] };
    const planned = walk.events.find((event) => event.type === 'sample.planned');
    if (planned?.type === 'sample.planned') planned.spec.isolation = isolation;
    const offline = makeFailure({ class: 'network_timeout', fault: 'network', remedy: null });
    expect(fail(walk.approve().work(), offline).state.failures[0]?.retry).toBeUndefined();
  });
});
