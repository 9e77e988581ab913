/** Makes `~`, `$NAME` and `${NAME}` in a path absolute with the host's environment; nothing else of the shell's language is understood. */
import { ReprobotError } from '../../errors.ts';
import { requireSuccess } from './files.ts';
import type { HostContext } from './host.ts';

const REFERENCE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

// Login shells set SCRATCH and the like where a plain ssh command does not see them, so what is missing is asked of one.
const LOOK_UP = `show() { for n; do v=$(printenv "$n") && printf '%s=%s\\0' "$n" "$v"; done; }
show "$@"
printf '\\0'
for n; do printenv "$n" >/dev/null || m=1; done
[ -z "$m" ] && exit 0
s=/bin/sh; [ -x /bin/bash ] && s=/bin/bash
"$s" -l -c 'printf "\\0\\0"; for n; do v=$(printenv "$n") && printf "%s=%s\\0" "$n" "$v"; done' login "$@" </dev/null 2>/dev/null || :`;

/** An expander that asks the host once for each variable. */
export function createExpander(context: HostContext): (path: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (path) => {
    const doing = `expanding ${path} on ${context.id}`;
    const parts = splitPath(doing, path);
    const missing = parts.names.filter((name) => !known.has(name));
    if (missing.length > 0) for (const [name, value] of await lookUp(context, doing, missing)) known.set(name, value);
    const expanded = parts.text.replaceAll(REFERENCE, (_, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? '';
      const value = known.get(name);
      if (value === undefined || value === '') {
        throw new ReprobotError({
          code: 'config.invalid',
          doing,
          why: `${name} is not set there`,
          remedy: 'Use a variable that the login sets, or write the absolute path.',
        });
      }
      return value;
    });
    return requireAbsolute(doing, expanded);
  };
}

function splitPath(doing: string, path: string): { text: string; names: string[] } {
  const text = path === '~' || path.startsWith('~/') ? `\${HOME}${path.slice(1)}` : path;
  const plain = text.replaceAll(REFERENCE, '');
  if (/[$`\n\0]/.test(plain) || plain.startsWith('~')) {
    throw new ReprobotError({
      code: 'usage.bad-input',
      doing,
      why: 'only ~/, $NAME and ${NAME} are expanded',
      remedy: 'Write the path without other characters that mean something to a shell.',
    });
  }
  const names = [...text.matchAll(REFERENCE)].map((match) => match[1] ?? match[2] ?? '');
  return { text, names: [...new Set(names)] };
}

async function lookUp(context: HostContext, doing: string, names: readonly string[]): Promise<Map<string, string>> {
  const result = await context.run({ doing, payload: { kind: 'script', source: LOOK_UP, args: names } });
  requireSuccess(doing, result);
  const values = new Map<string, string>();
  for (const entry of result.stdout.toString('utf8').split('\0')) {
    const equals = entry.indexOf('=');
    const name = entry.slice(0, equals);
    if (equals > 0 && names.includes(name) && !values.has(name)) values.set(name, entry.slice(equals + 1));
  }
  return values;
}

function requireAbsolute(doing: string, path: string): string {
  if (path.startsWith('/') && !/[\n\0]/.test(path)) {
    const tidy = path.replaceAll(/\/{2,}/g, '/');
    return tidy.length > 1 ? tidy.replace(/\/$/, '') : tidy;
  }
  throw new ReprobotError({ code: 'config.invalid', doing, why: `it gives ${JSON.stringify(path)}, which is not an absolute path` });
}
