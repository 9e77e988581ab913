/** Which arguments make a sample short, and to what they are set. */
import type { z } from 'zod';
import type { Entry, EntryArgument } from '../repo-map/schema.ts';
import { numberOf, plainName } from './numbers.ts';
import type { Bound } from './schema.ts';
import { chooseSide, SMALL_BATCH, type SideContext } from './sides.ts';
import { fullValueOf } from './words.ts';

export interface Setting {
  readonly argument: EntryArgument;
  readonly value: string;
  readonly why: string;
  /** True where the command gives the argument and the sample goes without it. */
  readonly isLeftOut?: true;
}

export interface BoundChoice {
  readonly settings: readonly Setting[];
  readonly expected: { unit: 'step' | 'epoch'; total: number } | null;
  /** True when steps or a subset bound the work; epochs alone may still take hours. */
  readonly isShort: boolean;
}

export interface BoundContext extends SideContext {
  /** True where an agent acts in an environment: then steps are cheap, and the first thousands only fill buffers. */
  readonly isAgent: boolean;
}

const MANY_STEPS = 100;
const FEW_STEPS = 20;
const AGENT_STEPS = 20_000;
const DEAR_STEPS = 2000;
const MANY_EPOCHS = 10;

/** A short count for a full one: 100 of thousands, 50 of hundreds, a fifth of dozens, 2 of a few, which
 *  are long ones. Unlimited counts as thousands. */
export function shortenSteps(full: number | null): number {
  if (full === null || full <= 0 || full > 200) return MANY_STEPS;
  if (full > 20) return full > 50 ? 50 : Math.ceil(full / 5);
  return Math.min(full, 2);
}

/** One epoch; a fiftieth where there are so many that each must be short, at most ten. */
export function shortenEpochs(full: number | null): number {
  return full === null || full < 100 ? 1 : Math.min(MANY_EPOCHS, Math.ceil(full / 50));
}

/** Chooses the settings for one entry, each with its reason. */
export function chooseBounds(entry: Entry, context: BoundContext): BoundChoice {
  const epochs = pick(entry, 'epochs', context);
  const steps = pickSteps(entry, context, epochs !== undefined);
  const settings: Setting[] = [];
  let expected: BoundChoice['expected'] = null;
  if (steps !== undefined) {
    const total = countSteps(entry, steps, context);
    settings.push({ argument: steps, value: String(total), why: 'a short training' });
    if (!isCoarse(steps.name)) expected = { unit: 'step', total };
  }
  const isPerEpoch = /per_?epoch/.test(plainName(steps?.name ?? ''));
  if (epochs !== undefined && (steps === undefined || isPerEpoch)) {
    const full = numberOf(fullValueOf(entry, epochs));
    const subset = pick(entry, 'subset', context);
    const total = subset === undefined ? shortenEpochs(full) : 1;
    settings.push({ argument: epochs, value: String(total), why: total === 1 ? 'one pass over the data' : 'a few of many short passes' });
    expected = { unit: 'epoch', total };
    settings.push(...shortenStages(entry, epochs, total, context));
  }
  const subset = steps === undefined ? pick(entry, 'subset', context) : undefined;
  const small = subset === undefined ? null : shortenSubset(entry, subset, context);
  if (subset !== undefined && small !== null) settings.push({ argument: subset, value: small, why: 'a part of the data' });
  const quick = settings.length === 0 ? entry.arguments.find((item) => isQuickFlag(item)) : undefined;
  if (quick !== undefined) settings.push({ argument: quick, value: 'True', why: "the program's own quick check" });
  const length = {
    steps: expected?.unit === 'step' ? expected.total : null,
    epochs: expected?.unit === 'epoch' ? expected.total : null,
    coarse: steps !== undefined && isCoarse(steps.name) ? (/(kimg|ticks?|rounds?)$/.exec(plainName(steps.name))?.[1] ?? null) : null,
  };
  for (const argument of entry.arguments) {
    if (settings.some((item) => item.argument === argument)) continue;
    const setting = chooseSide(argument, length, context);
    if (setting !== null) settings.push({ argument, ...setting });
  }
  return { settings, expected, isShort: steps !== undefined || small !== null || quick !== undefined };
}

