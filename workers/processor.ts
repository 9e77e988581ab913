import type { z } from 'zod';
import type { EffectOutput } from '../src/core/run/commands.ts';
import type { Effect, EffectKind } from '../src/core/run/effects.ts';
import type { RunState } from '../src/core/run/state.ts';
import type { QueueName } from '../src/queue/queues.ts';
import type { WorkerContext } from './context.ts';
import type { Outcome } from './outcome.ts';

/** A job that is no effect of one run: the thread, the poller, the record. */
export interface JobProcessor<T = unknown> {
  /** Equal to the file name and to the BullMQ job name. */
  readonly name: string;
  readonly queue: QueueName;
  readonly data: z.ZodType<T>;
  readonly run: (context: WorkerContext, data: T, signal: AbortSignal) => Promise<Outcome>;
}

export interface EffectRequest {
  readonly context: WorkerContext;
  readonly state: RunState;
  readonly effect: Effect;
  /** Fires when the run is cancelled or the worker must stop. */
  readonly signal: AbortSignal;
}

/** Work that a run’s state calls for. Called again after a crash, with the same effect; it must find what it did before. */
export interface EffectProcessor {
  readonly name: EffectKind;
  readonly queue: 'steps' | 'agent';
  /** What came of it; null when a later look will tell (a job asked to end, say). Throws ReprobotError for what cannot be done. */
  readonly effect: (request: EffectRequest) => Promise<EffectOutput | EffectFailure | null>;
}

/** The step failed for a reason that the thread should show. */
export interface EffectFailure {
  readonly kind: 'failure';
  readonly failure: RunState['failures'][number]['failure'];
}

export type Processor = JobProcessor | EffectProcessor;

/** Declares a job; a file in workers/processors is all that it takes. */
export function defineProcessor<T>(processor: JobProcessor<T>): JobProcessor<T> {
  return processor;
}

/** Declares an effect; a file in workers/processors is all that it takes. */
export function defineEffect(
  name: EffectKind,
  effect: EffectProcessor['effect'],
  queue: EffectProcessor['queue'] = 'steps',
): EffectProcessor {
  return { name, queue, effect };
}
