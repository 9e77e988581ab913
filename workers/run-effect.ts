import type { FailureHistory } from '../src/core/failure-history.ts';
import type { Failure } from '../src/core/failure.ts';
import { redactDeep, redactText } from '../src/core/redact.ts';
import { EffectOutput } from '../src/core/run/commands.ts';
import { listEffects } from '../src/core/run/effects.ts';
import { describeHistory, nameProject } from '../src/core/run/failure-history.ts';
import type { RunState } from '../src/core/run/state.ts';
import { hasCode } from '../src/errors.ts';
import type { WorkerContext } from './context.ts';
import { loginNeeded } from './login-broker.ts';
import { describeThrown, done, type Outcome } from './outcome.ts';
import type { EffectProcessor } from './processor.ts';

/** Does one effect of one run, unless the run no longer asks for it, and turns what came of it into a command. */
export async function runEffect(
  context: WorkerContext,
  processor: EffectProcessor,
  job: { readonly runId: string; readonly effectId: string; readonly starts: number },
  signal: AbortSignal,
): Promise<Outcome> {
  const state = await context.runs.load(job.runId);
  const effect = state === null ? undefined : listEffects(state).find((item) => item.id === job.effectId);
  if (state === null || effect === undefined) return done();
  const at = (): number => context.now();
  const early = (effect.notBefore ?? 0) - at();
  if (early > 0) return { kind: 'retry', afterMs: early, why: 'its time has not come' };
  try {
    if (context.logins.needsLogin(state.request.site)) throw loginNeeded(state.request.site);
    const output = await processor.effect({ context, state, effect, signal });
    if (output === null) return done();
    if (output.kind === 'failure') return await applyFailure(context, { job, state }, output.failure, at());
    const known = await addHistory(context, state, output);
    return done({
      runId: job.runId,
      command: {
        kind: 'result',
        id: `result:${effect.id}`,
        at: at(),
        effectId: effect.id,
        output: EffectOutput.parse(redactOutput(known)),
      },
    });
  } catch (error) {
    if (hasCode(error, 'cancelled') || signal.aborted) return { kind: 'retry', afterMs: 500, why: 'the work was stopped' };
    context.log.warn({ err: error, effect: effect.id, starts: job.starts }, 'doing an effect');
    const outcome = describeThrown(error, job.starts);
    if (outcome.kind === 'failed') return applyFailure(context, { job, state }, outcome.failure, at());
    if (outcome.kind === 'retry') await showDelay(context, job, outcome, at());
    return outcome;
  }
}

/** Takes secrets out of everything that was read from a repository or a log. What a person approves is left to the letter, because its
 *  digest binds it; the thread and the record show it with its secrets hidden (core/run/hide-secrets.ts). */
function redactOutput(output: EffectOutput): EffectOutput {
  switch (output.kind) {
    case 'mapped':
    case 'examined':
    case 'watch-examined':
      return redactDeep(output);
    case 'env-planned':
      return { ...output, documents: redactDeep(output.documents) };
    default:
      return output;
  }
}

async function addHistory(context: WorkerContext, state: RunState, output: EffectOutput): Promise<EffectOutput> {
  if (output.kind !== 'examined' || output.failure === null) return output;
  return { ...output, history: await findHistory(context, state, output.failure) };
}

/** What earlier runs tell of a failure; nothing where they cannot be read, which is no reason not to tell of the failure itself. */
async function findHistory(context: WorkerContext, state: RunState, failure: Failure): Promise<FailureHistory | undefined> {
  try {
    const sightings = failure.fingerprint === undefined ? [] : await context.failures.find(failure.fingerprint);
    const goodId = await context.failures.findGood(nameProject(state));
    return describeHistory(state, failure, sightings, goodId === null ? null : await context.runs.load(goodId));
  } catch (error) {
    context.log.warn({ err: error, run: state.id }, 'looking for earlier failures');
    return undefined;
  }
}

async function applyFailure(
  context: WorkerContext,
  { job, state }: { job: { runId: string; effectId: string }; state: RunState },
  failure: Failure,
  at: number,
): Promise<Outcome> {
  await context.runs.apply(job.runId, {
    kind: 'fail',
    id: `fail:${job.effectId}`,
    at,
    effectId: job.effectId,
    failure: redactDeep(failure),
    history: redactDeep(await findHistory(context, state, failure)),
  });
  return done();
}

/** Tells the thread why nothing moves; the same reason is told once. */
async function showDelay(
  context: WorkerContext,
  job: { runId: string; effectId: string; starts: number },
  outcome: Extract<Outcome, { kind: 'retry' }>,
  at: number,
) {
  await context.runs.apply(job.runId, {
    kind: 'delay',
    id: `delay:${job.effectId}:${job.starts}:${at}`,
    at,
    effectId: job.effectId,
    why: outcome.needs === 'login' ? outcome.why : `${redactText(outcome.why)}; trying again`,
    until: at + outcome.afterMs,
    needs: outcome.needs ?? null,
  });
}
