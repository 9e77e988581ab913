/** How long a program runs without a sample, as far as it says. Pure. */
import type { Entry, EntryArgument } from '../repo-map/schema.ts';
import type { BoundChoice } from './bounds.ts';
import type { Edit } from './edits.ts';
import { numberOf, plainName } from './numbers.ts';
import type { SamplePlan } from './schema.ts';
import { fullValueOf } from './words.ts';

type Full = Omit<SamplePlan['full'], 'command'>;

export interface FullInput {
  readonly choice: BoundChoice;
  readonly bounds: SamplePlan['bounds'];
  readonly edits: readonly Edit[];
  /** What a config file says, where the shortened value itself says nothing. */
  readonly full?: Full;
}

/** How long the program runs without a sample, as far as it says. */
export function fullOf(entry: Entry, { choice, bounds, edits, full }: FullInput): Full {
  const isPart = choice.settings.some((item) => item.argument.role === 'subset');
  const make = (unit: 'step' | 'epoch' | null, total: number | null): Full => ({
    unit: total === null ? null : unit,
    total: unit === null ? null : total,
    ...(isPart ? { isPart: true } : {}),
  });
  const totalOf = (role: EntryArgument['role']): number | null => {
    const setting = choice.settings.find((item) => item.argument.role === role);
    const valued = entry.arguments.filter(
      (item) => item.role === role && item.style !== 'flag' && (numberOf(fullValueOf(entry, item)) ?? 0) > 0,
    );
    const plain = valued.find((item) => /(^|\.)(max_|num_|n_|train_|total_|num_train_)?(steps|epochs|iters)$/.test(plainName(item.name)));
    const argument = setting?.argument ?? plain ?? valued[0];
    const total = argument === undefined ? null : numberOf(fullValueOf(entry, argument));
    return total === null || total <= 0 ? null : total;
  };
  const epochs = totalOf('epochs');
  const perEpoch = choice.settings.find((item) => /per_?epoch/.test(plainName(item.argument.name)));
  const steps = choice.expected?.unit === 'epoch' && perEpoch === undefined ? null : totalOf('steps');
  if (perEpoch !== undefined && steps !== null && epochs !== null) return make('step', steps * epochs);
  if (steps !== null) return make('step', steps);
  if (epochs !== null) return make('epoch', epochs);
  const [edit] = edits;
  if (edit !== undefined) return make(edit.role === 'steps' ? 'step' : 'epoch', numberOf(edit.from));
  if (full !== undefined) return full;
  const outside = bounds.find((bound) => bound.by === 'config' || bound.by === 'environment');
  const total = outside === undefined ? null : numberOf(outside.fullValue);
  return make(choice.expected?.unit ?? null, total !== null && total > 0 ? total : null);
}
