import type { RunState } from '../state.ts';

/** What a run is about, in a few words: `owner/name` of a repository or the last part of its address, `job 123`, `3 jobs`. */
export function nameRun(state: RunState): string {
  const project = state.experiment?.project;
  if (project !== null && project !== undefined) return project.name;
  if (state.request.repo === null) return nameWatch(state);
  const { url, subfolder } = state.request.repo;
  const parts = url
    .replace(/\.git$/, '')
    .replace(/\/+$/, '')
    .split(/[/:]/)
    .filter((part) => part !== '');
  const hosted = /^(https?:|ssh:|[^/]+@)/.test(url) && parts.length >= 2;
  const name = hosted ? parts.slice(-2).join('/') : (parts.at(-1) ?? url);
  return subfolder === '' ? name : `${name}/${subfolder}`;
}

function nameWatch({ watch }: RunState): string {
  const [only] = watch?.items ?? [];
  if (watch?.target.kind === 'job' && only !== undefined) return `job ${only.jobId} ${only.name}`.trim();
  const count = watch?.items.length ?? 0;
  return count === 1 ? `job ${only?.jobId ?? ''}` : `${count} jobs`;
}
