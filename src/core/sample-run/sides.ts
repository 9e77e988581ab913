/** Settings that do not bound the training itself and still matter for a sample: what is logged, where it runs, how many helpers it starts. */
import type { EntryArgument } from '../repo-map/schema.ts';
import { chooseInterval } from './intervals.ts';
import { numberOf, plainName } from './numbers.ts';

export interface SideContext {
  readonly gpus: number;
  readonly cpus: number;
  /** True for code that is meant for GPUs: a step of it takes long without one. */
  readonly isForGpu: boolean;
  /** True when the code asks data loaders for what needs at least one worker process. */
  readonly needsWorkers: boolean;
  readonly outputFolder: string;
  /** True for an argument that the command to be shortened sets already. */
  readonly isGiven: (argument: EntryArgument) => boolean;
  /** What an argument is without a sample. */
  readonly fullValue: (argument: EntryArgument) => string | null;
}

/** How long the sample is, as far as an argument says. */
export interface Length {
  readonly steps: number | null;
  readonly epochs: number | null;
  /** The unit of many steps of which the sample makes one (`kimg`, `ticks`), where it does. */
  readonly coarse: string | null;
}

type Side = { readonly value: string; readonly why: string; readonly isLeftOut?: true } | null;

/** No, as an argument takes it: `type=bool` of argparse holds every word for yes but the empty one. */
function writeNo(argument: EntryArgument): string {
  const isArgparse = argument.evidence.text.includes('add_argument') && argument.type === 'bool' && argument.style === 'space';
  return isArgparse ? '' : 'False';
}

/** One argument's setting, or null where it stays as it is. Nothing that the model is made of is ever touched. */
export function chooseSide(argument: EntryArgument, length: Length, context: SideContext): Side {
  const side = chooseValue(argument, length, context);
  return side?.value === 'False' && argument.style !== 'flag' ? { ...side, value: writeNo(argument) } : side;
}

function chooseValue(argument: EntryArgument, length: Length, context: SideContext): Side {
  const given = numberOf(context.fullValue(argument));
  const isValued = argument.style !== 'flag' && argument.style !== 'positional';
  const interval = isValued ? chooseInterval(argument, given, length) : null;
  if (interval !== null) return interval;
  const evaluation = chooseEvaluation(argument, given, length, context);
  if (evaluation !== null) return evaluation;
  switch (argument.role) {
    case 'logging': {
      const isSlow = context.isForGpu && context.gpus === 0;
      const every = length.steps === null ? (isSlow ? 1 : 10) : Math.max(1, Math.floor(length.steps / 10));
      return given !== null && given > every && argument.style !== 'flag'
        ? { value: String(every), why: 'progress that can be seen' }
        : null;
    }
    case 'workers':
      return chooseWorkers(argument, given, context);
    case 'batch-size':
      return context.gpus === 0 && given !== null && given > MANY_AT_ONCE && !/test|val|eval/i.test(argument.name)
        ? { value: String(SMALL_BATCH), why: 'small enough for a CPU' }
        : null;
    case 'output':
      return chooseOutput(argument, context);
    case 'device':
      return context.gpus === 0 ? chooseCpu(argument, context) : chooseGpu(argument, context);
    case 'precision':
      return context.gpus === 0 ? chooseFullPrecision(argument, context) : null;
    default:
      return chooseOther(argument, given, length, context);
  }
}

/** On a GPU the estimate of the full run rests on data that come as fast as they would there. Threads and jobs are at least one. */
function chooseWorkers(argument: EntryArgument, given: number | null, { gpus, cpus, needsWorkers }: SideContext): Side {
  if (given === null) return null;
  const least = needsWorkers || /thread|jobs?$|cpus?$|proc$/.test(plainName(argument.name)) ? 1 : 0;
  if (gpus > 0) return given > cpus ? { value: String(Math.max(least, cpus)), why: 'as many as the job has processors' } : null;
  return given > least ? { value: String(least), why: 'few processes for a small job' } : null;
}

