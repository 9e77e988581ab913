/** A whole bot in memory, whose processes die wherever a plan says so: journal, queue, cluster and Slack survive, the rest starts anew. */
import { isDeepStrictEqual } from 'node:util';
import type { Failure } from '../../../src/core/failure.ts';
import type { Observation } from '../../../src/core/jobs/job.ts';
import type { Command } from '../../../src/core/run/commands.ts';
import { findWatchedJob, listEffects, type Effect } from '../../../src/core/run/effects.ts';
import { permitSpec } from '../../../src/core/run/retry.ts';
import { findLastJob, findOpenApproval, type RunState } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { RunService } from '../../../src/runs/run-service.ts';
import { reconcileThread } from '../../../src/slack/reconciler.ts';
import { requireGranted } from '../../../workers/approved.ts';
import { begun, makeOutput, makeRequest, runId } from './builders.ts';
import { MemoryJournal, MemoryQueue, MemorySlack } from './crash-parts.ts';
import { Crash, freeze, type Fate } from './fate.ts';

/** How the nth attempt of a piece of work ends: null is well. */
export type Fortune = (effect: Effect, attempt: number) => Failure | null;

export class World {
  readonly fate: Fate;
  readonly fortune: Fortune;
  readonly queue: MemoryQueue;
  readonly journal: MemoryJournal;
  readonly slack: MemorySlack;
  /** Submissions by token; a second one is the worst that can happen. */
  readonly submissions = new Map<string, number>();
  /** Digest of what was approved when a job was submitted. */
  readonly approvedDigests = new Map<string, string>();
  readonly #ended = new Set<string>();
  readonly #applied: Command[] = [];
  #runs: RunService;
  #step = 0;

  constructor(fate: Fate, fortune: Fortune) {
    this.fate = fate;
    this.fortune = fortune;
    this.queue = new MemoryQueue(fate);
    this.journal = new MemoryJournal(fate);
    this.slack = new MemorySlack(fate);
    this.#runs = new RunService(this.journal, this.queue);
  }

  get now(): number {
    return begun + this.#step * 60_000;
  }

  /** The state as somebody reads it who has just started; frozen, so that a change in place would throw. */
  async state(): Promise<RunState> {
    const state = await new RunService(this.journal, this.queue).load(runId);
    if (state === null) throw new Error('the run is gone');
    return freeze(state);
  }

