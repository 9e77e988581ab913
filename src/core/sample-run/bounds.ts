/** Which arguments make a sample short, and to what they are set. */
import type { z } from 'zod';
import type { Entry, EntryArgument } from '../repo-map/schema.ts';
import type { Bound } from './schema.ts';
import { fullValueOf } from './words.ts';

export interface Setting {
  readonly argument: EntryArgument;
  readonly value: string;
  readonly why: string;
}

export interface BoundChoice {
  readonly settings: readonly Setting[];
  readonly expected: { unit: 'step' | 'epoch'; total: number } | null;
  /** True when steps or a subset bound the work; epochs alone may still take hours. */
  readonly isShort: boolean;
}

export interface BoundContext {
  readonly gpus: number;
  /** True when the code asks data loaders for what needs at least one worker process. */
  readonly needsWorkers: boolean;
  readonly outputFolder: string;
  /** True for an argument that the command to be shortened sets already. */
  readonly isGiven: (argument: EntryArgument) => boolean;
  /** What an argument is without a sample. */
  readonly fullValue: (argument: EntryArgument) => string | null;
}

const MANY_STEPS = 100;

/** A short count for a full one: 100 of thousands, 50 of hundreds, a fifth of dozens, 2 of a few, which
 *  are long ones. Unlimited counts as thousands. */
export function shortenSteps(full: number | null): number {
  if (full === null || full <= 0 || full > 200) return MANY_STEPS;
  if (full > 20) return full > 50 ? 50 : Math.ceil(full / 5);
  return Math.min(full, 2);
}

/** One epoch; a fiftieth where there are so many that each must be short. */
function shortenEpochs(full: number | null): number {
  return full === null || full < 100 ? 1 : Math.ceil(full / 50);
}

/** Chooses the settings for one entry, each with its reason. */
export function chooseBounds(entry: Entry, context: BoundContext): BoundChoice {
  const steps = pick(entry, 'steps');
  const epochs = pick(entry, 'epochs');
  const settings: Setting[] = [];
  let expected: BoundChoice['expected'] = null;
  if (steps !== undefined) {
    const total = shortenSteps(numberOf(fullValueOf(entry, steps)));
    settings.push({ argument: steps, value: String(total), why: 'a short training' });
    expected = { unit: 'step', total };
  }
  const isPerEpoch = /per_?epoch/.test(steps?.name ?? '');
  if (epochs !== undefined && (steps === undefined || isPerEpoch)) {
    const total = shortenEpochs(numberOf(fullValueOf(entry, epochs)));
    settings.push({ argument: epochs, value: String(total), why: total === 1 ? 'one pass over the data' : 'a few of many short passes' });
    expected = { unit: 'epoch', total };
  }
  const subset = steps === undefined ? pick(entry, 'subset') : undefined;
  const small = subset === undefined ? null : shortenSubset(subset);
  if (subset !== undefined && small !== null) settings.push({ argument: subset, value: small, why: 'a part of the data' });
  const quick = settings.length === 0 ? entry.arguments.find((item) => isQuickFlag(item)) : undefined;
  if (quick !== undefined) settings.push({ argument: quick, value: 'True', why: "the program's own quick check" });
  const total = expected?.unit === 'step' ? expected.total : null;
  for (const argument of entry.arguments) {
    const setting = chooseSide(argument, total, context);
    if (setting !== null) settings.push({ argument, ...setting });
  }
  return { settings, expected, isShort: steps !== undefined || small !== null || quick !== undefined };
}

/** The best argument of a role: the plainest name, and one with a number as its default before one without. */
function pick(entry: Entry, role: EntryArgument['role']): EntryArgument | undefined {
  const rank = (item: EntryArgument) =>
    Number(/per_?epoch|kimg|tick|round|episode/.test(item.name)) * 2 +
    Number(!/max|num|total|^-*(n_?)?(steps|iters|epochs)$/.test(item.name));
  return entry.arguments.filter((item) => item.role === role && item.style !== 'flag').sort((a, b) => rank(a) - rank(b))[0];
}

function isQuickFlag(argument: EntryArgument): boolean {
  return (
    argument.style === 'flag' &&
    /^-*(dry[-_]?run|smoke[-_]?test|fast[-_]?dev[-_]?run|quick|debug|sanity[-_]?check|tiny)$/.test(argument.name)
  );
}

function shortenSubset(argument: EntryArgument): string | null {
  const full = numberOf(argument.default);
  if (argument.type === 'float' || (full !== null && full > 0 && full <= 1)) return '0.05';
  if (argument.type === 'int' || full === null || full > 512 || full < 0) return '512';
  return null;
}

