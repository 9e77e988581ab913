/** How a README calls the repository's own models: constructor arguments that are plain values, and the shapes of the tensors beside them. Pure. */
import { folderOf, nameOf, type RepoInput } from '../repo-map/input.ts';
import { lastName, type PyCall, type PythonModule, type PyValue } from '../repo-map/python.ts';

/** A plain Python value; a tuple is told from a list. */
export type Plain = string | number | boolean | null | Plain[] | { readonly tuple: Plain[] };

export interface ProbeExample {
  /** A constructor beside the class's own, such as `from_name`. */
  readonly method: string | null;
  readonly args: readonly Plain[];
  readonly kwargs: Readonly<Record<string, Plain>>;
  /** Tensors that the same block makes, in order; `high` for whole numbers below it. */
  readonly tensors: readonly { readonly size: readonly number[]; readonly high: number | null }[];
}

const MAX_BLOCKS = 120;
const MAX_BLOCK = 8000;
const MAX_EXAMPLES = 2;
const MAX_NUMBERS = 30_000_000;
const NAME = /^[A-Za-z_]\w{0,60}$/;

/** By the name of the class or function that is called. */
export function readExamples(input: RepoInput): ReadonlyMap<string, readonly ProbeExample[]> {
  const found = new Map<string, ProbeExample[]>();
  const documents = input.files.filter(
    (file) =>
      /^readme[^/]*\.(md|rst|txt)$|^readme$/i.test(nameOf(file.path)) &&
      (folderOf(file.path) === input.subfolder || folderOf(file.path) === ''),
  );
  for (const block of documents.flatMap((file) => listBlocks(file.text ?? '')).slice(0, MAX_BLOCKS)) {
    const module = parseBlock(input, block);
    if (module === null) continue;
    const tensors = module.calls.flatMap((call) => readTensor(call)).slice(0, 6);
    for (const call of module.calls) {
      const { name, method } = splitName(call.name);
      const example = readCall(call, method, tensors);
      const known = found.get(name) ?? [];
      if (example !== null && known.length < MAX_EXAMPLES) found.set(name, [...known, example]);
    }
  }
  return found;
}

function listBlocks(text: string): string[] {
  const blocks: string[] = [];
  let open: string[] | null = null;
  for (const line of text.slice(0, 300_000).split('\n')) {
    const fence = /^\s{0,3}(?:```|~~~)\s{0,3}(\w{0,20})/.exec(line);
    if (fence === null) open?.push(line);
    else if (open !== null) {
      blocks.push(open.join('\n'));
      open = null;
    } else open = /^(python3?|py|)$/i.test(fence[1] ?? '') ? [] : ['# not Python'];
  }
  return blocks.filter((block) => block.length <= MAX_BLOCK && block.includes('('));
}

function parseBlock(input: RepoInput, block: string): PythonModule | null {
  try {
    return input.parse(block.replaceAll(/^>>> ?/gm, ''));
  } catch {
    return null;
  }
}

/** `package.Net` is Net; `Net.from_name` is Net by another way in. What loads weights is no way for a probe. */
function splitName(dotted: string): { name: string; method: string | null } {
  const last = lastName(dotted);
  const owner = lastName(dotted.slice(0, Math.max(0, dotted.length - last.length - 1)));
  const isWay = /^from_\w{1,40}$/.test(last) && !/pretrained|file|path|checkpoint|hub/.test(last) && NAME.test(owner);
  return isWay ? { name: owner, method: last } : { name: last, method: null };
}

function readCall(call: PyCall, method: string | null, tensors: ProbeExample['tensors']): ProbeExample | null {
  const args = call.args.map((value) => readPlain(value));
  const kwargs: Record<string, Plain> = {};
  for (const [name, value] of call.keywords) {
    const plain = readPlain(value);
    if (plain === undefined || !NAME.test(name)) return null;
    kwargs[name] = plain;
  }
  if (args.some((item) => item === undefined) || (args.length === 0 && call.keywords.size === 0)) return null;
  return { method, args: args.filter((item) => item !== undefined), kwargs, tensors };
}

function readPlain(value: PyValue, depth = 0): Plain | undefined {
  if (value.kind === 'string') return value.string === null || value.string.length > 100 ? undefined : value.string;
  if (value.kind === 'boolean') return value.text === 'True';
  if (value.kind === 'none') return null;
  if (value.kind === 'number') return readNumber(value.text) ?? undefined;
  if (value.kind !== 'list' || depth > 3 || value.items.length > 30) return undefined;
  const items = value.items.map((item) => readPlain(item, depth + 1));
  if (items.includes(undefined)) return undefined;
  const known = items.filter((item) => item !== undefined);
  return value.text.startsWith('(') ? { tuple: known } : known;
}

function readNumber(text: string): number | null {
  const plain = text.replaceAll('_', '');
  return /^-?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})(e[+-]?\d{1,3})?$/i.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : null;
}

function readTensor(call: PyCall): ProbeExample['tensors'] {
  const kind = /^(?:torch|jnp|np|numpy)\.(randn|rand|zeros|ones|empty|randint)$/.exec(call.name)?.[1];
  if (kind === undefined) return [];
  const sizes = kind === 'randint' ? call.args.slice(2, 3) : call.args;
  const size = sizes
    .flatMap((value) => (value.kind === 'list' ? value.items : [value]))
    .map((value) => (value.kind === 'number' ? readNumber(value.text) : null));
  if (size.length === 0 || size.some((item) => item === null || item <= 0 || !Number.isInteger(item))) return [];
  const whole = size.filter((item) => item !== null);
  if (whole.reduce((product, item) => product * item, 1) > MAX_NUMBERS) return [];
  return [{ size: whole, high: kind === 'randint' ? (readNumber(call.args[1]?.text ?? '') ?? 2) : null }];
}
