/** Addresses from which pip can install without an index, as they may be written into a requirements file. */

const HOST = String.raw`[A-Za-z0-9.-]{1,100}(?::\d{1,5})?`;
const SAFE = new RegExp(String.raw`^(?:git\+)?https://${HOST}/[\w.~%+/-]{1,300}(?:@[\w./+-]{1,100})?(?:#subdirectory=[\w./-]{1,200})?$`);
const ARCHIVE = /\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$/;

/**
 * An address over HTTPS without a name or password in it; those of SSH and of git's own protocol become the same repository over HTTPS.
 * Null for everything else: other protocols, local paths, what holds credentials or a variable.
 */
export function cleanUrl(written: string): string | null {
  if (written.length > 700) return null;
  const [whole = ''] = written.trim().split(/[\s;]/, 1);
  const [address = '', fragment = ''] = whole.split('#', 2);
  const subdirectory = /(?:^|&)subdirectory=([\w./-]{1,200})/.exec(fragment)?.[1];
  const bare = address
    .replace(/^(?:git\+)?ssh:\/\/git@/, 'git+https://')
    .replace(/^git@([A-Za-z0-9.-]{1,100}):/, 'git+https://$1/')
    .replace(/^(?:git\+)?git:\/\//, 'git+https://');
  const isRepository =
    /^https:\/\/[^@]{1,300}\.git(?:@.{1,100})?$/.test(bare) || /^https:\/\/(?:github|gitlab)\.com\/[\w.-]+\/[\w.-]+\/?$/.test(bare);
  const url = `${isRepository ? 'git+' : ''}${bare.replace(/\/$/, '')}${subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`}`;
  if (!SAFE.test(url)) return null;
  return url.startsWith('git+') || ARCHIVE.test(bare) || /\/(?:archive|zipball|tarball)\//.test(bare) ? url : null;
}

/** The address of a git repository and what is checked out there; null where it is none. */
export function gitUrl(repository: unknown, revision: unknown): string | null {
  if (typeof repository !== 'string') return null;
  const address = /^(?:git\+|git@|ssh:)/.test(repository) ? repository : `git+${repository}`;
  return cleanUrl(typeof revision === 'string' && /^[\w./+-]{1,100}$/.test(revision) ? `${address}@${revision}` : address);
}
