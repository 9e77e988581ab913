import type { Entry, RepoMap } from '../repo-map/schema.ts';

/** Whether the entry has to download something while it runs: what it, or a program that prepares for it, reads from elsewhere and is not there. */
export function needsNetwork(map: Pick<RepoMap, 'assets'>, entry: Entry, notes: readonly string[]): boolean {
  if (entry.kind === 'download' || notes.some((note) => note.startsWith('Downloads '))) return true;
  const prepared = (entry.preparations ?? []).flatMap((item) => item.argv);
  const reached = entry.files === undefined ? null : new Set([...entry.files, ...prepared]);
  return map.assets.some(
    (asset) =>
      !asset.present &&
      !['path', 'in-repository'].includes(asset.source) &&
      (reached === null || asset.evidence.some((item) => reached.has(item.file))),
  );
}