/** Settings that do not bound the work and still matter for a sample: what is logged, where it runs, how many helpers it starts. */
function chooseSide(argument: EntryArgument, steps: number | null, context: BoundContext): { value: string; why: string } | null {
  const given = numberOf(context.fullValue(argument));
  switch (argument.role) {
    case 'logging': {
      const every = steps === null ? 10 : Math.max(1, Math.floor(steps / 10));
      return given !== null && given > every ? { value: String(every), why: 'progress that can be seen' } : null;
    }
    case 'workers': {
      const most = context.needsWorkers ? 1 : 0;
      return given !== null && given > most ? { value: String(most), why: 'few processes for a small job' } : null;
    }
    case 'eval':
      if (
        /iters|batches|steps?$/.test(argument.name) &&
        !/interval|every|freq/.test(argument.name) &&
        given !== null &&
        given > 10 &&
        given !== steps
      ) {
        return /^-*(eval|val)_?(steps)$/.test(argument.name) ? null : { value: '5', why: 'a short evaluation' };
      }
      return null;
    case 'batch-size':
      return context.gpus === 0 && given !== null && given > 128 && !/test|val|eval/i.test(argument.name)
        ? { value: '32', why: 'small enough for a CPU' }
        : null;
    case 'output':
      return argument.default?.startsWith('/') === true ? { value: context.outputFolder, why: "stays inside the run's folder" } : null;
    case 'device':
      return context.gpus === 0 ? chooseCpu(argument, context) : chooseGpu(argument);
    case 'precision':
      return context.gpus === 0 ? chooseFullPrecision(argument) : null;
    default:
      return context.gpus === 0 && /(^|[-_.])compile$/.test(argument.name) && argument.default === 'True' && argument.style !== 'flag'
        ? { value: 'False', why: 'compiling pays off on GPUs only' }
        : null;
  }
}

function chooseCpu(argument: EntryArgument, context: BoundContext): { value: string; why: string } | null {
  const name = argument.name.replace(/^-+/, '').replaceAll('-', '_');
  const why = 'no GPU here';
  if (argument.style === 'flag') {
    const turnsOff = /^(no_(cuda|gpu|accel|mps)|(use_)?cpu(_only)?|disable_cuda|force_cpu)$/.test(name);
    if (turnsOff) return argument.default === 'True' ? null : { value: 'True', why };
    return context.isGiven(argument) ? { value: 'False', why } : null;
  }
  if (/^(cuda|gpu|gpus|device|accelerator|trainer\.device)$|cuda/.test(argument.default ?? '') && !/^\d/.test(argument.default ?? ''))
    return { value: 'cpu', why };
  if (/^(n_?gpus?|num_gpus?)$/.test(name) && argument.default !== '0') return { value: '0', why };
  return /^(use_)?(cuda|gpu)$/.test(name) && argument.default === 'True' ? { value: 'False', why } : null;
}

function chooseGpu(argument: EntryArgument): { value: string; why: string } | null {
  if (argument.style === 'flag' && /^-*(use[-_])?(cuda|gpu)$/.test(argument.name) && argument.default === 'False')
    return { value: 'True', why: 'a GPU is there' };
  const isCpuByDefault = argument.style !== 'flag' && argument.name.endsWith('device') && argument.default === 'cpu';
  return isCpuByDefault ? { value: 'cuda', why: 'a GPU is there' } : null;
}

function chooseFullPrecision(argument: EntryArgument): { value: string; why: string } | null {
  const why = 'half precision needs a GPU';
  if (argument.style === 'flag') return null;
  if (argument.default === 'True' && !/fp32|tf32|no_amp/.test(argument.name)) return { value: 'False', why };
  if (/^mixed_precision$|precision$/.test(argument.name.replace(/^-+/, '')) && /16/.test(argument.default ?? ''))
    return { value: /-mixed|^16$/.test(argument.default ?? '') ? '32' : 'no', why };
  return argument.name.endsWith('dtype') && /16/.test(argument.default ?? '') ? { value: 'float32', why } : null;
}

/** A default as a number; null when it is none. */
export function numberOf(text: string | null): number | null {
  if (text === null) return null;
  const plain = text.replaceAll('_', '').trim();
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(plain)) return Number(plain);
  const product = /^(\d+)\s*\*\s*(\d+)$/.exec(plain);
  return product === null ? null : Number(product[1]) * Number(product[2]);
}

/** A setting as the plan shows it. */
export function showBound(entry: Entry, setting: Setting): z.infer<typeof Bound> {
  return { argument: setting.argument.name, value: setting.value, fullValue: fullValueOf(entry, setting.argument), why: setting.why };
}
