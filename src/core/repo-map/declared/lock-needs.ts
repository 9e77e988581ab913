/** Who needs whom in a lock file, as each tool writes it down. */
import { normaliseName } from '../dependencies/distributions.ts';
import { parseRequirement, readExtras } from './requirement.ts';
import { asRecord, asStrings } from './text.ts';

/** One package that another one needs. */
export interface LockNeed {
  readonly name: string;
  readonly extras: readonly string[];
  /** A condition of PEP 508; null where it always holds. */
  readonly marker: string | null;
}

/** What a locked package needs by itself, and with each of its extras. */
export interface LockNeeds {
  readonly always: readonly LockNeed[];
  readonly byExtra: ReadonlyMap<string, readonly LockNeed[]>;
}

type Table = Readonly<Record<string, unknown>>;

/** Of one name for several Pythons and platforms; a list has no use for more. */
const MAX_VARIANTS = 20;

/** The needs of one `[[package]]` of uv, poetry, pdm or PEP 751; null where it does not say. */
export function readLockNeeds(item: Table): LockNeeds | null {
  const { dependencies } = item;
  const extras = asRecord(item['extras']);
  if (dependencies === undefined && item['optional-dependencies'] === undefined) return null;
  if (Array.isArray(dependencies) || item['optional-dependencies'] !== undefined)
    return {
      always: readList(dependencies),
      byExtra: new Map(
        Object.entries(asRecord(item['optional-dependencies'])).map(([extra, list]) => [normaliseName(extra), readList(list)]),
      ),
    };
  const all = new Map(Object.entries(asRecord(dependencies)).map(([name, wanted]) => [normaliseName(name), readPoetryNeed(name, wanted)]));
  return {
    always: [...all.values()].flat().filter((need) => !need.optional),
    byExtra: new Map(
      Object.entries(extras).map(([extra, names]) => {
        const chosen = new Set(asStrings(names).map((text) => normaliseName(/^[\w.-]{1,100}/.exec(text)?.[0] ?? '')));
        return [normaliseName(extra), [...chosen].flatMap((name) => all.get(name) ?? [])] as const;
      }),
    ),
  };
}

/** Tables of uv and PEP 751, or the lines of pdm. */
function readList(list: unknown): LockNeed[] {
  return (Array.isArray(list) ? list : []).flatMap((one: unknown) => {
    if (typeof one === 'string') {
      const named = parseRequirement(one);
      return named === null ? [] : [{ name: named.name, extras: named.extras ?? [], marker: named.marker ?? null }];
    }
    const table = asRecord(one);
    const extras = readExtras(asStrings(table['extra'] ?? table['extras']).join(',')).extras ?? [];
    return typeof table['name'] === 'string'
      ? [{ name: normaliseName(table['name']), extras, marker: typeof table['marker'] === 'string' ? table['marker'] : null }]
      : [];
  });
}

function readPoetryNeed(name: string, wanted: unknown): (LockNeed & { optional: boolean })[] {
  const variants: unknown[] = Array.isArray(wanted) ? wanted.slice(0, MAX_VARIANTS) : [wanted];
  return variants.map((one) => {
    const table = asRecord(one);
    return {
      name: normaliseName(name),
      extras: readExtras(asStrings(table['extras']).join(',')).extras ?? [],
      marker: typeof table['markers'] === 'string' ? table['markers'] : null,
      optional: table['optional'] === true,
    };
  });
}
