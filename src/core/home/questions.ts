import { findCurrentStep, findExpiry, findLastJob, findOpenApproval, findSession, type RunState } from '../run/state.ts';

/** Something that a run waits for a person with. */
export interface Question {
  readonly title: string;
  /** Epoch milliseconds at which it was asked; null where nobody wrote that down. */
  readonly at: number | null;
  /** From when on it counts as a no; null where it waits for as long as it takes. */
  readonly until: number | null;
  /** Who may answer, by the names of the allow-lists. */
  readonly needs: 'viewer' | 'runner' | 'approver';
}

const LONGEST = 160;

/** What a run waits for people with: an approval, words for its agent, a login. Pure. */
export function listQuestions(state: RunState): Question[] {
  if (state.verdict !== null || state.cancel !== null) return [];
  return [...listApprovals(state), ...listAgentQuestions(state), ...listLogins(state)];
}

function listApprovals(state: RunState): Question[] {
  const open = findOpenApproval(state);
  return open === undefined ? [] : [{ title: open.title, at: open.requestedAt, until: findExpiry(open), needs: 'approver' }];
}

function listAgentQuestions(state: RunState): Question[] {
  const session = findSession(state);
  const waitsFor = session?.status === 'waiting' ? session.waitsFor : null;
  if (waitsFor === null || waitsFor.startsWith('approval:')) return [];
  const at = session?.turns.at(-1)?.at ?? null;
  if (waitsFor.startsWith('limit:')) return [{ title: 'May the agent go on past its limit?', at, until: null, needs: 'approver' }];
  return [{ title: `The agent asks: ${waitsFor.replace(/\s+/g, ' ').slice(0, LONGEST)}`, at, until: null, needs: 'viewer' }];
}

function listLogins(state: RunState): Question[] {
  const observation = findLastJob(state)?.observation;
  const delay = findCurrentStep(state)?.delay ?? null;
  const watched = state.watch?.items.some((item) => item.observation?.kind === 'no-information' && item.observation.needs === 'login');
  const needed = delay?.needs === 'login' || watched === true || (observation?.kind === 'no-information' && observation.needs === 'login');
  return needed ? [{ title: `Log in to ${state.request.site}`, at: null, until: null, needs: 'runner' }] : [];
}
