import { parse as parseToml } from 'smol-toml';
import { fromConda, normaliseName } from '../dependencies/distributions.ts';
import { nameOf, type RepoFile } from '../input.ts';
import { parseYaml } from '../yaml-text.ts';
import { readLockNeeds, type LockNeeds } from './lock-needs.ts';
import { fromPoetry } from './poetry-versions.ts';
/** Lock files. They say which version was used, never what is asked for: a lock lists everything that came along. */
import type { UnreadPlace } from './requirement.ts';
import { asRecord, parseOrWarn } from './text.ts';

const LOCKS = /^(poetry|uv|pdm|pylock[\w.-]*|Pipfile|pixi)\.(lock|toml)$|^[\w.-]*conda-lock[\w.-]*\.ya?ml$/;

/** True for the files that tools write to fix versions. */
export function isLockFile(path: string): boolean {
  const name = nameOf(path);
  return LOCKS.test(name) && name !== 'pixi.toml';
}

export interface LockFile {
  /** Exact versions by normalised name; of a name that is locked twice, the first. */
  readonly versions: ReadonlyMap<string, string>;
  /** Names that are locked in several versions, each for another platform. */
  readonly severalOf: ReadonlySet<string>;
  /** `sha256:…` of everything that may be downloaded, by name. */
  readonly hashes: ReadonlyMap<string, readonly string[]>;
  /** Who needs whom; null where the file does not say. */
  readonly needs: ReadonlyMap<string, LockNeeds> | null;
  /** What is locked for those who work on the code only. */
  readonly develop: ReadonlySet<string>;
  /** Conditions of single packages, by name. */
  readonly markers: ReadonlyMap<string, string>;
  /** Pythons that it was made for; null where it does not say. */
  readonly python: string | null;
  readonly warnings: readonly UnreadPlace[];
}

const HASH = /^sha256:[0-9a-f]{64}$/;
const MAX_HASHES = 200;

/** Reads a lock file; a warning where it is not what its name says. */
export function readLockFile(file: RepoFile): LockFile {
  const versions = new Map<string, string>();
  const hashes = new Map<string, string[]>();
  const severalOf = new Set<string>();
  const needs = new Map<string, LockNeeds>();
  const markers = new Map<string, string>();
  const develop = new Set<string>();
  const nothing = { versions, severalOf, hashes, needs: null, markers, develop, python: null };
  if (file.text === null) return { ...nothing, warnings: [] };
  const name = nameOf(file.path);
  const json = name === 'Pipfile.lock';
  const yaml = /\.ya?ml$/.test(name) || name === 'pixi.lock';
  const format = json ? 'JSON' : yaml ? 'YAML' : 'TOML';
  const parse = json ? (text: string) => JSON.parse(text) as unknown : yaml ? parseYaml : parseToml;
  const { value, warnings } = parseOrWarn(file, format, parse);
  const data = asRecord(value);
  const listed = asRecord(asRecord(data['metadata'])['files']);
  const add = (written: unknown, version: unknown, item: Readonly<Record<string, unknown>>) => {
    if (typeof written !== 'string' || typeof version !== 'string' || !/^[\w.+!]{1,60}$/.test(version)) return;
    const known = yaml ? fromConda(written) : normaliseName(written);
    if (known === null) return;
    if (versions.has(known) && versions.get(known) !== version) severalOf.add(known);
    if (versions.has(known)) return;
    versions.set(known, version);
    hashes.set(known, listHashes(item, listed[written]));
    const needed = readLockNeeds(item);
    if (needed !== null) needs.set(known, needed);
    if (typeof item['markers'] === 'string') markers.set(known, item['markers']);
  };
  for (const group of ['default', 'develop'])
    for (const [key, item] of Object.entries(asRecord(data[group]))) {
      const version = asRecord(item)['version'];
      if (typeof version !== 'string') continue;
      if (group === 'develop' && !versions.has(normaliseName(key))) develop.add(normaliseName(key));
      add(key, version.replace(/^==/, ''), asRecord(item));
    }
  for (const key of ['package', 'packages']) {
    const list = data[key];
    if (Array.isArray(list)) for (const item of list) add(asRecord(item)['name'], asRecord(item)['version'], asRecord(item));
  }
  return { ...nothing, needs: needs.size === 0 ? null : needs, python: readPython(data), warnings };
}

/** Hashes as uv, poetry, pdm, pipenv and pylock write them, poetry's older list for all packages among them. */
function listHashes(item: Readonly<Record<string, unknown>>, listed: unknown): string[] {
  const many = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  const found = [...many(item['wheels']), item['sdist'], ...many(item['files']), ...many(listed), ...many(item['hashes'])].flatMap(
    (one) => {
      const table = asRecord(one);
      const sha = asRecord(table['hashes'])['sha256'];
      return [one, table['hash'], typeof sha === 'string' ? `sha256:${sha}` : null];
    },
  );
  return [...new Set(found.filter((hash): hash is string => typeof hash === 'string' && HASH.test(hash)))].slice(0, MAX_HASHES);
}

/** The Pythons in the words of PEP 440. */
function readPython(data: Readonly<Record<string, unknown>>): string | null {
  const metadata = asRecord(data['metadata']);
  const exact = asRecord(asRecord(data['_meta'])['requires'])['python_version'];
  if (typeof exact === 'string' && /^\d+\.\d+$/.test(exact)) return `==${exact}.*`;
  for (const range of [data['requires-python'], metadata['requires_python'], metadata['python-versions']])
    if (typeof range === 'string' && range.trim() !== '' && range !== '*') return fromPoetry(range.replaceAll(' ', ''));
  return null;
}
