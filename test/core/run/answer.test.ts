import { describe, expect, it } from 'vitest';
import { proposeRule } from '../../../src/core/permissions/standing-rule.ts';
import { findRunGrant } from '../../../src/core/run/agent.ts';
import type { Command } from '../../../src/core/run/commands.ts';
import { decide } from '../../../src/core/run/decide.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import type { CommandAction } from '../../../src/core/run/events.ts';
import { findSession, RunState } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { digestOf } from '../../../src/runs/digest.ts';
import { makePolicy, parse } from '../permissions/helpers.ts';
import { ada, makeFailure, makeRequest, Walk } from './builders.ts';

const DAY_MS = 24 * 60 * 60_000;
const LINE = 'python train.py --epochs 3';

function makeAction(command: string, effects = ['runs code']): CommandAction {
  const { why, ...offer } = proposeRule(command, makePolicy('local'), parse);
  const reach = { forRun: !command.startsWith('rm'), offer: offer.rule === null ? null : offer, why: why ?? '' };
  return { kind: 'run-command', site: 'local', folder: '/work', command, why: 'to see', effects, reach };
}

/** A run whose agent waits for the answer to question 2. */
function asked(command = LINE): Walk {
  const walk = new Walk();
  walk.do({ ...makeRequest(), assistant: true });
  walk.toFirstQuestion().approve().work();
  walk.fail(makeFailure({ class: 'assertion_or_user_bug', remedy: null, route: 'code' }));
  walk.do({
    ...walk.next(),
    kind: 'agent',
    session: 'a1',
    facts: [
      {
        kind: 'turned',
        turn: 0,
        heard: 0,
        model: 'claude-haiku-5-5',
        content: [{ type: 'tool_use', id: 't0', name: 'run', input: { command, why: 'to see' } }],
        stopReason: 'tool_use',
        usage: { input: 1, cacheRead: 0, cacheWrite: 0, output: 1 },
        dollars: 0,
        seconds: 1,
      },
    ],
  });
  return hold(walk, makeAction(command));
}

function hold(walk: Walk, action: CommandAction, edit?: { of: number; approved: boolean }): Walk {
  const question = { title: 'Run a command on local', action, digest: digestOf(action) };
  const asks = { ...walk.next(), kind: 'agent-hold' as const, session: 'a1', call: 't0', question };
  return walk.do(edit === undefined ? asks : { ...asks, edit });
}

const open = (walk: Walk) => walk.state.approvals.at(-1)!;
const call = (walk: Walk) => findSession(walk.state)?.calls[0];
const yes = (walk: Walk, reach: 'run' | 'always', digest = open(walk).digest): Command => ({
  ...walk.next(),
  kind: 'approve',
  by: ada,
  via: 'button',
  approvalId: 2,
  digest,
  reach,
});
const change = (walk: Walk, command: string, digest = open(walk).digest): Command => ({
  ...walk.next(),
  kind: 'edit',
  by: ada,
  approvalId: 2,
  digest,
  command,
});
const shown = (walk: Walk, id = 2): string => JSON.stringify(viewRun(walk.state).find((slot) => slot.name === `approval:${id}`));
const buttons = (walk: Walk): string[] => [...shown(walk).matchAll(/"action":"([a-z-]+)"/g)].map((match) => match[1] ?? '');

describe('a yes that reaches further', () => {
  it('for this run covers the same line with the same effects, and nothing else', () => {
    const walk = asked();
    walk.do(yes(walk, 'run'));
    expect(call(walk)).toMatchObject({ status: 'allowed', approval: 2 });
    expect(findRunGrant(walk.state, { ...makeAction(LINE), why: 'once more' })).toBe(2);
    expect(findRunGrant(walk.state, makeAction(`${LINE}0`))).toBeNull();
    expect(findRunGrant(walk.state, makeAction(LINE, ['runs code', 'uses the network']))).toBeNull();
    expect(findRunGrant(walk.state, { ...makeAction(LINE), folder: '/work/b' })).toBeNull();
    expect(findRunGrant(walk.state, { ...makeAction(LINE), site: 'other' })).toBeNull();
    expect(shown(walk)).toContain('Approved for this run by ');
    expect(RunState.parse(structuredClone(walk.state))).toEqual(walk.state);
  });

  it('a plain yes is for one time', () => {
    expect(findRunGrant(asked().approve().state, makeAction(LINE))).toBeNull();
  });

  it('is bound to the digest, given once, and refused where it was not offered', () => {
    const walk = asked();
    expect(decide(walk.state, yes(walk, 'run', 'another')).refusal?.code).toBe('changed');
    walk.do(yes(walk, 'always'));
    expect(open(walk).settled).toMatchObject({ as: 'granted', reach: 'always' });
    expect(decide(walk.state, yes(walk, 'run')).refusal?.code).toBe('already-settled');
    const deletes = asked('rm -r cache');
    expect(decide(deletes.state, yes(deletes, 'run')).refusal?.code).toBe('changed');
    expect(decide(deletes.state, yes(deletes, 'always')).refusal?.code).toBe('changed');
    const build = Walk.begin().toFirstQuestion();
    expect(decide(build.state, { ...yes(build, 'run', open(build).digest), approvalId: 1 } as Command).refusal?.code).toBe('changed');
  });

  it('has its buttons where it is offered, and the rule stands in the question', () => {
    expect(buttons(asked())).toEqual(['approve', 'allow-run', 'allow-always', 'edit', 'reject', 'show']);
    expect(shown(asked())).toContain('python train.py --epochs <number>');
    expect(buttons(asked('rm -r cache'))).toEqual(['approve', 'edit', 'reject', 'show']);
    expect(shown(asked('rm -r cache'))).toContain('It can be allowed once only');
    expect(buttons(asked('python train.py | head'))).toEqual(['approve', 'allow-run', 'edit', 'reject', 'show']);
    const secret = asked('python train.py --token sk-ant-abcdefghijklmnopqrstuvwxyz');
    expect(buttons(secret)).toEqual(['approve', 'allow-run', 'reject', 'show']);
    expect(shown(secret)).not.toContain('abcdefghijklmnopqrstuvwxyz');
  });
});

