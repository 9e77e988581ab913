/** What the words of a command start: which launcher, which file, module or script, with which arguments. */
import type { Entry } from '../schema.ts';
import { splitWords } from './shell-words.ts';

export interface Invocation {
  readonly launcher: Entry['launcher'];
  /** The words before the target, as they are typed: `python -u`, `torchrun --nproc_per_node=8`. */
  readonly before: readonly string[];
  readonly kind: 'script' | 'module' | 'shell' | 'notebook' | 'make' | 'name';
  readonly target: string;
  readonly rest: readonly string[];
}

const PYTHON = /^(?:.*[/\\])?(?:i?python[\d.]*|pypy3?|py)(?:\.exe)?$|^\$\{?\w*(?:PYTHON|python)\w*\}?$|^\{sys\.executable\}$/;
const SHELL = /^(?:.*\/)?(?:bash|sh|zsh|ksh|source|\.|sbatch|qsub|bsub)$/;
const SHELL_FILE = /\.(sh|bash|zsh|slurm|sbatch|job|pbs)$/;
const MPI = /^(?:mpirun|mpiexec|horovodrun|mpirun\.\w+)$/;
const LAUNCHERS: Readonly<Record<string, Entry['launcher']>> = {
  torchrun: 'torchrun',
  deepspeed: 'deepspeed',
  composer: 'torchrun',
  ds: 'deepspeed',
};
const LAUNCH_MODULES: readonly (readonly [RegExp, Entry['launcher']])[] = [
  [/^torch\.distributed\.(launch|run)$|^torch_xla\.distributed\.xla_dist$/, 'torchrun'],
  [/^accelerate\.commands\.launch$/, 'accelerate'],
  [/^deepspeed\.launcher\.runner$/, 'deepspeed'],
];
/** Modules that run a script themselves and only watch it. */
const WATCHERS = /^(pdb|ipdb|pudb|cProfile|profile|trace|kernprof|viztracer|memory_profiler|debugpy|coverage|scalene)$/;
/** Words in front of a command that change how it runs, not what runs; the number says how many plain words follow them. */
const PREFIXES: Readonly<Record<string, number>> = {
  sudo: 0,
  nohup: 0,
  time: 0,
  exec: 0,
  command: 0,
  eval: 0,
  env: 0,
  setsid: 0,
  unbuffer: 0,
  stdbuf: 0,
  proxychains: 0,
  proxychains4: 0,
  catchsegv: 0,
  nice: 0,
  'poetry run': 0,
  'pipenv run': 0,
  'uv run': 0,
  'rye run': 0,
  'pdm run': 0,
  'hatch run': 0,
  'pixi run': 0,
  'coverage run': 0,
  'conda run': 0,
  'micromamba run': 0,
  'mamba run': 0,
};
/** Programs whose own options are too many to know: what they start is the first word that starts something. */
const CARRIERS =
  /^(srun|salloc|docker|podman|nvidia-docker|singularity|apptainer|numactl|xvfb-run|taskset|timeout|nsys|ncu|nvprof|kernprof|tmux|screen|ssh|gpurun|jsrun|aprun|strace|gdb|ts|flock|watch|shifter|enroot|kubectl|wandb|pipx|caffeinate)$/;
/** Kaldi's programs that hand a command to a queue, most often behind a variable: `$cuda_cmd --gpu 1 train.log train.py …`. */
const QUEUE = /^\$\{?\w{0,20}cmd\}?$|(?:^|\/)(?:run|queue|slurm|pbs|ssh|stdout)\.pl$/;
const MAX_NESTING = 4;

/** Interpreters of other languages in which models were written. */
const FOREIGN = /^(th|luajit|lua|Rscript|julia)$/;

/** True for what a shell reads in: it sets names for the commands that follow. */
export function isRead(words: readonly string[]): boolean {
  if (words[0] === '.') return true;
  return words[0] === 'source' && /(^|[/_-])(env|path|cmd|setup|init|config|activate)\w*(\.\w+)?$/.test(words[1] ?? '');
}

