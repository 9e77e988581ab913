import { describe, expect, it } from 'vitest';
import { ASIDE_LIMITS } from '../../../src/core/agent-session/limits.ts';
import type { AgentFact, Proposal } from '../../../src/core/agent-session/schema.ts';
import { chooseSkill } from '../../../src/core/run/call-skill.ts';
import type { EffectOutput } from '../../../src/core/run/commands.ts';
import { decide } from '../../../src/core/run/decide.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import type { CommandAction } from '../../../src/core/run/events.ts';
import { findOpenApproval, findSession, isActive, RunState } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { digestOf } from '../../../src/runs/digest.ts';
import { ada, makeFailure, makeOutput, makeRequest, running, Walk } from './builders.ts';

const REMEDY: Proposal = {
  change: { kind: 'remedy', remedy: { kind: 'set-argument', argument: '--workers', value: '0' } },
  reasoning: 'The loader dies.',
};
const gaveUp: AgentFact = { kind: 'ended', as: 'gave-up', report: 'no idea', proposal: null };
const proposed: AgentFact = { kind: 'ended', as: 'proposed', report: REMEDY.reasoning, proposal: REMEDY };
const answered: AgentFact = { kind: 'ended', as: 'answered', report: 'It is not stuck.', proposal: null };

function begin(assistant = true): Walk {
  return new Walk().do({ ...makeRequest(), assistant });
}

const skill = (walk: Walk, name = 'navigate-repo', words = ''): Walk =>
  walk.do({ ...walk.next(), kind: 'skill', by: ada, skill: name, words });
const say = (walk: Walk, ...facts: AgentFact[]): Walk =>
  walk.do({ ...walk.next(), kind: 'agent', session: findSession(walk.state)?.id ?? 'none', facts });
const kinds = (walk: Walk): string[] => listEffects(walk.state).map((effect) => effect.kind);
const shown = (walk: Walk): string => JSON.stringify(viewRun(walk.state).find((slot) => slot.name.startsWith('agent:')));

function callRun(command: string): AgentFact {
  const content = [{ type: 'tool_use' as const, id: 't0', name: 'run', input: { command, why: 'w' } }];
  const usage = { input: 1, cacheRead: 0, cacheWrite: 0, output: 1 };
  return { kind: 'turned', turn: 0, heard: 0, model: 'm', content, stopReason: 'tool_use', usage, dollars: 0.01, seconds: 1 };
}

/** The agent beside a run waits for a yes to a command. */
function hold(walk: Walk): Walk {
  say(walk, callRun('rm -r cache'));
  const action: CommandAction = { kind: 'run-command', site: 'local', folder: '/work', command: 'rm -r cache', why: 'w', effects: [] };
  const question = { title: 'Run a command', action, digest: digestOf(action) };
  return walk.do({ ...walk.next(), kind: 'agent-hold', session: findSession(walk.state)?.id ?? '', call: 't0', question });
}

describe('which skill is called', () => {
  const failed = (step: 'resolve-deps' | 'build-env' | 'sample-run', parts: Parameters<typeof makeFailure>[0]) =>
    chooseSkill({ at: 'failed', step, failure: makeFailure({ remedy: null, ...parts }) })?.skill ?? null;
  const ask = { kind: 'ask', question: 'Where?' } as const;
  const path = { kind: 'provide-path', path: '/data', question: 'Where?' } as const;

  it.each([
    [failed('resolve-deps', { class: 'usage_error', remedy: ask }), 'navigate-repo'],
    [failed('resolve-deps', { class: 'missing_module', remedy: ask }), 'resolve-deps'],
    [failed('build-env', { class: 'dependency_conflict' }), 'resolve-deps'],
    [failed('build-env', { class: 'segfault' }), 'diagnose-failure'],
    [failed('build-env', { class: 'segfault', remedy: ask }), null],
    [failed('sample-run', { class: 'dataset_missing', remedy: path }), 'fetch-assets'],
    [failed('sample-run', { class: 'data_corrupt' }), 'verify-assets'],
    [failed('sample-run', { class: 'assertion_or_user_bug' }), 'diagnose-failure'],
    [failed('sample-run', { class: 'host.unreachable' }), null],
    [failed('sample-run', { class: 'scheduler_rejected' }), null],
  ])('case %#', (chosen, expected) => expect(chosen).toBe(expected));

  it('beside a plan: conflicts first, then what is missing; a probe; a sample that nothing bounds', () => {
    const walk = begin();
    walk.work().work();
    const env = makeOutput(walk.state, 'resolve-deps');
    if (env?.kind !== 'env-planned') throw new Error('no plan');
    const at = (conflicts: string[], missingAssets: string[]) =>
      chooseSkill({ at: 'environment', plan: { ...env.plan, conflicts }, missingAssets });
    expect(at([], [])).toBeNull();
    expect(at(['a wants b'], ['/data'])).toMatchObject({ skill: 'resolve-deps' });
    expect(at([], ['/data/owl.csv'])?.told).toContain('/data/owl.csv');
    const sample = makeOutput(walk.work().approve().work().state, 'plan-sample');
    if (sample?.kind !== 'sample-planned') throw new Error('no plan');
    expect(chooseSkill({ at: 'sample', plan: sample.plan })).toBeNull();
    expect(chooseSkill({ at: 'sample', plan: { ...sample.plan, mode: 'probe' } })?.skill).toBe('navigate-repo');
    expect(chooseSkill({ at: 'sample', plan: { ...sample.plan, stopsByClock: true, bounds: [] } })?.skill).toBe('sample-run');
  });
});

