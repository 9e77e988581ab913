import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/core/agent-session/limits.ts';
import type { AgentFact, Proposal } from '../../../src/core/agent-session/schema.ts';
import { decide } from '../../../src/core/run/decide.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import { RunState, findSession } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { digestOf } from '../../../src/runs/digest.ts';
import { ada, makeFailure, makeRequest, Walk } from './builders.ts';

const UNKNOWN = { class: 'assertion_or_user_bug', title: 'KeyError: 7', remedy: null, route: 'code' } as const;
const REMEDY: Proposal = {
  change: { kind: 'remedy', remedy: { kind: 'set-argument', argument: '--workers', value: '0' } },
  reasoning: 'The loader dies.',
};
const DIFF: Proposal = {
  change: { kind: 'diff', diff: '--- a/train.py\n+++ b/train.py\n@@ -1 +1 @@\n-x = 7\n+x = 8\n' },
  reasoning: 'Seven is not in the table.\nEight is.',
};

/** A run with a model behind it whose sample has failed in a way that no rule mends. */
function failed(assistant = true): Walk {
  const walk = new Walk();
  walk.do({ ...makeRequest(), assistant });
  walk.toFirstQuestion().approve().work();
  return walk.fail(makeFailure(UNKNOWN));
}

function say(walk: Walk, ...facts: AgentFact[]): Walk {
  return walk.do({ ...walk.next(), kind: 'agent', session: findSession(walk.state)?.id ?? 'none', facts });
}

const turn = (walk: Walk, name: string, input: Record<string, unknown> = {}): AgentFact => {
  const turns = findSession(walk.state)?.turns.length ?? 0;
  return {
    kind: 'turned',
    turn: turns,
    heard: 0,
    model: 'claude-haiku-5-5',
    content: [
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: `t${turns}`, name, input },
    ],
    stopReason: 'tool_use',
    usage: { input: 1, cacheRead: 0, cacheWrite: 0, output: 1 },
    dollars: 0.01,
    seconds: 1,
  };
};
const end = (proposal: Proposal | null, report = 'no idea'): AgentFact => ({
  kind: 'ended',
  as: proposal === null ? 'gave-up' : 'proposed',
  report,
  proposal,
});