/** Reads the words of one command; null when they start nothing that a repository could hold. */
export function readInvocation(words: readonly string[], depth = 0): Invocation | null {
  const plain = dropPrefixes(words);
  const [first = '', second = ''] = plain;
  if (first === '' || depth > MAX_NESTING) return null;
  if (first.includes(' ')) return readInvocation(splitWords(first), depth + 1);
  if (CARRIERS.test(first)) return readCarried(plain, depth);
  if (first === 'sbatch' || first === 'qsub') {
    const wrapped = plain.map((word, index) => (word === '--wrap' ? plain[index + 1] : /^--wrap=(.*)$/s.exec(word)?.[1])).find(Boolean);
    if (wrapped !== undefined) return readInvocation(splitWords(wrapped), depth + 1);
  }
  if (QUEUE.test(first)) return readQueued(plain, depth);
  if (MPI.test(first)) return readMpi(plain);
  if (PYTHON.test(first)) return readPython(plain);
  if (LAUNCHERS[first] !== undefined) return readLauncher(LAUNCHERS[first], plain, 1);
  if (first === 'accelerate' && second === 'launch') return readLauncher('accelerate', plain, 2);
  if (first === 'accelerate-launch') return readLauncher('accelerate', plain, 1);
  if (/^(lightning|fabric)$/.test(first) && second === 'run') return readLauncher('lightning', plain, 2);
  if (first === 'streamlit' && second === 'run') return readLauncher('python', plain, 2);
  if (SHELL.test(first)) return readShell(plain, depth);
  if (first === 'make' || first === 'just') return readMake(plain);
  if (FOREIGN.test(first)) return readForeign(plain);
  if (/^(jupyter|papermill|ipython)(-\w+)?$/.test(first)) return readNotebookWords(plain);
  if (SHELL_FILE.test(first) && first.includes('/'))
    return { launcher: 'shell', before: [], kind: 'shell', target: first, rest: plain.slice(1) };
  if (/^\.\/[\w/-]+$/.test(first)) return { launcher: 'python', before: [], kind: 'script', target: first, rest: plain.slice(1) };
  if (first.endsWith('.py')) return { launcher: 'python', before: ['python'], kind: 'script', target: first, rest: plain.slice(1) };
  if (plain.some((word, index) => index > 0 && PYTHON.test(word) && plain[index + 1]?.endsWith('.py') === true)) return readMpi(plain);
  return /^[A-Za-z][\w.-]*$/.test(first)
    ? { launcher: 'console-script', before: [], kind: 'name', target: first, rest: plain.slice(1) }
    : null;
}

function dropPrefixes(words: readonly string[]): readonly string[] {
  let at = 0;
  for (let turn = 0; turn < 12; turn += 1) {
    while (/^(\$env:)?[A-Za-z_]\w*=/.test(words[at] ?? '')) at += 1;
    const first = words[at] ?? '';
    const pair = `${first} ${words[at + 1] ?? ''}`;
    const length = PREFIXES[first] !== undefined ? 1 : PREFIXES[pair] !== undefined ? 2 : 0;
    if (length === 0) break;
    at += length;
    while (words[at]?.startsWith('-') === true)
      at +=
        /^(-n|-p|--name|--prefix|--with|--extra|--group|--env-file|--python|-u)$/.test(words[at] ?? '') &&
        !/^(python|torchrun)/.test(words[at + 1] ?? '')
          ? 2
          : 1;
  }
  return words.slice(at);
}

function isStarter(word: string): boolean {
  return PYTHON.test(word) || LAUNCHERS[word] !== undefined || word === 'accelerate' || /^(bash|sh)$/.test(word);
}

function readCarried(words: readonly string[], depth: number): Invocation | null {
  const at = words.findIndex((word, index) => index > 0 && isStarter(word));
  if (at > 0) return readInvocation(words.slice(at), depth + 1);
  // A container whose entry point is the interpreter takes the interpreter's options.
  const module = words.findIndex((word, index) => index > 1 && word === '-m' && /^\w+(\.\w+)+$/.test(words[index + 1] ?? ''));
  if (module > 0) return readModule(['python', ...words.slice(module)], 1);
  const whole = words.find((word, index) => index > 0 && /^\s*(python|bash|torchrun|accelerate|cd)\S*\s/.test(word));
  if (whole !== undefined) return readInvocation(splitWords(whole), depth + 1);
  const script = words.findIndex((word, index) => index > 0 && (SHELL_FILE.test(word) || word.endsWith('.py')));
  return script < 0 ? null : readInvocation([`./${words[script] ?? ''}`.replace('././', './'), ...words.slice(script + 1)], depth + 1);
}