/** Other stages that have epochs of their own, each as short as the first; those in which the learning rate falls after it are left out. */
function shortenStages(entry: Entry, main: EntryArgument, total: number, context: BoundContext): Setting[] {
  return entry.arguments.flatMap((argument) => {
    const full = numberOf(context.fullValue(argument));
    if (argument === main || argument.style === 'flag' || argument.style === 'positional' || full === null || full <= total) return [];
    const name = plainName(argument.name);
    if (/^(niter|n_?epochs?|num_epochs)_decay$/.test(name)) return [{ argument, value: '0', why: 'no epochs after the first' }];
    return argument.role === 'epochs' ? [{ argument, value: String(total), why: 'as short as the training' }] : [];
  });
}

/** The best argument of a role: the plainest name, and one with a number as its default before one without. */
function pick(entry: Entry, role: EntryArgument['role'], context: BoundContext): EntryArgument | undefined {
  const rank = (item: EntryArgument) => {
    const name = plainName(item.name);
    const odd = Number(/per_?epoch|kimg|tick|round|episode/.test(name)) * 2;
    const main = Number(!/max|num|total|(^|\.)(n_?)?(steps|iters|epochs)$/.test(name));
    return odd + main - Number(context.isAgent && isAgentCount(name)) * 4;
  };
  // Where a positional value stands depends on all the others, so it is left alone.
  const usable = (item: EntryArgument) => item.role === role && item.style !== 'flag' && item.style !== 'positional';
  return entry.arguments.filter((item) => usable(item)).sort((a, b) => rank(a) - rank(b))[0];
}

/** Helps that tell of other counts: of a rollout, an unrolled sequence, a noise schedule, of repetitions, of a checkpoint to load. */
const NO_LENGTH =
  /per (tpu )?(training )?loop|roll ?out|unroll|bptt|sequence|diffusion|denois|per (env|process|worker|actor)|horizon|experiments? times|repeat|how many (runs|seeds|trials)|\bto (load|resume)\b|\bcheckpoint/i;

/** Among the counts of steps those that bound the work: not the steps of a noise schedule, of a rollout or of an unrolled sequence. */
function pickSteps(entry: Entry, context: BoundContext, hasEpochs: boolean): EntryArgument | undefined {
  const all = entry.arguments.filter((item) => item.role === 'steps');
  const bounding = all.filter((item) => {
    const name = plainName(item.name).split('.').at(-1) ?? '';
    if (NO_LENGTH.test(item.help ?? '')) return false;
    const full = numberOf(fullValueOf(entry, item));
    // One step is no training to be shortened, and a count in the singular names a place rather than a length.
    if (full !== null && full >= 0 && full <= 2 && !isCoarse(name)) return false;
    if (full === null && /^(iteration|iter|step|update|round|episode)$/.test(name)) return false;
    if (/^(num_|n_)?(train_)?timesteps$|^(t|time)_?steps$/.test(name) && !context.isAgent) return false;
    const isSmall = (full ?? Number.POSITIVE_INFINITY) <= 2048;
    const hasOther =
      hasEpochs || all.some((other) => other !== item && /max|total|train|iter/.test(plainName(other.name).split('.').at(-1) ?? ''));
    return !(/^(num|n)_?steps$/.test(name) && isSmall && hasOther);
  });
  return pick({ ...entry, arguments: bounding }, 'steps', context);
}

function isAgentCount(name: string): boolean {
  return /timesteps|env(ironment)?_?steps|frames/.test(name);
}

/** Units of many steps each: one of them is a sample, and a log that counts steps says nothing of it. */
function isCoarse(name: string): boolean {
  return /kimg|ticks?$|rounds?$/.test(plainName(name));
}

