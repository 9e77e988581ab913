/** A watch in memory, and what a cluster may say of the jobs. */
import type { AgentFact } from '../../../src/core/agent-session/schema.ts';
import type { Observation } from '../../../src/core/jobs/job.ts';
import type { JobParts } from '../../../src/core/jobs/parts.ts';
import type { Command } from '../../../src/core/run/commands.ts';
import { decide } from '../../../src/core/run/decide.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import type { Slot } from '../../../src/core/run/slots.ts';
import { RunState } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import type { JudgedLook } from '../../../src/core/run/watch-schema.ts';
import { ada, begun, makeFailure, research, runId } from './builders.ts';

type Distributive<T> = T extends unknown ? Omit<T, 'id' | 'at'> : never;

/** A watch in memory; a refused command changes nothing. */
export class Watch {
  state: RunState;
  #count = 0;

  constructor(items: Extract<Command, { kind: 'watch' }>['items'], all = false) {
    const target = all ? { kind: 'all' as const, left: 0, own: 0 } : { kind: 'job' as const, id: items[0]?.jobId ?? '' };
    const asked = { kind: 'watch', id: 'slash:1', at: begun, runId, by: ada, channel: research, site: 'lab', target, items } as const;
    this.state = this.#apply(null, asked);
  }

  #apply(state: RunState | null, command: Command): RunState {
    const { events = [] } = decide(state, command);
    const next = foldEvents(events, state);
    if (next === null) throw new Error('nothing has begun');
    return next;
  }

  do(command: Distributive<Command>): this {
    this.#count += 1;
    this.state = this.#apply(this.state, { ...command, id: `c${this.#count}`, at: begun + this.#count * 60_000 });
    return this;
  }

  look(observation: Observation, parts: Partial<JudgedLook> = {}, token = 'watch-w1'): this {
    const empty = { progress: null, parts: null, logs: null, outputAt: null, judged: null };
    return this.do({ kind: 'observe-watch', looks: [{ token, observation, ...empty, ...parts }] });
  }

  /** Answers every examination that is asked for, with the given failure for each log. */
  examine(failure: ReturnType<typeof makeFailure> | null = null): this {
    for (const effect of listEffects(this.state).filter(({ kind }) => kind === 'examine-watched')) {
      const item = this.state.watch?.items.find((one) => one.token === effect.token);
      const ids =
        item?.shape === 'single' ? [item.jobId] : (item?.parts?.bad ?? []).map(({ id }) => id).filter((id) => !item?.looked.includes(id));
      const looked = ids.slice(0, 4).map((id) => ({ id, failure }));
      const found = { token: effect.token ?? '', looked, final: effect.id.includes('.end.'), usage: null, proposal: null };
      this.do({ kind: 'result', effectId: effect.id, output: { kind: 'watch-examined', found } });
    }
    return this;
  }

  /** The agent that works beside it, if one does, says its last word. */
  answer(): this {
    const fact: AgentFact = { kind: 'ended', as: 'answered', report: 'It is not stuck.', proposal: null };
    return this.do({ kind: 'agent', session: this.state.agents.at(-1)?.id ?? 'none', facts: [fact] });
  }

  slot(name: string): Slot | undefined {
    return viewRun(this.state).find((slot) => slot.name === name);
  }

  get names(): string[] {
    return viewRun(this.state).map((slot) => slot.name);
  }
}

export const item = (jobId: string, token = 'watch-w1', shape: 'single' | 'array' | 'heterogeneous' = 'single') =>
  ({ token, jobId, shape, name: 'train-vit', partition: 'gpu', submittedAt: begun - 3_600_000 }) as const;
export const pending: Observation = {
  kind: 'active',
  state: 'pending',
  schedulerState: 'PENDING',
  reason: 'Priority',
  startEstimate: begun + 7_200_000,
};
export const running: Observation = {
  kind: 'active',
  state: 'running',
  schedulerState: 'RUNNING',
  startedAt: begun,
  limitAt: begun + 36_000_000,
  node: 'n1',
};
export const end = (outcome: Extract<Observation, { kind: 'ended' }>['outcome']): Observation => ({
  kind: 'ended',
  outcome,
  exitCode: outcome === 'completed' ? 0 : 1,
  signal: null,
  evidence: 'accounting',
  schedulerState: outcome.toUpperCase(),
});
export const draw = (slot: Slot | undefined): string => JSON.stringify(slot?.parts ?? null);
export const parts = (active: number, completed: number, bad: string[]): JobParts => ({
  size: active + completed + bad.length,
  active: active === 0 ? [] : [{ state: 'running', reason: '', count: active }],
  ended: [
    { outcome: 'completed', count: completed, seconds: completed * 60 },
    { outcome: 'failed', count: bad.length, seconds: 10 },
  ],
  bad: bad.map((id) => ({ id, outcome: 'failed', exitCode: 1, signal: null })),
});
