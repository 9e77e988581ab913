/** The projects within a repository: the names under which it installs itself, and whole projects of others that were copied in. */
import { isKnownDistribution, normaliseName } from '../dependencies/distributions.ts';
import { folderOf, nameOf, type RepoFile } from '../input.ts';
import { readProjectName } from './pyproject.ts';
import { readSetupName } from './setup-py.ts';

const MANIFEST = /(^|\/)(setup\.py|setup\.cfg|pyproject\.toml)$/;

/** Names under which the repository and its parts would install themselves: none of them is a dependency. */
export function listOwnNames(files: readonly RepoFile[], repository: string): ReadonlySet<string> {
  const names = new Set(files.flatMap((file) => nameOfProject(file) ?? []));
  for (const own of [normaliseName(nameOf(repository).replace(/^.*__/, '')), readClonedName(files)]) {
    if (own === null) continue;
    const hasPackage = files.some((file) => normaliseName(file.path.split('/', 1)[0] ?? '') === own && file.path.endsWith('.py'));
    // A link to itself names the repository; one that is called after a library it uses must not hide the library.
    if (hasPackage || !isKnownDistribution(own)) names.add(own);
  }
  return names;
}

/** Projects below the root that are known distributions, with the folders that hold them. */
export function listCopiedProjects(files: readonly RepoFile[]): readonly { readonly folder: string; readonly name: string }[] {
  return files.flatMap((file) => {
    const folder = folderOf(file.path);
    if (folder === '') return [];
    const name = nameOfProject(file);
    return name !== null && isKnownDistribution(name) ? [{ folder, name }] : [];
  });
}

/** The name under which a README tells to clone the repository; null when it tells none. */
function readClonedName(files: readonly RepoFile[]): string | null {
  const readme = files.find((file) => /^readme[^/]*$/i.test(file.path))?.text?.slice(0, 200_000) ?? '';
  for (const match of readme.matchAll(/git clone[^\n]{0,200}?\/([\w.-]{1,100})[ \t]*$/gm)) {
    const name = (match[1] ?? '').replace(/\.git$/, '');
    // Other repositories are cloned as well; one enters one's own.
    if (readme.includes(`cd ${name}`)) return normaliseName(name);
  }
  return null;
}

function nameOfProject(file: RepoFile): string | null {
  if (!MANIFEST.test(file.path) || file.text === null) return null;
  const manifest = nameOf(file.path);
  if (manifest === 'pyproject.toml') return readProjectName(file);
  const written = manifest === 'setup.py' ? readSetupName(file) : (/^name\s{0,9}=\s{0,9}([\w.-]{1,100})/m.exec(file.text)?.[1] ?? null);
  return written === null ? null : normaliseName(written);
}