function countSteps(entry: Entry, argument: EntryArgument, context: BoundContext): number {
  const full = numberOf(fullValueOf(entry, argument));
  const name = plainName(argument.name);
  if (isCoarse(name)) return 1;
  if (context.isAgent && (isAgentCount(name) || /^((total|max|num_train|num_env)_?)?steps$/.test(name))) {
    // Steps that are called no more than steps may each be an update as well.
    return countAgentSteps(entry, full, name === 'steps');
  }
  const total = shortenSteps(full);
  const gathered = valueNamed(entry, /(grad(ient)?_)?accum(ul)?(at)?(e|ion)?_(grad_)?(steps|iters?|batches)$|^accum(ulate)?$/) ?? 1;
  const canShowMore = entry.arguments.some((item) => item.role === 'logging' && item.style !== 'flag');
  const isSlow = context.gpus === 0 && context.isForGpu && canShowMore;
  if (total < MANY_STEPS) return total;
  // An optimiser step over many batches takes as long as many steps.
  return Math.max(isSlow ? FEW_STEPS : MANY_STEPS / 10, Math.floor((isSlow ? FEW_STEPS : total) / Math.max(1, gathered)));
}

/** Enough for ten rounds of gathering and learning, and for what is gathered before the first. */
function countAgentSteps(entry: Entry, full: number | null, isDear: boolean): number {
  const perRound =
    (valueNamed(entry, /^(num|n)_?steps$|^(steps_per_(epoch|update|rollout)|rollout_(length|steps))$/) ?? 0) *
    (valueNamed(entry, /^(num|n)_?(envs|processes|workers)$/) ?? 1);
  const before = valueNamed(entry, /^(learning_starts|start_steps|start_timesteps|warmup_steps|init_steps|random_steps|seed_steps)$/) ?? 0;
  const wanted = Math.max(isDear ? DEAR_STEPS : AGENT_STEPS, 10 * perRound, 2 * before);
  return full === null || full <= 0 ? wanted : Math.min(full, wanted);
}

function valueNamed(entry: Entry, pattern: RegExp): number | null {
  const argument = entry.arguments.find((item) => pattern.test(plainName(item.name).split('.').at(-1) ?? ''));
  return argument === undefined ? null : numberOf(fullValueOf(entry, argument));
}

/** A switch for a quick check. One called `debug` may as well only write less: its help must say that it does less. */
function isQuickFlag(argument: EntryArgument): boolean {
  if (argument.style !== 'flag') return false;
  if (/^-*(dry[-_]?run|smoke[-_]?test|fast[-_]?dev[-_]?run|quick|sanity[-_]?check)$/.test(argument.name)) return true;
  return (
    /^-*(debug|tiny)$/.test(argument.name) && /small|few|quick|fast|tiny|subset|\bone\b|short|limit|overfit/i.test(argument.help ?? '')
  );
}

/** Enough for a few batches: a part smaller than one batch gives none where the last is dropped. */
function shortenSubset(entry: Entry, argument: EntryArgument, context: BoundContext): string | null {
  const full = numberOf(fullValueOf(entry, argument));
  const isCountOfBatches = plainName(argument.name).endsWith('batches');
  if (isCountOfBatches && argument.type !== 'float') return full !== null && full > 1 && full <= 50 ? null : '50';
  if (argument.type === 'float' || (full !== null && full > 0 && full <= 1)) return '0.05';
  if (isCountOfBatches) return '50';
  const batch = entry.arguments.find((item) => item.role === 'batch-size' && !/test|val|eval/i.test(item.name));
  const given = batch === undefined ? null : numberOf(fullValueOf(entry, batch));
  const atOnce = given === null ? 1 : context.gpus === 0 && given > SMALL_BATCH * 2 ? SMALL_BATCH : given;
  const wanted = Math.max(512, 4 * atOnce);
  // Fewer than that are taken as they are.
  return full === null || full > wanted || full <= 0 ? String(wanted) : null;
}

/** A setting as the plan shows it. */
export function showBound(entry: Entry, setting: Setting): z.infer<typeof Bound> {
  return {
    argument: setting.argument.name,
    value: setting.isLeftOut === true ? 'left out' : setting.value,
    fullValue: fullValueOf(entry, setting.argument),
    why: setting.why,
  };
}
