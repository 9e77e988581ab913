/** Lines of documents and scripts that start programs, read for the number of GPUs and nodes that they ask for. */
import { depthOf, linesOf, MAX_LINE, nameOf, type RepoFile } from '../input.ts';
import type { Evidence } from '../schema.ts';

/** `many`: more than one, and only the reader knows how many. */
export type GpuCount = number | 'many';

export interface Launch {
  /** The line with those that a backslash adds to it; variables that the file sets are filled in. */
  readonly text: string;
  readonly gpus: GpuCount | null;
  readonly nodes: number | null;
  readonly from: 'readme' | 'document' | 'script';
  readonly lastLine: number;
  readonly evidence: Evidence;
}

const MAX_LAUNCHES = 600;
/** `GPUS='0 1 2 3'`. */
const LIST = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(["'])(\d[\d ,]{1,60})\2\s*(?:#.*)?$/;
const STARTS =
  /\b(python[\d.]*|torchrun|accelerate|deepspeed|mpirun|mpiexec|horovodrun|srun|sbatch|bash|sh|composer|colossalai)\s|\.\/\S+\.sh\b/;
const NAMES_PROGRAM = /\.py\b|\.sh\b|\s-m\s+\w|\.sbatch\b|\.slurm\b/;
const DOCUMENT = /\.(md|mdx|markdown|rst|txt|adoc|org)$|(^|\/)readme[^/]*$/i;
const SCRIPT = /\.(sh|bash|zsh|slurm|sbatch|pbs|lsf|sub|job)$|(^|\/)makefile$/i;

/** All of them: READMEs first, then documents, then scripts. */
export function readLaunches(files: readonly RepoFile[]): Launch[] {
  const texts = files.flatMap((file) => {
    if (file.text === null || /(^|\/)(third_party|vendor|external|node_modules)\//.test(file.path)) return [];
    const from = /^readme/i.test(nameOf(file.path))
      ? ('readme' as const)
      : DOCUMENT.test(file.path)
        ? ('document' as const)
        : ('script' as const);
    if (from === 'script' && !SCRIPT.test(file.path)) return [];
    return STARTS.test(file.text) ? [{ file, from }] : [];
  });
  const order = { readme: 0, document: 1, script: 2 };
  texts.sort((a, b) => order[a.from] - order[b.from] || depthOf(a.file.path) - depthOf(b.file.path));
  return texts.flatMap(({ file, from }) => readFile(file, from)).slice(0, MAX_LAUNCHES);
}

function readFile(file: RepoFile, from: Launch['from']): Launch[] {
  const lines = linesOf(file.text ?? '');
  const variables = new Map<string, string>();
  const batch = from === 'script' ? readBatchHeader(lines) : { gpus: null, nodes: null };
  const found: Launch[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const start = index;
    const parts: string[] = [];
    let line = (lines[index] ?? '').slice(0, MAX_LINE).trimEnd();
    while (line.endsWith('\\') && index + 1 < lines.length && parts.length < 60) {
      parts.push(line.slice(0, -1));
      index += 1;
      line = (lines[index] ?? '').slice(0, MAX_LINE).trimEnd();
    }
    const whole = parts.length === 0 ? line : joinParts([...parts, line]);
    const assigned = !whole.includes('=')
      ? null
      : /^\s*(?:export\s+)?([A-Za-z_]\w*)=(["']?)([\w.,/:-]*)(?:\$\{\w+:-(\w+)\})?\2\s*(?:#.*)?$/.exec(whole);
    const listed = assigned === null ? LIST.exec(whole) : null;
    if (listed !== null) variables.set(listed[1] ?? '', listed[3] ?? '');
    if (assigned !== null) variables.set(assigned[1] ?? '', assigned[3] === '' ? (assigned[4] ?? '') : (assigned[3] ?? ''));
    if (!NAMES_PROGRAM.test(whole) || !STARTS.test(whole)) continue;
    if (from === 'script' && /^\s*#(?!SBATCH)/.test(whole)) continue;
    const text = fillIn(whole, variables);
    const visible = /^\s*\w/.test(text) ? variables.get('CUDA_VISIBLE_DEVICES') : undefined;
    const gpus = countGpus(text) ?? (visible === undefined ? null : countList(visible)) ?? batch.gpus;
    const evidence = { file: file.path, line: start + 1, text: whole.trim().slice(0, 300) };
    found.push({ text, gpus, nodes: countNodes(text) ?? batch.nodes, from, lastLine: index + 1, evidence });
  }
  return found;
}

function joinParts(parts: readonly string[]): string {
  return parts
    .map((part, at) => (at === 0 ? part : part.trim()))
    .join(' ')
    .slice(0, MAX_LINE);
}

function fillIn(text: string, variables: ReadonlyMap<string, string>): string {
  return text
    .replaceAll(/\$\{?([A-Za-z_]\w*)(?::-(\w+))?\}?/g, (whole, name: string, fallback?: string) => variables.get(name) ?? fallback ?? whole)
    .slice(0, MAX_LINE);
}

/** What `#SBATCH` and `#PBS` lines ask for. */
function readBatchHeader(lines: readonly string[]): { gpus: GpuCount | null; nodes: number | null } {
  const header = lines.filter((line) => /^#\s?(SBATCH|PBS|BSUB)\b/.test(line) && line.length < 300).join('\n');
  if (header === '') return { gpus: null, nodes: null };
  const each = /--gres[= ]gpu:(?:\w+:)?(\d+)|--gpus(?:-per-node|-per-task)?[= ](?:\w+:)?(\d+)|ngpus=(\d+)|-G\s*(\d+)/.exec(header);
  const nodes = /(?:--nodes|-N)[= ]*(\d+)|select=(\d+)/.exec(header);
  const gpus = each === null ? null : Number(each[1] ?? each[2] ?? each[3] ?? each[4]);
  const nodeCount = nodes === null ? null : Number(nodes[1] ?? nodes[2]);
  return { gpus: gpus === null ? null : gpus * (/--gpus[= ]/.test(header) ? 1 : (nodeCount ?? 1)), nodes: nodeCount };
}

const PROCESSES = /nproc[_-]per[_-]node[= ]+(\S+)|--gpus?[_-]per[_-]node[= ]+(\S+)|--ntasks-per-node[= ]+(\S+)/;
const NUMBERED =
  /--?(?:num[_-]gpus?|n[_-]?gpus?|num[_-]devices|n[_-]?devices|world[_-]size|n_gpu_per_node)[= ]+(\S+)|(?:^|\s)num_gpus=(\S+)|\baccelerate\b.{0,400}--num_processes[= ]+(\S+)|xla_spawn\.py.{0,200}--num_cores[= ]+(\S+)/;
/** A setting in capitals: `MODEL.DEVICE_ID "('0','1')"`. */
const CONFIGURED = /\bDEVICE_IDS?[\s=]+["'([]{1,4}(\d[\d,'" ]{0,60})/;
const LISTED =
  /(?:--?|\s)(?:trainer\.)?(?:gpus?|visible[_-]gpus?|gpu[_-]?ids?|device[_-]ids?|devices?|cuda[_-]devices)[= ]+((?:"[^"]*"|'[^']*'|\[[\d, ]*\]|\S+)(?:\s\d+(?=\s|$)){0,16})/;

/** The GPUs that a command line asks for; null when it says nothing of them. */
export function countGpus(text: string): GpuCount | null {
  if (/(?:^|\s)(?:-m\s+torch\.distributed\.(?:launch|run)|torchrun)\s/.test(text) || PROCESSES.test(text)) {
    const each = PROCESSES.exec(text);
    const count = each === null ? 1 : readCount(each[1] ?? each[2] ?? each[3] ?? '');
    const nodes = countNodes(text) ?? 1;
    return count === 'many' || count === null ? 'many' : nodes * count;
  }
  const ranks = /\b(?:mpirun|mpiexec|horovodrun)\b[^|;]{0,300}?\s-(?:np?|-np|-num-proc)[= ]+(\S+)|\s-np\s+(\d+)\s[^|;]{0,200}\bpython/.exec(
    text,
  );
  if (ranks !== null) return readCount(ranks[1] ?? ranks[2] ?? '');
  if (/multiprocessing[_-]distributed|--multi[_-]?gpus?\b|--mGPUs\b|\s-m\s+multiproc\b/.test(text)) return 'many';
  const wrapper = /(?:dist|distributed|slurm)_(?:train|pretrain|finetune)\w*\.sh\b(.*)$/.exec(text);
  if (wrapper !== null) return readLastNumber(wrapper[1] ?? '') ?? 'many';
  const numbered = NUMBERED.exec(text);
  if (numbered !== null) return readCount(numbered.slice(1).find((word) => word !== undefined) ?? '');
  const configured = CONFIGURED.exec(text);
  if (configured !== null) return (configured[1] ?? '').match(/\d+/g)?.length ?? null;
  const visible = /CUDA_VISIBLE_DEVICES=["']?([\d,]+)/.exec(text);
  const named = /--?devices?[= ]+((?:cuda:\d{1,2}[\s,]*){2,64})/.exec(text);
  if (named !== null) return (named[1] ?? '').split('cuda:').length - 1;
  const listed = LISTED.exec(text);
  if (listed !== null && /\d/.test(listed[1] ?? '')) return readList(listed[1] ?? '', listed[0]);
  const included = /--include[= ]+["']?\w+:([\d,]+)/.exec(text);
  if (included !== null) return countList(included[1] ?? '');
  if (visible !== null) return countList(visible[1] ?? '');
  if (/\ball (?:the )?(?:available |visible )?GPUs\b/i.test(text)) return 'many';
  // Fully sharded training exists only over several devices.
  return /(?:^|\s)deepspeed\s|[=\s](?:--|["'])?fsdp/i.test(text) ? 'many' : null;
}

function countNodes(text: string): number | null {
  const nodes = /--(?:nnodes|num_machines|num_nodes|nodes)[= ]+(\d+)/.exec(text);
  return nodes === null ? null : Number(nodes[1]);
}

/** `8` is eight; `gpu`, `$N`, `<n>` and `N` are for the reader to fill in. */
function readCount(word: string): GpuCount | null {
  const plain = word.replaceAll(/["'`,)\\]/g, '');
  if (/^\d{1,4}$/.test(plain)) return Number(plain);
  return /^-\d+$/.test(plain) || plain === '' ? null : 'many';
}

/** `0,1,2` are three; a lone number is how many for `--gpus` and which one for `--gpu` and `--device`. */
function readList(value: string, whole: string): GpuCount | null {
  const plain = value.replaceAll(/["'[\]]/g, '').trim();
  // All that there are for `--gpus`; none for the number of one.
  if (/^-1$/.test(plain)) return /gpus[= ]|devices[= ]/.test(whole) ? 'many' : null;
  if (/^\d+(?:[, ]+\d+)+,?$/.test(plain) || /^\d+,$/.test(plain)) return countList(plain);
  const range = /^(\d{1,2})-(\d{1,2})$/.exec(plain);
  if (range !== null) return Math.max(1, Number(range[2]) - Number(range[1]) + 1);
  if (!/^\d{1,3}$/.test(plain)) return null;
  return /gpus[= ]|devices[= ]/.test(whole) && !/ids?[= ]|cuda[_-]devices/.test(whole) ? Math.max(1, Number(plain)) : 1;
}

function countList(list: string): number | null {
  const ids = list.split(/[, ]+/).filter((id) => id !== '');
  return ids.length === 0 ? null : ids.length;
}

function readLastNumber(text: string): number | null {
  const words = text.split(/[\s`]+/);
  // What follows an option is its value.
  const numbers = words.filter((word, index) => /^\d{1,3}$/.test(word) && words[index - 1]?.startsWith('-') !== true);
  const last = numbers.at(-1);
  return last === undefined ? null : Number(last);
}
