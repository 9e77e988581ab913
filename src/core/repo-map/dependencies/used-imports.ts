/** Which imports of a repository ask for a distribution: not those of tests, documents and copied projects, nor those of its own modules. */
import { isAside, isTestFile } from '../declared/places.ts';
import { folderOf, joinPath, nameOf, type RepoFile } from '../input.ts';
import type { PyCall } from '../python.ts';
import { defineSign, holdsSign, listMatches, mayHold } from '../signs/signs.ts';
import type { ExternalImport, ImportGraph, Source, Sources } from '../sources.ts';
import { distributionOf, isDistributionName, isGenericModule, isKnownModule } from './distributions.ts';
import { isStandardModule } from './stdlib.ts';

export interface UseRequest {
  /** All files of the repository. */
  readonly files: readonly RepoFile[];
  readonly sources: Sources;
  readonly graph: ImportGraph;
  /** Python files that some entry reaches. */
  readonly reached: ReadonlySet<string>;
  readonly isVendored: (path: string) => boolean;
  readonly submodules: readonly string[];
  /** True for a normalised name that is declared. */
  readonly isDeclared: (name: string) => boolean;
}

/** Services that only one web site has; nothing installs them. */
const HOSTED = /^(google\.colab|kaggle_secrets|kaggle_datasets|kaggle_web_client|dbutils|pyspark_llap)(\.|$)/;
/** The robot operating system: its modules come with it and from no index. */
const ROS =
  /_(msgs|srvs)$|^(rospy|cv_bridge|tf2_ros|rosbag|actionlib|rclpy|moveit_commander|image_transport|message_filters|interbotix\w*)$/;
/** Modules that a build makes: compiled parts and generated messages. */
const BUILT = /(^|_)(pb2|pb2_grpc|cuda|cpp|ext|cext|C|cpu|cy|lib|kernels?|backend)$|^_|^lib/;
/** What was kept and is no longer run often imports files that are gone. */
const LEFT_BEHIND = /(^|\/)(backups?|old|deprecated|archived?|legacy|unused)\//i;
const EXTENSION =
  /(^|\.)(CUDAExtension|CppExtension|Extension|CMakeExtension|SYCLExtension|BuildExtension|load|load_inline|cythonize|make_cuda_ext|make_cpp_ext|get_extension)$/;

/** The imports that count, by the distribution that provides them. */
export function listUsedImports(request: UseRequest): Map<string, ExternalImport[]> {
  const isLocal = makeLocalTest(request);
  const vendoredReached = listReachedFromOwn(request.sources, request.graph, request.isVendored);
  const grouped = new Map<string, ExternalImport[]>();
  for (const source of request.sources.all) {
    const { path } = source.file;
    const script = nameOf(path) === 'setup.py';
    if ((isAside(path) && !script) || isTestFile(path)) continue;
    const vendored = request.isVendored(path);
    if (vendored && !vendoredReached.has(path)) continue;
    const wandering = leavesRepository(source, request.files);
    for (const use of request.graph.external.get(path) ?? []) {
      const name = distributionOf(use.module);
      // What a copied library may do without, the repository surely does without.
      if (vendored && use.where !== 'top') continue;
      // A build script tells what the building takes; the tools around it come with pip.
      if (script && !/^(cython|pybind11|numpy|torch|tensorflow)$/.test(name)) continue;
      if (!isDistributionName(name) || isLocal(use) || !isCredible(use, name, wandering, request)) continue;
      const known = grouped.get(name);
      if (known === undefined) grouped.set(name, [use]);
      else known.push(use);
    }
  }
  return grouped;
}

/** Own files and what they import, over any number of steps: a copied project counts as far as it is used. */
export function listReachedFromOwn(sources: Sources, graph: ImportGraph, isVendored: (path: string) => boolean): ReadonlySet<string> {
  const own = sources.all.map((source) => source.file.path).filter((path) => !isVendored(path) && !isAside(path) && !isTestFile(path));
  const reached = new Set(own);
  for (const path of reached) for (const next of graph.local.get(path) ?? []) reached.add(next);
  return reached;
}

/** A module that nothing is known about counts only where it looks like an installed one. */
function isCredible(use: ExternalImport, name: string, wandering: boolean, request: UseRequest): boolean {
  const top = use.module.split('.')[0] ?? '';
  if (HOSTED.test(use.module) || HOSTED.test(top) || ROS.test(top)) return false;
  if (request.isDeclared(name) || isKnownModule(use.module)) return true;
  if (LEFT_BEHIND.test(use.source.file.path)) return false;
  if (wandering || isGenericModule(top) || BUILT.test(top) || !/^[a-z][a-z0-9_]*$/.test(top)) return false;
  return use.where === 'top' && top.length > 2;
}

