import { citeLine, folderOf, joinPath, nameOf, type RepoFile } from '../input.ts';
import type { Entry, Evidence } from '../schema.ts';
import { isPythonScript } from '../sources.ts';
/** From the words of a command to the file of the repository that does the work. */
import { readMakefile } from './build-files.ts';
import type { ConsoleScript } from './console-scripts.ts';
import { FileFinder, type Found } from './file-finder.ts';
import { isRead, readInvocation, type Invocation } from './invocation.ts';
import { readNameKind, readWordsPurpose } from './purpose.ts';
import { readShellScript, type RunLine } from './shell-script.ts';
import { isPlaceholder } from './shell-words.ts';

type Start = Pick<Entry, 'argv' | 'cwd' | 'launcher'>;

export interface Resolved extends Start {
  /** The file that does the work; empty when only the document that names the command is known. */
  readonly file: string;
  /** What a script or an installed command runs in the end, when that can be started without it. */
  readonly runs: Start | null;
  /** The lines of the script behind the command. */
  readonly behind: readonly Evidence[];
  /** False when the text names the file by the end of its path only. */
  readonly isExact: boolean;
  /** How many programs of the repository a script starts, one after the other. */
  readonly starts?: number | undefined;
}

const MAX_NESTING = 3;
/** Commands of frameworks that train what a repository only configures. */
const FRAMEWORK_COMMAND =
  /^(fairseq-(hydra-)?train|fairseq-(generate|eval-lm)|allennlp|onmt[_-](train|main)|mim|yolo|spacy|rasa|ludwig|axolotl|llamafactory-cli|trl|tune|t2t-trainer|mmf_run|parlai|nnUNet(v2)?_train|ns-train|autotrain|classy_train|catalyst-dl|tao|paddlespeech|sockeye-train|marian|opennmt|otx|anomalib)$/;

/** Programs that start another one on each device. */
const OWN_LAUNCHER = /^(?:dist\w{0,20}_)?launch(?:er)?(?:_\w{1,20})?\.py$|^multiproc\.py$/;

export class CommandResolver {
  private readonly byPath: ReadonlyMap<string, RepoFile>;
  private readonly finder: FileFinder;
  private readonly scripts: readonly ConsoleScript[];

  constructor(files: readonly RepoFile[], scripts: readonly ConsoleScript[]) {
    this.scripts = scripts;
    this.byPath = new Map(files.map((file) => [file.path, file]));
    this.finder = new FileFinder(this.byPath);
  }

  /** What the command starts, seen from `folder`, else from the folder of the text that names it, else from the root; null for what is not here. */
  resolve(invocation: Invocation, folder: string, base: string, depth = 0): Resolved | null {
    switch (invocation.kind) {
      case 'script':
      case 'notebook':
        return this.resolveScript(invocation, [folder, base, '']);
      case 'module':
        return this.resolveModule(invocation, [folder, base, '', 'src']);
      case 'shell':
        return depth > MAX_NESTING ? null : this.resolveShell(invocation, folder, base, depth);
      case 'make':
        return depth > MAX_NESTING ? null : this.resolveMake(invocation, folder, base, depth);
      case 'name':
        return this.resolveName(invocation, folder);
    }
  }

  /** Every console script as a command without arguments. */
  listConsoleScripts(): (Resolved & { evidence: Evidence })[] {
    return this.scripts.map((script) => ({ ...startConsole(script, [], ''), evidence: script.evidence }));
  }

  private resolveScript(invocation: Invocation, folders: readonly string[]): Resolved | null {
    const place = this.finder.find(invocation.target, folders, ['', '.py', '/__main__.py'], invocation.rest);
    if (place === null || !(/\.(py|ipynb|lua|R|r|jl)$/.test(place.file) || this.isPython(place.file))) return null;
    const argv = [...invocation.before, place.typed, ...this.stripPrefix(invocation, place)];
    const { cwd, isExact } = place;
    const file = this.findHanded(place, invocation.rest) ?? place.file;
    return { argv, cwd, launcher: invocation.launcher, file, runs: null, behind: [], isExact };
  }

  /** Where the program's path begins with a folder that is not here, so do those of its files. */
  private stripPrefix({ target, rest }: Invocation, { typed, cwd }: Found): readonly string[] {
    const prefix = target.endsWith(`/${typed}`) ? target.slice(0, target.length - typed.length) : '';
    const isInside = (word: string) => word.startsWith(prefix) && this.byPath.has(joinPath(cwd, word.slice(prefix.length)) ?? '');
    return prefix === '' ? rest : rest.map((word) => (isInside(word) ? word.slice(prefix.length) : word));
  }

