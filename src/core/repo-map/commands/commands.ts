import { citeLine, folderOf, nameOf, relativePath, type RepoFile } from '../input.ts';
import type { Evidence } from '../schema.ts';
import type { Sources } from '../sources.ts';
/** Commands that documents, scripts and build files of a repository tell people or machines to run. */
import { readDockerfile, readMakefile, readNotebookCommands, readYamlCommands } from './build-files.ts';
import { CommandResolver, type Resolved } from './command-resolver.ts';
import { readConsoleScripts } from './console-scripts.ts';
import { listCopied } from './copied.ts';
import { readDocumentCommands } from './document-commands.ts';
import { isRead, readInvocation, type Invocation } from './invocation.ts';
import type { Purpose } from './purpose.ts';
import { readShellScript, type RunLine } from './shell-script.ts';
import { isPlaceholder } from './shell-words.ts';
import { fillTemplates } from './templates.ts';

export interface WrittenCommand extends Resolved {
  readonly evidence: Evidence;
  /** True when a word stands for something that only the reader knows, such as a path to a data set. */
  readonly hasPlaceholder: boolean;
  /** What the text around it says that it is for. */
  readonly purpose: Purpose | null;
  readonly via: 'readme' | 'document' | 'script' | 'program' | 'build' | 'notebook' | 'package';
  /** True when it stands within running text. */
  readonly isInline: boolean;
  /** Position among the commands of its document, from 0. */
  readonly order: number;
}

const MAX_COMMANDS = 600;
const MAX_OF_FILE = 120;
const DOCUMENT =
  /\.(md|markdown|rst|mdx)$|(^|\/)readme[^/]*$|(^|\/)[^/]*(install|usage|train|getting[_-]?started|quick[_-]?start)[^/]*\.txt$/i;
const NO_DOCUMENT =
  /(^|\/)(change(s|log)|history|news|contributing|code_of_conduct|security|license|licence|authors|requirements)[^/]*$|(^|\/)\.github\/[^/]*(issue|pull)/i;
const CI =
  /(^|\/)(\.github\/workflows\/[^/]+|\.gitlab-ci|\.travis|azure-pipelines|docker-compose[^/]*|compose|dvc|\.circleci\/config|cog)\.ya?ml$/;