/** A value that a configuration leaves to its reader. */
const HOLE = /^(SET|PUT|INSERT|YOUR|PATH|ADD)_[A-Z_]+$|_(HERE|GOES_HERE)$|^\?{3}$|^<.*>$/;

function chooseOutput(argument: EntryArgument, context: SideContext): Side {
  if (argument.style === 'positional' || argument.style === 'flag') return null;
  const isAsked = argument.required && !context.isGiven(argument);
  const full = context.fullValue(argument) ?? '';
  const isOutside = full.startsWith('/') || (HOLE.test(full) && full !== '???');
  return isAsked || isOutside ? { value: context.outputFolder, why: "stays inside the run's folder" } : null;
}

const MAX_MACHINES = 128;
const MANY_AT_ONCE = 64;
export const SMALL_BATCH = 32;

function chooseOther(argument: EntryArgument, given: number | null, length: Length, context: SideContext): Side {
  const name = plainName(argument.name);
  const warmUp = chooseWarmUp(name, given, length);
  if (warmUp !== null) return warmUp;
  const full = context.fullValue(argument) ?? '';
  const isOn = argument.style !== 'flag' && /^(true|1)$/i.test(full);
  if (context.gpus === 0 && isOn && /(^|[_.])compile$/.test(name)) return { value: 'False', why: 'compiling pays off on GPUs only' };
  if (context.gpus === 0 && isOn && /(^|[_.])(use_)?(ddp|distributed|dist|multi_?gpus?)$/.test(name))
    return { value: full === '1' ? '0' : 'False', why: 'no GPU here' };
  if (/(^|[_.])((num|n)_(runs|seeds)|runs|repetitions)$/.test(name) && given !== null && given > 1)
    return { value: '1', why: 'once instead of several times' };
  // Nodes of a model or of a graph are no machines.
  const counts = /^((trainer|launch\w*|dist\w*|ddp|slurm|cluster)\.)?(n_?nodes|num_nodes|n_?proc_per_node|world_size)$/.test(name);
  return counts && given !== null && given > 1 && given <= MAX_MACHINES ? { value: '1', why: 'one process on one machine' } : null;
}

/** A warm-up as long as the sample leaves no step for what follows it, and schedules divide by what is left. */
function chooseWarmUp(name: string, given: number | null, length: Length): Side {
  const why = 'a warm-up shorter than the sample';
  if (given === null || !/(^|[._])(n_?|num_?|lr_?)?warm_?up_?(epochs?|steps?|iters?|iterations?|updates?)?$/.test(name)) return null;
  if (/epochs?$/.test(name)) return length.epochs !== null && given >= length.epochs ? { value: '0', why } : null;
  if (length.steps === null || given < length.steps || /epoch/.test(name)) return null;
  return { value: String(Math.max(1, Math.floor(length.steps / 10))), why };
}

/** Evaluations are kept and made short; how often they happen only changes where a whole sample would hold none or too many. */
function chooseEvaluation(argument: EntryArgument, given: number | null, length: Length, context: SideContext): Side {
  if (argument.style === 'flag' || argument.style === 'positional') return null;
  const name = plainName(argument.name);
  if (
    /(^|[._])((max|limit|num|n)_?(eval|val|valid|validation|test|predict)_?(samples|examples|images)|(eval|val)_?max_?samples)$/.test(name)
  )
    return given === null || given > 64 || given < 0 ? { value: '64', why: 'a short evaluation' } : null;
  if (/(^|[._])limit_(val|test|predict)_batches$/.test(name))
    return given === null || given > 5 || given <= 1 ? { value: '5', why: 'a short evaluation' } : null;
  if (/(^|[._])(num_|n_)?(eval|test|evaluation)_?(episodes|rollouts|trajectories)$/.test(name))
    return given !== null && given > 2 ? { value: '2', why: 'a short evaluation' } : null;
  if (argument.role !== 'eval' || given === null || given <= 10 || given === length.steps) return null;
  if (!/iters|batches|steps?$/.test(name) || /interval|every|freq|^(eval|val)_?steps?$/.test(name)) return null;
  return context.isGiven(argument) && given <= 5 ? null : { value: '5', why: 'a short evaluation' };
}

