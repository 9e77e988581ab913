/** What a place within a repository says about the files in it: copied from elsewhere, for tests, for documents. */
import { folderOf, nameOf, type RepoFile } from '../input.ts';

const VENDORED =
  /(?:^|\/)(?:third[-_]?part(?:y|ies)|3rd[-_]?part(?:y|ies)|vendor|vendored|_vendor|vendors|externals?|extern|submodules?|site-packages|dist-packages|node_modules|venv|\.eggs|build\/lib)\//i;
const DOCUMENTS = /(?:^|\/)(?:docs?|documentation|sphinx|doc_source|website)\//i;
/** Hidden folders hold what serves editors and continuous integration. */
const HIDDEN = /(?:^|\/)\.[\w-]+\//;

/** Folders into which the repository says that other repositories are checked out, from its .gitmodules. */
export function listSubmodules(files: readonly RepoFile[]): readonly string[] {
  const text = files.find((file) => file.path === '.gitmodules')?.text ?? '';
  return [...text.matchAll(/^\s*path\s*=\s*(\S{1,300})/gm)].map((match) => (match[1] ?? '').replace(/\/$/, ''));
}

/** Folders that hold other people's projects: named so, submodules, or whole projects with a setup of their own that is a known distribution. */
export function makeVendoredTest(submodules: readonly string[], copies: readonly string[]): (path: string) => boolean {
  const folders = [...submodules, ...copies].map((folder) => `${folder}/`);
  return (path) => VENDORED.test(path) || folders.some((folder) => path.startsWith(folder));
}

/** True for tests, by the conventions of pytest and unittest. A folder `test` alone says little: evaluations are called so as well. */
export function isTestFile(path: string): boolean {
  const name = nameOf(path);
  if (name === 'conftest.py' || /_tests?\.py$/.test(name) || /(?:^|\/)(?:tests|testing|unit_?tests?)\//.test(path)) return true;
  return /^test_[\w-]*\.py$/.test(name) && /(?:^|\/)test(?:\/|$)/.test(folderOf(path));
}

/** True for what belongs to documents, continuous integration or the building of the package, and is never imported by a run. */
export function isAside(path: string): boolean {
  return (
    DOCUMENTS.test(path) ||
    HIDDEN.test(path) ||
    /^(?:setup|noxfile|conftest|versioneer|fabfile|tasks|dodo|hubconf_setup)\.py$/.test(nameOf(path))
  );
}

/** True for a file within a folder of documents. */
export function isInDocuments(path: string): boolean {
  return DOCUMENTS.test(path);
}
