import { listSources, type NotebookFolder } from './folder.ts';

/** What a kernel can find below /kaggle/input, by the lists of its metadata. */
export interface Mount {
  /** `owner/slug`, or the slug of a competition. */
  readonly source: string;
  readonly slug: string;
  readonly places: readonly string[];
}

/** Where each source is mounted: the place it has in runs that are pushed by API, and the older one. */
export function listMounts(folder: NotebookFolder): readonly Mount[] {
  const owned = (key: string, kind: string): Mount[] =>
    listSources(folder, key).map((source) => {
      const [owner = '', slug = ''] = source.replace(/^(datasets|code)\//, '').split('/');
      return { source, slug, places: [`${kind}/${owner}/${slug}`, slug] };
    });
  const competitions = listSources(folder, 'competition_sources').map((slug) => ({
    source: slug,
    slug,
    places: [`competitions/${slug}`, slug],
  }));
  const models = listSources(folder, 'model_sources').map((source) => {
    const [owner = '', slug = ''] = source.split('/');
    return { source, slug, places: [`models/${owner}/${slug}`, slug] };
  });
  return [...owned('dataset_sources', 'datasets'), ...owned('kernel_sources', 'notebooks'), ...competitions, ...models];
}

/** The part of a path below /kaggle/input; null when it lies elsewhere. The working folder is /kaggle/working. */
export function insideInput(path: string): string | null {
  const found = /^(?:\/kaggle\/input|(?:\.\/)?\.\.\/input|\/kaggle\/working\/\.\.\/input)(?:\/(.*))?$/.exec(
    path.replaceAll(/\/{2,}/g, '/'),
  );
  return found === null ? null : (found[1] ?? '').replace(/\/$/, '');
}

export type PathVerdict = 'declared' | 'undeclared' | 'wrong-layout' | 'root';

/** What the metadata says of a path below /kaggle/input. */
export function judgeInput(folder: NotebookFolder, inside: string): { verdict: PathVerdict; mount: Mount | null } {
  const wild = inside.search(/[*?[]/);
  const path =
    wild < 0
      ? inside
      : inside
          .slice(0, wild)
          .replace(/[^/]*$/, '')
          .replace(/\/$/, '');
  if (path === '' || /^(datasets|notebooks|competitions|models)(\/[^/]+)?$/.test(path)) return { verdict: 'root', mount: null };
  for (const mount of listMounts(folder)) {
    const place = mount.places.findIndex((one) => path === one || path.startsWith(`${one}/`));
    if (place === 0) return { verdict: 'declared', mount };
    if (place === 1) return { verdict: 'wrong-layout', mount };
  }
  return { verdict: 'undeclared', mount: null };
}

/** Whether a path is there on Kaggle: true, false, or null when nobody can say. */
export function judgePath(folder: NotebookFolder, path: string): boolean | null {
  if (/^\/kaggle(\/(input|working|temp))?\/?$/.test(path) || path === '/tmp' || path === '.') return true;
  const inside = insideInput(path);
  if (inside !== null) {
    const { verdict } = judgeInput(folder, inside);
    return verdict === 'undeclared' ? false : null;
  }
  return /^[A-Za-z]:[\\/]|^\/(Users|content)(\/|$)/.test(path) ? false : null;
}

/** The column names of a CSV file that lies beside the notebook under `inputs/`, by the path with which the notebook reads it. */
export function readHeader(folder: NotebookFolder, path: string | null): readonly string[] | null {
  const file = path === null ? null : findInput(folder, path);
  const line = file?.text?.split(/\r?\n/, 1)[0];
  if (line === undefined || line.includes('"')) return null;
  return line.split(',').map((name) => name.trim());
}

/** The file beside the notebook that a path stands for: `inputs/<slug>/…`, below either layout. */
export function findInput(folder: NotebookFolder, path: string): NotebookFolder['files'][number] | null {
  const inside = insideInput(path);
  if (inside === null) return null;
  const rest = inside.replace(/^(?:datasets|notebooks)\/[^/]+\//, '').replace(/^competitions\//, '');
  return folder.files.find((file) => file.path === `inputs/${rest}`) ?? null;
}
