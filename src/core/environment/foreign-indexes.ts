/** Indexes and pages of wheels that a repository names: none of them is asked, and the plan says so. Pure. */
import { groupOfFile, isRequirementsFile } from '../repo-map/declared/requirements-file.ts';
import { cutLine, linesOf, nameOf, type RepoFile } from '../repo-map/input.ts';
import type { Override } from './wanted.ts';

const OPTION = /^\s{0,20}(?:--(?:extra-)?index-url|-i|--find-links|-f)[\s=]{1,10}["']?(https?:\/\/[^\s"']{1,500})/;
/** `url = "…"` below a table of sources. */
const TABLE = /^\s{0,20}\[\[tool\.(?:poetry\.source|uv\.index|pdm\.source)\]\]/;
const ADDRESS = /^\s{0,20}url\s{0,10}=\s{0,10}["'](https?:\/\/[^\s"']{1,500})["']/;
/** The usual index, and torch's own, which the plan chooses by itself. */
const KNOWN = /^(?:pypi\.org|pypi\.python\.org|files\.pythonhosted\.org|download\.pytorch\.org)$/;
const MAX_INDEXES = 10;

/** What a plan leaves out of a repository's own indexes, each host once with its place. Names and passwords in an address are never shown. */
export function listForeignIndexes(files: readonly RepoFile[]): Override[] {
  const found = new Map<string, string>();
  for (const file of files) {
    const isProject = nameOf(file.path) === 'pyproject.toml';
    if (file.text === null || !(isProject || (isRequirementsFile(file.path) && groupOfFile(file.path) === ''))) continue;
    let inTable = false;
    for (const [index, raw] of linesOf(file.text).entries()) {
      const line = cutLine(raw);
      if (/^\s{0,20}\[/.test(line)) inTable = TABLE.test(line);
      const address = isProject ? (inTable ? ADDRESS.exec(line)?.[1] : undefined) : OPTION.exec(line)?.[1];
      const host = address === undefined ? null : hostOf(address);
      if (host !== null && !KNOWN.test(host) && !found.has(host)) found.set(host, `${file.path}:${index + 1}`);
    }
  }
  return [...found].slice(0, MAX_INDEXES).map(([host, place]) => ({
    what: `packages from ${host} (${place}) are not taken`,
    why: 'everything comes from the index of the site and from torch’s own; what is only there has to be built or installed by hand',
  }));
}

function hostOf(address: string): string | null {
  const host = URL.canParse(address) ? new URL(address).hostname : '';
  return /^[a-z0-9.-]{1,200}$/.test(host) ? host : null;
}
