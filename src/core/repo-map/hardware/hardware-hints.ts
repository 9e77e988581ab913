/** What else a repository says about machines: accelerators, memory, how processes talk, and code that must be compiled. */
import { citeLine, cutLine, linesOf, type RepoFile } from '../input.ts';
import type { Evidence } from '../schema.ts';
import { findLines } from '../search-lines.ts';
import { defineSign, holdsSign, mayHold } from '../signs/signs.ts';
import type { Source, Sources } from '../sources.ts';

const MAX_FOUND = 6;
const DOCUMENT = /\.(md|mdx|markdown|rst|txt)$|(^|\/)readme[^/]*$/i;
const DEVICE =
  /\b(?:(?:Tesla |NVIDIA )*(?:[VAHPTLK]\d{2,3}|A6000|L40S?|GH200|MI\d{3}X?)|TPU ?v\d(?:-\d+)?|(?:GeForce |NVIDIA )*(?:RTX|GTX) ?\d{3,4}(?: ?Ti)?|(?:NVIDIA )?T(?:ITAN|itan) ?(?:X[Pp]?|RTX|V))\b/g;
const MEMORY = /\b\d{1,4} ?(?:GB|GiB|G)\b/i;
const MEMORY_CONTEXT = /\b(memory|VRAM|RAM|GPUs?|graphics|out[- ]of[- ]memory|OOM)\b/i;

/** Names of accelerators in READMEs and documents, as written, each once. */
export function findDevices(files: readonly RepoFile[]): string[] {
  const found = new Set<string>();
  for (const file of listDocuments(files)) {
    for (const line of linesOf(file.text ?? '')) {
      if (!/GPU|TPU|train|GB|hour|day|NVIDIA|Tesla|RTX|GTX/i.test(line)) continue;
      for (const match of cutLine(line).matchAll(DEVICE)) {
        const name = match[0].replace(/^(NVIDIA |Tesla |GeForce )+/, '').replace(/\s+/, ' ');
        if (
          /^[VAHPTLK]\d{2,3}$/.test(name) &&
          !/^(V100|A10|A30|A40|A100|A800|H100|H200|H800|P40|P100|T4|L4|L40|K40|K80|M40|M60)$/.test(name)
        )
          continue;
        found.add(name);
      }
      if (found.size >= MAX_FOUND) return [...found];
    }
  }
  return [...found];
}

/** Lines of documents that name an amount of memory together with a GPU or RAM. */
export function findMemory(files: readonly RepoFile[]): Evidence[] {
  const found: Evidence[] = [];
  for (const file of listDocuments(files)) {
    for (const [index, line] of linesOf(file.text ?? '').entries()) {
      if (found.length >= MAX_FOUND) return found;
      if (line.length < 1500 && MEMORY.test(line) && MEMORY_CONTEXT.test(line)) found.push(citeLine(file.path, file.text, index + 1));
    }
  }
  return found;
}

function listDocuments(files: readonly RepoFile[]): RepoFile[] {
  return files
    .filter((file) => file.text !== null && DOCUMENT.test(file.path) && !/(^|\/)(third_party|vendor|external)\/|license/i.test(file.path))
    .sort((a, b) => Number(/readme/i.test(b.path)) - Number(/readme/i.test(a.path)) || a.path.split('/').length - b.path.split('/').length)
    .slice(0, 60);
}

const BACKENDS: readonly (readonly [string, RegExp])[] = [
  ['deepspeed', /deepspeed\.initialize\(|--deepspeed\b/],
  ['horovod', /hvd\.init\(/],
  ['mpi', /from mpi4py|MPI\.COMM_WORLD/],
  ['jax', /\bpmap\(|jax\.distributed|\bshard_map\(/],
  ['tf.distribute', /tf\.distribute\.|MirroredStrategy|TPUStrategy/],
  ['torch-xla', /torch_xla/],
];

for (const [, pattern] of BACKENDS) defineSign(pattern);
const NAMES_BACKEND = defineSign(
  /init_process_group\([^)]{0,200}?['"](nccl|gloo|mpi)['"]|backend['"]?,?\s*(?:default\s*)?=\s*['"](nccl|gloo|mpi)['"]/,
);
const IS_DISTRIBUTED = defineSign(/init_process_group\(|DistributedDataParallel|FullyShardedDataParallel/);

/** How the code's processes talk to each other: what it names itself, else what the launcher implies. */
export function findBackend(reached: readonly Source[], launcher: string | null): string | null {
  for (const source of reached) {
    const named = mayHold(source, NAMES_BACKEND) ? NAMES_BACKEND.exec(source.text) : null;
    if (named !== null) return named[1] ?? named[2] ?? null;
  }
  const known = BACKENDS.find(([, pattern]) => reached.some((source) => holdsSign(source, pattern)))?.[0];
  if (known !== undefined) return known;
  if (launcher === 'deepspeed') return 'deepspeed';
  if (launcher === 'horovodrun') return 'horovod';
  if (launcher === 'mpirun' || launcher === 'mpiexec') return 'mpi';
  const isDistributed = reached.some((source) => holdsSign(source, IS_DISTRIBUTED));
  return isDistributed || launcher === 'torchrun' ? 'nccl' : null;
}

const BUILDS = defineSign(
  /CUDAExtension\(|CppExtension\(|cpp_extension\.load|load_inline\(|@triton\.jit|cupy\.RawKernel|tf\.load_op_library\(|cythonize\(/,
);

/** Calls that build extensions, and the sources of kernels. */
export function findExtensions(files: readonly RepoFile[], sources: Sources): Evidence[] {
  const builds = findLines(sources.all, BUILDS, MAX_FOUND);
  const kernels = files.filter((file) => /\.cuh?$/.test(file.path)).map((file) => ({ file: file.path, line: 1, text: file.path }));
  return [...builds, ...kernels].slice(0, MAX_FOUND);
}
