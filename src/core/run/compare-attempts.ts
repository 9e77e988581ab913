/** What is different between two attempts at the same repository. Pure. */
import type { Change } from '../failure-history.ts';
import { formatBytes, formatDuration } from './format.ts';
import { findLastJob, type JobState, type RunState } from './state.ts';

/** What an attempt was made of. */
export interface AttemptFacts {
  readonly at: number;
  readonly site: string;
  readonly commit: string | null;
  /** Versions that were verified in the environment, python among them. */
  readonly packages: Readonly<Record<string, string>>;
  readonly job: JobState | null;
}

const MOST_SHOWN = 6;
const SHA = 7;
/** Options whose value says what is read, and values that are places. */
const DATA_OPTION = /data|corpus|split|\binput|dir$|path$|root$|file$/i;
const PLACE = /^(?:~|\.{0,2}\/|\w+:\/\/)|\.(?:csv|json|jsonl|parquet|pt|npz|npy|h5|hdf5|tar|zip|txt|arrow)$/i;

/** The facts of the attempt that a state stands at. */
export function readFacts(state: RunState, job: JobState | null = findLastJob(state) ?? null): AttemptFacts {
  const at = job?.observation?.kind === 'ended' ? (job.observation.startedAt ?? state.updatedAt) : state.updatedAt;
  return { at, site: state.request.site, commit: state.clone?.commit ?? null, packages: state.env?.built ?? {}, job };
}

/** What changed from one attempt to a later one, as far as it is known; the time between them always. Values of variables are never shown. */
export function compareAttempts(before: AttemptFacts, after: AttemptFacts): Change[] {
  return [
    ...compareCommits(before, after),
    ...comparePackages(before.packages, after.packages),
    ...(before.job === null || after.job === null ? [] : compareJobs(before.job, after.job)),
    ...comparePlaces(before, after),
    {
      what: 'time' as const,
      text: `${formatDuration(Math.abs(after.at - before.at) / 1000)} ${after.at < before.at ? 'earlier' : 'later'}`,
    },
  ];
}

function compareCommits({ commit: before }: AttemptFacts, { commit: after }: AttemptFacts): Change[] {
  if (before === null || after === null || before === after) return [];
  return [{ what: 'commit', text: `${before.slice(0, SHA)} → ${after.slice(0, SHA)}` }];
}

function comparePackages(before: AttemptFacts['packages'], after: AttemptFacts['packages']): Change[] {
  if (Object.keys(before).length === 0 || Object.keys(after).length === 0) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const texts = names.flatMap((name) => describeDifference(name, before[name], after[name]));
  return shorten(texts).map((text) => ({ what: 'environment', text }));
}

function describeDifference(name: string, before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  if (before === undefined) return [`${name} ${after} is new`];
  return [after === undefined ? `${name} ${before} is gone` : `${name} ${before} → ${after}`];
}

/** What does not fit is counted. */
function shorten(texts: readonly string[]): string[] {
  return texts.length <= MOST_SHOWN ? [...texts] : [...texts.slice(0, MOST_SHOWN - 1), `and ${texts.length - MOST_SHOWN + 1} more`];
}

function compareJobs(before: JobState, after: JobState): Change[] {
  return [...compareArguments(before, after), ...compareVariables(before, after), ...compareResources(before, after)];
}

function compareArguments(before: JobState, after: JobState): Change[] {
  const [old, now] = [readOptions(before), readOptions(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const changes = names.flatMap((name): Change[] => {
    const [text] = describeDifference(name, old.get(name), now.get(name));
    if (text === undefined) return [];
    const isData = DATA_OPTION.test(name) || PLACE.test(now.get(name) ?? old.get(name) ?? '');
    return [{ what: isData ? 'data' : 'arguments', text: text.trim() }];
  });
  const most = 2 * MOST_SHOWN;
  return changes.length <= most
    ? changes
    : [...changes.slice(0, most - 1), { what: 'arguments', text: `and ${changes.length - most + 1} more` }];
}

/** Options with their values, and other words by their place; the run's own folder has one name in all runs. */
function readOptions({ spec }: JobState): Map<string, string> {
  const options = new Map<string, string>();
  const words = spec.argv.map((word) => word.replaceAll(spec.runFolder, '{run}'));
  let place = 0;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const inline = /^(?<name>--?[A-Za-z][\w.-]*|[\w.]+)=(?<value>.*)$/s.exec(word)?.groups;
    const next = words[index + 1];
    if (inline?.['name'] !== undefined) options.set(inline['name'], inline['value'] ?? '');
    else if (!/^--?[A-Za-z]/.test(word)) options.set(`word ${(place += 1)}:`, word);
    else if (next === undefined || /^--?[A-Za-z]/.test(next)) options.set(word, '');
    else options.set(word, words[(index += 1)] ?? '');
  }
  return options;
}

function compareVariables(before: JobState, after: JobState): Change[] {
  const names = [...new Set([...Object.keys(before.spec.env), ...Object.keys(after.spec.env)])].toSorted();
  const changed = names.filter((name) => {
    const [old, now] = [before, after].map(({ spec }) => spec.env[name]?.replaceAll(spec.runFolder, '{run}'));
    return old !== now;
  });
  return shorten(changed.map((name) => `variable ${name} differs`)).map((text) => ({ what: 'environment', text }));
}

function compareResources(
  { spec: { resources: before, isolation: old } }: JobState,
  { spec: { resources: after, isolation: now } }: JobState,
) {
  const rows: readonly (readonly [string, string, string])[] = [
    ['CPUs', String(before.cpus), String(after.cpus)],
    ['memory', formatBytes(before.memoryMb * 1_048_576), formatBytes(after.memoryMb * 1_048_576)],
    ['GPUs', String(before.gpus), String(after.gpus)],
    ['nodes', String(before.nodes), String(after.nodes)],
    ['time limit', formatDuration(before.timeLimitSeconds), formatDuration(after.timeLimitSeconds)],
    ['network', String(old.network), String(now.network)],
  ];
  return rows.filter(([, was, is]) => was !== is).map(([name, was, is]): Change => ({ what: 'resources', text: `${name} ${was} → ${is}` }));
}

function comparePlaces(before: AttemptFacts, after: AttemptFacts): Change[] {
  if (before.site !== after.site) return [{ what: 'node', text: `${before.site} → ${after.site}` }];
  const [old, now] = [before, after].map(({ job }) => (job?.observation?.kind === 'ended' ? job.observation.node : undefined));
  return old === undefined || now === undefined || old === now ? [] : [{ what: 'node', text: `${old} → ${now}` }];
}
