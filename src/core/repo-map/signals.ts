/** What the text of a repository gives away: the hardware it wants, and what should make a reader careful. */
import { citeLine, type RepoFile } from './input.ts';
import type { Asset, Entry, Evidence, RepoMap } from './schema.ts';
import { cite, type Source, type Sources } from './sources.ts';
import { isPython2Module } from './stdlib.ts';

const MAX_EVIDENCE = 5;
const CUDA_ALWAYS = /\.cuda\(\)|torch\.device\(['"]cuda(:\d+)?['"]\)|\.to\(['"]cuda(:\d+)?['"]\)|device\s*=\s*['"]cuda(:\d+)?['"]/;
const CUDA_CHOICE = /cuda\.is_available\(\)|accelerator\.is_available\(\)|if\s+.*(cuda|gpu|device)|no_cuda|use_cuda|--device|--cpu|--cuda/i;
const DISTRIBUTED =
  /init_process_group\(|DistributedDataParallel|FullyShardedDataParallel|torch\.distributed\.(run|launch)|torchrun|nproc_per_node|deepspeed\.initialize|jax\.distributed/;

/** The hardware class, judged by the best entry and the files it reaches; by all files when there is no entry. */
export function readHardware(sources: Sources, entry: Entry | undefined): RepoMap['hardware'] {
  const reached = new Set(entry?.files ?? sources.all.map((source) => source.file.path));
  const inScope = sources.all.filter((source) => reached.has(source.file.path));
  const always = findLines(inScope, CUDA_ALWAYS);
  const choice =
    inScope.some((source) => CUDA_CHOICE.test(source.text)) || entry?.arguments.some((argument) => argument.role === 'device') === true;
  const distributed = findLines(inScope, DISTRIBUTED);
  const usesGpu = inScope.some((source) => /cuda|\.gpu|accelerator\(|jax|tensorflow|lightning|accelerate/i.test(source.text));
  const launchesMany = entry !== undefined && ['torchrun', 'deepspeed'].includes(entry.launcher);
  const needsGpu = always.length > 0 && !choice;
  const reasons: string[] = [];
  if (launchesMany) reasons.push(`started with ${entry.launcher} (${place(entry.evidence[0])})`);
  if (distributed[0] !== undefined) reasons.push(`${launchesMany ? 'trains' : 'can train'} on several GPUs (${place(distributed[0])})`);
  if (always[0] !== undefined)
    reasons.push(
      needsGpu ? `uses CUDA without asking whether it is there (${place(always[0])})` : `uses CUDA where it is there (${place(always[0])})`,
    );
  else if (usesGpu) reasons.push('uses a GPU where there is one');
  if (reasons.length === 0) reasons.push('nothing in the code asks for a GPU');
  return { class: launchesMany ? 'multi-gpu' : usesGpu || always.length > 0 ? 'single-gpu' : 'cpu', needsGpu, reasons };
}

interface Flag {
  readonly what: string;
  readonly pattern: RegExp;
  readonly scope: 'python' | 'shell' | 'both';
}

const FLAGS: readonly Flag[] = [
  {
    what: 'Hard-coded absolute paths',
    scope: 'both',
    pattern: /['"= ](\/(home|Users|data\d*|mnt|scratch|gpfs|lustre|nfs|storage|ssd|raid)\/[\w.-]+[^'"\s]*|[A-Z]:\\\\?[\w.-]+\\)/,
  },
  {
    what: 'Runs code that it downloads',
    scope: 'both',
    pattern:
      /(exec|eval)\(.*(requests\.|urlopen|urllib)|(curl|wget)\b[^|\n]*\|\s*(sudo\s+)?(ba)?sh\b|pickle\.loads?\(.*(requests\.|urlopen)|trust_remote_code\s*=\s*True|torch\.hub\.load\(/,
  },
  { what: 'Asks for root or deletes folders', scope: 'both', pattern: /(^|[\s;&"'`!])sudo\s+\w|\brm\s+-(rf|fr|r\s+-f)\s|shutil\.rmtree\(/ },
  { what: 'Builds its own CUDA kernels', scope: 'python', pattern: /CUDAExtension\(|cpp_extension\.load|load_inline\(/ },
  {
    what: 'Wants a secret or an account',
    scope: 'both',
    pattern:
      /wandb\.login\(|use_auth_token\s*=|huggingface-cli login|wandb login|login\(token|environ(\.get\(|\[)\s*['"]\w*(TOKEN|API_KEY|SECRET|PASSWORD)\w*['"]|KAGGLE_KEY/,
  },
  {
    what: 'Uses names that NumPy 1.24 removed',
    scope: 'python',
    pattern: /\bnp\.(float|int|bool|object|str|long)\b(?![_\d(])|\bnp\.(float|int|bool)\(/,
  },
];

/** Each kind of red flag once, with up to five places. */
export function findRedFlags(
  files: readonly RepoFile[],
  sources: Sources,
  assets: readonly Asset[],
  entry: Entry | undefined,
): RepoMap['redFlags'] {
  const scripts = files.filter((file) => file.text !== null && /\.(sh|bash|slurm|sbatch)$|(^|\/)(Dockerfile|Makefile)$/.test(file.path));
  const found = FLAGS.map(({ what, pattern, scope }) => {
    const inPython = scope === 'shell' ? [] : findLines(sources.all, pattern);
    const inShell = scope === 'python' ? [] : findScriptLines(scripts, pattern);
    return { what, evidence: [...inPython, ...inShell].slice(0, MAX_EVIDENCE) };
  });
  const kernels = files.filter((file) => /\.cuh?$/.test(file.path)).map((file) => ({ file: file.path, line: 1, text: file.path }));
  if (kernels.length > 0) found.push({ what: 'Ships CUDA source that must be compiled', evidence: kernels.slice(0, MAX_EVIDENCE) });
  const old = sources.all.flatMap((source) => readPython2(source));
  if (old.length > 0) found.push({ what: 'Written for Python 2', evidence: old.slice(0, MAX_EVIDENCE) });
  const missing = assets.filter((asset) => isMissingFor(asset, entry));
  for (const asset of missing.slice(0, MAX_EVIDENCE))
    found.push({ what: `Reads ${asset.reference}, which is not in the repository`, evidence: asset.evidence });
  if (sources.unread > 0)
    found.push({
      what: `${String(sources.unread)} Python files or notebooks were too many, too large or broken and were not read`,
      evidence: [],
    });
  return found.filter((flag) => flag.evidence.length > 0 || flag.what.includes('not read'));
}

/** True when the entry reads this path, the repository has no such file, and none of its programs makes one. */
export function isMissingFor(asset: Asset, entry: Entry | undefined): boolean {
  const isRead = entry !== undefined && asset.evidence.some((item) => entry.files?.includes(item.file) === true);
  return isRead && asset.source === 'path' && !asset.present && asset.madeBy === undefined;
}

function readPython2(source: Source): Evidence[] {
  const module = source.module.imports.find((item) => item.where === 'top' && isPython2Module(item.module.split('.')[0] ?? ''));
  const line = source.module.python2Line ?? module?.line ?? null;
  return line === null ? [] : [cite(source, line)];
}

function findLines(sources: readonly Source[], pattern: RegExp): Evidence[] {
  const found: Evidence[] = [];
  for (const source of sources) {
    if (!pattern.test(source.text)) continue;
    for (const [index, line] of source.text.split('\n').entries()) {
      if (found.length >= MAX_EVIDENCE) return found;
      if (line.length < 2000 && !/^\s*#/.test(line) && pattern.test(line)) found.push(cite(source, index + 1));
    }
  }
  return found;
}

function findScriptLines(files: readonly RepoFile[], pattern: RegExp): Evidence[] {
  return files.flatMap((file) =>
    (file.text ?? '')
      .split('\n')
      .flatMap((line, index) =>
        line.length < 2000 && !/^\s*#/.test(line) && pattern.test(line) ? [citeLine(file.path, file.text, index + 1)] : [],
      ),
  );
}

function place(evidence: Evidence | undefined): string {
  return evidence === undefined ? '' : `${evidence.file}:${String(evidence.line)}`;
}
