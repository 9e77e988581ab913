/** One thread against the real console and a real Redis, with a clock that a test can move on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { expect } from 'vitest';
import { drawChart } from '../../src/charts/draw.ts';
import type { Slot } from '../../src/core/run/slots.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { viewRun } from '../../src/core/run/view/index.ts';
import { createLimiter } from '../../src/slack/limiter.ts';
import { reconcileThread, type Reconciled } from '../../src/slack/reconciler.ts';
import type { ReconcilerDeps } from '../../src/slack/thread-run.ts';
import { createThreadStore, type ThreadStore } from '../../src/slack/thread-store.ts';
import type { MessageView } from '../../src/stand-ins/slack/page-api.ts';
import { research, startTestConsole, type TestConsole } from '../support/console.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

/** Between two pictures of the same thing. */
export const PACE_MS = 600_000;
const rates = { updatesPerMinute: 4_800, postsPerMinutePerChannel: 5_500, postsPerMinute: 20_000 };

export class ThreadLab {
  readonly redis: TestRedis;
  readonly console: TestConsole;
  #skew = 0;

  private constructor(redis: TestRedis, slack: TestConsole) {
    this.redis = redis;
    this.console = slack;
  }

  static async start(): Promise<ThreadLab> {
    return new ThreadLab(await startTestRedis(), await startTestConsole());
  }

  now = (): number => Date.now() + this.#skew;

  /** Time passes, without anybody waiting for it. */
  pass(ms: number): void {
    this.#skew += ms;
  }

  store(): ThreadStore {
    return createThreadStore(this.redis.redis, 'test');
  }

  deps(parts: Partial<ReconcilerDeps> = {}): ReconcilerDeps {
    const limiter = createLimiter(this.redis.redis, 'test', this.now);
    return {
      client: this.console.client,
      store: this.store(),
      limiter,
      rates,
      pictures: { draw: drawChart, paceMs: PACE_MS },
      now: this.now,
      ...parts,
    };
  }

  /** One look, as one job of the thread queue takes. */
  look(state: RunState, parts: Partial<ReconcilerDeps> = {}, slots: readonly Slot[] = viewRun(state)): Promise<Reconciled> {
    return reconcileThread(this.deps(parts), state, slots);
  }

  /** Looks as often as it is asked to; resolves with the root's time stamp and how often it looked. */
  async settle(state: RunState, slots: readonly Slot[] = viewRun(state)): Promise<{ ts: string; looks: number; waits: string[] }> {
    const waits: string[] = [];
    for (let looks = 1; looks < 60; looks += 1) {
      const result = await this.look(state, {}, slots);
      if (result.kind === 'settled') {
        const ts = result.root?.ts ?? '';
        await this.#seeFiles(state.id, ts);
        return { ts, looks, waits };
      }
      waits.push(result.why);
      // What was carried out although its answer was lost shows up a little later.
      await sleep(100);
      this.pass(result.ms);
    }
    throw new Error(`never settled: ${waits.at(-1) ?? ''}`);
  }

  /** Slack shares a file after it has answered; waits until the thread shows those that were hung below it. */
  async #seeFiles(runId: string, rootTs: string): Promise<void> {
    const sent = [...(await this.store().load(runId)).values()];
    const ids = sent.flatMap((slot) => Object.values(slot.files)).filter((id) => id.startsWith('F'));
    const shown = async (): Promise<number> => (await this.readThread(rootTs)).filter((message) => message.files.length > 0).length;
    await expect.poll(shown, { timeout: 10_000 }).toBeGreaterThanOrEqual(ids.length);
  }

  /** The bot's own messages of a thread, oldest first, by the slot that they carry. */
  async readThread(rootTs: string): Promise<MessageView[]> {
    return (await this.console.readMessages(research, rootTs)).filter((message) => message.is_bot);
  }

  /** Names of the slots that stand in a thread, in its order; files are named by their title. */
  async listPosted(rootTs: string): Promise<string[]> {
    return (await this.readThread(rootTs)).map(nameMessage);
  }

  async forget(): Promise<void> {
    await this.redis.redis.flushall();
    await this.console.clearFaults();
    await this.console.control('POST', '/reset');
  }

  async stop(): Promise<void> {
    await this.console.stop();
    await this.redis.stop();
  }
}

function nameMessage(message: MessageView): string {
  const payload = message.metadata?.event_payload as { slot?: string } | undefined;
  return payload?.slot ?? message.files.map((file) => file.title).join(', ');
}

/** A store that dies right after it has remembered something the nth time. */
export function dieAfterSave(store: ThreadStore, nth: number): ThreadStore {
  let saves = 0;
  return {
    ...store,
    save: async (run, slot, sent) => {
      await store.save(run, slot, sent);
      saves += 1;
      if (saves === nth) throw new Error('killed');
    },
  };
}

/** A client that dies right after a call was carried out. */
export function dieAfterPost(client: WebClient): WebClient {
  const chat = {
    ...client.chat,
    postMessage: async (...args: Parameters<WebClient['chat']['postMessage']>) => {
      await client.chat.postMessage(...args);
      throw new Error('killed');
    },
  };
  return new Proxy(client, { get: (target, name) => (name === 'chat' ? chat : (Reflect.get(target, name) as unknown)) });
}
