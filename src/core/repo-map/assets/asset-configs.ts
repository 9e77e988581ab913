/** Data and weights that the configuration of a command names. */
import { roleOf } from '../arguments/roles.ts';
import { findEntryConfigs, readLeaves, type Leaf } from '../config-leaves.ts';
import { isNamedBy } from '../configs.ts';
import { citeLine, type RepoFile } from '../input.ts';
import type { Asset, Entry } from '../schema.ts';

const MAX_FOUND = 20;

/** The places and hub names that an entry's own configuration gives, as assets that are not looked for yet. */
export function readConfiguredAssets(entry: Entry, files: readonly RepoFile[]): Asset[] {
  // Only files that the words of the command name; what a program's text mentions may belong to another run.
  const configs = findEntryConfigs(entry, files).filter((file) => /\.(ya?ml|json)$/.test(file.path) && isNamedBy(file.path, entry));
  return configs.flatMap((file) => readLeaves(file).flatMap((leaf) => readLeaf(file, leaf))).slice(0, MAX_FOUND);
}

function readLeaf(file: RepoFile, leaf: Leaf): Asset[] {
  const role = roleOf(leaf.name);
  const value = leaf.value.trim();
  const isHub = /^[A-Za-z][\w.-]*\/[A-Za-z][\w.-]*$/.test(value) && /name|model|pretrained|tokenizer|hub|repo/i.test(leaf.name);
  if ((role !== 'data' && role !== 'weights') || !/^[\w.~/-]{3,200}$/.test(value) || !value.includes('/')) return [];
  const kind = role === 'data' ? ('dataset' as const) : ('weights' as const);
  const evidence = [citeLine(file.path, file.text, leaf.line)];
  if (isHub && !/^(data|datasets|models?|checkpoints?|outputs?|results?)\//i.test(value))
    return [{ kind, reference: value, source: 'huggingface', expectedAt: null, present: false, evidence }];
  return [{ kind, reference: value, source: 'path', expectedAt: value, present: false, evidence }];
}
