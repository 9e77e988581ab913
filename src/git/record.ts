import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../core/run/events.ts';
import { foldEvent } from '../core/run/fold.ts';
import { hideSecrets } from '../core/run/hide-secrets.ts';
import { RunState } from '../core/run/state.ts';
import { nameRun } from '../core/run/view/name.ts';
import { IDENTITY, prepareRepository, writeAtomically } from './own-repository.ts';
import { runGit } from './run-git.ts';

/** The run's own repository: state.json, the documents, and one commit per step, written from the journal and from nothing else. */
export interface RecordStore {
  /** Brings the record up to the journal: `events` follow on `from` (nothing: from the beginning). Resolves with the state after them.
   *  Safe to repeat: what is committed already is not committed again. */
  write(events: readonly RunEvent[], from?: RunState | null): Promise<RunState | null>;
}

/** Folder of a run below the data folder; `repo` and `record` lie in it. */
export function runFolder(dataDir: string, runId: string): string {
  return join(dataDir, 'runs', runId);
}

export function createRecord(dataDir: string, runId: string): RecordStore {
  const folder = join(runFolder(dataDir, runId), 'record');
  const doing = `writing the record of run ${runId}`;
  return {
    write: async (events, from = null) => {
      await prepareRepository(folder, doing);
      const known = await readCommitted(folder, doing);
      let state = from;
      for (const event of events) {
        state = foldEvent(state, event);
        const message = describeCommit(state, event);
        const key = `${event.at}:${event.type}`;
        if (message === null || known.has(`${key}:${message}`)) continue;
        await writeFiles(folder, state);
        await commit(folder, message, `${key}:${message}`, new Date(event.at), doing);
      }
      if (state !== null) await writeFiles(folder, state);
      return state;
    },
  };
}

async function readCommitted(folder: string, doing: string): Promise<Set<string>> {
  const log = await runGit(['log', '--format=%(trailers:key=Reprobot-Event,valueonly)'], { cwd: folder, doing }).catch(() => '');
  return new Set(log.split('\n').map((line) => line.trim()));
}

async function commit(folder: string, message: string, key: string, date: Date, doing: string): Promise<void> {
  await runGit(['add', '--all'], { cwd: folder, doing });
  const dates = { GIT_AUTHOR_DATE: date.toISOString(), GIT_COMMITTER_DATE: date.toISOString() };
  await runGit(['commit', '--quiet', '--allow-empty', '-m', `${message}\n\nReprobot-Event: ${key}`], {
    cwd: folder,
    doing,
    env: { ...IDENTITY, ...dates },
  });
}

async function writeFiles(folder: string, known: RunState): Promise<void> {
  const state = hideSecrets(known);
  for (const [path, content] of Object.entries(state.documents)) await writeAtomically(join(folder, path), content);
  const approvals = state.approvals.map((approval) => JSON.stringify(approval)).join('\n');
  await writeAtomically(join(folder, 'approvals.jsonl'), approvals === '' ? '' : `${approvals}\n`);
  await writeAtomically(join(folder, 'state.json'), `${JSON.stringify(state, null, 2)}\n`);
}

const PREFIX: Readonly<Record<string, { topic: string; done: string }>> = {
  clone: { topic: 'clone', done: 'cloned' },
  'navigate-repo': { topic: 'map', done: 'mapped' },
  'resolve-deps': { topic: 'env', done: 'resolved' },
  'build-env': { topic: 'env', done: 'built' },
  'sample-run': { topic: 'run', done: 'done' },
};

/** First line of the commit that an event makes, such as `env: karpathy/minGPT attempt 2 - resolved`; null for events without one. */
export function describeCommit(state: RunState, event: RunEvent): string | null {
  const repo = nameRun(state);
  switch (event.type) {
    case 'step.done': {
      const { topic, done } = PREFIX[event.step] ?? { topic: event.step, done: 'done' };
      return `${topic}: ${repo} attempt ${event.attempt} - ${done}`;
    }
    case 'step.failed':
      return `${PREFIX[event.step]?.topic ?? event.step}: ${repo} attempt ${event.attempt} - failed, ${event.failure.class}`;
    case 'approval.granted':
      return `approval: ${repo} question ${event.id} - granted by ${event.by}`;
    case 'approval.edited':
      return `approval: ${repo} question ${event.id} - changed by ${event.by}`;
    case 'approval.expired':
      return `approval: ${repo} question ${event.id} - nobody answered`;
    case 'approval.rejected':
      return `approval: ${repo} question ${event.id} - rejected by ${event.by}`;
    case 'job.submitted':
      return `run: ${repo} - submitted as ${event.ref.jobId}`;
    case 'watch.examined':
      return `watch: ${repo} - ${event.found.token} examined`;
    case 'document.written':
      return state.verdict === null ? null : `learned: ${repo} - ${event.path}`;
    case 'run.finished':
      return `verdict: ${repo} - ${event.verdict.as}`;
    default:
      return null;
  }
}

/** State of a run as its record tells it, or null. Rejects when state.json is there and cannot be read. */
export async function readRecordedState(dataDir: string, runId: string): Promise<RunState | null> {
  const path = join(runFolder(dataDir, runId), 'record', 'state.json');
  if (!/^r[a-z0-9]{4,32}$/.test(runId) || !existsSync(path)) return null;
  return RunState.parse(JSON.parse(await readFile(path, 'utf8')));
}

/** Ids of all runs that have a record here. */
export async function listRecorded(dataDir: string): Promise<string[]> {
  const names = await readdir(join(dataDir, 'runs')).catch(() => []);
  return names.filter((name) => existsSync(join(dataDir, 'runs', name, 'record', 'state.json')));
}
