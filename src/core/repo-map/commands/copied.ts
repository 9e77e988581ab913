/** Projects that were copied into a repository. */
import { folderOf, nameOf, type RepoFile } from '../input.ts';

/** Folders below the root that have a licence of their own. */
export function listCopied(files: readonly RepoFile[]): ReadonlySet<string> {
  const licences = files.filter(({ path }) => path.includes('/') && /^(licen[cs]e|copying)(\.\w{2,4})?$/i.test(nameOf(path)));
  return new Set(licences.map(({ path }) => folderOf(path)));
}