  /** What a launcher of the repository's own is told to start: a program, or what a script starts in the end. */
  private findHanded({ file, cwd }: Pick<Found, 'file' | 'cwd'>, rest: readonly string[]): string | undefined {
    if (!OWN_LAUNCHER.test(nameOf(file))) return undefined;
    const installed = this.scripts.find(({ name }) => rest.includes(name));
    if (installed !== undefined) return installed.file;
    const target = rest.find((word) => /\.(py|sh)$/.test(word) && this.byPath.has(joinPath(cwd, word) ?? ''));
    if (target === undefined) return undefined;
    if (target.endsWith('.py')) return joinPath(cwd, target) ?? undefined;
    const shell = { launcher: 'shell', before: ['bash'], kind: 'shell', target, rest: [] } as const;
    return this.resolveShell(shell, cwd, cwd, MAX_NESTING)?.file;
  }

  private isPython(path: string): boolean {
    const file = this.byPath.get(path);
    return file !== undefined && isPythonScript(file);
  }

  private resolveModule(invocation: Invocation, folders: readonly string[]): Resolved | null {
    const typed = invocation.target.replaceAll('.', '/');
    const like = this.finder.findLike(`${typed}.py`, folders);
    const path = like?.typed.replace(/\.py$/, '') ?? typed;
    const target = like === null ? invocation.target : path.replaceAll('/', '.');
    for (const cwd of like === null ? folders : [like.cwd]) {
      for (const ending of ['.py', '/__main__.py']) {
        const file = joinPath(cwd, path + ending);
        if (file !== null && this.byPath.has(file))
          return {
            argv: [...invocation.before, target, ...invocation.rest],
            cwd,
            launcher: invocation.launcher,
            file: this.findHanded({ file, cwd }, invocation.rest) ?? file,
            runs: null,
            behind: [],
            isExact: true,
          };
      }
    }
    return this.resolveForeign(invocation, folders);
  }

  /** A tool that starts what a file of the repository describes: `python -m runx.runx scripts/train.yml`. */
  private resolveForeign({ launcher, before, target, rest }: Invocation, folders: readonly string[]): Resolved | null {
    if (/^(pip|pytest|unittest|http|venv|json|zipfile|spacy|nltk)\b/.test(target)) return null;
    const [first = ''] = rest;
    const cwd = /\.ya?ml$/.test(first) ? folders.find((folder) => this.byPath.has(joinPath(folder, first) ?? '')) : undefined;
    if (cwd === undefined) return null;
    return { argv: [...before, target, ...rest], cwd, launcher, file: joinPath(cwd, first) ?? '', runs: null, behind: [], isExact: true };
  }

  private resolveShell(invocation: Invocation, folder: string, base: string, depth: number): Resolved | null {
    const place = this.finder.find(invocation.target, [folder, base, ''], ['', '.sh']);
    if (place === null) return null;
    const text = this.byPath.get(place.file)?.text ?? '';
    const isShell = /\.(sh|bash|zsh|slurm|sbatch|job|pbs)$/.test(place.file) || text.startsWith('#!');
    // A file without an ending that a shell is told to run is a script, too.
    const isHanded = /^(ba|z)?sh$/.test(invocation.before[0] ?? '') && !nameOf(place.file).includes('.');
    if (place.file.endsWith('.py') || !(isShell || isHanded)) return null;
    const home = folderOf(place.file);
    const args = invocation.rest.filter((word) => !isPlaceholder(word));
    const lines = readShellScript(text, { folder: place.cwd, home, args });
    const inner = this.chooseInner(lines, home, depth);
    const before = invocation.before.length === 0 ? ['bash'] : invocation.before;
    const isTold = invocation.before.length > 0 || !invocation.target.startsWith('./');
    return {
      argv: isTold ? [...before, place.typed, ...invocation.rest] : [`./${place.typed.replace(/^\.\//, '')}`, ...invocation.rest],
      cwd: place.cwd,
      launcher: 'shell',
      file: inner?.found.file === undefined || inner.found.file === '' ? place.file : inner.found.file,
      runs: inner === null ? null : (inner.found.runs ?? startOf(inner.found)),
      isExact: place.isExact,
      starts: inner?.starts,
      behind: inner === null ? [] : [citeLine(place.file, text, inner.line), ...inner.found.behind],
    };
  }

