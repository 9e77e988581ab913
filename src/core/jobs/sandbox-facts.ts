/** What a machine must tell before anything is put into a sandbox there. */
export interface SandboxFacts {
  /** The account's home and the given folders, resolved, as far as they exist. */
  readonly hidden: readonly string[];
  /** Folders of the interpreter, and the account's settings for pip. */
  readonly wanted: readonly string[];
}

/** A fixed POSIX sh script that looks and changes nothing. $1 interpreter; the rest folders to hide. Prints `word TAB path` lines. */
export const SANDBOX_FACTS_SCRIPT = `
python=$1
shift
for folder in "$HOME" "$@"; do
  real=$(readlink -f "$folder" || :)
  if [ -d "$real" ] && [ "$real" != / ]; then printf 'hidden\\t%s\\n' "$real"; fi
done
for file in "\${PIP_CONFIG_FILE:-}" "\${XDG_CONFIG_HOME:-$HOME/.config}/pip/pip.conf" "$HOME/.pip/pip.conf"; do
  if [ -f "$file" ]; then printf 'wanted\\t%s\\n' "$(readlink -f "$file")"; break; fi
done
"$python" -c '
import os, sys
real = os.path.realpath(sys.executable)
for path in [sys.executable, sys.prefix, getattr(sys, "base_prefix", sys.prefix), sys.exec_prefix, os.path.dirname(os.path.dirname(real))]:
    print("wanted\\t" + path)
' 2>/dev/null
exit 0
`;

/** Reads what the script printed. */
export function parseSandboxFacts(text: string): SandboxFacts {
  const read = (word: string): string[] => [
    ...new Set(
      text
        .split('\n')
        .filter((line) => line.startsWith(`${word}\t/`))
        .map((line) => line.slice(word.length + 1)),
    ),
  ];
  return { hidden: read('hidden'), wanted: read('wanted') };
}
