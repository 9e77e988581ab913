/** One requirement as PEP 508 writes it, and what every reader of declarations returns. */
import { fromRepository, normaliseName } from '../dependencies/distributions.ts';
import { MAX_LINE } from '../input.ts';
import type { Evidence } from '../schema.ts';
import { cleanUrl } from './direct-url.ts';

/** A place that could not be read as it should be; reading went on without it. */
export interface UnreadPlace {
  readonly file: string;
  readonly line: number | null;
  readonly what: string;
}

export interface Requirement {
  readonly name: string;
  readonly specifier: string;
  /** The address that it is installed from instead of an index, where one is named. */
  readonly url?: string | undefined;
  /** True where an address is named that is never used: a name or password in it, no HTTPS, a variable. */
  readonly unusable?: boolean;
  /** Parts of the distribution that are asked for besides: `name[extra]`. */
  readonly extras?: readonly string[];
  /** The condition under which it is asked for (PEP 508), as it is written. */
  readonly marker?: string;
  /** True for what only limits a version and asks for nothing: constraint files, CI and tool configurations. */
  readonly constraint: boolean;
  /** Name of the extra or group; empty for what is always needed. */
  readonly group: string;
  readonly evidence: Evidence;
}

/** A requirement before it is known where it stands. */
export interface NamedSpecifier {
  readonly name: string;
  readonly specifier: string;
  readonly url?: string | undefined;
  readonly unusable?: boolean;
  readonly extras?: readonly string[];
  readonly marker?: string;
}

/** What a reader of one file returns. */
export interface Declarations {
  readonly requirements: readonly Requirement[];
  readonly warnings: readonly UnreadPlace[];
}