describe('a change', () => {
  const edited = (command = `${LINE} --lr 1`): Walk => {
    const walk = asked();
    return walk.do(change(walk, command));
  };

  it('settles the question, wakes the agent, and runs nothing before it is judged', () => {
    const walk = edited();
    expect(open(walk).settled).toMatchObject({ as: 'edited', by: ada, command: `${LINE} --lr 1` });
    expect(call(walk)).toMatchObject({ status: 'edited', approval: 2 });
    expect(listEffects(walk.state).map((effect) => effect.kind)).toEqual(['run-agent']);
    expect(shown(walk)).toContain('Changed to: ');
    expect(decide(walk.state, change(walk, 'ls')).refusal?.code).toBe('already-settled');
  });

  it('that may do no more becomes an approved question with a digest of its own', () => {
    const walk = hold(edited(), makeAction(`${LINE} --lr 1`), { of: 2, approved: true });
    expect(walk.state.approvals[2]).toMatchObject({ id: 3, settled: { as: 'granted', by: ada, editOf: 2 } });
    expect(walk.state.approvals[2]?.digest).not.toBe(walk.state.approvals[1]?.digest);
    expect(call(walk)).toMatchObject({ status: 'allowed', approval: 3 });
    expect(shown(walk, 3)).toContain('By the change of question 2.');
  });

  it('that may do more is asked about again', () => {
    const walk = hold(edited(), makeAction(`${LINE} --lr 1`), { of: 2, approved: false });
    expect(open(walk)).toMatchObject({ id: 3, settled: null });
    expect(call(walk)).toMatchObject({ status: 'held', approval: 3 });
  });

  it('approves no other line, place or question than the one that was typed', () => {
    const walk = edited();
    const typed = makeAction(`${LINE} --lr 1`);
    const approved = { of: 2, approved: true };
    expect(() => hold(walk, makeAction(LINE), approved)).toThrow('no longer needs');
    expect(() => hold(walk, { ...typed, folder: '/' }, approved)).toThrow('no longer needs');
    expect(() => hold(walk, typed, { of: 1, approved: true })).toThrow('no longer needs');
    const granted = hold(walk, typed, approved);
    expect(() => hold(granted, typed, approved)).toThrow('no longer needs');
  });

  it('is bound to the digest, and is for commands alone', () => {
    const walk = asked();
    expect(decide(walk.state, change(walk, 'ls', 'another')).refusal?.code).toBe('changed');
    const build = Walk.begin().toFirstQuestion();
    expect(decide(build.state, { ...change(build, 'ls'), approvalId: 1 } as Command).refusal?.code).toBe('changed');
  });
});

describe('a question that nobody answers', () => {
  it('counts as a no after a day, not before, and can be answered no more', () => {
    const walk = asked();
    const { requestedAt } = open(walk);
    const effect = listEffects(walk.state)[0];
    expect(effect).toMatchObject({ kind: 'expire-question', notBefore: requestedAt + DAY_MS });
    const expire = (at: number): Command => ({
      id: `e${at}`,
      at,
      kind: 'result',
      effectId: effect?.id ?? '',
      output: { kind: 'question-expired' },
    });
    expect(decide(walk.state, expire(requestedAt + DAY_MS - 1)).refusal?.code).toBe('stale');
    expect(decide(walk.state, { ...yes(walk, 'run'), at: requestedAt + DAY_MS }).refusal?.code).toBe('expired');
    expect(decide(walk.state, { ...yes(walk, 'run'), at: requestedAt + DAY_MS - 1 }).refusal).toBeUndefined();
    walk.do(expire(requestedAt + DAY_MS));
    expect(open(walk).settled).toMatchObject({ as: 'expired', reason: 'nobody answered' });
    expect(call(walk)?.result).toEqual({ text: expect.stringContaining('nobody answered'), failed: true });
    expect(listEffects(walk.state).map((item) => item.kind)).toEqual(['run-agent']);
    expect(shown(walk)).toContain('Nobody answered');
    expect(decide(walk.state, yes(walk, 'run')).refusal?.code).toBe('already-settled');
  });

  it('waits for ever where it is not about a command', () => {
    const build = Walk.begin().toFirstQuestion();
    expect(listEffects(build.state)).toEqual([]);
    const late = { ...build.next(), kind: 'approve', by: ada, via: 'button', approvalId: 1, digest: null } as const;
    expect(decide(build.state, { ...late, at: late.at + 30 * DAY_MS }).refusal).toBeUndefined();
  });
});
