/** pip's requirements and constraint files, wherever and under whatever name they are written. */
import { fromConda } from '../dependencies/distributions.ts';
import { folderOf, joinPath, linesOf, MAX_LINE, nameOf, type RepoFile } from '../input.ts';
import type { Declarations, Requirement, UnreadPlace } from './requirement.ts';
import { joinDeclarations, NOTHING, requireAt } from './text.ts';

const NAMES =
  /^(?:[\w.-]{0,60}[-_.])?(?:requirements?|reqs?|requires|pip[-_]?(?:packages|deps|requirements?))(?:[-_.]?[\w.-]{0,60})?\.(?:txt|in|pip)$|^(?:requirements?|REQUIREMENTS?)$|^requirements?\.(?:pip|md)$/i;
const FOLDERS = /(?:^|\/)(?:requirements?|reqs)\/(?:[\w.-]+\/)?[\w.-]+\.(?:txt|in|pip)$/i;
/** Lists for those who work on the repository, not for those who run it. */
const FOR_DEVELOPERS =
  /(?:^|[-_./])(?:dev|devel|develop|development|tests?|testing|lint|linting|ci|style|format|pre-?commit|build|tools?)(?:[-_./]|$)/i;
const FOR_DOCUMENTS = /(?:^|[-_./])(?:docs?|documentation|readthedocs|rtd|mkdocs|sphinx)(?:[-_./]|$)/i;
const CONSTRAINTS = /(?:^|[-_.])constraints?(?:[-_.]|$)/i;
const OPTIONAL =
  /(?:^|[-_./])(?:optional|extras?|all|full|demo|app|gui|notebooks?|examples?|colab|docker|web|wandb|tensorboard|tracking|problem)(?:[-_./]|$)/i;

/** True for files that list requirements of pip. Those that only build documents are not read: nobody who runs the code needs them. */
export function isRequirementsFile(path: string): boolean {
  const name = nameOf(path);
  if (!NAMES.test(name) && !FOLDERS.test(path) && !/^constraints?[\w.-]{0,60}\.txt$/i.test(name)) return false;
  return !isForDocuments(path);
}

/** True for lists of what builds the documents. */
export function isForDocuments(path: string): boolean {
  return FOR_DOCUMENTS.test(path);
}

/** The group to which a requirements file belongs by its name: empty for the one that everybody installs. */
export function groupOfFile(path: string): string {
  const shown = FOLDERS.test(path) ? path.slice(path.search(/(?:^|\/)(?:requirements?|reqs)\//i)) : nameOf(path);
  if (FOR_DEVELOPERS.test(shown)) return 'dev';
  return OPTIONAL.test(shown) ? 'optional' : '';
}

/** Reads a requirements file and the files that it includes; each file once, whatever includes whom. */
export function readRequirementsFile(file: RepoFile, files: ReadonlyMap<string, RepoFile>, seen = new Set<string>()): Declarations {
  if (seen.has(file.path)) return NOTHING;
  seen.add(file.path);
  if (file.text === null)
    return { requirements: [], warnings: [{ file: file.path, line: null, what: 'this list of requirements is no text' }] };
  const constraint = CONSTRAINTS.test(nameOf(file.path));
  const parts: Declarations[] = [];
  const requirements: Requirement[] = [];
  const warnings: UnreadPlace[] = [];
  for (const { text, line } of joinContinued(file.text)) {
    const include = /^\s*(-r|--requirements?|-c|--constraints?)(?:\s*=\s*|\s+|(?=[\w.]))(\S+)/.exec(text);
    if (include === null) {
      requirements.push(...readLine(file, line, text).map((item) => ({ ...item, constraint })));
      continue;
    }
    const path = joinPath(folderOf(file.path), (include[2] ?? '').replaceAll(/['"]/g, '').replaceAll('\\', '/'));
    const target = path === null ? undefined : files.get(path);
    if (target === undefined) {
      if (!/^https?:/.test(include[2] ?? ''))
        warnings.push({ file: file.path, line, what: `includes ${include[2] ?? ''}, which is not there` });
      continue;
    }
    const read = readRequirementsFile(target, files, seen);
    const limits = include[1]?.includes('c') === true;
    parts.push(limits ? { ...read, requirements: read.requirements.map((item) => ({ ...item, constraint: true })) } : read);
  }
  return joinDeclarations([...parts, { requirements, warnings }]);
}

/** One line: mostly one requirement, yet some people write names with commas, and some the output of `conda list`. */
function readLine(file: RepoFile, line: number, text: string): Requirement[] {
  const conda = /^([\w.-]{1,100})(?:=(\d[\w.]{0,40})=\w{1,60}|\s{1,60}(\d[\w.]{0,40})\s{1,30}\w[\w.]{0,60}(?:\s{1,30}[\w-]{1,60})?)$/.exec(
    text.trim(),
  );
  if (conda !== null) {
    const name = fromConda(conda[1] ?? '');
    return name === null ? [] : requireAt(file, line, `${name}==${conda[2] ?? conda[3] ?? ''}`, '');
  }
  const names = /^[\w.-]{1,100}(?:\s{0,5},\s{0,5}[\w.-]{1,100}){1,60},?$/.test(text.trim()) ? text.split(',') : [text];
  return names.flatMap((name) => requireAt(file, line, name, ''));
}

/** Lines with a backslash at their end go on in the next one, up to `most` characters; the number is that of the first. */
export function joinContinued(text: string, most = MAX_LINE): { readonly text: string; readonly line: number }[] {
  const found: { text: string; line: number }[] = [];
  let open: { text: string; line: number } | null = null;
  for (const [index, raw] of linesOf(text).entries()) {
    const line: string = raw.replace(/\r$/, '');
    if (line.length > MAX_LINE) continue;
    const current: { text: string; line: number } = open ?? { text: '', line: index + 1 };
    const goesOn: boolean = /\\\s*$/.test(line) && !line.trimStart().startsWith('#') && current.text.length < most;
    current.text += goesOn ? line.replace(/\\\s*$/, ' ') : line;
    if (goesOn) open = current;
    else {
      found.push(current);
      open = null;
    }
  }
  if (open !== null) found.push(open);
  return found;
}
