/** conda's environment files: packages, the pip list among them, and files that are not quite YAML. */
import { fromConda } from '../dependencies/distributions.ts';
import { folderOf, joinPath, linesOf, MAX_LINE, type RepoFile } from '../input.ts';
import { MAX_ALIASES, readYamlDocuments } from '../yaml-text.ts';
import type { Declarations, NamedSpecifier, Requirement } from './requirement.ts';
import { readRequirementsFile } from './requirements-file.ts';
import { asRecord, asStrings, collectLines, joinDeclarations, makeFinder, requireAt } from './text.ts';

/** True for YAML files that by their name describe an environment; others are read when they have conda's keys. */
export function isCondaFile(file: RepoFile): boolean {
  if (!/\.ya?ml$/i.test(file.path) || file.text === null) return false;
  if (/(^|\/)(meta|\.pre-commit[\w-]*|mkdocs|action|_config)\.ya?ml$|^\.github\//i.test(file.path)) return false;
  if (!/^(name|channels|prefix|variables):/m.test(file.text) && !/(env|conda)[^/]*$/i.test(file.path)) return false;
  return /^dependencies:\s*(#.*)?\r?$/m.test(file.text) && /^\s*-\s+(["']?[\w./-]+(::|[=<>~! "'\r\n]|$)|pip:)/m.test(file.text);
}

/** Packages of a conda environment file; system libraries and the interpreter are left out. */
export function readCondaFile(file: RepoFile, files: ReadonlyMap<string, RepoFile>): Declarations {
  const parsed = parseLoose(file.text ?? '');
  const entries = asRecord(parsed.value)['dependencies'];
  if (parsed.line !== null || !Array.isArray(entries)) {
    if (parsed.line === null) return { requirements: [], warnings: [] };
    const warning = { file: file.path, line: parsed.line, what: 'this is no valid YAML; read line by line instead' };
    return { requirements: readLoosely(file), warnings: [warning] };
  }
  const find = makeFinder(file);
  const parts = entries.map((entry: unknown): Declarations => {
    if (typeof entry === 'string') {
      const named = parseConda(entry);
      return { requirements: named === null ? [] : [{ ...named, constraint: false, group: '', evidence: find(entry) }], warnings: [] };
    }
    const lines = asStrings(asRecord(entry)['pip']);
    const includes = lines.flatMap((line) => /^(?:-r|--requirement)[\s=]*(\S+)/.exec(line)?.[1] ?? []);
    const read = includes.map((path) => includeFile(file, path, files));
    return joinDeclarations([{ requirements: collectLines(file, lines, '', find), warnings: [] }, ...read]);
  });
  return joinDeclarations(parts);
}

/** One package of conda: `channel::name=version=build` and its variants; null for what is no Python distribution. */
export function parseConda(entry: string): NamedSpecifier | null {
  if (entry.length > MAX_LINE) return null;
  const text = entry.replace(/(^|\s)#.*$/, '').trim();
  const match =
    /^(?:[\w./-]{1,100}::)?([A-Za-z_][\w.-]{0,99})(?:\[[^\]]{0,200}\])?\s{0,20}(?:(==?|>=|<=|<|>|~=|!=)?\s{0,5}(\d[\w.*+]{0,60}))?/.exec(
      text,
    );
  if (match === null) return null;
  const rest = text.slice(match[0].length);
  // A sentence is no package: behind the version only a build string, further limits or nothing may stand.
  if (rest !== '' && !/^\s{0,5}[=,|<>!~*]|^\s{1,5}[\w.*]+$|^\.\*/.test(rest)) return null;
  const name = fromConda(match[1] ?? '');
  if (name === null) return null;
  const [, , sign = '=', version] = match;
  if (version === undefined) return { name, specifier: '' };
  const exact = version.includes('*') || sign === '==' ? `==${version}` : `==${version}.*`;
  const further = /^(?:,\s{0,5}(?:[<>]=?|!=)\s{0,5}[\w.*]{1,40}){1,4}/.exec(rest)?.[0].replaceAll(/\s/g, '') ?? '';
  return { name, specifier: /^==?$/.test(sign) ? exact : `${sign}${version}${further}` };
}

function includeFile(file: RepoFile, path: string, files: ReadonlyMap<string, RepoFile>): Declarations {
  const target = files.get(joinPath(folderOf(file.path), path) ?? '');
  if (target !== undefined) return readRequirementsFile(target, files);
  return { requirements: [], warnings: [{ file: file.path, line: null, what: `includes ${path}, which is not there` }] };
}

/** As much of the YAML as makes sense, and the line of the first error. */
function parseLoose(text: string): { value: unknown; line: number | null } {
  try {
    const { documents, brokenAt } = readYamlDocuments(text);
    return { value: documents[0]?.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, line: brokenAt };
  } catch {
    return { value: null, line: 1 };
  }
}

/** `- name=version` lines below `dependencies:`, for files that no YAML parser takes. */
function readLoosely(file: RepoFile): Requirement[] {
  const found: Requirement[] = [];
  let inside = false;
  let pip = false;
  for (const [index, raw] of linesOf(file.text ?? '').entries()) {
    if (raw.length > MAX_LINE) continue;
    const item = /^\s*-\s+(.+)$/.exec(raw.replace(/\r$/, ''));
    if (/^\w/.test(raw)) inside = raw.startsWith('dependencies');
    if (!inside || item === null) continue;
    const text = (item[1] ?? '').replaceAll(/['"]/g, '');
    if (/^pip\s*:/.test(text)) pip = true;
    else if (pip) found.push(...requireAt(file, index + 1, text, ''));
    else {
      const named = parseConda(text);
      if (named !== null) found.push(...requireAt(file, index + 1, named.name, '').map((one) => ({ ...one, ...named })));
    }
  }
  return found;
}