function chooseCpu(argument: EntryArgument, context: SideContext): Side {
  const name = plainName(argument.name);
  const last = name.split('.').at(-1) ?? name;
  const full = context.fullValue(argument) ?? '';
  const why = 'no GPU here';
  if (argument.style === 'flag') {
    const turnsOff = /^(no_(cuda|gpu|accel|mps)|(use_)?cpu(_only)?|disable_cuda|force_cpu)$/.test(last);
    if (turnsOff) return argument.default === 'True' ? null : { value: 'True', why };
    return context.isGiven(argument) ? { value: 'False', why } : null;
  }
  // A number asks for that very GPU; without it many programs stay on the CPU.
  const isNumber = /^\d{1,2}$/.test(full);
  if (isNumber && /^(gpu|cuda|device|device_id)$/.test(last) && context.isGiven(argument) && /^(none|-1|)$/i.test(argument.default ?? ''))
    return { value: '', why, isLeftOut: true };
  if (isNumber && last === 'device' && argument.type !== 'int') return { value: 'cpu', why };
  if (/^(accelerator)$/.test(last) && /^(gpu|cuda|auto|ddp|dp)$/.test(full)) return { value: 'cpu', why };
  if (/^(n_?gpus?|num_gpus?)$/.test(last)) return full === '0' ? null : { value: '0', why };
  if (last === 'gpus' && /^\d{1,3}(,\d{0,3}){0,16}$/.test(full)) return full === '0' ? null : { value: '0', why };
  if (last === 'devices' && (numberOf(full) ?? 0) > 1) return { value: '1', why };
  if (/^(cuda|gpu|gpus|device|accelerator|trainer\.device)$|cuda/.test(full) && !/^\d/.test(full)) return { value: 'cpu', why };
  return /^(use_)?(cuda|gpu)$/.test(last) && argument.default === 'True' ? { value: 'False', why } : null;
}

/** One GPU is enough for a sample, whatever the documents ask for. */
function chooseGpu(argument: EntryArgument, context: SideContext): Side {
  const last = plainName(argument.name).split('.').at(-1) ?? '';
  if (argument.style === 'flag')
    return /^(use_)?(cuda|gpu)$/.test(last) && argument.default === 'False' ? { value: 'True', why: 'a GPU is there' } : null;
  const full = context.fullValue(argument) ?? '';
  if (/^\[?\d+(\s*,\s*\d+)+\]?$/.test(full)) {
    const first = full.includes('[') ? '[0]' : '0';
    return { value: first, why: 'one GPU is enough for a sample' };
  }
  const count = numberOf(full);
  if (/^(n_?gpus?|num_gpus?|gpus|devices)$/.test(last) && count !== null && (count > 1 || count === -1))
    return { value: '1', why: 'one GPU is enough for a sample' };
  return last.endsWith('device') && argument.default === 'cpu' && !context.isGiven(argument)
    ? { value: 'cuda', why: 'a GPU is there' }
    : null;
}

function chooseFullPrecision(argument: EntryArgument, context: SideContext): Side {
  const why = 'half precision needs a GPU';
  if (argument.style === 'flag')
    return context.isGiven(argument) && !/fp32|(^|[-_])no[-_]/.test(argument.name) ? { value: 'False', why } : null;
  if (/^true$/i.test(context.fullValue(argument) ?? '') && !/fp32|no_amp/.test(argument.name)) return { value: 'False', why };
  const name = plainName(argument.name);
  const full = context.fullValue(argument) ?? '';
  if (name.endsWith('mixed_precision') && full.includes('16')) return { value: 'no', why };
  if (name.endsWith('precision') && full.includes('16'))
    return { value: /^(fp|bf|amp)/.test(full) && !full.endsWith('-mixed') ? 'fp32' : '32', why };
  return name.endsWith('dtype') && full.includes('16') ? { value: 'float32', why } : null;
}
