/** From a path as a text writes it to the file that is meant. */
import { folderOf, joinPath, nameOf, relativePath, type RepoFile } from '../input.ts';
import { NearNames } from './near-names.ts';
import { readHoles } from './path-holes.ts';

export interface Found {
  readonly file: string;
  readonly cwd: string;
  readonly typed: string;
  readonly isExact: boolean;
}

export class FileFinder {
  private readonly byPath: ReadonlyMap<string, RepoFile>;
  private readonly byName = new Map<string, string[]>();
  /** Folders that hold a file. */
  private readonly folders: ReadonlySet<string>;
  /** Made when a name is not found as it is spelt. */
  private near: NearNames | undefined;

  constructor(byPath: ReadonlyMap<string, RepoFile>) {
    this.byPath = byPath;
    this.folders = new Set([...byPath.keys()].map(folderOf));
    for (const path of byPath.keys()) {
      const name = nameOf(path);
      const known = this.byName.get(name);
      if (known === undefined) this.byName.set(name, [path]);
      else known.push(path);
    }
  }

  /** Where the text says; else the one file whose path ends like the word. */
  find(word: string, folders: readonly string[], endings: readonly string[], rest: readonly string[] = []): Found | null {
    // A variable that nobody sets stands for the checkout: `$ROOT/tools/train.py`.
    const target = word.replace(/^(?:\$\{?\w+\}?|<[^<>]+>|~)\//, '');
    // Documents often start from beside the checkout: `cd name-of-repository/tools`.
    const tried = [...folders, ...folders.filter((folder) => folder !== '').map((folder) => folder.split('/').slice(1).join('/'))];
    for (const [index, cwd] of tried.entries()) {
      for (const ending of endings) {
        const file = joinPath(cwd, target + ending);
        if (file !== null && this.byPath.has(file)) return { file, cwd, typed: target, isExact: index < folders.length };
      }
    }
    const path = joinPath(target);
    if (path === null || path === '') return null;
    const like = this.findLike(path, folders);
    if (like !== null) return like;
    for (const ending of endings) {
      const same = this.byName.get(nameOf(path + ending)) ?? [];
      const matches = same.filter((candidate) => candidate.endsWith(`/${path}${ending}`));
      // A folder to which the reader is sent and that lies deeper than the text says.
      const within = matches.filter((match) => folders[0] !== '' && match.endsWith(`/${nameOf(folders[0] ?? '')}/${path}${ending}`));
      const only =
        matches.length === 1
          ? matches[0]
          : within.length === 1
            ? within[0]
            : (this.chooseByArguments(matches, path + ending, rest) ?? chooseTwin(matches));
      if (only !== undefined) return { file: only, cwd: only.slice(0, -(path.length + ending.length + 1)), typed: path, isExact: false };
    }
    // A path that begins with the name of the repository, as seen from beside it.
    const inside = path.slice(path.indexOf('/') + 1);
    const seen = endings.find((ending) => path.includes('/') && inside.includes('/') && this.byPath.has(inside + ending));
    if (seen !== undefined) return { file: inside + seen, cwd: '', typed: inside, isExact: false };
    return this.findMisplaced(path, folders);
  }

  /** The first program whose path fits one with a hole in its name: `run_<task>.py`, `scripts/[a,b].sh`. */
  findLike(path: string, folders: readonly string[]): Found | null {
    const holes = /\.(py|sh)$/.test(path) && !path.includes('$') ? readHoles(path) : null;
    // The rest of the name must say which programs are meant; several holes would take long to fit to each of many files.
    if (holes === null || holes.count > 1 || (!holes.isList && `${nameOf(holes.before)}${holes.after.replace(/\.\w+$/, '')}`.length < 2))
      return null;
    for (const cwd of folders) {
      const prefix = cwd === '' ? '' : `${cwd}/`;
      const file = [...this.byPath.keys()].find((known) => known.startsWith(prefix) && holes.pattern.test(known.slice(prefix.length)));
      if (file !== undefined) return { file, cwd, typed: file.slice(prefix.length), isExact: true };
    }
    return null;
  }

  /** A path whose folder is not there, as after somebody renamed it a little: the one program of that name, in a folder that begins alike. */
  private findMisplaced(path: string, folders: readonly string[]): Found | null {
    const renamed = this.findRenamed(path, folders);
    if (renamed !== null) return renamed;
    const name = nameOf(path);
    const folder = folderOf(path);
    if (
      folder === '' ||
      /[<$]/.test(path) ||
      !/\.(py|sh)$/.test(name) ||
      folders.some((base) => this.folders.has(joinPath(base, folder) ?? ''))
    )
      return null;
    const [only, ...others] = this.byName.get(name) ?? [];
    const isAlike = nameOf(folderOf(only ?? '')).startsWith(nameOf(folder).slice(0, 3));
    return only === undefined || others.length > 0 || !isAlike ? null : { file: only, cwd: '', typed: only, isExact: false };
  }

  /** A program that was renamed, or whose name was mistyped, since the text was written: the one in its folder that is spelt nearly so. */
  private findRenamed(path: string, folders: readonly string[]): Found | null {
    const name = nameOf(path);
    if (!name.endsWith('.py') || name.length < 7 || /[<$[{*]/.test(name)) return null;
    this.near ??= new NearNames(this.byPath.keys());
    const near = this.near.find(name);
    for (const cwd of folders) {
      // Where the text names no folder, whoever wrote it may have been in any.
      const home = path.includes('/') ? joinPath(cwd, folderOf(path)) : null;
      const [only, ...others] = near.filter((known) => home === null || folderOf(known) === home);
      if (only !== undefined && others.length === 0) return { file: only, cwd, typed: relativePath(cwd, only), isExact: false };
    }
    return null;
  }

  /** Of several files of one name the first beside which the other words name a file that is there, else the one that knows their flags. */
  private chooseByArguments(matches: readonly string[], path: string, rest: readonly string[]): string | undefined {
    const named = rest.filter((word) => /^[\w.-]+\/[\w./-]+\.\w{1,8}$/.test(word));
    const home = (match: string) => match.slice(0, -(path.length + 1));
    const some = matches.slice(0, 20);
    const beside = some.find((match) => named.some((word) => this.byPath.has(joinPath(home(match), word) ?? '')));
    return beside ?? this.chooseByFlags(some, rest);
  }

  /** The highest of the files whose text names every flag; with one flag alone it proves nothing. */
  private chooseByFlags(matches: readonly string[], rest: readonly string[]): string | undefined {
    const flags = rest.flatMap((word) => /^--([A-Za-z][\w-]{2,60})/.exec(word)?.[1] ?? []).slice(0, 12);
    if (flags.length < 2) return undefined;
    const knows = (text: string) => flags.every((flag) => text.includes(flag) || text.includes(flag.replaceAll('-', '_')));
    return matches
      .filter((match) => knows(this.byPath.get(match)?.text ?? ''))
      .toSorted((a, b) => a.split('/').length - b.split('/').length)[0];
  }
}

/** Of the few parts of a repository that hold the same programs, the first: the text means each of them. */
function chooseTwin(matches: readonly string[]): string | undefined {
  const isShort = matches.length <= 3 && matches.every((match) => match.split('/').length === 2);
  return isShort ? matches[0] : undefined;
}
