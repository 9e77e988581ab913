import { join } from 'node:path';
import type { RepoInput } from '../src/core/repo-map/input.ts';
import type { RepoMap } from '../src/core/repo-map/schema.ts';
import type { RepoRequest } from '../src/core/run/events.ts';
import type { RunState } from '../src/core/run/state.ts';
import { nameRun } from '../src/core/run/view/name.ts';
import type { ProbeSubject } from '../src/core/sample-run/probe-targets.ts';
import { cloneRepository, type Cloned } from '../src/git/clone.ts';
import { runFolder } from '../src/git/record.ts';
import { runInThread } from '../src/threads/run-in-thread.ts';
import type { WorkerContext } from './context.ts';
import type { MapJob, MappedFiles } from './threads/map-repository.ts';

const MAP_TIMEOUT_MS = 180_000;

/** The repository that a run is about; every run with a step that asks has one. */
export function requireRepo(state: RunState): RepoRequest {
  if (state.request.repo === null) throw new Error(`run ${state.id} is about no repository`);
  return state.request.repo;
}

/** Folder of the run's clone on the worker's disk. */
export function cloneFolder(context: WorkerContext, state: RunState): string {
  return join(runFolder(context.settings.dataDir, state.id), 'repo');
}

/** Makes sure that the clone lies on this worker's disk, at the commit of the run; another worker may have made it elsewhere. */
export async function ensureClone(context: WorkerContext, state: RunState, signal: AbortSignal): Promise<Cloned> {
  const { git, embedded } = context.settings;
  const limits = { maxBytes: git.maxMegabytes * 1_000_000, timeoutMs: git.timeoutSeconds * 1000, embedded, allowedHosts: git.allowedHosts };
  return cloneRepository(requireRepo(state), cloneFolder(context, state), limits, { commit: state.clone?.commit, signal });
}

/** The whole map and the files it was read from; cheap enough to be made anew wherever it is needed, so that only its summary travels. */
export async function readMap(
  context: WorkerContext,
  state: RunState,
  signal: AbortSignal,
): Promise<{ map: RepoMap; input: Pick<RepoInput, 'files'>; probe: ProbeSubject | null }> {
  const { commit, committedAt } = await ensureClone(context, state, signal);
  const job: MapJob = {
    folder: cloneFolder(context, state),
    name: nameRun(state),
    commit,
    committedAt,
    subfolder: requireRepo(state).subfolder,
  };
  const limits = { signal, timeoutMs: MAP_TIMEOUT_MS, doing: `reading ${job.name}` };
  const { map, files, probe } = await runInThread<MappedFiles>(new URL('./threads/map-repository.ts', import.meta.url), job, limits);
  return { map, input: { files }, probe };
}

/** Absolute folder of the run on its site. */
export async function siteFolder(context: WorkerContext, state: RunState): Promise<string> {
  const site = context.sites.get(state.request.site);
  const root = await context.hostOf(state.request.site).expand(site?.workRoot ?? '~/reprobot');
  return `${root.replace(/\/+$/, '')}/${state.id}`;
}
