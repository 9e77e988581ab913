/** Which files of the project an attempt is made of, and whether a person has approved exactly them. Pure. */
import type { RunState } from '../run/state.ts';
import { META, type AttemptFiles, type Project } from './project.ts';
import type { Attempt, ExperimentState, FileDigest, RunTerms } from './schema.ts';

/** What the project brings for an attempt of a part; undefined where it brings nothing. */
export function findOwnFiles(project: Project, part: string, attempt: number): AttemptFiles | undefined {
  const list = part === META ? project.meta?.attempts : project.features.find(({ name }) => name === part)?.attempts;
  return list?.[attempt - 1];
}

/** True when all files of the data lie in the project, or a script of it makes them. */
export function bringsData({ project, files }: Pick<ExperimentState, 'project' | 'files'>): boolean {
  if (project === null) return false;
  const there = new Set(files.map(({ path }) => path));
  const { script } = project.data;
  return script === undefined ? project.data.files.every((file) => there.has(file)) : there.has(script);
}

/** Equal for equal data: the script, or the files themselves. */
export function describeDataSource({ project, files }: Pick<ExperimentState, 'project' | 'files'>): string {
  if (project === null) return '';
  const wanted = project.data.script === undefined ? project.data.files : [project.data.script];
  return files
    .filter(({ path }) => wanted.includes(path))
    .map(({ path, sha256 }) => `${path}:${sha256}`)
    .toSorted()
    .join(' ');
}

/** The attempt whose data were checked and may be used again: newest first, and none that came back since. */
export function findData(exp: ExperimentState): Attempt | undefined {
  const source = describeDataSource(exp);
  const all = exp.parts.flatMap(({ attempts }) => attempts).toSorted((a, b) => b.startedAt - a.startedAt || b.number - a.number);
  if (all[0]?.sentBack.at(-1)?.to === 'builder_data') return undefined;
  return all.find(({ data }) => data !== null && data.verdict !== 'REJECT' && data.source === source);
}

/** Whether questions that people granted cover all of these files, run under these terms. */
export function isCovered(state: Pick<RunState, 'approvals'>, terms: RunTerms, files: readonly FileDigest[]): boolean {
  const wanted = JSON.stringify(terms);
  const granted = state.approvals.flatMap(({ action, settled }) =>
    settled?.as === 'granted' && action.kind === 'run-experiment' && JSON.stringify(action.terms) === wanted ? action.files : [],
  );
  const known = new Set(granted.map(({ path, sha256 }) => `${sha256} ${path}`));
  return files.length > 0 && files.every(({ path, sha256 }) => known.has(`${sha256} ${path}`));
}

/** The name under which an attempt’s kernel stands at Kaggle; another for every attempt of every run. */
export function titleKernel(runId: string, part: string, attempt: number): string {
  return `${part.replaceAll('_', '-')} ${attempt} ${runId}`;
}

/** Folder in the record of what belongs to an attempt. */
export function attemptFolder(part: string, attempt: number): string {
  return `attempts/${part}-${attempt}`;
}
