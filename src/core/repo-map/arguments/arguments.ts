/** What can be set on a program's command line, read from its source in the ways that people write it. */
import type { EntryArgument } from '../schema.ts';
import { readArgparse } from './argparse.ts';
import { readConfigNodes, readConfigOptions, readConfigurator, readYacsConfig } from './config-class.ts';
import { readDataclassArguments } from './dataclass.ts';
import {
  readAbslFlags,
  readConfigFlags,
  readDocopt,
  readFlagDefaults,
  readGinBindings,
  readHparams,
  readPlainArguments,
  readSacredConfig,
} from './flags.ts';
import { readClickOptions, readFireArguments, readFunctionParsers, readLightningCli, readTyperArguments } from './functions.ts';
import { readDefaultsFile, readHydraConfig, readOmegaConf } from './hydra.ts';
import { type ArgumentContext } from './parts.ts';

export { readConstants } from './constants.ts';

const MAX_ARGUMENTS = 400;
const READERS: readonly ((context: ArgumentContext) => EntryArgument[])[] = [
  readArgparse,
  readAbslFlags,
  readFlagDefaults,
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
    const isInner =
      item.role === 'steps' && /^-*(num|n)?[-_]?(steps|iters|iterations)$/.test(item.name) && size > 0 && size * 100 <= largest;
    return isInner ? { ...item, role: 'other' as const } : item;
  });
}
