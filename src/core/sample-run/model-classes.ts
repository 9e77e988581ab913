/** Classes that are models or data sets, by what they are derived from, directly or through other classes of the repository. Pure. */
import { lastName, type PyFunction } from '../repo-map/python.ts';
import type { Source } from '../repo-map/sources.ts';

export interface FoundClass {
  readonly name: string;
  readonly source: Source;
  readonly line: number;
  readonly init: PyFunction | undefined;
  /** True where it, or a class of the repository that it is derived from, says what a call of it does. */
  readonly hasForward: boolean;
}

const MODELS =
  /^(nn\.|torch\.nn\.|linen\.|flax\.linen\.)?Module$|(^|\.)(LightningModule|PreTrainedModel|PyTorchModelHubMixin)$|^(nn|torch\.nn)\.Sequential$|^((tf\.)?keras\.|models\.|tf\.keras\.models\.)?Model$/;
const DATA =
  /^(data\.|torch\.utils\.data\.|utils\.data\.)?(Dataset|IterableDataset)$|(^|\.)(VisionDataset|ImageFolder|LightningDataModule|GeneratorBasedBuilder)$/;
const FORWARD = /^(forward|__call__|call)$/;
const MAX_ROUNDS = 6;

/** All model and data classes of the sources, and the names of those that other classes are built from. */
export function listModelClasses(sources: readonly Source[]): {
  models: FoundClass[];
  data: FoundClass[];
  components: ReadonlySet<string>;
} {
  const all = sources.flatMap((source) => source.module.classes.map((item) => ({ source, item, isMl: usesLibrary(source) })));
  const models = derive(all, MODELS);
  const data = derive(all, DATA);
  const withForward = new Set(
    sources.flatMap((source) =>
      source.module.functions.filter((item) => item.inClass !== null && FORWARD.test(item.name)).map((item) => item.inClass ?? ''),
    ),
  );
  for (let round = 0; round < MAX_ROUNDS; round += 1)
    for (const { item } of all) if (item.bases.some((base) => withForward.has(lastName(base)))) withForward.add(item.name);
  const find = (names: ReadonlySet<string>): FoundClass[] =>
    all
      .filter(({ item }) => names.has(item.name))
      .map(({ source, item }) => ({
        name: item.name,
        source,
        line: item.line,
        init: source.module.functions.find((method) => method.inClass === item.name && method.name === '__init__'),
        hasForward: withForward.has(item.name) || item.bases.some((base) => base.endsWith('Sequential')),
      }));
  return { models: find(models), data: find(data), components: listComponents(sources) };
}

type Seen = { readonly source: Source; readonly item: Source['module']['classes'][number]; readonly isMl: boolean };

function derive(all: readonly Seen[], roots: RegExp): ReadonlySet<string> {
  const known = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const before = known.size;
    for (const { item, isMl } of all) {
      const isRoot = item.bases.some((base) => roots.test(base) && (isMl || base.includes('.')));
      if (isRoot || item.bases.some((base) => known.has(lastName(base)))) known.add(item.name);
    }
    if (known.size === before) break;
  }
  return known;
}

function usesLibrary(source: Source): boolean {
  return source.module.imports.some((item) =>
    /^(torch|flax|keras|tensorflow|lightning|pytorch_lightning|transformers|equinox)(\.|$)/.test(item.module),
  );
}

/** Classes that some class makes while it is made itself. */
function listComponents(sources: readonly Source[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { module } of sources) {
    const methods = new Set(module.functions.filter((item) => item.inClass !== null).map((item) => item.name));
    const functions = new Set(module.functions.filter((item) => item.inClass === null).map((item) => item.name));
    for (const call of module.calls)
      if (call.inFunction !== null && methods.has(call.inFunction) && !functions.has(call.inFunction)) used.add(lastName(call.name));
  }
  return used;
}
