import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sumMeasured } from '../core/experiment/sum-measured.ts';
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
    case 'loop.opened':
      return `project: ${repo} - read at ${event.commit.slice(0, 7)}, rules ${event.rulesSha256.slice(0, 12)}`;
    case 'document.written':
      return state.verdict === null ? null : `learned: ${repo} - ${event.path}`;
    case 'run.finished':
      return `verdict: ${repo} - ${event.verdict.as}`;
    default:
      return describeLoopCommit(repo, event);
  }
}

/** The commits of a loop: who made what, which push ended how, which gate failed. */
function describeLoopCommit(name: string, event: RunEvent): string | null {
  switch (event.type) {
    case 'loop.handed_over':
      return `${HANDED[event.handedOver.stage] ?? event.handedOver.stage}: ${name} ${event.part} attempt ${event.attempt} - handed over`;
    case 'loop.data_built':
      return `data: ${name} ${event.part} attempt ${event.attempt} - ${event.files.length} files`;
    case 'loop.data_checked':
      return `datacheck: ${name} ${event.part} attempt ${event.attempt} - ${event.data.verdict}`;
    case 'loop.notebook_checked':
      return `model: ${name} ${event.part} attempt ${event.attempt} - ${event.passed ? 'checked' : `refused, ${event.errors.length} errors`}`;
    case 'loop.submitted':
      return `kaggle: ${name} ${event.part} attempt ${event.attempt}${showRerun(event.rerun)} - submitted as ${event.kernel.id.slug} version ${event.kernel.versionNumber}`;
    case 'loop.fetched':
      return `kaggle: ${name} ${event.part} attempt ${event.attempt}${showRerun(event.rerun)} - fetched ${event.files.length} files`;
    case 'loop.sent_back':
      return `${event.sentBack.stage === 'fetch' || event.sentBack.stage === 'submit' ? 'kaggle' : 'loop'}: ${name} ${event.part} attempt ${event.attempt} - error (${event.sentBack.failure.class}), to ${event.sentBack.to}`;
    case 'loop.judged':
      return `eval: ${name} ${event.part} attempt ${event.attempt} - ${sumMeasured(event.measured)}`;
    case 'loop.rerun_measured':
      return `eval: ${name} ${event.part} attempt ${event.attempt}${showRerun(event.rerun)} - ${event.value.toPrecision(4)}`;
    case 'loop.decided':
      return `decide: ${name} ${event.part} attempt ${event.attempt} - ${event.decision.next}, ${event.decision.reason}`;
    case 'loop.held':
      return `person: ${name} ${event.hold.part} attempt ${event.hold.attempt} - asked, ${event.hold.title}`.slice(0, 200);
    case 'loop.hold_answered':
      return `person: ${name} request ${event.id} - answered by ${event.by}`;
    case 'loop.target_waived':
      return `waived: ${name} target ${event.waiver.target} by ${event.waiver.by}`;
    case 'gate.overruled':
      return `overruled: ${name} ${event.part} attempt ${event.attempt} by ${event.override.by}`;
    case 'loop.part_closed':
      return `loop: ${name} ${event.part} - ${event.as}, ${event.reason}`.slice(0, 200);
    default:
      return null;
  }
}

const HANDED: Readonly<Record<string, string>> = {
  entrance: 'entrance',
  researcher: 'research',
  architect: 'design',
  builder_data: 'data',
  builder_model: 'model',
  evaluator: 'eval',
};

function showRerun(rerun: number): string {
  return rerun === 0 ? '' : ` re-run ${rerun}`;
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
