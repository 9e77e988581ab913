/** Configuration files, and which programs, scripts and documents name them. */
import { cutLine, folderOf, joinPath, nameOf, type RepoFile } from './input.ts';
import type { Entry, RepoMap } from './schema.ts';
import { listMatchingLines } from './search-lines.ts';
import { defineSign, holdsSign, mayHold } from './signs/signs.ts';
import type { Sources } from './sources.ts';

const MAX_CONFIGS = 300;
const MAX_USERS = 8;
const MAX_READ = 4000;
const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['yaml', /\.ya?ml$/],
  ['json', /\.json$/],
  ['toml', /\.toml$/],
  ['gin', /\.gin$/],
  ['jsonnet', /\.(jsonnet|libsonnet)$/],
  ['ini', /\.(ini|cfg|conf)$/],
  ['python', /(^|\/)(configs?|conf|experiments?)\/.*\.py$|(^|\/)([\w-]*_)?configs?(_[\w-]*)?\.py$/],
  ['text', /(^|\/)(configs?|conf)\/[^/]*\.txt$/],
];
/** Files of tools, which set nothing that a run reads. */
const TOOLING =
  /(^|\/)(\.github|\.circleci|\.vscode|\.idea|\.devcontainer|docs?|tests?|node_modules|third_party|vendor|external)\/|(^|\/)(\.[^/]*|mkdocs\.ya?ml|package(-lock)?\.json|tsconfig\.json|environment[^/]*\.ya?ml|conda[^/]*\.ya?ml|docker-compose[^/]*|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|mypy\.ini|codecov\.yml|_config\.yml|cog\.yaml|manifest\.json|pylintrc|poetry\.toml|Pipfile[^/]*|netlify\.toml|app\.json|dataset_infos?\.json|CITATION[^/]*|__init__\.py)$/;
const ENDING = /\.(?:ya?ml|json|toml|gin|jsonnet|libsonnet|ini|cfg|conf|txt|py)\b/;
/** Where a decorator may choose a configuration. */
const STARTS_HYDRA = defineSign(/@[\w. \t]{0,100}(?:main|hydra_runner)[ \t]{0,9}\(/);
const NAMES_CONFIG = defineSign(/config_name/);
const NAMED = /[\w./-]{1,200}\.(?:ya?ml|json|toml|gin|jsonnet|libsonnet|ini|cfg|conf|txt|py)\b/g;

/** Configuration files in the order of their paths, those that something names first. */
export function findConfigs(files: readonly RepoFile[], sources: Sources): RepoMap['configs'] {
  const found = files.flatMap((file) => {
    const format = TOOLING.test(file.path) ? undefined : FORMATS.find(([, pattern]) => pattern.test(file.path))?.[0];
    return format === undefined || !isSetting(file, format, sources) ? [] : [{ file: file.path, format }];
  });
  if (found.length === 0) return [];
  const users = collectUsers(files, sources, new Set(found.map((config) => nameOf(config.file))));
  const listed = found.map((config) => ({ ...config, usedBy: findUsers(config.file, users).slice(0, MAX_USERS) }));
  return listed
    .sort((a, b) => Number(b.usedBy.length > 0) - Number(a.usedBy.length > 0) || (a.file < b.file ? -1 : 1))
    .slice(0, MAX_CONFIGS);
}

/** Python that sets values: it starts nothing, and beside experiments it is none of the code that they share. */
function isPassive(path: string, sources: Sources): boolean {
  const source = sources.byPath.get(path);
  if (source === undefined || source.module.mainLine !== null || /\.automain\b/.test(source.text)) return false;
  return /config|conf\/|cfgs?\//i.test(path) || source.module.definitions.length === 0;
}

/** JSON is data as often as it is settings; Python that can be started is a program, and YAML may say what must be installed. */
function isSetting(file: RepoFile, format: string, sources: Sources): boolean {
  if (format === 'python') return isPassive(file.path, sources);
  if (format === 'yaml') return !/^dependencies:/m.test(file.text ?? '') || !/^(channels|name|prefix):/m.test(file.text ?? '');
  if (format !== 'json') return true;
  return (
    file.size < 60_000 && /config|conf|setting|param|hyp|deepspeed|ds_|zero\d|(^|\/)(configs?|conf|experiments?|scripts)\//i.test(file.path)
  );
}

type Users = ReadonlyMap<string, readonly { readonly written: string; readonly by: string }[]>;

/** Who names a file, by the name alone; names that no configuration bears are passed over. */
function collectUsers(files: readonly RepoFile[], sources: Sources, names: ReadonlySet<string>): Users {
  const users = new Map<string, { written: string; by: string }[]>();
  const add = (written: string, by: string) => {
    const key = nameOf(written);
    if (!names.has(key)) return;
    const known = users.get(key) ?? [];
    if (known.length < 50 && !known.some((item) => item.by === by && item.written === written)) users.set(key, [...known, { written, by }]);
  };
  const readers = files
    .filter((file) => file.text !== null && /\.(py|sh|bash|slurm|sbatch|md|rst|ya?ml|gin)$|(^|\/)(Makefile|Dockerfile)$/.test(file.path))
    .slice(0, MAX_READ);
  for (const file of readers) {
    for (const line of listMatchingLines(file.text ?? '', ENDING)) {
      for (const match of cutLine(line.text).matchAll(NAMED)) add(match[0].replace(/^(\.{1,2}\/)+/, ''), file.path);
    }
  }
  for (const source of sources.all) {
    if (!mayHold(source, NAMES_CONFIG) || !holdsSign(source, STARTS_HYDRA)) continue;
    for (const call of source.module.functions.flatMap((item) => item.decorators)) {
      if (!/(^|\.)(main|hydra_main|hydra_runner)$/.test(call.name)) continue;
      const folder = call.keywords.get('config_path')?.string ?? '';
      const name = call.keywords.get('config_name')?.string;
      if (name === undefined || name === null) continue;
      const path = joinPath(folderOf(source.file.path), folder, name.replace(/\.ya?ml$/, ''));
      for (const ending of ['yaml', 'yml']) add(`${path ?? name}.${ending}`, source.file.path);
    }
  }
  return users;
}

/** Whoever writes its path, or its bare name. */
function findUsers(path: string, users: Users): string[] {
  const named = users.get(nameOf(path)) ?? [];
  const exact = named.filter(({ written, by }) => by !== path && (path === written || path.endsWith(`/${written}`)));
  return [...new Set(exact.map((item) => item.by))];
}

/** True where a word of the command is this path, or the end of it. */
export function isNamedBy(file: string, { argv }: Entry): boolean {
  return argv.some((word) => {
    const path = word.slice(word.indexOf('=') + 1).replace(/^(\.{1,2}\/)+/, '');
    return /\.\w+$/.test(path) && `/${file}`.endsWith(`/${path}`);
  });
}
