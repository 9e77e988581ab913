/** pyproject.toml of every tool that keeps requirements in it: PEP 621, PEP 735, poetry, pdm, uv, flit, hatch. */
import { parse as parseToml } from 'smol-toml';
import { normaliseName } from '../dependencies/distributions.ts';
import type { RepoFile } from '../input.ts';
import type { Evidence } from '../schema.ts';
import { gitUrl } from './direct-url.ts';
import { fromPoetry } from './poetry-versions.ts';
import { asMarker, readExtras, type Declarations, type Requirement } from './requirement.ts';
import { asRecord, asStrings, collectLines, makeFinder, parseOrWarn } from './text.ts';

type Table = Readonly<Record<string, unknown>>;
type Find = (wanted: string) => Evidence;

const MAX_VARIANTS = 20;

/** All requirements of a pyproject.toml; a warning when it is no TOML. */
export function readPyproject(file: RepoFile): Declarations {
  const { value, warnings } = parseOrWarn(file, 'TOML', parseToml);
  const data = asRecord(value);
  const find = makeFinder(file);
  const project = asRecord(data['project']);
  const tool = asRecord(data['tool']);
  const poetry = asRecord(tool['poetry']);
  const flit = asRecord(asRecord(tool['flit'])['metadata']);
  const requirements = [
    ...collectLines(file, asStrings(project['dependencies']), '', find),
    ...readGroups(file, project['optional-dependencies'], find),
    ...readGroups(file, data['dependency-groups'], find),
    ...readPoetry(poetry, find),
    ...readGroups(file, asRecord(tool['pdm'])['dev-dependencies'], find),
    ...collectLines(file, asStrings(asRecord(tool['uv'])['dev-dependencies']), 'dev', find),
    ...collectLines(file, asStrings(flit['requires']), '', find),
    ...readGroups(file, flit['requires-extra'], find),
    ...readHatch(file, asRecord(asRecord(tool['hatch'])['envs']), find),
    ...readPixi(asRecord(tool['pixi']), find),
  ];
  return { requirements: addSources(requirements, asRecord(asRecord(tool['uv'])['sources'])), warnings };
}

/** uv keeps the addresses apart from the names. */
function addSources(requirements: readonly Requirement[], sources: Table): Requirement[] {
  const urls = new Map(
    Object.entries(sources).map(([name, written]) => {
      const table = asRecord(written);
      return [normaliseName(name), gitUrl(table['git'], table['rev'] ?? table['tag'] ?? table['branch'])] as const;
    }),
  );
  return requirements.map((item) => ({ ...item, url: item.url ?? urls.get(item.name) ?? undefined }));
}