  /** Repeats what died, with a new process, until it went through. */
  async #insist(act: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        this.#runs = new RunService(this.journal, this.queue);
      }
    }
  }

  async #deliver(command: Command): Promise<void> {
    let outcome = '';
    await this.#insist(async () => {
      // The poller tells only what the journal does not hold yet.
      const known = command.kind === 'observe' ? findLastJob(await this.state())?.observation : null;
      if (command.kind === 'observe' && isDeepStrictEqual(known, command.observation)) return;
      outcome = (await this.#runs.apply(runId, command)).outcome;
    });
    if (outcome === 'applied' || outcome === 'duplicate') this.#applied.push(command);
  }

  /** Jobs that go on although nobody watches them any more. */
  listOrphans(state: RunState): string[] {
    return state.verdict === null ? [] : [...this.submissions.keys()].filter((token) => !this.#ended.has(token));
  }

  async begin(): Promise<void> {
    await this.#deliver(makeRequest());
    await this.settle();
  }

  /** One thing that a person or the cluster does, and everything that follows of itself. */
  async play(move: string, duplicates: number): Promise<void> {
    this.#step += 1;
    const command = move === 'wipe' ? await this.#wipe() : await this.#makeCommand(move);
    if (command !== null) await this.#deliver(command);
    // Slack and BullMQ deliver old things again, in any order.
    for (let index = 0; index < duplicates; index += 1) {
      const old = this.#applied[(index * 7 + this.#step) % this.#applied.length];
      if (old !== undefined && old.kind !== 'observe' && old.kind !== 'restore') await this.#deliver(old);
    }
    await this.settle();
  }

  /** One small thing, in whatever order the machines happen to work; a process that dies is not replaced until the next one. */
  async stumble(move: string): Promise<void> {
    this.#step += 1;
    try {
      await this.#act(move);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.#runs = new RunService(this.journal, this.queue);
    }
  }

  async #act(move: string): Promise<void> {
    const job = this.queue.next();
    if (move === 'work') return job === undefined ? undefined : this.#work(job);
    if (move === 'sweep') return void (await this.#runs.dispatchAll());
    if (move === 'poll') return this.#poll();
    if (move === 'post') return this.#reconcile();
    const command = await this.#makeCommand(move);
    if (command !== null) await this.#runs.apply(runId, command);
  }

  async #makeCommand(move: string): Promise<Command | null> {
    const state = await this.state();
    const base = { id: `move:${this.#step}`, at: this.now, by: 'UADA0000001' };
    const open = findOpenApproval(state);
    switch (move) {
      case 'approve':
        return open === undefined ? null : { ...base, kind: 'approve', via: 'button', approvalId: open.id, digest: open.digest };
      case 'approve-other':
        return { ...base, kind: 'approve', via: 'button', approvalId: state.approvals.length || null, digest: 'of something else' };
      case 'reject':
        return { ...base, kind: 'reject', via: 'reply', approvalId: open?.id ?? null, reason: 'too dear' };
      case 'cancel':
        return { ...base, kind: 'cancel', reason: '' };
      case 'note':
        return { ...base, kind: 'note', text: `note ${this.#step}`, ts: null };
      case 'resume':
        return { ...base, kind: 'resume' };
      default:
        return this.#observe(state, move);
    }
  }

  #observe(state: RunState, move: string): Command | null {
    const watched = findWatchedJob(state);
    if (watched === null) return null;
    const { token } = watched.ref;
    if (move !== 'running') this.#ended.add(token);
    return { kind: 'observe', id: `look:${this.#step}`, at: this.now, token, observation: this.#look(token), progress: null };
  }

  #look(token: string): Observation {
    if (!this.#ended.has(token)) return { kind: 'active', state: 'running', schedulerState: 'RUNNING' };
    const outcome = 'completed' as const;
    return { kind: 'ended', outcome, exitCode: 0, signal: null, evidence: 'accounting', schedulerState: 'COMPLETED' };
  }

  /** Redis is gone; state.json is all there is. */
  async #wipe(): Promise<Command> {
    const state: unknown = JSON.parse(JSON.stringify(await this.state()));
    this.journal.wipe();
    this.queue.wipe();
    this.slack.forget();
    this.#applied.length = 0;
    return { kind: 'restore', id: `restore:${this.#step}`, at: this.now, by: 'UADA0000001', state };
  }

  /** Work, look and post until nothing is left to do. */
  async settle(): Promise<void> {
    for (let round = 0; round < 200; round += 1) {
      const deaths = this.fate.deaths;
      await this.#insist(async () => void (await this.#runs.dispatchAll()));
      for (let job = this.queue.next(); job !== undefined; job = this.queue.next()) {
        const id = job;
        await this.#insist(() => this.#work(id));
      }
      await this.#insist(() => this.#poll());
      await this.#insist(() => this.#reconcile());
      if (this.queue.next() === undefined && !this.queue.dirty && deaths === this.fate.deaths) return;
    }
    throw new Error('the run never comes to rest');
  }

  async #work(effectId: string): Promise<void> {
    const state = await this.#runs.load(runId);
    const effect = state === null ? undefined : listEffects(state).find((item) => item.id === effectId);
    if (state !== null && effect !== undefined) {
      freeze(state);
      this.fate.maybeDie();
      const command = this.#perform(state, effect);
      this.fate.maybeDie();
      if (command !== null) await this.#runs.apply(runId, command);
    }
    this.fate.maybeDie();
    this.queue.finish(effectId);
  }

  #perform(state: RunState, effect: Effect): Command | null {
    // The world sleeps until a retry is due.
    if (effect.notBefore !== undefined) this.#step = Math.max(this.#step, Math.ceil((effect.notBefore - begun) / 60_000));
    const base = { at: this.now, effectId: effect.id };
    if (effect.kind === 'cancel-job') {
      this.#ended.add(findLastJob(state)?.spec.token ?? '');
      return null;
    }
    const step = state.steps.find((item) => item.status !== 'done');
    const failure = this.fortune(effect, step?.attempt ?? 0);
    if (failure !== null) return { ...base, kind: 'fail', id: `fail:${effect.id}`, failure };
    if (effect.kind === 'submit-job') {
      const token = findLastJob(state)?.spec.token ?? '';
      if (state.cancel !== null && !this.submissions.has(token))
        return { ...base, kind: 'result', id: `result:${effect.id}`, output: { kind: 'not-submitted' } };
      if (state.cancel === null) this.#submit(state, token);
    }
    const output = makeOutput(state, effect.kind);
    return output === null ? null : { ...base, kind: 'result', id: `result:${effect.id}`, output };
  }

  /** Looks the token up first, as every backend must. */
  #submit(state: RunState, token: string): void {
    const action = requireGranted(state, 'sample-run');
    const job = findLastJob(state);
    if (action.kind !== 'submit-job' || !isDeepStrictEqual(permitSpec(state, action.spec), job?.spec))
      throw new Error('that is not what was approved');
    if (this.submissions.has(token)) return;
    this.submissions.set(token, (this.submissions.get(token) ?? 0) + 1);
    const granted = state.approvals.findLast((item) => item.settled?.as === 'granted' && item.step === 'sample-run');
    this.approvedDigests.set(token, granted?.digest ?? '');
    this.fate.maybeDie();
  }

  /** The poller sees by itself that a job has ended; it tells only what is new. */
  async #poll(): Promise<void> {
    const state = await this.#runs.load(runId);
    const watched = state === null ? null : findWatchedJob(state);
    if (state === null || watched === null || !this.#ended.has(watched.ref.token)) return;
    const { token } = watched.ref;
    await this.#runs.apply(runId, { kind: 'observe', id: 'poll', at: this.now, token, observation: this.#look(token), progress: null });
  }

  async #reconcile(): Promise<void> {
    this.queue.dirty = false;
    try {
      for (;;) {
        const state = freeze(await this.#runs.load(runId));
        if (state === null) return;
        const slots = viewRun(state).map((slot) => ({ ...slot, files: [] }));
        const result = await reconcileThread(this.slack.deps(), state, slots);
        if (result.root !== null && state.thread === null) {
          const { channel, ts } = result.root;
          await this.#runs.apply(runId, { kind: 'open-thread', id: `thread:${channel}:${ts}`, at: this.now, channel, ts });
        }
        if (result.kind === 'settled') return;
        this.slack.pass(result.ms);
      }
    } catch (error) {
      this.queue.dirty = true;
      throw error;
    }
  }
}

/** True while something or somebody will move the run on. */
export function isAlive(state: RunState): boolean {
  if (state.verdict !== null) return true;
  return listEffects(state).length > 0 || findOpenApproval(state) !== undefined || findWatchedJob(state) !== null;
}