/** All commands that start something of the repository, in reading order: READMEs, other documents, scripts, build files, notebooks. */
export function readCommands(files: readonly RepoFile[], sources: Sources): WrittenCommand[] {
  const resolver = new CommandResolver(files, readConsoleScripts(files, sources));
  const found: WrittenCommand[] = [];
  const texts = files.filter((file) => file.text !== null && !/(^|\/)(node_modules|site-packages)\//.test(file.path));
  const ordered = texts
    .flatMap((file) => {
      const via = viaOf(file);
      return via === null ? [] : [{ file, via, rank: rankOf(file.path, via) }];
    })
    .sort((a, b) => a.rank - b.rank);
  const copied = [...listCopied(files)].map((folder) => `${folder}/`);
  for (const { file, via } of ordered) {
    if (found.length >= MAX_COMMANDS) break;
    const home = copied.find((folder) => file.path.startsWith(folder));
    // What a copied project says of its own programs says nothing of others that are called alike.
    const isMeant = (command: WrittenCommand) => home === undefined || command.file.startsWith(home);
    found.push(...fillTemplates(readFile(file, via, resolver).filter(isMeant).slice(0, MAX_OF_FILE)));
  }
  for (const script of resolver.listConsoleScripts())
    found.push({ ...script, purpose: null, via: 'package', isInline: false, order: 0, hasPlaceholder: false });
  return found;
}

function viaOf({ path, text }: RepoFile): WrittenCommand['via'] | null {
  if (DOCUMENT.test(path)) return NO_DOCUMENT.test(path) ? null : /^readme/i.test(nameOf(path)) ? 'readme' : 'document';
  if (/\.(sh|bash|zsh|slurm|sbatch|job|pbs)$/.test(path)) return 'script';
  if (/(^|\/)(GNU)?[Mm]akefile$|(^|\/)(Dockerfile|Containerfile)[^/]*$|\.[Dd]ockerfile$/.test(path) || CI.test(path)) return 'build';
  if (path.endsWith('.ipynb')) return 'notebook';
  if (path.endsWith('.py')) return isUsageTold(text ?? '') ? 'program' : null;
  return !nameOf(path).includes('.') && /^#![^\n]{0,60}\b(ba|z|da)?sh\b/.test(text ?? '') ? 'script' : null;
}

/** So much of a program is read for how it is started. */
const HEAD = 4000;

/** True for a program whose first lines show a command. */
function isUsageTold(text: string): boolean {
  return /^\s{0,200}(#|"""|'''|r""")/.test(text) && /\b(python[\d.]{0,4}|torchrun|accelerate launch) /.test(text.slice(0, HEAD));
}

/** The comments and the docstring that a program begins with, line by line where they stand. */
function readHead(text: string): string {
  const found = /^(?:[^\S\n]*(?:#[^\n]*)?\n)*(?:r?("""|''')[\s\S]*?\1)?/.exec(text.slice(0, HEAD))?.[0] ?? '';
  return found.replaceAll(/^[^\S\n]*#(?!!)/gm, '').replaceAll(/"""|'''/g, '');
}

const VIA_RANK = { readme: 0, document: 20, script: 40, program: 50, build: 60, notebook: 80, package: 99 } as const;

function rankOf(path: string, via: WrittenCommand['via']): number {
  // Translations of a README repeat it.
  const translated = via === 'readme' && /readme[._-](?!md|rst|txt)[a-z]{2,}/i.test(nameOf(path)) ? 5 : 0;
  // Of documents of the same depth those come first whose name says that they are where to start.
  const isStart = /(quick|start|install|usage|run|train|tutorial|example)/i.test(nameOf(path));
  return VIA_RANK[via] + path.split('/').length + translated - (isStart ? 0.5 : 0);
}

function readFile(file: RepoFile, via: WrittenCommand['via'], resolver: CommandResolver): WrittenCommand[] {
  const base = folderOf(file.path);
  const found: WrittenCommand[] = via === 'script' ? readOwnStart(file, resolver) : [];
  let order = found.length;
  for (const item of listLines(file, via)) {
    const invocation = readInvocation(item.words);
    if (invocation === null || isQuestion(invocation) || isRead(item.words)) continue;
    const resolved = resolver.resolve(invocation, item.folder, base);
    // What the head of a program says of others is seldom how they are meant to be started.
    if (resolved === null || (via === 'program' && resolved.file !== file.path)) continue;
    const evidence = citeLine(file.path, file.text, item.line);
    found.push({
      ...resolved,
      file: resolved.file === '' ? file.path : resolved.file,
      evidence,
      via,
      purpose: item.purpose ?? null,
      isInline: item.isInline ?? false,
      order,
      hasPlaceholder: resolved.argv.some(isPlaceholder),
    });
    if (item.purpose !== 'aside') order += 1;
  }
  return found;
}

/** A batch script, and one that starts several programs in turn, can be started themselves. */
function readOwnStart(file: RepoFile, resolver: CommandResolver): WrittenCommand[] {
  const isBatch = /^#SBATCH\s/m.test((file.text ?? '').slice(0, 4000));
  const start = (folder: string): Resolved | null => {
    const target = relativePath(folder, file.path);
    return resolver.resolve({ launcher: 'shell', before: [isBatch ? 'sbatch' : 'bash'], kind: 'shell', target, rest: [] }, folder, folder);
  };
  const atHome = start(folderOf(file.path));
  // Where its programs are found from the root alone, it is meant to be started there.
  const resolved = atHome?.runs?.cwd === '' ? start('') : atHome;
  if (resolved === null || resolved.runs === null || (!isBatch && (resolved.starts ?? 0) < SEVERAL)) return [];
  const evidence = citeLine(file.path, file.text, 1);
  return [{ ...resolved, evidence, via: 'script', purpose: null, isInline: false, order: 0, hasPlaceholder: false }];
}

const SEVERAL = 2;

/** A command that only asks a program about itself does no work. */
function isQuestion({ launcher, rest }: Invocation): boolean {
  const asksInstalled = launcher === 'console-script' && /^(ls|list|help|version|info|login|--version)$/.test(rest[0] ?? '');
  return (
    asksInstalled ||
    (rest.length === 1 && /^(help|print_(config|dependencies|named_configs))$/.test(rest[0] ?? '')) ||
    rest.some((word) => word === '-h' || word === '--help')
  );
}

interface Line extends RunLine {
  readonly purpose?: Purpose | null;
  readonly isInline?: boolean;
}

function listLines(file: RepoFile, via: WrittenCommand['via']): readonly Line[] {
  const base = folderOf(file.path);
  if (via === 'readme' || via === 'document') return readDocumentCommands(file);
  if (via === 'script') return readShellScript(file.text ?? '', { folder: base, home: base, args: [] });
  if (via === 'program') return readDocumentCommands({ ...file, text: readHead(file.text ?? '') });
  if (via === 'notebook') return readNotebookCommands(file);
  if (/\.ya?ml$/.test(file.path)) return readYamlCommands(file);
  return /makefile$/i.test(file.path) ? [...readMakefile(file, base).values()].flat() : readDockerfile(file);
}
