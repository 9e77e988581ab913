import { findHold } from '../experiment/move.ts';
import { type Approval, findExpiry, findOpenApproval, findSession, needsLogin, type RunState } from './state.ts';

/** Something that a run waits for a person with. */
export interface Question {
  readonly title: string;
  /** Epoch milliseconds at which it was asked; null where nobody wrote that down. */
  readonly at: number | null;
  /** From when on it counts as a no; null where it waits for as long as it takes. */
  readonly until: number | null;
  /** Who may answer, by the names of the allow-lists. */
  readonly needs: 'viewer' | 'runner' | 'approver';
  /** What answers it, also away from its thread; null where only words in the thread do. */
  readonly answer: { readonly kind: 'approval'; readonly approval: Approval } | { readonly kind: 'login' } | null;
}

const LONGEST = 160;

/** What a run waits for people with: an approval, words for its agent, something that it cannot do itself, a login. Pure. */
export function listQuestions(state: RunState): Question[] {
  if (state.verdict !== null || state.cancel !== null) return [];
  return [...listApprovals(state), ...listAgentQuestions(state), ...listHolds(state), ...listLogins(state)];
}

/** Since when it waits, as far as that is known. */
export function findSince(state: RunState, { at }: Question): number {
  return at ?? state.updatedAt;
}

function listApprovals(state: RunState): Question[] {
  const open = findOpenApproval(state);
  if (open === undefined) return [];
  const answer = { kind: 'approval' as const, approval: open };
  return [{ title: open.title, at: open.requestedAt, until: findExpiry(open), needs: 'approver', answer }];
}

function listAgentQuestions(state: RunState): Question[] {
  const session = findSession(state);
  const waitsFor = session?.status === 'waiting' ? session.waitsFor : null;
  if (waitsFor === null || waitsFor.startsWith('approval:')) return [];
  const at = session?.turns.at(-1)?.at ?? null;
  if (waitsFor.startsWith('limit:'))
    return [{ title: 'May the agent go on past its limit?', at, until: null, needs: 'approver', answer: null }];
  return [{ title: `The agent asks: ${waitsFor.replace(/\s+/g, ' ').slice(0, LONGEST)}`, at, until: null, needs: 'viewer', answer: null }];
}

function listHolds({ experiment }: RunState): Question[] {
  const hold = experiment === null ? undefined : findHold(experiment);
  return hold === undefined ? [] : [{ title: hold.title, at: hold.at, until: null, needs: 'runner', answer: null }];
}

function listLogins(state: RunState): Question[] {
  if (!needsLogin(state)) return [];
  return [{ title: `Log in to ${state.request.site}`, at: null, until: null, needs: 'runner', answer: { kind: 'login' } }];
}
