/** What is worth reading first: the README, what it points at, and what tells how the chosen program is installed, fed and run. */
import { FORGE_PAGE } from './forge-page.ts';
import { cutLine, folderOf, joinPath, linesOf, nameOf, type RepoFile } from './input.ts';
import type { Entry, RepoMap } from './schema.ts';

const PAGE = new RegExp(`^${FORGE_PAGE}(.+)$`);

const MAX_DOCUMENTS = 14;
const LEAST = 30;
const DOCUMENT = /\.(md|mdx|markdown|rst|txt|adoc|org|pdf)$|(^|\/)(readme|install)$/i;
const NOT_READ =
  /(^|\/)(contribut\w*|acknowledg\w*|code_of_conduct|agents|claude|gemini|copilot\w*|upgrading|support|governance|roadmap|security|changelog|changes|history|news|authors?|maintainers|codeowners|citation|licen[cs]e[^/]*|notice|pull_request_template|issue_template)[^/]*$|(^|\/)\.github\/|^(docs?\/)?(images?|imgs?|figures?|figs|media|assets)\/|(^|\/)(tests?|thirdparty|third_party|third-party|vendor|external|node_modules|site-packages|_build|_templates|_sources|_static|generated_docs|submodules)\//i;
const TRANSLATED =
  /[._-](zh|cn|zh[_-]?cn|zh[_-]?hans|zh[_-]?tw|ja|jp|ko|kr|fr|es|de|ru|pt|pt[_-]?br|it|tr|vi|ar)\.(md|rst)$|(^|\/)(zh|zh[_-]?cn|zh[_-]?hans|ja|jp|ko|kr)\//i;

interface Kind {
  readonly name: RegExp;
  readonly why: string;
  readonly weight: number;
}

const KINDS: readonly Kind[] = [
  {
    name: /(^|[_-])(install|installation|installing|setup|setting[_-]up|prerequisites|environment|build)([_-]|$)/,
    why: 'how it is installed',
    weight: 80,
  },
  {
    name: /(get(ting)?[_-]?started|quick[_-]?start|quick[_-]?tour|usage|basics?|tutorial|running|how[_-]?to|guide|user[_-]?guide|overview|introduction)/,
    why: 'how it is started',
    weight: 78,
  },
  {
    name: /(train|training|pre-?train|finetun|fine[_-]tun|reproduc|experiment|recipe|scripts?$|run$|commands?)/,
    why: 'how experiments are run',
    weight: 79,
  },
  {
    name: /(^|[_-])(data|datasets?|data[_-]?prep\w*|prepare[_-]?data\w*|dataset[_-]?\w*|preprocess\w*|download\w*)([_-]|$)/,
    why: 'where the data comes from',
    weight: 77,
  },
  {
    name: /(model[_-]?(zoo|hub|card)|modelhub|zoo|checkpoints?|pre-?trained|weights|models?$|results?|benchmarks?|performance)/,
    why: 'trained models and results',
    weight: 68,
  },
  { name: /(eval|evaluation|inference|testing|metrics|demo|predict)/, why: 'how results are measured', weight: 62 },
  { name: /(config|configuration|options|arguments|parameters|hyper[_-]?param)/, why: 'what can be set', weight: 60 },
  { name: /(faq|troubleshoot|known[_-]issues|notes?$|tips)/, why: 'known problems', weight: 55 },
  { name: /(datasheet|paper|method|architecture|design|algorithm)/, why: 'what it is and how it works', weight: 50 },
];

interface Candidate {
  readonly file: string;
  readonly why: string;
  readonly weight: number;
}

/** Documents in the order in which to read them, at most fourteen; only what lies in the repository. */
export function listDocuments(files: readonly RepoFile[], subfolder: string, entry: Entry | undefined): RepoMap['documents'] {
  const inside = (path: string) => subfolder === '' || path.startsWith(`${subfolder}/`) || !path.includes('/');
  const linked = findLinked(files, subfolder);
  const found: Candidate[] = [];
  for (const file of files) {
    if (!inside(file.path) || NOT_READ.test(file.path) || file.size === 0) continue;
    const candidate = judgeFile(file, subfolder, entry, linked);
    if (candidate !== null && candidate.weight >= LEAST) found.push(candidate);
  }
  found.push(...findNamed(files, entry, new Set(found.map((item) => item.file))));
  found.sort((a, b) => b.weight - a.weight || a.file.split('/').length - b.file.split('/').length || (a.file < b.file ? -1 : 1));
  return found.slice(0, MAX_DOCUMENTS).map(({ file, why }) => ({ file, why }));
}

