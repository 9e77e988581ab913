import type { RepoRequest } from './events.ts';

export interface AddressRules {
  readonly allowedHosts: readonly string[];
  /** Local paths and loopback URLs are fine, because whoever types them owns the machine. */
  readonly embedded: boolean;
}

export type ParsedAddress = { readonly ok: true; readonly repo: RepoRequest } | { readonly ok: false; readonly why: string };

const SAFE_REF = /^(?!-)(?!.*\.\.)[A-Za-z0-9._/-]{1,200}$/;
const SAFE_FOLDER = /^(?![-/])(?!.*(^|\/)\.\.(\/|$))[^\0\n\r]{0,300}$/;

/**
 * Reads what a person typed as a repository: https and ssh addresses of allowed hosts, `…/tree/<ref>/<folder>` pages, and in embedded
 * mode local folders. Refuses everything git could take for an option or a helper program. Never touches the network or the disk.
 */
export function parseRepoAddress(
  typed: string,
  rules: AddressRules,
  given: { ref?: string; subfolder?: string; submodules?: boolean } = {},
): ParsedAddress {
  const text = cleanTyped(typed);
  if (text === '') return { ok: false, why: 'no repository was given' };
  if (text.startsWith('-')) return { ok: false, why: `“${text}” looks like an option, not like a repository` };
  if (/^[a-z0-9+.-]+::/i.test(text)) return { ok: false, why: 'git’s helper addresses (such as ext::) are never run' };
  const found = parseHosted(text, rules) ?? parseLocal(text, rules);
  if (!found.ok) return found;
  const ref = given.ref ?? found.repo.ref;
  const subfolder = (given.subfolder ?? found.repo.subfolder).replace(/\/+$/, '');
  if (ref !== null && !SAFE_REF.test(ref)) return { ok: false, why: `“${ref}” is not a branch, tag or commit` };
  if (!SAFE_FOLDER.test(subfolder)) return { ok: false, why: `“${subfolder}” is not a folder inside the repository` };
  return { ok: true, repo: { url: found.repo.url, ref, subfolder, ...(given.submodules === true ? { submodules: true } : {}) } };
}

/** Slack wraps links in angle brackets and people paste quotes and full stops around them. */
export function cleanTyped(typed: string): string {
  const link = /^<([^|>]+)(?:\|[^>]*)?>$/.exec(typed.trim());
  return (
    (link?.[1] ?? typed)
      .trim()
      // A full stop ends a sentence, unless it is one of the dots of a path.
      .replace(/^["'“”‘’`(]+|(?:["'“”‘’`),;!?]|(?<=[^./])\.+)+$/g, '')
      .replaceAll('&amp;', '&')
  );
}

function parseHosted(text: string, rules: AddressRules): ParsedAddress | null {
  const scp = /^(?:([A-Za-z0-9._-]+)@)([A-Za-z0-9.-]+):(?!\/\/)([^\s]+)$/.exec(text);
  const typed =
    scp === null ? (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : guessHosted(text, rules)) : `ssh://${scp[1]}@${scp[2]}/${scp[3]}`;
  if (typed === null) return null;
  let url: URL;
  try {
    url = new URL(typed);
  } catch {
    return { ok: false, why: `“${text}” is not an address` };
  }
  if (url.protocol === 'file:') return null;
  if (url.password !== '') return { ok: false, why: 'the address holds a password; use an ssh address or a deploy key instead' };
  const loopback = url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (loopback && !rules.embedded) return { ok: false, why: 'addresses of this machine are only allowed under npm start' };
  if (!loopback && url.protocol !== 'https:' && url.protocol !== 'ssh:')
    return { ok: false, why: `${url.protocol}// is not allowed; use https or ssh` };
  if (!loopback && !rules.allowedHosts.includes(url.hostname.toLowerCase())) {
    return { ok: false, why: `${url.hostname} is not among the allowed hosts (${rules.allowedHosts.join(', ')})` };
  }
  return splitPage(url, loopback);
}

/** `github.com/owner/name` without a scheme. */
function guessHosted(text: string, rules: AddressRules): string | null {
  const host = text.split('/')[0]?.toLowerCase() ?? '';
  return rules.allowedHosts.includes(host) ? `https://${text}` : null;
}

function splitPage(url: URL, loopback: boolean): ParsedAddress {
  const decoded = decode(url.pathname);
  if (decoded === null) return { ok: false, why: `“${url.pathname}” is not an address` };
  const path = decoded.replace(/\/+$/, '');
  const page = /^(\/[^/]+\/[^/]+?)(?:\.git)?(?:\/-)?\/(?:tree|blob)\/([^/]+)(?:\/(.*))?$/.exec(path);
  const base = page?.[1] ?? path;
  if (!loopback && base.split('/').filter((part) => part !== '').length < 2)
    return { ok: false, why: 'the address names no repository (owner/name)' };
  // Over https a name may be a token in disguise; what is kept here is shown in threads and written into records.
  const user = url.protocol !== 'ssh:' || url.username === '' ? '' : `${url.username}@`;
  if (user.startsWith('-') || url.hostname.startsWith('-')) return { ok: false, why: 'the address looks like an option' };
  const clean = `${url.protocol}//${user}${url.host}${encodeURI(base)}`;
  const folder = page?.[3] ?? '';
  // A page of one file means the folder it lies in.
  const subfolder = path.includes('/blob/') ? folder.split('/').slice(0, -1).join('/') : folder;
  return { ok: true, repo: { url: clean, ref: page?.[2] ?? null, subfolder } };
}

function parseLocal(text: string, rules: AddressRules): ParsedAddress {
  const path = text.startsWith('file://') ? (decode(text.slice('file://'.length)) ?? '') : text;
  const looksLocal = /^(\/|\.{1,2}(\/|$)|~\/)/.test(path);
  if (!looksLocal) return { ok: false, why: `“${text}” is not an address of a repository (https://host/owner/name)` };
  if (!rules.embedded) return { ok: false, why: 'folders of this machine are only allowed under npm start' };
  return { ok: true, repo: { url: path, ref: null, subfolder: '' } };
}

/** Null for what is no percent encoding. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
