/** What a person should know before they allow a sample. Pure. */
import { isPlaceholder } from '../repo-map/commands/shell-words.ts';
import { findArgument } from '../repo-map/entries/entries.ts';
import { isMissingFor } from '../repo-map/hardware/signals.ts';
import type { Entry, RepoMap } from '../repo-map/schema.ts';
import type { SiteProfile } from '../site.ts';

export interface NoteContext {
  readonly map: RepoMap;
  readonly site: SiteProfile;
  readonly entry: Entry;
  readonly gpus: number;
  readonly minutes: string;
  /** What bounds the work. */
  readonly bound: 'short' | 'epochs' | 'nothing';
  /** What only a person can tell about places that are tied to one machine. */
  readonly questions: readonly string[];
  /** True where the lines that want a GPU are changed. */
  readonly isMadeForCpu: boolean;
  /** Arguments that a person or a remedy set. */
  readonly adjusted: Readonly<Record<string, string>>;
  readonly isSet: (name: string) => boolean;
}

/** The notes of a plan, the most important first. */
export function listNotes(context: NoteContext): string[] {
  const { map, site, entry, gpus, minutes, bound } = context;
  const notes: string[] = [];
  if (bound === 'nothing') notes.push(`No argument bounds the work: the clock stops it after ${minutes} minutes, which is no failure.`);
  if (bound === 'epochs')
    notes.push(`One epoch may be longer than the sample: the clock then stops it after ${minutes} minutes, which is no failure.`);
  for (const argument of entry.arguments) {
    const isSet = context.isSet(argument.name) || context.adjusted[argument.name] !== undefined;
    const names = [argument.name, ...argument.aliases];
    const isOpen = entry.argv.some(
      (word, index) => isPlaceholder(word) && (names.includes(entry.argv[index - 1] ?? '') || names.includes(word.split('=')[0] ?? '')),
    );
    if (isOpen && !argument.required) notes.push(`${argument.name} has no default that serves here: it needs a value from you.`);
    if (argument.required && (isOpen || !isSet) && argument.style !== 'positional')
      notes.push(
        `${argument.name} is required and has no default (${argument.evidence.file}:${String(argument.evidence.line)}): it needs a value from you.`,
      );
  }
  notes.push(...context.questions, ...listAssetNotes(map, entry, site));
  if (context.isMadeForCpu) notes.push('The code wants CUDA; the lines that say so are changed, and the sample runs on the CPU, slowly.');
  else if (map.hardware.needsGpu && gpus === 0)
    notes.push('The code uses CUDA without asking whether it is there, and this sample has no GPU: it will probably stop there.');
  if (asksForSeveral(map, entry))
    notes.push(`The repository trains on several GPUs; the sample runs one process${gpus > 0 ? ' on one GPU' : ' on the CPU'}.`);
  return notes;
}

function listAssetNotes(map: RepoMap, entry: Entry, site: SiteProfile): string[] {
  return map.assets.flatMap((asset) => {
    const isRead = asset.evidence.some((item) => entry.files?.includes(item.file) === true);
    if (isMissingFor(asset, entry))
      return [
        `Reads ${asset.reference}, which is not in the repository (${asset.evidence[0]?.file ?? ''}:${String(asset.evidence[0]?.line ?? 1)}).`,
      ];
    return isRead && !asset.present && asset.source !== 'path'
      ? [`Downloads ${asset.reference} while it runs${site.internet.compute ? '' : '; jobs here have no internet'}.`]
      : [];
  });
}

function asksForSeveral(map: RepoMap, entry: Entry): boolean {
  if (map.hardware.class === 'multi-gpu') return true;
  const counts = entry.argv.flatMap((word, index) => {
    const found = /^--?(?:nproc[_-]per[_-]node|num[_-]processes|num[_-]gpus)(?:=(\d{1,4}))?$/.exec(word);
    return found === null ? [] : [Number(found[1] ?? entry.argv[index + 1])];
  });
  return counts.some((count) => count > 1);
}

/** True when the command mentions an argument. */
export function isGiven(entry: Entry, argument: Entry['arguments'][number]): boolean {
  return entry.argv.some((word) => (word.startsWith('-') || word.includes('=')) && findArgument(entry, word) === argument);
}
