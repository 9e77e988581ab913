/** What should make a reader careful before anything of a repository is run. */
import { mayHoldKnownSecret, redactText } from '../../redact.ts';
import { valueGiven } from '../assets/assets.ts';
import { isPython2Module } from '../dependencies/stdlib.ts';
import { citeLine, cutLine, linesOf, nameOf, type RepoFile } from '../input.ts';
import type { Asset, Entry, Evidence, Hardware, RepoMap } from '../schema.ts';
import { findFileLines, findLines, listMatchingLines } from '../search-lines.ts';
import { defineSign } from '../signs/signs.ts';
import { cite, type Source, type Sources } from '../sources.ts';
import { readLaunches, type Launch } from './launches.ts';
import { findUnknownOptions, findUnset } from './stops.ts';

const MAX_EVIDENCE = 5;
export const HARD_PATHS = 'Hard-coded absolute paths';
export const PYTHON_2 = 'Written for Python 2';
export const SECRET_FLAG = 'Holds what looks like a secret (not shown here)';

interface Flag {
  readonly what: string;
  readonly pattern: RegExp;
  readonly scope: 'python' | 'shell' | 'both';
}

const BUILDS = 'Builds its own CUDA kernels';
const DELETES = 'Deletes folders';
const isTest = (source: Source): boolean => /(^|\/)tests?\/|(^|\/)test_[^/]*\.py$/.test(source.file.path);
const isImage = (file: RepoFile): boolean => /dockerfile/i.test(nameOf(file.path));

