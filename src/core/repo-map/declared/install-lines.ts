/** `pip install …` and `conda install …` where people write them: documents, shell scripts, Makefiles, Dockerfiles, CI, notebooks. */
import { citeLine, cutLine, folderOf, joinPath, linesOf, nameOf, type RepoFile } from '../input.ts';
import type { Evidence } from '../schema.ts';
import { parseConda } from './conda.ts';
import { parseRequirement, type Declarations, type NamedSpecifier, type Requirement } from './requirement.ts';
import { isForDocuments, isRequirementsFile, readRequirementsFile } from './requirements-file.ts';
import { joinDeclarations } from './text.ts';

type Tool = 'pip' | 'conda';

/** What one command asks for. */
interface Installed {
  readonly packages: readonly NamedSpecifier[];
  /** Requirements files after `-r`. */
  readonly files: readonly string[];
}

const COMMAND =
  /(?:^|[\s!%`$&;|('"[>])(?:[\w.~-]{0,40}\/){0,8}(?:(pip(?:[23](?:\.\d{1,2})?)?|(?:[\w./${}]{0,60}python[\d.]{0,5}|\{?sys\.executable\}?|py) -m pip|uv pip|pipx|uv|poetry|pdm|pipenv|rye|mim|easy_install)\s{1,5}(?:(?:-[\w-]{1,20}\s{1,3}){0,3})(install|add|(?=\w))|((?:micro)?mamba|conda)\s{1,5}(?:install|create|add))\s{1,10}/g;
/** Options of pip and conda that are followed by a value. */
const WITH_VALUE =
  /^(-c|-f|-i|-n|-p|-t|-d|-b|--index-url|--extra-index-url|--find-links|--constraint|--name|--prefix|--channel|--target|--index|--trusted-host|--timeout|--cache-dir|--default-timeout|--retries|--proxy|--progress-bar|--python|--group|-G|--src|--root|--platform|--abi|--implementation|--no-binary|--only-binary|--global-option|--install-option|--config-settings|--upgrade-strategy|--no-build-isolation-package|--torch-backend|--solver|--file)$/;
/** Tools that readers of a repository install to install, and not to run it. */
const TOOLS = new Set(
  'pip setuptools wheel conda mamba virtualenv virtualenvwrapper pipenv poetry uv tox nox pre-commit twine build codecov coveralls flake8 black isort pylint mypy ruff yapf autopep8 pycodestyle cpplint openmim install conda-lock conda-build anaconda pipx pip-tools conda-pack mamba micromamba cibuildwheel auditwheel sphinx mkdocs sphinx-rtd-theme'.split(
    ' ',
  ),
);

const PROSE =
  /^(and|or|the|to|for|with|from|in|via|using|then|if|first|as|by|on|a|an|is|are|of|this|it|you|your|all|into|again|instead|packages?|library|libraries|version|dependencies|command|when|which|will|should|can|before|after|but|not)$/i;
/** Stands for whatever the reader wants to install. */
const ANY_PACKAGE = /^(some|your|my|any)-?(package|module|library)/;
/** What people write behind `pip install` although pip cannot install it. */
const SYSTEM = /^(python|cuda|cudatoolkit|cudnn|gcc|git|egg)$|^(your|my|some)-|^(package|repo|foo|bar|xxx|project)(-name)?$|-name$/;

/** Reads every installing command of one line. Nothing but well-formed requirements counts, so that a sentence around it stays a sentence. */
export function readInstallLine(line: string): NamedSpecifier[] {
  return readCommands(cutLine(line)).flatMap((item) => [...item.packages]);
}

/** Reads the commands of a whole file; `keep` says which of its lines may hold one. */
export function readInstallFile(file: RepoFile, files: ReadonlyMap<string, RepoFile>, group: string): Declarations {
  if (file.text === null) return { requirements: [], warnings: [] };
  const mayHold = chooseLines(file);
  const parts: Declarations[] = [];
  const requirements: Requirement[] = [];
  for (const { text, line } of joinShellLines(linesOf(file.text))) {
    if (!/install|add|create|easy_install/.test(text) || !mayHold(text, line)) continue;
    const isDocument = /\.(md|rst|txt)$/i.test(file.path);
    // A sentence that takes a package away and puts it back mends what somebody's machine had broken.
    if (isDocument && /`[^`]{0,80}\buninstall\b/.test(text)) continue;
    const shown = isDocument ? onlyCode(text, mayHold.fenced.has(line)) : text;
    const evidence = citeLine(file.path, file.text, line);
    const read = toDeclarations(readCommands(cutLine(shown)), folderOf(file.path), files, group, evidence);
    requirements.push(...read.requirements);
    parts.push(read.included);
  }
  return joinDeclarations([...parts, { requirements, warnings: [] }]);
}

/** Reads the shell lines of a notebook. */
export function readInstallTexts(
  lines: readonly { readonly text: string; readonly evidence: Evidence }[],
  folder: string,
  files: ReadonlyMap<string, RepoFile>,
  group: string,
): Declarations {
  return joinDeclarations(
    lines.map(({ text, evidence }) => {
      const read = toDeclarations(readCommands(cutLine(text)), folder, files, group, evidence);
      return joinDeclarations([read.included, { requirements: read.requirements, warnings: [] }]);
    }),
  );
}

/** True for files in which installing commands are looked for. */
export function mayInstall(path: string): 'document' | 'script' | 'container' | 'ci' | null {
  const name = nameOf(path);
  if (/(^|\/)\.[\w-]+\/.*\.(sh|bash|ya?ml)$/.test(path)) return 'ci';
  if (
    /^\.github\/workflows\/|(^|\/)(\.travis|\.gitlab-ci|appveyor|azure-pipelines|\.readthedocs|bitbucket-pipelines)[\w.-]*\.ya?ml$|^\.circleci\//.test(
      path,
    )
  )
    return 'ci';
  if (/^(dockerfile|containerfile)|\.(dockerfile|def)$/i.test(name)) return 'container';
  if (/\.(sh|bash|slurm|sbatch)$/i.test(name) || /^makefile/i.test(name) || /^(postBuild|post-create|justfile)/.test(name)) return 'script';
  if (/\.(md|rst|txt)$/i.test(name) || /^(readme|install)[^.]{0,20}$/i.test(name))
    return /^(readme|install|getting[-_ ]?started|get[-_ ]?started|setup|quick[-_ ]?start|usage|environment|requirements?|dependenc|how[-_ ]?to|tutorial|running|guide)|install/i.test(
      name,
    )
      ? 'document'
      : null;
  return null;
}

function readCommands(line: string): Installed[] {
  const found: Installed[] = [];
  for (const match of line.matchAll(COMMAND)) {
    const [whole, pip, verb] = match;
    // `uv run` and `poetry install` name no packages; `uv add` and `pip install` do.
    if (pip !== undefined && verb !== 'install' && verb !== 'add' && pip !== 'easy_install') continue;
    if (/^(poetry|pdm|uv|rye)$/.test(pip ?? '') && verb === 'install') continue;
    const rest = line.slice(match.index + whole.length);
    found.push(readWords(cutCommand(rest), pip === undefined ? 'conda' : 'pip'));
  }
  return found;
}

/** The command up to where the shell, a document or a comment ends it. Comparisons within quotes or words are not redirections. */
function cutCommand(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (const char of text.slice(0, 2000)) {
    if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if ((char === '"' || char === "'") && (word === '' || /[=@]$/.test(word) || !/^[a-z]{1,20}$/i.test(word))) quote = char;
    else if (char === '`' || char === ';' || char === '|' || char === '&' || char === '\n' || (char === '#' && word === '')) break;
    else if (/\s/.test(char)) {
      if (word !== '') words.push(word);
      word = '';
    } else word += char;
  }
  if (word !== '') words.push(word);
  return words;
}

function readWords(words: readonly string[], tool: Tool): Installed {
  const packages: NamedSpecifier[] = [];
  const files: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = (words[index] ?? '').replace(/^["'\\]+|[,)\]"']+$/g, (mark) => (mark.startsWith(']') ? mark : ''));
    const next = words[index + 1] ?? '';
    if (/^(-r|--requirements?)$/.test(word) || (tool === 'conda' && /^(--file|-f)$/.test(word))) {
      files.push(next);
      index += 1;
    } else if (/^(-r|--requirements?=)\S/.test(word)) files.push(word.replace(/^(-r|--requirements?=)/, ''));
    else if (/^(-e|--editable)$/.test(word)) {
      const named = /:\/\//.test(next) ? parseRequirement(next) : null;
      if (named !== null) packages.push(named);
      index += 1;
    } else if (WITH_VALUE.test(word) || (tool === 'conda' && word === '-c')) index += 1;
    else if (word.startsWith('-')) continue;
    else if (/^[<>]$|^\d?>{1,2}/.test(word)) break;
    else {
      const named = readPackage(word, next, tool);
      if (named === 'stop') break;
      if (named !== 'skip') packages.push(named);
    }
  }
  return { packages: packages.filter((item) => !TOOLS.has(item.name)), files };
}

/** The package that a word asks for; `skip` for paths, variables and system libraries, `stop` where a sentence goes on. */
function readPackage(word: string, next: string, tool: Tool): NamedSpecifier | 'skip' | 'stop' {
  if (PROSE.test(word)) return 'stop';
  if (/[${}*]|^[<>=\\\d[]|>$|^\.+$/.test(word)) return 'skip';
  // A full stop behind a name ends the sentence around the command.
  const text = /[.:!?]$/.test(word) && !/^[<>=]/.test(next) ? word.replace(/[.:!?]+$/, '') : word;
  if (tool === 'conda') {
    const found = /\/|\.ya?ml$|\.tar\.bz2$/.test(text) && !text.includes('::') ? null : parseConda(text);
    return found === null || ANY_PACKAGE.test(found.name) ? 'skip' : found;
  }
  if (!/:\/\/|^git@/.test(text) && /[/\\]|\.(whl|txt|gz|zip)$/.test(text)) return 'skip';
  const named = parseRequirement(text);
  return named === null || SYSTEM.test(named.name) || ANY_PACKAGE.test(named.name) ? 'skip' : named;
}

function toDeclarations(
  commands: readonly Installed[],
  folder: string,
  files: ReadonlyMap<string, RepoFile>,
  group: string,
  evidence: Evidence,
) {
  const requirements = commands.flatMap((item) =>
    item.packages.map((one): Requirement => ({ ...one, constraint: false, group, evidence })),
  );
  const named = commands.flatMap((item) => [...item.files]);
  const included = named.flatMap((path) => {
    const target = files.get(joinPath(folder, path) ?? '') ?? files.get(joinPath(path) ?? '');
    // Lists that are called as lists usually are have been read already, each with the group that its name tells.
    const isRead = target === undefined || isRequirementsFile(target.path) || isForDocuments(target.path);
    return isRead || !/\.(txt|in|pip)$|^[\w-]+$/i.test(nameOf(target.path)) ? [] : [readRequirementsFile(target, files)];
  });
  return { requirements, included: joinDeclarations(included) };
}

/** Shell lines, joined over backslashes; the number is that of the first. */
function joinShellLines(lines: readonly string[]): { readonly text: string; readonly line: number }[] {
  const found: { text: string; line: number }[] = [];
  let open: { text: string; line: number } | null = null;
  for (const [index, raw] of lines.entries()) {
    const line: string = cutLine(raw).replace(/\r$/, '');
    const current: { text: string; line: number } = open ?? { text: '', line: index + 1 };
    const goesOn: boolean = /\\\s*$/.test(line) && current.text.length < 4000;
    current.text += goesOn ? `${line.replace(/\\\s*$/, '')} ` : line;
    if (goesOn) open = current;
    else {
      found.push(current);
      open = null;
    }
  }
  if (open !== null) found.push(open);
  return found;
}

/** In a document a command stands in a block of code, in a code span, behind a prompt, or alone on its line. */
function chooseLines(file: RepoFile): ((text: string, line: number) => boolean) & { readonly fenced: ReadonlySet<number> } {
  const fenced = new Set<number>();
  if (!/\.(md|rst|txt)$/i.test(file.path)) return Object.assign((text: string) => !/^\s*(#|echo\b|print)/.test(text), { fenced });
  let inside = false;
  for (const [index, line] of linesOf(file.text ?? '').entries()) {
    if (/^\s{0,12}(```|~~~)/.test(line)) inside = !inside;
    else if (inside || /^(\t| {4,})/.test(line)) fenced.add(index + 1);
  }
  // Branches of a drawn tree of folders say what files are for.
  return Object.assign((text: string, line: number) => (fenced.has(line) ? !/^\s*#|[├└│]/.test(text) : true), { fenced });
}

/** The parts of a document's line that are code. */
function onlyCode(text: string, fenced: boolean): string {
  if (fenced) return text;
  const spans = [...text.matchAll(/`{1,3}([^`]{1,1000})`{1,3}/g)].map((match) => match[1] ?? '');
  if (spans.length > 0) return spans.join(' ; ');
  const bare =
    /^\s*(?:[-*>]\s+|\d+\.\s+)?(?:[$>#!%]\s?)?((?:sudo\s+)?(?:pip[23]?|python[\d.]*\s+-m\s+pip|conda|mamba|uv|poetry|pipenv)\s.*)$/.exec(
      text,
    )?.[1];
  return bare ?? '';
}
