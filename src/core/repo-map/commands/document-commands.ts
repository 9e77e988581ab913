/** Commands that a document tells its readers to type, with the words around them that say what they are for. */
import { FORGE_PAGE } from '../forge-page.ts';
import { folderOf, joinPath, linesOf, type RepoFile } from '../input.ts';
import { isAsideHeading, readPurpose, type Purpose } from './purpose.ts';
import { joinContinued, readShellScript } from './shell-script.ts';

export interface TypedLine {
  readonly words: readonly string[];
  readonly line: number;
  readonly folder: string;
  readonly purpose: Purpose | null;
  /** True when the command stands in running text and not in a block of its own. */
  readonly isInline: boolean;
}

const STARTER =
  /^(?:[A-Za-z_]\w*=\S*\s+)*(?:[.~\w/${}-]*python[\d.]*(?:\.exe)?|\$\{?PYTHON\}?|torchrun|accelerate(?:-launch|\s+launch)|deepspeed|composer|mpirun|mpiexec|horovodrun|srun|sbatch|qsub|bash|sh|source|\.\/[\w./-]+\.(?:sh|py|bash|sbatch)|\.\/[\w/-]{2,80}|make|just|th|Rscript|julia|nohup|sudo|time|xvfb-run|poetry run|uv run|pipenv run|pdm run|conda run|rye run|pixi run|docker|singularity|lightning run|fabric run|streamlit run|papermill|jupyter|[\w./-]+\.(?:py|sh)|cd|export)(?=\s|$)/;
/** Where a block holds commands only, any name may be one that the repository installs. */
const ANY_NAME = /^[a-z][\w-]{1,40}(?=\s(?!\s*[=(])|$)/;
/** A script that running text names with its folder: most often where a recipe lies. */
const SCRIPT_PATH = /^[\w.+-]+\/[\w./+-]+\.(?:sh|bash|sbatch|slurm)$/;
const ALONE = /^\s*(?:[>*+-]\s+|\d+[.)]\s+)?`{1,3}[^`]{1,1000}`{1,3}\s*[.:,]?\s*$/;
/** A link to a file of the repository, relative or to a forge's page of it. */
const LINK = new RegExp(String.raw`\]\((?:${FORGE_PAGE})?([\w./+-]{1,200})\)`, 'g');
/** A sentence that sends the reader to a folder, for the commands of the block below it. */
const SENT_TO =
  /\b(?:go|change|move|switch|navigate|cd|enter|in|inside|under|from)\s(?:in)?(?:to\s)?(?:the\s)?[`'"*]{0,3}([\w][\w./-]{1,80}?)\/?[`'"*]{0,3}\s(?:folder|directory|dir)\b/i;