describe('the agent in a run', () => {
  it('comes in where rules know no way out, and only where there is a model', () => {
    const walk = failed();
    expect(walk.state.verdict).toBeNull();
    expect(listEffects(walk.state)).toEqual([{ id: `${walk.state.id}.run-agent.a1.1`, runId: walk.state.id, kind: 'run-agent' }]);
    expect(findSession(walk.state)?.task).toContain('KeyError: 7');
    expect(failed(false).state.verdict?.as).toBe('NOT READY');
    expect(RunState.parse(structuredClone(walk.state))).toEqual(walk.state);
  });

  it.each(['host.unreachable', 'git.failed', 'scheduler_rejected'])('has no say in %s', (name) => {
    const walk = new Walk();
    walk.do({ ...makeRequest(), assistant: true });
    walk
      .toFirstQuestion()
      .approve()
      .work()
      .fail(makeFailure({ ...UNKNOWN, class: name }));
    expect(walk.state.verdict?.as).toBe('NOT READY');
  });

  it('its change is planned anew and asked for before anything runs', () => {
    const walk = say(failed(), end(REMEDY));
    expect(walk.state.adjustment.arguments).toEqual({ '--workers': '0' });
    expect(listEffects(walk.state).map((effect) => effect.kind)).toEqual(['plan-sample']);
    walk.work();
    expect(walk.state.approvals.at(-1)).toMatchObject({ settled: null, action: { kind: 'submit-job' } });
    // The question that was answered before goes on showing what was allowed then.
    const shown = viewRun(walk.state).map((slot) => JSON.stringify(slot.parts));
    expect(shown.filter((text) => text.includes('train.py --max-iters 20 --workers 0'))).toHaveLength(1);
    const patched = say(failed(), end(DIFF)).state;
    expect(patched.adjustment.patches).toMatchObject([{ why: 'change train.py: Seven is not in the table' }]);
  });

  it('never tries the same change twice, and gives up honestly', () => {
    const walk = say(failed(), end(DIFF));
    walk.fail(makeFailure(UNKNOWN));
    expect(findSession(walk.state)).toMatchObject({ id: 'a2', tier: 'strong' });
    say(walk, end(DIFF));
    expect(walk.state.verdict).toMatchObject({ as: 'NOT READY' });
    const gaveUp = say(failed(), end(null, 'the data is not public')).state.verdict;
    expect(gaveUp?.reason).toContain('the data is not public');
  });

  it('asks for a command, runs it only after a yes, and hears a no', () => {
    const ask = (): Walk => {
      const walk = say(failed(), turn(failed(), 'run', { command: 'rm -r cache' }));
      const action = {
        kind: 'run-command' as const,
        site: 'local',
        folder: '/work',
        command: 'rm -r cache',
        why: 'stale',
        effects: ['deletes files'],
      };
      const question = { title: 'Run a command on local', action, digest: digestOf(action) };
      return walk.do({ ...walk.next(), kind: 'agent-hold', session: 'a1', call: 't0', question });
    };
    const waiting = ask();
    expect(listEffects(waiting.state)).toEqual([]);
    expect(JSON.stringify(viewRun(waiting.state))).toContain('rm -r cache');
    const allowed = ask().approve();
    expect(findSession(allowed.state)?.calls[0]).toMatchObject({ status: 'allowed', approval: allowed.state.approvals.length });
    expect(listEffects(allowed.state)[0]?.id).toMatch(/a1\.2$/);
    const denied = ask();
    denied.do({ ...denied.next(), kind: 'reject', by: ada, via: 'button', approvalId: null, reason: 'it is shared' });
    expect(denied.state.verdict).toBeNull();
    expect(findSession(denied.state)?.calls[0]?.result?.text).toContain('it is shared');
  });

  it('hears what people write, and goes on past a limit only when somebody says so', () => {
    const walk = failed();
    walk.do({ ...walk.next(), kind: 'note', by: ada, text: 'look at the loader, token=sk-ant-abcdefghijklmnopqrstuvwxyz', ts: '1' });
    expect(findSession(walk.state)?.heard[0]?.text).toBe('look at the loader, token=[API key]');
    say(walk, { kind: 'reached-limit', limit: 'dollars' });
    expect(listEffects(walk.state)).toEqual([]);
    walk.approve();
    expect(findSession(walk.state)?.limits.dollars).toBe(2 * DEFAULT_LIMITS.dollars);
    expect(listEffects(walk.state)).toHaveLength(1);
  });

  it('facts of a worker that was overtaken, of a cancelled run, or of a session that is over change nothing', () => {
    const walk = failed();
    const late = turn(walk, 'read');
    say(walk, late);
    const command = { id: 'late', at: 9e12, kind: 'agent' as const, session: 'a1', facts: [late] };
    expect(decide(walk.state, command).refusal?.code).toBe('stale');
    expect(decide(walk.state, { ...command, session: 'a9' }).refusal?.code).toBe('stale');
    walk.do({ ...walk.next(), kind: 'cancel', by: ada, reason: '' });
    expect(walk.state.verdict?.as).toBe('CANCELLED');
    expect(decide(walk.state, { ...command, facts: [end(REMEDY)] }).refusal?.code).toBe('stale');
    walk.do({ ...walk.next(), kind: 'resume', by: ada });
    expect(listEffects(walk.state).map((effect) => effect.kind)).toEqual(['plan-sample']);
  });

  it('is told in one message, which says that a model speaks and what it cost', () => {
    const walk = say(failed(), turn(failed(), 'read', { path: 'train.py' }));
    const text = JSON.stringify(viewRun(walk.state).find((slot) => slot.name === 'agent:1'));
    expect(text).toContain('said by a model, not by rules · claude-haiku-5-5 · 1 answer · 1 tool call · 2 tokens · $0.010');
    expect(text).toContain('read train.py');
  });
});
