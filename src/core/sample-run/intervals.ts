/** How often a sample evaluates and saves: at least once, so that both are tried, and not so often that nothing else happens. Pure. */
import type { EntryArgument } from '../repo-map/schema.ts';
import { plainName } from './numbers.ts';
import type { Length } from './sides.ts';

/** Above this many, an interval without a unit counts steps rather than epochs. */
const MANY_EPOCHS = 100;
const IS_INTERVAL =
  /every|interval|freq|frequency|period|rate$|^check_val|(^|[._])(eval|val|valid|validation|test|evaluation)_?(steps?|epochs?|kimg|ticks?|rounds?)$|(^|[._])(save|ckpt|checkpoint|checkpointing|snapshot|save_ckpt|save_model|saveckp|backup|report|log)_?(steps?|iters?|epochs?|kimg|ticks?|rounds?)$/;

/** A shorter interval for a role that has one, with its reason; null where the sample reaches the interval as it is. */
export function chooseInterval(argument: EntryArgument, given: number | null, length: Length): { value: string; why: string } | null {
  const { role } = argument;
  if ((role !== 'eval' && role !== 'checkpoint' && role !== 'logging') || given === null || given <= 1 || !Number.isInteger(given))
    return null;
  const name = plainName(argument.name);
  if (!IS_INTERVAL.test(name) && !/\b(how often|every|interval)\b/i.test(argument.help ?? '')) return null;
  const why = { eval: 'so that the sample evaluates', checkpoint: 'so that the sample saves', logging: 'progress that can be seen' }[role];
  if (length.coarse !== null) return name.endsWith(length.coarse) ? { value: '1', why } : null;
  if (role === 'logging') return null;
  const unit = unitOf(name, argument.help ?? '', given);
  // An epoch is longer than the sample as often as not; where it is not, each one counts.
  if (length.steps !== null && unit === 'epoch') return { value: '1', why };
  if (length.steps !== null && given > length.steps) return { value: String(Math.max(1, Math.floor(length.steps / 2))), why };
  if (length.epochs !== null && unit !== 'step' && given > length.epochs) return { value: String(length.epochs), why };
  return null;
}

function unitOf(name: string, help: string, given: number): 'epoch' | 'step' | null {
  if (/epoch/.test(name)) return 'epoch';
  if (/step|iter|batch|update|episode|kimg|tick/.test(name)) return 'step';
  if (/\bepochs?\b/i.test(help)) return 'epoch';
  return /\b(steps?|iterations?|iters?|batches|updates|episodes?)\b/i.test(help) || given > MANY_EPOCHS ? 'step' : null;
}