const FLAGS: readonly Flag[] = [
  {
    what: HARD_PATHS,
    scope: 'both',
    pattern:
      /['"= ](\/(home|Users|data\d*|mnt|scratch|gpfs|lustre|nfs|storage|ssd|raid|datadrive|datasets\d*)\/[\w.-]+[^'"\s]*|[A-Z]:\\\\?[\w.-]+\\)/,
  },
  {
    what: 'Runs code that it downloads',
    scope: 'both',
    pattern:
      /(exec|eval)\(.*(requests\.|urlopen|urllib)|(curl|wget)\b[^|\n]*\|\s*(sudo\s+)?(ba)?sh\b|pickle\.loads?\(.*(requests\.|urlopen)|trust_remote_code\s*=\s*True|torch\.hub\.load\(/,
  },
  { what: 'Asks for root', scope: 'both', pattern: /(^|[\s;&"'`!])sudo\s+\w/ },
  {
    what: DELETES,
    scope: 'both',
    pattern:
      /\brm\s+-(rf|fr|r\s+-f)\s+(?!\/var\/(lib|cache)\/|\/root\/\.cache|\/tmp\/|~\/\.cache)|shutil\.rmtree\((?!\s{0,9}[\w.]{0,40}(tmp|temp|cache))/i,
  },
  { what: BUILDS, scope: 'python', pattern: /CUDAExtension\(|cpp_extension\.load|load_inline\(/ },
  {
    what: 'Wants a secret or an account',
    scope: 'both',
    pattern:
      /wandb\.login\(|use_auth_token\s*=\s*(True|os\.|["'])|(?<!running [`'"]{0,2})huggingface-cli login|wandb login|login\(token|environ(\.get\(|\[)\s*['"]\w*(TOKEN(?!IZ)|API_KEY|SECRET|PASSWORD)\w*['"]|KAGGLE_KEY/,
  },
  {
    what: 'Uses names that NumPy 1.24 removed',
    scope: 'python',
    pattern: /\bnp\.(float|int|bool|object|str|long)\b(?![_\d(])|\bnp\.(float|int|bool)\(/,
  },
  {
    what: 'Downloads from a host that is no longer there',
    scope: 'both',
    pattern:
      /https?:\/\/(yann\.lecun\.com\/exdb\/mnist|s3\.amazonaws\.com\/models\.huggingface\.co|[\w.-]*googlecode\.com|[\w.-]*bintray\.com|dl\.dropbox\.com\/u\/)/,
  },
  {
    what: 'Uses what its framework removed',
    scope: 'python',
    pattern:
      /from sklearn\.externals import|torch\.utils\.ffi|torch\._six|from tensorflow\.contrib|tf\.contrib\.|scipy\.misc import (im|logsumexp)|scipy\.misc\.im(read|save|resize)|collections\.(Mapping|MutableMapping|Iterable|Sequence|Callable)\b/,
  },
];
for (const { pattern } of FLAGS) defineSign(pattern);

export interface FlagInput {
  /** Files within the map's folder. */
  readonly files: readonly RepoFile[];
  readonly sources: Sources;
  readonly assets: readonly Asset[];
  readonly entry: Entry | undefined;
  readonly hardware: Hardware;
  readonly license: string | null;
}

/** Each kind of red flag once, with up to five places. */
export function findRedFlags({ files, sources, assets, entry, hardware, license }: FlagInput): RepoMap['redFlags'] {
  const scripts = files.filter(
    (file) =>
      file.text !== null &&
      !file.path.startsWith('.github/') &&
      /\.(sh|bash|slurm|sbatch|pbs)$|(^|\/)([^/]*Dockerfile|Makefile)[^/]*$/.test(file.path),
  );
  const found = FLAGS.map(({ what, pattern, scope }) => {
    const inPython =
      scope === 'shell' ? [] : findLines(what === DELETES ? sources.all.filter((source) => !isTest(source)) : sources.all, pattern);
    // While an image is built nothing is lost.
    const inShell = scope === 'python' ? [] : findFileLines(what === DELETES ? scripts.filter((file) => !isImage(file)) : scripts, pattern);
    return { what, evidence: [...inPython, ...inShell].slice(0, MAX_EVIDENCE) };
  });
  const kernels = files.filter((file) => /\.cuh?$/.test(file.path)).map((file) => ({ file: file.path, line: 1, text: file.path }));
  if (kernels.length > 0 && !found.some((flag) => flag.what === BUILDS && flag.evidence.length > 0))
    found.push({ what: 'Ships CUDA source that must be compiled', evidence: kernels.slice(0, MAX_EVIDENCE) });
  if (hardware.needsGpu) found.push({ what: 'Stops without an NVIDIA GPU: CUDA is hard-coded', evidence: hardware.evidence.slice(-1) });
  found.push(findPython2(sources, entry), ...findUnset(sources, entry), ...findUnknownOptions(sources, entry));
  found.push({ what: SECRET_FLAG, evidence: findSecrets(files) });
  found.push({ what: 'Its notebooks were run out of order', evidence: findDisorder(files) });
  found.push({ what: 'Documents start a file that is not there', evidence: findMissingPrograms(files) });
  const gated = assets.filter((asset) => asset.gated !== undefined && asset.source !== 'kaggle');
  if (gated.length > 0) {
    const names = gated.slice(0, 3).map((asset) => `${asset.reference} (${asset.gated ?? ''})`);
    found.push({
      what: `Needs permission: ${names.join(', ')}`,
      evidence: gated.flatMap((asset) => asset.evidence.slice(0, 1)).slice(0, MAX_EVIDENCE),
    });
  }
  found.push(...findEmptySubmodules(files));
  for (const asset of assets.filter((item) => isMissed(item, entry, assets)).slice(0, MAX_EVIDENCE))
    found.push({ what: `Reads ${asset.reference}, which is not in the repository`, evidence: asset.evidence });
  const flags = found.filter((flag) => flag.evidence.length > 0);
  if (license === null) flags.push({ what: 'Has no licence: nobody is allowed to reuse it', evidence: [] });
  if (sources.unread > 0)
    flags.push({
      what: `${String(sources.unread)} Python files or notebooks were too many, too large or broken and were not read`,
      evidence: [],
    });
  return flags;
}

/** Files in the language's old form: they matter where the main program needs one, or where no program is known. */
function findPython2(sources: Sources, entry: Entry | undefined): RepoMap['redFlags'][number] {
  const old = sources.all.flatMap((source) => readPython2(source));
  const isNeeded =
    entry?.files === undefined || old.length * 2 > sources.all.length || old.some((item) => entry.files?.includes(item.file) === true);
  return {
    what: isNeeded ? PYTHON_2 : 'Holds files for Python 2, none of which the main program imports',
    evidence: old.slice(0, MAX_EVIDENCE),
  };
}

/** Submodules that a plain clone or download leaves empty. */
function findEmptySubmodules(files: readonly RepoFile[]): RepoMap['redFlags'] {
  const list = files.find((file) => file.path === '.gitmodules');
  const lines = linesOf(list?.text ?? '');
  const empty = lines.flatMap((line, index) => {
    const path = /^\s*path\s*=\s*(\S{1,300})\s*$/.exec(cutLine(line))?.[1];
    if (path === undefined || files.some((file) => file.path.startsWith(`${path}/`))) return [];
    return [{ path, cited: citeLine('.gitmodules', list?.text ?? null, index + 1) }];
  });
  if (empty.length < 2)
    return empty.map(({ path, cited }) => ({ what: `Needs the submodule ${path}, whose folder is empty`, evidence: [cited] }));
  const names = empty.slice(0, 8).map(({ path }) => path);
  const more = empty.length > names.length ? ' …' : '';
  return [
    {
      what: `Needs ${String(empty.length)} submodules whose folders are empty: ${names.join(', ')}${more}`,
      evidence: empty.slice(0, MAX_EVIDENCE).map(({ cited }) => cited),
    },
  ];
}

/** True when the entry reads this path, the repository has no such file, and none of its programs makes one. */
function isMissingFor(asset: Asset, entry: Entry | undefined): boolean {
  return entry !== undefined && isReached(asset, entry) && asset.source === 'path' && !asset.present && asset.madeBy === undefined;
}

/** The same without what is only the default of an argument for which the command gives another value. */
export function isMissed(asset: Asset, entry: Entry | undefined, all: readonly Asset[]): boolean {
  if (entry === undefined || !isMissingFor(asset, entry)) return false;
  // torchvision fills the folder that such an argument names.
  const isFilled = all.some(
    (item) => item.source === 'torchvision' && item.kind === 'dataset' && item.gated === undefined && isReached(item, entry),
  );
  if (isFilled && asset.kind === 'dataset' && asset.evidence.every((item) => item.text.includes('add_argument'))) return false;
  const replaced = entry.arguments.filter((argument) => argument.default === asset.reference && valueGiven(entry, argument) !== null);
  return !replaced.some(({ evidence }) => asset.evidence.every((item) => item.file === evidence.file && item.line === evidence.line));
}

function isReached(asset: Asset, entry: Entry): boolean {
  return asset.evidence.some((item) => entry.files?.includes(item.file) === true);
}

function readPython2(source: Source): Evidence[] {
  const module = source.module.imports.find(
    (item) => item.level === 0 && item.where === 'top' && isPython2Module(item.module.split('.')[0] ?? ''),
  );
  const line = source.module.python2Line ?? module?.line ?? null;
  return line === null ? [] : [cite(source, line)];
}

const MAY_BE_SECRET =
  /xox|sk-[A-Za-z0-9]|gh[pousr]_|github_pat_|glpat-|hf_[A-Za-z0-9]{20}|AKIA|AIza|PRIVATE KEY|wandb\.login|api_?key|password|secret|token|"key"/i;
const STAND_IN = /x{5}|\*{3}|your|example|dummy|placeholder|<\w|changeme|0{8}|1234/i;

/** A name that says "secret", and a literal that is long enough to be one. */
const NAMED_SECRET =
  /["']?\b[\w-]{0,40}(?:password|passwd|api_?key|secret(?:_?key)?|access_?token|auth_?token)["']?\s{0,4}[:=]\s{0,4}["'](?=[^"']{0,200}\d)(?=[^"']{0,200}[A-Za-z])[^"'\s{}$<]{8,200}["']/i;

/** How the end of it looks; few lines have one. */
const HAS_LITERAL = /[:=]\s{0,4}["'][^"'\s{}$<]{8}/;

/** Lines that hold a secret, with the secret taken out of what is quoted. */
function findSecrets(files: readonly RepoFile[]): Evidence[] {
  const found: Evidence[] = [];
  for (const file of files) {
    if (file.text === null || !MAY_HOLD_SECRETS.test(file.path)) continue;
    for (const { number, text } of listMatchingLines(file.text, MAY_BE_SECRET)) {
      if (found.length >= MAX_EVIDENCE) return found;
      const cut = cutLine(text);
      if (cut !== text && !MAY_BE_SECRET.test(cut)) continue;
      const isNamed = HAS_LITERAL.test(cut) && NAMED_SECRET.test(cut);
      if ((!isNamed && !mayHoldKnownSecret(cut)) || STAND_IN.test(cut) || isNotebookNoise(file.path, cut)) continue;
      const clean = redactText(cut);
      // What only its name gives away counts where a literal stands behind it, not where code hands a variable on.
      const isKnown = clean.replaceAll('[secret]', '') !== clean ? isNamed : clean !== cut;
      if (isKnown) found.push({ file: file.path, line: number, text: clean.trim().slice(0, 300) });
    }
  }
  return found;
}

const MAY_HOLD_SECRETS =
  /^(?!.*(?:^|\/)(?:tests?|docs?|third_party|vendor|external)\/).*(?:\.(?:py|ipynb|sh|bash|ya?ml|toml|cfg|ini|env)|(?:^|\/)(?:[\w.-]*Dockerfile|\.env|kaggle\.json|credentials\.json|secrets?\.json))$/;

/** Pictures and cell ids of notebooks look random and are no secrets. */
function isNotebookNoise(path: string, line: string): boolean {
  return path.endsWith('.ipynb') && (line.length > 1000 || /"(image\/|id"|cell_id|hash)/.test(line));
}

function findDisorder(files: readonly RepoFile[]): Evidence[] {
  const found: Evidence[] = [];
  for (const file of files) {
    if (found.length >= MAX_EVIDENCE) break;
    if (file.text === null || !file.path.endsWith('.ipynb')) continue;
    let highest = 0;
    let number = 0;
    for (const match of file.text.matchAll(/"execution_count": (\d{1,6}),/g)) {
      const count = Number(match[1]);
      number += 1;
      // An output repeats the count of its cell.
      if (count < highest) {
        found.push({ file: file.path, line: 1, text: `execution count ${String(count)} comes after ${String(highest)}` });
        break;
      }
      highest = count;
      if (number > 5000) break;
    }
  }
  return found;
}

/** Commands of READMEs whose program is nowhere in the repository; paths that only the reader knows do not count. */
function findMissingPrograms(files: readonly RepoFile[]): Evidence[] {
  const names = new Set(files.map((file) => nameOf(file.path)));
  const made = files.filter((file) => file.text !== null && /\.(py|sh)$/.test(file.path)).length;
  if (made === 0) return [];
  const readmes = files.filter((file) => /^readme/i.test(nameOf(file.path)));
  return readLaunches(readmes)
    .filter((launch) => isMissing(launch, names))
    .map((launch) =>
      citeLine(launch.evidence.file, files.find((file) => file.path === launch.evidence.file)?.text ?? null, launch.evidence.line),
    )
    .slice(0, MAX_EVIDENCE);
}

function isMissing(launch: Launch, names: ReadonlySet<string>): boolean {
  const program = /(?:python[\d.]*|bash|sh|sbatch)\s+(?:-u\s+)?((?:\.\/)?[\w/.-]+\.(?:py|sh|slurm|sbatch))(?=[\s`]|$)/.exec(
    launch.text,
  )?.[1];
  if (
    program === undefined ||
    /^\/|\.\.\/|path|your|example|\b(my|some)[_-]|whatever|foo|xxx|get-pip|conda|^script\.|^(\.\/)?file\.|site-packages/i.test(program)
  )
    return false;
  // Another repository that is cloned first brings programs of its own.
  if (/\bcd\s|\bclon(e|ing)\b|&&/i.test(launch.text)) return false;
  return !names.has(nameOf(program));
}
