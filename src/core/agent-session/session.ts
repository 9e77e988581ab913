/** How a session of the agent moves. Pure: what was said and done is folded, and what comes next follows from that alone. */
import { addUsage, findReachedLimit } from './limits.ts';
import type { AgentFact, AgentSession, Call, FactOf, Usage } from './schema.ts';

/** The session after its first fact. */
export function openSession(id: string, fact: FactOf<'started'>, at = 0): AgentSession {
  const { skill, tier, task, limits, by = null, aside = false, handsOver = false } = fact;
  return {
    id,
    skill,
    tier,
    task,
    limits,
    by,
    aside,
    handsOver,
    startedAt: at,
    escalations: [],
    status: 'working',
    round: 1,
    turns: [],
    calls: [],
    heard: [],
    compacted: null,
    spent: { usage: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 }, dollars: 0, seconds: 0 },
    waitsFor: null,
    delay: null,
    end: null,
  };
}

/** The session after one more fact; never changes its input. */
export function foldFact(session: AgentSession, fact: Exclude<AgentFact, { kind: 'started' }>, at: number): AgentSession {
  switch (fact.kind) {
    case 'turned':
      return foldTurn(session, fact, at);
    case 'tool-began':
      return changeCall(session, fact.call, { status: 'begun', ...(fact.because === undefined ? {} : { because: fact.because }) });
    case 'tool-ended': {
      const { text, failed, malformed } = fact;
      const result = malformed === true ? { text, failed, malformed } : { text, failed };
      const done = changeCall(session, fact.call, { status: 'done', result });
      return spend(done, { seconds: fact.seconds });
    }
    case 'asked':
      return { ...changeCall(session, fact.call, { status: 'asked' }), status: 'waiting', waitsFor: fact.question };
    case 'held': {
      const held = changeCall(session, fact.call, { status: 'held', approval: fact.approval });
      return { ...held, status: 'waiting', waitsFor: `approval:${fact.approval}` };
    }
    case 'allowed':
      return wake(changeCall(session, fact.call, { status: 'allowed' }));
    case 'edited':
      return wake(changeCall(session, fact.call, { status: 'edited' }));
    case 'denied':
      return wake(changeCall(session, fact.call, { status: 'done', result: { text: describeDenial(fact), failed: true } }));
    case 'told':
      return hear(session, fact);
    case 'reached-limit':
      return { ...session, status: 'waiting', waitsFor: `limit:${fact.limit}` };
    case 'extended':
      return wake({ ...session, limits: fact.limits });
    case 'compacted':
      return { ...session, compacted: { before: fact.before, summary: fact.summary, decidedAt: session.turns.length } };
    case 'delayed':
      return { ...session, delay: fact.why };
    case 'escalated':
      return { ...session, tier: fact.tier, escalations: [...session.escalations, { turn: session.turns.length, why: fact.why }] };
    case 'ended':
      return { ...session, status: 'ended', waitsFor: null, end: { as: fact.as, report: fact.report, proposal: fact.proposal } };
    case 'adopted':
      return session.end === null ? session : { ...session, end: { ...session.end, adoptedBy: fact.by } };
  }
}

/** Whether a fact can follow now; facts of a worker that was overtaken by another cannot. */
export function fits(session: AgentSession, fact: AgentFact): boolean {
  switch (fact.kind) {
    case 'started':
      return false;
    case 'told':
      return session.status !== 'ended';
    case 'extended':
      return session.waitsFor?.startsWith('limit:') === true;
    case 'ended':
      return session.status !== 'ended';
    case 'adopted':
      return session.aside && session.end?.proposal != null && session.end.adoptedBy === undefined;
    case 'turned':
      return session.status === 'working' && fact.turn === session.turns.length && findOpenCall(session) === undefined;
    case 'allowed':
    case 'edited':
    case 'denied':
      return session.calls.some((call) => call.id === fact.call && call.status === 'held');
    case 'tool-began':
    case 'asked':
    case 'held':
      return session.status === 'working' && findOpenCall(session)?.id === fact.call;
    case 'tool-ended':
      return session.status === 'working' && session.calls.some((call) => call.id === fact.call && call.status !== 'done');
    case 'compacted':
      return session.status === 'working' && fact.before > (session.compacted?.before ?? 0) && fact.before <= session.turns.length;
    case 'delayed':
      return session.status === 'working' && session.delay !== fact.why;
    case 'reached-limit':
    case 'escalated':
      return session.status === 'working';
  }
}

