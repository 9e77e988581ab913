/** What names say about a program: the words that it shares with its repository, the READMEs that speak of it. */
import type { WrittenCommand } from '../commands/commands.ts';
import { listCopied } from '../commands/copied.ts';
import { FORGE_PAGE } from '../forge-page.ts';
import { folderOf, joinPath, linesOf, nameOf, type RepoInput } from '../input.ts';

/** What names of programs and repositories have in common without meaning each other. */
const COMMON_WORD =
  /^(train\w*|pre\w*|fine\w*|tun\w*|test\w*|eval\w*|main|run\w*|model\w*|net\w*|learn\w*|deep\w*|neural|data\w*|image\w*|video|text|the|for|and|with|from|via|using|code|official|implementation|py\w*|torch|tensorflow|keras|jax|flax|gpu|demo|example\w*|experiment\w*|project|research|paper|baseline\w*|benchmark\w*|cifar\w*|mnist|imagenet|coco)$/;

export interface NameSigns {
  /** Words of the repository's name and title. */
  readonly ownWords: ReadonlySet<string>;
  /** Texts of the READMEs of a folder. */
  readonly readmes: ReadonlyMap<string, readonly string[]>;
  /** Folders with a README of which that of the root speaks, in its order. */
  readonly toldFolders: readonly string[];
  /** Folders below the root that have a licence of their own. */
  readonly licensed: ReadonlySet<string>;
}

/** Reads once what every program is compared with. */
export function readNameSigns(input: RepoInput): NameSigns {
  const readmes = new Map<string, string[]>();
  for (const file of input.files) {
    if (file.text === null || !/^readme/i.test(nameOf(file.path))) continue;
    const folder = folderOf(file.path);
    readmes.set(folder, [...(readmes.get(folder) ?? []), file.text]);
  }
  const root = readmes.get('')?.[0] ?? '';
  return {
    ownWords: readOwnWords(input.name, root),
    readmes,
    toldFolders: listToldFolders(root, readmes),
    licensed: listCopied(input.files),
  };
}

/** The folders of parts, by where the text first names them with a slash behind. */
function listToldFolders(text: string, readmes: ReadonlyMap<string, unknown>): string[] {
  const told = new Set<string>();
  // A page of a forge shows a folder, too.
  const plain = text.replaceAll(new RegExp(FORGE_PAGE, 'g'), ' ');
  for (const match of plain.matchAll(/(?<![\w./-])(?:\.\/)?([\w.-]{1,60}(?:\/[\w.-]{1,60}){0,3})(?=\/)/g)) {
    const folder = match[1] ?? '';
    if (readmes.has(folder)) told.add(folder);
  }
  return [...told];
}

/** How many folders the root's README names before the one whose README tells the command. */
export function countToldBefore(signs: NameSigns, command: WrittenCommand): number | null {
  const at = command.via === 'readme' ? signs.toldFolders.indexOf(folderOf(command.evidence.file)) : -1;
  return at < 0 ? null : at;
}

/** Words that name the method rather than what every repository does; the title's abbreviation in brackets is one. */
function readOwnWords(name: string, readme: string): ReadonlySet<string> {
  const title = linesOf(readme.slice(0, 2000)).find((line) => /^#\s/.test(line)) ?? '';
  return new Set(splitName(`${nameOf(name)}_${title.replaceAll(/[^\w-]+/g, '_')}`));
}

function splitName(name: string): string[] {
  const words = name
    .replace(/\.\w+$/, '')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.filter((word) => word.length > 2 && !COMMON_WORD.test(word));
}

/** True for a program that is called like the method. */
export function isNamesake(signs: NameSigns, path: string): boolean {
  return splitName(nameOf(path)).some((word) => signs.ownWords.has(word));
}

/** True where the README of the repository or of the program's folder speaks of the file. */
export function isNamedInReadme(signs: NameSigns, path: string): boolean {
  const near = new Set(['', folderOf(path)]);
  return [...near].some((folder) => signs.readmes.get(folder)?.some((text) => text.includes(nameOf(path))) === true);
}

/** True for what lies in a project that was copied into the repository. */
export function isForeign({ licensed }: NameSigns, path: string): boolean {
  return path.split('/').some((_, index, words) => index > 0 && licensed.has(words.slice(0, index).join('/')));
}

/** One or two notebooks beside a program show it; more are the work itself. */
const LISTED_NOTEBOOKS = 3;

/** The notebooks that the main README lists where it tells no command, as those of books and courses do. */
export function listNotebooks({ readmes }: NameSigns, commands: readonly WrittenCommand[]): ReadonlySet<string> {
  const readme = readmes.get('')?.[0] ?? '';
  const isMain = ({ via, evidence }: WrittenCommand) => via === 'readme' && !evidence.file.includes('/');
  if (commands.some(isMain)) return new Set();
  const links = linesOf(readme).flatMap((line) =>
    [...line.matchAll(/\]\(([\w./%-]{1,200}\.ipynb)/g)].map((match) => joinPath(match[1] ?? '')),
  );
  const listed = new Set(links.filter((path) => path !== null));
  return listed.size < LISTED_NOTEBOOKS ? new Set() : listed;
}
