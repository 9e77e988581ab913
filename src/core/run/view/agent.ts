import { UNCONFIRMED } from '../../agent-session/audit.ts';
import { sumTokens } from '../../agent-session/limits.ts';
import type { AgentSession } from '../../agent-session/schema.ts';
import { readText } from '../../agent-session/session.ts';
import { formatCount, formatNumber } from '../format.ts';
import type { Line, Part, Slot } from '../slots.ts';
import type { RunState } from '../state.ts';

/** One message per session of the agent: what it is at, what it asks, what came of it, and what that cost. */
export function viewAgents(state: RunState): { slot: Slot; at: number }[] {
  return state.agents.map((session, index) => {
    const asks = session.status === 'waiting' && session.waitsFor?.startsWith('approval:') !== true;
    const slot: Slot = {
      name: `agent:${index + 1}`,
      place: 'reply',
      mention: asks ? [state.request.by] : [],
      summary: describeHeadline(session),
      parts: [
        { kind: 'heading', text: `Agent: ${session.skill}` },
        ...describeState(session),
        { kind: 'quiet', lines: [describeBill(session)] },
      ],
      files: [],
    };
    // After the failure that it is about.
    return { slot, at: (session.turns[0]?.at ?? state.failures.at(index)?.at ?? state.updatedAt) + 1 };
  });
}

function describeHeadline(session: AgentSession): string {
  if (session.end !== null) return session.end.as === 'proposed' ? 'The agent proposes a change.' : 'The agent has ended without a change.';
  if (session.status === 'waiting') return 'The agent waits for an answer.';
  return 'The agent is looking for the cause.';
}

/** What a session is at, waits for, or came to. */
export function describeState(session: AgentSession): Part[] {
  const { end, waitsFor } = session;
  if (end !== null) {
    const told = end.proposal?.reasoning ?? end.report;
    return [{ kind: 'text', lines: cut(told) }, ...describeMarks(told), ...describeChange(session)];
  }
  if (session.status === 'waiting' && waitsFor !== null) return [{ kind: 'text', lines: [describeWaiting(waitsFor)] }];
  const last = session.turns.at(-1);
  const said = last === undefined ? '' : readText(last.content);
  const calls = session.calls.slice(-3).map((call): Line => [{ text: describeCall(call), style: 'code' }]);
  return [{ kind: 'text', lines: [...(said === '' ? ['Reading what is known.'] : cut(said)), ...calls] }];
}

/** What the marks of the audit mean, where there are any. */
export function describeMarks(told: string): Part[] {
  const words = `${UNCONFIRMED}: nothing that the agent read or ran shows this, and the run does not know it either.`;
  return told.includes(UNCONFIRMED) ? [{ kind: 'quiet', lines: [words] }] : [];
}

function describeChange({ end }: AgentSession): Part[] {
  const change = end?.proposal?.change;
  if (change === undefined) return [];
  if (change.kind === 'diff') return [{ kind: 'code', text: change.diff.slice(0, 2500) }];
  return [{ kind: 'code', text: JSON.stringify(change.remedy, null, 1) }];
}

function describeWaiting(waitsFor: string): Line {
  if (waitsFor.startsWith('approval:')) return `It waits for the answer to question ${waitsFor.slice('approval:'.length)}.`;
  if (!waitsFor.startsWith('limit:')) return [{ text: 'It asks: ', style: 'bold' }, { text: waitsFor }];
  return `It has reached its limit of ${LIMITS[waitsFor.slice('limit:'.length)] ?? 'what it may use'}. Reply “go on” to give it as much again, or “stop”.`;
}

const LIMITS: Readonly<Record<string, string>> = {
  turns: 'answers',
  toolCalls: 'tool calls',
  tokens: 'tokens',
  dollars: 'money',
  seconds: 'time',
  repeats: 'times that one call may have the same answer',
};

function describeCall(call: AgentSession['calls'][number]): string {
  const input = Object.values(call.input).find((value) => typeof value === 'string');
  const what = `${call.name} ${typeof input === 'string' ? input : ''}`.replace(/\s+/g, ' ').trim().slice(0, 120);
  return call.because === undefined ? what : `${what} (allowed by ${call.because})`;
}

function cut(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length <= 12 ? lines : [...lines.slice(0, 12), `… and ${formatCount(lines.length - 12, 'more line')}`];
}

/** Who speaks, and what it has cost so far. */
function describeBill(session: AgentSession): string {
  const models = [...new Set(session.turns.map((turn) => turn.model))].join(', ');
  const { usage, dollars } = session.spent;
  const parts = [
    models === '' ? `the ${session.tier} model` : models,
    formatCount(session.turns.length, 'answer'),
    formatCount(session.calls.length, 'tool call'),
    `${formatNumber(sumTokens(usage))} tokens`,
    `$${dollars.toFixed(3)}`,
  ];
  return `said by a model, not by rules · ${parts.join(' · ')}`;
}
