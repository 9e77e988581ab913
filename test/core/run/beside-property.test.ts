import { expect, it } from 'vitest';
import type { AgentFact } from '../../../src/core/agent-session/schema.ts';
import type { Command } from '../../../src/core/run/commands.ts';
import { decide } from '../../../src/core/run/decide.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import type { CommandAction, RunEvent } from '../../../src/core/run/events.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import { findLastJob, findOpenApproval, findSession, isJobAlive, RunState } from '../../../src/core/run/state.ts';
import { digestOf } from '../../../src/runs/digest.ts';
import fc from '../../support/properties.ts';
import { ada, ended, makeFailure, makeOutput, makeRequest, running } from './builders.ts';

const MOVES = ['work', 'work', 'work', 'fail', 'approve', 'approve', 'ended', 'skill', 'turn', 'hold', 'answer', 'propose', 'adopt'];
const RARE = ['stop-agent', 'cancel', 'resume', 'reject', 'note', 'model-fails', 'running'];
const action: CommandAction = { kind: 'run-command', site: 'local', folder: '/w', command: 'rm x', why: 'w', effects: [] };
const change = { kind: 'remedy' as const, remedy: { kind: 'set-env' as const, name: 'A', value: '1' } };
const usage = { input: 1, cacheRead: 0, cacheWrite: 0, output: 1 };

function makeCommand(state: RunState, move: string, at: number): Command | null {
  const base = { id: `m${at}`, at };
  const session = findSession(state);
  const open = findOpenApproval(state);
  const effects = listEffects(state);
  const step = effects.find((effect) => effect.kind !== 'run-agent' && effect.kind !== 'expire-question');
  const tell = (...facts: AgentFact[]): Command => ({ ...base, kind: 'agent', session: session?.id ?? 'a1', facts });
  switch (move) {
    case 'work': {
      const output = step === undefined ? null : makeOutput(state, step.kind);
      return step === undefined || output === null ? null : { ...base, kind: 'result', effectId: step.id, output };
    }
    case 'fail':
    case 'model-fails': {
      const effect = move === 'fail' ? step : effects.find((one) => one.kind === 'run-agent');
      const failure = makeFailure({ class: move === 'fail' ? 'segfault' : 'model.refused', remedy: null });
      return effect === undefined ? null : { ...base, kind: 'fail', effectId: effect.id, failure };
    }
    case 'ended':
    case 'running': {
      const token = findLastJob(state)?.spec.token ?? '';
      return { ...base, kind: 'observe', token, observation: move === 'ended' ? ended : running, progress: null };
    }
    case 'turn': {
      const content = [{ type: 'tool_use' as const, id: `t${at}`, name: 'run', input: {} }];
      const turn = session?.turns.length ?? 0;
      return tell({ kind: 'turned', turn, heard: 0, model: 'm', content, stopReason: 'tool_use', usage, dollars: 0, seconds: 0 });
    }
    case 'hold': {
      const call = session?.calls.find((one) => one.status === 'open')?.id ?? '';
      return {
        ...base,
        kind: 'agent-hold',
        session: session?.id ?? '',
        call,
        question: { title: 'Run', action, digest: digestOf(action) },
      };
    }
    case 'answer':
      return tell({ kind: 'ended', as: 'answered', report: 'so', proposal: null });
    case 'propose':
      return tell({ kind: 'ended', as: 'proposed', report: 'so', proposal: { change, reasoning: 'so' } });
    case 'adopt':
      return { ...base, kind: 'adopt', by: ada, session: state.agents.at(-1)?.id ?? '' };
    case 'skill':
      return { ...base, kind: 'skill', by: ada, skill: 'navigate-repo', words: '' };
    case 'approve':
      return open === undefined ? null : { ...base, kind: 'approve', by: ada, via: 'button', approvalId: open.id, digest: open.digest };
    case 'reject':
    case 'cancel':
      return move === 'cancel'
        ? { ...base, kind: 'cancel', by: ada, reason: '' }
        : { ...base, kind: 'reject', by: ada, via: 'button', approvalId: open?.id ?? null, reason: '' };
    case 'note':
      return { ...base, kind: 'note', by: ada, text: 'look', ts: null };
    default:
      return move === 'resume' ? { ...base, kind: 'resume', by: ada } : { ...base, kind: 'stop-agent', by: ada };
  }
}

/** What must hold of every state. */
function check(state: RunState): void {
  const open = state.approvals.filter((approval) => approval.settled === null);
  expect(open.length).toBeLessThanOrEqual(1);
  expect(state.agents.filter((agent) => agent.status !== 'ended').length).toBeLessThanOrEqual(1);
  const effects = listEffects(state);
  expect(new Set(effects.map((effect) => effect.id)).size).toBe(effects.length);
  const session = findSession(state);
  // A run that is over does nothing more but what somebody called beside it.
  if (state.verdict !== null) expect(session?.aside ?? true).toBe(true);
  // Something moves, or somebody can move it.
  const waits = open.length > 0 || session?.status === 'waiting' || isJobAlive(findLastJob(state));
  if (state.verdict === null) expect(effects.length > 0 || waits).toBe(true);
  // What runs was approved, whatever a model has proposed meanwhile.
  const submits = effects.some((effect) => effect.kind === 'submit-job');
  const granted = state.approvals.findLast((approval) => approval.action.kind === 'submit-job');
  if (submits && state.cancel === null) expect(granted?.settled?.as).toBe('granted');
}

it('whatever people, models and machines do in whatever order: one question, one session, and nothing stands still', () => {
  let [adopted, withdrawn, beside] = [0, 0, 0];
  const Moves = fc.array(
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...MOVES) }, { weight: 1, arbitrary: fc.constantFrom(...RARE) }),
    {
      maxLength: 60,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(Moves, (moves) => {
      let events: readonly RunEvent[] = decide(null, { ...makeRequest(), assistant: true }).events ?? [];
      for (const [index, move] of moves.entries()) {
        const state = foldEvents(events);
        if (state === null) throw new Error('no run');
        const command = makeCommand(state, move, makeRequest().at + (index + 1) * 1000);
        const more = command === null ? [] : (decide(state, command).events ?? []);
        events = [...events, ...more];
        const next = foldEvents(more, state);
        if (next !== null) check(next);
      }
      const last = foldEvents(events);
      expect(RunState.parse(JSON.parse(JSON.stringify(last)))).toEqual(JSON.parse(JSON.stringify(last)));
      adopted += events.filter((event) => event.type === 'agent.fact' && event.fact.kind === 'adopted').length;
      withdrawn += events.filter((event) => event.type === 'approval.withdrawn').length;
      beside += last?.agents.filter((agent) => agent.aside).length ?? 0;
    }),
    { numRuns: 300 },
  );
  // The stories were worth telling.
  expect(adopted).toBeGreaterThan(10);
  expect(withdrawn).toBeGreaterThan(20);
  expect(beside).toBeGreaterThan(100);
});
