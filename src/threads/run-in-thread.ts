import { Worker } from 'node:worker_threads';
import { ReprobotError, type ErrorParts } from '../errors.ts';

export interface ThreadLimits {
  readonly signal: AbortSignal;
  /** Time after which the thread is ended and the work counts as failed. */
  readonly timeoutMs: number;
  /** What is being done, for the error that a person reads. */
  readonly doing: string;
  /** What a person can do where the work is too large. */
  readonly remedy?: string;
}

type Answer<O> = { readonly value: O } | { readonly error: ThreadError };
interface ThreadError {
  readonly message: string;
  readonly stack?: string;
  readonly parts?: ErrorParts;
}

const BOOT = new URL('./boot.mjs', import.meta.url);
const MAX_MEGABYTES = 2048;
/** Loading a file costs more than most of its work, so a thread that answered waits so long for more. */
const IDLE_MS = 30_000;
const MOST_IDLE = 4;

interface IdleThread {
  readonly file: string;
  readonly worker: Worker;
  readonly end: () => void;
}

const idle = new Set<IdleThread>();

/**
 * Calls the default export of a file with a plain input in a thread of its own, so that long work never keeps this thread from renewing
 * its locks. A thread that answered may be asked again with other work of the same file; one that was stopped, failed, was too slow or
 * too large is gone when the promise settles. A file too slow, or too large for its memory, is a ReprobotError.
 */
export async function runInThread<O>(file: URL, input: unknown, limits: ThreadLimits): Promise<O> {
  const { signal, timeoutMs, doing, remedy = 'Narrow it with --path.' } = limits;
  if (signal.aborted) throw stopped(doing);
  const worker = takeThread(file.href);
  const clean = new AbortController();
  try {
    const value = await new Promise<O>((resolve, reject) => {
      const timer = setTimeout(() => reject(tooSlow(doing, timeoutMs, remedy)), timeoutMs);
      clean.signal.addEventListener('abort', () => clearTimeout(timer));
      signal.addEventListener('abort', () => reject(stopped(doing)), { signal: clean.signal });
      worker.once('message', (answer: Answer<O>) => ('error' in answer ? reject(rebuild(answer.error)) : resolve(answer.value)));
      worker.once('error', (error) => reject(describeCrash(error, doing, remedy)));
      worker.once('exit', (code) => reject(new Error(`${doing}: the thread ended with ${String(code)} and without an answer`)));
      worker.postMessage(input);
    });
    keepThread(file.href, worker);
    return value;
  } catch (error) {
    await worker.terminate();
    throw error;
  } finally {
    clean.abort();
  }
}

function takeThread(file: string): Worker {
  const waiting = [...idle].findLast((thread) => thread.file === file);
  if (waiting === undefined) return new Worker(BOOT, { workerData: { file }, resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES } });
  waiting.end();
  waiting.worker.ref();
  return waiting.worker;
}

/** By name: a worker keeps listeners of its own, without which it hears no answer. */
function forgetListeners(worker: Worker): void {
  for (const name of ['message', 'error', 'exit']) worker.removeAllListeners(name);
}

/** The oldest goes where too many wait; none keeps the process alive. */
function keepThread(file: string, worker: Worker): void {
  forgetListeners(worker);
  worker.unref();
  const drop = (): void => dropThread(thread);
  const timer = setTimeout(drop, IDLE_MS).unref();
  worker.once('error', drop).once('exit', drop);
  const thread: IdleThread = {
    file,
    worker,
    end: () => {
      clearTimeout(timer);
      forgetListeners(worker);
      idle.delete(thread);
    },
  };
  idle.add(thread);
  const [oldest] = idle;
  if (idle.size > MOST_IDLE && oldest !== undefined) dropThread(oldest);
}

/** Nobody waits for it, so nobody is told what goes wrong at its end. */
function dropThread({ worker, end }: IdleThread): void {
  end();
  worker.on('error', () => {});
  void worker.terminate();
}

function rebuild({ message, stack, parts }: ThreadError): Error {
  if (parts !== undefined) return new ReprobotError(parts);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function describeCrash(error: Error & { code?: string }, doing: string, remedy: string): Error {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  const why = `it needed more than ${String(MAX_MEGABYTES)} MB of memory`;
  return new ReprobotError({ code: 'usage.bad-input', doing, why, remedy, cause: error });
}

function tooSlow(doing: string, timeoutMs: number, remedy: string): ReprobotError {
  const why = `it took longer than ${String(Math.round(timeoutMs / 1000))} s and was stopped`;
  return new ReprobotError({ code: 'timeout', doing, why, remedy });
}

function stopped(doing: string): ReprobotError {
  return new ReprobotError({ code: 'cancelled', doing, why: 'it was stopped' });
}
