/** An input of a kernel as the metadata file names it. */
export interface InputSource {
  readonly kind: 'dataset' | 'competition' | 'kernel' | 'model';
  /** `owner/slug`, a competition's slug, or `owner/model/framework/variation/version`. */
  readonly ref: string;
}

const ROOT = '/kaggle/input';

/** Where an input may be mounted: in today's layout first, then in that of older notebooks. A version in the reference is no part of the path. */
export function listMounts({ kind, ref }: InputSource): readonly string[] {
  const [first = '', second = '', ...rest] = ref.split('/');
  switch (kind) {
    case 'dataset':
      return [`${ROOT}/datasets/${first}/${second}`, `${ROOT}/${second}`];
    case 'kernel':
      return [`${ROOT}/notebooks/${first}/${second}`, `${ROOT}/${second}`];
    case 'competition':
      return [`${ROOT}/competitions/${first}`, `${ROOT}/${first}`];
    case 'model': {
      const path = [first, second, ...rest].filter((part) => part !== '').join('/');
      const old = [second, ...rest]
        .filter((part) => part !== '')
        .join('/')
        .toLowerCase();
      return [`${ROOT}/models/${path}`, `${ROOT}/${old}`];
    }
  }
}

/** The input to which a path in a notebook belongs, in either layout; null for a path that none of them explains. */
export function findMount(path: string, sources: readonly InputSource[]): InputSource | null {
  return sources.find((source) => listMounts(source).some((mount) => path === mount || path.startsWith(`${mount}/`))) ?? null;
}

/**
 * Python that finds an input in either layout: defines `find_input(ref)`, which returns the folder of a declared input or raises
 * FileNotFoundError with what there is.
 */
export function renderInputFinder(sources: readonly InputSource[]): string {
  const table = Object.fromEntries(sources.map((source) => [source.ref, listMounts(source)]));
  return `import json, os
_INPUTS = json.loads(${JSON.stringify(JSON.stringify(table))})

def find_input(ref):
    for folder in _INPUTS[ref]:
        if os.path.isdir(folder):
            return folder
    there = [os.path.join(place, name) for place, names, _ in os.walk(${JSON.stringify(ROOT)}) for name in names][:20]
    raise FileNotFoundError(f"{ref} is mounted at none of {_INPUTS[ref]}; there is {there}")
`;
}