  private resolveMake(invocation: Invocation, folder: string, base: string, depth: number): Resolved | null {
    for (const cwd of [folder, base, '']) {
      for (const name of ['Makefile', 'makefile', 'GNUmakefile']) {
        const file = this.byPath.get(joinPath(cwd, name) ?? '');
        const lines = file === undefined ? undefined : readMakefile(file, cwd, invocation.rest).get(invocation.target);
        if (file === undefined || lines === undefined) continue;
        const inner = this.chooseInner(lines, cwd, depth);
        if (inner === null) return null;
        return {
          argv: [...invocation.before, invocation.target, ...invocation.rest],
          cwd,
          launcher: 'shell',
          file: inner.found.file,
          runs: inner.found.runs ?? startOf(inner.found),
          isExact: true,
          behind: [citeLine(file.path, file.text, inner.line), ...inner.found.behind],
        };
      }
    }
    return null;
  }

  /** Of the commands of a script the one that trains, else the last that is not about data, else the first. */
  private chooseInner(lines: readonly RunLine[], home: string, depth: number): { found: Resolved; line: number; starts: number } | null {
    const all = lines.slice(0, 60).flatMap(({ words, folder, line }) => {
      const invocation = readInvocation(words);
      const found = invocation === null || isRead(words) ? null : this.resolve(invocation, folder, home, depth + 1);
      return found === null ? [] : [{ found, line }];
    });
    const nameKind = (item: { found: Resolved }) => readNameKind(nameOf(item.found.file));
    const kindOf = (item: { found: Resolved }) => readWordsPurpose(item.found.argv.join(' ')) ?? nameKind(item);
    const chosen =
      all.find((item) => nameKind(item) === 'train' && kindOf(item) === 'train') ??
      all.find((item) => kindOf(item) === 'train') ??
      all.find((item) => !['preprocess', 'download', 'evaluate'].includes(kindOf(item) ?? '')) ??
      all[0];
    return chosen === undefined ? null : { ...chosen, starts: all.length };
  }

  /** Where an installed command starts: the folder of the document, unless its files only lie where they are named from the root. */
  private findHome(rest: readonly string[], folder: string): string {
    const paths = rest.map((word) => word.slice(word.indexOf('=') + 1)).filter((word) => word.includes('/'));
    const isThere = (home: string) => paths.some((path) => this.byPath.has(joinPath(home, path) ?? ''));
    return !isThere(folder) && isThere('') ? '' : folder;
  }

  private resolveName(invocation: Invocation, folder: string): Resolved | null {
    const script = this.scripts.find((item) => item.name === invocation.target);
    if (script !== undefined) return startConsole(script, invocation.rest, this.findHome(invocation.rest, folder));
    if (invocation.target === 'dora') return this.resolveDora(invocation, folder);
    if (!FRAMEWORK_COMMAND.test(invocation.target)) return null;
    const own = invocation.rest
      .map((word) => joinPath(folder, word.split('=').at(-1) ?? ''))
      .find((path) => path !== null && this.byPath.has(path));
    return {
      argv: [invocation.target, ...invocation.rest],
      cwd: folder,
      launcher: 'console-script',
      file: own ?? '',
      runs: null,
      behind: [],
      isExact: true,
    };
  }

  /** `dora run …` starts the module `train` of the package that is set up for it. */
  private resolveDora({ rest }: Invocation, folder: string): Resolved | null {
    const file = [...this.byPath].find(([path, { text }]) => /^[^/]+\/train\.py$/.test(path) && text?.includes('dora') === true)?.[0];
    if (file === undefined || rest[0] !== 'run') return null;
    return { argv: ['dora', ...rest], cwd: folder, launcher: 'console-script', file, runs: null, behind: [], isExact: true };
  }
}

function startOf(found: Resolved): Start {
  return { argv: found.argv, cwd: found.cwd, launcher: found.launcher };
}

function startConsole(script: ConsoleScript, rest: readonly string[], cwd: string): Resolved {
  const { calls } = script;
  const code = calls === null ? null : `from ${calls.module} import ${calls.function.split('.')[0] ?? 'main'}; ${calls.function}()`;
  return {
    argv: [script.name, ...rest],
    cwd,
    launcher: 'console-script',
    file: script.file,
    runs: code === null ? null : { argv: ['python', '-c', code, ...rest], cwd, launcher: 'module' },
    behind: [],
    isExact: true,
  };
}
