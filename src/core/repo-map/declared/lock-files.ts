import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { fromConda, normaliseName } from '../dependencies/distributions.ts';
import { nameOf, type RepoFile } from '../input.ts';
import { refuseDeepYaml } from '../yaml-text.ts';
/** Lock files. They say which version was used, never what is asked for: a lock lists everything that came along. */
import type { UnreadPlace } from './requirement.ts';
import { asRecord, parseOrWarn } from './text.ts';

const LOCKS = /^(poetry|uv|pdm|pylock[\w.-]*|Pipfile|pixi)\.(lock|toml)$|^[\w.-]*conda-lock[\w.-]*\.ya?ml$/;

/** True for the files that tools write to fix versions. */
export function isLockFile(path: string): boolean {
  const name = nameOf(path);
  return LOCKS.test(name) && name !== 'pixi.toml';
}

/** The exact versions of a lock file by normalised name; of a name that is locked twice, the first. */
export function readLockFile(file: RepoFile): {
  readonly versions: ReadonlyMap<string, string>;
  readonly warnings: readonly UnreadPlace[];
} {
  const versions = new Map<string, string>();
  if (file.text === null) return { versions, warnings: [] };
  const name = nameOf(file.path);
  const json = name === 'Pipfile.lock';
  const yaml = /\.ya?ml$/.test(name) || name === 'pixi.lock';
  const format = json ? 'JSON' : yaml ? 'YAML' : 'TOML';
  const parse = json
    ? (text: string) => JSON.parse(text) as unknown
    : yaml
      ? (text: string) => parseYaml(refuseDeepYaml(text), { logLevel: 'silent' }) as unknown
      : parseToml;
  const { value, warnings } = parseOrWarn(file, format, parse);
  const add = (written: unknown, version: unknown) => {
    if (typeof written !== 'string' || typeof version !== 'string' || !/^[\w.+!]{1,60}$/.test(version)) return;
    const known = yaml ? fromConda(written) : normaliseName(written);
    if (known !== null && !versions.has(known)) versions.set(known, version);
  };
  const data = asRecord(value);
  for (const group of ['default', 'develop'])
    for (const [key, item] of Object.entries(asRecord(data[group]))) {
      const version = asRecord(item)['version'];
      if (typeof version === 'string') add(key, version.replace(/^==/, ''));
    }
  for (const key of ['package', 'packages']) {
    const list = data[key];
    if (Array.isArray(list)) for (const item of list) add(asRecord(item)['name'], asRecord(item)['version']);
  }
  return { versions, warnings };
}
