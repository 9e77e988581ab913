/** What posts digests, over real stores and a real console, with a clock that a test moves on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { DigestSettings } from '../../src/core/digest/settings.ts';
import { createDigestStore } from '../../src/journal/digest-store.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createBudgets } from '../../src/runs/budgets.ts';
import { createDiary } from '../../src/runs/diary.ts';
import { createLedger } from '../../src/runs/ledger.ts';
import { RunService } from '../../src/runs/run-service.ts';
import type { WorkerContext } from '../../workers/context.ts';
import processor from '../../workers/processors/post-digest.ts';
import { begun } from '../core/run/builders.ts';
import type { ThreadLab } from '../slack/thread-lab.ts';
import { research } from '../support/console.ts';

/** 18:01 of the Monday on which the runs of these tests begin. */
export const evening = begun + 9 * 3_600_000 + 60_000;

/** Time goes on by itself and in leaps; it began at the evening. */
export class Evening {
  readonly #start = Date.now();
  #leap = 0;
  readonly context: WorkerContext;

  constructor(lab: ThreadLab, settings: Partial<DigestSettings> = {}, client = lab.console.client) {
    const { redis } = lab.redis;
    const now = (): number => evening + (Date.now() - this.#start) + this.#leap;
    const journal = createRedisJournal(redis, 'test');
    const projects = createProjectStore(redis, 'test');
    const ledger = createLedger({ journal, projects, named: [] });
    const runs = new RunService(journal, { dispatch: () => Promise.resolve() });
    // What the processor needs of the context, and nothing else.
    this.context = {
      settings: { prefix: 'test', projects: [], digest: DigestSettings.parse({ weekly: false, ...settings }) },
      redis,
      runs,
      projects,
      diary: createDiary({ journal, projects, named: [] }),
      digests: createDigestStore(redis, 'test'),
      ledger,
      budgets: createBudgets({ projects, ledger, named: [], now }),
      quota: null,
      agent: null,
      log: pino({ level: 'silent' }),
      now,
      slack: { reconciler: lab.deps({ client, now }), findPermalink: () => Promise.resolve(null) },
    } as unknown as WorkerContext;
  }

  pass(ms: number): void {
    this.#leap += ms;
  }

  /** The clock shows this now. */
  set(at: number): void {
    this.#leap += at - this.context.now();
  }

  /** One look, as a job of the queue takes it, again for as long as it asks for another. */
  async look(now?: { id: string; channel: string }, project: string = research): Promise<void> {
    for (let looks = 0; looks < 20; looks += 1) {
      const data = now === undefined ? { project } : { project, now };
      const outcome = await processor.run(this.context, data, new AbortController().signal);
      if (outcome.kind === 'done') return;
      if (outcome.kind === 'retry') this.pass(outcome.afterMs);
      await sleep(50);
    }
    throw new Error('never done');
  }
}
