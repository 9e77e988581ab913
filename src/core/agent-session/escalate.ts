/** When a session goes on with the strong model. Pure. */
import type { AgentSession, FactOf, Tier } from './schema.ts';
import { chooseMove } from './session.ts';

/** Calls in a row that do not fit their tools. */
const MOST_MALFORMED = 2;

/** The fact that the strong model takes over from the fast one, or null: after calls that did not fit, or where an end is no end. */
export function findEscalation(session: AgentSession, tier: Tier): FactOf<'escalated'> | null {
  if (tier === 'strong' || session.status !== 'working') return null;
  const move = chooseMove(session);
  const why = move.kind === 'finish' ? judgeFinish(session, move.report) : move.kind === 'turn' ? judgeCalls(session) : null;
  return why === null ? null : { kind: 'escalated', tier: 'strong', why };
}

function judgeFinish({ handsOver, aside }: AgentSession, report: string): string | null {
  if (handsOver) return 'it stopped without handing over a change or a report';
  return aside && report === '' ? 'it stopped without a word' : null;
}

function judgeCalls({ calls }: AgentSession): string | null {
  const last = calls.slice(-MOST_MALFORMED);
  const isLost = last.length === MOST_MALFORMED && last.every((call) => call.result?.malformed === true);
  return isLost ? `${MOST_MALFORMED} calls in a row did not fit their tools` : null;
}
