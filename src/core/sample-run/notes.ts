/** What a person should know before they allow a sample. Pure. */
import { groupBy } from '../group-by.ts';
import { isReadBy } from '../repo-map/assets/assets.ts';
import { isPlaceholder } from '../repo-map/commands/shell-words.ts';
import { findArgument } from '../repo-map/entries/entries.ts';
import { isMissed } from '../repo-map/hardware/signals.ts';
import { UNSET } from '../repo-map/hardware/stops.ts';
import type { Asset, Entry, RepoMap } from '../repo-map/schema.ts';
import { showPlace } from '../repo-map/search-lines.ts';
import type { SiteProfile } from '../site.ts';

export interface NoteContext {
  readonly map: RepoMap;
  readonly site: SiteProfile;
  readonly entry: Entry;
  readonly gpus: number;
  readonly minutes: string;
  /** What bounds the work. */
  readonly bound: 'short' | 'epochs' | 'nothing';
  /** Options of the documented command that the sample goes without, since only the reader knows their values. */
  readonly leftOut: readonly string[];
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
  notes.push(...listOpen(context), ...listUnset(map, site));
  if (context.leftOut.length > 0)
    notes.push(`Goes without ${context.leftOut.join(', ')}: only you know the value, and the program has a default of its own.`);
  notes.push(...context.questions, ...listAssetNotes(map, entry, site));
  if (context.isMadeForCpu) notes.push('The code wants CUDA; the lines that say so are changed, and the sample runs on the CPU, slowly.');
  else if (map.hardware.needsGpu && gpus === 0)
    notes.push('The code uses CUDA without asking whether it is there, and this sample has no GPU: it will probably stop there.');
  if (asksForSeveral(map, entry))
    notes.push(`The repository trains on several GPUs; the sample runs one process${gpus > 0 ? ' on one GPU' : ' on the CPU'}.`);
  return notes;
}

/** What only a person can say: values that nothing gives, and words that stand for something else. */
function listOpen(context: NoteContext): string[] {
  const { entry } = context;
  const notes: string[] = [];
  const told = new Set<string>();
  for (const argument of entry.arguments) {
    const isSet = context.isSet(argument.name) || context.adjusted[argument.name] !== undefined;
    const names = [argument.name, ...argument.aliases];
    const open = entry.argv.find(
      (word, index) => isPlaceholder(word) && (names.includes(entry.argv[index - 1] ?? '') || names.includes(word.split('=')[0] ?? '')),
    );
    if (open !== undefined) told.add(open);
    const place = showPlace(argument.evidence);
    if (open !== undefined && !argument.required)
      notes.push(`${argument.name} has no default that serves here: it needs a value from you.`);
    if (argument.required && (open !== undefined || !isSet) && argument.style !== 'positional')
      notes.push(`${argument.name} is required and has no default (${place}): it needs a value from you.`);
    else if (
      !isSet &&
      (argument.role === 'data' || argument.role === 'weights') &&
      HOLE.test(argument.default ?? '') &&
      (argument.role === 'data' || argument.default !== '???')
    )
      notes.push(`${argument.name} is left to you (${place} says ${argument.default ?? ''}): it needs a value.`);
  }
  // The first words start the program; a hole among them is no value.
  const holes = entry.argv.filter((word, index) => index > 1 && /<[^<>]+>|^\/?path\/to\//.test(word) && !told.has(word));
  for (const hole of new Set(holes)) notes.push(`${hole} stands for something only you know: put it in before the sample runs.`);
  return notes.slice(0, MAX_OPEN);
}

function listUnset(map: RepoMap, site: SiteProfile): string[] {
  return map.redFlags.flatMap((flag) => {
    const name = flag.what.startsWith(UNSET) ? (flag.what.slice(UNSET.length + 1).split(' ')[0] ?? '') : '';
    return name === '' || site.env[name] !== undefined
      ? []
      : [`The program reads the variable ${name} (${showPlace(flag.evidence[0])}): set it under \`env\` of this site in reprobot.yaml.`];
  });
}

const MAX_OPEN = 12;
/** A default that a configuration leaves to its reader. */
const HOLE = /^(SET|PUT|INSERT|YOUR|PATH|ADD)_[A-Z_]+$|_HERE$|^\?{3}$|^\/?path\/to\/|^<.*>$/;

function listAssetNotes(map: RepoMap, entry: Entry, site: SiteProfile): string[] {
  const offline = site.internet.compute ? '' : '; jobs here have no internet';
  const missing = map.assets
    .filter((asset) => isMissed(asset, entry, map.assets) || (isReadBy(asset, entry) && isAbsent(asset) && !isWithinSources(asset, entry)))
    .map((asset) => `Reads ${asset.reference}, which is not in the repository (${showPlace(asset.evidence[0])}).`);
  const fetched = map.assets.filter((asset) => isReadBy(asset, entry) && !asset.present && asset.source !== 'path');
  const gated = fetched.filter((asset) => asset.gated !== undefined);
  const wanted = gated.map((asset) => `Needs ${asset.reference}: ${asset.gated ?? ''}.`);
  const groups = groupBy(
    fetched.filter((asset) => asset.gated === undefined),
    (asset) => `${asset.kind} ${asset.source}`,
  );
  const loaded = groups.flatMap(({ items }) => {
    const names = narrow(items, entry).map((asset) => asset.reference);
    const isOnlyNamed = items.every((asset) => asset.source === 'url');
    if (names.length === 1 && !isOnlyNamed) return [`Downloads ${names[0] ?? ''} while it runs${offline}.`];
    const shown = names.slice(0, 6).join(', ');
    const list = `${shown}${names.length > 6 ? ' …' : ''}`;
    // An address in the source may be for another way to start it.
    return [isOnlyNamed ? `May download ${list}${offline}.` : `Downloads one or more of ${list} while it runs${offline}.`];
  });
  return [...missing, ...wanted, ...loaded];
}

function isAbsent(asset: Asset): boolean {
  return asset.source === 'path' && !asset.present && asset.madeBy === undefined;
}

function isWithinSources(asset: Asset, entry: Entry): boolean {
  return asset.evidence.every((item) => entry.files?.includes(item.file) === true);
}

/** Of several that a program can choose from, the one that its arguments name; all of them where they name none. */
function narrow(group: readonly Asset[], entry: Entry): readonly Asset[] {
  if (group.length < 2) return group;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z\d]/g, '');
  const given = [...entry.argv.slice(1), ...entry.arguments.map((item) => item.default ?? '')].map((word) =>
    plain(word.split('=').at(-1) ?? ''),
  );
  const named = group.filter((asset) => given.includes(plain(asset.reference.split(' ').at(-1) ?? '')));
  return named.length > 0 ? named : group;
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