/** True for a file that puts folders onto the path which are not in the repository: whatever it imports may come from there. */
function leavesRepository(source: Source, files: readonly RepoFile[]): boolean {
  const places = [...listMatches(source, NAMES_PATH)].map((match) => match.index);
  return source.module.callsAt(places).some((call) => {
    if (!/^sys\.path\.(append|insert)$/.test(call.name)) return false;
    const text = call.args.at(-1)?.string ?? null;
    if (text === null || text === '.' || text === '') return false;
    const folder = joinPath(folderOf(source.file.path), text) ?? null;
    const inside = (path: string | null) => path !== null && (path === '' || files.some((file) => file.path.startsWith(`${path}/`)));
    return text.startsWith('/') || text.startsWith('~') || !(inside(folder) || inside(joinPath(text)));
  });
}

/** True for imports of the repository's own modules, also of those that are not there: generated, compiled, ignored, in submodules. */
function makeLocalTest(request: UseRequest): (use: ExternalImport) => boolean {
  const { files, sources, submodules } = request;
  const folders = new Set<string>();
  const modules = new Set<string>();
  const isOwn = makePathTest(files);
  for (const file of files) {
    if (!/\.(py|pyx|pyi|so|pyd|ipynb)$/.test(file.path)) continue;
    modules.add(nameOf(file.path).split('.')[0] ?? '');
    const parts = folderOf(file.path).split('/');
    for (const part of parts) folders.add(part);
  }
  for (const file of files) if (file.path.endsWith('.proto')) modules.add(`${nameOf(file.path).slice(0, -6)}_pb2`);
  const built = new Set(sources.all.flatMap((source) => source.module.callsAt(findBuilds(source)).flatMap(listBuiltModules)));
  const ownFolders = new Set(
    submodules.flatMap((folder) => [nameOf(folder), nameOf(folder).replaceAll('-', '_')]).map((name) => name.toLowerCase()),
  );
  return (use) => {
    const top = use.module.split('.')[0] ?? '';
    if (isStandardModule(top) || built.has(top)) return true;
    const name = distributionOf(use.module);
    // A well-known library wins over a folder of the same name, unless the very submodule lies in that folder.
    if (isOwn(use.module)) return true;
    if (request.isDeclared(name) || isKnownModule(use.module)) return false;
    return modules.has(top) || folders.has(top) || ownFolders.has(top.toLowerCase());
  };
}

/** True for dotted names of two to four parts by which some root would make a file importable. */
function makePathTest(files: readonly RepoFile[]): (module: string) => boolean {
  const byLastName = new Map<string, string[]>();
  for (const { path } of files) {
    if (!path.endsWith('.py')) continue;
    const place = `/${path.slice(0, path.endsWith('/__init__.py') ? -'/__init__.py'.length : -'.py'.length)}`;
    const name = nameOf(place);
    const known = byLastName.get(name);
    if (known === undefined) byLastName.set(name, [place]);
    else known.push(place);
  }
  // A repository may have thousands of files of one name; few names are ever asked for.
  const endings = new Map<string, ReadonlySet<string>>();
  return (module) => {
    const path = module.replaceAll('.', '/');
    const name = nameOf(path);
    const known = endings.get(name) ?? new Set(byLastName.get(name)?.flatMap(listEndings));
    endings.set(name, known);
    return known.has(path);
  };
}

/** The last two to four parts of a path. */
function listEndings(path: string): string[] {
  const parts = path.split('/');
  return [2, 3, 4].filter((length) => length < parts.length).map((length) => parts.slice(-length).join('/'));
}

const BUILDS = defineSign(
  /\b(?:CUDAExtension|CppExtension|Extension|CMakeExtension|SYCLExtension|BuildExtension|load_inline|cythonize|make_cuda_ext|make_cpp_ext|get_extension)\s*\(/g,
);
const LOADS = defineSign(/\bload\s*\(\s*(?:[rRbBuUfF]{0,2}["']|name\s*=|\(|#)/g);
const LOADS_BY_NAME = defineSign(/\bload\s*\(/g);
const GIVES_NAME = defineSign(/[\s,]name\s*=\s*["'rf(]/);
// The word behind it stands in nearly every file.
const NAMES_PATH = defineSign(/\bsys\b(?=\s{0,9}\.\s{0,9}path\b)/g);

/** The places of all calls that can build a module, and of some that do not. */
function findBuilds(source: Source): number[] {
  const builds = [...listMatches(source, BUILDS), ...listMatches(source, LOADS)];
  const loads = mayHold(source, LOADS_BY_NAME) && holdsSign(source, GIVES_NAME) ? listMatches(source, LOADS_BY_NAME) : [];
  return [...builds, ...loads].map((match) => match.index).sort((a, b) => a - b);
}

/** Names of the extension modules that a build script makes. */
function listBuiltModules(call: PyCall): string[] {
  if (!EXTENSION.test(call.name)) return [];
  const named = call.keywords.get('name')?.string ?? call.args[0]?.string ?? null;
  return named === null ? [] : [named.split('.')[0] ?? named];
}
