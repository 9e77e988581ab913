import { join } from 'node:path';
import type { RepoInput } from '../src/core/repo-map/input.ts';
import { mapRepository } from '../src/core/repo-map/map.ts';
import type { RepoMap } from '../src/core/repo-map/schema.ts';
import type { RunState } from '../src/core/run/state.ts';
import { nameRepo } from '../src/core/run/view/status.ts';
import { cloneRepository, type Cloned } from '../src/git/clone.ts';
import { runFolder } from '../src/git/record.ts';
import { loadRepoFiles } from '../src/repo-files/load.ts';
import type { WorkerContext } from './context.ts';

/** Folder of the run's clone on the worker's disk. */
export function cloneFolder(context: WorkerContext, state: RunState): string {
  return join(runFolder(context.settings.dataDir, state.id), 'repo');
}

/** Makes sure that the clone lies on this worker's disk, at the commit of the run; another worker may have made it elsewhere. */
export async function ensureClone(context: WorkerContext, state: RunState, signal: AbortSignal): Promise<Cloned> {
  const { git, embedded } = context.settings;
  const limits = { maxBytes: git.maxMegabytes * 1_000_000, timeoutMs: git.timeoutSeconds * 1000, embedded };
  return cloneRepository(state.request.repo, cloneFolder(context, state), limits, { commit: state.clone?.commit, signal });
}

/** The repository as the mapper wants it. */
export async function readRepository(context: WorkerContext, state: RunState, signal: AbortSignal): Promise<RepoInput> {
  const cloned = await ensureClone(context, state, signal);
  const files = await loadRepoFiles(cloneFolder(context, state));
  return {
    name: nameRepo(state),
    commit: cloned.commit,
    committedAt: cloned.committedAt,
    subfolder: state.request.repo.subfolder,
    files,
    parse: context.parsePython,
  };
}

/** The whole map; cheap enough to be made anew wherever it is needed, so that only its summary travels. */
export async function readMap(context: WorkerContext, state: RunState, signal: AbortSignal): Promise<{ map: RepoMap; input: RepoInput }> {
  const input = await readRepository(context, state, signal);
  return { map: mapRepository(input), input };
}

/** Absolute folder of the run on its site. */
export async function siteFolder(context: WorkerContext, state: RunState): Promise<string> {
  const site = context.sites.get(state.request.site);
  const root = await context.hostOf(state.request.site).expand(site?.workRoot ?? '~/reprobot');
  return `${root.replace(/\/+$/, '')}/${state.id}`;
}
