/** What comes first among entries when they are seen together. */
import type { WrittenCommand } from '../commands/commands.ts';
import { folderOf, joinPath, linesOf, nameOf, type RepoFile } from '../input.ts';
import type { Entry } from '../schema.ts';

/** Where the README shows how to use the repository and none of that trains, the training of a part with its own README or setup is a side matter,
 *  and so is one deep inside that nothing tells people to start. */
export function lowerSideWork(entries: readonly Entry[], commands: readonly WrittenCommand[], files: readonly RepoFile[]): Entry[] {
  const isRoot = (command: WrittenCommand) => command.via === 'readme' && !command.evidence.file.includes('/');
  const shown = new Set(commands.filter(isRoot).map((command) => command.evidence));
  const main = entries.filter((entry) => entry.evidence[0] !== undefined && shown.has(entry.evidence[0]));
  const work = main.filter((entry) => entry.kind !== 'download' && entry.kind !== 'test');
  if (work.length === 0 || main.some((entry) => entry.kind === 'train')) return [...entries];
  const told = commands.filter((command) => isRoot(command) && !command.isInline && work.some((entry) => entry.file === command.file));
  const isUntold = (entry: Entry) => entry.evidence.every((item) => item.file === entry.file);
  // `run_x_y.py` that nobody names is a relative of the `run_x.py` that is shown.
  const isRelative = (entry: Entry) =>
    isUntold(entry) && work.some((shown) => entry.file.startsWith(`${shown.file.replace(/\.py$/, '')}_`));
  // Results that the README says how to measure are what its authors claim; a training that it keeps quiet about is not.
  const measures = work.filter((entry) => entry.kind === 'evaluate').length > 1;
  const parts = new Set(
    files.filter((file) => /\/(readme[^/]*|setup\.py|pyproject\.toml)$/i.test(file.path)).map((file) => folderOf(file.path)),
  );
  const isPart = (entry: Entry) =>
    entry.file.split('/').some((_, index, words) => {
      const part = words.slice(0, index).join('/');
      return index > 0 && parts.has(part) && entry.evidence[0]?.file.startsWith(`${part}/`) === true;
    });
  return entries.map((entry) => {
    if (entry.kind !== 'train')
      return measures && main.includes(entry) && entry.kind === 'evaluate' ? { ...entry, score: entry.score + 25 } : entry;
    const less =
      isPart(entry) && (work.length > 1 || told.length > 1)
        ? 60
        : isRelative(entry)
          ? 25
          : !isUntold(entry)
            ? 0
            : entry.file.includes('/')
              ? 25
              : measures
                ? 15
                : 0;
    return { ...entry, score: entry.score - less };
  });
}

/** Where the README of the whole tells in a block of its own how the training is started, what the READMEs of parts tell stands behind it. */
export function lowerParts(entries: readonly Entry[], commands: readonly WrittenCommand[]): Entry[] {
  const isWhole = ({ via, evidence, isInline, purpose }: WrittenCommand) =>
    via === 'readme' && !evidence.file.includes('/') && !isInline && purpose === 'train';
  const told = new Set(commands.filter(isWhole).map((command) => command.evidence));
  const ofParts = new Set(
    commands.filter(({ via, evidence }) => via === 'readme' && evidence.file.includes('/')).map((command) => command.evidence),
  );
  const isTold = ({ kind, evidence: [first] }: Entry) => kind === 'train' && first !== undefined && told.has(first);
  if (!entries.some(isTold)) return [...entries];
  const isOfPart = ({ evidence: [first] }: Entry) => first !== undefined && ofParts.has(first);
  return entries.map((entry) => (isOfPart(entry) ? { ...entry, score: entry.score - LESS_FOR_PARTS } : entry));
}

const LESS_FOR_PARTS = 30;

/** A README that tells no command and lists notebooks, as books and courses do, names what to start all the same. */
export function raiseLinkedNotebooks(entries: readonly Entry[], files: readonly RepoFile[]): Entry[] {
  const readme = files.find((file) => file.text !== null && /^readme[^/]*$/i.test(file.path));
  if (entries.some((entry) => entry.evidence[0]?.file === readme?.path)) return [...entries];
  const targets = linesOf(readme?.text ?? '').flatMap((line) =>
    [...line.matchAll(/\]\(([\w./%-]{1,200}\.ipynb)/g)].map((match) => joinPath(match[1] ?? '')),
  );
  const linked = new Set(targets);
  const listed = entries.filter((entry) => linked.has(entry.file));
  if (listed.length < LISTED_NOTEBOOKS) return [...entries];
  return entries.map((entry) =>
    linked.has(entry.file) && nameOf(entry.file).endsWith('.ipynb') ? { ...entry, score: entry.score + 60 } : entry,
  );
}

/** One or two notebooks beside a program show it; more are the work itself. */
const LISTED_NOTEBOOKS = 3;