describe('a skill that the run calls', () => {
  const conflicting = (walk: Walk): EffectOutput => {
    const output = makeOutput(walk.state, 'resolve-deps');
    if (output?.kind !== 'env-planned') throw new Error('no plan');
    return { ...output, plan: { ...output.plan, conflicts: ['torchtext 0.8 wants torch 1.7'] } };
  };

  it('works beside the question, within smaller limits, once; and its change is taken by a person or not at all', () => {
    const walk = begin();
    walk.work().work();
    walk.work(conflicting(walk));
    expect(findOpenApproval(walk.state)?.action.kind).toBe('build-environment');
    expect(kinds(walk)).toEqual(['run-agent']);
    expect(findSession(walk.state)).toMatchObject({ skill: 'resolve-deps', aside: true, by: null, limits: ASIDE_LIMITS });
    expect(findSession(walk.state)?.task).toContain('torchtext 0.8 wants torch 1.7');
    say(walk, proposed);
    expect(walk.state.adjustment.arguments).toEqual({});
    expect(shown(walk)).toContain('Plan with this change');
    walk.do({ ...walk.next(), kind: 'adopt', by: ada, session: 'a1' });
    expect(walk.state.adjustment.arguments).toEqual({ '--workers': '0' });
    expect(walk.state.approvals[0]?.settled).toMatchObject({ as: 'withdrawn' });
    expect(kinds(walk)).toEqual(['resolve-deps']);
    const again = { id: 'again', at: 9e12, kind: 'adopt' as const, by: ada, session: 'a1' };
    expect(decide(walk.state, again).refusal?.code).toBe('already-settled');
    walk.work(conflicting(walk));
    expect(walk.state.agents).toHaveLength(1);
    expect(RunState.parse(structuredClone(walk.state))).toEqual(walk.state);
  });

  it('is not called without a model', () => {
    const walk = begin(false);
    walk.work().work();
    walk.work(conflicting(walk));
    expect(walk.state.agents).toEqual([]);
  });

  it('for a failure takes the place of one beside the run; after a change that failed the strong model goes on, and says why', () => {
    const walk = begin();
    walk.work().work();
    walk.work(conflicting(walk)).approve();
    walk.work(makeOutput(walk.state, 'build-env') ?? undefined);
    walk.fail(makeFailure({ class: 'assertion_or_user_bug', remedy: null }));
    expect(walk.state.agents[0]?.end).toMatchObject({ as: 'stopped' });
    expect(findSession(walk.state)).toMatchObject({ id: 'a2', tier: null, handsOver: true, aside: false });
    say(walk, proposed);
    walk.fail(makeFailure({ class: 'assertion_or_user_bug', remedy: null }));
    expect(findSession(walk.state)).toMatchObject({ id: 'a3', tier: 'strong' });
    const told = JSON.stringify(viewRun(walk.state).find((slot) => slot.name === 'agent:3'));
    expect(told).toContain('The strong model went on from here: the change before this one did not mend it.');
    expect(say(walk, gaveUp).state.verdict?.as).toBe('NOT READY');
  });
});