const NAME = /^([A-Za-z0-9][A-Za-z0-9._-]{0,99})\s{0,20}(?:\[([^\]]{0,300})\])?\s{0,20}/;
const MAX_MARKER = 300;
const PLATFORM_ELSEWHERE =
  /\b(?:sys_platform|platform_system|sys\.platform|os_name)\s{0,5}==\s{0,5}['"](?:win32|darwin|Windows|Darwin|cygwin|nt)['"]|\bplatform_machine\s{0,5}==\s{0,5}['"]arm64['"]/;
const URL_START = /^(?:[A-Za-z]{1,10}\+)?(?:https?|ssh|git|file|svn):|^git@|^\.{0,2}[/\\]|^[A-Za-z]:[\\/]/;

/**
 * Reads one requirement: a name with a specifier, a direct reference, or a link that names what it installs.
 * Null for options, local paths, what is meant for another system, and everything else.
 */
export function parseRequirement(line: string): NamedSpecifier | null {
  if (line.length > MAX_LINE) return null;
  const text = stripOptions(line);
  if (text === '' || PLATFORM_ELSEWHERE.test(text)) return null;
  const egg = /[#&]egg=([A-Za-z0-9._-]{1,100})/.exec(text);
  if (egg !== null) return withUrl({ name: normaliseName(dropEggVersion(egg[1] ?? '')), specifier: '' }, text);
  if (URL_START.test(text)) return withUrl(fromUrl(text), text);
  if (text.startsWith('-')) return null;
  const match = NAME.exec(text);
  if (match === null) return null;
  const rest = text.slice(match[0].length).replace(/^#.*$/, '');
  const name = normaliseName(match[1] ?? '');
  const more = { ...readExtras(match[2] ?? ''), ...readMarker(rest) };
  if (rest.startsWith('@')) return withUrl({ name, specifier: '', ...more }, rest.slice(1));
  const specifier = readSpecifier(rest);
  return specifier === null ? null : { name, specifier, ...more };
}

/** Extras by their normalised names. */
export function readExtras(text: string): Pick<NamedSpecifier, 'extras'> {
  const extras = text
    .split(',')
    .map((extra) => extra.trim())
    .filter((extra) => /^[A-Za-z0-9](?:[\w.-]{0,60}[A-Za-z0-9])?$/.test(extra))
    .map(normaliseName);
  return extras.length === 0 ? {} : { extras };
}

/** Of an address only what stands apart from it is a marker: `name @ https://host/file.whl ; condition`. */
function readMarker(rest: string): Pick<NamedSpecifier, 'marker'> {
  const at = rest.startsWith('@') ? rest.search(/\s;/) : rest.indexOf(';');
  return at < 0 ? {} : asMarker(rest.slice(rest.indexOf(';', at) + 1));
}

/** A condition, unless it is empty or too long for one. */
export function asMarker(text: string): Pick<NamedSpecifier, 'marker'> {
  const marker = text.trim();
  return marker === '' || marker.length > MAX_MARKER ? {} : { marker };
}

function withUrl(named: NamedSpecifier | null, text: string): NamedSpecifier | null {
  if (named === null) return null;
  const url = cleanUrl(text);
  // What a freeze wrote down of somebody's disk says nothing of where a package comes from.
  const isElsewhere = /^\s*(?:[A-Za-z]{1,10}\+)?(?:https?|ssh|git|svn|hg|ftp):|^\s*git@/.test(text);
  return url === null ? { ...named, ...(isElsewhere ? { unusable: true } : {}) } : { ...named, url };
}

/** The name that a link to a repository or a wheel installs; null when it says none. */
function fromUrl(text: string): NamedSpecifier | null {
  const url = (text.split(/\s/, 1)[0] ?? '').replace(/[?#].*$/, '');
  const wheel = /\/([A-Za-z0-9._]{1,100})-(\d[A-Za-z0-9.]{0,40})(?:(?:\+|%2B)[A-Za-z0-9.]{1,40})?-[^/]{1,200}\.whl$/i.exec(url);
  if (wheel !== null) return { name: normaliseName(wheel[1] ?? ''), specifier: `==${wheel[2] ?? ''}` };
  if (/^file:|^\.{0,2}[/\\]|^[A-Za-z]:[\\/]/.test(url)) return null;
  const repository = /^(?:git|hg|svn)\+|^git@|\.git(?:@|$)/.test(url)
    ? /^[^/]{0,20}(?:\/\/)?[^/:]{1,100}(?:\/|:)(?:[^/]{1,100}\/){0,6}?([\w.-]{1,100}?)(?:\.git)?(?:@.{0,200})?\/?$/.exec(url)
    : null;
  if (repository !== null) return { name: fromRepository(normaliseName(repository[1] ?? '')), specifier: '' };
  const archive = /(?:github|gitlab)[^/]{0,60}\/[\w.-]{1,100}\/([\w.-]{1,100})\/(?:-\/)?(?:archive|zipball|tarball|releases)\//.exec(url);
  if (archive !== null) return { name: fromRepository(normaliseName(archive[1] ?? '')), specifier: '' };
  const sdist = /\/([A-Za-z0-9._-]{1,80})-(\d[A-Za-z0-9.]{0,30})\.(?:tar\.gz|zip|tar\.bz2)$/.exec(url);
  return sdist === null ? null : { name: normaliseName(sdist[1] ?? ''), specifier: `==${sdist[2] ?? ''}` };
}

/** `pkg-1.2` after `#egg=`, as pip once asked for it. */
function dropEggVersion(egg: string): string {
  return egg.replace(/-\d[\d.]{0,20}$/, '');
}

function stripOptions(line: string): string {
  return line
    .replace(/(^|\s)#(?!egg=).*$/, '')
    .replace(/\s--(?:hash|global-option|install-option|config-settings?|no-binary|only-binary)\b.*$/, '')
    .replace(/\\\s*$/, '')
    .trim()
    .replace(/^(?:-e|--editable)[\s=]+/, '')
    .replace(/^(['"])(.*)\1,?$/, '$2')
    .replace(/,$/, '')
    .trim();
}

/** What stands behind the name, up to the marker: empty, a specifier, or null when the line was something else, such as a sentence. */
function readSpecifier(rest: string): string | null {
  const text = (rest.split(';', 1)[0] ?? '').replace(/^\((.*)\)\s*$/, '$1').trim();
  if (text === '') return '';
  // A single `=` is conda's way, which people also write into pip's files.
  const single = /^=\s{0,5}(\d[\w.*+]{0,60})(?:=[\w.]{1,60})?$/.exec(text);
  if (single !== null) return `==${single[1] ?? ''}`;
  if (/^[\d]/.test(text) && /^\d[\w.]{0,30}$/.test(text)) return `==${text}`;
  if (!/^[<>=!~^]/.test(text)) return /^-{1,2}\w|^%|^\{|^\$/.test(text) ? '' : null;
  const cut = /^[<>=!~^\w.*+,\s-]{1,300}/.exec(text)?.[0] ?? '';
  return cut
    .replace(/\s-{1,2}\w.*$/, '')
    .replaceAll(/\s/g, '')
    .replace(/,$/, '');
}
