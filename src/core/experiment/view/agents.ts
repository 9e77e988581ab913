import { addUsage, sumTokens } from '../../agent-session/limits.ts';
import type { AgentSession } from '../../agent-session/schema.ts';
import { formatCount, formatNumber } from '../../run/format.ts';
import type { Line, Slot, StepMark } from '../../run/slots.ts';
import type { RunState } from '../../run/state.ts';
import { describeMarks, describeState } from '../../run/view/agent.ts';

/** One message an attempt for all its agents: what each handed over, what the one at work is at or waits for, and what they cost. */
export function viewStageAgents(state: RunState): { slot: Slot; at: number }[] {
  const places = new Map<string, AgentSession[]>();
  for (const session of state.agents) {
    if (session.place === undefined) continue;
    const key = `${session.place.part}:${session.place.attempt}`;
    places.set(key, [...(places.get(key) ?? []), session]);
  }
  return [...places].map(([key, sessions]) => ({ slot: viewTeam(state, key, sessions), at: findStart(state, sessions) }));
}

function findStart({ experiment, updatedAt }: RunState, [first]: readonly AgentSession[]): number {
  const part = experiment?.parts.find(({ name }) => name === first?.place?.part);
  return (part?.attempts.find(({ number }) => number === first?.place?.attempt)?.startedAt ?? updatedAt) + 1;
}

function viewTeam(state: RunState, key: string, sessions: readonly AgentSession[]): Slot {
  const now = sessions.find(({ status }) => status !== 'ended');
  const asks = now?.status === 'waiting';
  const title = `Agents: ${key.replace(':', ', attempt ')}`;
  const told = sessions.map(({ end }) => end?.report ?? '').join('\n');
  return {
    name: `agents:${key}`,
    place: 'reply',
    mention: asks ? [state.request.by] : [],
    summary: `${title}. ${describeHeadline(sessions, now)}`,
    parts: [
      { kind: 'heading', text: title },
      { kind: 'steps', items: sessions.map((one) => ({ label: nameStage(one), mark: markSession(one), detail: describeEnd(one) })) },
      ...(now === undefined ? [] : describeState(now)),
      ...describeMarks(told),
      { kind: 'quiet', lines: [describeBill(sessions)] },
    ],
    files: [],
  };
}

function nameStage({ place }: AgentSession): string {
  return (place?.stage ?? '').replaceAll('_', ' ');
}

function describeHeadline(sessions: readonly AgentSession[], now: AgentSession | undefined): string {
  if (now !== undefined) return now.status === 'waiting' ? `${nameStage(now)} waits for an answer.` : `${nameStage(now)} is at work.`;
  return sessions.at(-1)?.end?.as === 'handed-over' ? 'All have handed over.' : 'One handed nothing over.';
}

function markSession({ status, end }: AgentSession): StepMark {
  if (end !== null) return end.as === 'handed-over' ? 'done' : 'failed';
  return status === 'waiting' ? 'waiting' : 'running';
}

function describeEnd({ end }: AgentSession): string {
  return (end?.report ?? '').replaceAll('\n', ' ').slice(0, 300);
}

/** Who speaks, and what it has cost so far. */
function describeBill(sessions: readonly AgentSession[]): Line {
  const models = [...new Set(sessions.flatMap(({ turns }) => turns.map(({ model }) => model)))].join(', ');
  const usage = sessions.map(({ spent }) => spent.usage).reduce(addUsage);
  const count = (pick: (session: AgentSession) => number): number => sessions.reduce((sum, session) => sum + pick(session), 0);
  const parts = [
    models === '' ? 'a model' : models,
    formatCount(
      count(({ turns }) => turns.length),
      'answer',
    ),
    formatCount(
      count(({ calls }) => calls.length),
      'tool call',
    ),
    `${formatNumber(sumTokens(usage))} tokens`,
    `$${count(({ spent }) => spent.dollars).toFixed(3)}`,
  ];
  return `said by a model, not by rules; gates are computed · ${parts.join(' · ')}`;
}