describe('a skill that a person calls', () => {
  it('leaves a running job alone, hears its person, and ends as a note', () => {
    const walk = begin().toJob().observe(running);
    skill(walk, 'monitor-slurm', 'is it stuck?');
    expect(findSession(walk.state)?.task).toContain('is it stuck?');
    expect(findSession(walk.state)?.by).toBe(ada);
    expect(decide(walk.state, { id: 'x', at: 9e12, kind: 'skill', by: ada, skill: 'x', words: '' }).refusal?.code).toBe('busy');
    const effectId = listEffects(walk.state)[0]?.id ?? '';
    const delay = { kind: 'delay' as const, effectId, why: 'HTTP 529; trying again', until: 9e12, needs: null };
    walk.do({ ...walk.next(), ...delay });
    expect(walk.state.steps.map((step) => step.delay)).not.toContainEqual(expect.anything());
    expect(shown(walk)).toContain('Nothing moves: HTTP 529; trying again.');
    expect(decide(walk.state, { id: 'd', at: 9e12, ...delay }).events).toEqual([]);
    const failing = { id: 'f', at: 9e12, kind: 'fail' as const, effectId };
    const broken = decide(walk.state, { ...failing, failure: makeFailure({ class: 'model.refused', title: 'HTTP 401' }) });
    expect(broken.events?.map((event) => event.type)).toEqual(['agent.fact']);
    say(walk, answered);
    expect(walk.state).toMatchObject({ verdict: null, failures: [] });
    expect(shown(walk)).toContain('It is not stuck.');
    expect(walk.toEnd().state.verdict?.as).toBe('READY');
  });

  it('works on a run that is over, whose end it does not change; “stop” ends it alone', () => {
    const walk = begin().toJob().toEnd();
    expect(isActive(walk.state)).toBe(false);
    skill(walk);
    expect(isActive(walk.state)).toBe(true);
    expect(kinds(walk)).toEqual(['run-agent']);
    hold(walk);
    expect(kinds(walk)).toEqual(['expire-question']);
    walk.do({ ...walk.next(), kind: 'stop-agent', by: ada });
    expect(walk.state.approvals.at(-1)?.settled?.as).toBe('withdrawn');
    expect(walk.state.verdict?.as).toBe('READY');
    expect(kinds(walk)).toEqual([]);
    say(skill(walk), proposed);
    const adopt = { id: 'adopt', at: 9e12, kind: 'adopt' as const, by: ada, session: 'a2' };
    expect(decide(walk.state, adopt).refusal?.code).toBe('busy');
    expect(shown(walk)).not.toContain('Plan with this change');
  });

  it('its change carries on a run that had ended badly, and is asked for before anything runs', () => {
    const walk = begin(false).toJob();
    walk.observe(running);
    walk.do({ ...walk.next(), kind: 'cancel', by: ada, reason: '' });
    walk.observe({ kind: 'ended', outcome: 'cancelled', exitCode: null, signal: null, evidence: 'exit-record', schedulerState: 'X' });
    expect(walk.state.verdict?.as).toBe('CANCELLED');
    say(skill(walk, 'sample-run'), proposed);
    walk.do({ ...walk.next(), kind: 'adopt', by: ada, session: 'a1' });
    expect(walk.state.verdict).toBeNull();
    expect(walk.work().state.approvals.at(-1)).toMatchObject({ settled: null, action: { kind: 'submit-job' } });
  });

  it('gives way with its question when the run asks, and ends with a cancel', () => {
    const walk = begin();
    walk.work().work();
    hold(skill(walk));
    expect(kinds(walk)).toEqual(['resolve-deps', 'expire-question']);
    walk.work();
    expect(walk.state.approvals.filter((approval) => approval.settled === null)).toHaveLength(1);
    expect(findSession(walk.state)?.calls[0]?.result?.text).toContain('the run itself asks now');
    walk.do({ ...walk.next(), kind: 'cancel', by: ada, reason: '' });
    expect(walk.state.verdict?.as).toBe('CANCELLED');
    expect(walk.state.agents[0]?.end?.as).toBe('stopped');
  });
});
