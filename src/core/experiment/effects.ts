/** Work that a loop calls for now; a function of its state, as all effects are. */
import type { Effect, EffectKind } from '../run/effects.ts';
import { findOpenApproval, findSession, type RunState } from '../run/state.ts';
import { bringsData, findMadeScript } from './files.ts';
import { findHold, findPlace, findSubmissionNow, type Place } from './move.ts';
import type { ExperimentState, Submission } from './schema.ts';

export function listLoopEffects(state: RunState, exp: ExperimentState): Effect[] {
  if (state.verdict !== null || state.cancel !== null) return [];
  const make = (kind: EffectKind): Effect[] => [{ id: `${state.id}.${kind}.${exp.turn}`, runId: state.id, kind }];
  if (exp.project === null || exp.reopening !== null) return make('loop-open');
  if (exp.paused !== null || findOpenApproval(state) !== undefined || findHold(exp) !== undefined) return [];
  const session = findSession(state);
  const own = session?.aside === true ? undefined : session;
  if (own?.status === 'working') return [{ id: `${state.id}.run-agent.${own.id}.${own.round}`, runId: state.id, kind: 'run-agent' }];
  if (own !== undefined) return [];
  const place = findPlace(exp);
  const kind = place === null ? null : chooseWork(place);
  return kind === null ? [] : make(kind);
}

function chooseWork({ exp, attempt }: Place): EffectKind | null {
  const { stage } = attempt;
  switch (stage) {
    case 'builder_data':
      return bringsData(exp) || findMadeScript(exp) !== null ? 'loop-build-data' : null;
    case 'datachecker':
      return 'loop-check-data';
    case 'check_notebook':
      return 'loop-check-notebook';
    case 'submit':
      return 'loop-submit';
    case 'fetch':
      return 'loop-fetch';
    case 'evaluator':
      return 'loop-evaluate';
    default:
      return null;
  }
}

/** Pushes whose kernel is to be looked at: paused or not, since Kaggle does not pause. */
export function listWatchedKernels(state: RunState, exp: ExperimentState): Submission[] {
  if (state.verdict !== null || state.cancel !== null) return [];
  const place = findPlace(exp);
  const now = place === null ? undefined : findSubmissionNow(place.attempt);
  return now === undefined || now.kernel === null || now.observation?.kind === 'ended' ? [] : [now];
}