function judgeFile(file: RepoFile, subfolder: string, entry: Entry | undefined, linked: ReadonlyMap<string, string>): Candidate | null {
  const { path } = file;
  const name = nameOf(path).toLowerCase();
  const folder = folderOf(path);
  const isLinked = linked.has(path);
  // Most files are no documents, and to look for the entry's name in them takes longer than all the rest.
  const weighWords = () => (isLinked ? 14 : 0) + (mentions(file, entry) ? 8 : 0) - (TRANSLATED.test(path) ? 100 : 0);
  if (name.startsWith('readme')) {
    const bonus = weighWords();
    const isEntryFolder = entry !== undefined && (folder === '' || entry.file.startsWith(`${folder}/`) || holdsSetting(entry, folder));
    if (folder === subfolder) return { file: path, why: 'what it is and how it is started', weight: 120 + bonus };
    if (folder === '') return { file: path, why: 'what the whole repository is', weight: 110 + bonus };
    if (isEntryFolder) return { file: path, why: 'what this part is and how it is started', weight: 92 + bonus };
    // In a tree of documentation a folder's README is the page that the folder is named for.
    if (/^(docs?|documentation)\//i.test(folder) && isLinked)
      return judgeDocument(path, `${nameOf(folder).toLowerCase()}.md`, folderOf(folder).slice(subfolder.length), bonus, isLinked);
    const isData = /(^|\/)(data|datasets?)$/i.test(folder);
    const why = isData ? 'where the data comes from' : `what ${nameOf(folder)} is`;
    // The words of a link say more than the name of a folder.
    const named = KINDS.slice(0, 4).find((kind) => kind.name.test(linked.get(path) ?? ''));
    if (named !== undefined) return { file: path, why: named.why, weight: named.weight + bonus - 4 * (path.split('/').length - 1) };
    const isExample = /(^|\/)(examples?|experiments?|projects?|recipes?|egs|benchmarks?)\//i.test(path);
    return { file: path, why, weight: (isData ? 52 : isExample ? 40 : 34) + bonus - (isExample ? 3 : 4) * (path.split('/').length - 2) };
  }
  if (
    /^dockerfile|^containerfile$|^environment[^/]*\.ya?ml$|^requirements\.txt$/.test(name) &&
    (folder === '' || folder === subfolder || isLinked)
  ) {
    const why = name.startsWith('d') || name.startsWith('c') ? 'an environment that once worked' : 'what it is built on';
    return { file: path, why, weight: 31 + (isLinked ? 4 : 0) };
  }
  if (path.endsWith('.ipynb'))
    return isLinked && file.text !== null ? { file: path, why: 'a walk-through that the README points at', weight: 44 } : null;
  if (
    !DOCUMENT.test(path) ||
    (name.endsWith('.txt') &&
      !/install|usage|instruction|howto|how_to/.test(name) &&
      !(isLinked && !/requirements|config|(^|\/)(data|datasets?|examples?)\//i.test(path) && file.size < 20_000))
  )
    return null;
  return judgeDocument(path, name, folder.slice(subfolder.length), weighWords(), isLinked);
}

function judgeDocument(path: string, name: string, folder: string, bonus: number, isLinked: boolean): Candidate | null {
  if (path.endsWith('.pdf')) return isLinked || folder === '' ? { file: path, why: 'the paper or a report', weight: 32 + bonus } : null;
  const stem = name.replace(/\.\w+$/, '');
  const kind = KINDS.find((item) => item.name.test(stem));
  const isPlaced = folder === '' || /(^|\/)(docs?|documentation|tutorials?|guides?)(\/|$)/i.test(folder);
  const depth = path.split('/').length - 1;
  // A documentation folder deep inside is that of something else, such as a library that was copied in.
  const isNear = /^\/?(docs?|documentation|tutorials?|guides?|hfdocs)(\/|$)/i.test(folder) || folder === '';
  const placed = isLinked || (isPlaced && isNear) ? 0 : -28;
  if (kind !== undefined) return { file: path, why: kind.why, weight: kind.weight + bonus + placed - 4 * depth };
  const isContents = /^(index|contents|_sidebar|toc|todo|release\w*|roadmap|news)$/.test(stem);
  if (isContents) return { file: path, why: 'contents of the documentation', weight: (stem === 'index' && depth <= 2 ? 38 : 20) + bonus };
  return { file: path, why: isLinked ? 'the README points at it' : 'documentation', weight: 40 + bonus + placed - 4 * depth };
}

/** True for the folder in which a configuration lies that the command names. */
function holdsSetting(entry: Entry, folder: string): boolean {
  return entry.argv.some((word) => {
    const path = joinPath(entry.cwd, word.split('=').at(-1) ?? '');
    return path !== null && /\.(ya?ml|json|toml|gin|py)$/.test(path) && folderOf(path) === folder;
  });
}

function mentions(file: RepoFile, entry: Entry | undefined): boolean {
  if (entry === undefined || file.text === null) return false;
  const name = nameOf(entry.file);
  return name.length > 4 && file.text.includes(name);
}

/** Files that the README of the map's folder or of the repository links to or names in code marks, with the words of the link. */
function findLinked(files: readonly RepoFile[], subfolder: string): ReadonlyMap<string, string> {
  const known = new Set(files.map((file) => file.path));
  const found = new Map<string, string>();
  const add = (path: string, words: string) => found.set(path, `${found.get(path) ?? ''}-${words}`);
  for (const file of files) {
    const folder = folderOf(file.path);
    if (!/^readme/i.test(nameOf(file.path)) || file.text === null || (folder !== '' && folder !== subfolder)) continue;
    for (const line of linesOf(file.text)) {
      for (const match of cutLine(line).matchAll(
        /\]\(\s{0,3}<?([^)\s>]{1,300})|href=["']([^"']{1,300})|`([\w./-]{3,200}\.\w{2,5})`|^\s*\.\. _[^:]{1,80}:\s+(\S{1,300})|<([\w./-]{3,200}\.(?:rst|md))>`/g,
      )) {
        const target = (match[1] ?? match[2] ?? match[3] ?? match[4] ?? match[5] ?? '').replace(/[#?].*$/, '');
        // An address of the repository's own host page ends in the path.
        const page = PAGE.exec(target)?.[1];
        const path = joinPath(page === undefined && !target.startsWith('/') ? folder : '', page ?? target);
        if (path === null || path === '') continue;
        const words = match[1] === undefined ? '' : linkWords(line, match.index);
        if (known.has(path)) add(path, words);
        for (const name of ['README.md', 'readme.md', 'README.rst', 'index.md', 'index.rst']) {
          if (known.has(`${path}/${name}`)) add(`${path}/${name}`, words);
        }
      }
    }
  }
  return found;
}

/** The words between the brackets of a link whose `](` is at `end`. */
function linkWords(line: string, end: number): string {
  const start = line.lastIndexOf('[', end);
  return start < 0
    ? ''
    : line
        .slice(start + 1, end)
        .slice(0, 120)
        .toLowerCase()
        .replaceAll(/\s+/g, '-');
}

/** Configuration and shell files that the entry's command, or the line that it was read from, names. */
function findNamed(files: readonly RepoFile[], entry: Entry | undefined, known: ReadonlySet<string>): Candidate[] {
  const cited = entry?.evidence[0];
  if (entry === undefined) return [];
  const words = [...entry.argv, ...(cited?.text ?? '').split(/[\s`"'=]+/)];
  const wanted = new Set(words.flatMap((word) => [joinPath(entry.cwd, word), joinPath(word)]).filter((path) => path !== null));
  const found = files
    .filter(
      (file) =>
        wanted.has(file.path) &&
        (/\.(ya?ml|json|toml|gin|cfg|ini|txt|sh)$/.test(file.path) || /(^|\/)configs?\/.*\.py$/.test(file.path)) &&
        file.path !== entry.file &&
        !known.has(file.path),
    )
    .map((file) => ({
      file: file.path,
      why: file.path.endsWith('.sh') ? 'the script that starts it' : 'the settings that the command names',
      weight: 58,
    }));
  const isScript = cited !== undefined && /\.(sh|bash|slurm|sbatch|pbs)$/.test(cited.file) && !known.has(cited.file);
  return isScript ? [...found, { file: cited.file, why: 'the script that starts it', weight: 64 }] : found;
}
