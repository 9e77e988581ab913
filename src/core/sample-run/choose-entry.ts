/** Which entry of a map a sample runs. Pure. */
import type { Entry, RepoMap } from '../repo-map/schema.ts';

/** The entry that a sample runs: the best one that trains, else the best one; undefined when nothing can be started. */
export function chooseEntry(map: RepoMap): Entry | undefined {
  const best = (kinds: readonly Entry['kind'][]) => map.entries.find((entry) => kinds.includes(entry.kind));
  return map.entries.find((entry) => trains(entry)) ?? best(['train']) ?? best(['other', 'demo', 'evaluate', 'preprocess', 'download']);
}

/** True where some program of the repository trains: then a sample of it says more than a probe. */
export function hasTraining(map: RepoMap): boolean {
  return map.entries.some((entry) => trains(entry));
}

function trains(entry: Entry): boolean {
  return entry.kind === 'notebook' || (entry.kind === 'train' && !isSelfTest(entry));
}

/** A module that runs itself at its end, without an option, a number to set or a document that says so, shows what it holds; it is no training. */
function isSelfTest(entry: Entry): boolean {
  const isTold = entry.evidence.some((item) => item.file !== entry.file);
  const isNamed = /(^|[/_-])(train|main|run|pretrain|finetune|fit|experiment)\w*\.py$/i.test(entry.file);
  return !isTold && !isNamed && entry.arguments.length === 0 && (entry.constants ?? []).length === 0 && entry.preparations === undefined;
}