/** The command behind the queue's own options and the log that it is told to write. */
function readQueued(words: readonly string[], depth: number): Invocation | null {
  const log = words.findIndex((word, index) => index > 0 && word.endsWith('.log'));
  return log < 0 ? null : readInvocation(words.slice(log + 1), depth + 1);
}

function readMpi(words: readonly string[]): Invocation | null {
  const at = words.findIndex((word, index) => index > 0 && PYTHON.test(word));
  if (at < 0) return null;
  const inner = readPython(words.slice(at));
  return inner === null ? null : { ...inner, launcher: 'mpi', before: [...words.slice(0, at), ...inner.before] };
}

function readPython(words: readonly string[]): Invocation | null {
  let at = 1;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? '';
    // A slip of the pen: `python python train.py`.
    if (at === 1 && word === words[0]) continue;
    if (word === '-m') return readModule(words, at);
    if (word === '-c') return null;
    if (!word.startsWith('-')) break;
    if (/^-[WX]$/.test(word)) at += 1;
  }
  const target = words[at];
  if (target === undefined || /^(-|setup\.py$)/.test(target)) return null;
  return { launcher: 'python', before: ['python'], kind: 'script', target, rest: words.slice(at + 1) };
}

function readModule(words: readonly string[], at: number): Invocation | null {
  const target = words[at + 1] ?? '';
  const launcher = LAUNCH_MODULES.find(([pattern]) => pattern.test(target))?.[1];
  if (launcher !== undefined) return readLauncher(launcher, ['python', '-m', ...words.slice(at + 1)], 3);
  if (WATCHERS.test(target)) {
    const script = words.findIndex((word, index) => index > at + 1 && word.endsWith('.py'));
    return script < 0 ? null : readPython(['python', ...words.slice(script)]);
  }
  if (target.endsWith('.py')) return { launcher: 'python', before: ['python'], kind: 'script', target, rest: words.slice(at + 2) };
  return target === '' ? null : { launcher: 'module', before: ['python', '-m'], kind: 'module', target, rest: words.slice(at + 2) };
}

/** The target of a launcher: the first Python file after its own options, or what `-m` names. */
function readLauncher(launcher: Entry['launcher'], words: readonly string[], start: number): Invocation | null {
  for (let at = start; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '-m' || word === '--module') {
      const target = words[at + 1] ?? '';
      return target === ''
        ? null
        : {
            launcher,
            before: words.slice(0, at + 1),
            kind: target.endsWith('.py') ? 'script' : 'module',
            target,
            rest: words.slice(at + 2),
          };
    }
    if (word.endsWith('.py') && !word.startsWith('-'))
      return { launcher, before: words.slice(0, at), kind: 'script', target: word, rest: words.slice(at + 1) };
  }
  return null;
}

function readShell(words: readonly string[], depth: number): Invocation | null {
  const [first = ''] = words;
  const inline = words.findIndex((word) => /^-\w*c$/.test(word));
  if (inline > 0 && !/^(sbatch|qsub)$/.test(first)) return readInvocation(splitWords(words[inline + 1] ?? ''), depth + 1);
  const at = words.findIndex((word, index) => index > 0 && !word.startsWith('-') && (SHELL_FILE.test(word) || !/^\d|^\w+$/.test(word)));
  const target = words[at];
  if (at < 0 || target === undefined) return null;
  return { launcher: 'shell', before: words.slice(0, at), kind: 'shell', target, rest: words.slice(at + 1) };
}

function readForeign(words: readonly string[]): Invocation | null {
  const at = words.findIndex((word) => /\.(lua|R|r|jl)$/.test(word));
  return at < 1
    ? null
    : { launcher: 'shell', before: words.slice(0, at), kind: 'script', target: words[at] ?? '', rest: words.slice(at + 1) };
}

function readMake(words: readonly string[]): Invocation | null {
  const target = words.find((word, index) => index > 0 && /^[\w./-]+$/.test(word) && !word.startsWith('-'));
  return target === undefined
    ? null
    : {
        launcher: 'shell',
        before: [words[0] ?? 'make'],
        kind: 'make',
        target,
        rest: words.filter((word, index) => index > 0 && word !== target),
      };
}

function readNotebookWords(words: readonly string[]): Invocation | null {
  const at = words.findIndex((word) => word.endsWith('.ipynb'));
  return at < 0 ? null : { launcher: 'notebook', before: ['jupyter', 'execute'], kind: 'notebook', target: words[at] ?? '', rest: [] };
}
