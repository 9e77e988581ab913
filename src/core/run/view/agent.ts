import { UNCONFIRMED } from '../../agent-session/audit.ts';
import { sumTokens } from '../../agent-session/limits.ts';
import type { AgentSession } from '../../agent-session/schema.ts';
import { readText } from '../../agent-session/session.ts';
import { canReplan } from '../beside.ts';
import { formatCount, formatNumber } from '../format.ts';
import type { Line, Part, Slot } from '../slots.ts';
import type { RunState } from '../state.ts';

/** One message per session of the agent, but for those that work on a stage of an experiment: what it is at, what it asks, what came of it,
 *  and what that cost. */
export function viewAgents(state: RunState): { slot: Slot; at: number }[] {
  return state.agents.flatMap((session, index) => {
    if (session.place !== undefined) return [];
    const asks = session.status === 'waiting' && session.waitsFor?.startsWith('approval:') !== true;
    const slot: Slot = {
      name: `agent:${index + 1}`,
      place: 'reply',
      mention: asks ? [session.by ?? state.request.by] : [],
      summary: describeHeadline(session),
      parts: [
        { kind: 'heading', text: `Agent: ${session.skill}` },
        ...describeCaller(session),
        ...describeState(session),
        ...describeEscalation(session),
        ...describeSuggestions(session),
        ...offerAdoption(state, session),
        { kind: 'quiet', lines: [describeBill(session)] },
      ],
      files: [],
    };
    // After what it is about.
    return [{ slot, at: (session.startedAt || state.updatedAt) + 1 }];
  });
}

function describeHeadline({ end, status, aside }: AgentSession): string {
  if (end?.as === 'proposed') return 'The agent proposes a change.';
  if (end?.as === 'stopped') return 'The agent was stopped.';
  if (end !== null) return aside ? 'The agent has answered.' : 'The agent has ended without a change.';
  if (status === 'waiting') return 'The agent waits for an answer.';
  return aside ? 'The agent works beside the run.' : 'The agent is looking for the cause.';
}

function describeCaller({ by, aside, end }: AgentSession): Part[] {
  if (!aside) return [];
  const who: Line = by === null ? 'Called by the run, which goes on meanwhile.' : [{ text: 'Asked for by ' }, { text: by, user: by }];
  return [
    { kind: 'quiet', lines: [who, ...(end === null ? ['Reply to tell it something; “stop” ends it and leaves the run alone.'] : [])] },
  ];
}

function describeEscalation({ escalations }: AgentSession): Part[] {
  const lines = escalations.map(({ why }) => `The strong model went on from here: ${why}.`);
  return lines.length === 0 ? [] : [{ kind: 'quiet', lines }];
}

/** Rules that it would keep; a person decides. */
function describeSuggestions({ calls }: AgentSession): Part[] {
  const rules = calls.flatMap((call) => (call.name === 'remember' && call.result?.failed === false ? [String(call.input['rule'])] : []));
  if (rules.length === 0) return [];
  return [
    { kind: 'text', lines: ['It suggests to remember, and nothing is kept until somebody types it:'] },
    { kind: 'code', text: rules.map((rule) => `/hpc remember ${rule.replace(/\s+/g, ' ')}`).join('\n') },
  ];
}

/** A change of a session aside is taken by a person, or not at all. */
function offerAdoption(state: RunState, session: AgentSession): Part[] {
  const { aside, end, id } = session;
  if (!aside || end === null || end.proposal === null) return [];
  if (end.adoptedBy !== undefined)
    return [{ kind: 'quiet', lines: [[{ text: 'Taken into the plan by ' }, { text: end.adoptedBy, user: end.adoptedBy }]] }];
  if (!canReplan(state))
    return [{ kind: 'quiet', lines: ['It can be taken when the run asks its next question, or when it has ended without success.'] }];
  const value = JSON.stringify({ run: state.id, session: id });
  return [{ kind: 'buttons', items: [{ action: 'adopt', label: 'Plan with this change', style: 'primary', value }] }];
}

/** What a session is at, waits for, or came to. */
export function describeState(session: AgentSession): Part[] {
  const { end, waitsFor } = session;
  if (end !== null) {
    const told = end.proposal?.reasoning ?? end.report;
    return [{ kind: 'text', lines: cut(told) }, ...describeMarks(told), ...describeChange(session)];
  }
  if (session.status === 'waiting' && waitsFor !== null) return [{ kind: 'text', lines: [describeWaiting(waitsFor)] }];
  if (session.delay !== null) return [{ kind: 'text', lines: [`Nothing moves: ${session.delay}.`] }];
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
  if (change.remedy.kind === 'retry') return [{ kind: 'code', text: 'the same plan once more' }];
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
    models === '' ? 'no answer yet' : models,
    formatCount(session.turns.length, 'answer'),
    formatCount(session.calls.length, 'tool call'),
    `${formatNumber(sumTokens(usage))} tokens`,
    `$${dollars.toFixed(3)}`,
  ];
  return `said by a model, not by rules · ${parts.join(' · ')}`;
}
