import type { Host } from '../ports.ts';
import type { ToolResult } from './tool.ts';

const NO_SUCH = 4;
const OUTSIDE = 5;

// $1 root, $2 path below it. Prints both as they really are, links resolved, when the second lies in the first and not in its .git.
const RESOLVE = `
root=$(cd -P -- "$1" && pwd -P) || exit ${NO_SUCH}
real=$(readlink -f -- "$root/$2") || exit ${NO_SUCH}
[ -e "$real" ] || exit ${NO_SUCH}
case "$real/" in "$root/.git/"*) exit ${OUTSIDE};; "$root/"*) ;; *) exit ${OUTSIDE};; esac
printf '%s\\0%s' "$root" "$real"
`;

/** Something in a folder by its real path, and relative to the folder's real path; or what the model is told instead. Links and `..` lead
 *  nowhere else. */
export async function resolveInside(
  host: Host,
  root: string,
  path: string,
): Promise<{ readonly path: string; readonly root: string; readonly relative: string } | { readonly refusal: ToolResult }> {
  const found = await host.script(RESOLVE, [root, path === '' ? '.' : path]);
  const [realRoot = '', real = ''] = found.stdout.split('\0');
  if (found.code === 0) return { path: real, root: realRoot, relative: real.slice(realRoot.length + 1) || '.' };
  const text =
    found.code === OUTSIDE
      ? `${path} lies outside the repository (or in its .git); only what is in it can be read.`
      : `There is no ${path} in the repository. Use list to see what there is.`;
  return { refusal: { text, failed: true } };
}
