/** Which files of the project an attempt is made of, and whether a person has approved exactly them. Pure. */
import type { RunState } from '../run/state.ts';
import { META, type AttemptFiles, type Project } from './project.ts';
import type { Attempt, ExperimentAction, ExperimentState, FileDigest, RunTerms } from './schema.ts';

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

/** The script that an agent wrote for the data, by its path in the record; null where the project brings its own, where none was written, or where
 *  the newest has come back. */
export function findMadeScript(exp: Pick<ExperimentState, 'project' | 'files' | 'parts'>): string | null {
  if (bringsData(exp)) return null;
  const attempts = exp.parts.flatMap(({ attempts }) => attempts).toSorted((a, b) => a.startedAt - b.startedAt);
  const scripts = attempts.flatMap(({ handedOver }) => handedOver.flatMap(({ stage, files }) => (stage === 'builder_data' ? files : [])));
  const back = attempts.flatMap(({ sentBack }) => sentBack).filter(({ to }) => to === 'builder_data').length;
  return scripts.length > back ? (scripts.at(-1) ?? null) : null;
}

/** Equal for equal data: the script, or the files themselves. */
export function describeDataSource(exp: Pick<ExperimentState, 'project' | 'files' | 'parts'>): string {
  const { project, files } = exp;
  if (project === null) return '';
  const made = findMadeScript(exp);
  if (made !== null) return `${made}, script ${countScripts(exp)}`;
  const wanted = project.data.script === undefined ? project.data.files : [project.data.script];
  return files
    .filter(({ path }) => wanted.includes(path))
    .map(({ path, sha256 }) => `${path}:${sha256}`)
    .toSorted()
    .join(' ');
}

function countScripts({ parts }: Pick<ExperimentState, 'parts'>): number {
  return parts.flatMap(({ attempts }) => attempts.flatMap(({ handedOver }) => handedOver)).filter(({ stage }) => stage === 'builder_data')
    .length;
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

/** Files of an action that no person wrote: what agents handed over stands in the record. */
export function listMade({ documents }: Pick<RunState, 'documents'>, action: Pick<ExperimentAction, 'files'>): string[] {
  return action.files.flatMap(({ path }) => (path.startsWith('attempts/') && Object.hasOwn(documents, path) ? [path] : []));
}

/** The name under which an attempt’s kernel stands at Kaggle; another for every attempt of every run. */
export function titleKernel(runId: string, part: string, attempt: number): string {
  return `${part.replaceAll('_', '-')} ${attempt} ${runId}`;
}

/** Folder in the record of what belongs to an attempt. */
export function attemptFolder(part: string, attempt: number): string {
  return `attempts/${part}-${attempt}`;
}