export type Move =
  | { readonly kind: 'turn' }
  | { readonly kind: 'tool'; readonly call: Call }
  | { readonly kind: 'limit'; readonly limit: FactOf<'reached-limit'>['limit'] }
  /** The model said its last word without using a tool for it. */
  | { readonly kind: 'finish'; readonly report: string }
  | { readonly kind: 'wait' };

/** What has to be done next. */
export function chooseMove(session: AgentSession): Move {
  if (session.status !== 'working') return { kind: 'wait' };
  const call = findOpenCall(session);
  if (call !== undefined) return { kind: 'tool', call };
  const last = session.turns.at(-1);
  const unheard = (last?.heard ?? 0) < session.heard.length;
  const answered = last !== undefined && session.calls.some((item) => item.turn === session.turns.length - 1);
  const isHandedOn = session.escalations.some(({ turn }) => turn === session.turns.length);
  if (last !== undefined && !answered && !unheard && !isHandedOn && last.stopReason !== 'max_tokens') {
    return { kind: 'finish', report: readText(last.content) };
  }
  const limit = findReachedLimit(session);
  return limit === null ? { kind: 'turn' } : { kind: 'limit', limit };
}

/** The first tool call that has no result yet. */
export function findOpenCall(session: AgentSession): Call | undefined {
  return session.calls.find((call) => call.status !== 'done');
}

/** The text of an answer, without thoughts and tool calls. */
export function readText(content: AgentSession['turns'][number]['content']): string {
  return content
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
    .trim();
}

function foldTurn(session: AgentSession, fact: FactOf<'turned'>, at: number): AgentSession {
  const { turn, model, content, stopReason, heard, usage } = fact;
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  const calls = content.flatMap((block): Call[] =>
    block.type === 'tool_use'
      ? [{ id: block.id, name: block.name, input: block.input, turn, status: 'open', approval: null, result: null }]
      : [],
  );
  const next = {
    ...session,
    delay: null,
    turns: [...session.turns, { model, content, stopReason, heard, prompt, at }],
    calls: [...session.calls, ...calls],
  };
  return spend(next, { usage: fact.usage, dollars: fact.dollars, seconds: fact.seconds });
}

function hear(session: AgentSession, fact: FactOf<'told'>): AgentSession {
  const asked = session.calls.find((call) => call.status === 'asked');
  if (asked !== undefined) {
    const answered = changeCall(session, asked.id, { status: 'done', result: { text: fact.text, failed: false } });
    return wake(answered);
  }
  return { ...session, heard: [...session.heard, { by: fact.by, text: fact.text }] };
}

function wake(session: AgentSession): AgentSession {
  return { ...session, status: 'working', waitsFor: null, round: session.round + 1 };
}

function describeDenial({ by, reason }: FactOf<'denied'>): string {
  if (by === '') return `Nobody allowed this: ${reason}. Find a way without it, or give up honestly.`;
  return `${by} did not allow this${reason === '' ? '' : `: ${reason}`}. Do not try the same thing in another way; find another one, or ask.`;
}

function changeCall(session: AgentSession, id: string, change: Partial<Call>): AgentSession {
  return { ...session, calls: session.calls.map((call) => (call.id === id ? { ...call, ...change } : call)) };
}

function spend(session: AgentSession, more: { usage?: Usage; dollars?: number; seconds: number }): AgentSession {
  const { usage, dollars, seconds } = session.spent;
  return {
    ...session,
    spent: {
      usage: more.usage === undefined ? usage : addUsage(usage, more.usage),
      dollars: dollars + (more.dollars ?? 0),
      seconds: seconds + more.seconds,
    },
  };
}
