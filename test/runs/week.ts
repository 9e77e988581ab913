/** A simulated week of two projects, through the same service that takes what really happens; every moment is chosen here. */
import type { Redis } from 'ioredis';
import type { AgentFact } from '../../src/core/agent-session/schema.ts';
import type { Failure } from '../../src/core/failure.ts';
import type { Observation } from '../../src/core/jobs/job.ts';
import type { Progress } from '../../src/core/progress/schema.ts';
import type { ProjectEvent } from '../../src/core/project/events.ts';
import type { Command, EffectOutput } from '../../src/core/run/commands.ts';
import { listEffects } from '../../src/core/run/effects.ts';
import { findOpenApproval, findSession, type RunState } from '../../src/core/run/state.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { RunService } from '../../src/runs/run-service.ts';
import { makeFailure, makeLoss, makeOutput, makeProgress, makeResult } from '../core/run/builders.ts';

export const ada = 'UADA0000001';
export const bo = 'UBO00000001';
const research = 'CRESEARCH01';
const vision = 'CVISION0001';
const PEOPLE: Readonly<Record<string, string>> = { [ada]: 'Ada', [bo]: 'Bo' };
export const named = [{ name: 'tides', channels: [research] }];
export const zone = 'Europe/Berlin';

export const shown = {
  nameOf: (user: string): string => PEOPLE[user] ?? user,
  linkTo: (channel: string, ts: string): string => `https://lab.slack.com/archives/${channel}/p${ts.replace('.', '')}`,
};

/** A moment of the week: day of November 2026, and time by the clock in Berlin. */
export function at(day: number, time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return Date.UTC(2026, 10, day, hour - 1, minute);
}

type Distributive<T> = T extends unknown ? Omit<T, 'id' | 'at'> : never;

class SimulatedRun {
  readonly id: string;
  readonly #service: RunService;
  #count = 0;
  #now = 0;

  constructor(service: RunService, id: string) {
    this.#service = service;
    this.id = id;
  }

  async do(when: number, command: Distributive<Command>): Promise<RunState> {
    this.#now = when;
    this.#count += 1;
    const applied = await this.#service.apply(this.id, { ...command, id: `${this.id}:${this.#count}`, at: when });
    if (applied.outcome !== 'applied' || applied.state === null)
      throw new Error(`${command.kind}: ${applied.refusal?.message ?? applied.outcome}`);
    return applied.state;
  }

  async state(): Promise<RunState> {
    const state = await this.#service.load(this.id);
    if (state === null) throw new Error('nothing has begun');
    return state;
  }

  async begin(when: number, channel: string, by: string, url: string): Promise<this> {
    const repo = { url, ref: null, subfolder: '' };
    await this.do(when, { kind: 'request', runId: this.id, by, channel, repo, site: 'local', assistant: true });
    await this.do(when + 1_000, { kind: 'open-thread', channel, ts: `${Math.floor(when / 1000)}.000100` });
    return this;
  }

