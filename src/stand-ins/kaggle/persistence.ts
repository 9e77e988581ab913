import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isActive } from './sessions.ts';
import { State, type Competition, type CompetitionOptions, type Dataset, type Kernel, type Submission } from './state.ts';

// What was written by this program is read by it; only the outline is checked.
const Saved = z.object({
  lastId: z.number(),
  usedBefore: z.object({ gpu: z.number(), tpu: z.number() }),
  kernels: z.array(z.custom<Kernel>()),
  datasets: z.array(z.custom<Dataset>()),
  submissions: z.record(z.string(), z.array(z.custom<Submission>())),
});

/** Keeps a state in a folder, so that a restart finds it. */
export class Keeper {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();
  #seen = '';

  constructor(folder: string) {
    this.#path = join(folder, 'state.json');
  }

  /** The state as it was kept, or a new one. What ran when it was kept begins again: on Kaggle it would have gone on. */
  load(competitions: readonly CompetitionOptions[]): State {
    const state = new State(competitions);
    if (!existsSync(this.#path)) return state;
    const saved = Saved.parse(JSON.parse(readFileSync(this.#path, 'utf8'), reviveBytes));
    state.restore(saved);
    for (const competition of state.competitions) competition.submissions.push(...(saved.submissions[competition.slug] ?? []));
    for (const session of state.kernels.flatMap(({ versions }) => versions.flatMap((version) => version.session ?? []))) {
      if (!isActive(session)) continue;
      session.state = 'QUEUED';
      session.startedAt = undefined;
      session.log.length = 0;
    }
    return state;
  }

  /** Writes the state beside its place and moves it there; one after the other, and only when something has changed. */
  save(state: State): Promise<void> {
    const seen = JSON.stringify(listChanges(state));
    if (seen === this.#seen) return this.#writing;
    this.#seen = seen;
    const { kernels, datasets, usedBefore } = state;
    const submissions = Object.fromEntries(state.competitions.map(({ slug, submissions }: Competition) => [slug, submissions]));
    const text = JSON.stringify({ lastId: state.lastId, usedBefore, kernels, datasets, submissions }, dropRun);
    this.#writing = this.#writing.then(async () => {
      await writeFile(`${this.#path}.part`, text, { mode: 0o600 });
      await rename(`${this.#path}.part`, this.#path);
    });
    return this.#writing;
  }
}

/** What differs whenever something has changed, without the long parts. */
function listChanges({ lastId, usedBefore, kernels, datasets, competitions }: State): unknown {
  const sessions = kernels.map(({ title, versions }) => [title, versions.map(({ session }) => [session?.state, session?.log.length])]);
  return [
    lastId,
    usedBefore,
    sessions,
    datasets.map(({ id, versions }) => [id, versions.length]),
    competitions.map((one) => one.submissions.length),
  ];
}

/** A process cannot be kept. */
function dropRun(key: string, value: unknown): unknown {
  return key === 'run' ? undefined : value;
}

/** JSON writes bytes as a list of numbers. */
function reviveBytes(_key: string, value: unknown): unknown {
  const isBytes = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;
  return isBytes ? Buffer.from(value.data as number[]) : value;
}