/** A sentence that says where the code of the commands below it lies. */
const LIES_IN =
  /\b(?:code|scripts?|programs?|implementation|files?)\b[^.`]{0,80}\b(?:is|are|lies?|located|found|provided|placed)\s(?:in|under|at)\s`{1,3}([\w][\w./-]{1,120}?)\/?`/i;
/** In running text only what nobody would write otherwise. */
const PROSE =
  /(?:^|[\s`>("])((?:[A-Z_]{3,40}=\S{1,40}\s+)?(?:python[\d.]{0,4}|torchrun|deepspeed|accelerate launch)\s(?:-m\s[\w.]+\.[\w.]+|(?:-[\w-]+(?:[= ][\w./]+)?\s){0,6}[\w./\\-]+\.py\b))/;
const PROMPT =
  /^\s*(?:>>>|\$|%|❯|➜|>(?=\s*(?:python|bash|sh|cd|pip)\b)|\(\w[\w. -]{0,30}\)\s*(?:\$|%|#)?|(?:\([\w. -]{1,30}\)\s?)?\[[\w./~ -]{1,40}\]\s?[$#%]|\[?[\w.-]+@[\w.-]+[^$#\n]{0,60}[$#]|PS [^>]{0,80}>|[A-Z]:\\[^>]{0,80}>)\s+/;
/** A launcher with its own options and nothing to launch yet. */
const LAUNCHER_ONLY =
  /^(?:[\w./]{0,40}python[\d.]{0,4} -m torch\.distributed\.(?:launch|run)|torchrun|accelerate launch|deepspeed)(?:\s+--?[\w-]+(?:[= ][\w.:]+)?){0,12}\s*$/;
const FENCE = /^\s*(?:[-*>]\s+|\d+\.\s+)?(`{3,}|~{3,})\s*\{?\.?([\w+-]*)/;
/** Three marks that close on the line on which they open are code in a line, not a block. */
const SPAN = /^\s*(?:[-*>]\s+|\d+\.\s+)?(`{3,}|~{3,})[^`~]{1,1000}\1\s*$/;
const NOT_SHELL =
  /^(json|ya?ml|toml|xml|html|c|cpp|cuda|java|javascript|js|ts|bibtex|latex|tex|diff|mermaid|csv|ini|r|matlab|lua|dockerfile)$/i;

/** Reads a Markdown, reStructuredText or plain document. */
export function readDocumentCommands(file: RepoFile): TypedLine[] {
  const reader = new DocumentReader(folderOf(file.path));
  const lines = linesOf(file.text ?? '');
  for (let index = 0; index < lines.length; index += 1) index = reader.readLine(lines, index);
  return reader.found;
}

class DocumentReader {
  readonly found: TypedLine[] = [];
  private fence: string | null = null;
  private language = '';
  private headings: { level: number; text: string }[] = [];
  private clue = '';
  /** The sentence that the last line began and did not end. */
  private sentence = '';
  private folder: string;
  /** Where the text has sent its reader; the commands that follow start there. */
  private sentTo: string | null = null;
  private assignments: string[] = [];

  private readonly base: string;

  constructor(base: string) {
    this.base = base;
    this.folder = base;
  }

  /** Reads the line at `index` and returns the index of the last line that belongs to it. */
  readLine(lines: readonly string[], index: number): number {
    const raw = (lines[index] ?? '').slice(0, 4000);
    const fence = SPAN.test(raw) ? null : FENCE.exec(raw);
    if (fence !== null && (this.fence === null || fence[1]?.startsWith(this.fence) === true)) {
      this.toggleFence(fence[1] ?? '', fence[2] ?? '');
      return index;
    }
    if (this.fence === null && this.readHeading(lines, index)) return index;
    const isBlock = this.fence !== null || /^(?: {4}|\t)/.test(raw) || /^\s*(?:>>>|\$|%)\s/.test(raw) || /<(code|pre)\b/.test(raw);
    const shown = fillHoles(clean(raw));
    if (this.fence !== null && NOT_SHELL.test(this.language)) return index;
    if (this.startsCommand(shown, isBlock)) {
      const joined = joinContinued([shown, ...takeBlock(lines, index + 1).map((line) => line.replace(/^\s*>\s(?=-)/, ''))], 0);
      const { text, last } = takeOptions(joined.text, lines, index + joined.last);
      this.add(text, index + 1, false);
      return last;
    }
    if (this.fence !== null) {
      if (/^\s*[A-Za-z_]\w*=\S/.test(shown)) {
        const joined = joinContinued(lines, index);
        this.assignments.push(joined.text);
        return joined.last;
      }
      const comment = /^\s*(?:#|\/\/|::)\s*(.{3,200})/.exec(raw)?.[1];
      if (comment !== undefined) this.clue = comment;
      return index;
    }
    this.readProse(raw, index);
    return index;
  }

  private startsCommand(shown: string, isBlock: boolean): boolean {
    if (this.fence !== null && ANY_NAME.test(shown)) return true;
    if (!STARTER.test(shown) || !isCommandLike(shown, isBlock)) return false;
    return isBlock || /^(?:[A-Z_]{2,40}=\S+\s+)*[\w./-]*(python|torchrun|deepspeed|bash|sh|accelerate)/.test(shown);
  }

  private toggleFence(mark: string, language: string): void {
    const closes = this.fence !== null;
    this.fence = closes ? null : mark;
    this.language = closes ? '' : language;
    this.folder = closes ? this.base : (this.sentTo ?? this.base);
    this.sentence = '';
    if (closes) this.clue = '';
  }

  private readHeading(lines: readonly string[], index: number): boolean {
    const raw = (lines[index] ?? '').slice(0, 400);
    const found = /^\s{0,3}(#{1,6})\s*(\S.*)$/.exec(raw) ?? /^\s*<h([1-6])[^>]*>(.*)/i.exec(raw);
    const under = /^(={3,}|-{3,}|~{3,}|\^{3,})\s*$/.exec(lines[index + 1] ?? '')?.[1];
    if (found === null && (under === undefined || raw.trim() === '' || /^[-=~^|\s]+$/.test(raw))) return false;
    const level =
      found === null
        ? under?.startsWith('=') === true
          ? 1
          : under?.startsWith('-') === true
            ? 2
            : 3
        : found[1]!.length > 1 || found[1] === '#'
          ? found[1]!.length
          : Number(found[1]);
    const text = found === null ? raw : (found[2] ?? '');
    this.headings = [...this.headings.filter((item) => item.level < level), { level, text }];
    this.clue = '';
    this.sentence = '';
    this.folder = this.base;
    this.sentTo = null;
    this.assignments = [];
    return true;
  }

  private readProse(raw: string, index: number): void {
    const spans = [...raw.matchAll(/`([^`]{3,1000})`/g)].map((match) => clean(match[1] ?? ''));
    const commands = spans.filter((span) => (STARTER.test(span) || ANY_NAME.test(span)) && /\s/.test(span));
    if (raw.trim() !== '') this.clue = `${this.sentence} ${raw.trim()}`.trim().slice(-400);
    this.sentence = raw.trim() === '' ? '' : (/(?:^|[.!?:]\s+)([^.!?:]{1,300})$/.exec(this.clue)?.[1] ?? '');
    const told = raw.slice(0, 400);
    const sent = SENT_TO.exec(told)?.[1] ?? LIES_IN.exec(told)?.[1];
    if (sent !== undefined) this.sentTo = joinPath(this.base, sent);
    const links = [...raw.matchAll(LINK)].map((match) => match[1] ?? '');
    for (const path of [...spans, ...links]) if (SCRIPT_PATH.test(path)) this.add(`bash ${path}`, index + 1, true);
    // Code that has a line for itself is shown, whatever marks it stands between.
    for (const command of commands) this.add(command, index + 1, !ALONE.test(raw));
    const loose = commands.length === 0 ? PROSE.exec(raw.slice(0, 2000))?.[1] : undefined;
    if (loose !== undefined) this.add(loose, index + 1, true);
  }

  private add(text: string, line: number, isInline: boolean): void {
    if (/^(?:export|set)\s+[A-Za-z_]\w*=/.test(text) && !isInline && !/&&|;/.test(text)) {
      this.assignments.push(text);
      return;
    }
    const script = [...this.assignments, fillHoles(text)].join('\n');
    const offset = this.assignments.length;
    const place = { folder: this.folder, home: this.base, args: [] };
    for (const item of readShellScript(script, place)) {
      if (item.line <= offset) continue;
      this.found.push({ words: item.words, line, folder: item.folder, purpose: this.readPurpose(), isInline });
    }
    const moved = /^(?:cd|pushd)\s+([\w./+@=-]+)\s*(?:$|&&|;|#)/.exec(text.trim())?.[1];
    if (moved !== undefined && !isInline) this.folder = joinPath(this.folder, moved) ?? this.folder;
  }

  /** The sentence before the command speaks first, then its headings from the inside out. */
  private readPurpose(): Purpose | null {
    if (this.headings.some(({ text }) => isAsideHeading(text))) return 'aside';
    const within = this.headings.filter(({ level }, index) => index > 0 || level > 1).toReversed();
    const told = [this.clue, ...within.map(({ text }) => text)].map(readPurpose).filter((purpose) => purpose !== null);
    // That something is run, as below, says less than the heading above it.
    return told.find((purpose) => purpose !== 'usage' && purpose !== 'install') ?? told[0] ?? null;
  }
}

/** The lines that a command may go on in: a mark ends its block also behind a backslash. */
function takeBlock(lines: readonly string[], from: number): readonly string[] {
  const end = lines.slice(from, from + 80).findIndex((line) => FENCE.test(line));
  return lines.slice(from, from + (end < 0 ? 80 : end));
}

/** Options that stand at the edge of a block below a program without any, each explained, with remarks in between. */
const LISTED_OPTION = /^--[A-Za-z][\w-]*(?:[ =]|$)/;

function takeListed(text: string, lines: readonly string[], from: number): { text: string; last: number } {
  let whole = text;
  let last = from;
  for (const [index, line] of takeBlock(lines, from + 1).entries()) {
    if (LISTED_OPTION.test(line)) {
      whole += ` ${clean(line.replace(/\s#\s.*$/, '').replace(/\\\s*$/, ''))}`;
      last = from + 1 + index;
    } else if (!/^\s*(?:#|$)/.test(line)) break;
  }
  return { text: whole, last };
}

/** A line of options, or the program of a launcher, belongs to the command above it, also where somebody forgot the backslash between them. */
function takeOptions(text: string, lines: readonly string[], from: number): { text: string; last: number } {
  let whole = text;
  let last = from;
  if (LAUNCHER_ONLY.test(text) && /^\s*[\w./-]+\.py\b/.test(lines[last + 1] ?? '')) {
    const joined = joinContinued(lines, last + 1);
    whole += ` ${clean(joined.text)}`;
    last = joined.last;
  }
  while (last - from < 40 && /^\s+(?:--[a-z][\w-]*|-[a-zA-Z]{1,3})([ =]|\s*\\?$)/.test(lines[last + 1] ?? '')) {
    const joined = joinContinued(lines, last + 1);
    whole += ` ${clean(joined.text)}`;
    last = joined.last;
  }
  return /\.py\s*$/.test(whole) ? takeListed(whole, lines, last) : { text: whole, last };
}

/** A line without prompt, list mark and markup. */
function clean(raw: string): string {
  let text = !/[<&]/.test(raw)
    ? raw
    : raw
        .replaceAll(/<\/?(?:code|pre|kbd|b|p|li|br|div|span)(?:\s[^<>]{0,120})?\/?>/gi, ' ')
        .replaceAll('&gt;', '>')
        .replaceAll('&lt;', '<')
        .replaceAll('&amp;', '&');
  // Paths of Windows: a backslash between letters is no escape.
  if (/\.py\b/.test(text)) text = text.replaceAll(/(?<=\w|\.)\\(?=\w)/g, '/');
  return text
    .replace(/^\s*(?:[-*+]\s+|\d+[.)]\s+)?`{0,3}(?=\S)/, '')
    .replace(PROMPT, '')
    .replace(/^!\s*/, '')
    .trimEnd()
    .replace(/`{1,3}[.:,]?$/, '')
    .trim();
}

/** Running text that begins with the name of a program is no command. */
function isCommandLike(text: string, isBlock: boolean): boolean {
  if (/^(source|make|time|just|export|docker|srun|cd)\b/.test(text) && !isBlock) return false;
  return isBlock || !/^\w+\s+(is|are|was|and|or|can|will|has|script|scripts|version|[23](\.\d+)*\s*[+)]?$)/.test(text);
}

/** `[--resume]` may be left out; `[path to data]`, `<path to data>` and `(your data)` are one word to fill in. */
function fillHoles(text: string): string {
  let filled = text;
  if (filled.includes('(you'))
    filled = filled.replaceAll(/\(your? [\w ]{1,60}\)/g, (hole) => `<${hole.slice(1, -1).replaceAll(' ', '_')}>`);
  if (filled.includes('[')) filled = filled.replaceAll(/(?<=\s)\[\s*-{1,2}\w[^[\]\n]{0,300}\]/g, '');
  if (/=[[{]/.test(filled))
    filled = filled.replaceAll(/(?<==)(?:\[[A-Za-z][^[\]\n'"]{0,200}\]|\{[A-Za-z][^{}\n'"]{0,200}\})/g, (hole) =>
      /[A-Za-z] [A-Za-z]/.test(hole) ? `<${hole.slice(1, -1).replaceAll(/[^\w./:-]+/g, '_')}>` : hole,
    );
  if (/[[{]/.test(filled))
    filled = filled.replaceAll(/(?<=\s|=)\[[A-Za-z][^[\]\n'",]{0,100}\]|\{[A-Za-z][\w -]{0,60}\}/g, (hole) => hole.replaceAll(' ', '_'));
  if (filled.includes('<')) filled = filled.replaceAll(/<[A-Za-z][^<>\n|;&$]{0,100}>/g, (hole) => hole.replaceAll(/[^\w<>./:-]/g, '_'));
  return filled;
}
