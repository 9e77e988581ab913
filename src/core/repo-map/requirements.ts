/** Reading requirements where they are written: pip's files, setup.py and setup.cfg, pyproject.toml, conda's environment files. */
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { fromConda, normaliseName } from './distributions.ts';
import { citeLine, cutLine, folderOf, joinPath, linesOf, MAX_LINE, nameOf, type RepoFile } from './input.ts';
import type { PythonModule, PyValue } from './python.ts';
import type { Evidence } from './schema.ts';

export interface Requirement {
  readonly name: string;
  readonly specifier: string;
  /** True for a constraint file: it limits a version and asks for nothing. */
  readonly constraint: boolean;
  /** Name of the extra or group; empty for what is always needed. */
  readonly group: string;
  readonly evidence: Evidence;
}

/** After so many texts that are not found as they were read, such as folded ones, no more are searched for. */
const MAX_MISSES = 50;
const REQUIREMENT = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(\(?[<>=!~^][^;#]*\)?)?/;
const PLATFORM_ELSEWHERE = /sys_platform\s*==\s*['"](win32|darwin)|platform_system\s*==\s*['"](Windows|Darwin)/;

/** Reads one requirement as PEP 508 writes it; null for options, URLs without a name and what is meant for another system. */
export function parseRequirement(line: string): { readonly name: string; readonly specifier: string } | null {
  if (line.length > MAX_LINE) return null;
  const text = line
    .replace(/(^|\s)#.*$/, '')
    .replace(/\s--hash=\S+|\\$/g, '')
    .trim();
  if (text === '' || PLATFORM_ELSEWHERE.test(text)) return null;
  const egg = /[#&]egg=([A-Za-z0-9._-]+)/.exec(text);
  if (egg !== null) return { name: normaliseName(egg[1] ?? ''), specifier: '' };
  if (text.startsWith('-') || /^(git\+|https?:|file:|\.{0,2}\/)/.test(text)) return null;
  const match = REQUIREMENT.exec(text);
  if (match === null) return null;
  return { name: normaliseName(match[1] ?? ''), specifier: (match[2] ?? '').replaceAll(/[\s()]/g, '') };
}

/** Reads a requirements file and the files that it includes; each file once. */
export function readRequirementsFile(file: RepoFile, files: ReadonlyMap<string, RepoFile>, seen = new Set<string>()): Requirement[] {
  if (file.text === null || seen.has(file.path)) return [];
  seen.add(file.path);
  const found: Requirement[] = [];
  for (const [index, line] of file.text.split(/\r?\n/).entries()) {
    if (line.length > MAX_LINE) continue;
    const include = /^\s*(?:-r|--requirement|-c|--constraint)[\s=]+(\S+)/.exec(line);
    if (include !== null) {
      const target = files.get(joinPath(folderOf(file.path), include[1] ?? '') ?? '');
      const constraint = /^\s*(-c|--constraint)/.test(line);
      if (target !== undefined) found.push(...readRequirementsFile(target, files, seen).map((item) => ({ ...item, constraint })));
      continue;
    }
    const requirement = parseRequirement(line);
    if (requirement === null) continue;
    found.push({ ...requirement, constraint: false, group: '', evidence: citeLine(file.path, file.text, index + 1) });
  }
  return found;
}

/** install_requires and extras_require of a setup.py, as far as they are plain lists. The file is never run. */
export function readSetupPy(file: RepoFile, module: PythonModule, files: ReadonlyMap<string, RepoFile>): Requirement[] {
  const call = module.calls.find((candidate) => /(^|\.)setup$/.test(candidate.name));
  const wanted = call?.keywords.get('install_requires');
  if (wanted === undefined) return [];
  const list = wanted.kind === 'list' ? wanted : followName(wanted, module);
  const items = list?.items.filter((item) => item.string !== null) ?? [];
  if (items.length > 0) {
    return items.flatMap((item) => {
      const requirement = parseRequirement(item.string ?? '');
      return requirement === null
        ? []
        : [{ ...requirement, constraint: false, group: '', evidence: citeLine(file.path, file.text, item.line) }];
    });
  }
  const opened = /['"]([\w./-]*requirements[\w./-]*\.txt)['"]/.exec(file.text ?? '');
  const target = opened === null ? undefined : files.get(joinPath(folderOf(file.path), opened[1] ?? '') ?? '');
  return target === undefined ? [] : readRequirementsFile(target, files);
}

function followName(value: PyValue, module: PythonModule): PyValue | null {
  const assigned = module.assignments.find((item) => item.target === value.text && item.value?.kind === 'list');
  return assigned?.value ?? null;
}

/** install_requires of a setup.cfg: its own line and the indented ones below it. */
export function readSetupCfg(file: RepoFile): Requirement[] {
  const lines = linesOf(file.text ?? '');
  const first = lines.findIndex((line) => /^install_requires\s*=/.test(line));
  if (first < 0) return [];
  const found: Requirement[] = [];
  for (let index = first; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (index > first && !/^[ \t]/.test(line)) break;
    const requirement = parseRequirement(index === first ? line.slice(line.indexOf('=') + 1) : line);
    if (requirement !== null)
      found.push({ ...requirement, constraint: false, group: '', evidence: citeLine(file.path, file.text, index + 1) });
  }
  return found;
}

/** PEP 621 and poetry dependencies of a pyproject.toml; nothing when it is no TOML. */
export function readPyproject(file: RepoFile): Requirement[] {
  const data = parseLoose(file.text ?? '', parseToml);
  const project = asRecord(asRecord(data)['project']);
  const found = collectLines(file, asStrings(project['dependencies']), '');
  for (const [group, lines] of Object.entries(asRecord(project['optional-dependencies'])))
    found.push(...collectLines(file, asStrings(lines), group));
  for (const [group, lines] of Object.entries(asRecord(asRecord(data)['dependency-groups'])))
    found.push(...collectLines(file, asStrings(lines), group));
  const poetry = asRecord(asRecord(asRecord(data)['tool'])['poetry']);
  found.push(...readPoetryTable(file, asRecord(poetry['dependencies']), ''));
  for (const [group, table] of Object.entries(asRecord(poetry['group']))) {
    found.push(...readPoetryTable(file, asRecord(asRecord(table)['dependencies']), group));
  }
  return found;
}

function readPoetryTable(file: RepoFile, table: Readonly<Record<string, unknown>>, group: string): Requirement[] {
  const find = makeFinder(file);
  return Object.entries(table).flatMap(([name, wanted]) => {
    if (name === 'python') return [];
    const written = typeof wanted === 'string' ? wanted : asRecord(wanted)['version'];
    const version = typeof written === 'string' ? written : '';
    const optional = asRecord(wanted)['optional'] === true ? 'optional' : group;
    const evidence = find(name);
    return [{ name: normaliseName(name), specifier: fromPoetry(version), constraint: false, group: optional, evidence }];
  });
}

/** Caret and tilde of poetry as the ranges of PEP 440. */
export function fromPoetry(version: string): string {
  const text = version.trim();
  if (text === '' || text === '*') return '';
  const match = /^([\^~])\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text);
  if (match === null) return /^\d/.test(text) ? `==${text}` : text.replaceAll(' ', '');
  const [, mark, major = '0', minor, patch] = match;
  const low = text.slice(1).trim();
  if (mark === '~')
    return minor === undefined ? `>=${low},<${String(Number(major) + 1)}` : `>=${low},<${major}.${String(Number(minor) + 1)}`;
  if (major !== '0' || minor === undefined) return `>=${low},<${String(Number(major) + 1)}`;
  if (minor !== '0' || patch === undefined) return `>=${low},<0.${String(Number(minor) + 1)}`;
  return `>=${low},<0.0.${String(Number(patch) + 1)}`;
}

/** Packages of a conda environment file and of the pip list in it; build strings and system libraries are left out. */
export function readCondaFile(file: RepoFile): Requirement[] {
  const entries = asRecord(parseLoose(file.text ?? '', (text) => parseYaml(text, { logLevel: 'silent' }) as unknown))['dependencies'];
  if (!Array.isArray(entries)) return [];
  const find = makeFinder(file);
  return entries.flatMap((entry: unknown) => {
    if (typeof entry !== 'string') return collectLines(file, asStrings(asRecord(entry)['pip']), '');
    if (entry.length > MAX_LINE) return [];
    const match = /^(?:[\w./-]+::)?([\w.-]+)\s*(?:(==?|>=|<=|<|>)\s*([\w.*]+))?/.exec(entry.trim());
    const name = match === null ? null : fromConda(match[1] ?? '');
    if (match === null || name === null) return [];
    const [, , sign, version] = match;
    const pin = sign === '=' ? `==${version ?? ''}${(version ?? '').includes('*') ? '' : '.*'}` : `${sign ?? ''}${version ?? ''}`;
    return [{ name, specifier: sign === undefined ? '' : pin, constraint: false, group: '', evidence: find(entry) }];
  });
}

/** Names from `pip install …` and `conda install …` lines of documents, scripts and notebooks. */
export function readInstallLine(line: string): { readonly name: string; readonly specifier: string }[] {
  const match = /(?:^|[\s!%`$])(pip3?|conda|mamba)\s+install\s+(.*)$/.exec(cutLine(line));
  if (match === null) return [];
  const words = (match[2] ?? '')
    .replace(/[`;|&].*$/, '')
    .replaceAll(/['"]/g, '')
    .split(/\s+/);
  const found: { name: string; specifier: string }[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (/^(-r|-c|-e|-f|-i|-n|--index-url|--extra-index-url|--find-links|--requirement|--name|--channel|-t|--target)$/.test(word))
      index += 1;
    else if (word !== '' && !word.startsWith('-') && !/[/:$<>{}]$|^[./]|:\/\/|\//.test(word)) {
      const requirement = parseRequirement(word);
      const name = match[1]?.startsWith('pip') === true ? requirement?.name : fromConda(requirement?.name ?? '');
      if (requirement !== null && name !== undefined && name !== null) found.push({ name, specifier: requirement.specifier });
    }
  }
  return found;
}

/** True for files that list requirements of pip. */
export function isRequirementsFile(path: string): boolean {
  return /(^|\/)((requirements|reqs)[\w.-]*\.(txt|in)|requirements\/[\w.-]+\.txt)$/i.test(path) && !/dev|test|doc|lint/i.test(nameOf(path));
}

function collectLines(file: RepoFile, lines: readonly string[], group: string): Requirement[] {
  const find = makeFinder(file);
  return lines.flatMap((line) => {
    const requirement = parseRequirement(line);
    return requirement === null ? [] : [{ ...requirement, constraint: false, group, evidence: find(line.trim()) }];
  });
}

/** Cites where texts stand in a file. Each search goes on where the last one ended, so that a list in its own order is read once. */
function makeFinder(file: RepoFile): (wanted: string) => Evidence {
  const lines = linesOf(file.text ?? '');
  let next = 0;
  let misses = 0;
  const search = (wanted: string, from: number, to: number) => {
    for (let index = from; index < to; index += 1) if (lines[index]?.includes(wanted) === true) return index;
    return -1;
  };
  return (wanted) => {
    let at = misses > MAX_MISSES ? -1 : search(wanted, next, lines.length);
    if (at < 0 && misses <= MAX_MISSES) at = search(wanted, 0, next);
    if (at < 0) misses += 1;
    else next = at;
    return citeLine(file.path, file.text, at < 0 ? 1 : at + 1);
  };
}

function parseLoose(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
