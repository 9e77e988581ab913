import { planCompaction } from '../core/agent-session/compact.ts';
import { cutOutput } from '../core/agent-session/cut-output.ts';
import { findEscalation } from '../core/agent-session/escalate.ts';
import { priceCall } from '../core/agent-session/prices.ts';
import { writeRequest, type Stage } from '../core/agent-session/request.ts';
import type { AgentFact, AgentSession, Call, Tier } from '../core/agent-session/schema.ts';
import { chooseMove } from '../core/agent-session/session.ts';
import type { Effort, Model } from '../ports.ts';
import { useTool, type Tool, type ToolContext, type ToolResult } from './tool.ts';

const MAX_TOKENS = 16_000;

/** What a session needs of the world. */
export interface LoopPorts {
  /** Puts facts into the journal and returns the session after them, with whatever people said meanwhile; null when they no longer fit,
   *  because another worker has taken over or the run is over. */
  readonly record: (facts: readonly AgentFact[]) => Promise<AgentSession | null>;
  readonly model: Model;
  readonly models: Readonly<Record<Tier, string>>;
  /** The model of a session that names none. */
  readonly tier: Tier;
  readonly effort: Effort;
  readonly stage: Stage;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly context: ToolContext;
  /** A call of something that is not a tool of the machine: what becomes of it, null when it waits for a person now, undefined when there is
   *  no such thing. */
  readonly act: (session: AgentSession, call: Call) => Promise<readonly AgentFact[] | null | undefined>;
  /** Takes secrets out of what a tool says, before anybody sees it. */
  readonly redact: (text: string) => string;
  /** Milliseconds, for durations only. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Works on a session until it waits, ends, or another worker has taken over. Every answer of the model and every result is in the journal
 * before the next thing begins, so that whoever begins anew after a crash pays for no answer and does no deed twice.
 */
export async function workOn(session: AgentSession, ports: LoopPorts): Promise<void> {
  let current: AgentSession | null = session;
  while (current !== null) {
    ports.signal.throwIfAborted();
    const facts = await makeMove(current, ports);
    if (facts === null) return;
    current = await ports.record(facts);
  }
}

async function makeMove(session: AgentSession, ports: LoopPorts): Promise<readonly AgentFact[] | null> {
  const escalated = findEscalation(session, session.tier ?? ports.tier);
  if (escalated !== null) return [escalated];
  const move = chooseMove(session);
  switch (move.kind) {
    case 'wait':
      return null;
    case 'limit':
      return [{ kind: 'reached-limit', limit: move.limit }];
    case 'finish':
      return [{ kind: 'ended', as: 'answered', report: move.report, proposal: null }];
    case 'tool':
      return doCall(session, move.call, ports);
    case 'turn': {
      const compacted = planCompaction(session);
      return [compacted ?? (await askModel(session, ports))];
    }
  }
}

async function askModel(session: AgentSession, ports: LoopPorts): Promise<AgentFact> {
  const model = ports.models[session.tier ?? ports.tier];
  const startedAt = ports.now();
  const answer = await ports.model.ask(writeRequest(ports.stage, session, model), {
    model,
    maxTokens: MAX_TOKENS,
    effort: ports.effort,
    signal: ports.signal,
  });
  if (answer.stopReason === 'refusal') {
    return { kind: 'ended', as: 'gave-up', report: 'The model refused to work on this.', proposal: null };
  }
  return {
    kind: 'turned',
    turn: session.turns.length,
    heard: session.heard.length,
    model,
    content: [...answer.content],
    stopReason: answer.stopReason,
    usage: answer.usage,
    dollars: priceCall(model, answer.usage),
    seconds: (ports.now() - startedAt) / 1000,
  };
}

async function doCall(session: AgentSession, call: Call, ports: LoopPorts): Promise<readonly AgentFact[] | null> {
  const tool = ports.tools.get(call.name);
  if (tool === undefined) {
    const facts = await ports.act(session, call);
    if (facts !== undefined) return facts;
    return [endCall(call, { text: `There is no tool ${call.name}.`, failed: true, malformed: true }, 0, ports)];
  }
  // Tools read, or write what may be written twice: one that a crash cut off is used again.
  const startedAt = ports.now();
  const result = await useTool(tool, ports.context, call.input);
  return [endCall(call, result, (ports.now() - startedAt) / 1000, ports)];
}

/** The fact that a call is over. Its output is cut to what a model needs to see, holds no secret, and is marked as data. */
export function endCall(call: Call, result: ToolResult, seconds: number, ports: Pick<LoopPorts, 'redact'>): AgentFact {
  const text = markAsData(call.name, cutOutput(ports.redact(result.text), 'ask for less, or for a part'));
  const malformed = result.malformed === true ? { malformed: true } : {};
  return { kind: 'tool-ended', call: call.id, text, failed: result.failed ?? false, ...malformed, seconds };
}

/** What was read is data, whatever it says; the rules tell the model so. Nothing in it can end the mark. */
function markAsData(source: string, text: string): string {
  return `<data from="${source.replace(/[^\w-]/g, '')}">\n${text.replaceAll('</data', '<\\/data')}\n</data>`;
}