/** What a script asks for in a comment at its top, as PEP 723 writes it. */
export function readInlineMetadata(file: RepoFile): Declarations {
  const text = file.text?.slice(0, 20_000) ?? '';
  const start = text.search(/^# \/\/\/ script\s*$/m);
  const end = start < 0 ? -1 : text.indexOf('\n# ///', start + 5);
  if (end < 0) return { requirements: [], warnings: [] };
  const block = text.slice(start, end).split('\n').slice(1);
  const toml = block.map((line) => line.replace(/^# ?/, '')).join('\n');
  const { value, warnings } = parseOrWarn({ ...file, text: toml }, 'TOML', parseToml);
  return { requirements: collectLines(file, asStrings(asRecord(value)['dependencies']), 'script'), warnings };
}

/** The name under which a pyproject.toml installs its own project; null when it says none. */
export function readProjectName(file: RepoFile): string | null {
  const data = asRecord(parseOrWarn(file, 'TOML', parseToml).value);
  const tool = asRecord(data['tool']);
  const flit = asRecord(asRecord(tool['flit'])['metadata']);
  for (const name of [asRecord(data['project'])['name'], asRecord(tool['poetry'])['name'], flit['dist-name'], flit['module']])
    if (typeof name === 'string') return normaliseName(name);
  return null;
}

/** Files that setuptools is told to read requirements from. */
export function listDynamicFiles(file: RepoFile): readonly { readonly path: string; readonly group: string }[] {
  const dynamic = asRecord(asRecord(asRecord(asRecord(parseOrWarn(file, 'TOML', parseToml).value)['tool'])['setuptools'])['dynamic']);
  const paths = (value: unknown, group: string) => {
    const written = asRecord(value)['file'];
    return (typeof written === 'string' ? [written] : asStrings(written)).map((path) => ({ path, group }));
  };
  const extras = Object.entries(asRecord(dynamic['optional-dependencies']));
  return [...paths(dynamic['dependencies'], ''), ...extras.flatMap(([group, value]) => paths(value, group))];
}

function readGroups(file: RepoFile, groups: unknown, find: Find): Requirement[] {
  return Object.entries(asRecord(groups)).flatMap(([group, lines]) => collectLines(file, asStrings(lines), group, find));
}

function readPoetry(poetry: Table, find: Find): Requirement[] {
  const groups = Object.entries(asRecord(poetry['group'])).flatMap(([group, table]) =>
    readPoetryTable(asRecord(asRecord(table)['dependencies']), group, find),
  );
  return [
    ...readPoetryTable(asRecord(poetry['dependencies']), '', find),
    ...readPoetryTable(asRecord(poetry['dev-dependencies']), 'dev', find),
    ...groups,
  ];
}

/** A table of names and versions, as poetry, pipenv and pixi write it. */
export function readPoetryTable(table: Table, group: string, find: Find): Requirement[] {
  return Object.entries(table).flatMap(([name, wanted]) => {
    if (/^(python|pip)$/i.test(name)) return [];
    // Several tables for one name are variants, each for other Pythons or platforms.
    const variants: readonly unknown[] = Array.isArray(wanted) ? wanted.slice(0, MAX_VARIANTS) : [wanted];
    return variants.flatMap((one) => {
      const table = asRecord(one);
      const local = typeof table['path'] === 'string' && !table['path'].endsWith('.whl');
      if (local || (typeof table['markers'] === 'string' && /==\s*['"](win32|darwin|Windows|Darwin)/.test(table['markers']))) return [];
      const written = typeof one === 'string' ? one : table['version'];
      const specifier = typeof written === 'string' ? fromPoetry(written) : '';
      const optional = table['optional'] === true && group === '' ? 'optional' : group;
      const url = gitUrl(table['git'], table['rev'] ?? table['tag'] ?? table['ref'] ?? table['branch']) ?? undefined;
      const more = { ...readExtras(asStrings(table['extras']).join(',')), ...conditionOf(table) };
      return [{ name: normaliseName(name), specifier, url, ...more, constraint: false, group: optional, evidence: find(name) }];
    });
  });
}

/** poetry's `python` and `markers` in the words of PEP 508. */
function conditionOf(table: Table): Pick<Requirement, 'marker'> {
  const python = typeof table['python'] === 'string' ? fromPoetry(table['python']) : '';
  const clauses = python.split(',').flatMap((clause) => {
    const [, sign, version] = /^([<>=!~]=?)([\w.*]{1,40})$/.exec(clause) ?? [];
    return sign === undefined || version === undefined ? [] : [`python_full_version ${sign} '${version}'`];
  });
  const written = typeof table['markers'] === 'string' ? [`(${table['markers']})`] : [];
  return asMarker([...clauses, ...written].join(' and '));
}

function readHatch(file: RepoFile, envs: Table, find: Find): Requirement[] {
  return Object.entries(envs).flatMap(([name, env]) => {
    const table = asRecord(env);
    return ['dependencies', 'extra-dependencies'].flatMap((key) => collectLines(file, asStrings(table[key]), name, find));
  });
}

function readPixi(pixi: Table, find: Find): Requirement[] {
  const features = Object.entries(asRecord(pixi['feature'])).flatMap(([name, feature]) =>
    readPoetryTable(asRecord(asRecord(feature)['pypi-dependencies']), name, find),
  );
  return [...readPoetryTable(asRecord(pixi['pypi-dependencies']), '', find), ...features];
}