  /** Works, three minutes a piece, and has `by` approve whatever is asked, until a job is on its way. */
  async toJob(by: string): Promise<this> {
    for (;;) {
      const state = await this.state();
      if (state.jobs.at(-1)?.ref !== null && state.jobs.at(-1)?.ref !== undefined && state.jobs.at(-1)?.observation === null) return this;
      const open = findOpenApproval(state);
      if (open !== undefined)
        await this.do(this.#now + 180_000, { kind: 'approve', by, via: 'button', approvalId: open.id, digest: open.digest });
      else await this.work(this.#now + 180_000);
    }
  }

  async work(when: number, output?: EffectOutput): Promise<this> {
    const state = await this.state();
    const effect = listEffects(state)[0];
    const brought = output ?? (effect === undefined ? null : makeOutput(state, effect.kind));
    if (effect === undefined || brought === null) throw new Error('no work is asked for');
    // The second project computes on a card.
    const spec =
      brought.kind === 'sample-planned' && this.id === 'reye00001'
        ? { ...brought.spec, resources: { ...brought.spec.resources, gpus: 1 } }
        : null;
    await this.do(when, { kind: 'result', effectId: effect.id, output: spec === null ? brought : ({ ...brought, spec } as EffectOutput) });
    return this;
  }

  /** The job runs, ends, and is read. */
  async job(from: number, to: number, end: { loss: number[]; failure?: Failure }): Promise<this> {
    const token = (await this.state()).jobs.at(-1)?.spec.token ?? '';
    const running: Observation = { kind: 'active', state: 'running', schedulerState: 'RUNNING', node: 'n01', startedAt: from };
    const last = end.loss.at(-1);
    const measured = last === undefined ? {} : { loss: makeLoss(end.loss), metrics: { loss: last } };
    const progress: Progress = makeProgress({ current: 20, total: 20, ...measured });
    await this.do(from, { kind: 'observe', token, observation: running, progress: null });
    const ended: Observation = {
      kind: 'ended',
      outcome: end.failure === undefined ? 'completed' : 'failed',
      exitCode: end.failure === undefined ? 0 : 1,
      signal: null,
      startedAt: from,
      endedAt: to,
      node: 'n01',
      evidence: 'accounting',
      schedulerState: end.failure === undefined ? 'COMPLETED' : 'FAILED',
    };
    await this.do(to, { kind: 'observe', token, observation: ended, progress });
    const effectId = listEffects(await this.state())[0]?.id ?? '';
    if (end.failure !== undefined) await this.do(to + 30_000, { kind: 'fail', effectId, failure: end.failure });
    else {
      const result = { ...makeResult(progress), wallSeconds: (to - from) / 1000 };
      await this.do(to + 30_000, { kind: 'result', effectId, output: { kind: 'examined', result, failure: null, documents: [] } });
    }
    return this;
  }

  async agent(when: number, facts: AgentFact[]): Promise<void> {
    await this.do(when, { kind: 'agent', session: findSession(await this.state())?.id ?? '', facts });
  }
}

/** Plays the week into a Redis. */
export async function playWeek(redis: Redis): Promise<void> {
  const service = new RunService(createRedisJournal(redis, 'test'), { dispatch: () => Promise.resolve() });
  const store = createProjectStore(redis, 'test');
  const note = (project: string, channel: string, when: number, by: string, text: string, ts: string | null = null): Promise<boolean> =>
    store.append(project, {
      v: 1,
      at: when,
      id: `${when}`,
      type: 'note.added',
      by,
      text,
      channel,
      ts,
      via: ts === null ? 'command' : 'reaction',
    });
  const tell = (project: string, event: Omit<ProjectEvent, 'v'>): Promise<boolean> =>
    store.append(project, { ...event, v: 1 } as ProjectEvent);

  await tell('tides', { at: at(22, '18:00'), id: 'zone', type: 'digest.set', by: ada, zone, hour: '18:00', on: true } as ProjectEvent);
  await note('tides', research, at(23, '09:05'), ada, 'try a smaller width before anything else', '1795420800.000900');
  const tide = await new SimulatedRun(service, 'rtide0001').begin(at(23, '09:30'), research, ada, 'https://github.com/acme/tide-net');
  await tide.toJob(ada);
  await tide.job(at(23, '10:10'), at(23, '11:40'), { loss: [4.1, 3.4], failure: makeFailure() });
  await note('tides', research, at(23, '12:00'), bo, 'half the batch, <@UADA0000001>? token xoxb-1234567890-abcdefghij');
  await tide.toJob(bo);
  await tide.job(at(24, '00:20'), at(24, '02:50'), { loss: [4.1, 2.2] });

  await note(vision, vision, at(24, '15:00'), bo, 'the augmentation in `train.py` looks *off*');
  const eye = await new SimulatedRun(service, 'reye00001').begin(at(25, '08:00'), vision, bo, 'https://github.com/acme/eye');
  await eye.toJob(bo);
  const broken = makeFailure({
    class: 'assertion_or_user_bug',
    title: 'KeyError: ‘label’',
    remedy: null,
    route: 'code',
    evidence: { text: "KeyError: 'label'", line: 88 },
  });
  await eye.job(at(25, '08:40'), at(25, '08:45'), { loss: [], failure: broken });
  await eye.agent(at(25, '08:46'), [
    {
      kind: 'turned',
      turn: 0,
      heard: 0,
      model: 'claude-haiku-5-5',
      content: [{ type: 'text', text: 'I look.' }],
      stopReason: 'end_turn',
      usage: { input: 1_200, cacheRead: 800, cacheWrite: 0, output: 150 },
      dollars: 0.0021,
      seconds: 3,
    },
    {
      kind: 'ended',
      as: 'proposed',
      report: 'The column is called target since the last release.',
      proposal: {
        change: { kind: 'diff', diff: '--- a/train.py\n+++ b/train.py\n@@ -1 +1 @@\n-y = "label"\n+y = "target"\n' },
        reasoning: 'The column has another name.',
      },
    },
  ]);
  await eye.toJob(bo);
  await eye.job(at(26, '09:00'), at(26, '09:50'), { loss: [1.2, 0.7] });

  const second = await new SimulatedRun(service, 'rtide0002').begin(at(27, '14:00'), research, bo, 'https://github.com/acme/tide-net');
  for (let step = 0; step < 3; step += 1) await second.work(at(27, `14:0${step + 2}`));
  await tell('tides', {
    at: at(28, '10:00'),
    id: 'budget',
    type: 'budget.set',
    by: ada,
    kind: 'gpu-hours',
    amount: 40,
    span: 'week',
  } as ProjectEvent);
  await tell('tides', {
    at: at(29, '11:00'),
    id: 'asked',
    type: 'model.asked',
    by: bo,
    what: 'question',
    model: 'claude-haiku-5-5',
    usage: { input: 3_000, cacheRead: 0, cacheWrite: 0, output: 90 },
    dollars: 0.0004,
  } as ProjectEvent);
}
