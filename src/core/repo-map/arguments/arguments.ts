import type { EntryArgument } from '../schema.ts';
import type { Source } from '../sources.ts';
import { readArgparse } from './argparse.ts';
import { readConfigNodes, readConfigOptions, readConfigurator, readYacsConfig } from './config-class.ts';
import { readDataclassArguments } from './dataclass.ts';
import { readAbslFlags, readConfigFlags, readDocopt, readGinBindings, readHparams, readPlainArguments, readSacredConfig } from './flags.ts';
import { readClickOptions, readFireArguments, readFunctionParsers, readLightningCli, readTyperArguments } from './functions.ts';
import { readDefaultsFile, readHydraConfig, readOmegaConf } from './hydra.ts';
/** What can be set on a program's command line, read from its source in the ways that people write it. */
import { type ArgumentContext } from './parts.ts';
import { roleOf } from './roles.ts';

const MAX_ARGUMENTS = 400;
const READERS: readonly ((context: ArgumentContext) => EntryArgument[])[] = [
  readArgparse,
  readAbslFlags,
  readConfigFlags,
  readClickOptions,
  readFireArguments,
  readTyperArguments,
  readFunctionParsers,
  readDataclassArguments,
  readLightningCli,
  readConfigNodes,
  readYacsConfig,
  readConfigOptions,
  readConfigurator,
  readHydraConfig,
  readOmegaConf,
  readGinBindings,
  readSacredConfig,
  readDocopt,
  readHparams,
  readDefaultsFile,
];

/** Every argument of an entry, in the order of the source; each name once. */
export function readArguments(context: ArgumentContext): EntryArgument[] {
  const found = READERS.flatMap((read) => read(context));
  const all = found.length > 0 ? found : readPlainArguments(context);
  const byName = new Map<string, EntryArgument>();
  for (const argument of all) if (!byName.has(argument.name)) byName.set(argument.name, argument);
  return lowerInner([...byName.values()].slice(0, MAX_ARGUMENTS));
}

/** Of two counts of steps the one that is a hundred times smaller counts an inner loop, such as the steps between two updates. */
function lowerInner(found: readonly EntryArgument[]): EntryArgument[] {
  const sizeOf = (item: EntryArgument) => Number((item.default ?? '').replaceAll('_', '').replace(/^int\((.*)\)$/, '$1'));
  const largest = Math.max(
    0,
    ...found.filter((item) => item.role === 'steps' && Number.isFinite(sizeOf(item))).map((item) => sizeOf(item)),
  );
  return found.map((item) => {
    const size = sizeOf(item);
    const isInner = item.role === 'steps' && /^-*(num|n)?[-_]?(steps|iters)$/.test(item.name) && size > 0 && size * 100 <= largest;
    return isInner ? { ...item, role: 'other' as const } : item;
  });
}

/** Numbers in the source itself that lengthen the work, for programs without arguments. */
export function readConstants(source: Source): { name: string; value: string; line: number; column: number; role: 'steps' | 'epochs' }[] {
  const found = [];
  for (const item of source.module.assignments) {
    const role = roleOf(item.target);
    const isSetting = item.inClass === null || /config|args|hparams|opt|setting|param/i.test(item.inClass);
    if (item.value?.kind !== 'number' || !isSetting || !isCount(item.value.text)) continue;
    if (role === 'steps' || role === 'epochs')
      found.push({ name: item.target, value: item.value.text, line: item.line, column: item.value.column, role });
  }
  const lines = source.text.split('\n');
  for (const loop of source.module.loops) {
    const limit = loop.iterable.call?.args.at(loop.iterable.call.args.length > 1 ? 1 : 0);
    if (!/^(range|trange|tqdm)$/.test(loop.iterable.call?.name ?? '') || limit === undefined || !isCount(limit.text)) continue;
    const body = lines.slice(loop.line, loop.lastLine).join('\n');
    if (!/\.backward\(|\.step\(|train_on_batch|apply_gradients/.test(body)) continue;
    const role = /epoch/.test(loop.variable) ? 'epochs' : 'steps';
    found.push({ name: `for ${loop.variable}`, value: limit.text, line: limit.line, column: limit.column, role } as const);
  }
  return found;
}

/** A whole number worth bounding; 0 and 1 are where counters start. */
function isCount(text: string): boolean {
  return /^[\d_]+$/.test(text) && Number(text.replaceAll('_', '')) > 1;
}
