/** A sample made short by other values in the files that the program reads: a patch to the run's copy of them, never to the checkout. */
import type { LineEdit } from '../line-edits.ts';
import { roleOf } from '../repo-map/arguments/roles.ts';
import { findEntryConfigs, readLeaves, type Leaf } from '../repo-map/config-leaves.ts';
import { linesOf, type RepoFile } from '../repo-map/input.ts';
import type { Entry, EntryArgument } from '../repo-map/schema.ts';
import { chooseBounds, type BoundChoice, type BoundContext } from './bounds.ts';
import { numberOf } from './numbers.ts';
import type { SamplePlan } from './schema.ts';

export interface ConfigChoice {
  readonly choice: BoundChoice;
  readonly edits: readonly LineEdit[];
  readonly bounds: SamplePlan['bounds'];
  /** How long the full run is, where the bounded value itself means that nothing limits it. */
  readonly full?: Omit<SamplePlan['full'], 'command'>;
}

/** The edits that shorten the first config file of an entry that says how long the training is; null when none does. */
export function chooseConfigEdits(entry: Entry, files: readonly RepoFile[], context: BoundContext): ConfigChoice | null {
  for (const file of findEntryConfigs(entry, files)) {
    const leaves = [...readLeaves(file), ...listAddable(file)].filter((leaf) => isEditable(leaf));
    const leafOf = new Map(leaves.map((leaf) => [asArgument(leaf), leaf]));
    const asEntry: Entry = { ...entry, argv: ['python'], arguments: [...leafOf.keys()] };
    const plain = { ...context, isGiven: () => false, fullValue: (argument: EntryArgument) => argument.default };
    const choice = chooseBounds(asEntry, plain);
    const edited = choice.settings.flatMap((setting) => {
      const leaf = leafOf.get(setting.argument);
      return leaf === undefined || !isSameKind(leaf.value, setting.value) ? [] : [{ leaf, setting }];
    });
    const bounding = edited.some(({ setting }) => /^(steps|epochs|subset)$/.test(setting.argument.role));
    if (!bounding) continue;
    const edits = writeEdits(
      file,
      edited.map(({ leaf, setting }) => ({ leaf, value: setting.value })),
    );
    if (edits === null) continue;
    const bounds = edited.map(({ leaf, setting }) => ({
      argument: leaf.name,
      value: setting.value,
      fullValue: leaf.value,
      why: `${setting.why}; line ${String(leaf.line)} of ${leaf.file}, changed in the run's copy`,
      by: 'config' as const,
    }));
    const full = findFull(choice, leafOf);
    return { choice: { ...choice, settings: [] }, edits, bounds, ...(full === null ? {} : { full }) };
  }
  return null;
}

const ADDED = 'max_steps';
const UNLIMITED = '-1';

/** A key that Hugging Face's Trainer reads from one JSON file and that the file leaves out; it would stand behind the opening brace. */
function listAddable(file: RepoFile): Leaf[] {
  const lines = linesOf(file.text ?? '');
  const takesIt = file.path.endsWith('.json') && (file.text ?? '').includes('"num_train_epochs"') && lines[0]?.trim() === '{';
  return takesIt && !(file.text ?? '').includes(`"${ADDED}"`)
    ? [{ name: ADDED, value: UNLIMITED, file: file.path, line: 1, column: lines[0]?.length ?? 0 }]
    : [];
}

/** The epochs of the same file, where its steps are unlimited. */
function findFull(choice: BoundChoice, leafOf: ReadonlyMap<EntryArgument, Leaf>): NonNullable<ConfigChoice['full']> | null {
  const steps = choice.settings.find((item) => item.argument.role === 'steps');
  if (steps === undefined || (numberOf(steps.argument.default) ?? 0) > 0) return null;
  const epochs = [...leafOf.keys()].find((item) => item.role === 'epochs' && (numberOf(item.default) ?? 0) > 0);
  return epochs === undefined ? null : { unit: 'epoch', total: numberOf(epochs.default) };
}

/** Numbers, booleans and device words; a path or a name of the repository is nothing for a patch to judge. */
function isEditable(leaf: Leaf): boolean {
  return numberOf(leaf.value) !== null || /^(true|false|cuda|gpu|cuda:\d|bf16|fp16|float16|bfloat16)$/i.test(leaf.value);
}

function isSameKind(from: string, to: string): boolean {
  if (/^(true|false)$/i.test(from)) return /^(true|false)$/i.test(to);
  return (numberOf(from) !== null) === (numberOf(to) !== null) && from !== to;
}

const MANY = 1000;

function asArgument(leaf: Leaf): EntryArgument {
  const value = /^true$/i.test(leaf.value) ? 'True' : /^false$/i.test(leaf.value) ? 'False' : leaf.value;
  const evidence = { file: leaf.file, line: leaf.line, text: '' };
  const rest = { aliases: [], type: null, required: false, choices: [], help: null, style: 'equals' as const };
  // A name in the singular is a place in the training as often as its length; thousands are a length.
  const isLong = /(^|\.)(iteration|iter|step)$/.test(leaf.name) && (numberOf(leaf.value) ?? 0) >= MANY;
  return { ...rest, name: leaf.name, default: value, role: isLong ? 'steps' : roleOf(leaf.name), evidence };
}

/** Every value replaced where it stands; null when a place does not hold what was read there. */
function writeEdits(file: RepoFile, values: readonly { leaf: Leaf; value: string }[]): LineEdit[] | null {
  const lines = linesOf(file.text ?? '');
  const changed = new Map<number, string>();
  for (const { leaf, value } of [...values].sort((a, b) => b.leaf.column - a.leaf.column)) {
    const line = changed.get(leaf.line) ?? lines[leaf.line - 1] ?? '';
    if (leaf.name === ADDED && leaf.value === UNLIMITED && line.trim() === '{') {
      changed.set(leaf.line, `${line} "${ADDED}": ${value},`);
      continue;
    }
    const quote = /^["']/.test(line.slice(leaf.column)) ? 1 : 0;
    const at = leaf.column + quote;
    if (!line.startsWith(leaf.value, at)) return null;
    const isLower = /^(true|false)$/.test(leaf.value);
    changed.set(leaf.line, line.slice(0, at) + (isLower ? value.toLowerCase() : value) + line.slice(at + leaf.value.length));
  }
  const rows = [...changed].sort(([a], [b]) => a - b);
  return rows.map(([line, to]) => ({ file: file.path, line, from: lines[line - 1] ?? '', to }));
}
