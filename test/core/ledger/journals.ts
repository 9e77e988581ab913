/** Journals that cost something: arbitrary ones for properties, and the small pieces they are made of. */
import type { AgentFact } from '../../../src/core/agent-session/schema.ts';
import type { Observation } from '../../../src/core/jobs/job.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import fc from '../../support/properties.ts';
import { begun, makeOutput, makeProgress, makeResult, makeSpec, Walk } from '../run/builders.ts';

const base = { v: 1 as const };

export function ask(run: string, parts: { by?: string; channel?: string; site?: string; at?: number } = {}): RunEvent {
  const { by = 'UADA0000001', channel = 'CRESEARCH01', site = 'lumi', at = begun } = parts;
  const repo = { url: 'https://github.com/karpathy/minGPT', ref: null, subfolder: '' };
  return { ...base, at, type: 'run.requested', runId: run, kind: 'reproduce', by, channel, repo, site };
}

export function turn(at: number, model: string, tokens: number, dollars: number): RunEvent {
  const usage = { input: tokens, cacheRead: 0, cacheWrite: 0, output: 0 };
  const more = { turn: 0, heard: 0, content: [], stopReason: 'end_turn', seconds: 1 };
  const fact: AgentFact = { kind: 'turned', model, usage, dollars, ...more };
  return { ...base, at, type: 'agent.fact', session: 'a1', fact };
}

export function plan(
  at: number,
  attempt: number,
  resources: { gpus: number; cpus?: number; nodes?: number; timeLimitSeconds?: number },
): RunEvent {
  const spec = makeSpec(attempt);
  const asked = { ...spec, resources: { ...spec.resources, cpus: 1, nodes: 1, ...resources } };
  const made = makeOutput(Walk.begin().state, 'plan-sample');
  if (made?.kind !== 'sample-planned') throw new Error('no plan');
  return { ...base, at, type: 'sample.planned', plan: made.plan, spec: asked };
}

export function see(at: number, attempt: number, observation: Observation): RunEvent {
  return { ...base, at, type: 'job.observed', token: makeSpec(attempt).token, observation, progress: null };
}

export function runs(startedAt: number): Observation {
  return { kind: 'active', state: 'running', schedulerState: 'RUNNING', startedAt };
}

export function ends(times: { startedAt?: number; endedAt?: number }): Observation {
  return { kind: 'ended', outcome: 'completed', exitCode: 0, signal: null, evidence: 'accounting', schedulerState: 'COMPLETED', ...times };
}

export function measure(at: number, usage: { seconds: number; gpus: number; cpus: number } | null): RunEvent {
  const none = { limitSeconds: null, cpuSeconds: null, memoryAsked: null, memoryUsed: null, gpuPercent: null, gpuMemoryUsed: null };
  const told =
    usage === null ? {} : { usage: { jobId: '1', state: 'COMPLETED', elapsedSeconds: usage.seconds, nodes: 1, ...usage, ...none } };
  return { ...base, at, type: 'sample.examined', result: { ...makeResult(makeProgress()), ...told } };
}

export function finish(at: number, as: 'READY' | 'NOT READY' | 'CANCELLED' = 'READY'): RunEvent {
  return { ...base, at, type: 'run.finished', verdict: { as, reason: '' } };
}

const count = (max: number) => fc.integer({ min: 0, max });
const modelEvent = fc
  .record({ model: fc.constantFrom('claude-opus-5-5', 'claude-haiku-5-5'), tokens: count(90_000), cents: count(300) })
  .map(({ model, tokens, cents }) => [turn(begun + 5, model, tokens, cents / 100)]);
const jobEvents = fc.record({ gpus: count(8), nodes: fc.integer({ min: 1, max: 4 }), seconds: count(90_000), over: fc.boolean() });

/** The journal of one run: model calls and jobs in any order, some of which still run, perhaps with a verdict. */
export const anyJournal = fc.record({
  by: fc.constantFrom('UADA0000001', 'UBEN0000002'),
  channel: fc.constantFrom('C1', 'C2', 'C3'),
  site: fc.constantFrom('lumi', 'olivia'),
  work: fc.array(fc.oneof(modelEvent, jobEvents), { maxLength: 12 }),
  as: fc.constantFrom('READY' as const, 'NOT READY' as const, null),
});
type AnyJournal = typeof anyJournal extends fc.Arbitrary<infer T> ? T : never;

/** Writes such a journal down under a name. */
export function writeJournal(run: string, made: AnyJournal): RunEvent[] {
  const events = made.work.flatMap((item, index) => {
    if (Array.isArray(item)) return item;
    const start = begun + 10;
    const first = [plan(start, index, item), see(start, index, runs(start))];
    return item.over ? [...first, see(start, index, ends({ startedAt: start, endedAt: start + item.seconds * 1000 }))] : first;
  });
  return [ask(run, made), ...events, ...(made.as === null ? [] : [finish(begun + 20, made.as)])];
}
